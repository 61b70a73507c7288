"""Losses for networks that predict or follow label maps.

Label maps are B x 1 x H x W with the numbers of classes, 1..K, and 0 where the class is not known. Every result is a
scalar tensor, the mean over the images of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from inpaint_studio.layers.label_planes import resize_labels
from training.losses import losses


def cross_entropy(scores: Tensor, labels: Tensor, weight: Tensor | None = None) -> Tensor:
    """Return the cross entropy of the softmax of `scores` (B x K x h x w, before the softmax) with a label map.

    For each image the mean over the pixels whose class is known; an image with none counts as 0. `labels` of another
    size are scaled to that of the scores. `weight` (B x 1 x h x w, 0 or more) makes it a weighted mean.
    """
    truth = resize_labels(labels, (scores.shape[-2], scores.shape[-1]))[:, 0].long() - 1
    error = F.cross_entropy(scores.float(), truth, ignore_index=-1, reduction="none")
    counted = (truth >= 0).float()
    if weight is not None:
        counted = counted * weight[:, 0]
    return ((error * counted).sum((1, 2)) / counted.sum((1, 2)).clamp_min(1e-6)).mean()


def join_pair(image: Tensor, planes: Tensor) -> Tensor:
    """Return what a pair critic judges: `image` (B x 3 x H x W) and the planes of its label map (B x K x H x W),
    scaled to the size of the image where theirs is another."""
    if planes.shape[-2:] != image.shape[-2:]:
        planes = F.interpolate(planes, image.shape[-2:], mode="nearest-exact")
    return torch.cat([image, planes.to(image.dtype)], 1)


def mismatch(planes: Tensor, step: int = 0) -> Tensor:
    """Return planes that belong to another image: every class is swapped for another one.

    `step` chooses by how many numbers the classes move, from 1 to K - 1 in turn, so that all pairs of classes come.
    Unlike the planes of another image of the batch, they never fit by chance, and do not depend on the batch.
    """
    count = planes.shape[1]
    return planes.roll(1 + step % max(1, count - 1), 1)


def find_labelled(planes: Tensor) -> Tensor:
    """Return B x 1 x 1 x 1: 1 for images whose planes show a class anywhere, else 0."""
    return planes.amax((1, 2, 3), keepdim=True)


def swap_pair(real: Tensor, planes: Tensor, made: Tensor, step: int = 0) -> Tensor:
    """Return the pairs (see `join_pair`) of true images with label maps of others, which are fakes for a pair critic.

    For an image without a map the pair would be a true one: there it is that of `made`, the pairs of drawn images.
    """
    return torch.where(find_labelled(planes) > 0, join_pair(real, mismatch(planes, step)), made)


def pair_critic(real: Tensor, fakes: Sequence[Tensor]) -> Tensor:
    """Return the hinge loss of a critic of pairs from its scores of any shape.

    `real` are the scores of true images with their own label maps; `fakes` those of drawn images, and of true images
    with label maps of others: a critic that learnt from drawn images alone might never look at the map (Reed et al.,
    Generative Adversarial Text to Image Synthesis, ICML 2016, section 4.2). All fakes together weigh as much as `real`.
    """
    wrong = torch.stack([F.relu(1 + scores).mean() for scores in fakes]).mean()
    return (F.relu(1 - real).mean() + wrong) / 2


pair_generator = losses.hinge_generator  # of the scores of drawn images with the label maps they should have

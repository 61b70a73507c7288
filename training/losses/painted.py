"""A loss for painted classes: a hole that is painted with another class than its own should look like that class.

No photo shows what belongs there then. But where the class occurs elsewhere in the photo, its colours are known: a
reading of ours of "textures and colours from the image, content from the map".

Label maps are B x 1 x H x W with the numbers of classes, 1..K, and 0 where the class is not known.
"""

from __future__ import annotations

import torch
from torch import Tensor

from inpaint_studio.layers.label_planes import to_planes

LEAST = 1 / 64  # share of the image that a class must have outside the hole, so that its colours are known


def choose_painted(labels: Tensor, hole: Tensor, classes: int, step: int) -> Tensor:
    """Return the class to paint the hole of each image with, B x 1 x 1 x 1 float32; 0: there is none.

    It is one of those that the image has outside the hole, but not the most frequent one inside; `step` takes them in
    turn.
    """
    planes = to_planes(labels, classes)
    outside, inside = ((planes * where).mean((2, 3)) for where in (1 - hole, hole))
    possible = outside >= LEAST
    possible = possible.scatter(1, inside.argmax(1, keepdim=True), False)
    turn = step % possible.sum(1, keepdim=True).clamp_min(1)
    chosen = possible & (possible.cumsum(1) - 1 == turn)
    numbers = torch.arange(1, classes + 1, device=labels.device)
    return (chosen * numbers).sum(1).float().view(-1, 1, 1, 1)


def colour_difference(drawn: Tensor, real: Tensor, hole: Tensor, labels: Tensor, painted: Tensor) -> Tensor:
    """Return how far the colours drawn in the hole differ from those of the `painted` class outside it.

    The absolute difference of the means of each channel plus that of their deviations; the mean over the images of the
    batch, where an image without a painted class (B x 1 x 1 x 1, 0) counts as 0. `drawn` and `real` are B x 3 x H x W.
    """
    mean, deviation = _describe(drawn, hole)
    with torch.no_grad():
        true_mean, true_deviation = _describe(real, (labels == painted) * (1 - hole))
    difference = (mean - true_mean).abs() + (deviation - true_deviation).abs()
    return (difference.mean(1) * (painted.flatten() > 0)).mean()


def _describe(image: Tensor, where: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each channel where `where` is 1, B x 3 each."""
    count = where.sum((2, 3)).clamp_min(1)
    mean = (image * where).sum((2, 3)) / count
    variance = ((image - mean[..., None, None]).square() * where).sum((2, 3)) / count
    return mean, (variance + 1e-4).sqrt()

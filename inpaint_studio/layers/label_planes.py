"""Label maps as the inputs and outputs of networks: one plane a class, and scaling without mixing classes.

A label map is N x 1 x H x W with the numbers of classes, 1..K, and 0 where the class is not known. Planes are N x K x
H x W, the first one that of class 1.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def to_planes(labels: Tensor, classes: int) -> Tensor:
    """Return N x `classes` x H x W float32 from a label map: 1 in the plane of a pixel's class, 0 in all others.

    All planes are 0 where the class is not known, or above `classes`.
    """
    numbers = torch.arange(1, classes + 1, device=labels.device).view(1, -1, 1, 1)
    return (labels.round() == numbers).float()


def to_labels(scores: Tensor) -> Tensor:
    """Return the label map of the greatest scores (N x K x H x W) as N x 1 x H x W float32, 1..K; ties: the first."""
    return scores.argmax(1, keepdim=True).float() + 1


def resize_labels(labels: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the label map in another `size` (rows, columns): each pixel has the class in its middle."""
    return functional.interpolate(labels.float(), size, mode="nearest-exact")


def paint_over(labels: Tensor, painted: Tensor | None) -> Tensor:
    """Return `labels` with the classes that are `painted` (both N x 1 x H x W); 0 there, or None: nothing is."""
    return labels if painted is None else torch.where(painted > 0, painted.to(labels.dtype), labels)


def find_majority(planes: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the label map, N x 1 x `size`, of the classes that have the largest share of each cell of `planes`.

    Pixels of no class do not count, so a thin stroke of one class over nothing makes its cells that class. 0 where a
    cell has no class at all; of equal shares the first class wins.
    """
    shares = functional.adaptive_avg_pool2d(planes, size)
    return torch.where(shares.amax(1, keepdim=True) > 0, to_labels(shares), 0.0)

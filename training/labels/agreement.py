"""Agreement of a fill with the label map that it was made along: what a labeller sees in it, compared in the hole."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.data.batch import Batch
from training.labels.labeller import Bytes, Labeller


def mean_iou(labels: Bytes, seen: Bytes, inside: NDArray[np.bool_]) -> float:
    """Return the mean intersection over union of the classes of `labels` with `seen`, in [0, 1].

    Both are H x W numbers of classes. Only pixels `inside` whose class is known (not 0) in `labels` count; NaN where
    there is none.
    """
    counted = inside & (labels > 0)
    truth, found = labels[counted], seen[counted]
    shares = [
        np.count_nonzero((truth == number) & (found == number))
        / np.count_nonzero((truth == number) | (found == number))
        for number in np.unique(truth)
    ]
    return float(np.mean(shares)) if shares else math.nan


def measure_agreement(labeller: Labeller, filled: Tensor, batch: Batch) -> list[float]:
    """Return how far each image of a batch, filled along its label map, shows the classes of that map in its hole.

    `filled` is B x 3 x S x S RGB in [0, 1]; see `mean_iou`. The photos themselves do not reach 1: here the labeller
    sees a crop, and maps are made of whole photos.
    """
    planes = zip(filled.cpu(), batch.guides["labels"][:, 0].cpu(), batch.hole[:, 0].cpu() > 0, strict=True)
    return [
        mean_iou(labels.numpy().astype(np.uint8), labeller.label(to_bytes(image)), hole.numpy())
        for image, labels, hole in planes
    ]


def to_bytes(image: Tensor) -> Bytes:
    """Return 3 x S x S in [0, 1] as S x S x 3 uint8; what is not a number is black."""
    pixels = torch.nan_to_num(image.float()).clamp(0, 1).permute(1, 2, 0).numpy()
    return np.ascontiguousarray(np.rint(pixels * 255).astype(np.uint8))

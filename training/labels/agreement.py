"""Agreement of a fill with the label map that it was made along: what a labeller sees in it, compared in the hole."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

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


def measure_agreement(labeller: Labeller, image: Bytes, labels: Bytes, inside: NDArray[np.bool_]) -> float:
    """Return how far a filled `image`, H x W x 3 RGB, shows the classes of `labels` in its hole, see `mean_iou`.

    A photo itself does not reach 1: the labeller sees a crop, and the map was made of the whole photo.
    """
    return mean_iou(labels, labeller.label(image), inside)

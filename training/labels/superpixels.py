"""Superpixels of an image and what each looks like: colour and texture, the ground that classes are found on.

Superpixels are those of SLIC (Achanta et al. 2012, SLIC superpixels compared to state-of-the-art superpixel methods),
as scikit-image computes them. All images are looked at in the same size, so that a photo and its small copy get the
same classes. The numbers are ours, chosen by looking at the maps of photographs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import slic

from inpaint_studio.opencv import cv2

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 128  # px of the shorter side at which images are looked at; smaller ones are not scaled up
VERSION = 1  # of the features: classes that were found on others cannot be found again
FEATURES = 6
_AREA = 110  # px of a superpixel on average
_COMPACTNESS = 12.0  # of SLIC: how much near pixels are preferred to those of the same colour
_SMOOTHING = 2.0  # how much the neighbours of a superpixel count, in all, beside itself
_REACH = 12.0  # distance of features above which a neighbour is no more of the same kind
# How much each feature counts: lightness, the two colour axes of Lab, fine and coarse texture, direction.
_WEIGHTS = np.array([0.7, 1.5, 1.5, 0.9, 0.9, 0.6], np.float32)


class Regions(NamedTuple):
    """The superpixels of an image."""

    numbers: NDArray[np.int64]  # h x w, the superpixel of each pixel, from 0 on
    features: Floats  # N x FEATURES, in units in which distances are compared
    areas: NDArray[np.int64]  # N, px


def shrink(image: Bytes) -> Bytes:
    """Return `image`, H x W x 3, at the size at which it is looked at."""
    height, width = image.shape[:2]
    scale = SIDE / min(height, width)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def find_regions(image: Bytes) -> Regions:
    """Return the superpixels of `image`, h x w x 3 RGB, with the mean features of each and its neighbours."""
    count = max(4, round(image.shape[0] * image.shape[1] / _AREA))
    numbers = slic(image, n_segments=count, compactness=_COMPACTNESS, max_num_iter=5, start_label=0).astype(np.int64)
    areas = np.bincount(numbers.ravel())
    pixels = _describe(image)
    sums = [np.bincount(numbers.ravel(), plane.ravel(), len(areas)) for plane in pixels]
    features = (np.stack(sums, 1) / np.maximum(areas, 1)[:, None]).astype(np.float32)
    return Regions(numbers, _smooth(numbers, features), areas)


def unweigh(features: Floats) -> Floats:
    """Return features in their own units: L, a and b of Lab, fine and coarse texture, and direction."""
    return features / _WEIGHTS


def _describe(image: Bytes) -> Floats:
    """Return the features of each pixel, FEATURES x h x w."""
    lab = np.asarray(cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    lightness = np.ascontiguousarray(lab[..., 0])
    sharp, soft = (cv2.GaussianBlur(lightness, (0, 0), sigma) for sigma in (1.0, 3.0))
    edges = [np.asarray(cv2.Sobel(lightness, cv2.CV_32F, *axis) / 8, np.float32) for axis in ((1, 0), (0, 1))]

    def around(plane: Floats) -> Floats:
        return np.asarray(cv2.GaussianBlur(np.abs(plane), (0, 0), 3.0), np.float32)

    fine, coarse = (10 * np.log1p(2 * around(plane)) for plane in (lightness - sharp, sharp - soft))
    across, down = (around(plane) for plane in edges)
    # Above 0 where lines lie across the image, as ripples do, below where they stand upright; 1 keeps plain parts at 0.
    direction = 12 * (down - across) / (down + across + 1)
    planes = [*np.moveaxis(cv2.GaussianBlur(lab, (0, 0), 1.5), 2, 0), fine, coarse, direction]
    return np.stack(planes).astype(np.float32) * _WEIGHTS[:, None, None]


def _smooth(numbers: NDArray[np.int64], features: Floats) -> Floats:
    """Return the mean of each superpixel's features and its neighbours', of those that are alike."""
    count = len(features)
    pairs = [(numbers[:, 1:], numbers[:, :-1]), (numbers[1:], numbers[:-1])]
    pairs += [(other, one) for one, other in pairs]
    codes, lengths = np.unique(
        np.concatenate([(one * count + other)[one != other] for one, other in pairs]), return_counts=True
    )
    first, second = np.divmod(codes, count)
    distances = ((features[first] - features[second]) ** 2).sum(1)
    weights = lengths * np.exp(-distances / (2 * _REACH**2))
    total = np.bincount(first, weights, count)
    means = [np.bincount(first, weights * features[second, column], count) for column in range(features.shape[1])]
    around = np.stack(means, 1) / np.maximum(total, 1e-6)[:, None]
    share = np.where(total > 1e-6, _SMOOTHING, 0.0)[:, None]  # 0: nothing around it is like it
    return np.asarray((features + share * around) / (1 + share), np.float32)

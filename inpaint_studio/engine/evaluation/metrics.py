"""Figures of a fill against the true photo, inside the hole. No single one suffices: PSNR alone rewards blur."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box

_BINS = 32
_LARGEST_GRADIENT = 256.0
_WINDOW = 5  # px, radius of SSIM's window: 11 x 11, a Gaussian of 1.5 px (Wang et al. 2004)
_ROWS = 256  # of an image that are compared at a time, which limits the memory
_PAIRS = 1 << 20
_NEIGHBOURS: tuple[tuple[Any, Any], ...] = ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1]))


class Figures(NamedTuple):
    """How close a fill is to the truth, inside the hole.

    `psnr` in dB; `sharpness` and `seam` are ratios to the truth's, best at 1; `chi2` is 0 for equal histograms of
    gradients.
    """

    psnr: float
    sharpness: float
    seam: float
    chi2: float


class Similarity(NamedTuple):
    """How close a fill is to the truth by the usual figures, inside the hole; by torchmetrics.

    `ssim` is the mean over the hole of the whole images' map, NaN in images with a side below 6 px. `l1` is the mean
    absolute error of the hole's values, in % of their range. `tv` is the mean step between neighbours (of each channel)
    of which at least one lies in the hole, in % of the range; `tv_ratio` is `tv` divided by the truth's, best at 1.
    """

    ssim: float
    l1: float
    tv: float
    tv_ratio: float


def figures(fill: NDArray[Any], truth: NDArray[Any], hole: NDArray[np.bool_]) -> Figures:
    """Compare two H x W x 3 uint8 images inside `hole` (H x W, not empty)."""
    filled_gradient, true_gradient = _gradient(fill), _gradient(truth)
    return Figures(
        psnr=psnr(fill, truth, hole),
        sharpness=_ratio(filled_gradient[hole].mean(), true_gradient[hole].mean()),
        seam=_ratio(_mean_step_across(fill, hole), _mean_step_across(truth, hole)),
        chi2=_chi2(_histogram(filled_gradient[hole]), _histogram(true_gradient[hole])),
    )


def similarity(fill: NDArray[Any], truth: NDArray[Any], hole: NDArray[np.bool_]) -> Similarity:
    """Compare two H x W x 3 uint8 images inside `hole` (H x W, not empty). Imports torch and torchmetrics."""
    import torch

    from inpaint_studio.layers import torchvision_compat

    torchvision_compat.ensure()  # before torchmetrics, which imports torchvision
    from torchmetrics.functional import mean_absolute_error

    mine, real = (torch.from_numpy(image[hole]).float() for image in (fill, truth))
    tv, true_tv = _variation(fill, hole), _variation(truth, hole)
    l1 = 100 / 255 * float(mean_absolute_error(mine, real))
    return Similarity(_ssim(fill, truth, hole), l1, tv, _ratio(tv, true_tv))


def psnr(fill: NDArray[Any], truth: NDArray[Any], hole: NDArray[np.bool_]) -> float:
    """Return peak signal to noise ratio over the hole's pixels, dB; infinite where they are equal."""
    error = ((fill[hole].astype(np.float64) - truth[hole]) ** 2).mean()
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def _grey(image: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(image.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)


def _gradient(image: NDArray[Any]) -> NDArray[np.float32]:
    rows, columns = np.gradient(_grey(image))
    return np.asarray(np.hypot(rows, columns), np.float32)


def _mean_step_across(image: NDArray[Any], hole: NDArray[np.bool_]) -> float:
    """Return mean absolute step between a pixel of the hole and a neighbour outside."""
    grey = _grey(image)
    steps = []
    for one, other in _NEIGHBOURS:
        border = hole[one] != hole[other]
        steps.append(np.abs(grey[one] - grey[other])[border])
    every = np.concatenate(steps)
    return float(every.mean()) if every.size else 0.0


def _histogram(gradient: NDArray[np.float32]) -> NDArray[np.float64]:
    edges = np.concatenate([[0], np.geomspace(0.5, _LARGEST_GRADIENT, _BINS)])
    counts, _ = np.histogram(gradient, edges)
    return np.asarray(counts / max(1, counts.sum()), np.float64)


def _chi2(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    total = one + other
    return float(0.5 * ((one - other) ** 2 / np.where(total > 0, total, 1)).sum())


def _ratio(measured: float, truth: float) -> float:
    return float(measured / truth) if truth > 0 else float(measured == 0) or float("inf")


def _ssim(fill: NDArray[Any], truth: NDArray[Any], hole: NDArray[np.bool_]) -> float:
    import torch
    from torchmetrics.functional.image import structural_similarity_index_measure

    if min(hole.shape) <= _WINDOW:
        return float("nan")
    total = 0.0
    for window, inner in _strips(hole):
        inside = torch.from_numpy(hole[window][inner])
        one, other = _tensor(fill[window]), _tensor(truth[window])
        similarity_map = structural_similarity_index_measure(one, other, data_range=1.0, return_full_image=True)[1]
        total += float(similarity_map[0].mean(dim=0)[inner][inside].double().sum())
    return total / int(np.count_nonzero(hole))


def _strips(hole: NDArray[np.bool_]) -> Iterator[tuple[Any, Any]]:
    """Yield strips of the image around the hole: the part that the window needs, and the strip inside that part."""
    around = Box.of(hole)
    assert around is not None
    for top in range(around.top, around.bottom, _ROWS):
        part = Box(top, around.left, min(top + _ROWS, around.bottom), around.right)
        # torchmetrics reflects at the border, for which the window needs one pixel more.
        window = part.pad(_WINDOW + 1).clip(*hole.shape)
        yield window.slices, part.shift(-window.top, -window.left).slices


def _variation(image: NDArray[Any], hole: NDArray[np.bool_]) -> float:
    """Return total variation of the pairs of neighbours that touch the hole; each pair is an image of two pixels."""
    import torch
    from torchmetrics.functional.image import total_variation

    total, count = 0.0, 0
    for one, other in _NEIGHBOURS:
        touching = hole[one] | hole[other]
        pairs = torch.from_numpy(np.stack([image[one][touching], image[other][touching]], axis=-1)[:, :, None])
        for first in range(0, len(pairs), _PAIRS):
            total += float(total_variation(pairs[first : first + _PAIRS].float()))
        count += pairs.shape[0] * pairs.shape[1]
    return 100 / 255 * total / count if count else 0.0


def _tensor(image: NDArray[Any]) -> Any:
    """Return 1 x 3 x H x W in [0, 1]."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(image, 2, 0)))[None].float().div_(255)

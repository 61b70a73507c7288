"""Figures for a fill against the truth. No single one decides: PSNR alone rewards blur."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_BINS = 32
_LARGEST_GRADIENT = 256.0


class Figures(NamedTuple):
    """How near a fill is to the truth, inside the hole.

    `psnr` in dB; `sharpness` and `seam` are ratios, 1 is like the truth; `chi2` is 0 for equal gradient histograms.
    """

    psnr: float
    sharpness: float
    seam: float
    chi2: float


def figures(fill: NDArray[Any], truth: NDArray[Any], hole: NDArray[np.bool_]) -> Figures:
    """Compare two H x W x 3 uint8 pictures inside `hole` (H x W, not empty)."""
    filled_gradient, true_gradient = _gradient(fill), _gradient(truth)
    return Figures(
        psnr=psnr(fill, truth, hole),
        sharpness=_ratio(filled_gradient[hole].mean(), true_gradient[hole].mean()),
        seam=_ratio(_across(fill, hole), _across(truth, hole)),
        chi2=_chi2(_histogram(filled_gradient[hole]), _histogram(true_gradient[hole])),
    )


def psnr(fill: NDArray[Any], truth: NDArray[Any], hole: NDArray[np.bool_]) -> float:
    """Peak signal to noise ratio over the hole's pixels, dB; infinite where they are equal."""
    error = ((fill[hole].astype(np.float64) - truth[hole]) ** 2).mean()
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def _grey(picture: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)


def _gradient(picture: NDArray[Any]) -> NDArray[np.float32]:
    rows, columns = np.gradient(_grey(picture))
    return np.asarray(np.hypot(rows, columns), np.float32)


def _across(picture: NDArray[Any], hole: NDArray[np.bool_]) -> float:
    """Mean step between a pixel of the hole and a known neighbour."""
    grey = _grey(picture)
    steps = []
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
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

"""The figures of an evaluation as columns of tables: titles, digits, and which value is the better one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from inpaint_studio.texts import mark

_LEAST_RATIO = 1e-3  # ratios below are as far from 1 as this one, so that distances stay finite


class Column(NamedTuple):
    """How a figure is shown in a table, and which of two values is the better one."""

    figure: str  # its name in `Row.figures`
    title: str
    digits: int  # behind the point
    distance: Callable[[float], float]  # from the best possible value; less is better
    about: str
    is_ranked: bool = True  # whether one value is better than another
    of_photos: bool = True  # whether each photo has its own; else all fills together have one


def _from_one(value: float) -> float:
    return abs(math.log(max(value, _LEAST_RATIO)))


COLUMNS = (
    Column(
        "psnr",
        mark("PSNR, dB"),
        2,
        lambda v: -v,
        mark("Peak signal to noise ratio of the hole's pixels; more is better."),
    ),
    Column("ssim", "SSIM", 4, lambda v: -v, mark("Structural similarity, its map averaged over the hole; 1 is equal.")),
    Column("l1", "L1, %", 2, abs, mark("Mean absolute error of the hole's values, of their range; less is better.")),
    Column(
        "tv", "TV, %", 2, lambda _: 0.0, mark("Mean step between neighbouring pixels of the hole, of the range."), False
    ),
    Column("tv_ratio", mark("TV to truth"), 3, _from_one, mark("That step divided by the true photo's; 1 is like it.")),
    Column("lpips", "LPIPS", 4, abs, mark("Perceptual distance of the whole images (AlexNet); less is better.")),
    Column(
        "fid",
        "FID",
        2,
        abs,
        mark("Distance of all fills from all photos, whole images; less is better."),
        of_photos=False,
    ),
    Column(
        "kid",
        "KID",
        5,
        lambda v: v,
        mark("The same by a kernel, for few photos; ± its spread over subsets."),
        of_photos=False,
    ),
    Column(
        "sharpness",
        mark("Sharpness"),
        3,
        _from_one,
        mark("Mean gradient in the hole divided by the true one; 1 is like it."),
    ),
    Column(
        "seam",
        mark("Seam"),
        3,
        _from_one,
        mark("Mean step across the hole's border divided by the true one; 1 is like it."),
    ),
    Column("chi2", "Chi²", 4, abs, mark("Distance of the histograms of gradients in the hole; 0 is equal.")),
    Column("seconds", mark("Seconds"), 2, abs, mark("Time of one fill, without reading files and loading weights.")),
)
FIGURES = tuple(column.figure for column in COLUMNS)
OF_PHOTOS = tuple(column for column in COLUMNS if column.of_photos)


def format_figure(column: Column, value: float | None) -> str:
    """Return a figure as text; a dash where it is not known."""
    return "–" if value is None else f"{value:.{column.digits}f}"

"""The columns of a table of figures: titles, digits, which value is the best, and how the rows are grouped."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from inpaint_studio.engine.evaluation.compare import SIZES, Row
from inpaint_studio.engine.evaluation.dataset import EVERY


class Column(NamedTuple):
    """How a figure is shown in a table, and which of two values is the better one."""

    figure: str  # its name in `Row.figures`
    title: str
    digits: int  # behind the point
    distance: Callable[[float], float]  # from the best possible value; less is better
    about: str


def _from_one(value: float) -> float:
    return abs(math.log(value)) if value > 0 else math.inf


COLUMNS = (
    Column("psnr", "PSNR, dB", 2, lambda v: -v, "Peak signal to noise ratio of the hole's pixels; more is better."),
    Column("ssim", "SSIM", 4, lambda v: -v, "Structural similarity, its map averaged over the hole; 1 is equal."),
    Column("l1", "L1, %", 2, abs, "Mean absolute error of the hole's values, of their range; less is better."),
    Column("tv", "TV, %", 2, lambda _: 0.0, "Mean step between neighbouring pixels of the hole, of the range."),
    Column("tv_ratio", "TV to truth", 3, _from_one, "That step divided by the true photo's; 1 is like it."),
    Column("lpips", "LPIPS", 4, abs, "Perceptual distance of the whole images (AlexNet); less is better."),
    Column("fid", "FID", 2, abs, "Distance of all fills from all photos, whole images; less is better."),
    Column("sharpness", "Sharpness", 3, _from_one, "Mean gradient in the hole divided by the true one; 1 is like it."),
    Column("seam", "Seam", 3, _from_one, "Mean step across the hole's border divided by the true one; 1 is like it."),
    Column("chi2", "Chi²", 4, abs, "Distance of the histograms of gradients in the hole; 0 is equal."),
    Column("seconds", "Seconds", 2, abs, "Time of one fill, without reading files and loading weights."),
)
_RANKED = frozenset(column.figure for column in COLUMNS) - {"tv"}

ALL_PHOTOS = "All photos"  # title of the section with the rows over everything


def format_figure(column: Column, value: float | None) -> str:
    """Return a figure as text; a dash where it is not known."""
    return "–" if value is None else f"{value:.{column.digits}f}"


def best_models(column: Column, rows: Sequence[Row]) -> set[str]:
    """Return the models with the best figure of these rows, as it is shown; none where there is only one model."""
    if column.figure not in _RANKED:
        return set()
    known = {row.model: round(v, column.digits) for row in rows if (v := row.figures[column.figure]) is not None}
    if len(known) < 2:
        return set()
    least = min(map(column.distance, known.values()))
    return {model for model, value in known.items() if column.distance(value) <= least}


def known_columns(rows: Sequence[Row]) -> list[Column]:
    """Return the columns that any row has a figure for."""
    return [column for column in COLUMNS if any(row.figures[column.figure] is not None for row in rows)]


def group_rows(rows: Sequence[Row]) -> dict[str, dict[str, list[Row]]]:
    """Return the rows by section ("By kind of hole") and by value in it ("brush"), in their order."""
    sizes = {label for _, label in SIZES}
    grouped: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row.group != EVERY:
            title, value = "By kind of photo", row.group
        elif row.kind == EVERY:
            title, value = ALL_PHOTOS, "All"
        else:
            title, value = ("By size of the hole" if row.kind in sizes else "By kind of hole"), row.kind
        grouped.setdefault(title, {}).setdefault(value, []).append(row)
    return grouped

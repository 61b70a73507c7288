"""The figures of a comparison for other programs: as plain values for JSON, and as a CSV file."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

from inpaint_studio.atomic import explain_write_error, write
from inpaint_studio.engine.evaluation.bootstrap import Interval
from inpaint_studio.engine.evaluation.columns import COLUMNS
from inpaint_studio.engine.evaluation.dataset import EVERY
from inpaint_studio.engine.evaluation.differences import Difference
from inpaint_studio.engine.evaluation.results import Comparison, Row
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

_DIGITS = 6  # behind the point


def list_figures(comparison: Comparison, rows: list[Row], differences: list[Difference]) -> list[dict[str, Any]]:
    """Return the rows: model, group, kind of hole, n, each figure, and how sure the figures are.

    ``intervals`` are the bounds of the 95 % intervals, ``better_than`` the models that this one is surely better than
    by a figure, ``between_seeds`` and ``kid_spread`` standard deviations. The rows over all photos also have
    ``differences``: this model's figure minus another's, with bounds and p (corrected by Holm).
    """
    found = []
    for row in rows:
        values: dict[str, Any] = {"model": row.model, "group": row.group, "kind": row.kind, "n": row.n}
        values |= {name: _round(value) for name, value in row.figures.items()}
        values["intervals"] = {name: _bounds(interval) for name, interval in row.intervals.items()}
        values["better_than"] = row.better_than
        values["between_seeds"] = {name: _round(value) for name, value in row.between_seeds.items()}
        values["kid_spread"] = _round(row.kid_spread)
        if row.group == row.kind == EVERY:
            values["differences"] = {
                other: _against(row.model, other, differences) for other in comparison.models if other != row.model
            }
        found.append(values)
    return found


def write_csv(file: Path, comparison: Comparison, rows: list[Row]) -> None:
    """Write a line for each of `rows` and of the comparison's `crossed_rows`; PSNR with its 95 % interval.

    The file is replaced. Raises InputError where it cannot be written.
    """
    known = [column for column in COLUMNS if any(row.figures[column.figure] is not None for row in rows)]
    head = ["model", "weights", "group", "kind", "n"]
    for column in known:
        head += [column.figure] + ["psnr_low", "psnr_high"] * (column.figure == "psnr")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    for row in [*rows, *comparison.crossed_rows()]:
        weights = comparison.weights.get(row.model)
        cells = [row.model, weights.name if weights else "", row.group, row.kind, str(row.n)]
        for column in known:
            values = [row.figures[column.figure]]
            if column.figure == "psnr":
                interval = row.intervals.get("psnr")
                values += [None, None] if interval is None else [interval.low, interval.high]
            cells += [_digits(value, column.digits + 1) for value in values]
        writer.writerow(cells)
    try:
        write(file, text.getvalue())
    except OSError as error:
        raise InputError(
            tr(
                "{name} was not written: {explain_write_error}.",
                name=file.name,
                explain_write_error=explain_write_error(error),
            )
        ) from error


def _digits(value: float | None, digits: int) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def _against(model: str, other: str, differences: list[Difference]) -> dict[str, Any]:
    """Return the differences of two models by figure, as this model minus the other."""
    found = {}
    for each in differences:
        if {each.one, each.other} != {model, other}:
            continue
        own: dict[str, Any] = {"p": _round(each.p), "better": each.better or None}
        if each.interval is not None:
            sign = 1 if each.one == model else -1
            bounds = [None if bound is None else sign * bound for bound in _bounds(each.interval)]
            own |= {"mean": _round(sign * each.interval.mean), "interval": bounds[::sign]}
        found[each.figure] = own
    return found


def _bounds(interval: Interval) -> list[float | None]:
    return [_round(interval.low), _round(interval.high)]


def _round(value: float | None) -> float | None:
    """Round for the file; None where it is unknown or has no bound."""
    return None if value is None or not math.isfinite(value) else round(value, _DIGITS) + 0.0

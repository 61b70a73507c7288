"""How the rows of figures are grouped into tables, and which model is the best in a column."""

from __future__ import annotations

from collections.abc import Sequence

from inpaint_studio.engine.evaluation.columns import COLUMNS, Column
from inpaint_studio.engine.evaluation.dataset import EVERY
from inpaint_studio.engine.evaluation.results import SIZES, Row
from inpaint_studio.texts import mark

ALL_PHOTOS = mark("All photos")  # title of the section with the rows over everything


def letters(models: Sequence[str]) -> dict[str, str]:
    """Return a short sign for each model, by which tables name those it is better than: a, b, ... z, a1, b1, ..."""
    signs = "abcdefghijklmnopqrstuvwxyz"
    return {
        model: signs[place % len(signs)] + (str(place // len(signs)) if place >= len(signs) else "")
        for place, model in enumerate(dict.fromkeys(models))
    }


def beaten_letters(row: Row, figure: str, signs: dict[str, str]) -> str:
    """Return the signs of the models that this one is surely better than by a figure, in their order."""
    return "".join(signs[model] for model in signs if model in row.better_than.get(figure, []))


def best_models(column: Column, rows: Sequence[Row]) -> set[str]:
    """Return the models with the best figure of these rows, as it is shown; none where there is only one model."""
    if not column.is_ranked:
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
    grouped: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row.group != EVERY:
            title, value = mark("By kind of photo"), row.group
        elif row.kind == EVERY:
            title, value = ALL_PHOTOS, mark("All")
        else:
            title, value = (mark("By size of the hole") if row.kind in SIZES else mark("By kind of hole")), row.kind
        grouped.setdefault(title, {}).setdefault(value, []).append(row)
    return grouped

"""The page of a report: one HTML text that needs nothing from elsewhere.

Filled into the template ``resources/report/page.html`` by Jinja, which escapes every text.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from inpaint_studio import paths
from inpaint_studio.engine.evaluation import paper_tables, tables
from inpaint_studio.engine.evaluation.columns import Column, format_figure
from inpaint_studio.engine.evaluation.dataset import EVERY
from inpaint_studio.engine.evaluation.differences import Difference
from inpaint_studio.engine.evaluation.results import Comparison, LeftOut, Row
from inpaint_studio.json_text import escape_undecodable
from inpaint_studio.language import present
from inpaint_studio.texts import join_facts, mark, name_all, tr

_GENERATOR = "Inpaint Studio, evaluate"
MARK = f'<meta name="generator" content="{_GENERATOR}">'  # by which a report is recognised again
_MOST_REASONS = 50
_MARKS_WIDTH, _LETTER_WIDTH, _NO_MARKS_WIDTH = 1.2, 0.5, 0.9  # rem, of a star, a letter, and without either


class PageImage(NamedTuple):
    """An image of the page: its address, that of the smaller one that the page shows, and the latter's size in px."""

    large: str
    small: str
    width: int
    height: int


Images: TypeAlias = Callable[[int, str], PageImage | None]


def render_page(
    comparison: Comparison,
    rows: Sequence[Row],
    differences: Sequence[Difference],
    shown: Sequence[int],
    split: bool,
    images: Images,
    facts: Mapping[str, str],
) -> str:
    """Render the page from the comparison, its rows and its differences.

    `shown` are the numbers of the cases in the gallery, the hardest first; with `split` the second half are the
    easiest. `images(number, role)` has the image of a case for the role "hole", "truth" or a model's number from 1.
    `facts` are version, command and when.
    """
    known = tables.known_columns(rows)
    signs = tables.letters(comparison.models)
    grouped = tables.group_rows(rows)
    whole = _section(tables.ALL_PHOTOS, grouped.pop(tables.ALL_PHOTOS), known, signs, named=False)
    names = name_all(comparison.models)
    parts = [column for column in known if column.of_photos]
    page = _template().render(
        generator=_GENERATOR,
        names=names,
        counted=_count_photos(len(comparison.compared), len(comparison.cases) - len(comparison.compared)),
        facts=facts,
        columns=known,
        whole=whole,
        several_models=len(comparison.models) > 1,
        several_seeds=any(row.between_seeds for row in rows),
        sections=[_section(title, own, parts, signs) for title, own in grouped.items()],
        differences=_differences(differences, known, signs),
        papers=[table._asdict() for table in paper_tables.compare_with_papers(comparison)],
        caution=paper_tables.CAUTION,
        notes=comparison.notes,
        left_out=_reasons(comparison.left_out),
        galleries=_galleries(comparison, shown, split, images),
    )
    return escape_undecodable(page)


def _template() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.resources() / "report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals.update(tr=tr, language=present().replace("_", "-"))
    return environment.get_template("page.html")


def _count_photos(count: int, left_out: int) -> str:
    if left_out:
        return tr("{n} photos, {left_out} left out.", count, left_out=left_out)
    return tr("{n} photos.", count)


def _section(
    title: str,
    parts: Mapping[str, Sequence[Row]],
    known: Sequence[Column],
    signs: dict[str, str],
    named: bool = True,
) -> dict[str, Any]:
    """Return a table with a row for each model of each part. With `named` the first column has the part's name."""
    lines: list[dict[str, Any]] = []
    for value, rows in parts.items():
        best = {column.figure: tables.best_models(column, rows) for column in known}
        for place, row in enumerate(rows):
            lines.append({
                "begins": bool(lines) and not place,  # a part other than the first
                "rowspan": len(rows) if named and not place else 0,
                "value": value,
                "sign": signs[row.model] if len(signs) > 1 else "",
                "model": row.model,
                "n": row.n,
                "cells": [_cell(column, row, row.model in best[column.figure], signs) for column in known],
            })  # fmt: skip
    longest = max((len(cell["beats"]) for line in lines for cell in line["cells"]), default=0)
    marks = _MARKS_WIDTH + _LETTER_WIDTH * longest if len(signs) > 1 else _NO_MARKS_WIDTH
    return {"title": title, "named": named, "columns": known, "rows": lines, "marks_width": marks}


def _cell(column: Column, row: Row, is_best: bool, signs: dict[str, str]) -> dict[str, Any]:
    """Return a figure with its marks, and below it its interval and its spreads."""
    below = []
    interval = row.intervals.get(column.figure)
    if interval is not None and math.isfinite(interval.low):
        below.append(f"{format_figure(column, interval.low)}–{format_figure(column, interval.high)}")
    if column.figure == "kid" and row.kid_spread is not None:
        below.append(f"± {format_figure(column, row.kid_spread)}")
    if column.figure in row.between_seeds and row.group == row.kind == EVERY:
        below.append(tr("seeds ± {spread}", spread=f"{row.between_seeds[column.figure]:.{column.digits + 1}f}"))
    return {
        "text": format_figure(column, row.figures[column.figure]),
        "best": is_best,
        "beats": tables.beaten_letters(row, column.figure, signs),
        "below": below,
    }


def _differences(
    differences: Sequence[Difference], known: Sequence[Column], signs: dict[str, str]
) -> dict[str, Any] | None:
    """Return a table with a row for each two models; None where there is one model."""
    columns = [column for column in known if any(each.figure == column.figure for each in differences)]
    by_pair: dict[tuple[str, str], dict[str, Difference]] = {}
    for each in differences:
        by_pair.setdefault((each.one, each.other), {})[each.figure] = each
    rows = [
        {
            "one": one,
            "other": other,
            "signs": (signs[one], signs[other]),
            "cells": [_difference_cell(column, own.get(column.figure), signs) for column in columns],
        }
        for (one, other), own in by_pair.items()
    ]
    return {"columns": columns, "rows": rows} if rows else None


def _difference_cell(column: Column, each: Difference | None, signs: dict[str, str]) -> dict[str, str]:
    if each is None:
        return {"text": "–", "below": "", "better": ""}
    text, below = "–", ""
    if each.interval is not None:
        text = f"{each.interval.mean:+.{column.digits}f}"
        if math.isfinite(each.interval.low):
            below = tr(
                "{low} to {high}",
                low=f"{each.interval.low:+.{column.digits}f}",
                high=f"{each.interval.high:+.{column.digits}f}",
            )
    return {"text": text, "below": below, "better": signs.get(each.better, "")}


def _reasons(left_out: Sequence[LeftOut]) -> list[str]:
    lines = [each.sentence for each in left_out]
    more = len(lines) - _MOST_REASONS
    return [*lines[:_MOST_REASONS], tr("and {more} more", more=more)] if more > 0 else lines


def _galleries(comparison: Comparison, shown: Sequence[int], split: bool, images: Images) -> list[dict[str, Any]]:
    half = len(shown) // 2
    parts = {mark("Photos"): shown}
    if split:
        parts = {mark("Hardest photos"): shown[:half], mark("Easiest photos"): shown[: half - 1 : -1]}
    return [
        {"title": title, "entries": [_entry(comparison, number, images) for number in numbers]}
        for title, numbers in parts.items()
        if shown
    ]


def _entry(comparison: Comparison, number: int, images: Images) -> dict[str, Any]:
    case = comparison.cases[number]
    about = join_facts([tr("Hole of {value:.1f} %", value=100 * comparison.shares[number]), case.kind, case.group])
    roles = [("hole", tr("With the hole"), "")]
    for place, model in enumerate(comparison.models, 1):
        figures = comparison.measured[model].get(number)
        if figures is not None:
            roles.append((str(place), model, tr("{figures:.2f} dB", figures=figures["psnr"])))
    roles.append(("truth", tr("Truth"), ""))
    figures_shown = [
        {"title": title, "psnr": psnr, "image": image}
        for role, title, psnr in roles
        if (image := images(number, role)) is not None
    ]
    return {"name": case.photo.name, "about": about, "figures": figures_shown}

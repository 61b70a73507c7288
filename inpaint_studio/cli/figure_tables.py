"""The figures of an evaluation as tables on the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inpaint_studio.engine.evaluation import tables
from inpaint_studio.engine.evaluation.bootstrap import LEAST, Interval
from inpaint_studio.engine.evaluation.columns import COLUMNS, Column, format_figure
from inpaint_studio.engine.evaluation.differences import Difference
from inpaint_studio.engine.evaluation.results import Row
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_PIPE_WIDTH = 100  # characters, where the output is not a terminal
_NOT_NARROW = ("tv", "tv_ratio", "chi2", "seam", "seconds", "l1", "ssim", "sharpness")  # left out of the parts' tables
_MOST_COMPARED = 3  # models of which each two are compared on the terminal
_LEGEND = mark("[low, high]: 95 % interval of the mean, by the bootstrap over photos.")
_NO_INTERVALS = mark("An interval of a mean needs {least} photos or more.")
_KID_LEGEND = mark("±: standard deviation of KID over subsets. FID has no interval.")
_MARKS = mark("""\
* is the best in its column or row. A letter behind it: better than that model, and not by luck (a
randomisation test photo by photo, 95 %, corrected by Holm for all comparisons of the table).""")


def print_figures(rows: list[Row], differences: Sequence[Difference] = ()) -> None:
    """Print the means over all photos with their intervals, then one table for each way to divide the photos.

    Tables of parts are printed without the less important columns where they do not fit.
    """
    from rich.console import Console

    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=_PIPE_WIDTH)
    grouped = tables.group_rows(rows)
    whole = grouped.pop(tables.ALL_PHOTOS)["All"]
    signs = tables.letters([row.model for row in whole])
    _print_by_model(console, f"{tr(tables.ALL_PHOTOS)}: {max(row.n for row in whole)}", _whole_cells(whole, signs))
    print(tr(_LEGEND) if max(row.n for row in whole) >= LEAST else tr(_NO_INTERVALS, least=LEAST))
    if any(row.kid_spread is not None for row in whole):
        print(tr(_KID_LEGEND))
    if any(row.between_seeds for row in whole):
        _print_by_model(console, tr("From seed to seed: standard deviation of the mean"), _seed_cells(whole, signs))
    if 1 < len(whole) <= _MOST_COMPARED:
        _print_by_model(console, tr("Differences, photo by photo"), _difference_cells(differences, signs))
    is_complete = _print_parts(console, grouped, tables.known_columns(rows), signs)
    if len(whole) > 1:
        print(tr(_MARKS))
    if not is_complete:
        print(tr("A wider terminal shows more columns; --json and --report have all."))
    if len(whole) > _MOST_COMPARED:
        print(tr("--json and --report have the differences of each two models."))


_Cells = dict[str, dict[str, str]]  # head of a column -> figure -> text


def _print_by_model(console: Console, title: str | None, cells: _Cells) -> None:
    """Print a table with a row for each figure, a few columns at a time, as many as fit."""
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    gap = 3  # characters between two columns
    shown = [column for column in COLUMNS if any(column.figure in own for own in cells.values())]
    width = max((cell_len(tr(column.title)) for column in shown), default=0)
    heads = list(cells)
    while heads:
        table = Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", padding=(0, 2, 0, 0))
        table.add_column("", width=width, no_wrap=True)
        block: list[str] = []
        used = width + 2 * gap
        for head in heads:
            wide = max(map(cell_len, [head, *cells[head].values()]))
            if block and used + wide + gap > console.width:
                break
            table.add_column(Text(head), width=wide)
            block.append(head)
            used += wide + gap
        for column in shown:
            texts = [cells[head].get(column.figure, "–") for head in block]
            table.add_row(tr(column.title), *(Text(text, no_wrap=True) for text in texts))
        console.print(table)
        title = None  # what follows continues the same table
        heads = heads[len(block) :]


def _whole_cells(rows: list[Row], signs: dict[str, str]) -> _Cells:
    cells: _Cells = {_name(row.model, signs): {} for row in rows}
    for column in tables.known_columns(rows):
        best = tables.best_models(column, rows)
        for row in rows:
            text = format_figure(column, row.figures[column.figure])
            if column.figure in row.intervals:
                text += f" {_bounds(column, row.intervals[column.figure])}"
            if column.figure == "kid" and row.kid_spread is not None:
                text += f" ±{format_figure(column, row.kid_spread)}"
            mark = ("*" if row.model in best else "") + tables.beaten_letters(row, column.figure, signs)
            cells[_name(row.model, signs)][column.figure] = f"{text} {mark}".rstrip()
    return cells


def _seed_cells(rows: list[Row], signs: dict[str, str]) -> _Cells:
    """Return the spreads between seeds; with the digits of the figures and one more, for they are small."""
    return {
        _name(row.model, signs): {
            column.figure: f"{row.between_seeds[column.figure]:.{column.digits + 1}f}"
            for column in COLUMNS
            if column.figure in row.between_seeds
        }
        for row in rows
    }


def _difference_cells(differences: Sequence[Difference], signs: dict[str, str]) -> _Cells:
    by_name = {column.figure: column for column in COLUMNS}
    cells: _Cells = {}
    for each in differences:
        own = cells.setdefault(f"{signs[each.one]} minus {signs[each.other]}", {})
        if each.interval is not None:
            column = by_name[each.figure]
            text = f"{each.interval.mean:+.{column.digits}f} {_bounds(column, each.interval)}"
            own[each.figure] = f"{text} {signs.get(each.better, '')}".rstrip()
    return cells


def _print_parts(
    console: Console, grouped: dict[str, dict[str, list[Row]]], known: list[Column], signs: dict[str, str]
) -> bool:
    """Print the tables of parts; return whether all columns fitted."""
    from rich.measure import Measurement

    known = [column for column in known if column.of_photos]
    unlimited = console.options.update(max_width=10_000)
    dropped: str | None
    for dropped in (None, *_NOT_NARROW):
        known = [column for column in known if column.figure != dropped]
        made = [_part_table(title, parts, known, signs) for title, parts in grouped.items()]
        if all(Measurement.get(console, unlimited, table).minimum <= console.width for table in made):
            break
    console.print(*made, sep="\n")
    return dropped is None


def _part_table(title: str, parts: dict[str, list[Row]], known: list[Column], signs: dict[str, str]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    heads = ["", tr("Model"), "n", *(tr(column.title) for column in known)]
    lines: list[list[str]] = []
    ends = set()
    for value, rows in parts.items():
        best = {column.figure: tables.best_models(column, rows) for column in known}
        for place, row in enumerate(rows):
            figures = [_part_cell(column, row, best[column.figure], signs) for column in known]
            lines.append(["" if place else value, _name(row.model, signs), str(row.n), *figures])
        ends.add(len(lines))
    table = Table(title=tr(title), box=SIMPLE_HEAD, title_justify="left", title_style="bold", padding=(0, 1, 0, 0))
    for place, head in enumerate(heads):
        # Titles may be broken between words, the cells below them may not.
        least = max(map(cell_len, [*head.split(), *(line[place] for line in lines)]))
        table.add_column(head, justify="left" if place < 2 else "right", width=least)
    for number, line in enumerate(lines, 1):
        table.add_row(*(Text(text, no_wrap=True) for text in line), end_section=number in ends)
    return table


def _part_cell(column: Column, row: Row, best: set[str], signs: dict[str, str]) -> str:
    """Return a figure with its marks, padded so that the figures of a column stand under each other."""
    marks = ("*" if row.model in best else "") + tables.beaten_letters(row, column.figure, signs)
    return format_figure(column, row.figures[column.figure]) + marks.ljust(len(signs) if len(signs) > 1 else 0)


def _name(model: str, signs: dict[str, str]) -> str:
    return f"{signs[model]} {model}" if len(signs) > 1 else model


def _bounds(column: Column, interval: Interval) -> str:
    """Return the bounds as text; empty where one value has none."""
    if not math.isfinite(interval.low):
        return ""
    return f"[{format_figure(column, interval.low)}, {format_figure(column, interval.high)}]"

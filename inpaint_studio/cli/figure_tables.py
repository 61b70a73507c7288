"""The figures of an evaluation as tables on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inpaint_studio.engine.evaluation import columns
from inpaint_studio.engine.evaluation.columns import Column
from inpaint_studio.engine.evaluation.compare import Row

if TYPE_CHECKING:
    from rich.table import Table

_PIPE_WIDTH = 200  # characters, where the output is not a terminal
_NOT_NARROW = ("tv", "tv_ratio", "chi2", "seam", "l1", "ssim")  # columns left out on a narrow terminal, in this order


def print_figures(rows: list[Row]) -> None:
    """Print one table for each section of the rows, without the less important columns where they do not fit."""
    from rich.console import Console
    from rich.measure import Measurement

    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=_PIPE_WIDTH)
    unlimited = console.options.update(max_width=10_000)
    known = columns.known_columns(rows)
    sections = columns.group_rows(rows).items()
    for dropped in (None, *_NOT_NARROW):
        known = [column for column in known if column.figure != dropped]
        tables = [_table(title, parts, known) for title, parts in sections]
        if all(Measurement.get(console, unlimited, table).minimum <= console.width for table in tables):
            break
    console.print(*tables, sep="\n")
    if len({row.model for row in rows}) > 1:
        print("* is the best in its column.")
    if dropped is not None:
        print("A wider terminal shows more columns; --json and --report have all.")


def _table(title: str, parts: dict[str, list[Row]], known: list[Column]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    heads = ["", "Model", "n", *(column.title for column in known)]
    lines: list[list[str]] = []
    ends = set()
    for value, rows in parts.items():
        best = {column.figure: columns.best_models(column, rows) for column in known}
        for place, row in enumerate(rows):
            figures = [_cell(column, row, row.model in best[column.figure]) for column in known]
            lines.append(["" if place else value, row.model, str(row.n), *figures])
        ends.add(len(lines))
    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", padding=(0, 1, 0, 0))
    for place, head in enumerate(heads):
        # Titles may be broken between words, the cells below them may not.
        least = max(map(cell_len, [*head.split(), *(line[place] for line in lines)]))
        table.add_column(head, justify="left" if place < 2 else "right", width=least)
    for number, line in enumerate(lines, 1):
        table.add_row(*(Text(text, no_wrap=True) for text in line), end_section=number in ends)
    return table


def _cell(column: Column, row: Row, is_best: bool) -> str:
    return columns.format_figure(column, row.figures[column.figure]) + ("*" if is_best else " ")

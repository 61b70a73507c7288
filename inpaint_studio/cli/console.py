"""Text on a terminal: a progress bar, tables in columns, notes and the one line of an error."""

from __future__ import annotations

import contextlib
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from inpaint_studio.texts import tr

Listener = Callable[[float, str], None]  # a fraction in [0, 1] and a note


@contextlib.contextmanager
def show_progress() -> Iterator[Listener | None]:
    """Yield the listener of a ticket: a bar on a terminal; None where stderr is a pipe or a file."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, note: bar.update(task, completed=fraction, description=note or None)


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of cells. Each column but the last is as wide as its widest cell; all rows have the same length."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[-1]]).rstrip())


def _width(text: str) -> int:
    """Return the columns of a terminal that a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def print_notes(notes: Sequence[str], stderr: bool = False) -> None:
    """Print each note on a line of its own, on stdout unless `stderr` is set."""
    for note in notes:
        print(tr("Note: {names}", names=" ".join(note.split())), file=sys.stderr if stderr else sys.stdout)


def print_error(program: str, text: str) -> None:
    """Print ``program: text`` on one line of stderr. Where stderr cannot be written, the exit status has to do."""
    with contextlib.suppress(OSError):
        print(f"{program}: {' '.join(text.split())}", file=sys.stderr)

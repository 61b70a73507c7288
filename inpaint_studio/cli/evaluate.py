"""``inpaint-studio evaluate``."""

from __future__ import annotations

import contextlib
import shlex
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio import __version__
from inpaint_studio.cli.console import progress
from inpaint_studio.cli.parser import PROGRAM
from inpaint_studio.engine.evaluation import compare, dataset, report_page
from inpaint_studio.engine.evaluation.compare import Comparison, Row
from inpaint_studio.engine.evaluation.dataset import Case, Drawn, Found
from inpaint_studio.engine.evaluation.report import Facts, Report
from inpaint_studio.engine.evaluation.report import check as check_report
from inpaint_studio.engine.machine.devices import check_name
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import to_json
from inpaint_studio.models.base.interface import Options, Plane
from inpaint_studio.models.base.registry import AUTO

if TYPE_CHECKING:
    from rich.table import Table

_SHARES = {"brush": 0.5, "rectangle": 0.25, "object": 0.25}  # of a mixture
_PIPE_WIDTH = 200  # characters, where there is no terminal to ask
_NOT_NARROW = ("tv", "tv_ratio", "chi2", "seam", "l1", "ssim")  # the columns that a narrow terminal goes without
_REASONS = 10  # pictures that are named when they are left out; the report names more


def evaluate(options: Namespace) -> int:
    """Measures the models over the pictures, as the options say."""
    models = list(dict.fromkeys(options.models or [AUTO]))
    check_name(options.device)
    compare.check_models(models, options.plain)
    if options.report is not None:
        check_report(options.report)
    found = _found(options)
    chosen = dataset.spread(found.cases, options.limit)
    if not chosen:
        raise InputError(" ".join(["There is no photo with a hole to measure on.", *found.notes]))
    how = Options(options.quality, options.seed, options.device, options.threads, options.precision)
    with _report(options.report, len(chosen)) as report:
        with progress() as listener:
            watch = report.see if report else None
            result = compare.compare(chosen, models, how, options.plain, Ticket(listener), watch)
        result.notes[:0] = found.notes
        if report:
            when = f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}".strip()
            report.finish(result, Facts(__version__, _command(options, models), when))
    _say(result, options)
    return 0


def _found(options: Namespace) -> Found:
    """The pictures with their holes."""
    if options.holes is not None and (options.masks is not None or options.pairs is not None):
        raise InputError("--holes draws holes where there are no masks; leave out either.")
    if not options.photos.is_dir():
        raise InputError(f"There is no folder {options.photos}; check the name.")
    if options.masks is not None and not options.masks.is_dir():
        raise InputError(f"There is no folder {options.masks}; check the name.")
    if options.pairs is not None:
        return dataset.in_table(options.pairs, options.photos, options.masks)
    if options.masks is not None:
        return dataset.in_folders(options.photos, options.masks)
    drawn = [_drawn(photo, number, options.holes) for number, photo in enumerate(dataset.pictures(options.photos))]
    return Found(drawn, [])


def _drawn(photo: Path, number: int, kind: str | None) -> Case:
    """A hole that depends on the photo's number alone."""
    if kind in (None, "mixture"):
        names = sorted(_SHARES)
        kind = str(np.random.default_rng([number, 1]).choice(names, p=[_SHARES[name] for name in names]))
    return Case(photo, _hole(number, kind), kind)


def _hole(number: int, kind: str) -> Drawn:
    def draw(height: int, width: int) -> Plane:
        from training.data.masks import Mixture, hole

        return hole(np.random.default_rng([number]), height, width, Mixture({kind: 1.0}))

    return draw


@contextlib.contextmanager
def _report(folder: Path | None, count: int) -> Iterator[Report | None]:
    if folder is None:
        yield None
        return
    with Report(folder, count) as report:
        yield report


def _command(options: Namespace, models: list[str]) -> str:
    """What was asked for, as it could be typed again; folders by their own names alone."""
    words = [PROGRAM, "evaluate"]
    for model in models:
        words += ["--model", model]
    for name in ("photos", "masks", "pairs", "holes", "limit", "quality", "seed", "device", "precision", "threads"):
        value = getattr(options, name)
        if value is not None:
            words += [f"--{name}", value.resolve().name if isinstance(value, Path) else str(value)]
    return shlex.join([*words, "--plain"] if options.plain else words)


def _say(result: Comparison, options: Namespace) -> None:
    """The figures on stdout; beside JSON, which is a list of them alone, the notes go to stderr."""
    rows = result.rows()
    if options.json:
        print(to_json([_plain(row) for row in rows]))
    else:
        _print(rows)
        if options.report is not None:
            print(f"Report: {options.report / 'index.html'}")
    for note in _notes(result):
        print(f"Note: {' '.join(note.split())}", file=sys.stderr if options.json else sys.stdout)


def _plain(row: Row) -> dict[str, Any]:
    figures = {name: None if value is None else round(value, 6) for name, value in row.figures.items()}
    return {"model": row.model, "group": row.group, "kind": row.kind, "n": row.n} | figures


def _notes(result: Comparison) -> list[str]:
    folders = {missing.reason: missing.folder for missing in result.missing}
    notes = [f"{note} Its place is {folders[note]}." if note in folders else note for note in result.notes]
    notes += [each.said for each in result.left_out[:_REASONS]]
    more = len(result.left_out) - _REASONS
    return [*notes, f"{more} more were left out."] if more > 0 else notes


def _print(rows: list[Row]) -> None:
    from rich.console import Console
    from rich.measure import Measurement

    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=_PIPE_WIDTH)
    endless = console.options.update(max_width=10_000)
    known = report_page.columns(rows)
    sections = report_page.sections(rows).items()
    for dropped in (None, *_NOT_NARROW):
        known = [column for column in known if column.figure != dropped]
        tables = [_table(title, parts, known) for title, parts in sections]
        if all(Measurement.get(console, endless, table).minimum <= console.width for table in tables):
            break
    console.print(*tables, sep="\n")
    if len({row.model for row in rows}) > 1:
        print("* is the best in its column.")
    if dropped is not None:
        print("A wider terminal shows more columns; --json and --report tell all.")


def _table(title: str, parts: dict[str, list[Row]], known: list[report_page.Column]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    heads = ["", "Model", "n", *(column.title for column in known)]
    lines: list[list[str]] = []
    ends = set()
    for value, rows in parts.items():
        best = {column.figure: report_page.best(column, rows) for column in known}
        for place, row in enumerate(rows):
            figures = [_cell(column, row, row.model in best[column.figure]) for column in known]
            lines.append(["" if place else value, row.model, str(row.n), *figures])
        ends.add(len(lines))
    table = Table(title=title, box=SIMPLE_HEAD, title_justify="left", title_style="bold", padding=(0, 1, 0, 0))
    for place, head in enumerate(heads):
        # Heads may be broken between words; what stands below them may not.
        least = max(map(cell_len, [*head.split(), *(line[place] for line in lines)]))
        table.add_column(head, justify="left" if place < 2 else "right", width=least)
    for number, line in enumerate(lines, 1):
        table.add_row(*(Text(text, no_wrap=True) for text in line), end_section=number in ends)
    return table


def _cell(column: report_page.Column, row: Row, wins: bool) -> str:
    return report_page.cell(column, row.figures[column.figure]) + ("*" if wins else " ")

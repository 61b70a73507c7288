"""``inpaint-studio evaluate``: measure models side by side."""

from __future__ import annotations

import contextlib
import shlex
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from inpaint_studio import __version__
from inpaint_studio.cli.console import print_notes, show_progress
from inpaint_studio.cli.figure_tables import print_figures
from inpaint_studio.cli.parser import PROGRAM
from inpaint_studio.engine.evaluation import compare, dataset
from inpaint_studio.engine.evaluation.dataset import Case, Dataset, HoleMaker
from inpaint_studio.engine.evaluation.figures_file import list_figures, write_csv
from inpaint_studio.engine.evaluation.kept_figures import KeptFigures
from inpaint_studio.engine.evaluation.report import ReportSource, ReportWriter
from inpaint_studio.engine.evaluation.report import check as check_report
from inpaint_studio.engine.evaluation.results import Comparison
from inpaint_studio.engine.fill.learned_start import find_start
from inpaint_studio.engine.machine.devices import check_name
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.photo.encoding import check_target
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import to_json
from inpaint_studio.models.base.interface import AUTO, Options, Plane
from inpaint_studio.texts import tr

_MIXTURE = {"brush": 0.5, "rectangle": 0.25, "object": 0.25}  # kind of hole -> its share of a mixture
_REASONS = 10  # photos left out that are listed; the report lists more


def evaluate(options: Namespace) -> int:
    """Run ``inpaint-studio evaluate``; return the exit status. Raises InputError and its subclasses."""
    models = list(dict.fromkeys(options.models or [AUTO]))
    _check_options(options, models)
    keep = KeptFigures(options.keep) if options.keep is not None else None
    found = _find_cases(options)
    chosen = dataset.sample_cases(found.cases, options.limit)
    if not chosen:
        raise InputError(" ".join([tr("There is no photo with a hole to measure."), *found.notes]))
    model_options = Options(
        options.quality, options.seed, options.device, options.threads, options.precision, start=options.start
    )
    with _open_report(options.report, len(chosen)) as report:
        with show_progress() as listener:
            watch = report.add_fill if report else None
            ticket = Ticket(listener)
            result = compare.compare(chosen, models, model_options, options.plain, ticket, watch, options.seeds, keep)
        result.notes[:0] = found.notes
        if report:
            when = f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}".strip()
            report.finish(result, ReportSource(__version__, _command(options, models), when))
    _print_result(result, options)
    return 0


def _check_options(options: Namespace, models: list[str]) -> None:
    """Raise InputError for options that would fail after the fills were made."""
    check_name(options.device)
    compare.check_models(models, options.plain)
    find_start(model_library(), options.start)
    if options.report is not None:
        if options.keep is not None:
            raise InputError(
                tr("A report shows the fills, and --keep keeps their figures alone; leave out one of them.")
            )
        check_report(options.report)
    for path in filter(None, (options.csv, options.keep)):
        check_target(path)


def _find_cases(options: Namespace) -> Dataset:
    """Find the photos with their holes. Raises InputError."""
    for option, value in (("--holes", options.holes), ("--holes-seed", options.holes_seed)):
        if value is not None and (options.masks is not None or options.pairs is not None):
            raise InputError(
                tr("{option} is for holes that are drawn where there are no masks; leave out either.", option=option)
            )
    if not options.photos.is_dir():
        raise InputError(tr("There is no folder {photos}; check the name.", photos=options.photos))
    if options.masks is not None and not options.masks.is_dir():
        raise InputError(tr("There is no folder {masks}; check the name.", masks=options.masks))
    if options.pairs is not None:
        return dataset.read_table(options.pairs, options.photos, options.masks)
    if options.masks is not None:
        return dataset.pair_folders(options.photos, options.masks)
    name, seed = options.holes or "mixture", options.holes_seed or 0
    photos = enumerate(dataset.find_photos(options.photos))
    return Dataset([_make_case(photo, number, name, seed) for number, photo in photos], [])


def _make_case(photo: Path, number: int, name: str, seed: int) -> Case:
    """Return a case whose hole depends only on the photo's number, the set of holes and their seed."""
    kind = name
    if name == "mixture":
        names = sorted(_MIXTURE)
        kind = str(np.random.default_rng([number, 1]).choice(names, p=[_MIXTURE[name] for name in names]))
    return Case(photo, _hole_maker(kind, number, seed), kind)


def _hole_maker(name: str, number: int, seed: int) -> HoleMaker:
    def draw(height: int, width: int) -> Plane:
        from training.data.hole_sets import draw_from

        return draw_from(name, number, seed, height, width)

    return draw


@contextlib.contextmanager
def _open_report(folder: Path | None, count: int) -> Iterator[ReportWriter | None]:
    if folder is None:
        yield None
        return
    with ReportWriter(folder, count) as report:
        yield report


def _command(options: Namespace, models: list[str]) -> str:
    """Return the command as it could be typed again; folders by their own names only."""
    parts = [PROGRAM, "evaluate"]
    for model in models:
        parts += ["--model", model]
    for name in (
        "photos", "masks", "pairs", "holes", "holes_seed", "limit", "quality", "seed", "seeds", "device", "precision",
        "threads", "start",
    ):  # fmt: skip
        value = getattr(options, name)
        if value is not None:
            parts += [f"--{name.replace('_', '-')}", value.resolve().name if isinstance(value, Path) else str(value)]
    return shlex.join([*parts, "--plain"] if options.plain else parts)


def _print_result(result: Comparison, options: Namespace) -> None:
    """Print the figures on stdout, and write their table.

    With --json, which prints only the list of the figures there, the notes go to stderr.
    """
    rows, differences = result.rows(), result.differences()
    if options.json:
        print(to_json(list_figures(result, rows, differences)))
    else:
        print_figures(rows, differences)
        if options.report is not None:
            print(tr("Report: {report}", report=options.report / "index.html"))
    print_notes(_notes(result), stderr=options.json)
    if options.csv is not None:  # last, so that the figures of a long run are not lost where the disk is full
        write_csv(options.csv, result, rows)


def _notes(result: Comparison) -> list[str]:
    folders = {missing.reason: missing.folder for missing in result.missing}
    notes = [
        tr("{note} Its place is {folders}.", note=note, folders=folders[note]) if note in folders else note
        for note in result.notes
    ]
    notes += [each.sentence for each in result.left_out[:_REASONS]]
    more = len(result.left_out) - _REASONS
    return [*notes, tr("{more} more were left out.", more=more)] if more > 0 else notes

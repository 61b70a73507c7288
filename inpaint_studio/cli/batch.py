"""``inpaint-studio batch``: fill the holes of many photos."""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any

from inpaint_studio.cli.console import print_notes, print_table
from inpaint_studio.engine.batch.describe import HEADINGS, describe_progress, list_rows, make_row, summarise
from inpaint_studio.engine.batch.job import BatchJob, HowToFill
from inpaint_studio.engine.batch.plan import plan_batch
from inpaint_studio.engine.batch.pool import Pool, ProcessPool
from inpaint_studio.engine.batch.run import BatchProgress, BatchReport, BatchRun
from inpaint_studio.engine.fill.learned_start import find_start
from inpaint_studio.engine.machine.devices import check_name
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, StudioError
from inpaint_studio.json_text import to_json
from inpaint_studio.models.base.interface import AUTO, Options
from inpaint_studio.texts import tr

_SOME_FAILED = 1  # exit status


def batch(options: Namespace) -> int:
    """Run ``inpaint-studio batch``; return the exit status. Raises InputError and its subclasses."""
    _check_options(options)
    suggested = bool(set(options.suggest) - {"shadow"})
    jobs = plan_batch(options.photos, options.output, options.masks, options.mask_suffix, suggested)
    if options.dry_run:
        return _print_plan(jobs, options)
    how = _how_to_fill(options)
    run = BatchRun(jobs, how, options.output, options.resume)
    try:
        with _show_progress(run.report) as listen:
            run.run(_make_pool(how, options), Ticket(), listen)
    except (KeyboardInterrupt, StudioError) as error:
        if isinstance(error, KeyboardInterrupt) or run.report.left < len(jobs):
            _print_report(run.report, options)
            hint = tr("The same command with --resume goes on with the rest.")
            print_notes([hint], stderr=True)
        raise
    _print_report(run.report, options)
    return _SOME_FAILED if run.report.count("failed") else 0


def _check_options(options: Namespace) -> None:
    """Raise InputError for what would make every fill fail."""
    check_name(options.device)
    if options.model != AUTO:
        model_library().get(options.model)
    find_start(model_library(), options.start)
    if options.invert_mask and options.masks is None and options.suggest:
        raise InputError(tr("--invert-mask is about masks; name them with --masks."))


def _how_to_fill(options: Namespace) -> HowToFill:
    made = Options(
        options.quality, options.seed, options.device, options.threads, options.precision, start=options.start
    )
    suggest = tuple(sorted(set(options.suggest), key=lambda kind: kind == "shadow"))  # it lies beside what is found
    return HowToFill(options.model, made, suggest, options.grow, options.feather, options.invert_mask)


def _make_pool(how: HowToFill, options: Namespace) -> Pool:
    if options.cluster is None:
        return ProcessPool(how, options.workers)
    from inpaint_studio.engine.batch.ray_pool import RayPool

    return RayPool(how, options.workers, options.cluster)


def _print_plan(jobs: list[BatchJob], options: Namespace) -> int:
    """Print what would be done; return the exit status of the batch as far as it is known."""
    if options.json:
        rows = [
            {
                "photo": str(job.photo),
                "mask": None if job.mask is None else str(job.mask),
                "output": str(job.output),
                "reason": job.fault,
            }
            for job in jobs
        ]
        print(to_json({"photos": rows}))
    else:
        head = [tr("photo"), tr("mask"), tr("saved as, or why not")]
        own = tr("what is found") if options.suggest else tr("its transparency")
        cells = [
            [str(job.photo), "" if job.fault else str(job.mask or own), job.fault or str(job.output)] for job in jobs
        ]
        print_table([head, *cells])
    return _SOME_FAILED if any(job.fault for job in jobs) else 0


def _print_report(report: BatchReport, options: Namespace) -> None:
    if options.json:
        print(to_json(_to_dict(report)))
        return
    print_table([tuple(map(tr, HEADINGS)), *list_rows(report)])
    print(summarise(report))
    notes: dict[str, list[str]] = {}
    for job, outcome in zip(report.jobs, report.outcomes, strict=True):
        for note in outcome.notes if outcome is not None else ():
            notes.setdefault(note, []).append(job.name)
    print_notes([f"{_join(names)}: {note}" for note, names in notes.items()])


def _join(names: list[str]) -> str:
    """Return a few names that a note is about, and how many more there are."""
    few, more = ", ".join(names[:3]), len(names) - 3
    return few if more <= 0 else tr("{names} and {n} more", more, names=few)


def _to_dict(report: BatchReport) -> dict[str, Any]:
    photos = [
        {
            "photo": str(job.photo),
            "mask": None if job.mask is None else str(job.mask),
            "output": str(job.output),
            "status": "not reached" if outcome is None else outcome.status,
            "made": "" if outcome is None else outcome.made,
            "seconds": 0.0 if outcome is None else round(outcome.seconds, 4),
            "reason": "" if outcome is None else outcome.reason,
            "notes": [] if outcome is None else list(outcome.notes),
        }
        for job, outcome in zip(report.jobs, report.outcomes, strict=True)
    ]
    return {"photos": photos, "failed": report.count("failed"), "seconds": round(report.seconds, 4)}


@contextlib.contextmanager
def _show_progress(report: BatchReport) -> Iterator[Callable[[BatchProgress], None]]:
    """Yield a listener: a bar with the time left on a terminal; in a pipe a line for each photo. Both are on stderr."""
    if not sys.stderr.isatty():
        yield lambda progress: _print_line(report, progress)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def show(progress: BatchProgress) -> None:
            bar.update(task, completed=progress.fraction, description=describe_progress(progress))
            outcome = None if progress.latest is None else report.outcomes[progress.latest]
            if outcome is not None and outcome.status == "failed" and progress.latest is not None:
                bar.console.print(_describe(report, progress.latest), markup=False, highlight=False)

        yield show


def _print_line(report: BatchReport, progress: BatchProgress) -> None:
    if progress.latest is not None:
        line = f"{describe_progress(progress)}: {_describe(report, progress.latest)}"
        print(" ".join(line.split()), file=sys.stderr)


def _describe(report: BatchReport, number: int) -> str:
    outcome = report.outcomes[number]
    photo, status, _, where = make_row(report.jobs[number], outcome)
    return f"{photo}: {status}: {where}" if outcome is not None and outcome.status == "failed" else f"{photo}: {status}"

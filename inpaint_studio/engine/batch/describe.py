"""The words of a batch: its progress, what became of each photo, and the sentence at its end."""

from __future__ import annotations

from inpaint_studio.engine.batch.job import BatchJob, Outcome, Status
from inpaint_studio.engine.batch.run import BatchProgress, BatchReport
from inpaint_studio.texts import join_facts, mark, tr

HEADINGS = (mark("photo"), mark("result"), mark("seconds"), mark("saved as, or why not"))
_STATUSES: dict[Status, str] = {
    "filled": mark("filled"),
    "unchanged": mark("unchanged"),
    "skipped": mark("skipped"),
    "failed": mark("failed"),
}
_NOT_REACHED = mark("not reached")


def describe_status(outcome: Outcome | None) -> str:
    """Return one word or two for what became of a photo."""
    return tr(_NOT_REACHED if outcome is None else _STATUSES[outcome.status])


def describe_length(seconds: float) -> str:
    """Return a length of time as the user reads it."""
    if seconds < 60:
        return tr("{n} s", max(1, round(seconds)))
    if seconds < 3600:
        return tr("{minutes} min {seconds} s", minutes=int(seconds // 60), seconds=int(seconds % 60))
    return tr("{hours} h {minutes} min", hours=int(seconds // 3600), minutes=int(seconds % 3600 // 60))


def describe_progress(progress: BatchProgress) -> str:
    """Return how many photos are done, and how long the rest takes where that is known."""
    if progress.seconds_left is None or progress.done == progress.total:
        return tr("{done} of {total} photos", done=progress.done, total=progress.total)
    left = describe_length(progress.seconds_left)
    return tr("{done} of {total} photos, about {left} left", done=progress.done, total=progress.total, left=left)


def list_rows(report: BatchReport) -> list[tuple[str, str, str, str]]:
    """List for each photo the cells of the table at the end, below `HEADINGS`."""
    return [make_row(job, outcome) for job, outcome in zip(report.jobs, report.outcomes, strict=True)]


def make_row(job: BatchJob, outcome: Outcome | None) -> tuple[str, str, str, str]:
    """Return the cells of one photo: its path, what became of it, the seconds, and its result or why there is none."""
    if outcome is None:
        return str(job.photo), describe_status(None), "", ""
    seconds = f"{outcome.seconds:.2f}" if outcome.seconds else ""
    where = outcome.reason or str(job.output)
    if outcome.made:
        where = f"{where} ({outcome.made})"
    return str(job.photo), describe_status(outcome), seconds, where


def summarise(report: BatchReport) -> str:
    """Return one sentence about the whole batch."""
    parts = [
        tr("{n} filled", report.count("filled")),
        *([tr("{n} unchanged", n)] if (n := report.count("unchanged")) else []),
        *([tr("{n} skipped, as they were done", n)] if (n := report.count("skipped")) else []),
        *([tr("{n} failed", n)] if (n := report.count("failed")) else []),
        *([tr("{n} not reached", report.left)] if report.left else []),
    ]
    return tr("{counts} in {length}.", counts=join_facts(parts), length=describe_length(report.seconds))

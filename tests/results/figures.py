"""The table: one ``inpaint-studio evaluate`` over a folder of pairs, in steps that can be stopped and continued."""

from __future__ import annotations

import contextlib
import csv
import io
import shlex
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from inpaint_studio import cli
from inpaint_studio.engine.evaluation.dataset import read_table
from inpaint_studio.engine.evaluation.kept_figures import KeptFigures
from tests.results.entrants import YARDSTICK

FIRST = 2  # pairs with which the time is estimated


class Table:
    """A folder of pairs, the models, and the files that figures go to."""

    def __init__(self, pairs: Path, models: Sequence[str], kept: Path, every: int, threads: int | None) -> None:
        """`pairs` is a table with photo and mask, or a folder that holds it as ``pairs.csv``."""
        self._pairs = pairs / "pairs.csv" if pairs.is_dir() else pairs
        self._models, self._kept, self._threads = list(models), kept, threads
        self.total = len(read_table(self._pairs, self._pairs.parent, None).cases)
        self.count = -(-self.total // every)

    def measure(self, file: Path) -> list[str]:
        """Measure what is missing, model by model, and write the table to `file`; return evaluate's notes."""
        for name in self._models:
            self._evaluate([name], min(FIRST, self.count))
        _print(f"About {format_seconds(self._seconds_left())} for {self._missing()} fills; stop at any time.")
        for place, name in enumerate(self._models, 1):
            started, before = time.monotonic(), self._missing()
            self._evaluate([name], self.count)
            new = before - self._missing()
            took = f"{new} fills in {format_seconds(time.monotonic() - started)}" if new else "nothing to do"
            left = format_seconds(self._seconds_left())
            _print(f"{place} of {len(self._models)}, {name}: {took}; about {left} left.")
        notes = self._evaluate(self._models, self.count, "--csv", str(file))
        add_ratio(file)
        return notes

    def command(self) -> str:
        """The evaluation as it could be typed again, with the files' own names."""
        names = [f"--model={name}" for name in self._models]
        where = ["--photos", self._pairs.parent.resolve().name, "--pairs", self._pairs.name]
        how = ["--limit", str(self.count), "--keep", self._kept.name, "--csv", "results.csv"]
        threads = [] if self._threads is None else ["--threads", str(self._threads)]
        return shlex.join(["inpaint-studio", "evaluate", *names, *where, *how, *threads])

    def _evaluate(self, models: list[str], limit: int, *more: str) -> list[str]:
        arguments = [f"--model={name}" for name in models]
        arguments += ["--photos", str(self._pairs.parent), "--pairs", str(self._pairs), "--limit", str(limit)]
        arguments += ["--keep", str(self._kept), *more]
        arguments += [] if self._threads is None else ["--threads", str(self._threads)]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = cli.main(["evaluate", *arguments])
        if status:
            raise SystemExit(status)
        lines = out.getvalue().splitlines()
        notes = [line.removeprefix("Note: ") for line in lines if line.startswith("Note: ")]
        return [note.partition(" Its place is ")[0] for note in notes]  # a folder of this machine

    def _missing(self) -> int:
        return sum(self._missing_by_model().values())

    def _missing_by_model(self) -> dict[str, int]:
        known = KeptFigures(self._kept).all()
        newest = {each.model: each.weights for each in known}  # lines of older weights do not count
        found = defaultdict(set)
        for each in known:
            if each.weights == newest[each.model]:
                found[each.model].add(each.case)
        return {name: max(0, self.count - len(found[name])) for name in self._models}

    def _seconds_left(self) -> float:
        """Estimate from the mean time of each model's fills, but for the slowest: it may have compiled something."""
        times = defaultdict(list)
        for conditions, kept in KeptFigures(self._kept).all().items():
            times[conditions.model].append(kept.wall_seconds)
        usual = {name: sorted(own)[: max(1, len(own) - 1)] for name, own in times.items()}
        missing = self._missing_by_model()
        return sum(missing[name] * sum(own) / len(own) for name, own in usual.items() if name in missing)


def add_ratio(file: Path) -> None:
    """Add a column to the table: seconds as a multiple of the yardstick's in the same row of group and kind."""
    rows = read_rows(file)
    own = {(row["group"], row["kind"]): float(row["seconds"]) for row in rows if row["model"] == YARDSTICK}
    for row in rows:
        unit = own.get((row["group"], row["kind"]))
        row["times_telea"] = f"{float(row['seconds']) / unit:.1f}" if unit and row["seconds"] else ""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")


def read_rows(file: Path) -> list[dict[str, str]]:
    """The rows of the table, by column."""
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def format_seconds(seconds: float) -> str:
    """A time in the largest fitting unit."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _print(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

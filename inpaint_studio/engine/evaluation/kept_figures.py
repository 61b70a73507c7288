"""The figures of each fill in a CSV file, one line a fill, so that a long evaluation can be stopped and continued.

A line is written when its fill has been measured. A later evaluation with the same file takes from it what was measured
under the same conditions: the same pixels, hole, model, weights, options, seed and version of the program. Lines that
are cut off or hold something else than numbers are passed over, so a program that is killed loses one fill at most.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.evaluation.columns import OF_PHOTOS
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Bytes, Plane
from inpaint_studio.texts import tr

_CONDITIONS = ("model", "case", "seed", "weights", "options", "version")
_MEASURED = tuple(column.figure for column in OF_PHOTOS)
_HEAD = (*_CONDITIONS, "photo", *_MEASURED, "wall_seconds")
_DIGITS = 12  # hexadecimal ones of a digest: 48 bits, enough to tell some thousands of photos apart


class Conditions(NamedTuple):
    """What a fill's figures depend on; all as text."""

    model: str
    case: str  # digest of photo and hole
    seed: str
    weights: str  # digest of the files of weights that it may use; empty where there are none
    options: str
    version: str


class MeasuredFill(NamedTuple):
    """The figures of one fill, and the seconds that filling and measuring took together."""

    figures: dict[str, float]
    wall_seconds: float


class NotKept(InputError):
    """Figures could not be written to their file."""


class KeptFigures:
    """The lines of one file. Several programs may not write to it at once."""

    def __init__(self, file: Path) -> None:
        """Read the lines of `file`, which need not exist. Raises InputError where it cannot be read or is another."""
        self._file = file
        self._known: dict[Conditions, MeasuredFill] = {}
        try:
            text = file.read_text(encoding="utf-8") if file.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                tr("{name} cannot be read as a table of kept figures; choose another file.", name=file.name)
            ) from error
        lines = text.splitlines()
        if lines and lines[0] != ",".join(_HEAD):
            raise InputError(
                tr(
                    "{name} is no table of kept figures, or one of another version; choose another file.",
                    name=file.name,
                )
            )
        self._is_cut_off = bool(text) and not text.endswith("\n")
        for line in lines[1:]:  # one by one: a line that is cut off within quotes must not take the next ones with it
            for row in csv.reader([line]):
                self._read(row)

    def find(self, conditions: Conditions) -> MeasuredFill | None:
        """Return what was measured under these conditions; None where nothing was."""
        return self._known.get(conditions)

    def all(self) -> Mapping[Conditions, MeasuredFill]:
        """Return everything that is known."""
        return self._known

    def add(self, conditions: Conditions, photo: str, kept: MeasuredFill) -> None:
        """Write a line for a fill of the photo of this name. Raises NotKept where the file cannot be written."""
        self._known[conditions] = kept
        try:
            is_new = not self._file.exists() or self._file.stat().st_size == 0
            with self._file.open("a", newline="", encoding="utf-8") as file:
                if self._is_cut_off:
                    file.write("\n")
                    self._is_cut_off = False
                writer = csv.writer(file, lineterminator="\n")
                if is_new:
                    writer.writerow(_HEAD)
                own = [repr(kept.figures[name]) if name in kept.figures else "" for name in _MEASURED]
                writer.writerow([*conditions, _one_line(photo), *own, f"{kept.wall_seconds:.3f}"])
        except OSError as error:
            raise NotKept(
                tr(
                    "The figures were not kept in {name}: {explain_write_error}.",
                    name=self._file.name,
                    explain_write_error=explain_write_error(error),
                )
            ) from error

    def _read(self, row: list[str]) -> None:
        if len(row) != len(_HEAD):
            return
        cells = dict(zip(_HEAD, row, strict=True))
        try:
            figures = {name: float(cells[name]) for name in _MEASURED if cells[name]}
            wall_seconds = float(cells["wall_seconds"])
        except ValueError:
            return
        if "psnr" in figures and math.isfinite(wall_seconds):
            self._known[Conditions(*(cells[name] for name in _CONDITIONS))] = MeasuredFill(figures, wall_seconds)


def digest_case(truth: Bytes, hole: Plane) -> str:
    """Return a short text that differs between photos (H x W x 3) and between holes (H x W)."""
    found = hashlib.sha256(repr(truth.shape).encode())
    found.update(truth.tobytes())
    found.update(hole.tobytes())
    return found.hexdigest()[:_DIGITS]


def digest_files(paths: Iterable[Path]) -> str:
    """Return a short text that differs between contents of these files; empty for none. Raises InputError."""
    digests = []
    for path in paths:
        try:
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            raise InputError(
                tr("{name} cannot be read: {reason}.", name=path.name, reason=(error.strerror or str(error)).lower())
            ) from error
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()[:_DIGITS] if digests else ""


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)

"""A comparison as a folder with a page that any browser opens, and the pictures beside it."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np
from PIL import Image

from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.evaluation import report_page
from inpaint_studio.engine.evaluation.compare import Comparison
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Bytes, Plane
from inpaint_studio.opencv import cv2

PAGE, FIGURES, PICTURES = "index.html", "figures.json", "pictures"
SHOWN = 24  # of the hardest pictures, and as many of the easiest
CANDIDATES = 400  # pictures that are kept while it is not yet known which are the hardest
_LARGEST, _SMALL = 1024, 360  # px of the longer side of a picture, and of what stands on the page for it
_OURS = re.compile(r"\d+-(hole|truth|\d+)(-small)?\.webp")


class Facts(NamedTuple):
    """What the page tells of how it was made."""

    version: str
    command: str
    when: str


def check(folder: Path) -> None:
    """Raises InputError where no report can be written to `folder`: it must be new, empty, or a report itself."""
    target = _resolved(folder)
    if not target.parent.is_dir():
        raise InputError(f"The folder {target.parent} does not exist; make it first or choose another.")
    if target.exists() and not target.is_dir():
        raise InputError(f"{folder} is a file; give the name of a folder for the report.")
    if not os.access(target.parent, os.W_OK):
        raise InputError(f"The report cannot be written: the folder {target.parent} is not writable; choose another.")
    with _told():
        if target.exists() and not _is_report(target):
            raise InputError(f"The folder {folder} holds other things than a report; choose a new one.")


class Report:
    """Gathers pictures while a comparison runs, and becomes the folder when it is finished; without that, nothing.

    Use as a context; give `see` to the comparison. All methods raise InputError where the disk does not take it.
    """

    def __init__(self, folder: Path, cases: int) -> None:
        check(folder)
        self._folder = _resolved(folder)
        self._part = self._folder.with_name(f".inpaint-{secrets.token_hex(8)}.part")
        self._every = max(1, -(-cases // CANDIDATES))

    def __enter__(self) -> Report:
        with _told():
            (self._part / PICTURES).mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._part, ignore_errors=True)

    def see(self, number: int, model: int, truth: Bytes, hole: Plane, filled: Bytes) -> None:
        """Keeps what lies round the hole (see `comparison.Watcher`)."""
        if number % self._every:
            return
        around = Box.of(hole)
        assert around is not None
        margin = max(32, max(around.height, around.width) // 4)
        part = around.pad(margin).clip(*hole.shape).slices
        self._save(number, str(model + 1), filled[part])
        if not self._path(number, "truth").exists():
            self._save(number, "truth", truth[part])
            self._save(number, "hole", _striped(truth[part], hole[part]))

    def finish(self, comparison: Comparison, facts: Facts) -> None:
        """Writes the page over the pictures that are shown, and puts the folder where it belongs."""
        hardest = sorted((n for n in comparison.compared if n % self._every == 0), key=comparison.psnr)
        shown = hardest if len(hardest) <= 2 * SHOWN else hardest[:SHOWN] + hardest[-SHOWN:]
        rows = [
            {"model": row.model, "group": row.group, "kind": row.kind, "n": row.n} | row.figures
            for row in comparison.rows()
        ]
        with _told():
            self._drop_others(set(shown))
            page = report_page.page(comparison, shown, len(hardest) > len(shown), self._pictures, facts._asdict())
            (self._part / PAGE).write_text(page, encoding="utf-8", errors="replace")
            (self._part / FIGURES).write_text(json.dumps(rows, indent=1), encoding="utf-8")
            _put(self._part, self._folder)

    def _pictures(self, number: int, what: str) -> report_page.Shown | None:
        """What the page shows for ``hole``, ``truth`` or a model's number; None where there is none."""
        large, small = self._path(number, what), self._path(number, f"{what}-small")
        if not large.exists():
            return None
        with Image.open(small if small.exists() else large) as image:
            width, height = image.size
        address, shown = (f"{PICTURES}/{path.name}" for path in (large, small if small.exists() else large))
        return report_page.Shown(address, shown, width, height)

    def _path(self, number: int, what: str) -> Path:
        return self._part / PICTURES / f"{number + 1:04}-{what}.webp"

    def _save(self, number: int, what: str, pixels: Bytes) -> None:
        for side, name, quality in ((_LARGEST, what, 92), (_SMALL, f"{what}-small", 82)):
            longer = max(pixels.shape[:2])
            if name != what and longer <= side:
                return
            with _told():
                _scaled(pixels, min(1.0, side / longer)).save(self._path(number, name), "WEBP", quality=quality)

    def _drop_others(self, shown: set[int]) -> None:
        for path in (self._part / PICTURES).iterdir():
            if int(path.name.partition("-")[0]) - 1 not in shown:
                path.unlink()


def _scaled(pixels: Bytes, scale: float) -> Image.Image:
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return Image.fromarray(np.ascontiguousarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)))


def _striped(pixels: Bytes, hole: Plane) -> Bytes:
    """The picture with slanting stripes in the hole, which no photo has."""
    slant = np.add.outer(np.arange(hole.shape[0]), np.arange(hole.shape[1]))
    light = slant // max(4, max(hole.shape) // 40) % 2 == 0
    shown = pixels.copy()
    shown[hole & light], shown[hole & ~light] = (236, 236, 236), (204, 204, 204)
    return shown


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads in a circle, up to Python 3.12
        raise InputError(f"The folder {folder} cannot be used for a report; choose another.") from error


def _is_report(folder: Path) -> bool:
    """Whether nothing would be lost with it: it is empty, or holds a report of this program and nothing else."""
    names = {path.name for path in folder.iterdir()}
    if not names:
        return True
    if not {PAGE} <= names <= {PAGE, FIGURES, PICTURES}:
        return False
    pictures = folder / PICTURES
    beside = [path.name for path in pictures.iterdir()] if pictures.is_dir() else []
    with (folder / PAGE).open(encoding="utf-8", errors="replace") as file:
        return report_page.MARK in file.read(4096) and all(_OURS.fullmatch(name) for name in beside)


def _put(part: Path, folder: Path) -> None:
    """The new folder in the place of the old one, which comes back where that fails."""
    old = folder.with_name(f".inpaint-{secrets.token_hex(8)}.old")
    there = folder.exists()
    if there:
        if not _is_report(folder):
            raise InputError(f"The folder {folder} holds other things than a report now; choose a new one.")
        folder.rename(old)
    try:
        part.rename(folder)
    except OSError:
        if there:
            with suppress(OSError):
                old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"The report was not written: {explain_write_error(error)}.") from error

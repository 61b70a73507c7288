"""Write a comparison as a folder with an HTML page and its images."""

from __future__ import annotations

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
from inpaint_studio.engine.evaluation.figures_file import list_figures
from inpaint_studio.engine.evaluation.results import Comparison
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import to_json
from inpaint_studio.models.base.interface import Bytes, Plane
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

PAGE, FIGURES, IMAGES = "index.html", "figures.json", "pictures"
SHOWN = 24  # of the hardest photos, and as many of the easiest
CANDIDATES = 400  # photos whose images are kept while it is not known yet which are the hardest
_LARGEST, _SMALL = 1024, 360  # px, longer side of an image, and of the smaller one that the page shows
_IMAGE_NAME = re.compile(r"\d+-(hole|truth|\d+)(-small)?\.webp")


class ReportSource(NamedTuple):
    """How the report was made: the program's version, the command, and the time as text."""

    version: str
    command: str
    when: str


def check(folder: Path) -> None:
    """Raise InputError where no report can be written to `folder`: it must be new, empty, or an earlier report."""
    target = _resolve(folder)
    if not target.parent.is_dir():
        raise InputError(
            tr("The folder {parent} does not exist; make it first or choose another.", parent=target.parent)
        )
    if target.exists() and not target.is_dir():
        raise InputError(tr("{folder} is a file; give the name of a folder for the report.", folder=folder))
    if not os.access(target.parent, os.W_OK):
        raise InputError(
            tr(
                "The report cannot be written: the folder {parent} is not writable; choose another.",
                parent=target.parent,
            )
        )
    with _explain_errors():
        if target.exists() and not _is_report(target):
            raise InputError(tr("The folder {folder} has other files than a report; choose a new one.", folder=folder))


class ReportWriter:
    """Collects images while a comparison runs; `finish` moves everything to the folder. Without it, nothing is left.

    Use as a context manager and pass `add_fill` to `compare`. All methods raise InputError for what cannot be written.
    """

    def __init__(self, folder: Path, cases: int) -> None:
        check(folder)
        self._folder = _resolve(folder)
        self._part = self._folder.with_name(f".inpaint-{secrets.token_hex(8)}.part")
        self._every = max(1, -(-cases // CANDIDATES))

    def __enter__(self) -> ReportWriter:
        with _explain_errors():
            (self._part / IMAGES).mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._part, ignore_errors=True)

    def add_fill(self, number: int, model: int, truth: Bytes, hole: Plane, filled: Bytes) -> None:
        """Save the images around the hole (see `compare.Watcher`)."""
        if number % self._every:
            return
        around = Box.of(hole)
        assert around is not None
        margin = max(32, max(around.height, around.width) // 4)
        part = around.pad(margin).clip(*hole.shape).slices
        self._save(number, str(model + 1), filled[part])
        if not self._path(number, "truth").exists():
            self._save(number, "truth", truth[part])
            self._save(number, "hole", _draw_stripes(truth[part], hole[part]))

    def finish(self, comparison: Comparison, source: ReportSource) -> None:
        """Write the page and the figures, and move the folder to its place."""
        hardest = sorted((n for n in comparison.compared if n % self._every == 0), key=comparison.psnr)
        shown = hardest if len(hardest) <= 2 * SHOWN else hardest[:SHOWN] + hardest[-SHOWN:]
        rows, differences = comparison.rows(), comparison.differences()
        figures = list_figures(comparison, rows, differences)
        with _explain_errors():
            self._remove_others(set(shown))
            is_split = len(hardest) > len(shown)
            page = report_page.render_page(
                comparison, rows, differences, shown, is_split, self._image, source._asdict()
            )
            (self._part / PAGE).write_text(page, encoding="utf-8")
            (self._part / FIGURES).write_text(to_json(figures, indent=1), encoding="utf-8")
            _replace(self._part, self._folder)

    def _image(self, number: int, role: str) -> report_page.PageImage | None:
        """Return the image of a case for "hole", "truth" or a model's number; None where there is none."""
        large, small = self._path(number, role), self._path(number, f"{role}-small")
        if not large.exists():
            return None
        with Image.open(small if small.exists() else large) as image:
            width, height = image.size
        address, shown = (f"{IMAGES}/{path.name}" for path in (large, small if small.exists() else large))
        return report_page.PageImage(address, shown, width, height)

    def _path(self, number: int, role: str) -> Path:
        return self._part / IMAGES / f"{number + 1:04}-{role}.webp"

    def _save(self, number: int, role: str, pixels: Bytes) -> None:
        for side, name, quality in ((_LARGEST, role, 92), (_SMALL, f"{role}-small", 82)):
            longer = max(pixels.shape[:2])
            if name != role and longer <= side:
                return
            with _explain_errors():
                _resize(pixels, min(1.0, side / longer)).save(self._path(number, name), "WEBP", quality=quality)

    def _remove_others(self, shown: set[int]) -> None:
        for path in (self._part / IMAGES).iterdir():
            if int(path.name.partition("-")[0]) - 1 not in shown:
                path.unlink()


def _resize(pixels: Bytes, scale: float) -> Image.Image:
    size = max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))
    return Image.fromarray(np.ascontiguousarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)))


def _draw_stripes(pixels: Bytes, hole: Plane) -> Bytes:
    """Draw diagonal stripes into the hole, which no photo has."""
    slant = np.add.outer(np.arange(hole.shape[0]), np.arange(hole.shape[1]))
    light = slant // max(4, max(hole.shape) // 40) % 2 == 0
    striped = pixels.copy()
    striped[hole & light], striped[hole & ~light] = (236, 236, 236), (204, 204, 204)
    return striped


def _resolve(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle of links, up to Python 3.12
        raise InputError(
            tr("The folder {folder} cannot be used for a report; choose another.", folder=folder)
        ) from error


def _is_report(folder: Path) -> bool:
    """Return whether the folder may be replaced: it is empty, or holds a report of this program and nothing else."""
    names = {path.name for path in folder.iterdir()}
    if not names:
        return True
    if not {PAGE} <= names <= {PAGE, FIGURES, IMAGES}:
        return False
    images = folder / IMAGES
    files = [path.name for path in images.iterdir()] if images.is_dir() else []
    with (folder / PAGE).open(encoding="utf-8", errors="replace") as file:
        return report_page.MARK in file.read(4096) and all(_IMAGE_NAME.fullmatch(name) for name in files)


def _replace(part: Path, folder: Path) -> None:
    """Move the folder `part` to `folder`. The report that is there is put back where that fails."""
    old = folder.with_name(f".inpaint-{secrets.token_hex(8)}.old")
    exists = folder.exists()
    if exists:
        if not _is_report(folder):
            raise InputError(
                tr("The folder {folder} has other files than a report now; choose a new one.", folder=folder)
            )
        folder.rename(old)
    try:
        part.rename(folder)
    except OSError:
        if exists:
            with suppress(OSError):
                old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _explain_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(
            tr("The report was not written: {explain_write_error}.", explain_write_error=explain_write_error(error))
        ) from error

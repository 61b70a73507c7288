"""What a folder of photos holds: found quickly, by headers alone, before anything learns from it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.engine.photo import decoding
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, PhotoError

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif", ".jp2", ".ppm", ".tga"}
LEAST = 64  # px of the shorter side; smaller pictures teach nothing
FEW = 20  # photos, below which a training learns them by heart
_WORD = "run.json"  # that a training leaves in its folder
_SAMPLES = ("samples", re.compile(r"[0-9]{2}-(original|hole|before|now)\.png"))  # which it writes there
HELD_OUT = (0.1, 64)  # share of the photos that a training measures with and never learns from, and how many at most


class Survey(NamedTuple):
    """What a folder holds."""

    photos: list[Path]  # usable ones, in order of their paths
    skipped: list[tuple[Path, str]]  # pictures that cannot be used, and why
    shards: tuple[Path, ...] = ()  # WebDataset shards at its top level; learnt from where there is no usable photo


def survey(folder: Path, ticket: Ticket | None = None) -> Survey:
    """Looks through `folder` and everything in it; reads headers only. Hidden files and folders are left out, and so
    is what a training wrote: nothing must learn from its fills, nor from the photos that it never learns from.

    Raises InputError where it is no folder or may not be read.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {folder}; choose the folder that holds the photos.")
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            raise InputError(f"The folder {folder} may not be read.") from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        if ticket is not None:
            ticket.report(0.0, f"Looking for photos, {len(found)} so far")
        folders[:] = sorted(name for name in folders if name[0] != ".")
        pictures = [Path(place, name) for name in sorted(files) if name[0] != "." and _is_picture(name)]
        found += [path for path in pictures if not _is_sample(path)]
    photos, skipped = [], []
    for number, path in enumerate(sorted(found)):
        if ticket is not None and number % 32 == 0:
            ticket.report(number / len(found), f"Looking at photo {number + 1} of {len(found)}")
        try:
            with decoding.reading(path):
                image = decoding.open_image(path)
                size = image.size
                image.close()
        except PhotoError as error:
            skipped.append((path, str(error)))
            continue
        if min(size) < LEAST:
            skipped.append((path, f"{path.name} is smaller than {LEAST} px."))
        else:
            photos.append(path)
    return Survey(photos, skipped, shards_in(folder))


def shards_in(folder: Path) -> tuple[Path, ...]:
    """The tar files that lie in `folder` itself, in order of their names; none where it may not be read."""
    try:
        found = sorted(path for path in folder.iterdir() if path.name[0] != "." and path.suffix.lower() == ".tar")
        return tuple(path for path in found if path.is_file())
    except OSError:
        return ()


def _is_sample(path: Path) -> bool:
    """Whether a training wrote the picture."""
    folder, name = _SAMPLES
    known = path.parent.name == folder and name.fullmatch(path.name) is not None
    return known and (path.parent.parent / _WORD).is_file()


def note_on(count: int) -> str:
    """A sentence for a training that finds `count` photos, where they are too few; empty where they are not."""
    if count == 1:
        return "There is one photo only: it is learnt from and measured with, so the figures say little; add photos."
    if count < FEW:
        return f"{count} photos are few and will be learnt by heart; {FEW} or more of the same kind would help."
    return ""


def _is_picture(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES

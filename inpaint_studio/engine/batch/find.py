"""Find the photos of a batch in files, folders and patterns, and say where each result goes."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from inpaint_studio.engine.photo import formats
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

_MAGIC = frozenset("*?[")


class FoundPhoto(NamedTuple):
    """A photo, and its path below the folder of the results."""

    path: Path
    place: Path
    fault: str = ""  # why there is no photo: a sentence


def find_photos(named: Sequence[str | Path], left_out: Sequence[Path] = ()) -> list[FoundPhoto]:
    """List the photos that `named` stands for, each once: files, folders with all their subfolders, and patterns.

    Results keep the places that the photos have below a folder, or below the fixed part of a pattern such as
    ``scans/**/*.tif``. Where several folders are named, each gets a folder of its own name. Hidden files and what lies
    in the folders `left_out` are not looked at. What does not exist is listed with a fault. Raises InputError where
    nothing is found at all.
    """
    closed = {path.resolve() for path in left_out}
    folders = [Path(each) for each in named if Path(each).is_dir()]
    found: dict[Path, FoundPhoto] = {}
    for each in named:
        for photo in _expand(Path(each), len(folders) > 1, closed):
            found.setdefault(_resolve(photo.path), photo)
    photos = list(found.values())
    if not any(not photo.fault for photo in photos):
        faults = [photo.fault for photo in photos]
        raise InputError(faults[0] if faults else tr("There are no photos in the folder; check the name."))
    return photos


def list_images(folder: Path, left_out: frozenset[Path] | set[Path] = frozenset()) -> list[Path]:
    """List the image files in `folder` and its subfolders, sorted; hidden ones and folders `left_out` are passed over.

    Raises InputError where the folder may not be read.
    """
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            raise InputError(tr("The folder {folder} cannot be read.", folder=folder)) from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        here = Path(place)
        folders[:] = sorted(name for name in folders if name[0] != "." and (here / name).resolve() not in left_out)
        found += [here / name for name in files if name[0] != "." and formats.format_of(name)]
    return sorted(found)


def _expand(named: Path, in_own_folder: bool, closed: set[Path]) -> Iterator[FoundPhoto]:
    if named.is_dir():
        base = Path(named.resolve().name) if in_own_folder else Path()
        for path in list_images(named, closed):
            yield FoundPhoto(path, base / path.relative_to(named))
    elif os.path.lexists(named):
        yield FoundPhoto(named, Path(named.name))
    elif _MAGIC & set(str(named)):
        yield from _match(named, closed)
    else:
        yield FoundPhoto(named, Path(named.name), tr("There is no file {name}; check the name.", name=named))


def _match(pattern: Path, closed: set[Path]) -> Iterator[FoundPhoto]:
    parts = pattern.parts
    fixed = next(number for number, part in enumerate(parts) if _MAGIC & set(part))
    base = Path(*parts[:fixed])
    count = 0
    for name in sorted(glob.glob(str(pattern), recursive=True)):  # noqa: PTH207 - Path.glob takes no absolute pattern
        path = Path(name)
        if not path.is_file() or not formats.format_of(path) or closed & {each.resolve() for each in path.parents}:
            continue
        count += 1
        yield FoundPhoto(path, path.relative_to(base))
    if not count:
        yield FoundPhoto(pattern, Path(pattern.name), tr("No photo matches {name}; check it.", name=pattern))


def _resolve(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link that leads in a circle
        return path.absolute()

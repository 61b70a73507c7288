"""The photos that a shipped set is trained on, each with its licence and source, from the index.csv beside them.

The chosen photos are linked into a folder of their own, which the trainings then use like any other. A photo and its
crops, which have the same source, are never on both sides of the division into photos to train on and held-out ones.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inpaint_studio.errors import InputError
from training.data.photos import split

INDEX = "index.csv"
_COLUMNS = ("file", "class", "licence", "source", "path", "attribution")
_MOST = 8 << 20  # bytes of an index


@dataclass(frozen=True)
class CreditedPhoto:
    """A photo file, and what its index says of it."""

    file: Path
    kind: str  # its class
    licence: str
    source: str  # where it was published, such as the name of a repository
    path: str  # its place there
    attribution: str

    @property
    def origin(self) -> tuple[str, str]:
        """What a photo and its crops have in common."""
        return self.source, self.path


def read_photos(folder: Path) -> list[CreditedPhoto]:
    """Return the photos of all index.csv files in `folder` and its subfolders, in the order of their names.

    Raises InputError where there is no folder or no index, or where an index is not right; files that an index names
    and that are not there are left out.
    """
    if not folder.is_dir():
        raise InputError(
            f"There is no folder of photos {folder}.",
            f"Name one with --photos DIR; it needs photos and an {INDEX} with the columns {', '.join(_COLUMNS)}.",
        )
    indexes = sorted(folder.rglob(INDEX))
    if not indexes:
        raise InputError(
            f"The folder {folder} has no {INDEX}, so the licences of its photos are not known.",
            f"Weights that ship need them: write an {INDEX} with the columns {', '.join(_COLUMNS)}.",
        )
    found = {photo.file: photo for index in indexes for photo in _read_index(index)}
    return [found[file] for file in sorted(found)]


def _read_index(index: Path) -> list[CreditedPhoto]:
    try:
        if index.stat().st_size > _MOST:
            raise InputError(f"{index} is too large to be a list of photos.")
        with index.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise InputError(f"{index} has no column '{missing[0]}'.")
            photos = [_photo(index, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{index} cannot be read: {error}.") from error
    return [photo for photo in photos if photo.file.is_file()]


def _photo(index: Path, row: dict[str, str | None]) -> CreditedPhoto:
    file, kind, licence, source, path, attribution = (" ".join((row[name] or "").split()) for name in _COLUMNS)
    if not file or not licence:
        raise InputError(f"{index} has a photo without a name or without a licence.")
    return CreditedPhoto(index.parent / file, kind, licence, source, path, attribution)


def choose(photos: Sequence[CreditedPhoto], classes: Sequence[str], others: float) -> list[CreditedPhoto]:
    """Return all photos of `classes`, and as many of the other classes that these are at most the share `others`.

    Each of the other classes gets an equal part, of photos that are always the same. No `classes` means all photos.
    Raises InputError where there is no photo of `classes`.
    """
    main = [photo for photo in photos if not classes or photo.kind in classes]
    if not main:
        raise InputError(f"None of the photos is of the class {' or '.join(classes)}.")
    left = defaultdict(list)
    for photo in photos:
        if classes and photo.kind not in classes:
            left[photo.kind].append(photo)
    for queue in left.values():
        queue.sort(key=lambda photo: hashlib.blake2b(photo.file.name.encode(), digest_size=8).digest(), reverse=True)
    count = len(photos) if others >= 1 else int(len(main) * others / (1 - others))
    taken: list[CreditedPhoto] = []
    while len(taken) < count and any(left.values()):
        taken += [queue.pop() for _, queue in sorted(left.items()) if queue][: count - len(taken)]
    return sorted([*main, *taken], key=lambda photo: photo.file)


def link(photos: Sequence[CreditedPhoto], folder: Path) -> list[CreditedPhoto]:
    """Make `folder` hold exactly these photos, without the crops of held-out ones; return those that it holds.

    Files are linked, or copied where the disk cannot. Other files in `folder` are removed. Raises InputError where it
    holds the photos themselves, or where nothing can be written there.
    """
    home = folder.resolve()
    if (home / INDEX).exists() or any(photo.file.resolve().is_relative_to(home) for photo in photos):
        raise InputError(
            f"The folder {folder} holds the photos themselves, so the run cannot use it.",
            "Name another folder for the run with --output DIR.",
        )
    names: dict[str, CreditedPhoto] = {}
    for photo in photos:  # of several folders, the names may be equal
        mark = hashlib.blake2b(str(photo.file.parent).encode(), digest_size=3).hexdigest()
        names[photo.file.name if photo.file.name not in names else f"{mark}-{photo.file.name}"] = photo
    held = set(split([folder / name for name in names], folder).held_out)
    kept_back = {photo.origin for name, photo in names.items() if folder / name in held}
    used = {
        name: photo
        for name, photo in names.items()
        if folder / name in held or not photo.source or photo.origin not in kept_back
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            if file.name not in used:
                file.unlink()
        for name, photo in used.items():
            _link_file(photo.file, folder / name)
    except OSError as error:
        raise InputError(f"The photos could not be put into {folder}: {error.strerror or error}.") from error
    return list(used.values())


def _link_file(file: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        if target.samefile(file) or target.stat().st_size == file.stat().st_size:
            return
        target.unlink()
    try:
        os.link(file, target)
    except OSError:  # another disk, or one without links
        shutil.copyfile(file, target)


def describe(photos: Sequence[CreditedPhoto]) -> str:
    """Return how many photos of which classes and licences there are, in one sentence."""
    kinds, licences = (
        ", ".join(f"{number} {name}" for name, number in Counter(values).most_common())
        for values in ([photo.kind for photo in photos], [photo.licence for photo in photos])
    )
    return f"{len(photos)} photos ({kinds}), under these licences: {licences}."

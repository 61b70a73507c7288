"""A photo before and after its fill as two files side by side, for comparisons and to train on."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from inpaint_studio.engine.photo.deep import Samples
from inpaint_studio.engine.photo.encoding import check_target, save_photo, target_format
from inpaint_studio.engine.photo.formats import usual_suffix
from inpaint_studio.engine.photo.photo import Bytes, Photo, open_photo


class PairPaths(NamedTuple):
    """The files of a pair."""

    before: Path
    after: Path


def pair_paths(path: Path) -> PairPaths:
    """Return the two files that `path` stands for: for ``bird.png`` ``bird-before.png`` and ``bird-after.png``."""
    return PairPaths(*(path.with_name(f"{path.stem}-{which}{path.suffix}") for which in ("before", "after")))


def free_path(path: Path) -> Path:
    """Return `path`, or where one of its files is there already the first of ``bird-2.png``, ... that has none."""
    number, free = 1, path
    while any(each.exists() for each in pair_paths(free)):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def check_pair(path: Path) -> PairPaths:
    """Return the two files for `path`. Raises PhotoError where they cannot be written."""
    pair = pair_paths(path)
    for each in pair:
        target_format(each)
        check_target(each)
    return pair


def save_pair(before: Photo, path: Path, pixels: Bytes, deep: Samples | None = None) -> tuple[str, ...]:
    """Save a photo as it was opened, and with `pixels` (and the samples `deep` that they show), as the pair of `path`.

    Gives sentences about what the format could not hold, once each. Raises PhotoError.
    """
    pair = check_pair(path)
    notes = (*save_photo(before, pair.before), *save_photo(before, pair.after, pixels, deep))
    return tuple(dict.fromkeys(notes))


def open_again(photo: Photo) -> Photo | None:
    """Return a photo as its file was when it was opened, from the bytes that were kept of it; None without those.

    Raises PhotoError.
    """
    if photo.stored is None:
        return None
    with TemporaryDirectory(prefix="inpaint-") as folder:
        file = Path(folder) / f"photo{usual_suffix(photo.meta.format)}"
        file.write_bytes(photo.stored.read())
        return open_photo(file)

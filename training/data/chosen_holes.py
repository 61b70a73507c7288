"""Holes that the user chose for a training: a set by name, several mixed, or mask files.

All of them draw like `masks.Mixture`: the same state of the random generator gives the same hole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from inpaint_studio.engine.evaluation.dataset import find_photos
from inpaint_studio.engine.photo.guides import read_any_mask
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr
from training.data.hole_sets import SETS, draw_set
from training.data.masks import Hole, Random

_TRIES = 24  # cuts of mask files tried until one is neither empty nor the whole crop
_READERS = 4  # threads that look through mask files
_LISTED = 3  # unusable mask files that a note names


@dataclass(frozen=True)
class ChosenSets:
    """Sets of holes by their names in `hole_sets.SETS`, with their relative frequency."""

    shares: Mapping[str, float]

    def draw(self, random: Random, height: int, width: int) -> Hole:
        """Draw one hole; it covers at least one pixel and never all."""
        names = sorted(self.shares)
        parts = np.array([self.shares[name] for name in names], float)
        return draw_set(random, names[int(random.choice(len(names), p=parts / parts.sum()))], height, width)

    def describe(self) -> dict[str, Any]:
        """Return what is kept with trained weights."""
        return {"sets": dict(self.shares)}


@dataclass(frozen=True)
class MaskFiles:
    """Mask files of the user, white (128 and above) in the hole; all of them can be read."""

    paths: tuple[Path, ...]
    digest: str  # of their names below the folder and their sizes in bytes

    def draw(self, random: Random, height: int, width: int) -> Hole:
        """Cut the largest part of these proportions from a mask at random, flip it at random, and scale it.

        A part without a hole, or all hole, is cut again, from another mask; a mask that is gone is passed over.
        Raises InputError where none can be read any more.
        """
        last = None
        for _ in range(_TRIES):
            mask = _read(self.paths[int(random.integers(len(self.paths)))])
            if mask is None:
                continue
            last, hole = mask, _cut(random, mask, height, width)
            if hole.any() and not hole.all():
                return hole
        if last is None:
            raise InputError(tr("The masks cannot be read any more; is their folder still there?"))
        # Tiny holes: the whole mask, out of proportion; each of its pixels counts.
        return _shrink(last, height, width)

    def describe(self) -> dict[str, Any]:
        """Return what is kept with trained weights; without the files' names."""
        return {"masks": len(self.paths), "digest": self.digest}


class Found(NamedTuple):
    """The usable mask files of a folder, and a sentence about those that were left out."""

    masks: MaskFiles
    note: str


def parse_sets(text: str) -> ChosenSets:
    """Return the sets named in `text`: NAME, or NAME:SHARE,NAME:SHARE and so on. Raises InputError with a sentence."""
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, colon, share = part.strip().partition(":")
        if name not in SETS:
            raise InputError(
                tr("There are no holes called '{name}'; there are {names}.", name=name, names=", ".join(SETS))
            )
        if name in shares:
            raise InputError(tr("The holes '{name}' are named twice.", name=name))
        shares[name] = _share(name, share) if colon else 1.0
    return ChosenSets(shares)


def _share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1e6:
        raise InputError(
            tr("The share of the holes '{name}' must be a number above 0, not '{text}'.", name=name, text=text)
        )
    return share


def find_masks(folder: Path) -> Found:
    """Read every mask file of `folder` and its subfolders once, and keep those with a hole and a known part.

    Raises InputError where there is no such folder, or no usable mask in it.
    """
    found = find_photos(folder)
    with ThreadPoolExecutor(_READERS) as pool:
        faults = list(pool.map(_find_fault, found))
    usable = tuple(path for path, fault in zip(found, faults, strict=True) if not fault)
    wrong = [fault for fault in faults if fault]
    if not usable:
        reason = f" {wrong[0]}" if wrong else tr(" Masks are images, white where the hole is.")
        raise InputError(tr("There is no usable mask in {folder}.{reason}", folder=folder, reason=reason))
    return Found(MaskFiles(usable, _digest(usable, folder)), _note(wrong, len(found)))


def _find_fault(path: Path) -> str:
    """Return why a file is no usable mask, in a sentence; "" if it is one."""
    try:
        mask = read_any_mask(path)
    except (PhotoError, InputError) as error:
        return str(error)
    if not mask.any():
        return tr("{name} has no hole: nothing in it is white (128 and above).", name=path.name)
    return tr("{name} is white everywhere, so nothing would be known.", name=path.name) if mask.all() else ""


def _note(wrong: Sequence[str], count: int) -> str:
    if not wrong:
        return ""
    more = len(wrong) - _LISTED
    listed = " ".join(wrong[:_LISTED]) + (tr(" And {more} more.", more=more) if more > 0 else "")
    return tr("{n} of {count} masks are left out: {listed}", len(wrong), count=count, listed=listed)


def _digest(paths: Sequence[Path], folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in paths:
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        digest.update(b"%d:%b%d\n" % (len(name), name, path.stat().st_size))
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _read(path: Path) -> Hole | None:
    """Read a mask; None where it cannot be read any more."""
    try:
        return read_any_mask(path)
    except PhotoError:
        return None


def _cut(random: Random, mask: Hole, height: int, width: int) -> Hole:
    """Cut the largest part with the proportions of `height` to `width` at a random place, flip and scale it."""
    scale = min(mask.shape[0] / height, mask.shape[1] / width)
    rows = max(1, min(mask.shape[0], round(scale * height)))
    columns = max(1, min(mask.shape[1], round(scale * width)))
    top, left = random.integers(mask.shape[0] - rows + 1), random.integers(mask.shape[1] - columns + 1)
    part = mask[top : top + rows, left : left + columns]
    flips = random.random(2) < 0.5
    part = part[:: -1 if flips[0] else 1, :: -1 if flips[1] else 1]
    method = cv2.INTER_AREA if rows > height else cv2.INTER_NEAREST
    scaled = cv2.resize(255 * np.ascontiguousarray(part, np.uint8), (width, height), interpolation=method)
    return np.asarray(scaled >= 128)


def _shrink(mask: Hole, height: int, width: int) -> Hole:
    """Scale a mask to `height` x `width`; a pixel is in the hole where any of its pixels is, and one stays known."""
    rows, columns = np.nonzero(mask)
    hole = np.zeros((height, width), bool)
    hole[rows * height // mask.shape[0], columns * width // mask.shape[1]] = True
    if hole.all():
        known = np.argwhere(~mask)[0]
        hole[known[0] * height // mask.shape[0], known[1] * width // mask.shape[1]] = False
    return hole

"""Photos with the holes to be filled in them, paired from folders or by a table."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from inpaint_studio.engine.photo import formats
from inpaint_studio.engine.photo.colours import bytes_to_srgb, find_space
from inpaint_studio.engine.photo.guides import read_mask
from inpaint_studio.engine.photo.photo import open_photo
from inpaint_studio.errors import InputError, NoHole
from inpaint_studio.models.base.interface import Bytes, Plane
from inpaint_studio.texts import tr

HoleMaker: TypeAlias = Callable[[int, int], Plane]  # draws a hole for a photo of this height and width

EVERY = "all"  # the label of all kinds and all groups together, so no single one may have it
_NUMBERED = re.compile(r"\d+_(.+)")


@dataclass(frozen=True)
class Case:
    """A photo, the hole in it (a mask file, or a function that draws one), and the labels of hole and photo."""

    photo: Path
    mask: Path | HoleMaker
    kind: str = ""
    group: str = ""

    @property
    def name(self) -> str:
        """The files' names without folders, for the user."""
        return (
            tr("{name} with {name_2}", name=self.photo.name, name_2=self.mask.name)
            if isinstance(self.mask, Path)
            else self.photo.name
        )

    def open(self) -> tuple[Bytes, Plane]:
        """Read the photo, H x W x 3 of sRGB, and the hole.

        Raises PhotoError where a file cannot be read, InputError where mask and photo differ in size, and NoHole.
        """
        photo = open_photo(self.photo)
        pixels = bytes_to_srgb(find_space(photo.meta.colours), photo.pixels[..., :3])
        size = pixels.shape[0], pixels.shape[1]
        hole = read_mask(self.mask, size) if isinstance(self.mask, Path) else self.mask(*size)
        if not hole.any():
            raise NoHole(tr("the mask has no hole: nothing in it is white (128 and above)."))
        return pixels, hole


class Dataset(NamedTuple):
    """The cases in the order of their photos, and sentences about files without a partner."""

    cases: list[Case]
    notes: list[str]


def read_table(table: Path, photos: Path, masks: Path | None) -> Dataset:
    """Read the cases of a CSV file with the columns `photo`, `mask` and optionally `kind` and `group`.

    Photos are relative to `photos`; masks to `masks` where the file exists there, else to `photos`. Raises InputError.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            columns = reader.fieldnames or []
    except OSError as error:
        raise InputError(
            tr("{name} cannot be read: {reason}.", name=table.name, reason=(error.strerror or str(error)).lower())
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(tr("{name} is not a table of comma-separated values in UTF-8.", name=table.name)) from error
    for column in ("photo", "mask"):
        if column not in columns:
            raise InputError(
                tr(
                    "{name} has no column '{column}'; its first line must name photo and mask.",
                    name=table.name,
                    column=column,
                )
            )
    cases, empty = [], 0
    for row in rows:
        photo, mask = (_cell(row, column) for column in ("photo", "mask"))
        if not photo or not mask or "\0" in photo + mask:
            empty += 1
            continue
        beside = None if masks is None else masks / mask
        place = beside if beside is not None and beside.is_file() else photos / mask
        cases.append(Case(photos / photo, place, _label(_cell(row, "kind")), _label(_cell(row, "group"))))
    notes = [tr("{n} rows name no photo or no mask.", empty)] if empty else []
    return Dataset(cases, notes)


def pair_folders(photos: Path, masks: Path) -> Dataset:
    """Pair every mask with the photo whose name it begins with: ``beach.jpg`` has ``beach_0_brush.png``.

    The longest name wins; among photos of the same name, the one in the same subfolder. The text behind a number in a
    mask's name is the kind of its hole. Raises InputError where a folder does not exist, or both are the same.
    """
    inside = find_photos(masks)
    if masks.resolve() == photos.resolve():
        raise InputError(
            tr(
                "Masks in the folder of the photos cannot be distinguished from them; move them to "
                "another folder, or use --pairs."
            )
        )
    known: dict[str, list[Path]] = {}
    for photo in find_photos(photos):
        if not photo.is_relative_to(masks):
            known.setdefault(photo.stem, []).append(photo)
    cases, unpaired = [], 0
    for mask in inside:
        name = _owner(mask.stem, known)
        near = [] if name is None else known[name]
        if len(near) > 1:
            place = mask.parent.relative_to(masks)
            near = [photo for photo in near if photo.parent.relative_to(photos) == place]
        if name is None or len(near) != 1:
            unpaired += 1
            continue
        kind = _NUMBERED.fullmatch(mask.stem[len(name) + 1 :])
        cases.append(Case(near[0], mask, _label(kind[1] if kind else "")))
    without_mask = sum(map(len, known.values())) - len({case.photo for case in cases})
    notes = [tr("{n} masks belong to no photo by the name.", unpaired)] if unpaired else []
    notes += [tr("{n} photos have no mask.", without_mask)] if without_mask else []
    return Dataset(sorted(cases, key=lambda case: (case.photo, str(case.mask))), notes)


def find_photos(folder: Path) -> list[Path]:
    """List the image files in `folder` and its subfolders, sorted; hidden ones are left out. Raises InputError."""
    if not folder.is_dir():
        raise InputError(tr("There is no folder {folder}; check the name.", folder=folder))
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            raise InputError(tr("The folder {folder} cannot be read.", folder=folder)) from error

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        found += [Path(place, name) for name in files if name[0] != "." and formats.format_of(name)]
    return sorted(found)


def sample_cases(cases: Sequence[Case], most: int | None) -> list[Case]:
    """Choose at most `most` of the cases at random, always the same; a larger number keeps the ones of a smaller.

    Every n-th case would not do: the kinds of holes often follow each other in a fixed order.
    """
    order = np.random.default_rng(0).permutation(len(cases))
    return [cases[number] for number in sorted(order[:most])]


def _owner(stem: str, known: dict[str, list[Path]]) -> str | None:
    """Return the longest known name that `stem` is, or begins with before a character that is no letter or digit."""
    if stem in known:
        return stem
    for end in range(len(stem) - 1, 0, -1):
        if not stem[end].isalnum() and stem[:end] in known:
            return stem[:end]
    return None


def _cell(row: dict[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _label(text: str) -> str:
    """Return a label on one line of at most 60 characters; empty where it would be confused with `EVERY`."""
    short = " ".join("".join(char if char.isprintable() else " " for char in text).split())[:60]
    return "" if short == EVERY else short

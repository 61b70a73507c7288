"""A folder of the user's label maps: which map belongs to which photo, and whether it can be used."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inpaint_studio.engine.photo import decoding, exif
from inpaint_studio.engine.photo.folder import LABEL_MARK
from inpaint_studio.engine.photo.label_map import LabelMap, read_label_map
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.models.base.class_colours import numbered_classes
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.models.base.validate import MOST_CLASSES
from inpaint_studio.texts import tr
from training.labels.class_list import read_class_list

_READERS = 4  # threads
_LISTED = 3  # sentences about maps that are left out
_TURNED = range(5, 9)  # orientations in which width and height are interchanged


@dataclass(frozen=True)
class SeenMap:
    """What was seen of a usable map."""

    name: str  # of the file
    classes: tuple[LabelClass, ...]
    named: bool  # whether the file names its classes
    most: int  # the largest number of a class

    @classmethod
    def of(cls, found: LabelMap, name: str) -> SeenMap:
        """Return what there is to know of a label map, from the file called `name`."""
        return cls(name, found.classes, not found.notes, int(found.numbers.max(initial=0)))


@dataclass(frozen=True)
class MapFolder:
    """The usable label maps of a folder by their photos, and the classes that they have together."""

    maps: dict[Path, Path]  # photo -> label map; empty where they lie in shards
    classes: tuple[LabelClass, ...]  # number 1 first; those of every map are matched with them
    named: bool  # whether the classes have names of the user's, which others are compared with
    note: str  # a sentence or two about photos and maps that are left out; "": none

    @property
    def identity(self) -> str:
        """What must be equal when a training is resumed: the number of maps, and a digest of their names and sizes."""
        digest = hashlib.blake2b(digest_size=4)
        for path in sorted(self.maps.values()):
            digest.update(f"{path.name}\0{_bytes(path)}\n".encode("utf-8", "surrogateescape"))
        return f"{len(self.maps)} maps, {digest.hexdigest()}" if self.maps else "in the shards"


def find_maps(folder: Path, photos: Sequence[Path], home: Path) -> MapFolder:
    """Find the label maps of `photos`, which lie in the folder `home`, and read every one of them once.

    A map has the name of its photo, in the same subfolder or anywhere in `folder`; it may end in ``.labels.png``, and
    must where the maps lie among the photos. Raises InputError where there is no such folder, no map in it, none that
    belongs to a photo or none that can be used, and for a broken list of classes.
    """
    listed = read_class_list(folder) if folder.is_dir() else ()
    maps = _list_maps(folder, home)
    if not maps:
        if folder.resolve() == home.resolve():
            raise InputError(
                tr(
                    "There is no label map in {folder}; label maps are PNG files with the names of the photos; among "
                    "the photos they are called NAME.labels.png.",
                    folder=folder,
                )
            )
        raise InputError(
            tr(
                "There is no label map in {folder}; label maps are PNG files with the names of the photos.",
                folder=folder,
            )
        )
    pairs = match_maps(photos, home, maps, folder)
    if not pairs:
        values: dict[str, Any] = {"count": len(maps), "folder": folder}
        raise InputError(
            tr(
                "None of the {count} label maps in {folder} has the name of a photo, such as {stem}.png.",
                stem=photos[0].stem,
                **values,
            )
            if photos
            else tr("None of the {count} label maps in {folder} has the name of a photo.", **values)
        )
    with ThreadPoolExecutor(_READERS) as pool:
        found = list(pool.map(_read, pairs, pairs.values()))
    usable = {photo: label_map for photo, label_map in zip(pairs, found, strict=True) if isinstance(label_map, SeenMap)}
    faults = [fault for fault in found if isinstance(fault, str)]
    if not usable:
        raise InputError(tr("There is no usable label map in {folder}. {faults}", folder=folder, faults=faults[0]))
    classes, named = join_classes(listed, list(usable.values()), folder)
    note = _note(len(photos) - len(pairs), faults)
    return MapFolder({photo: pairs[photo] for photo in usable}, classes, named, note)


def match_maps(photos: Iterable[Path], home: Path, maps: Iterable[Path], folder: Path) -> dict[Path, Path]:
    """Return the map of each photo that has one: that of the same path, else the only one of the same name."""
    by_path = {_name(path, folder): path for path in maps}
    names = Counter(Path(name).name for name in by_path)
    by_name = {Path(name).name: path for name, path in by_path.items() if names[Path(name).name] == 1}
    photos = list(photos)
    found = {photo: by_path[_name(photo, home)] for photo in photos if _name(photo, home) in by_path}
    left = [photo for photo in photos if photo not in found]
    alone = Counter(photo.stem for photo in photos)
    found |= {photo: by_name[photo.stem] for photo in left if photo.stem in by_name and alone[photo.stem] == 1}
    return {photo: found[photo] for photo in photos if photo in found}


def upright_size(photo: Path) -> tuple[int, int]:
    """Return height and width of a photo as it is shown, by its header. Raises PhotoError."""
    with decoding.explain_errors(photo), decoding.open_image(photo) as image:
        width, height = image.size
        _, orientation = exif.read(image)
    return (width, height) if orientation in _TURNED else (height, width)


def join_classes(
    listed: tuple[LabelClass, ...], maps: Sequence[SeenMap], folder: Path
) -> tuple[tuple[LabelClass, ...], bool]:
    """Return the classes of all maps together, and whether they have names.

    Those of the list where there is one, else the names in the maps where all have some, else numbers. Raises
    InputError where a map has a class that is not in the list, where none has any, and where there are too many.
    """
    most = max(maps, key=lambda each: each.most)
    if listed:
        known = {each.name.casefold() for each in listed}
        for each in maps:
            matched = each.named and all(other.name.casefold() in known for other in each.classes)
            if not matched and each.most > len(listed):
                raise InputError(
                    tr(
                        "{name} has class {most}, and {folder} names {count}.",
                        name=each.name,
                        most=each.most,
                        folder=folder / "classes.toml",
                        count=len(listed),
                    )
                )
        return listed, True
    if most.most == 0:
        raise InputError(tr("The label maps in {folder} show no class: all of their pixels are 0.", folder=folder))
    if all(each.named for each in maps):
        joined: dict[str, LabelClass] = {}
        for other in (other for each in maps for other in each.classes):
            joined.setdefault(other.name.casefold(), other)
        if len(joined) > MOST_CLASSES:
            raise InputError(
                tr(
                    "The label maps in {folder} name {count} classes together; {most_classes} can be.",
                    folder=folder,
                    count=len(joined),
                    most_classes=MOST_CLASSES,
                )
            )
        return tuple(joined.values()), True
    longest = max(maps, key=lambda each: len(each.classes)).classes
    return (*longest, *numbered_classes(most.most)[len(longest) :]), False


def _list_maps(folder: Path, home: Path) -> list[Path]:
    """Return the PNG files in `folder`; of those in the folder of the photos, if it lies there, only marked ones."""
    if not folder.is_dir():
        raise InputError(tr("There is no folder {folder}; choose the folder that holds the label maps.", folder=folder))
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        found += [Path(place, name) for name in sorted(files) if name[0] != "." and name.lower().endswith(".png")]
    if not home.resolve().is_relative_to(folder.resolve()):
        return found
    photos = folder / home.resolve().relative_to(folder.resolve())
    return [path for path in found if not path.is_relative_to(photos) or path.stem.lower().endswith(LABEL_MARK)]


def _name(path: Path, folder: Path) -> str:
    """Return the path of a photo or map in its folder, without its suffix and the mark of a map."""
    inner = path.relative_to(folder) if path.is_relative_to(folder) else path
    stem = inner.stem[: -len(LABEL_MARK)] if inner.stem.lower().endswith(LABEL_MARK) else inner.stem
    return inner.with_name(stem or inner.name).as_posix()


def _read(photo: Path, path: Path) -> SeenMap | str:
    """Read a map once; return why it cannot be used, in a sentence, where it cannot."""
    try:
        found: LabelMap = read_label_map(path, upright_size(photo))
    except (PhotoError, InputError) as error:
        text = str(error)
        return text if path.name in text else f"{path.name}: {text}"
    return SeenMap.of(found, path.name)


def _note(missing: int, faults: Sequence[str]) -> str:
    sentences = []
    if missing:
        sentences.append(tr("{n} photos have no label map and are left out.", missing))
    if faults:
        more = len(faults) - _LISTED
        listed = " ".join(faults[:_LISTED]) + (tr(" And {more} more.", more=more) if more > 0 else "")
        sentences.append(tr("{n} label maps are left out: {listed}", len(faults), listed=listed))
    return " ".join(sentences)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0

"""Where label maps of photos come from: a labeller that finds them, a folder, or the shards that hold the photos.

A map is found or read once a photo, and cached beside its small copy, as that takes longer than cutting a crop.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.engine.photo.label_map import LabelMap, match_classes, read_label_map
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.models.base.checkpoint_format import format_classes
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr
from training.data.photo_cache import Bytes, PhotoCache
from training.labels.map_folder import upright_size
from training.labels.nearest_centre import NearestCentre

if TYPE_CHECKING:
    from training.data.tar_index import ShardSample

_ROUNDED = 1.5  # px by which the proportions of a small copy may differ from those of its photo


class SmallMaps:
    """Label maps at the size of the small copies of photos, cached in memory and as PNGs in a folder.

    Works without its folder where that is None, cannot be written or is full; see `PhotoCache`.
    """

    def __init__(self, folder: Path | None, side: int, memory: int = 96 << 20, room: int = 8 << 30) -> None:
        """`side` is that of the small copies, see `Thumbnails`; the limits are in bytes."""
        self._cache, self._memory = PhotoCache(folder, side, room), memory
        self._held: OrderedDict[Path, Bytes] = OrderedDict()
        self._bytes = 0

    def get(self, photo: Path, origin: str, shape: tuple[int, int], make: Callable[[], Bytes]) -> Bytes:
        """Return the label map of `photo`, H x W of that `shape`; `make` makes it where it is not cached.

        `origin` is 16 hexadecimal digits that stand for all that the map depends on beside the photo. Raises PhotoError
        where there is no such photo any more, and what `make` raises.
        """
        held = self._held.get(photo)
        if held is None or held.shape != shape:
            held = self._read(photo, origin, shape, make)
            self._held[photo] = held
            self._bytes += held.nbytes
            while self._bytes > self._memory and len(self._held) > 1:
                self._bytes -= self._held.popitem(last=False)[1].nbytes
        self._held.move_to_end(photo)
        return held

    def _read(self, photo: Path, origin: str, shape: tuple[int, int], make: Callable[[], Bytes]) -> Bytes:
        cached = self._cache.place(photo, f".{origin}.png")
        if cached is not None and cached.is_file():
            labels = cv2.imread(str(cached), cv2.IMREAD_UNCHANGED)
            if labels is not None and labels.shape == shape and labels.dtype == np.uint8:
                self._cache.mark_used(cached)
                return np.asarray(labels, np.uint8)
        labels = make()
        done, data = cv2.imencode(".png", labels)
        if not done:
            raise PhotoError(tr("A label map could not be encoded."))
        if cached is not None:
            self._cache.write(np.asarray(data, np.uint8), cached)
        return labels


class FoundLabels:
    """A `LabelSource`: what a labeller finds in the photos.

    Photos in shards are labelled each time, as they are read each time.
    """

    def __init__(self, labeller: NearestCentre, cache: Path | None, side: int) -> None:
        """`cache` is the folder of small photos, `side` the px of the shorter side of the small copies."""
        self._labeller, self._maps = labeller, SmallMaps(cache, side)
        self._origin = hashlib.blake2b(labeller.to_text().encode(), digest_size=8).hexdigest()

    def find(self, photo: Path | ShardSample, pixels: Bytes) -> Bytes:
        """See `LabelSource.find`."""
        if not isinstance(photo, Path):
            return self._labeller.label(pixels)
        shape = pixels.shape[0], pixels.shape[1]
        return self._maps.get(photo, self._origin, shape, lambda: self._labeller.label(pixels))


class FolderLabels:
    """A `LabelSource`: the label maps of a folder, in the numbers of the network's classes."""

    def __init__(self, maps: Mapping[Path, Path], classes: Sequence[LabelClass], cache: Path | None, side: int) -> None:
        """`maps` are the files by their photos; `cache` and `side` are those of `FoundLabels`."""
        self._files, self._classes, self._maps = maps, tuple(classes), SmallMaps(cache, side)

    def find(self, photo: Path | ShardSample, pixels: Bytes) -> Bytes:
        """See `LabelSource.find`."""
        assert isinstance(photo, Path)  # shards have their own
        path, shape = self._files[photo], (pixels.shape[0], pixels.shape[1])
        try:
            status = path.stat()
        except OSError as error:
            raise PhotoError(tr("There is no file {path} any more.", path=path)) from error
        known = f"{path.absolute()}\0{status.st_mtime_ns}\0{status.st_size}\0{format_classes(self._classes)}"
        origin = hashlib.blake2b(known.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
        return self._maps.get(photo, origin, shape, lambda: self._read(photo, path, shape))

    def _read(self, photo: Path, path: Path, shape: tuple[int, int]) -> Bytes:
        try:
            found = read_label_map(path, upright_size(photo))
        except InputError as error:  # it was checked before, and has changed since
            raise PhotoError(str(error)) from error
        return _shrink(match_network(found, self._classes, path.name), shape)


class ShardLabels:
    """A `LabelSource`: the label maps beside the photos in shards, in the numbers of the network's classes."""

    def __init__(self, classes: Sequence[LabelClass]) -> None:
        self._classes = tuple(classes)

    def find(self, photo: Path | ShardSample, pixels: Bytes) -> Bytes:
        """See `LabelSource.find`."""
        assert not isinstance(photo, Path)
        data, name = photo.read_labels(), photo.labels[0] if photo.labels else ""
        try:
            found = read_label_map(data, None, name)
        except InputError as error:
            raise PhotoError(str(error)) from error
        height, width = found.numbers.shape
        if abs(height * pixels.shape[1] / width - pixels.shape[0]) > _ROUNDED:
            raise PhotoError(
                tr("{name} in {name_2} has another shape than its photo.", name=name, name_2=photo.shard.name)
            )
        return _shrink(match_network(found, self._classes, name), (pixels.shape[0], pixels.shape[1]))


def match_network(found: LabelMap, classes: Sequence[LabelClass], name: str) -> Bytes:
    """Return a label map, from the file called `name`, in the numbers of the network's classes.

    Raises InputError where it has more classes than the network.
    """
    try:
        return match_classes(found, classes, "", name).numbers
    except InputError as error:
        most = int(found.numbers.max())
        raise InputError(
            tr(
                "{name} has class {most}, and the network has {count} classes.",
                name=name,
                most=most,
                count=len(classes),
            )
        ) from error


def _shrink(labels: Bytes, shape: tuple[int, int]) -> Bytes:
    """Return a label map at the size of the small copy of its photo: the class of the pixel in the middle of each."""
    return np.asarray(cv2.resize(labels, shape[::-1], interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)

"""Label maps of the photos to train on that a labeller finds: once a photo, cached beside its small copy.

Finding a map takes longer than cutting a crop.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.errors import PhotoError
from inpaint_studio.opencv import cv2
from training.data.photo_cache import Bytes, PhotoCache
from training.labels.nearest_centre import NearestCentre

if TYPE_CHECKING:
    from training.data.tar_index import ShardSample


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
            raise PhotoError("A label map could not be encoded.")
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

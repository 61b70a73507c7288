"""Small copies of photos in a cache, as decoding twelve megapixels for every crop would be slow."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo.photo import read_pixels
from inpaint_studio.errors import PhotoError
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr
from training.data.photo_cache import PhotoCache

Bytes = NDArray[np.uint8]
_QUALITY = 95  # of the JPEGs, with full chroma; their error is smaller than that of scaling
_GREY = 127  # background where a photo is transparent


class Thumbnails:
    """Upright RGB pixels of photos with a shorter side of at most `side` px, cached in memory and as JPEGs in a folder.

    Works without its folder where that is None, cannot be written or is full; see `PhotoCache`.
    """

    def __init__(self, folder: Path | None, side: int, memory: int = 256 << 20, room: int = 8 << 30) -> None:
        """`memory` limits what this object holds, `room` what the folder may hold for all sides, both in bytes."""
        self._cache = PhotoCache(folder, side, room)
        self._side, self._memory = side, memory
        self._held: OrderedDict[Path, Bytes] = OrderedDict()
        self._bytes = 0

    def get(self, path: Path) -> Bytes:
        """Return H x W x 3 uint8. Raises PhotoError where the file is gone or is not an image any more."""
        held = self._held.get(path)
        if held is None:
            held = self._read(path)
            self._held[path] = held
            self._bytes += held.nbytes
            while self._bytes > self._memory and len(self._held) > 1:
                self._bytes -= self._held.popitem(last=False)[1].nbytes
        self._held.move_to_end(path)
        return held

    def _read(self, path: Path) -> Bytes:
        cached = self._cache.place(path, ".jpg")
        if cached is not None:
            pixels = cv2.imread(str(cached), cv2.IMREAD_COLOR_RGB) if cached.is_file() else None
            if pixels is not None:
                self._cache.mark_used(cached)
                return np.asarray(pixels, np.uint8)
        data = _encode(read_small(path, path.name, self._side))
        if cached is not None:
            self._cache.write(data, cached)
        # Decoded again, so that a photo is the same whether it was cached before or not.
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)


def _encode(pixels: Bytes) -> Bytes:
    flags = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    done, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), flags)
    if not done:
        raise PhotoError(tr("A photo could not be encoded."))
    return np.asarray(data, np.uint8)


def read_small(source: Path | bytes, name: str, side: int) -> Bytes:
    """Return the upright RGB pixels of a file on disk or in memory, H x W x 3 uint8.

    The shorter side is at most `side` px. Raises PhotoError with a sentence that contains `name`.
    """
    pixels = read_pixels(source, name, side)
    if pixels.shape[2] == 4:
        share = pixels[..., 3:].astype(np.uint16)
        pixels = ((pixels[..., :3] * share + _GREY * (255 - share) + 127) // 255).astype(np.uint8)
    height, width = pixels.shape[:2]
    scale = side / min(height, width)
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)

"""Small copies of photos in a cache, as decoding twelve megapixels for every crop would be slow."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inpaint_studio import atomic
from inpaint_studio.engine.photo.photo import read_pixels
from inpaint_studio.errors import PhotoError
from inpaint_studio.opencv import cv2

Bytes = NDArray[np.uint8]
_QUALITY = 95  # of the JPEGs, with full chroma; their error is smaller than that of scaling
_GREY = 127  # background where a photo is transparent
_STEPS = 64  # after this part of the room is written the files are counted again: other processes write there too
_TIME_STEP = 2.0  # s by which file systems round times down, at most
_OWN = re.compile(r"\d+/([0-9a-f]{2})/\1[0-9a-f]{30}\.(jpg|\w+\.part)")  # names of files in the folder


class Thumbnails:
    """Upright RGB pixels of photos with a shorter side of at most `side` px, cached in memory and as JPEGs in a folder.

    Works without its folder where that is None, cannot be written or is full. Several processes may share it. Where
    the folder is full, files that were not used since this object was made are deleted, the oldest first.
    """

    def __init__(self, folder: Path | None, side: int, memory: int = 256 << 20, room: int = 8 << 30) -> None:
        """`memory` limits what this object holds, `room` what the folder may hold for all sides, both in bytes."""
        self._folder = folder
        self._side, self._memory, self._room = side, memory, room
        self._held: OrderedDict[Path, Bytes] = OrderedDict()
        self._bytes = 0
        self._started = time.time() - _TIME_STEP
        self._free = 0  # bytes that may be written before the files are counted again
        self._full = False

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
        cached = self._cache_path(path)
        if cached is not None:
            pixels = cv2.imread(str(cached), cv2.IMREAD_COLOR_RGB) if cached.is_file() else None
            if pixels is not None:
                self._mark_used(cached)
                return np.asarray(pixels, np.uint8)
        data = _encode(read_small(path, path.name, self._side))
        if cached is not None:
            self._write(data, cached)
        # Decoded again, so that a photo is the same whether it was cached before or not.
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)

    def _cache_path(self, path: Path) -> Path | None:
        """Place of the small copy of the file as it is now, by its path, time and size."""
        if self._folder is None:
            return None
        try:
            status = path.stat()
        except OSError as error:
            raise PhotoError(f"There is no file {path} any more.") from error
        name = f"{path.absolute()}\0{status.st_mtime_ns}\0{status.st_size}"
        digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        return self._folder / str(self._side) / digest[:2] / f"{digest}.jpg"

    def _mark_used(self, cached: Path) -> None:
        with suppress(OSError):
            if cached.stat().st_mtime < self._started:
                os.utime(cached)

    def _write(self, data: Bytes, cached: Path) -> None:
        if self._full:
            return
        try:
            if self._free < data.nbytes:
                self._free = self._make_room(data.nbytes)
            self._full = self._free < data.nbytes
            if self._full:
                return
            cached.parent.mkdir(parents=True, exist_ok=True)
            temporary = f"{cached.stem}.{secrets.token_hex(4)}.part"
            atomic.write(cached, data.tobytes(), durable=False, mode=0o600, temporary=temporary)
            self._free -= data.nbytes
        except OSError:
            self._folder = None  # read-only or full: continue without it

    def _make_room(self, needed: int) -> int:
        """Delete the oldest files; returns the bytes that may be written now, `needed` or more if possible."""
        step = max(needed, self._room // _STEPS)
        files = sorted(self._cached_files())
        free = self._room - sum(size for _, size, _ in files)
        for used, size, path in files:
            if free >= step or used >= self._started:
                break
            with suppress(OSError):
                path.unlink(missing_ok=True)
                free += size
        return min(step, free)

    def _cached_files(self) -> Iterator[tuple[float, int, Path]]:
        """Time of last use, bytes and path of each file in the folder that this class wrote."""
        if self._folder is None:
            return
        for folder, _, names in os.walk(self._folder):
            for path in (Path(folder, name) for name in names):
                if _OWN.fullmatch(path.relative_to(self._folder).as_posix()):
                    with suppress(OSError):  # it may be deleted since
                        status = path.stat()
                        yield status.st_mtime, status.st_size, path


def _encode(pixels: Bytes) -> Bytes:
    flags = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    done, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), flags)
    if not done:
        raise PhotoError("A photo could not be encoded.")
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

"""Photos, decoded once and kept small: a folder of twelve-megapixel photos must not decode twelve for every crop."""

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
_QUALITY = 95  # of the JPEGs, with full chroma; their error lies below what scaling leaves
_GREY = 127  # what shows through where a photo is transparent
_STEPS = 64  # in which the room is taken: after each it is counted anew, as other processes write there, too
_GRAIN = 2.0  # s by which file systems round times down, at most
_OWN = re.compile(r"\d+/([0-9a-f]{2})/\1[0-9a-f]{30}\.(jpg|\w+\.part)")  # how files in the folder are called


class Thumbnails:
    """Upright RGB pixels of photos with a shorter side of at most `side` px, from a folder of JPEGs and from memory.

    Works without its folder where that is None, cannot be written or has no room. May be shared by several processes.
    Where the folder is full, forms that were not used since this object was made give way, the oldest first.
    """

    def __init__(self, folder: Path | None, side: int, memory: int = 256 << 20, room: int = 8 << 30) -> None:
        """`memory` bounds what this object holds, `room` what the folder may hold for all sides, both in bytes."""
        self._folder = folder
        self._side, self._memory, self._room = side, memory, room
        self._held: OrderedDict[Path, Bytes] = OrderedDict()
        self._bytes = 0
        self._begun = time.time() - _GRAIN
        self._free = 0  # bytes that may be written before it is counted again
        self._full = False

    def get(self, path: Path) -> Bytes:
        """H x W x 3 uint8. Raises PhotoError where the file has gone or is no picture any more."""
        held = self._held.get(path)
        if held is None:
            held = self._kept(path)
            self._held[path] = held
            self._bytes += held.nbytes
            while self._bytes > self._memory and len(self._held) > 1:
                self._bytes -= self._held.popitem(last=False)[1].nbytes
        self._held.move_to_end(path)
        return held

    def _kept(self, path: Path) -> Bytes:
        place = self._place(path)
        if place is not None:
            kept = cv2.imread(str(place), cv2.IMREAD_COLOR_RGB) if place.is_file() else None
            if kept is not None:
                self._is_used(place)
                return np.asarray(kept, np.uint8)
        data = _encoded(small(path, path.name, self._side))
        if place is not None:
            self._keep(data, place)
        # What was encoded and decoded, so that a photo is the same whether it was kept before or not.
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)

    def _place(self, path: Path) -> Path | None:
        """Where the small form of this very state of the file is kept."""
        if self._folder is None:
            return None
        try:
            facts = path.stat()
        except OSError as error:
            raise PhotoError(f"There is no file {path} any more.") from error
        name = f"{path.absolute()}\0{facts.st_mtime_ns}\0{facts.st_size}"
        digest = hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        return self._folder / str(self._side) / digest[:2] / f"{digest}.jpg"

    def _is_used(self, place: Path) -> None:
        with suppress(OSError):
            if place.stat().st_mtime < self._begun:
                os.utime(place)

    def _keep(self, data: Bytes, place: Path) -> None:
        if self._full:
            return
        try:
            if self._free < data.nbytes:
                self._free = self._made_room(data.nbytes)
            self._full = self._free < data.nbytes
            if self._full:
                return
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary = f"{place.stem}.{secrets.token_hex(4)}.part"
            atomic.write(place, data.tobytes(), durable=False, mode=0o600, temporary=temporary)
            self._free -= data.nbytes
        except OSError:
            self._folder = None  # read-only or full: it goes on without

    def _made_room(self, wanted: int) -> int:
        """Bytes that may be written now, `wanted` or more where the oldest forms can give way for them."""
        step = max(wanted, self._room // _STEPS)
        kept = sorted(self._kept_files())
        free = self._room - sum(size for _, size, _ in kept)
        for used, size, path in kept:
            if free >= step or used >= self._begun:
                break
            with suppress(OSError):
                path.unlink(missing_ok=True)
                free += size
        return min(step, free)

    def _kept_files(self) -> Iterator[tuple[float, int, Path]]:
        """When each file in the folder was used last, its bytes and its path; nothing that is not of this class."""
        if self._folder is None:
            return
        for place, _, names in os.walk(self._folder):
            for path in (Path(place, name) for name in names):
                if _OWN.fullmatch(path.relative_to(self._folder).as_posix()):
                    with suppress(OSError):  # one that is gone since
                        facts = path.stat()
                        yield facts.st_mtime, facts.st_size, path


def _encoded(small: Bytes) -> Bytes:
    flags = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    done, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), flags)
    if not done:
        raise PhotoError("A photo could not be made small.")
    return np.asarray(data, np.uint8)


def small(source: Path | bytes, name: str, side: int) -> Bytes:
    """The upright RGB pixels of a file or of one in memory, H x W x 3 uint8, the shorter side at most `side` px.

    Raises PhotoError with a sentence that says `name`.
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

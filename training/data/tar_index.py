"""What lies in a WebDataset shard: the samples of a tar file, found by its headers alone.

A sample is every file under one key, as the library `webdataset` groups them; its picture is learnt from. Walking reads
512 bytes a file and jumps over what it holds; a picture is read when its turn comes. Shards are hostile until parsed:
nothing in them is unpacked, no name is used as a path, and no size that they claim is believed.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import IO, Any, NamedTuple

from inpaint_studio.engine.photo import decoding, formats
from inpaint_studio.engine.photo.folder import LEAST
from inpaint_studio.errors import InputError, PhotoError
from training.data.crops import Bytes
from training.data.thumbnails import small

# Suffixes without the dot; the first that a sample has is its image. JPEG comes first: beside it a PNG may be a mask.
IMAGES = [formats.format_named(name) for name in ("JPEG", "PNG", "WEBP")]
SUFFIXES = [suffix.removeprefix(".") for suffix in formats.suffixes(IMAGES)]
_MOST_BYTES = 256 << 20  # of a picture file; larger ones are left out before they are read
_MOST_HEADER = 1 << 20  # bytes of a tar header; longer ones are there to fill the memory


class Sample(NamedTuple):
    """Where a picture lies."""

    key: str
    name: str  # of the file in the shard
    shard: Path
    start: int  # byte
    size: int  # bytes

    @property
    def rank(self) -> int:
        """A number of 64 bits from the key alone, as if drawn by chance."""
        return int.from_bytes(hashlib.blake2b(self.key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")

    def read(self) -> bytes:
        """The file as it is. Raises PhotoError where it has gone or is cut off."""
        try:
            with self.shard.open("rb") as file:
                file.seek(self.start)
                data = file.read(self.size)
        except OSError as error:
            raise PhotoError(f"{self.shard} cannot be read any more.") from error
        if len(data) < self.size:
            raise PhotoError(f"{self.name} in {self.shard.name} is cut off.")
        return data

    def is_usable(self) -> bool:
        """Whether the header is one of a picture that is large enough."""
        try:
            with decoding.reading(Path(self.name)), decoding.open_bytes(self.read(), self.name) as image:
                _check_size(image.size, self.name)
        except PhotoError:
            return False
        return True

    def pixels(self, side: int) -> Bytes:
        """H x W x 3 RGB, upright, the shorter side at most `side` px. Raises PhotoError."""
        pixels = small(self.read(), self.name, side)
        _check_size(pixels.shape[:2], self.name)
        return pixels


def _check_size(size: tuple[int, ...], name: str) -> None:
    if min(size) < LEAST:
        raise PhotoError(f"{name} is smaller than {LEAST} px.")


def library() -> ModuleType:
    """webdataset. Raises InputError with what to install where it is missing."""
    try:
        import webdataset
    except ImportError as error:
        raise InputError(
            "The folder holds WebDataset shards, which the library webdataset reads; "
            "install it with: pip install 'inpaint-studio[cluster]'"
        ) from error
    return webdataset  # type: ignore[no-any-return]


class _Bounded:
    """A tar file of which no header makes its reader read much at once, or back to front."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self._read = file.seek, file.tell, file.read

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _MOST_HEADER:
            raise tarfile.ReadError("a header of an absurd size")
        return self._read(size)


def samples(shard: Path, trouble: list[str] | None = None) -> Iterator[Sample]:
    """The samples of one shard that have a picture, in their order.

    Where it is cut off, damaged or gone it ends there, and `trouble` gets a sentence. Keys and names are never used as
    paths. Raises InputError where the library is missing.
    """
    wds = library()
    for group in wds.tariterators.group_by_keys(_files(shard, trouble), handler=wds.ignore_and_continue):
        found = next((group[suffix] for suffix in SUFFIXES if suffix in group), None)
        if found is not None:
            yield Sample(group["__key__"], *found)


def _files(shard: Path, trouble: list[str] | None) -> Iterator[dict[str, Any]]:
    try:
        with shard.open("rb") as file, tarfile.open(fileobj=_Bounded(file), mode="r:") as tar:  # type: ignore[call-overload]
            end = -1
            while (member := tar.next()) is not None:
                if tar.offset <= end:
                    raise tarfile.ReadError("a header that leads back")
                end = tar.offset
                tar.members = []
                if not member.isreg() or member.issparse() or not 0 < member.size <= _MOST_BYTES:
                    continue
                if member.name.rpartition(".")[2].lower() in SUFFIXES:
                    place = member.name, shard, member.offset_data, member.size
                    yield {"fname": member.name, "data": place, "__url__": str(shard)}
            if any(_block(file, tar.offset)):
                raise tarfile.ReadError("a header that is none")
    except Exception as error:  # a hostile header makes the reader raise anything from ValueError to MemoryError
        if trouble is not None:
            kind = "cannot be read" if isinstance(error, OSError) else "is cut off, damaged or compressed"
            trouble.append(f"The shard {shard.name} {kind}; what comes before that is used.")


def _block(file: IO[bytes], start: int) -> bytes:
    """What stands where a header would; zeros at the end of a tar file."""
    file.seek(start)
    return file.read(tarfile.BLOCKSIZE)

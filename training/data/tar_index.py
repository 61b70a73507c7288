"""The samples of a WebDataset shard, a tar file, found by its headers alone.

A sample is all files under one key, as the library `webdataset` groups them; its image is trained on. Listing reads
512 bytes a file and skips the contents; an image is read when it is needed. Shards are not trusted: nothing in them is
unpacked, no name is used as a path, and sizes in headers are limited.
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
from inpaint_studio.texts import tr
from training.data.thumbnails import Bytes, read_small

# Suffixes without the dot; the first that a sample has is its image. JPEG comes first: beside it a PNG may be a mask.
IMAGES = [formats.format_named(name) for name in ("JPEG", "PNG", "WEBP")]
SUFFIXES = [suffix.removeprefix(".") for suffix in formats.suffixes(IMAGES)]
LABELS = "labels.png"  # suffix of the label map of a sample
_MOST_BYTES = 256 << 20  # of an image file; larger ones are left out before they are read
_MOST_HEADER = 1 << 20  # bytes of a tar header; longer ones would use up the memory


class ShardSample(NamedTuple):
    """Where an image is in a shard."""

    key: str
    name: str  # of the file in the shard
    shard: Path
    start: int  # byte
    size: int  # bytes
    labels: tuple[str, int, int] | None = None  # name, start and size of the file of its label map

    @property
    def rank(self) -> int:
        """A pseudo-random number of 64 bits that depends on the key alone."""
        return int.from_bytes(hashlib.blake2b(self.key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")

    def read(self) -> bytes:
        """Return the bytes of the file. Raises PhotoError where the shard is gone or cut off."""
        return self._read(self.name, self.start, self.size)

    def read_labels(self) -> bytes:
        """Return the bytes of the file of its label map. Raises PhotoError where it has none, too."""
        if self.labels is None:
            raise PhotoError(tr("{name} in {name_2} has no label map.", name=self.name, name_2=self.shard.name))
        return self._read(*self.labels)

    def _read(self, name: str, start: int, size: int) -> bytes:
        try:
            with self.shard.open("rb") as file:
                file.seek(start)
                data = file.read(size)
        except OSError as error:
            raise PhotoError(tr("{shard} cannot be read any more.", shard=self.shard)) from error
        if len(data) < size:
            raise PhotoError(tr("{name} in {name_2} is cut off.", name=name, name_2=self.shard.name))
        return data

    def is_usable(self) -> bool:
        """Return whether the header is that of an image that is large enough."""
        try:
            with decoding.explain_errors(Path(self.name)), decoding.open_bytes(self.read(), self.name) as image:
                _check_size(image.size, self.name)
        except PhotoError:
            return False
        return True

    def pixels(self, side: int) -> Bytes:
        """Return H x W x 3 RGB, upright, the shorter side at most `side` px. Raises PhotoError."""
        pixels = read_small(self.read(), self.name, side)
        _check_size(pixels.shape[:2], self.name)
        return pixels


def _check_size(size: tuple[int, ...], name: str) -> None:
    if min(size) < LEAST:
        raise PhotoError(tr("{name} is smaller than {least} px.", name=name, least=LEAST))


def webdataset_library() -> ModuleType:
    """Return the module webdataset. Raises InputError with what to install where it is missing."""
    try:
        import webdataset
    except ImportError as error:
        raise InputError(
            tr(
                "The folder holds WebDataset shards, which the library webdataset reads; install it "
                "with: pip install 'inpaint-studio[cluster]'"
            )
        ) from error
    return webdataset  # type: ignore[no-any-return]


class _BoundedFile:
    """A tar file that refuses to read a negative or very large number of bytes, whatever a header contains."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)  # seeking and the position

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _MOST_HEADER:
            raise tarfile.ReadError(tr("a header of an impossible size"))
        return self._file.read(size)


def read_samples(shard: Path, problems: list[str] | None = None) -> Iterator[ShardSample]:
    """Yield the samples of one shard that have an image, in their order.

    Where the shard is cut off, damaged or gone it ends there, and a sentence is added to `problems`. Keys and names are
    never used as paths. Raises InputError where the library is missing.
    """
    wds = webdataset_library()
    for group in wds.tariterators.group_by_keys(_files(shard, problems), handler=wds.ignore_and_continue):
        found = next((group[suffix] for suffix in SUFFIXES if suffix in group), None)
        if found is not None:
            labels = group.get(LABELS)
            place = None if labels is None else (labels[0], labels[2], labels[3])
            name, shard, start, size = found
            yield ShardSample(group["__key__"], name, shard, start, size, place)


def _files(shard: Path, problems: list[str] | None) -> Iterator[dict[str, Any]]:
    try:
        with shard.open("rb") as file, tarfile.open(fileobj=_BoundedFile(file), mode="r:") as tar:
            end = -1
            while (member := tar.next()) is not None:
                if tar.offset <= end:
                    raise tarfile.ReadError(tr("a header that points back"))
                end = tar.offset
                tar.members = []  # type: ignore[attr-defined]
                if not member.isreg() or member.issparse() or not 0 < member.size <= _MOST_BYTES:
                    continue
                if member.name.rpartition(".")[2].lower() in SUFFIXES:
                    position = member.name, shard, member.offset_data, member.size
                    yield {"fname": member.name, "data": position, "__url__": str(shard)}
            if any(_block(file, tar.offset)):
                raise tarfile.ReadError(tr("a block that is not a header"))
    except Exception as error:  # a hostile header makes the reader raise anything from ValueError to MemoryError
        if problems is not None:
            kind = tr("cannot be read") if isinstance(error, OSError) else tr("is cut off, damaged or compressed")
            problems.append(tr("The shard {name} {kind}; what comes before that is used.", name=shard.name, kind=kind))


def _block(file: IO[bytes], start: int) -> bytes:
    """Return the block where a header would be; zeros at the end of a tar file."""
    file.seek(start)
    return file.read(tarfile.BLOCKSIZE)

"""A file out of an archive that came from the network."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from inpaint_studio.engine.weights.published import PublishedFile
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.interface import TicketLike

LARGEST = 4 << 30  # bytes of a member
_MEMBERS = 10_000
_STALE = 3600.0  # seconds
_CHUNK = 4 << 20


@contextmanager
def unpacked(fetched: Sequence[tuple[Path, PublishedFile]], folder: Path, ticket: TicketLike) -> Iterator[list[Path]]:
    """The files under their published names, out of their archives; gone when the block ends.

    Raises WeightsError where an archive is none or lacks the file, and whatever `ticket.report` raises.
    """
    for left in folder.glob("unpack-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE:  # its program ended midway
                shutil.rmtree(left, ignore_errors=True)
    home = Path(tempfile.mkdtemp(prefix="unpack-", dir=folder))
    try:
        files = []
        for path, file in fetched:
            target = home / file.name
            if file.member:
                ticket.report(0.0, f"Unpacking {file.name}")
                _extract(path, file.member, target, ticket)
            else:
                _stand_in(path, target)
            files.append(target)
        yield files
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _stand_in(path: Path, target: Path) -> None:
    """Another name for the same file."""
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)


def _extract(archive: Path, member: str, target: Path, ticket: TicketLike) -> None:
    lacking = WeightsError(f"The archive does not hold {member}; its publisher must have changed it.")
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as whole:
                name = next((info for info in whole.infolist()[:_MEMBERS] if _is(info.filename, member)), None)
                if name is None:
                    raise lacking
                with whole.open(name) as file:
                    _copy(file, target, ticket)
            return
        with tarfile.open(archive) as tape:
            for number, entry in enumerate(tape):
                if number == _MEMBERS:
                    break
                if entry.isfile() and _is(entry.name, member):
                    inside = tape.extractfile(entry)
                    assert inside is not None
                    _copy(inside, target, ticket)
                    return
        raise lacking
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise WeightsError(
            f"{archive.name.partition('-')[2]} is no archive that can be read; fetch it again."
        ) from error


def _is(name: str, member: str) -> bool:
    """Whether that is it; its publisher may have packed the folder round it or not."""
    return name == member or name.endswith(f"/{member}")


def _copy(source: IO[bytes], target: Path, ticket: TicketLike) -> None:
    size = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise WeightsError(f"{target.name} is larger than any weights known here; it was not unpacked.")
            file.write(chunk)
            ticket.report(0.0)

"""Take a file out of a downloaded archive."""

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
from inpaint_studio.texts import tr

MAX_BYTES = 4 << 30  # of a file in an archive
_MAX_MEMBERS = 10_000  # entries of an archive that are looked at
_STALE = 3600.0  # seconds after which a temporary folder is from a program that has ended
_CHUNK = 4 << 20  # bytes


@contextmanager
def unpack(downloaded: Sequence[tuple[Path, PublishedFile]], folder: Path, ticket: TicketLike) -> Iterator[list[Path]]:
    """Give the files under their published names, taken out of their archives; deleted when the block ends.

    They are in a temporary folder inside `folder`. Raises WeightsError where an archive cannot be read or lacks the
    file, and whatever `ticket.report` raises.
    """
    for old in folder.glob("unpack-*"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _STALE:
                shutil.rmtree(old, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix="unpack-", dir=folder))
    try:
        files = []
        for path, file in downloaded:
            target = temporary / file.name
            if file.member:
                ticket.report(0.0, tr("Unpacking {name}", name=file.name))
                _extract(path, file.member, target, ticket)
            else:
                _link(path, target)
            files.append(target)
        yield files
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _link(path: Path, target: Path) -> None:
    """Give the same file a second name, or copy it where the disk has no hard links."""
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)


def _extract(archive: Path, member: str, target: Path, ticket: TicketLike) -> None:
    missing = WeightsError(tr("The archive does not hold {member}; its publisher must have changed it.", member=member))
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as whole:
                name = next((info for info in whole.infolist()[:_MAX_MEMBERS] if _matches(info.filename, member)), None)
                if name is None:
                    raise missing
                with whole.open(name) as file:
                    _copy(file, target, ticket)
            return
        with tarfile.open(archive) as tape:
            for number, entry in enumerate(tape):
                if number == _MAX_MEMBERS:
                    break
                if entry.isfile() and _matches(entry.name, member):
                    inside = tape.extractfile(entry)
                    assert inside is not None
                    _copy(inside, target, ticket)
                    return
        raise missing
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise WeightsError(
            tr(
                "{partition} is not an archive that can be read; download it again.",
                partition=archive.name.partition("-")[2],
            )
        ) from error


def _matches(name: str, member: str) -> bool:
    """Return whether an entry is the file; its publisher may have packed the folder around it or not."""
    return name == member or name.endswith(f"/{member}")


def _copy(source: IO[bytes], target: Path, ticket: TicketLike) -> None:
    size = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                raise WeightsError(
                    tr("{name} is larger than any weights known here; it was not unpacked.", name=target.name)
                )
            file.write(chunk)
            ticket.report(0.0)

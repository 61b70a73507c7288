"""The files that weights are imported from: their checksums and their tensors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Tensors
from inpaint_studio.texts import tr

ReportProgress = Callable[[float, str], None]  # like `Ticket.report`

_CHUNK = 4 << 20  # bytes hashed between two reports
_MAX_BYTES = 8 << 30  # of all files together
_MAX_FILES = 64  # in a folder that is imported as one file


def checksums(paths: Sequence[Path], report: ReportProgress) -> list[str]:
    """Compute the sha256 of every file; of a folder, that of its files' checksums in the order of their names.

    Reports the first 0.3 of the progress. Raises WeightsError for files that do not exist, and too many or too large.
    """
    if not paths:
        raise WeightsError(tr("No file was chosen to import."))
    if len({path.name for path in paths}) < len(paths):
        raise WeightsError(tr("Two of the files have one name; choose each only once."))
    try:
        groups = [_files_of(path) for path in paths]
        whole = sum(file.stat().st_size for group in groups for file in group if file.is_file()) or 1
        if whole > _MAX_BYTES:
            raise WeightsError(tr("That is larger than any checkpoint that is known here; it is not imported."))
        done = 0
        found = []
        for path, group in zip(paths, groups, strict=True):
            sums = []
            for file in group:
                checksum, size = _sha256(file, lambda done: report(0.3 * min(1.0, done / whole), tr("Reading")), done)
                sums.append(checksum)
                done += size
            found.append(hashlib.sha256("".join(sums).encode()).hexdigest() if path.is_dir() else sums[0])
        return found
    except FileNotFoundError as error:
        raise WeightsError(tr("There is no file {filename}; check the name.", filename=error.filename)) from None
    except OSError as error:
        raise WeightsError(
            tr(
                "{filename} cannot be read: {reason}.",
                filename=error.filename,
                reason=(error.strerror or str(error)).lower(),
            )
        ) from error


def _files_of(path: Path) -> list[Path]:
    """Return the file itself, or the files in a folder, sorted by name. Raises WeightsError."""
    if not path.is_dir():
        if not path.is_file():
            raise WeightsError(tr("There is no file {path}; check the name.", path=path))
        return [path]
    inside = sorted(path.iterdir())
    if len(inside) > _MAX_FILES:
        raise WeightsError(tr("The folder holds more files than a checkpoint has; choose the files themselves."))
    return [file for file in inside if file.is_file()]


def _sha256(path: Path, report: Callable[[int], None], done: int) -> tuple[str, int]:
    """Checksum and size of one file; reports `done` plus the bytes read so far."""
    checksum, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checksum.update(chunk)
            size += len(chunk)
            report(done + size)
    return checksum.hexdigest(), size


def read(paths: Sequence[Path], report: ReportProgress) -> dict[str, Tensors]:
    """Read the tensors of every file by its name. Reports from 0.3 to 0.6 of the progress. Raises WeightsError."""
    from inpaint_studio.engine.weights import readers

    files = {}
    for number, path in enumerate(paths):
        report(0.3 + 0.3 * number / len(paths), tr("Reading {name}", name=path.name))
        files[path.name] = readers.read(path)
    return files

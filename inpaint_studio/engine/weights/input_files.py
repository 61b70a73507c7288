"""Files that weights come from: what identifies them, and what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Tensors

Report = Callable[[float, str], None]  # as of a ticket

_CHUNK = 4 << 20  # bytes hashed between two reports
_LARGEST = 8 << 30  # bytes of all files together
_MOST_FILES = 64  # in a folder that is given as one file


def sums(paths: Sequence[Path], report: Report) -> list[str]:
    """The sha256 of every file; of a folder, of its files' sums in the order of their names.

    Takes the first 0.3 of the progress. Raises WeightsError for files that are not there or too many.
    """
    if not paths:
        raise WeightsError("No file was given to import.")
    if len({path.name for path in paths}) < len(paths):
        raise WeightsError("Two of the files have one name; give each only once.")
    try:
        inside = [sorted(path.iterdir()) if path.is_dir() else [path] for path in paths]
        if max(map(len, inside)) > _MOST_FILES:
            raise WeightsError("The folder holds more files than a checkpoint has; give the files themselves.")
        whole = sum(file.stat().st_size for files in inside for file in files if file.is_file()) or 1
        if whole > _LARGEST:
            raise WeightsError("That is larger than any checkpoint that is known here; it is not imported.")
        done, found = 0, []
        for path, files in zip(paths, inside, strict=True):
            each = []
            for file in files:
                if not file.is_file():
                    if path.is_dir():
                        continue
                    raise WeightsError(f"There is no file {path}; check the name.")
                summed, size = _sum(file, lambda done: report(0.3 * min(1.0, done / whole), "Reading"), done)
                each.append(summed)
                done += size
            found.append(each[0] if not path.is_dir() else hashlib.sha256("".join(each).encode()).hexdigest())
        return found
    except FileNotFoundError as error:
        raise WeightsError(f"There is no file {error.filename}; check the name.") from None
    except OSError as error:
        raise WeightsError(f"{error.filename} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _sum(path: Path, report: Callable[[int], None], done: int) -> tuple[str, int]:
    summing, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            summing.update(part)
            size += len(part)
            report(done + size)
    return summing.hexdigest(), size


def read(paths: Sequence[Path], report: Report) -> dict[str, Tensors]:
    """The tensors of every file, by its name; from 0.3 to 0.6 of the progress. Raises WeightsError."""
    from inpaint_studio.engine.weights import readers

    files = {}
    for number, path in enumerate(paths):
        report(0.3 + 0.3 * number / len(paths), f"Reading {path.name}")
        files[path.name] = readers.read(path)
    return files

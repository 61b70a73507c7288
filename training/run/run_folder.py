"""The run folder of a training: its lock, and the record of the process that trains."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from inpaint_studio.engine.model_library import model_library
from inpaint_studio.errors import InputError
from inpaint_studio.file_lock import try_lock
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.protocol.run_folder import RunFolder, RunRecord, runs_dir
from inpaint_studio.texts import tr


def default_folder(model: str, name: str | None) -> Path:
    """Return the run folder of a training without ``-o`` (not created here).

    It is called after the trained weights, else after the network. Raises UnknownModel where there is
    neither a name nor such a model.
    """
    if name is not None:
        return runs_dir() / name
    found = model_library().get(model)
    return runs_dir() / (found.system.traits.name if isinstance(found, NetworkModel) else model)


@contextmanager
def reserve(folder: Path, first: bool) -> Iterator[RunFolder]:
    """Make `folder` and keep other trainings out of it until the end; a new folder that stays empty is removed.

    `first` is whether this process is the one that writes: it alone takes the lock. Raises InputError where another
    training has the folder, or where nothing can be written to it.
    """
    run, new = RunFolder(folder), not folder.exists()
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if first and new:
                stack.callback(_remove_empty, folder)
            is_ours = not first or stack.enter_context(try_lock(run.lock))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = tr("Name another folder with -o.")
            raise InputError(
                tr("Nothing can be written to {folder} ({reason}).", folder=folder, reason=reason), hint
            ) from error
        if not is_ours:
            raise InputError(
                tr("A training runs in {folder} already; stop that one, or give this one another name.", folder=folder)
            )
        yield run


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def clear(run: RunFolder) -> None:
    """Remove what an earlier training left in its folder, and nothing else."""
    for path in run.history():
        path.unlink(missing_ok=True)


def write_record(run: RunFolder, *, model: str, system: str, photos: Path, name: str | None) -> None:
    """Write which process trains here, so that a window started later finds it; a full disk is ignored."""
    record = RunRecord(os.getpid(), sys.argv, model, name or "", time.time(), system, str(photos.absolute()))
    with suppress(OSError):
        record.write(run.path)

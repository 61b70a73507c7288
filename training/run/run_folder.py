"""Where a training keeps what it writes, and the word it leaves of itself there."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from inpaint_studio import atomic, paths
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.errors import InputError
from inpaint_studio.file_lock import try_lock
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.protocol.arguments import Training
from training.distributed import launch
from training.run import checkpoint, tensorboard
from training.run.events import LOG

RUN = "run.json"
LOCK = "lock.part"  # called like what is left half done: where a killed process leaves it, it is put away with that


def runs() -> Path:
    """The folder of trainings that were given none of their own (not created here)."""
    return paths.data_dir() / "training"


def place(asked: Training) -> Path:
    """The folder of this training (not created here). Raises UnknownModel where only the model could name it."""
    if asked.out is not None:
        return asked.out.absolute()
    if asked.name is not None:
        return runs() / asked.name
    model = model_library().get(asked.model)
    return runs() / (model.system.traits.name if isinstance(model, NetworkModel) else asked.model)


@contextmanager
def taken(asked: Training) -> Iterator[Path]:
    """The folder of this training, which is made, and is its own until the end: of all its processes the first one
    keeps other trainings out. Where nothing was written there it goes again.

    Raises InputError where another training has it, or where nothing can be written to it.
    """
    folder = place(asked)
    first, new = _is_first(asked), not folder.exists()
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if first and new:
                stack.callback(_remove_empty, folder)
            ours = not first or stack.enter_context(try_lock(folder / LOCK))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            hint = "Name another folder with -o."
            raise InputError(f"Nothing can be written to {folder} ({reason}).", hint) from error
        if not ours:
            raise InputError(f"A training runs in {folder} already; stop that one, or give this one another name.")
        yield folder


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _is_first(asked: Training) -> bool:
    """Whether this process is the one that writes; known before the others are started."""
    environment = launch.launch(asked).environment
    return environment.node_rank() == 0 and environment.local_rank() == 0


def clear(folder: Path) -> None:
    """Removes what an earlier training left in its folder, and nothing else."""
    for name in (checkpoint.NAME, LOG):
        (folder / name).unlink(missing_ok=True)
    for old in (*(folder / "samples").glob("[0-9][0-9]-*.png"), *(folder / tensorboard.FOLDER).glob(tensorboard.FILES)):
        old.unlink(missing_ok=True)


def leave_word(folder: Path, asked: Training, system: str) -> None:
    """Leaves word of this process, so that a window started later finds it."""
    facts = {
        "pid": os.getpid(),
        "system": system,
        "model": asked.model,
        "photos": str(asked.photos.absolute()),
        "name": asked.name,
        "begun": time.time(),
        "command": sys.argv,
    }
    with suppress(OSError):
        atomic.write(folder / RUN, json.dumps(facts))

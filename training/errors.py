"""Why a training ends early: the exceptions, and the sentence for the user."""

from __future__ import annotations

import torch

from inpaint_studio.errors import InputError, StudioError
from inpaint_studio.protocol.events import MISSING_FEATURES
from inpaint_studio.texts import mark, tr

DIVERGED = mark(
    "The losses were not finite again and again, even with an eighth of the learning rate; try other settings."
)


class Stopped(Exception):
    """The user stopped the training; its state is as it was before the interrupted update."""


class Diverged(Exception):
    """A loss or a gradient is not finite."""


class MissingFeatures(InputError):
    """A recipe needs a trained VGG, and there is no file with its weights."""

    event_code = MISSING_FEATURES  # in the event `failed`


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether `error` is how torch reports that memory ran out."""
    texts = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(t in str(error).lower() for t in texts)


def describe(error: BaseException) -> str:
    """Return why a training failed as one sentence, for its event `failed`."""
    if isinstance(error, KeyboardInterrupt):
        return tr("It was interrupted.")
    if isinstance(error, Diverged):
        return tr(DIVERGED)
    if isinstance(error, StudioError):
        return error.plain
    if isinstance(error, MemoryError):
        return tr("Memory ran out even for one image at a time; train at a smaller size.")
    text = str(error).splitlines()[0] if str(error) else ""
    return tr("A fault of the program: {name}: {text}", name=type(error).__name__, text=text).rstrip(": ")

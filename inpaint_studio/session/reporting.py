"""What the parts of a session report to the window: the status line's messages, errors as sentences, and progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal, NamedTuple

from inpaint_studio import memory_limit
from inpaint_studio.errors import StudioError
from inpaint_studio.texts import mark, tr

STOPPED = mark("Stopped looking.")  # a search was cancelled
PROGRESS_INTERVAL = 1 / 30  # s; more frequent updates are not visible


# What a message may be about. It is outdated as soon as one of these states is another than it was when the message
# came; another photo outdates all but "model", "device", "training", "weights", "sets" and "files".
State = Literal[
    "step",  # the steps of the history that are in effect
    "photo",  # which photo is open
    "fill",  # the fill in effect that was made last, and which of its candidates is in the photo
    "job",  # which fill or prediction was started last
    "hole",
    "areas",  # where samples are taken from
    "labels",
    "suggestions",
    "model",  # the chosen model, and why it cannot fill
    "device",
    "training",  # the fine-tuning, whether it runs, and what was saved
    "weights",  # which import or download was started last
    "sets",  # which set of weights was deleted or renamed last
    "files",  # which file was opened or saved last
    "tool",
]


class Status(NamedTuple):
    """A message for the status line.

    ``working``: something runs, and the message is outdated as soon as it ends; ``result``: an outcome, which stays
    until the next message or until a state that it is `about` has changed; ``idle``: what ran has ended without a
    message. An idle status with a text ends that message alone.
    """

    kind: Literal["working", "result", "idle"]
    text: str = ""
    about: tuple[State, ...] = ()

    @classmethod
    def working(cls, text: str) -> Status:
        """Return the message that something runs, shown until it ends."""
        return cls("working", tr(text))

    @classmethod
    def result(cls, *sentences: str, about: tuple[State, ...] = ("step",)) -> Status:
        """Return the outcome in `sentences`; empty ones are left out. Without any the status is idle.

        It is emitted once the states that it is `about` are as it says. By default it is news until the next step.
        """
        text = " ".join(tr(sentence) for sentence in sentences if sentence)
        return cls("result", text, about) if text else IDLE

    def ended(self) -> Status:
        """Return the status that ends this one, which says that something runs."""
        return Status("idle", self.text)


IDLE = Status("idle")


def describe_error(error: BaseException) -> str:
    """Return a sentence for the user about `error`."""
    if isinstance(error, StudioError):
        return error.plain
    if memory_limit.is_exhausted(error):
        return tr("The memory of this machine did not suffice; nothing was changed.")
    return tr("A fault of the program: {error}", error=name_error(error))


def name_error(error: BaseException) -> str:
    """Return the class of `error` and its message; only the class where its message cannot be made."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def throttle(listener: Callable[[float, str], object]) -> Callable[[float, str], None]:
    """Return a function like `listener` (fraction, note) that calls it at most every `PROGRESS_INTERVAL` seconds."""
    last = 0.0

    def report(fraction: float, note: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= PROGRESS_INTERVAL:
            last = now
            listener(fraction, note)

    return report

"""Where the figures of a training go beside its events: TensorBoard, Weights & Biases and MLflow, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, NamedTuple, Protocol

import numpy as np
from PIL import Image

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.events import EndEvent, Event, NoteEvent, ProgressEvent, SampleEvent, StartedEvent
from inpaint_studio.protocol.run_folder import SAMPLE_ROLES
from inpaint_studio.texts import tr
from training.run.experiment_trackers import MlflowRun, WandbRun
from training.run.tensorboard import TensorBoardFiles


class BackEnd(Protocol):
    """One library that figures are written with. Making one raises ImportError where it is not installed."""

    title: str  # for messages

    def open(self, event: StartedEvent) -> None:
        """Begin; called first and once."""

    def write_values(self, values: Mapping[str, float], step: int) -> None:
        """Write numbers by name."""

    def write_image(self, name: str, image: np.ndarray, step: int) -> None:
        """Write an image, H x W x 3 uint8."""

    def write_text(self, text: str, step: int) -> None:
        """Write a sentence."""

    def close(self) -> None:
        """Write what is left and end."""


class _Entry(NamedTuple):
    make: Callable[[], BackEnd]
    extra: str  # of this program's package, which installs the library


TRACKERS: Mapping[str, _Entry] = {
    "tensorboard": _Entry(TensorBoardFiles, "cluster"),
    "wandb": _Entry(WandbRun, "wandb"),
    "mlflow": _Entry(MlflowRun, "mlflow"),
}


class Tracker:
    """A listener that passes losses, measurements, samples and notes on to a back end.

    An error ends the writing, not the training; `emit` then gets a note about it.
    """

    def __init__(self, back_end: BackEnd) -> None:
        self.emit: Callable[[Event], None] | None = None
        self._back_end: BackEnd | None = back_end
        self._is_open = False
        self._step = 0

    def __call__(self, event: Event) -> None:
        if self._back_end is None:
            return
        try:
            if isinstance(event, StartedEvent):
                self._is_open, self._step = True, event.step
                self._back_end.open(event)
            elif self._is_open:
                self._write(self._back_end, event)
        except Exception as error:  # for example a full disk; the libraries raise errors of many types
            self._fail(self._back_end, error, is_last=isinstance(event, EndEvent))

    def _write(self, back_end: BackEnd, event: Event) -> None:
        self._step = getattr(event, "step", self._step)
        if isinstance(event, ProgressEvent):
            losses = {f"losses/{name}": value for name, value in event.losses.items()}
            back_end.write_values(_numbers({**losses, "rate": event.rate}), self._step)
        elif isinstance(event, SampleEvent):
            figures = {f"held-out/{name}": value for name, value in asdict(event.figures).items()}
            back_end.write_values(_numbers(figures), self._step)
            for number, paths in enumerate(event.paths, 1):
                row = [np.asarray(Image.open(paths[role]).convert("RGB")) for role in SAMPLE_ROLES]
                back_end.write_image(f"held-out/{number:02d}", np.concatenate(row, axis=1), self._step)
        elif isinstance(event, NoteEvent):
            back_end.write_text(event.text, self._step)
        elif isinstance(event, EndEvent):
            self._back_end = None
            back_end.close()

    def _fail(self, back_end: BackEnd, error: Exception, is_last: bool) -> None:
        self._back_end = None
        with suppress(Exception):
            back_end.close()
        if self.emit is not None and not is_last:  # no event follows the last one
            reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
            text = tr(
                "{title} failed ({reason}); the training continues without it.", title=back_end.title, reason=reason
            )
            self.emit(NoteEvent(text))


def make_trackers(names: Sequence[str]) -> list[Tracker]:
    """Return a listener for each of the names, keys of `TRACKERS`; the name "none" alone gives no listener.

    Without names, TensorBoard's where it is installed. Raises InputError for an unknown name, and for a named library
    that is not installed.
    """
    return list(_make(names)) if names else _make_default()


def _make_default() -> list[Tracker]:
    try:
        return [Tracker(TRACKERS["tensorboard"].make())]
    except ImportError:
        return []


def _make(names: Sequence[str]) -> Iterator[Tracker]:
    if tuple(names) == ("none",):
        return
    for name in dict.fromkeys(names):
        if name not in TRACKERS:
            raise InputError(
                tr("Figures cannot be logged to '{name}'; write {names} or none.", name=name, names=", ".join(TRACKERS))
            )
        try:
            yield Tracker(TRACKERS[name].make())
        except ImportError:
            hint = tr("Install it with: pip install 'inpaint-studio[{extra}]'.", extra=TRACKERS[name].extra)
            raise InputError(
                tr("Logging to '{name}' needs a library that is not installed.", name=name), hint
            ) from None


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items() if isinstance(value, (int, float))}

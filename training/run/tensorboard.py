"""TensorBoard's files of a training, written by its own library where that is installed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from inpaint_studio.protocol.events import EndEvent, Event, NoteEvent, ProgressEvent, SampleEvent, StartedEvent
from inpaint_studio.protocol.run_folder import SAMPLE_ROLES, RunFolder

_FLUSH_EVERY = 20.0  # s


class TensorBoardListener:
    """A listener that writes losses, measurements and samples into ``tensorboard`` in the run folder.

    An error ends the writing, not the training.
    """

    def __init__(self, make_writer: Any) -> None:
        """`make_writer` is the library's SummaryWriter."""
        self._make_writer = make_writer
        self._writer: Any = None
        self._hook = threading.excepthook

    def __call__(self, event: Event) -> None:
        try:
            if isinstance(event, StartedEvent):
                self._open(RunFolder(event.folder).tensorboard, event.step)
            elif self._writer is not None:
                self._write(event)
        except Exception:  # for example a full disk; the library raises errors of many types
            self._close(quietly=True)

    def _open(self, folder: Path, step: int) -> None:
        self._hook, threading.excepthook = threading.excepthook, self._ignore_writer_thread
        # Remove what was written after the checkpoint: those steps are taken again.
        self._writer = self._make_writer(str(folder), purge_step=step + 1, flush_secs=_FLUSH_EVERY)

    def _write(self, event: Event) -> None:
        if isinstance(event, ProgressEvent):
            for name, value in event.losses.items():
                self._add(f"losses/{name}", value, event.step)
        elif isinstance(event, SampleEvent):
            self._add("held-out/psnr", event.figures.psnr, event.step)
            self._add("held-out/l1", event.figures.l1, event.step)
            for number, paths in enumerate(event.paths, 1):
                row = [np.asarray(Image.open(paths[role]).convert("RGB")) for role in SAMPLE_ROLES]
                strip = np.concatenate(row, axis=1)
                self._writer.add_image(f"held-out/{number:02d}", strip, event.step, dataformats="HWC")
        elif isinstance(event, NoteEvent):
            self._writer.add_text("notes", event.text)
        elif isinstance(event, EndEvent):
            self._close()

    def _add(self, name: str, value: float | None, step: int) -> None:
        if value is not None:
            self._writer.add_scalar(name, value, step)

    def _close(self, quietly: bool = False) -> None:
        writer, self._writer = self._writer, None
        try:
            if writer is not None:
                writer.close()
        except Exception:
            if not quietly:
                raise
        finally:
            threading.excepthook = self._hook

    def _ignore_writer_thread(self, failure: threading.ExceptHookArgs) -> None:
        """Ignore an exception that ends the library's own thread: the terminal must not show it."""
        if failure.thread is None or not type(failure.thread).__module__.startswith("tensorboard"):
            self._hook(failure)


def tensorboard_listener() -> TensorBoardListener | None:
    """Return a listener; None where the library is not installed, or does not fit those it needs."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except (ImportError, AttributeError, TypeError):
        return None
    return TensorBoardListener(SummaryWriter)

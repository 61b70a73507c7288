"""TensorBoard's files of a training, written by its own library where that is installed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np

from inpaint_studio.protocol.events import StartedEvent
from inpaint_studio.protocol.run_folder import RunFolder

_FLUSH_EVERY = 20.0  # s


class TensorBoardFiles:
    """Writes into ``tensorboard`` in the run folder; a back end of `trackers.Tracker`."""

    title = "TensorBoard"

    def __init__(self) -> None:
        """Raises ImportError where the library is not installed, or does not fit those it needs."""
        try:
            from torch.utils.tensorboard import SummaryWriter
        except (AttributeError, TypeError) as error:
            raise ImportError(str(error)) from error
        self._make_writer: Any = SummaryWriter
        self._writer: Any = None
        self._hook = threading.excepthook

    def open(self, event: StartedEvent) -> None:
        """Begin; what was written after the checkpoint is removed, as those steps are taken again."""
        self._hook, threading.excepthook = threading.excepthook, self._ignore_writer_thread
        folder = str(RunFolder(event.folder).tensorboard)
        self._writer = self._make_writer(folder, purge_step=event.step + 1, flush_secs=_FLUSH_EVERY)

    def write_values(self, values: Mapping[str, float], step: int) -> None:
        """Write numbers by name."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def write_image(self, name: str, image: np.ndarray, step: int) -> None:
        """Write an image, H x W x 3 uint8."""
        self._writer.add_image(name, image, step, dataformats="HWC")

    def write_text(self, text: str, step: int) -> None:
        """Write a sentence."""
        self._writer.add_text("notes", text, step)

    def close(self) -> None:
        """Write what is left and end."""
        writer, self._writer = self._writer, None
        try:
            if writer is not None:
                writer.close()
        finally:
            threading.excepthook = self._hook

    def _ignore_writer_thread(self, failure: threading.ExceptHookArgs) -> None:
        """Ignore an exception that ends the library's own thread: the terminal must not show it."""
        if failure.thread is None or not type(failure.thread).__module__.startswith("tensorboard"):
            self._hook(failure)

"""TensorBoard's files of a training, written by its own library where that is installed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

FOLDER = "tensorboard"  # in the training's
FILES = "events.out.tfevents.*"
_ROLES = ("original", "hole", "before", "now")  # of a sample's pictures, from left to right
_FLUSH_EVERY = 20.0  # s


class Board:
    """A listener that writes losses, figures and samples into ``tensorboard`` of the folder that `started` names.

    Whatever goes wrong with it ends the writing and not the training. Importing this imports the library.
    """

    def __init__(self, make: Any) -> None:
        """`make` is the library's SummaryWriter."""
        self._make = make
        self._writer: Any = None
        self._hook = threading.excepthook

    def __call__(self, event: str, facts: dict[str, Any]) -> None:
        try:
            if event == "started":
                self._open(Path(facts["folder"]) / FOLDER, facts["step"])
            elif self._writer is not None:
                self._take(event, facts)
        except Exception:  # a full disk, or whatever the library makes of it
            self._close(quietly=True)

    def _open(self, folder: Path, step: int) -> None:
        self._hook, threading.excepthook = threading.excepthook, self._unsaid
        # What was told after the step that is resumed from did not happen.
        self._writer = self._make(str(folder), purge_step=step + 1, flush_secs=_FLUSH_EVERY)

    def _take(self, event: str, facts: dict[str, Any]) -> None:
        if event == "progress":
            for name, value in facts["losses"].items():
                self._number(f"losses/{name}", value, facts["step"])
        elif event == "sample":
            for name, value in facts["figures"].items():
                self._number(f"held-out/{name}", value, facts["step"])
            for number, paths in enumerate(facts["paths"], 1):
                rows = [np.asarray(Image.open(paths[role]).convert("RGB")) for role in _ROLES]
                strip = np.concatenate(rows, axis=1)
                self._writer.add_image(f"held-out/{number:02d}", strip, facts["step"], dataformats="HWC")
        elif event == "note":
            self._writer.add_text("notes", facts["text"])
        elif event in ("done", "stopped", "failed"):
            self._close()

    def _number(self, name: str, value: float | None, step: int) -> None:
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

    def _unsaid(self, told: threading.ExceptHookArgs) -> None:
        """Whatever the library's own thread dies of is no matter for the terminal."""
        if told.thread is None or not type(told.thread).__module__.startswith("tensorboard"):
            self._hook(told)


def board() -> Board | None:
    """A board; None where the library is not installed, or does not agree with those it needs."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except (ImportError, AttributeError, TypeError):
        return None
    return Board(SummaryWriter)

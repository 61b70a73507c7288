"""The process that trains: what it is asked for, and how it is begun and let go."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess

FEATURES = "needs the features of a trained"  # it says where a recipe's are missing
_WITHOUT = "--without=perceptual,style"


@dataclass(frozen=True)
class Wanted:
    """A training that is asked for. None leaves a number to the recipe."""

    model: str  # a network, or weights to go on from
    photos: Path
    name: str  # of the weights that come of it
    minutes: float | None = None  # None: until it is stopped
    size: int | None = None  # px
    batch: int | None = None
    workers: int | None = None
    patience: int | None = None
    seed: int = 0
    settings: tuple[str, ...] = ()  # NAME=VALUE each
    without_features: bool = False  # go on without the losses that need a trained VGG
    features: Path | None = None  # that VGG's weights

    def arguments(self) -> list[str]:
        """Of the command line, from "train" on."""
        numbers = {"minutes": self.minutes, "patience": self.patience, "seed": self.seed or None}
        return [*self._what(), f"--name={self.name}", *_given(numbers)]

    def timing(self) -> list[str]:
        """Of the command line, for a few steps that are timed and leave nothing behind."""
        return [*self._what(), "--estimate"]

    def _what(self) -> list[str]:
        told = ["train", self.model, f"--photos={self.photos.absolute()}", "--events"]
        told += _given({"size": self.size, "batch": self.batch, "workers": self.workers})
        told += [f"--set={setting}" for setting in self.settings]
        if self.without_features:
            told.append(_WITHOUT)
        if self.features is not None:
            told.append(f"--vgg={self.features.absolute()}")
        return told


def _given(numbers: Mapping[str, float | None]) -> list[str]:
    return [f"--{name}={value:g}" for name, value in numbers.items() if value is not None]


def program() -> list[str]:
    """How this very program is begun: as it is where it is frozen, else by the interpreter it runs in."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "inpaint_studio"]


class TrainingProcess(QProcess):
    """``inpaint-studio train`` of this very program, in a session of its own."""

    def __init__(self, arguments: list[str], parent: QObject) -> None:
        super().__init__(parent)
        first, *rest = program()
        self.setProgram(first)
        self.setArguments([*rest, *arguments])
        if sys.platform != "win32":  # what is sent to the window and its terminal does not reach it
            how = self.unixProcessParameters()
            how.flags = QProcess.UnixProcessFlag.CreateNewSession
            self.setUnixProcessParameters(how)

    def ask(self, command: str) -> None:
        """Ask it for something. Raises OSError."""
        if self.write(f"{command}\n".encode()) < 0:
            raise OSError(self.errorString())

    def let_go(self) -> None:
        """Forget the process without ending it."""
        self.blockSignals(True)
        self.setProcessState(QProcess.ProcessState.NotRunning)  # a QProcess that goes would take it along
        self.deleteLater()


def last_line(said: bytes) -> str:
    """The last thing a command said, without its name."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("inpaint-studio:").strip() if lines else ""

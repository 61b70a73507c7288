"""The run folder of a training: the name and place of every file in it, declared once.

A training writes there; a window started later finds the training by it, follows it and sends it commands. What is
read from it is hostile until parsed: bounded, and never a pipe.
"""

from __future__ import annotations

import errno
import json
import math
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from inpaint_studio import atomic, paths

SAMPLE_ROLES = ("original", "hole", "before", "now")  # images of one sample, from left to right

_SAMPLE = re.compile(rf"[0-9]{{2}}-({'|'.join(SAMPLE_ROLES)})\.png")
_PARTIAL = "*.part"  # files that were not written to their end
_LARGEST_RECORD = 1 << 16  # bytes
_LONGEST_NAME = 1000  # characters


def runs_dir() -> Path:
    """Return the folder that holds the run folders of trainings without ``-o`` (not created here)."""
    return paths.data_dir() / "training"


@dataclass(frozen=True)
class RunFolder:
    """The files of the training whose folder is `path`. Creates nothing."""

    path: Path

    @property
    def record(self) -> Path:
        """Who trains here: a `RunRecord` as JSON."""
        return self.path / "run.json"

    @property
    def request(self) -> Path:
        """What it was started with, for people and for ``train --config-file``; see `run_file`."""
        return self.path / "run.toml"

    @property
    def events(self) -> Path:
        """All events since the training began, one JSON object a line."""
        return self.path / "events.jsonl"

    @property
    def commands(self) -> Path:
        """Commands to the training, one a line; the training removes the file when it has read it."""
        return self.path / "commands"

    @property
    def checkpoint(self) -> Path:
        """The state that ``--resume`` continues from."""
        return self.path / "checkpoint.pt"

    @property
    def last(self) -> Path:
        """The weights at the last step, a set for ``models import``; written at the end of a training."""
        return self.path / "last.safetensors"

    @property
    def last_discriminators(self) -> Path:
        """The discriminators that belong to `last`."""
        return self.path / "last.discriminators"

    @property
    def lock(self) -> Path:
        """Locked while a training runs here. Named like a partial file, so that a killed training's is removed too."""
        return self.path / "lock.part"

    @property
    def samples(self) -> Path:
        """Folder of the held-out photos as PNG."""
        return self.path / "samples"

    @property
    def tensorboard(self) -> Path:
        """Folder of TensorBoard's files."""
        return self.path / "tensorboard"

    @property
    def best(self) -> Path:
        """Folder of the best weights, one file a measurement."""
        return self.path / "best"

    def best_files(self) -> Iterator[Path]:
        """Yield the files of the best weights, also half-written ones."""
        yield from self.best.glob("step-*.safetensors")
        yield from self.best.glob(f".{_PARTIAL}")

    def sample(self, number: int, role: str) -> Path:
        """Return the place of one image of sample `number`, counted from 1; `role` is one of `SAMPLE_ROLES`."""
        return self.samples / f"{number:02d}-{role}.png"

    def sample_files(self) -> Iterator[Path]:
        """Yield the images of samples that are there, also half-written ones."""
        yield from self.samples.glob("[0-9][0-9]-*")

    def tensorboard_files(self) -> Iterator[Path]:
        """Yield the files that TensorBoard's library wrote."""
        yield from self.tensorboard.glob("events.out.tfevents.*")

    def history(self) -> Iterator[Path]:
        """Yield what a new training here replaces: all but its request and its record."""
        yield from (self.checkpoint, self.events, self.last, self.last_discriminators)
        yield from self.sample_files()
        yield from self.tensorboard_files()
        yield from self.best_files()

    def files(self) -> Iterator[Path]:
        """Yield everything a training may have written here, there or not."""
        yield from (self.record, self.request, self.commands)
        yield from self.path.glob(_PARTIAL)
        yield from self.history()

    def folders(self) -> tuple[Path, ...]:
        """Return the folders that a training makes, the inner ones first."""
        return self.samples, self.tensorboard, self.best, self.path


def is_sample(path: Path) -> bool:
    """Return whether a training wrote the image `path` as a sample."""
    run = RunFolder(path.parent.parent)
    return path.parent == run.samples and _SAMPLE.fullmatch(path.name) is not None and run.record.is_file()


@dataclass(frozen=True)
class RunRecord:
    """Which process trains in a run folder, and what it was started with."""

    pid: int
    command: list[str]  # the program, then its arguments from "train" on
    model: str
    name: str  # of the weights that are trained; empty: none was chosen
    started_at: float  # s since 1970
    system: str = ""
    photos: str = ""

    @property
    def arguments(self) -> list[str]:
        """The arguments from "train" on."""
        return self.command[1:]

    def write(self, folder: Path) -> None:
        """Write the record into `folder` at once or not at all. Raises OSError."""
        values = {"pid": self.pid, "system": self.system, "model": self.model, "photos": self.photos}
        values |= {"name": self.name or None, "begun": self.started_at, "command": self.command}
        write_record(folder, json.dumps(values).encode())

    @classmethod
    def parse(cls, data: bytes) -> RunRecord | None:
        """Return the record in `data`; None where it is not one."""
        try:
            values = json.loads(data)
        except (ValueError, RecursionError):
            return None
        if not isinstance(values, dict):
            return None
        command, pid = values.get("command"), values.get("pid")
        if not isinstance(command, list) or not all(isinstance(part, str) and "\0" not in part for part in command):
            return None
        if isinstance(pid, bool) or not isinstance(pid, int) or not 1 < pid < 1 << 31:
            return None
        model, name = _text(values, "model"), _text(values, "name")
        return cls(pid, command, model, name, _seconds(values), _text(values, "system"), _text(values, "photos"))


def read_record(folder: Path) -> bytes | None:
    """Return the bytes of the record in `folder`; None where there is none."""
    try:
        with open_regular(RunFolder(folder).record) as file:
            return file.read(_LARGEST_RECORD)
    except OSError:
        return None


def write_record(folder: Path, data: bytes) -> None:
    """Write the bytes of a record into `folder` at once or not at all. Raises OSError."""
    atomic.write(RunFolder(folder).record, data)


def send_command(folder: Path, command: str) -> None:
    """Send one of `protocol.events.COMMANDS` to the training that runs in `folder`. Raises OSError."""
    with open_regular(RunFolder(folder).commands, "ab") as file:
        file.write(f"{command}\n".encode())


@contextmanager
def open_regular(path: Path, mode: str = "rb") -> Iterator[IO[bytes]]:
    """Open a file of a run folder. Raises OSError, also for a pipe: opening one waits for its other end."""
    with open(path, mode, opener=_open_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "It is no file", str(path))
        yield file


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return " ".join(value[:_LONGEST_NAME].split()) if isinstance(value, str) else ""


def _seconds(values: dict[str, Any]) -> float:
    value = values.get("begun")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        return float(value) if is_number and math.isfinite(value) else 0.0  # type: ignore[arg-type]
    except OverflowError:
        return 0.0

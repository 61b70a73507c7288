"""Small photos with masks for tests of batches, and workers that need no time."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from PIL import Image

from inpaint_studio.engine.batch.fill_one import fill_one
from inpaint_studio.engine.batch.job import BatchJob, HowToFill, Outcome
from inpaint_studio.engine.batch.pool import Numbered, Step
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Options

HOW = HowToFill("telea", Options(threads=1))
SIZE = 24, 32
BOX = slice(8, 14), slice(10, 18)


def ramp(seed: int = 0) -> np.ndarray:
    """A photo with a smooth change of colours."""
    rows, columns = np.indices(SIZE)
    return np.stack([rows * 5, columns * 6, (rows + columns) * 3 + seed], axis=2).astype(np.uint8)


def write_photo(path: Path, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(ramp(seed)).save(path)
    return path


def write_mask(path: Path, empty: bool = False, size: tuple[int, int] = SIZE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    mask = np.zeros(size, np.uint8)
    if not empty:
        mask[BOX] = 255
    Image.fromarray(mask).save(path)
    return path


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


class HerePool:
    """Does the jobs in this process, one after the other."""

    def __init__(self, how: HowToFill = HOW) -> None:
        self.how = how
        self.done: list[str] = []

    def run(self, jobs: Iterable[Numbered]) -> Generator[Step | None]:
        for number, job in jobs:
            yield Step(number, 0.5)
            self.done.append(job.name)
            yield Step(number, 1.0, fill_one(job, self.how, Ticket()))


def die_at_bad(connection: Connection, _how: HowToFill) -> None:
    """Work of a process that ends without a word at every job whose name contains "bad"; see `worker.serve`."""
    connection.send("ready")
    while True:
        try:
            job: BatchJob = connection.recv()
        except (EOFError, OSError):
            return
        if "bad" in job.name:
            os._exit(9)
        connection.send(0.5)
        connection.send(Outcome("filled", made=str(os.getpid())))


def never_start(_connection: Connection, _how: HowToFill) -> None:
    """Work of a process that ends before it is ready."""
    os._exit(9)


def wait_for_end(connection: Connection, _how: HowToFill) -> None:
    """Work of a process that never ends a job; it notes in the job's mask when its connection was closed."""
    connection.send("ready")
    job: BatchJob = connection.recv()
    assert job.mask is not None
    connection.send(0.25)
    try:
        connection.recv()
    except (EOFError, OSError):  # the latter where an answer was not read
        job.mask.write_text("ended")

"""A program that is killed at any moment loses no finished step: real processes, real kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.photo.photo import open_photo
from inpaint_studio.session.document import Document
from inpaint_studio.session.journal.recovery import bring_back, find_unsaved
from tests.session.journal_program import MOST, digest, edit

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


class Program:
    """The program that edits `photo` in processes of its own."""

    def __init__(self, photo: Path) -> None:
        self.photo = photo
        command = [sys.executable, "-m", "tests.session.journal_program", str(photo)]
        self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def kill_after(self, seed: int, folder: Path, steps: int) -> int:
        """Kill a process as soon as it has reported so many steps; gives how many it has reported in the end."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        folder.mkdir()
        pipe = folder.with_name(f"{folder.name}.pipe")
        os.mkfifo(pipe)
        self._program.stdin.write(f"{seed} {folder}\n")
        self._program.stdin.flush()
        process = int(self._program.stdout.readline())
        with pipe.open() as lines:
            for _ in range(steps):
                lines.readline()
            os.kill(process, signal.SIGKILL)
            rest = lines.read().split()
        return int(rest[-1]) if rest else steps

    def end(self) -> None:
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.close()
        self._program.wait()
        self._program.stdout.close()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    photo = tmp_path_factory.mktemp("photo") / "noise.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 600, 3), np.uint8)).save(photo)
    program = Program(photo)
    yield program
    program.end()


def expected(photo: Path, seed: int, steps: int) -> list[str]:
    """What the document is after each number of steps."""
    document, rng = Document(), np.random.default_rng(seed)
    document.load(open_photo(photo), own=True)
    states = [digest(document)]
    for _ in range(steps):
        edit(document, rng)
        states.append(digest(document))
    return states


def kill_and_look(program: Program, folder: Path, seed: int) -> None:
    steps = int(np.random.default_rng([seed, 1]).integers(1, 60))
    finished = program.kill_after(seed, folder, steps)
    states = expected(program.photo, seed, min(finished + 1, MOST))
    works = find_unsaved(folder / "journals")
    if not works:  # the last step, or the one after it, has undone everything
        assert {finished, finished + 1} & set(unchanged(program.photo, seed, finished + 1))
        return
    brought = bring_back(works[0], Document)
    assert digest(brought.document) in states[finished:]  # that step, or the next one, which was not reported yet
    brought.writer.close(delete=True)
    assert not find_unsaved(folder / "journals")


def unchanged(photo: Path, seed: int, steps: int) -> list[int]:
    """The numbers of steps after which nothing is in effect."""
    document, rng = Document(), np.random.default_rng(seed)
    document.load(open_photo(photo), own=True)
    found = []
    for number in range(1, steps + 1):
        edit(document, rng)
        if not document.modified:
            found.append(number)
    return found


@pytest.mark.parametrize("seed", range(10))
def test_ten_kills_lose_no_finished_step(program: Program, tmp_path: Path, seed: int) -> None:
    kill_and_look(program, tmp_path / "state", seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 210))
def test_two_hundred_kills_lose_no_finished_step(program: Program, tmp_path: Path, seed: int) -> None:
    kill_and_look(program, tmp_path / "state", seed)

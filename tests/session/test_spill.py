"""Undo steps beyond the memory's budget go to the disk, and come back from there bit for bit."""

from __future__ import annotations

import errno
import gc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session import spill
from inpaint_studio.session.history import Compound, History, ReplacePixels
from inpaint_studio.session.patch import Patch
from inpaint_studio.session.spill import SpillFile

BOX = Box(1, 1, 17, 25)
STEP = 2 * 16 * 24  # bytes of a step


class Plane:
    """A minimal target of commands."""

    def __init__(self) -> None:
        self.raster = np.zeros((20, 30), np.uint8)

    def write(self, raster, box, pixels) -> None:
        assert raster == "hole"
        self.raster[box.slices] = pixels

    def assign(self, name, _value) -> None:
        raise AssertionError(name)


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (16, 24), np.uint8)


def step(plane: Plane, seed: int, history: History) -> None:
    command = ReplacePixels("hole", BOX, plane.raster[BOX.slices].copy(), noise(seed), f"{seed}")
    command.redo(plane)
    history.push(Compound("Step", [command]))


def test_every_step_can_be_undone_and_done_again_with_little_memory(tmp_path: Path) -> None:
    plane, file = Plane(), SpillFile(lambda: tmp_path)
    history = History(2 * STEP, file=file)
    for seed in range(10):
        step(plane, seed, history)
    assert len(history) == 10
    assert history.nbytes <= 2 * STEP
    assert 7 * STEP < file.nbytes < 8 * STEP  # one side of the first step is plain
    for _ in range(2):
        for seed in reversed(range(10)):
            assert np.array_equal(plane.raster[BOX.slices], noise(seed))
            history.undo(plane)
        assert not plane.raster.any()
        while history.upcoming is not None:
            history.redo(plane)
    assert np.array_equal(plane.raster[BOX.slices], noise(9))
    assert list(tmp_path.iterdir()) == []  # the file has no name that could stay


def test_on_a_full_disk_the_oldest_steps_go_and_the_others_stay(tmp_path: Path) -> None:
    plane = Plane()
    history = History(2 * STEP, file=SpillFile(lambda: tmp_path, limit=3 * STEP + STEP // 2))
    for seed in range(20):
        step(plane, seed, history)
    assert 4 <= len(history) <= 6
    assert history.nbytes <= 3 * STEP
    for seed in reversed(range(20 - len(history), 20)):
        assert np.array_equal(plane.raster[BOX.slices], noise(seed))
        history.undo(plane)


def test_the_last_room_of_a_disk_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "LEAVE_FREE", 1 << 62)
    plane, history = Plane(), History(2 * STEP, file=SpillFile(lambda: tmp_path))
    for seed in range(6):
        step(plane, seed, history)
    assert len(history) == 2


@pytest.mark.parametrize("limit", [0, 1 << 30])
def test_without_a_disk_the_oldest_steps_go(limit: int) -> None:
    errors: list[OSError] = []

    def folder() -> Path:
        raise OSError(errno.EROFS, "read-only")

    plane, history = Plane(), History(2 * STEP, file=SpillFile(folder, limit, errors.append))
    for seed in range(6):
        step(plane, seed, history)
    assert len(history) == 2
    assert [error.errno for error in errors] == [errno.EROFS] * bool(limit)  # reported once


def test_places_on_the_disk_are_used_again(tmp_path: Path) -> None:
    file = SpillFile(lambda: tmp_path)
    blocks = [file.write(bytes([n]) * 100) for n in range(6)]
    for index in (1, 2, 4):
        blocks[index] = None
    gc.collect()
    assert file.nbytes == 300
    large, small = file.write(b"l" * 200), file.write(b"s" * 60)
    assert file.nbytes == 560
    assert file._end == 600
    assert large is not None
    assert small is not None
    assert (large.read(), small.read()) == (b"l" * 200, b"s" * 60)
    assert [block.read()[:1] for block in blocks if block is not None] == [b"\0", b"\3", b"\5"]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.bool_])
@pytest.mark.parametrize("flat", [True, False])
def test_patches_of_any_type_come_back(tmp_path: Path, dtype: type, flat: bool) -> None:
    pixels = (np.zeros((9, 7, 3)) if flat else 1000 * np.random.default_rng(1).random((9, 7, 3))).astype(dtype)
    patch, file = Patch(pixels[:, ::2]), SpillFile(lambda: tmp_path)
    data, packed = patch.stored()
    assert not packed
    for change in (lambda: None, patch.pack, lambda: patch.spill(file)):
        change()
        data, packed = patch.stored()
        again = Patch.of_bytes(bytes(data), packed, patch.shape, patch.dtype)
        for each in (patch, again):
            assert each.pixels().dtype == dtype
            assert np.array_equal(each.pixels(), pixels[:, ::2])
    assert patch.nbytes == 0
    assert packed is flat or dtype == np.bool_


@pytest.mark.parametrize("first", ["pack", "spill"])
def test_pixels_are_packed_in_one_thread_while_another_puts_them_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    pixels, file = np.zeros((300, 200), np.uint8), SpillFile(lambda: tmp_path)
    patch = Patch(pixels)
    compress, write = zlib.compress, file.write

    def compress_slowly(*arguments: Any) -> bytes:
        if first == "pack":
            assert patch.spill(file)
        return compress(*arguments)

    def write_slowly(data: Any) -> Any:
        if first == "spill":
            patch.pack()
        return write(data)

    monkeypatch.setattr(zlib, "compress", compress_slowly)
    monkeypatch.setattr(file, "write", write_slowly)
    patch.pack() if first == "pack" else patch.spill(file)
    assert np.array_equal(patch.pixels(), pixels)
    data, packed = patch.stored()
    assert np.array_equal(Patch.of_bytes(bytes(data), packed, patch.shape, patch.dtype).pixels(), pixels)
    assert patch.nbytes == 0

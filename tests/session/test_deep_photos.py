"""Photos with more than 8 bits a channel: fills, candidates, undo and saving carry all of their samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import open_photo, photo_from_array
from inpaint_studio.session.patch import Patch
from inpaint_studio.session.raster import DEEP, HOLE, PHOTO

A, B = Box(20, 30, 60, 90), Box(100, 50, 140, 130)


@pytest.fixture
def samples() -> NDArray[np.uint16]:
    return np.random.default_rng(3).integers(30000, 65536, (300, 400, 3), np.uint16)


@pytest.fixture
def opened(session, samples, tmp_path: Path) -> Any:
    tifffile.imwrite(tmp_path / "deep.tif", samples, photometric="rgb")
    session.document.load(open_photo(tmp_path / "deep.tif"), own=True)
    return session


def fill(qtbot, session, box: Box, seed: int) -> None:
    edit = session.document.live_edit(HOLE)
    edit.touch(box)[...] = 255
    edit.changed(box)
    edit.commit("Brush")
    session.models.seed = seed
    with qtbot.waitSignal(session.fills.filled, timeout=10000):
        session.fills.start()


def test_undo_and_redo_carry_the_samples(qtbot, opened, samples, filler) -> None:
    document = opened.document
    fill(qtbot, opened, A, 3)
    once = samples.copy()
    once[A.slices] = filler.grey(3) * 257 + 1
    assert np.array_equal(document.raster(DEEP), once)
    assert filler.requests[-1].deep is document.deep
    fill(qtbot, opened, B, 4)
    twice = once.copy()
    twice[B.slices] = filler.grey(4) * 257 + 1
    for expected, step in ((twice, None), (once, document.undo), (twice, document.redo)):
        if step is not None:
            step()
        assert np.array_equal(document.raster(DEEP), expected)
        assert np.array_equal(document.raster(PHOTO), np.rint(expected / 257.0))
    while document.can_undo:
        document.undo()
    assert np.array_equal(document.raster(DEEP), samples)


def test_another_candidate_is_filled_from_the_samples_before_and_can_be_chosen(qtbot, opened, samples, filler) -> None:
    fill(qtbot, opened, A, 3)
    with qtbot.waitSignal(opened.fills.filled, timeout=10000):
        opened.fills.another()
    assert np.array_equal(filler.requests[-1].deep, samples)
    shown = {}
    for index in (0, 1, 0):
        opened.fills.show_candidate(index)
        inside = opened.document.raster(DEEP)[A.slices]
        assert (inside == inside[0, 0, 0]).all()
        assert shown.setdefault(index, int(inside[0, 0, 0])) == inside[0, 0, 0]
    assert len(set(shown.values())) == 2


def test_saving_writes_the_samples(qtbot, opened, samples, filler, tmp_path: Path) -> None:
    fill(qtbot, opened, A, 3)
    with qtbot.waitSignal(opened.saved, timeout=10000):
        opened.save(tmp_path / "out.tif")
    saved = tifffile.imread(tmp_path / "out.tif")
    samples[A.slices] = filler.grey(3) * 257 + 1
    assert np.array_equal(saved, samples)


def test_photos_of_8_bits_have_no_samples(session, photo) -> None:
    session.document.load(photo_from_array(photo))
    assert session.document.deep is None
    assert DEEP not in session.document.rasters


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_patches_of_every_type_come_back_packed(dtype: type) -> None:
    pixels = np.zeros((64, 64, 3), dtype)
    pixels[3, 4] = 200
    patch = Patch(pixels)
    patch.pack()
    assert patch.nbytes < pixels.nbytes // 2
    assert np.array_equal(patch.pixels(), pixels)
    assert patch.pixels().dtype == dtype

"""The photo as it was opened is put together from what was kept before each change."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.original import Original
from inpaint_studio.session.patch import Patch


def opened() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (600, 700, 3), np.uint8)


def test_it_keeps_each_tile_once_before_its_first_change() -> None:
    raster = opened()
    original = Original(raster)
    assert original.nbytes == 0
    for number, box in enumerate([Box(0, 0, 10, 10), Box(200, 100, 300, 300), Box(590, 690, 600, 700)] * 2):
        original.keep(box)
        raster[box.slices] = number
    assert np.array_equal(original.pixels(), opened())
    assert original.nbytes == 3 * (4 * 256 * 256 + 88 * 188)


def test_it_shares_what_the_history_keeps_of_a_whole_tile() -> None:
    raster = opened()
    original, whole, part = Original(raster), Box(256, 256, 512, 512), Box(0, 0, 200, 200)
    before = {box: Patch(raster[box.slices].copy()) for box in (whole, part)}
    for box, patch in before.items():
        original.keep(box, patch)
        raster[box.slices] = 0
    raster[200:256, :256] = 1
    assert np.array_equal(original.pixels(), opened())
    before[whole].pixels()[...] = 3
    before[part].pixels()[...] = 3
    pixels = original.pixels()
    assert (pixels[whole.slices] == 3).all()
    assert np.array_equal(pixels[part.slices], opened()[part.slices])

"""Keeping the layout of a picture in the hole: the colours move towards it in the large, texture and the rest stay."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar.fill import fill
from inpaint_studio.exemplar.pull import SHARE, pull
from inpaint_studio.exemplar.pyramid import Level, buffer
from inpaint_studio.opencv import cv2
from tests.exemplar.images import disc


def noisy_level(colour: tuple[int, int, int], hole: np.ndarray) -> Level:
    pixels = buffer(*hole.shape)
    grain = np.random.default_rng(0).integers(-20, 21, hole.shape)
    pixels[..., :3] = np.clip(np.array(colour) + grain[..., None], 0, 255)
    pixels[..., 3] = 77
    plane = hole.astype(np.uint8)
    return Level(pixels, plane, plane)


def test_colours_move_towards_the_picture_and_grain_stays() -> None:
    hole = disc(90, 120, 30)
    level = noisy_level((100, 120, 140), hole)
    before = level.pixels.astype(int)
    picture = np.full((90, 120, 3), (160, 120, 80), np.float32)
    pull(level, picture)
    moved = (level.pixels.astype(int) - before)[hole]
    assert np.abs(moved[:, :3].mean(axis=0) - SHARE * np.array([60, 0, -60])).max() < 1.5
    grain = before[..., 1].astype(np.float32)[hole]
    assert np.corrcoef(grain, level.pixels[..., 1].astype(np.float32)[hole])[0, 1] > 0.95
    assert not moved[:, 3].any()
    assert np.array_equal(level.pixels[~hole], before[~hole])


def test_fixed_pixels_and_a_level_without_a_hole_stay() -> None:
    hole = disc(60, 60, 20)
    level, fixed = noisy_level((50, 60, 70), hole), disc(60, 60, 8).astype(np.uint8)
    before = level.pixels.copy()
    pull(level, np.full((15, 15, 3), 200, np.float32), fixed)
    assert np.array_equal(level.pixels[fixed != 0], before[fixed != 0])
    assert (level.pixels[hole & (fixed == 0)] != before[hole & (fixed == 0)]).any()
    nothing = noisy_level((50, 60, 70), np.zeros((60, 60), bool))
    untouched = nothing.pixels.copy()
    pull(nothing, np.full((60, 60, 3), 200, np.float32))
    assert np.array_equal(nothing.pixels, untouched)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_fill_puts_the_surfaces_where_the_picture_has_them(threads: int) -> None:
    """The red one grows far into the hole, unless the picture says that it does not."""
    grain = np.random.default_rng(3).integers(-25, 26, (256, 320, 1))
    columns = np.broadcast_to(np.arange(320)[None, :, None], (256, 320, 1))
    red, green = np.array([190, 70, 50]), np.array([60, 140, 70])
    photo = np.clip(np.where(columns < 110, red, green) + grain, 0, 255).astype(np.uint8)
    hole = np.zeros((256, 320), bool)
    hole[48:208, 60:300] = True
    damaged = np.where(hole[..., None], np.uint8(0), photo)
    shown = np.where(columns < np.where(hole[..., None], 100, 110), red, green).astype(np.float32)
    small = cv2.resize(shown, (80, 64), interpolation=cv2.INTER_AREA)
    reds = []
    for draw in (None, lambda: small):
        filled = fill(damaged, hole, threads=threads, draw=draw).image.astype(int)
        reds.append((filled[..., 0] > filled[..., 1])[98:158, 130:190].mean())
    assert reds[0] > 0.5
    assert reds[1] < 0.1

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.masks.suggest.kinds import find
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.opencv import cv2
from tests.engine.suggest import scenes


def search(photo, hole=None):
    return find("dust", photo, hole, Ticket())


@pytest.mark.parametrize("contrast", [-90, 20, 60])
@pytest.mark.parametrize("size", scenes.SIZES)
def test_every_spot_is_a_part_and_nothing_else(size, contrast):
    coverage, spots = scenes.spots(size, 3)
    colours = scenes.sky(size, 3) - 30
    found = search(scenes.finish(colours - contrast * coverage[..., None], 3))
    assert len(found) == len(spots)
    assert all(scenes.recall(found, spot) > 0.95 for spot in spots)
    assert max(each.box.width for each in found) < 0.016 * size[1] + 24


def test_scores_are_in_order():
    coverage, _ = scenes.spots(scenes.SIZES[1], 5)
    found = search(scenes.finish(scenes.sky(scenes.SIZES[1], 5) - 50 * coverage[..., None], 5))
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert min(each.score for each in found) >= 1


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_found_in_noise_and_texture(seed):
    size = scenes.SIZES[1]
    assert search(scenes.finish(scenes.sky(size, seed), seed, noise=6)) == []
    assert search(scenes.finish(scenes.ground(size, seed), seed)) == []


def test_dots_of_a_pattern_are_no_dust():
    size = scenes.SIZES[1]
    y, x = np.mgrid[: size[0], : size[1]]
    dots = np.hypot(y % 14 - 7, x % 14 - 7) < 3
    assert search(scenes.finish(scenes.sky(size, 1) - 60.0 * dots[..., None], 1)) == []


def test_a_red_balloon_is_no_dust():
    size = scenes.SIZES[1]
    y, x = np.mgrid[: size[0], : size[1]]
    balloon = np.hypot(y - 200, x - 300) < 9
    assert search(scenes.finish(scenes.over(scenes.sky(size, 1), balloon * 1.0, (220, 40, 30)), 1)) == []


def test_a_spot_that_is_marked_already_is_not_suggested():
    size = scenes.SIZES[1]
    coverage, spots = scenes.spots(size, 3)
    photo = scenes.finish(scenes.sky(size, 3) - 60 * coverage[..., None], 3)
    marked = np.zeros(size, bool)
    marked[search(photo)[0].box.slices] = True
    assert len(search(photo, marked)) == len(spots) - 1


def test_rivets_are_no_dust():
    size = scenes.SIZES[1]
    y, x = np.mgrid[: size[0], : size[1]]
    rivets = (np.hypot(y - 200, (x - 20) % 40 - 20) < 4) & (x > 40) & (x < 560)
    assert search(scenes.finish(scenes.sky(size, 1) - 60.0 * rivets[..., None], 1)) == []


@pytest.mark.parametrize(("ground", "found"), [(0.3, 0), (1.0, 6)])
def test_small_lights_in_the_dark_are_no_dust(ground, found):
    size = scenes.SIZES[1]
    y, x = np.mgrid[: size[0], : size[1]]
    places = [(60, 80), (90, 310), (150, 480), (210, 140), (290, 350), (330, 520)]
    specks = np.max([np.clip(3.0 - np.hypot(y - row, x - column), 0, 1) for row, column in places], axis=0)
    photo = scenes.finish(scenes.sky(size, 1) * ground + 70 * specks[..., None], 1)
    assert len(search(photo)) == found


@pytest.mark.parametrize("change", [-60, 50])
def test_a_hair_is_one_part(change):
    size = scenes.SIZES[1]
    there = np.zeros(size, np.uint8)
    t = np.linspace(0, 1, 40)
    line = np.stack([250 + 40 * t, 150 + 22 * np.sin(2.5 * t)], 1)
    cv2.polylines(there, [np.round(line * 16).astype(np.int32)], False, 255, 2, cv2.LINE_AA, 4)
    found = search(scenes.finish(scenes.sky(size, 1) - 20 + change * (there / 255.0)[..., None], 1))
    assert len(found) == 1
    assert scenes.recall(found, there > 128) > 0.97


def test_a_spot_among_other_things_is_no_dust():
    size = scenes.SIZES[1]
    coverage, _ = scenes.spots(size, 3, 1)
    colours = scenes.sky(size, 3) - 60 * coverage[..., None]
    row, column = np.argwhere(coverage > 0.9).mean(0).astype(int)
    assert len(search(scenes.finish(colours, 3))) == 1
    colours[row - 36 : row + 36 : 4, column - 38 : column - 19] -= 60
    colours[row - 36 : row + 36 : 4, column + 19 : column + 38] -= 60
    assert search(scenes.finish(colours, 3)) == []

"""Holes on ground of exactly one colour."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar.fill import EFFORTS, fill
from inpaint_studio.exemplar.plain import fill_plain, find_plain
from tests.exemplar.images import bar, disc, shapes, texture

FAST = EFFORTS["fast"]
BLUE, WHITE = (58, 112, 226), (246, 246, 248)


def plain_of(image: np.ndarray, hole: np.ndarray, **others: np.ndarray) -> np.ndarray:
    plane = hole.astype(np.uint8)
    blocked = others.get("blocked", hole) | hole
    return find_plain(image, plane, blocked.astype(np.uint8), others.get("lines"))


def test_a_hole_on_one_colour_is_plain() -> None:
    image, hole = bar(BLUE, WHITE, (40, 133))
    assert np.array_equal(plain_of(image, hole), hole)


def test_a_hole_over_an_edge_is_not() -> None:
    image, hole = bar(BLUE, WHITE, (101, 133))
    assert not plain_of(image, hole).any()
    image, hole = bar(BLUE, WHITE, (96, 60))  # a patch over the hole's edge sees what is 3 px beside it
    assert not plain_of(image, hole).any()


def test_one_pixel_of_another_shade_beside_the_hole_is_enough() -> None:
    image, hole = bar(BLUE, WHITE, (40, 133))
    row, column = np.argwhere(hole)[0]
    image[row - 1, column] = (58, 112, 225)
    assert not plain_of(image, hole).any()


def test_only_the_plain_ones_of_several_holes_are_found() -> None:
    image = np.full((100, 200, 3), 90, np.uint8)
    image[:, :100] = texture(100, 100)
    hole = np.zeros((100, 200), bool)
    hole[40:60, 40:60] = hole[40:60, 140:160] = True
    found = plain_of(image, hole)
    assert found[:, 100:].sum() == 400
    assert not found[:, :100].any()


def test_holes_close_to_each_other_count_as_one() -> None:
    """Two letters on two colours, one beside the other: neither lies on one colour."""
    image = np.full((60, 120, 3), 90, np.uint8)
    image[:, 60:] = 200
    hole = np.zeros((60, 120), bool)
    hole[20:40, 40:58] = hole[20:40, 62:80] = True
    assert not plain_of(image, hole).any()


def test_donors_and_guide_lines_are_left_to_patches() -> None:
    image, hole = bar(BLUE, WHITE, (40, 133))
    donors = np.zeros_like(hole)
    donors[:, 300:] = True
    assert not plain_of(image, hole, blocked=donors).any()
    lines = np.zeros(hole.shape, np.uint8)
    lines[200, 60:540] = 1
    assert not plain_of(image, hole, lines=lines).any()
    assert np.array_equal(plain_of(image, hole, lines=np.zeros(hole.shape, np.uint8)), hole)


@pytest.mark.parametrize("where", [np.s_[:12, 20:40], np.s_[-12:, -30:], np.s_[20:40, :9]])
def test_holes_at_the_border_are_filled(where: tuple[slice, slice]) -> None:
    image, hole = np.full((60, 80, 3), (3, 90, 250), np.uint8), np.zeros((60, 80), bool)
    hole[where] = True
    damaged = np.where(hole[..., None], np.uint8(77), image)
    assert np.array_equal(fill(damaged, hole, threads=1).image, image)


def test_nothing_plain_is_found_without_a_rim() -> None:
    assert not plain_of(np.zeros((30, 40, 3), np.uint8), np.ones((30, 40), bool)).any()


def test_sources_are_the_nearest_pixels_beside_the_hole() -> None:
    image, hole = np.full((50, 70, 3), 40, np.uint8), disc(50, 70, 9)
    plane = hole.astype(np.uint8)
    offsets = fill_plain(image, plane, hole)
    rows, columns = np.nonzero(hole)
    assert not hole[rows + offsets[0], columns + offsets[1]].any()
    middle = (rows == 25) & (columns == 35)
    assert 9 < np.hypot(*offsets[:, middle][:, 0]) < 11


@pytest.mark.parametrize("seed", range(20, 32))
def test_drawings_stay_flat(seed: int) -> None:
    truth, hole = shapes(seed)
    damaged = np.where(hole[..., None], np.uint8(0), truth)
    before = damaged.copy()
    filled = fill(damaged, hole, effort=FAST, threads=1)
    assert np.array_equal(filled.image, truth)
    assert np.array_equal(damaged, before)
    rows, columns = np.nonzero(hole)
    assert not hole[rows + filled.sources[0][hole], columns + filled.sources[1][hole]].any()
    assert (filled.weight[hole] == 1).all()
    assert not filled.sources[:, ~hole].any()
    assert not filled.weight[~hole].any()


def test_a_plain_hole_does_not_change_the_one_beside_it() -> None:
    image = np.full((120, 240, 3), 90, np.uint8)
    image[:, :120] = texture(120, 120)
    hole = np.zeros((120, 240), bool)
    hole[40:80, 40:80] = True
    alone = fill(image, hole, effort=FAST, threads=1)
    both = hole.copy()
    both[40:60, 160:200] = True
    filled = fill(image, both, effort=FAST, threads=1)
    assert (filled.image[40:60, 160:200] == 90).all()
    assert np.abs(filled.image[hole].astype(int) - alone.image[hole]).mean() < 25
    rows, columns = np.nonzero(both)
    assert not both[rows + filled.sources[0][both], columns + filled.sources[1][both]].any()

"""A part of a hole that is filled from a place that the user chose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.errors import Cancelled, NoSource
from inpaint_studio.exemplar import steer as steering
from inpaint_studio.exemplar.fill import EFFORTS
from inpaint_studio.exemplar.steer import MARGIN, NOWHERE, TOO_NEAR, steer, trace
from inpaint_studio.opencv import cv2
from tests.exemplar.images import disc, halves, lit, stripes

FAST = EFFORTS["fast"]
SIZE = (150, 220)
OFFSET = (6, 110)
LEFT = np.roll(disc(*SIZE, 26), -60, axis=1)  # in the green half


def deep(hole: np.ndarray, by: float) -> np.ndarray:
    """The pixels of `hole` that lie deeper than `by` px in it."""
    return cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, 5) > by


def moved(image: np.ndarray, down: int, across: int) -> np.ndarray:
    """The image as it looks from `down` and `across` px away."""
    return np.roll(image, (-down, -across), axis=(0, 1))


def test_the_part_is_a_copy_of_the_place_with_exact_offsets() -> None:
    image = halves(*SIZE)
    filled = steer(image, LEFT, LEFT, OFFSET, effort=FAST, threads=1)
    inside = deep(LEFT, MARGIN)
    assert inside.sum() > 500
    np.testing.assert_array_equal(filled.image[inside], moved(image, *OFFSET)[inside])
    for axis in (0, 1):
        assert (filled.sources[axis][inside] == OFFSET[axis]).all()
    assert (filled.weight[inside] == 1).all()
    np.testing.assert_array_equal(filled.image[~LEFT], image[~LEFT])
    assert not filled.sources[:, ~LEFT].any()
    assert not filled.weight[~LEFT].any()


def test_a_place_in_the_other_texture_brings_that_texture() -> None:
    image = halves(*SIZE)
    here = steer(image, LEFT, LEFT, (70, -10), effort=FAST, threads=1).image
    there = steer(image, LEFT, LEFT, OFFSET, effort=FAST, threads=1).image
    inside = deep(LEFT, MARGIN)
    blue = [int(picture[inside][:, 2].mean()) for picture in (image, here, there)]
    assert abs(blue[1] - blue[0]) < 15
    assert blue[2] > blue[0] + 60


def test_what_lies_round_the_part_follows() -> None:
    image = stripes(*SIZE)
    hole = disc(*SIZE, 40)
    image[hole] = (255, 0, 0)
    part = disc(*SIZE, 14)
    filled = steer(image, hole, part, (0, 72), effort=FAST, threads=1)  # six stripes away: they meet
    np.testing.assert_array_equal(filled.image[part], stripes(*SIZE)[part])
    away = np.abs(filled.image.astype(int) - stripes(*SIZE))[hole]
    assert away.mean() < 8
    assert (filled.sources[0] != 0)[hole & ~part].any()  # searched, not moved as a whole


def test_a_step_of_tone_is_spread_over_the_rim() -> None:
    image = lit(*SIZE)
    hole = np.roll(disc(*SIZE, 30), 30, axis=1)
    plain = image.copy()
    offset = (0, -60)
    plain[hole] = moved(image, *offset)[hole]
    filled = steer(image, hole, hole, offset, effort=FAST, threads=1).image

    def step(picture: np.ndarray) -> float:
        """The mean difference of colour between the two pixels on both sides of the outline."""
        grey = picture.mean(axis=2)
        across = np.abs(np.diff(cv2.blur(grey, (1, 9)), axis=1))
        return float(across[hole[:, 1:] != hole[:, :-1]].mean())

    assert step(filled) < 0.6 * step(plain)


def test_an_offset_into_the_hole_is_repeated() -> None:
    image = halves(*SIZE)
    hole = np.zeros(SIZE, np.bool_)
    hole[40:80, 20:70] = True
    found = trace(hole, (0, 20), hole)
    rows, columns = np.divmod(found.at, SIZE[1])
    assert found.at.size == hole.sum()
    np.testing.assert_array_equal(found.source // SIZE[1], rows)
    away = found.source % SIZE[1] - columns
    assert set(away.tolist()) == {20, 40, 60}
    assert not hole.ravel()[found.source].any()
    np.testing.assert_array_equal(found.steps, away // 20)
    filled = steer(image, hole, hole, (0, 20), effort=FAST, threads=1)
    inside = deep(hole, MARGIN)
    np.testing.assert_array_equal(filled.sources[1][inside], away[inside[hole]])
    np.testing.assert_array_equal(filled.sources[0][inside], 0)


@given(down=st.integers(-160, 160), across=st.integers(-240, 240), seed=st.integers(0, 9), blocked=st.booleans())
@settings(max_examples=25, deadline=None)
def test_sources_are_known_pixels_whatever_the_place(down: int, across: int, seed: int, blocked: bool) -> None:
    image = halves(*SIZE)
    donors = np.zeros(SIZE, np.bool_)
    donors[:, 130:170] = blocked
    try:
        filled = steer(image, LEFT, LEFT, (down, across), donors=donors, effort=FAST, seed=seed, threads=1)
    except NoSource:
        return
    rows, columns = np.nonzero(LEFT)
    y, x = rows + filled.sources[0][LEFT], columns + filled.sources[1][LEFT]
    assert ((y >= 0) & (y < SIZE[0]) & (x >= 0) & (x < SIZE[1])).all()
    assert not (LEFT | donors)[y, x].any()
    assert ((filled.weight >= 0) & (filled.weight <= 1)).all()
    np.testing.assert_array_equal(filled.image[~LEFT], image[~LEFT])


@pytest.mark.parametrize(
    ("offset", "sentence"),
    [
        ((0, 0), TOO_NEAR),
        ((1, 0), TOO_NEAR),
        ((0, 4), TOO_NEAR),
        ((0, 300), NOWHERE),
        ((-140, 0), NOWHERE),
        ((0, 80), NOWHERE),
    ],
)
def test_a_place_without_anything_to_copy_is_refused(offset: tuple[int, int], sentence: str) -> None:
    donors = np.zeros(SIZE, np.bool_)
    donors[:, 100:] = True
    with pytest.raises(NoSource) as refused:
        steer(halves(*SIZE), LEFT, LEFT, offset, donors=donors, effort=FAST, threads=1)
    assert str(refused.value) == sentence


def test_a_speck_may_be_filled_from_right_beside_it() -> None:
    speck = disc(*SIZE, 3)
    filled = steer(halves(*SIZE), speck, speck, (0, 6), effort=FAST, threads=1)
    assert filled.weight[75, 110] == 1


def test_threads_do_not_change_pixels_and_seeds_change_the_rim_alone() -> None:
    image = halves(*SIZE)
    one, three = (steer(image, LEFT, LEFT, OFFSET, effort=FAST, threads=count) for count in (1, 3))
    other = steer(image, LEFT, LEFT, OFFSET, effort=FAST, seed=1, threads=1)
    for same in ("image", "sources", "weight"):
        np.testing.assert_array_equal(getattr(one, same), getattr(three, same))
    changed = (one.image != other.image).any(axis=2)
    assert changed.any()
    assert not changed[deep(LEFT, MARGIN)].any()


def test_it_can_be_cancelled() -> None:
    def report(_fraction: float, _note: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        steer(halves(*SIZE), LEFT, LEFT, OFFSET, effort=FAST, threads=1, report=report)


def test_it_can_be_cancelled_before_the_rest_is_filled(monkeypatch):
    """In a large hole the copy alone takes a while."""
    reports = []
    monkeypatch.setattr(steering, "fill", lambda *_, **__: pytest.fail("cancelled too late"))

    def cancel_late(fraction, _note):
        reports.append(fraction)
        if len(reports) == 5:
            raise Cancelled

    hole = np.zeros((80, 120), bool)
    hole[20:60, 10:50] = True
    with pytest.raises(Cancelled):
        steering.steer(np.full((80, 120, 3), 90, np.uint8), hole, hole, (0, 60), report=cancel_late)

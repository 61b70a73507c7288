"""The wand: tolerance, sample size, contiguous or everywhere, and the margin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.colours import select_colour
from inpaint_studio.engine.masks.shape import grow

SIZE = (40, 60)


def squares() -> np.ndarray:
    """Two red squares on grey."""
    photo = np.full((*SIZE, 3), 120, np.uint8)
    photo[5:15, 5:15] = photo[20:30, 40:50] = (200, 30, 30)
    return photo


def whole(found: tuple[Box, np.ndarray]) -> np.ndarray:
    mask = np.zeros(SIZE, np.uint8)
    mask[found[0].slices] = found[1]
    return mask


def red(photo: np.ndarray) -> np.ndarray:
    return np.where(photo[..., 0] == 200, 255, 0).astype(np.uint8)


def test_contiguous_or_everywhere() -> None:
    photo = squares()
    everywhere = red(photo)
    one = np.where(np.arange(60) < 30, everywhere, 0)
    assert np.array_equal(whole(select_colour(photo, 8, 8, 10)), one)
    assert np.array_equal(whole(select_colour(photo, 8, 8, 10, contiguous=False)), everywhere)


def test_what_is_found_grows_by_the_margin() -> None:
    photo = squares()
    found = select_colour(photo, 8, 8, 10, margin=3)
    assert found[0] == Box(2, 2, 18, 18)
    assert np.array_equal(whole(found), grow(whole(select_colour(photo, 8, 8, 10)), 3))
    at_the_border = np.zeros((*SIZE, 3), np.uint8)
    assert whole(select_colour(at_the_border, 0, 0, 0, margin=3)).all()


@pytest.mark.parametrize(("tolerance", "taken"), [(0, 1), (9, 1), (10, 2), (20, 3)])
def test_the_tolerance_counts_in_every_channel(tolerance: int, taken: int) -> None:
    photo = np.zeros((*SIZE, 3), np.uint8)
    photo[:, 20:40, 1] = 10
    photo[:, 40:, 2] = 20
    assert whole(select_colour(photo, 20, 5, tolerance, contiguous=False)).mean() == pytest.approx(255 * taken / 3)


def test_a_larger_sample_does_not_fall_for_one_odd_pixel() -> None:
    photo = squares()
    photo[8, 8] = (0, 255, 0)
    assert whole(select_colour(photo, 8, 8, 20)).sum() == 255
    for sample, tolerance in ((3, 30), (5, 20)):
        found = whole(select_colour(photo, 8, 8, tolerance, sample=sample))
        assert np.array_equal(found, np.where(np.arange(60) < 30, red(photo), 0))


def test_a_mean_between_two_steps_takes_both() -> None:
    photo = np.full((*SIZE, 3), 100, np.uint8)
    photo[::2] = 101
    assert whole(select_colour(photo, 20, 20, 0, sample=3)).all()


def test_a_sample_at_the_corner_is_cut() -> None:
    assert whole(select_colour(np.full((*SIZE, 4), 9, np.uint8), 39, 59, 0, sample=5)).all()


def test_hidden_colours_are_not_seen() -> None:
    photo = np.dstack([squares(), np.full(SIZE, 255, np.uint8)])
    photo[:, 45:, 3] = 0  # the right half of the second square too
    everywhere = whole(select_colour(photo, 8, 8, 10, contiguous=False))
    assert np.array_equal(everywhere, np.where(np.arange(60) < 45, red(photo), 0))
    clear = whole(select_colour(photo, 0, 59, 0))
    assert np.array_equal(clear > 0, photo[..., 3] == 0)


def test_a_mean_that_no_pixel_has_finds_nothing() -> None:
    photo = np.zeros((*SIZE, 3), np.uint8)
    photo[:, 30:] = 255
    assert not whole(select_colour(photo, 20, 30, 5, sample=3)).any()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999), st.integers(0, 39), st.integers(0, 59), st.integers(0, 60), st.sampled_from([1, 3, 5]))
def test_the_connected_are_some_of_all(seed: int, row: int, col: int, tolerance: int, sample: int) -> None:
    photo = np.random.default_rng(seed).integers(0, 90, (*SIZE, 3), np.uint8)
    near = whole(select_colour(photo, row, col, tolerance, sample=sample))
    far = whole(select_colour(photo, row, col, tolerance, sample=sample, contiguous=False))
    assert not (near & ~far).any()
    if sample == 1:
        assert near[row, col] == 255
        away = abs(photo.astype(int) - photo[row, col]).max(axis=2)
        assert np.array_equal(far > 0, away <= tolerance)

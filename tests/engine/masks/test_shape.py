"""Grow, shrink, feather, invert and fill the inside of masks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from inpaint_studio.engine.masks import disc as disc_module
from inpaint_studio.engine.masks.shape import feather, fill_inside, grow, invert, shrink

Mask = NDArray[np.uint8]

SIZES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24)
HARD = hnp.arrays(np.uint8, SIZES, elements=st.sampled_from([0, 0, 0, 255]))
SOFT = hnp.arrays(np.uint8, SIZES, elements=st.sampled_from([0, 0, 0, 0, 60, 128, 200, 255]))
MASKS = st.one_of(HARD, SOFT)
RADII = st.sampled_from([0, 0.5, 1, 1.5, 2, 3, 4.5, 7])
FEW = settings(max_examples=60, deadline=None)
FEW_WITH_FIXTURE = settings(FEW, suppress_health_check=[HealthCheck.function_scoped_fixture])


def disc(radius: float, size: int = 41) -> Mask:
    steps = np.arange(size) - size // 2
    return np.where(np.hypot(steps[:, None], steps[None, :]) <= radius, 255, 0).astype(np.uint8)


def highest_within(mask: Mask, radius: float) -> Mask:
    """Dilate by brute force."""
    out = np.zeros_like(mask)
    rows, columns = np.indices(mask.shape)
    for row, column in zip(*mask.nonzero(), strict=True):
        near = np.hypot(rows - row, columns - column) <= radius + 1e-6
        out[near] = np.maximum(out[near], mask[row, column])
    return out


def feather_by_distances(mask: Mask, width: float) -> Mask:
    """Feather by brute force; what is inside is full already."""
    rows, columns = np.indices(mask.shape)
    away = np.full(mask.shape, np.inf)
    for row, column in zip(*(mask == 255).nonzero(), strict=True):
        away = np.minimum(away, np.hypot(rows - row, columns - column))
    share = np.clip(1 - away / (width + 1), 0, 1).astype(np.float32)
    return np.maximum(mask, np.rint(255 * share * share * (3 - 2 * share)).astype(np.uint8))


@FEW
@given(MASKS, RADII)
def test_growing_takes_the_highest_coverage_within_the_radius(mask: Mask, radius: float) -> None:
    expected = highest_within(mask, radius) if radius >= 1 else mask
    assert np.array_equal(grow(mask, radius), expected)


def test_a_point_grows_to_a_disc() -> None:
    point = np.zeros((41, 41), np.uint8)
    point[20, 20] = 255
    assert np.array_equal(grow(point, 5), disc(5))


@FEW
@given(MASKS, RADII)
def test_shrinking_never_reaches_what_growing_has_not_added(mask: Mask, radius: float) -> None:
    """A closing holds the mask, and an opening lies in it."""
    assert (shrink(grow(mask, radius), radius) >= mask).all()
    assert (grow(shrink(mask, radius), radius) <= mask).all()


@FEW
@given(MASKS, RADII)
def test_growing_the_hole_is_shrinking_the_rest(mask: Mask, radius: float) -> None:
    assert np.array_equal(invert(grow(mask, radius)), shrink(invert(mask), radius))


def test_a_mask_does_not_shrink_from_the_border_of_the_photo() -> None:
    assert shrink(np.full((9, 9), 255, np.uint8), 3).all()


@FEW
@given(MASKS, RADII)
def test_feathering_keeps_the_inside_full_and_ends_at_the_width(mask: Mask, width: float) -> None:
    soft = feather(mask, width)
    assert (soft >= mask).all()
    if width < 1:
        assert np.array_equal(soft, mask)
        return
    assert (soft[mask >= 128] == 255).all()
    inside = np.where(mask >= 128, mask, 0).astype(np.uint8)
    far = highest_within(inside, width + 1) == 0
    assert np.array_equal(soft[far], mask[far])


def test_what_is_inside_becomes_full_far_from_the_rim_too() -> None:
    assert (feather(np.full((9, 9), 200, np.uint8), 2) == 255).all()


@pytest.fixture
def _small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disc_module, "_TILE", 5)
    monkeypatch.setattr(disc_module, "_TILE_PER_REACH", 1)


@FEW_WITH_FIXTURE
@given(MASKS, RADII)
@pytest.mark.usefixtures("_small_tiles")
def test_tiles_give_what_the_whole_gives(mask: Mask, radius: float) -> None:
    expected = highest_within(mask, radius) if radius >= 1 else mask
    assert np.array_equal(grow(mask, radius), expected)
    assert np.array_equal(
        shrink(mask, radius), invert(highest_within(invert(mask), radius) if radius >= 1 else 255 - mask)
    )
    if radius >= 1:
        full = np.where(mask >= 128, 255, mask).astype(np.uint8)
        assert np.array_equal(feather(mask, radius), feather_by_distances(full, radius))


@pytest.mark.parametrize("radius", [20, 30, 37.5])
def test_both_ways_to_dilate_agree(radius: float) -> None:
    points = np.zeros((150, 160), np.uint8)
    points[[3, 70, 90], [150, 80, 20]] = 255
    soft = points.copy()
    soft[3, 150] = 254  # three values: no distances
    assert np.array_equal(grow(points, radius) > 0, grow(soft, radius) > 0)
    assert np.array_equal(grow(points, radius), highest_within(points, radius))


def test_the_feathered_rim_falls_evenly() -> None:
    edge = np.zeros((1, 40), np.uint8)
    edge[:, :10] = 255
    fall = feather(edge, 9)[0, 9:20].astype(int)
    assert fall[[0, 5, -1]].tolist() == [255, 128, 0]
    assert (np.diff(fall) < 0).all()
    assert abs(fall[1:10] + fall[9:0:-1] - 255).max() <= 1


@FEW
@given(MASKS)
def test_inverting_twice_changes_nothing(mask: Mask) -> None:
    assert np.array_equal(invert(invert(mask)), mask)


@FEW
@given(MASKS)
def test_filling_the_inside_adds_only_and_only_once(mask: Mask) -> None:
    full = fill_inside(mask)
    assert (full >= mask).all()
    assert np.array_equal(fill_inside(full), full)
    assert set(np.unique(full[full != mask])) <= {255}


def test_a_ring_is_filled_and_an_open_ring_is_not() -> None:
    ring = disc(12) - disc(8)
    assert np.array_equal(fill_inside(ring), disc(12))
    cut = ring.copy()
    cut[20, 20:] = 0
    assert np.array_equal(fill_inside(cut), cut)


def test_a_soft_ring_is_filled_up_to_its_outer_rim() -> None:
    steps = np.arange(41) - 20
    away = np.abs(np.hypot(steps[:, None], steps[None, :]) - 12)
    ring = np.rint(np.clip(255 * (5 - away) / 3, 0, 255)).astype(np.uint8)
    full = fill_inside(ring)
    inside = np.hypot(steps[:, None], steps[None, :]) <= 12
    assert (full[inside] == 255).all()
    assert np.array_equal(full[~inside], ring[~inside])


def test_a_bay_at_the_border_of_the_photo_stays_open() -> None:
    bay = np.zeros((9, 9), np.uint8)
    bay[:6, 2] = bay[:6, 6] = bay[5, 2:7] = 255
    assert np.array_equal(fill_inside(bay), bay)


@pytest.mark.parametrize("radius", [-1, math.nan])
def test_a_negative_radius_is_refused(radius: float) -> None:
    for change in (grow, shrink, feather):
        with pytest.raises(ValueError, match="px"):
            change(np.zeros((3, 3), np.uint8), radius)


@pytest.mark.parametrize("change", [grow, shrink, feather])
def test_the_mask_itself_is_not_written_to(change: object) -> None:
    mask = disc(6)
    mask.flags.writeable = False
    assert callable(change)
    assert change(mask, 3) is not mask

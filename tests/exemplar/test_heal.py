"""A copied part takes the tone of its surroundings, unless it is another surface."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar.fill import EFFORTS
from inpaint_studio.exemplar.heal import tone_change
from inpaint_studio.exemplar.steer import steer
from tests.exemplar.images import disc, dusk, halves

SIZE = (150, 220)
HOLE = np.roll(disc(*SIZE, 26), -50, axis=1)
OFFSET = (4, 56)


def miss(picture: np.ndarray, right: np.ndarray) -> float:
    """Root mean square of the difference of the colours in the hole, averaged over its pixels."""
    return float(np.sqrt(((picture[HOLE].astype(float).mean(axis=0) - right[HOLE].mean(axis=0)) ** 2).mean()))


def test_the_sky_goes_on_in_its_own_colours() -> None:
    sky = dusk(*SIZE)
    copied = np.roll(sky, (-OFFSET[0], -OFFSET[1]), (0, 1))
    filled = steer(sky, HOLE, HOLE, OFFSET, effort=EFFORTS["fast"], threads=1)
    assert miss(copied, sky) > 15
    assert miss(filled.image, sky) < 2
    inside = np.roll(disc(*SIZE, 16), -50, axis=1)
    for axis in (0, 1):
        assert (filled.sources[axis][inside] == OFFSET[axis]).all()
    grain = filled.image[inside].astype(int) - copied[inside]
    assert grain.std(axis=0).max() < 3  # the copy's own grain, moved in tone alone


def test_the_tone_follows_as_far_as_the_user_wants() -> None:
    sky = dusk(*SIZE)
    copied = np.roll(sky, (-OFFSET[0], -OFFSET[1]), (0, 1))
    raw, half, full = (
        steer(sky, HOLE, HOLE, OFFSET, adaptation=amount, effort=EFFORTS["fast"], threads=1).image
        for amount in (0.0, 0.5, 1.0)
    )
    inside = np.roll(disc(*SIZE, 16), -50, axis=1)
    np.testing.assert_array_equal(raw[inside], copied[inside])
    np.testing.assert_allclose(half[inside], (raw[inside].astype(float) + full[inside]) / 2, atol=1)
    assert miss(raw, sky) > miss(half, sky) + 3 > miss(full, sky) + 6


def test_the_change_follows_the_rim() -> None:
    """Half of the rim is darker by ten levels than where the copy comes from, the other half by twenty."""
    image = np.full((*SIZE, 3), 150, np.uint8)
    image[:75, :110] = 140
    image[75:, :110] = 130
    change = tone_change(image, HOLE, (0, 110))
    assert change is not None
    assert change[55, 60] == pytest.approx([-10] * 3, abs=3)
    assert change[95, 60] == pytest.approx([-20] * 3, abs=3)


def test_another_surface_keeps_its_colours() -> None:
    assert tone_change(halves(*SIZE), HOLE, (0, 110)) is None


def test_what_cannot_be_compared_changes_nothing() -> None:
    sky = dusk(*SIZE)
    donors = np.zeros(SIZE, np.bool_)
    donors[:, 80:] = True
    assert tone_change(sky, HOLE, OFFSET) is not None
    assert tone_change(sky, HOLE, OFFSET, donors) is None
    assert tone_change(sky, HOLE, (0, 400)) is None
    assert tone_change(sky, np.ones(SIZE, np.bool_), OFFSET) is None


def test_hidden_colours_in_the_hole_are_not_looked_at() -> None:
    sky = dusk(*SIZE)
    painted = sky.copy()
    painted[HOLE] = (255, 0, 255)
    first, second = (tone_change(image, HOLE, (0, 30)) for image in (sky, painted))
    assert first is not None
    np.testing.assert_array_equal(first, second)


def test_another_surface_at_the_rim_does_not_change_the_tone() -> None:
    """The hole lies half in a sky and half in a dark ground, and the sky is copied into all of it."""
    image = np.full((*SIZE, 3), 150, np.uint8)
    image[:, 110:] = 165
    image[76:, :110] = 20
    change = tone_change(image, HOLE, (0, 110))
    assert change is not None
    assert change[52, 60] == pytest.approx([-15] * 3, abs=2)
    assert np.abs(change[98, 60]).max() < 4

"""Holes and sketches to train on: what they promise whatever the chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.synthetic import photo
from training.data import masks
from training.data.sketches import Hand, sketch
from training.recipes import recipe_for

sides = st.integers(16, 200)
seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("kind", masks.KINDS)
@given(seed=seeds, height=sides, width=sides)
@settings(max_examples=25, deadline=None)
def test_the_same_chance_is_the_same_hole(kind, seed, height, width):
    one, other = (masks.KINDS[kind](np.random.default_rng(seed), height, width) for _ in range(2))
    assert one.shape == (height, width)
    assert one.dtype == np.bool_
    np.testing.assert_array_equal(one, other)


@given(seed=seeds, height=sides, width=sides)
@settings(max_examples=60, deadline=None)
def test_a_hole_is_never_empty_and_never_everything(seed, height, width):
    hole = masks.hole(np.random.default_rng(seed), height, width)
    assert hole.any()
    assert not hole.all()


def test_coverage_is_kept_to():
    random = np.random.default_rng(0)
    mixture = masks.Mixture(coverage=(0.1, 0.2))
    shares = [masks.hole(random, 128, 128, mixture).mean() for _ in range(200)]
    assert np.mean([0.1 <= share <= 0.2 for share in shares]) > 0.97


def test_a_mixture_holds_what_it_says_as_often_as_it_says():
    random = np.random.default_rng(0)
    mixture = masks.Mixture(kinds={"centre": 3.0, "rectangle": 1.0}, coverage=(0.0, 1.0))
    middle = masks.centre(random, 64, 64)
    share = np.mean([np.array_equal(masks.hole(random, 64, 64, mixture), middle) for _ in range(400)])
    assert 0.68 < share < 0.82


def test_strokes_are_as_wide_as_the_paper_says():
    """The inscribed circle of a stroke lies between the least and the greatest brush at 256 px."""
    from inpaint_studio.engine.fill.regions import inscribed_radius

    one = masks.Brush(strokes=(1, 1), vertices=(4, 4))
    radii = [inscribed_radius(masks.brush(np.random.default_rng(n), 256, 256, one)) for n in range(40)]
    assert min(radii) >= 5
    assert np.median(radii) < 25


@pytest.mark.parametrize("name", ["glcic", "deepfill-v1"])
def test_rectangles_are_as_large_as_the_authors_say(name):
    random, mixture = np.random.default_rng(0), recipe_for(name).mixture
    for _ in range(50):
        hole = masks.hole(random, 256, 256, mixture)
        tall, wide = (int(hole.any(axis).sum()) for axis in (1, 0))
        assert hole.sum() == tall * wide
        assert 96 <= min(tall, wide) <= max(tall, wide) <= 128


def test_lama_is_shown_wide_strokes_and_boxes_off_the_border():
    from inpaint_studio.engine.fill.regions import inscribed_radius

    assert set(recipe_for("lama").mixture.kinds) == {"wide strokes", "boxes"}
    random = np.random.default_rng(0)
    strokes = [inscribed_radius(masks.wide_strokes(random, 256, 256)) for _ in range(40)]
    plain = [inscribed_radius(masks.brush(random, 256, 256)) for _ in range(40)]
    assert np.median(strokes) > 1.5 * np.median(plain)
    for _ in range(40):
        hole = masks.boxes(random, 256, 256)
        assert not hole[[*range(10), *range(-10, 0)]].any()
        assert not hole[:, [*range(10), *range(-10, 0)]].any()
        assert hole.any(0).sum() >= 30
        assert hole.any(1).sum() >= 30


def test_an_unknown_kind_is_a_fault():
    with pytest.raises(KeyError):
        masks.hole(np.random.default_rng(0), 32, 32, masks.Mixture(kinds={"star": 1.0}))


def test_a_sketch_is_of_the_picture():
    pixels = np.zeros((96, 128, 3), np.uint8)
    pixels[:, 64:] = 200
    hand = Hand(left_out=(0.0, 0.0), shortest=(0.0, 0.0), jitter=0.0, thick=(1, 1))
    lines = sketch(np.random.default_rng(0), pixels, hand)
    rows, columns = lines.nonzero()
    assert len(rows) > 60
    assert abs(columns - 64).max() <= 3
    assert set(np.unique(lines)) == {0.0, 1.0}


def test_a_sketch_strays_and_leaves_out_but_is_the_same_again():
    pixels = photo(120, 140)
    one, again, other = (sketch(np.random.default_rng(n), pixels) for n in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_plain_picture_has_no_lines():
    assert not sketch(np.random.default_rng(0), np.full((40, 50, 3), 90, np.uint8)).any()

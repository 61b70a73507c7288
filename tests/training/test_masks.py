"""Holes and sketches to train on: what is true of them for any random state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.synthetic import photo
from training.data import masks, published_masks
from training.data.sketches import SketchStyle, draw_sketch
from training.recipes import recipe_for

sides = st.integers(16, 200)
seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("kind", masks.KINDS)
@given(seed=seeds, height=sides, width=sides)
@settings(max_examples=25, deadline=None)
def test_the_same_random_state_gives_the_same_hole(kind, seed, height, width):
    one, other = (masks.KINDS[kind](np.random.default_rng(seed), height, width) for _ in range(2))
    assert one.shape == (height, width)
    assert one.dtype == np.bool_
    np.testing.assert_array_equal(one, other)


@given(seed=seeds, height=sides, width=sides)
@settings(max_examples=60, deadline=None)
def test_a_hole_is_never_empty_and_never_everything(seed, height, width):
    hole = masks.draw_hole(np.random.default_rng(seed), height, width)
    assert hole.any()
    assert not hole.all()


def test_holes_keep_to_their_coverage():
    random = np.random.default_rng(0)
    mixture = masks.Mixture(coverage=(0.1, 0.2))
    shares = [masks.draw_hole(random, 128, 128, mixture).mean() for _ in range(200)]
    assert np.mean([0.1 <= share <= 0.2 for share in shares]) > 0.97


def test_a_mixture_has_its_kinds_with_their_frequency():
    random = np.random.default_rng(0)
    mixture = masks.Mixture(kinds={"centre": 3.0, "rectangle": 1.0}, coverage=(0.0, 1.0))
    centre = masks.draw_centre(random, 64, 64)
    share = np.mean([np.array_equal(masks.draw_hole(random, 64, 64, mixture), centre) for _ in range(400)])
    assert 0.68 < share < 0.82


def test_strokes_are_as_wide_as_in_the_paper():
    """The inscribed circle of a stroke is between the smallest and the largest brush at 256 px."""
    from inpaint_studio.engine.fill.regions import inscribed_radius

    one = published_masks.StrokeStyle(strokes=(1, 1), vertices=(4, 4))
    radii = [inscribed_radius(published_masks.draw_strokes(np.random.default_rng(n), 256, 256, one)) for n in range(40)]
    assert min(radii) >= 5
    assert np.median(radii) < 25


@pytest.mark.parametrize("name", ["glcic", "deepfill-v1"])
def test_rectangles_are_as_large_as_those_of_the_authors(name):
    random, mixture = np.random.default_rng(0), recipe_for(name).mixture
    for _ in range(50):
        hole = masks.draw_hole(random, 256, 256, mixture)
        rows, columns = (int(hole.any(axis).sum()) for axis in (1, 0))
        assert hole.sum() == rows * columns
        assert 96 <= min(rows, columns) <= max(rows, columns) <= 128


def test_lama_is_trained_with_wide_strokes_and_boxes_away_from_the_border():
    from inpaint_studio.engine.fill.regions import inscribed_radius

    assert set(recipe_for("lama").mixture.kinds) == {"wide strokes", "boxes"}
    random = np.random.default_rng(0)
    strokes = [inscribed_radius(published_masks.draw_wide_strokes(random, 256, 256)) for _ in range(40)]
    plain = [inscribed_radius(published_masks.draw_strokes(random, 256, 256)) for _ in range(40)]
    assert np.median(strokes) > 1.5 * np.median(plain)
    for _ in range(40):
        hole = published_masks.draw_boxes(random, 256, 256)
        assert not hole[[*range(10), *range(-10, 0)]].any()
        assert not hole[:, [*range(10), *range(-10, 0)]].any()
        assert hole.any(0).sum() >= 30
        assert hole.any(1).sum() >= 30


def test_an_unknown_kind_is_an_error():
    with pytest.raises(KeyError):
        masks.draw_hole(np.random.default_rng(0), 32, 32, masks.Mixture(kinds={"star": 1.0}))


def test_a_sketch_follows_the_edges_of_the_image():
    pixels = np.zeros((96, 128, 3), np.uint8)
    pixels[:, 64:] = 200
    style = SketchStyle(left_out=(0.0, 0.0), shortest=(0.0, 0.0), jitter=0.0, thick=(1, 1))
    lines = draw_sketch(np.random.default_rng(0), pixels, style)
    rows, columns = lines.nonzero()
    assert len(rows) > 60
    assert abs(columns - 64).max() <= 3
    assert set(np.unique(lines)) == {0.0, 1.0}


def test_sketches_differ_but_are_reproducible():
    pixels = photo(120, 140)
    one, again, other = (draw_sketch(np.random.default_rng(n), pixels) for n in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_plain_image_has_no_lines():
    assert not draw_sketch(np.random.default_rng(0), np.full((40, 50, 3), 90, np.uint8)).any()

"""Spots that are evenly spaced are a pattern; spots at random places are none."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.masks.suggest.pattern import are_pattern


def test_a_row_of_rivets_is_a_pattern_and_the_speck_beside_it_is_not():
    row = np.stack([np.full(6, 100.0), 50 + 30.0 * np.arange(6)], 1)
    places = np.vstack([row, [[117.0, 68.0]]])
    found = are_pattern(places, np.full(7, 6.0))
    assert found.tolist() == [True] * 6 + [False]


def test_spots_at_random_places_or_of_unlike_sizes_are_no_pattern():
    random = np.random.default_rng(4)
    places = random.uniform(0, 600, (12, 2))
    assert not are_pattern(places, np.full(12, 6.0)).any()
    row = np.stack([np.full(6, 100.0), 50 + 30.0 * np.arange(6)], 1)
    assert not are_pattern(row, 4.0 * 1.5 ** np.arange(6)).any()


def test_three_spots_and_a_row_of_wide_steps_are_no_pattern():
    row = np.stack([np.full(6, 100.0), 50 + 30.0 * np.arange(6)], 1)
    assert not are_pattern(row[:3], np.full(3, 6.0)).any()
    assert not are_pattern(10 * row, np.full(6, 6.0)).any()
    assert not are_pattern(np.zeros((0, 2)), np.zeros(0)).any()

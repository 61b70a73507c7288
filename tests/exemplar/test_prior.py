"""Of places that look alike, the nearer one is copied; an exact copy far away is copied all the same."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar import prior
from inpaint_studio.exemplar.fill import fill
from inpaint_studio.exemplar.pyramid import build


def make_tiles(seed, noise):
    """Return a wall of 24 x 24 px tiles that are all alike but for `noise`, with a hole in its middle."""
    random = np.random.default_rng(seed)
    image = np.tile(random.integers(60, 200, (24, 24, 3)), (14, 14, 1)) + random.normal(0, noise, (336, 336, 3))
    hole = np.zeros((336, 336), bool)
    hole[140:200, 140:200] = True
    return np.where(hole[..., None], 0, np.clip(image, 0, 255)).astype(np.uint8), hole


@pytest.mark.parametrize("seed", [0, 1])
def test_of_tiles_that_are_alike_the_nearer_ones_are_copied(monkeypatch, seed):
    image, hole = make_tiles(seed, 8)

    def mean_distance():
        found = fill(image, hole, threads=1, seed=seed)
        return np.abs(found.sources[:, hole]).sum(axis=0).mean()

    near = mean_distance()
    monkeypatch.setattr(prior, "ACROSS_WINDOW", 0.0)
    assert near < 0.9 * mean_distance()


def test_the_cost_is_for_coarse_levels_and_first_rounds():
    image, hole = make_tiles(0, 0)
    levels = build(image, hole.view(np.uint8), hole.view(np.uint8))
    whole = 1024 * prior.ACROSS_WINDOW
    assert prior.cost_of_distance(levels[-1], len(levels) - 1, True, 12) == (
        int(whole / levels[-1].shape[0]), int(whole / levels[-1].shape[1]),
    )  # fmt: skip
    assert prior.cost_of_distance(levels[-1], len(levels) - 1, True, prior.FREE) == (0, 0)
    assert prior.cost_of_distance(levels[0], 0, False, 12) == (0, 0)
    assert prior.cost_of_distance(levels[0], 0, True, 12) != (0, 0)

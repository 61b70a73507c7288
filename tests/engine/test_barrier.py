"""The barrier of colours round the pixels of a loop."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from inpaint_studio.engine.masks.barrier import barrier
from inpaint_studio.engine.masks.nearest import mean_distance


def test_what_is_like_the_ground_all_the_way_out_has_no_barrier() -> None:
    image = np.zeros((40, 60, 1), np.float32)
    image[:] = np.arange(60)[None, :, None]  # the ground changes by 1 a pixel
    image[15:25, 20:30] = 200
    inside = np.zeros((40, 60), bool)
    inside[5:35, 10:50] = True
    found = barrier(image, inside)
    assert (found[~inside] == 0).all()
    assert found[15:25, 20:30].min() >= 170
    ground = inside.copy()
    ground[15:25, 20:30] = False
    assert found[ground].max() <= 15


def test_an_object_in_the_ground_s_colours_has_the_barrier_of_its_rim() -> None:
    image = np.full((30, 30, 3), 90, np.float32)
    image[8:22, 8:22] = (20, 90, 90)
    image[10:20, 10:20] = 90
    inside = np.zeros((30, 30), bool)
    inside[3:27, 3:27] = True
    found = barrier(image, inside)
    assert found[15, 15] == 70
    assert found[5, 5] == 0


@pytest.mark.parametrize("seed", range(3))
def test_one_pixel_inside_gets_the_least_step_to_a_neighbour(seed: int) -> None:
    image = np.random.default_rng(seed).uniform(0, 9, (3, 3, 2)).astype(np.float32)
    inside = np.zeros((3, 3), bool)
    inside[1, 1] = True
    steps = [np.abs(image[1, 1] - image[1 + y, 1 + x]).sum() for y, x in itertools.pairwise((0, 1, 0, -1, 0))]
    assert barrier(image, inside)[1, 1] == pytest.approx(min(steps), rel=1e-5)


def test_without_an_outside_the_barrier_is_infinite() -> None:
    assert np.isinf(barrier(np.zeros((4, 5, 3), np.float32), np.ones((4, 5), bool))).all()


@pytest.mark.parametrize("samples", [1, 3, 50])
def test_the_distance_to_the_nearest_samples_is_that_of_a_plain_search(samples: int) -> None:
    random = np.random.default_rng(0)
    pixels, known = (random.normal(size=(rows, 5)).astype(np.float32) for rows in (40, samples))
    squares = np.sort(((pixels[:, None] - known[None]) ** 2).sum(axis=2), axis=1)[:, :4]
    np.testing.assert_allclose(mean_distance(pixels, known, 4), np.sqrt(squares.mean(axis=1)), rtol=1e-5)

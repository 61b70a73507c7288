"""Holes that touch the border of the photo: nothing comes there by chance on the way to the finer levels."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar import patchmatch, pyramid
from inpaint_studio.exemplar.fill import EFFORTS, fill
from tests.exemplar.images import texture

HEIGHT, WIDTH = 200, 320


def sky_over_grass(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a light sky with a little grain over dark grass, and a broad hole in the sky that touches the top."""
    random = np.random.default_rng(seed)
    image = np.clip(225 + random.normal(0, 2, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
    image[110:] = texture(HEIGHT - 110, WIDTH, seed)
    hole = np.zeros((HEIGHT, WIDTH), bool)
    hole[:50, 90:190] = True
    return image, hole


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("effort", ["best", "fast"])
def test_the_sky_stays_clear_up_to_the_border(turns: int, effort: str) -> None:
    """The outermost patches of a finer level had no parent, and were copied from anywhere: grass hung in the sky."""
    image, hole = (np.ascontiguousarray(np.rot90(plane, turns)) for plane in sky_over_grass(turns))
    damaged = np.where(hole[..., None], 0, image).astype(np.uint8)
    filled = fill(damaged, hole, effort=EFFORTS[effort], seed=turns, threads=1)
    assert filled.image[hole].min() > 205


@pytest.mark.parametrize("odd", [0, 1])
def test_patches_at_the_border_follow_the_nearest_patch_of_the_coarser_level(odd: int) -> None:
    """All patches of the coarse level come from (10, 14) px beside them, so those of the finer one from (20, 28)."""
    height, width = 80 + odd, 120 + odd
    hole = np.zeros((height, width), np.uint8)
    for corner in (np.s_[:12, :12], np.s_[-12:, :12], np.s_[:12, -12:], np.s_[-12:, -12:]):
        hole[corner] = 1
    fine = pyramid.Level(pyramid.buffer(height, width), hole, hole)
    coarse = pyramid.coarser(fine)
    middle = np.array(coarse.shape)[:, None] // 2
    places = np.stack(np.divmod(coarse.targets, coarse.shape[1]))
    away = np.where(places < middle, 1, -1) * np.array([[10], [14]])
    source = (places + away)[0] * coarse.shape[1] + (places + away)[1]
    found = patchmatch.finer(patchmatch.Field(coarse, source.astype(np.int32)), fine, 3)
    targets = np.stack(np.divmod(fine.targets, width))
    sources = np.stack(np.divmod(found, width))
    towards_middle = np.where(targets < np.array([[height], [width]]) // 2, 1, -1)
    np.testing.assert_array_equal((sources - targets) * towards_middle, np.broadcast_to([[20], [28]], targets.shape))

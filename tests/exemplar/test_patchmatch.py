"""The random search: far enough to find what lies far away, and closer with each try."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar import patchmatch, pyramid
from inpaint_studio.exemplar.fill import fill
from inpaint_studio.exemplar.pyramid import Level
from inpaint_studio.threads import start_workers
from tests.exemplar.images import texture

HEIGHT, WIDTH = 220, 240
HOLE = (110, 40)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_copy_is_found_at_the_other_end_of_a_wide_photo(seed: int) -> None:
    """Only there the hole's surroundings are found again; a search nearby ends at blobs 11 grey values off."""
    truth = texture(120, 600, seed)
    truth[30:90, 520:580] = truth[30:90, 20:80]
    rows, columns = np.ogrid[:120, :600]
    hole = (rows - 60) ** 2 + (columns - 50) ** 2 <= 12**2
    filled = fill(np.where(hole[..., None], 0, truth).astype(np.uint8), hole, threads=1)
    assert (filled.sources[0][hole] == 0).all()
    assert (filled.sources[1][hole] == 500).all()
    np.testing.assert_array_equal(filled.image, truth)


@pytest.mark.parametrize("place", [(60, 190), (170, 150), (112, 60)])
def test_the_search_closes_in_on_the_best_place(place: tuple[int, int]) -> None:
    """The photo changes steadily, so that nearer places fit better; four sweeps reach the only one that fits whole.

    With windows that do not shrink the sources are still 3 to 5 px off then.
    """
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    image = np.stack([columns, rows, np.zeros_like(rows)], -1).astype(np.uint8)
    around, there = (np.s_[y - 6 : y + 7, x - 6 : x + 7] for y, x in (HOLE, place))
    pixels = pyramid.buffer(HEIGHT, WIDTH)
    pixels[..., :3] = image
    pixels[around] = pixels[there]
    hole = np.zeros((HEIGHT, WIDTH), np.uint8)
    hole[HOLE] = 1
    level = Level(pixels, hole, hole)
    field = patchmatch.Field(level, np.full(level.targets.size, 100 * WIDTH + 100, np.int32))
    with start_workers(1, lambda: None) as workers:
        patchmatch.measure(field, workers)
        for turn in range(4):
            patchmatch.sweep(field, workers, radius=WIDTH, forward=turn % 2 == 0, salt=5 + turn)
    moved = (place[0] - HOLE[0]) * WIDTH + place[1] - HOLE[1]
    np.testing.assert_array_equal(field.source - level.targets, moved)
    assert not field.distance.any()


def test_sources_that_the_coarse_level_lacks_are_drawn_from_the_valid_places() -> None:
    valid, source = np.zeros(4000, np.uint8), np.full(50, -1, np.int32)
    valid[1000:3900] = 1
    lost = np.flatnonzero(source < 0)
    patchmatch._draw_valid(valid, lost[10:], source, np.uint32(7))
    assert (source[:10] == -1).all()
    assert valid[source[10:]].all()
    assert len(set(source[10:])) > 30
    again = source.copy()
    patchmatch._draw_valid(valid, lost[10:], again, np.uint32(7))
    assert (again == source).all()

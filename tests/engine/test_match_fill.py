"""Sources for models without their own: `match_fill`."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.sources import match_fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled
from inpaint_studio.models.base.interface import Options
from tests import synthetic


def test_every_pixel_of_the_hole_gets_a_known_place():
    region, hole = synthetic.photo(90, 120), synthetic.disc(90, 120)
    donors = np.zeros_like(hole)
    donors[:, 100:] = True
    offsets, weight = match_fill(region, hole, donors, Options(threads=1), Ticket())
    rows, columns = np.nonzero(hole)
    assert not (hole | donors)[rows + offsets[0][hole], columns + offsets[1][hole]].any()
    assert (offsets.shape, offsets.dtype, weight.dtype) == ((2, 90, 120), np.int32, np.float32)
    assert 0.05 < weight[hole].mean() < 1


def test_seed_and_threads_reach_the_search():
    region, hole = synthetic.photo(90, 120), synthetic.disc(90, 120)
    found = [
        match_fill(region, hole, None, Options(seed=seed, threads=threads), Ticket())[0]
        for seed, threads in ((0, 1), (0, 3), (1, 1))
    ]
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (6, 6), (7, 7), (8, 40)])
def test_tiny_regions(shape):
    region, hole = synthetic.photo(*shape), np.zeros(shape, bool)
    hole[0, 0] = True
    offsets, weight = match_fill(region, hole, None, Options(threads=1), Ticket())
    assert bool(offsets.any()) == (hole.size > 1)
    hole[:] = True
    offsets, weight = match_fill(region, hole, None, Options(threads=1), Ticket())
    assert not offsets.any()
    assert not weight.any()


def test_it_can_be_cancelled():
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        match_fill(synthetic.photo(60, 60), synthetic.disc(60, 60), None, Options(), ticket)

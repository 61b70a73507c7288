"""Drawn patterns in large holes: quick whatever the period, and from known pixels whole periods away."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.pattern import PatternModel
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.models.exemplar import model as exemplar

FAST = Options("fast", threads=1)


def tile(height, width, periods, seed=0):
    """Return H x W x 3 uint8: a random tile again and again. A period of 0 is as long as the picture."""
    random = np.random.default_rng(seed)
    part = random.integers(0, 256, (periods[0] or height, periods[1] or width, 3), np.uint8)
    return np.tile(part, (-(-height // part.shape[0]), -(-width // part.shape[1]), 1))[:height, :width]


def fill_pattern(picture, hole, periods, donors=None, ticket=None):
    damaged = picture.copy()
    damaged[hole] = 255, 0, 255
    model = PatternModel(exemplar(), periods)
    return model.fill(damaged, hole, Guide(donors=donors), FAST, ticket or Ticket())


def check(picture, hole, filled, periods, donors=None):
    np.testing.assert_array_equal(filled.image, picture)
    rows, columns = np.nonzero(hole)
    down, across = filled.sources[0][hole], filled.sources[1][hole]
    blocked = hole if donors is None else hole | donors
    assert not blocked[rows + down, columns + across].any()
    for moves, period in zip((down, across), periods, strict=True):
        assert not (moves % period if period else moves).any()
    return down, across


@pytest.mark.parametrize("periods", [(1, 12), (12, 1), (5, 7), (0, 9), (9, 0)])
def test_the_source_of_a_bar_is_the_nearest_pixel_across_it(periods):
    picture = tile(60, 80, periods)
    hole = np.zeros((60, 80), bool)
    if periods[1]:
        hole[:, 30:41] = True
    else:
        hole[30:41] = True
    down, across = check(picture, hole, fill_pattern(picture, hole, periods), periods)
    rows, columns = np.nonzero(hole)
    place, period = (columns, periods[1]) if periods[1] else (rows, periods[0])
    far_there, far_back = -(-(41 - place) // period) * period, -(-(place - 29) // period) * period
    np.testing.assert_array_equal(np.abs(down) + np.abs(across), np.minimum(far_there, far_back))


def test_a_cross_that_spans_the_picture_is_filled_from_its_corners():
    """In its middle neither the row nor the column has a known pixel."""
    picture = tile(90, 120, (6, 8))
    hole = np.zeros((90, 120), bool)
    hole[30:60], hole[:, 40:80] = True, True
    donors = np.zeros_like(hole)
    donors[:30, :40] = True
    check(picture, hole, fill_pattern(picture, hole, (6, 8), donors), (6, 8), donors)


def test_stripes_of_a_large_hole_are_found_at_once():
    """Along a stripe every pixel is a period away: to try all moves one by one takes minutes."""
    picture = tile(1200, 1200, (1, 12))
    hole = np.zeros((1200, 1200), bool)
    hole[300:900, 300:900] = True
    check(picture, hole, fill_pattern(picture, hole, (1, 12)), (1, 12))


def test_a_pattern_can_be_cancelled_while_it_is_looked_for():
    ticket = Ticket(lambda fraction, _: ticket.cancel() if fraction > 0 else None)
    picture = tile(60, 80, (5, 7))
    hole = np.zeros((60, 80), bool)
    hole[20:40, 30:50] = True
    with pytest.raises(Cancelled):
        fill_pattern(picture, hole, (5, 7), ticket=ticket)

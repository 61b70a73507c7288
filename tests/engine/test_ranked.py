"""Several sources for each pixel: from a model's answer to the pixel of the photo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.model_io import Frame
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.flow.flow import empty_flow
from inpaint_studio.engine.flow.ranked import RankedPart
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Options, RankedSources
from inpaint_studio.models.base.registry import Registry, registry
from tests.models.weighted import weighted
from tests.synthetic import disc, photo

SHAPE = (60, 80)
BOX = Box(10, 20, 40, 60)


def make_ranked(cell: float = 8.0) -> RankedSources:
    """Three sources of each of 5 x 6 cells; the offsets tell which cell it is."""
    y, x = np.mgrid[:5, :6]
    offsets = np.stack([np.stack([rank * 10 + y, -x]) for rank in range(3)]).astype(np.int32)
    weights = np.stack([np.full((5, 6), weight, np.float32) for weight in (0.5, 0.25, 0.0)])
    return RankedSources(offsets, weights, (cell, cell))


def test_a_part_keeps_the_cells_over_its_box():
    inside = np.ones((BOX.height, BOX.width), bool)
    part = RankedPart.cut(make_ranked(), (2, 12), BOX, inside)
    assert part.corner == (10, 20)
    assert part.weights.shape == (3, 4, 5)
    for row, col in ((10, 20), (17, 27), (18, 28), (39, 59)):
        y, x = (row - 2) // 8, (col - 12) // 8
        assert part.at(row, col) == [(y, -x, 0.5), (10 + y, -x, 0.25)]  # what has no weight is no source
    assert not part.covers(9, 20)
    assert not part.covers(40, 30)


def test_cells_of_a_size_that_is_no_whole_number():
    frame = Frame((100, 120), (40, 48), (40, 48), 0.4)
    ranked = frame.ranked_from_network(make_ranked())
    assert ranked.cell == (20, 20)
    assert ranked.offsets[1, 0, 2, 0] == 30  # 12 px of the network
    part = RankedPart.cut(ranked._replace(cell=(20 / 3, 20 / 3)), (0, 0), Box(0, 0, 33, 40), np.ones((33, 40), bool))
    places = [part.at(row, 0)[0][0] for row in (0, 6, 7, 13, 20, 32)]  # the middles of pixels count
    assert places == [round(2.5 * cell) for cell in (0, 0, 1, 2, 3, 4)]


def test_a_newer_fill_takes_the_place_of_several_sources():
    old = empty_flow(BOX, SHAPE)
    inside = np.ones((BOX.height, BOX.width), bool)
    old.put(BOX, np.full((2, *inside.shape), 3), None, inside)
    old = replace(old, ranked=(RankedPart.cut(make_ranked(), (10, 20), BOX, inside),))
    new = empty_flow(Box(20, 30, 30, 40), SHAPE)
    new.put(new.box, np.full((2, 10, 10), -5), None, np.ones((10, 10), bool))
    both = old.merge(new)
    assert len(both.sources_of(12, 22)) == 2
    assert both.sources_of(25, 35) == [(20, 30, 1.0)]
    assert both.sources_of(0, 0) == []
    assert len(old.sources_of(25, 35)) == 2  # the old flow is as it was


def test_the_first_source_is_the_flows_own_and_all_lie_in_the_photo():
    flow = empty_flow(BOX, SHAPE)
    inside = np.ones((BOX.height, BOX.width), bool)
    flow.put(BOX, np.full((2, *inside.shape), 2), None, inside)
    ranked = make_ranked()
    ranked.offsets[1] = 1000
    part = RankedPart.cut(ranked, (10, 20), BOX, inside)
    flow = replace(flow, ranked=(part,))
    assert flow.sources_of(11, 21) == [(13, 23, 1.0), (59, 79, 0.25)]


@pytest.mark.parametrize("plain", [False, True], ids=["by regions", "plain"])
@pytest.mark.parametrize("name", ["deepfill-v1", "deepfill-v2"])
def test_a_network_lists_its_sources_only_on_request(monkeypatch, name, plain):
    model = weighted(registry().models[name])
    models = {**registry().models, name: model}
    monkeypatch.setattr(engine, "model_library", lambda: Registry(models))
    pixels, hole = photo(136, 152), disc(136, 152)
    one, several = (
        fill(Request(pixels, hole, name, options=Options(threads=1, ranked=ranked), plain=plain), Ticket())
        for ranked in (0, 5)
    )
    assert one.flow is not None
    assert several.flow is not None
    assert one.flow.ranked == ()
    np.testing.assert_array_equal(one.pixels, several.pixels)
    np.testing.assert_array_equal(one.flow.offsets, several.flow.offsets)
    row, col = (int(places[places.size // 2]) for places in np.nonzero(hole))
    found = several.flow.sources_of(row, col)
    assert found[0] == one.flow.source_of(row, col)
    assert 1 < len(found) <= 5
    weights = [weight for _, _, weight in found]
    assert weights[1:] == sorted(weights[1:], reverse=True)
    assert sum(weights) <= 1.01
    assert all(0 <= down < 136 and 0 <= across < 152 for down, across, _ in found)

"""What a network's attention weighs beside sources reaches the flow of a fill: channels, a memory, places."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.model_io import raw_arrays
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.flow.weighed import LONGEST, WeighedPart
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.interface import Fill, Traits, Units
from inpaint_studio.models.base.registry import Registry, registry
from tests import synthetic
from tests.engine.flows import make_flow

WEIGHTS = np.array([0.1, 0.9, 0.3, 0.9, 0.0], np.float32)
SIZE = (80, 96)


def units_of(kind="channels"):
    return Units(kind, WEIGHTS)


class Weighing:
    """A network without sources, which weighs channels and places."""

    def __init__(self, units=None, places=None):
        self.units, self.places = units, places
        self.traits = Traits(
            "weighing", "Weighing", "Weighs.", values="unit", max_side=48, provides=frozenset({"units"})
        )

    def fill(self, image, _hole, _guide, _options, _ticket):
        places = None
        if self.places:
            places = np.linspace(0, 1, image.shape[2], dtype=np.float32)[None].repeat(image.shape[1], 0)
        return Fill(np.full_like(image, 0.5), units=self.units, places=places)

    def warm_up(self, ticket):
        pass


def fill_with(monkeypatch, model, **how):
    monkeypatch.setattr(engine, "model_library", lambda: Registry({**registry().models, "weighing": model}))
    return fill(Request(synthetic.photo(*SIZE), synthetic.disc(*SIZE), "weighing", **how), Ticket())


def test_the_strongest_come_first_and_equal_ones_in_their_order():
    part = WeighedPart.of(Box(0, 0, 4, 4), units_of(), None)
    assert part.rank_units(3) == [(2, pytest.approx(0.9)), (4, pytest.approx(0.9)), (3, pytest.approx(0.3))]
    assert len(part.rank_units(99)) == len(WEIGHTS)
    assert part.nbytes == WEIGHTS.nbytes


def test_places_become_a_small_picture_of_all_greys():
    places = np.linspace(0.2, 0.4, 300, dtype=np.float32)[None].repeat(500, 0)
    part = WeighedPart.of(Box(0, 0, 500, 300), None, places)
    assert max(part.places.shape) <= LONGEST
    assert part.places.shape == (125, 75)
    assert (part.places[:, 0] == 0).all()
    assert (part.places[:, -1] > 250).all()
    assert part.rank_units(5) == []
    even = WeighedPart.of(Box(0, 0, 4, 4), None, np.full((4, 4), 0.3, np.float32))
    assert (even.places == 255).all()


def test_without_weights_there_is_no_part():
    assert WeighedPart.of(Box(0, 0, 4, 4), None, None) is None
    assert make_flow().with_weighed(None).weighed == ()


def test_the_newest_part_over_a_filled_pixel_counts():
    flow = make_flow()
    first = WeighedPart.of(flow.box, units_of(), None)
    second = WeighedPart.of(Box(100, 120, 115, 150), units_of("memory"), None)
    both = flow.with_weighed(first).merge(make_flow().with_weighed(second))
    assert both.weighed == (first, second)
    assert both.weighed_at(110, 140) is second
    assert both.weighed_at(118, 140) is first
    assert both.weighed_at(61, 81) is None  # not filled
    assert flow.weighed_at(110, 140) is None


def test_a_fill_keeps_the_weights_of_its_network(monkeypatch):
    """Also where its sources were matched afterwards, or its detail was copied."""
    result = fill_with(monkeypatch, Weighing(units_of(), places=True))
    (part,) = result.flow.weighed
    assert part.units == units_of()
    assert part.places.shape[1] > part.places.shape[0] / 2
    assert (np.diff(part.places[5].astype(int)) >= 0).all()
    assert (part.places[5, 0], part.places[5, -1]) == (0, 255)
    rows, columns = np.nonzero(synthetic.disc(*SIZE))
    assert result.flow.weighed_at(int(rows[0]), int(columns[0])) is part
    assert fill_with(monkeypatch, Weighing()).flow.weighed == ()


def test_a_plain_fill_lists_them_for_a_file(monkeypatch):
    result = fill_with(monkeypatch, Weighing(units_of("memory"), places=True), plain=True)
    arrays = raw_arrays(result.raw)
    assert arrays["places"].shape == SIZE
    assert arrays["units"].tolist() == WEIGHTS.tolist()


@pytest.mark.parametrize(
    "units",
    ["many", Units("colours", WEIGHTS), Units("channels", WEIGHTS * np.nan), Units("channels", WEIGHTS[None])],
    ids=["text", "kind", "nan", "axes"],
)
def test_malformed_units_are_refused(monkeypatch, units):
    with pytest.raises(StudioError, match="units are not a Units with finite weights in one row"):
        fill_with(monkeypatch, Weighing(units))

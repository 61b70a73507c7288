"""Fills from those parts of the photo alone that the user has marked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.chooser import model_chooser
from inpaint_studio.engine.fill.regions import plan
from inpaint_studio.engine.fill.request import Request, Steering
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, NoSource
from inpaint_studio.models.base.interface import Fill, Guide, Options, Traits
from inpaint_studio.models.base.registry import Registry
from tests import synthetic

SIZE = 160, 240
RED = (200, 20, 20)


def make_hole(*boxes):
    hole = np.zeros(SIZE, bool)
    for box in boxes:
        hole[Box(*box).slices] = True
    return hole


def fill_only(pixels, hole, only, model="exemplar", donors=None, seed=0):
    options = Options(seed=seed, threads=1)
    return fill(Request(pixels, hole, model, Guide(donors=donors), options, only=only), Ticket())


def sources_of(result, hole):
    return np.array([result.flow.source_of(int(row), int(column))[:2] for row, column in np.argwhere(hole)])


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    "box", [(4, 200, 28, 230), (100, 150, 118, 168), (0, 0, 160, 90)], ids=["far", "beside", "half"]
)
@pytest.mark.parametrize("model", ["exemplar", "auto"])
def test_every_source_lies_in_the_marked_part(model, box, seed):
    hole = make_hole((60, 100, 90, 130))
    only = make_hole(box)
    result = fill_only(synthetic.photo(*SIZE, seed=seed), hole, only, model, seed=seed)
    rows, columns = sources_of(result, hole).T
    assert only[rows, columns].all()


def test_the_colour_is_that_of_the_marked_part():
    pixels = synthetic.photo(*SIZE)
    only = make_hole((4, 200, 34, 236))
    pixels[only] = RED
    hole = make_hole((60, 60, 84, 90))
    filled = fill_only(pixels, hole, only).pixels
    assert (filled[70:74, 70:80] == RED).all()


def test_both_holes_are_filled_from_the_marked_part_and_not_from_what_is_excluded():
    hole = make_hole((20, 20, 50, 50), (110, 180, 140, 210))
    only, donors = make_hole((70, 80, 110, 150)), make_hole((70, 80, 110, 110))
    result = fill_only(synthetic.photo(*SIZE), hole, only, donors=donors)
    rows, columns = sources_of(result, hole).T
    assert (only & ~donors)[rows, columns].all()


def test_nothing_marked_outside_the_hole_is_an_error():
    hole = make_hole((60, 100, 90, 130))
    for only in (hole, np.zeros(SIZE, bool)):
        with pytest.raises(NoSource, match="mark a part of the photo outside the hole"):
            fill_only(synthetic.photo(*SIZE), hole, only)
    with pytest.raises(NoSource, match=r"is too small: mark more of the photo outside the hole\.$"):
        fill_only(synthetic.photo(*SIZE), hole, make_hole((10, 10, 14, 90)))  # too narrow for a patch
    with pytest.raises(NoSource, match="or exclude less of it"):
        fill_only(synthetic.photo(*SIZE), hole, make_hole((10, 10, 60, 90)), donors=make_hole((14, 0, 160, 240)))
    with pytest.raises(InputError, match="The parts to copy from cover"):
        fill_only(synthetic.photo(*SIZE), hole, np.ones((5, 5), bool))


class Network:
    """A network of 64 px that paints grey and remembers what it must not copy from."""

    def __init__(self, accepts=frozenset({"donors"}), weight=None):
        origin = "copied" if weight is None else "attention"
        self.traits = Traits("net", "Net", "A network.", accepts=accepts, trained_at=64, max_side=256, origin=origin)
        self.weight = weight  # of its attention; None: it has none
        self.seen = []

    def fill(self, image, hole, guide, _options, _ticket):
        self.seen.append((hole, guide.donors))
        if self.weight is None:
            return Fill(np.full_like(image, 0.5))
        found = np.full(hole.shape, self.weight, np.float32)
        return Fill(np.full_like(image, 0.5), sources=np.zeros((2, *hole.shape), np.int64), weight=found)

    def warm_up(self, ticket):
        pass


@pytest.fixture
def network(monkeypatch):
    found = Network()
    monkeypatch.setattr(engine, "model_library", lambda: Registry({"net": found}))
    return found


@pytest.mark.parametrize("box", [(4, 200, 44, 236), (50, 90, 120, 150)], ids=["far", "near"])
def test_a_network_may_attend_to_the_marked_part_alone(network, box):
    hole, only = make_hole((60, 100, 90, 130)), make_hole(box)
    result = fill_only(synthetic.photo(*SIZE), hole, only, "net")
    (seen, donors), *_ = network.seen
    where = result.regions[0].box.slices
    np.testing.assert_array_equal(donors, ~(only | hole)[where])
    assert (~donors & ~seen).any()
    rows, columns = sources_of(result, hole).T
    assert only[rows, columns].all()
    assert not result.notes


@pytest.mark.parametrize("plain", [False, True])
def test_an_attention_that_finds_nothing_in_the_marked_part_is_an_error(monkeypatch, plain):
    hole, only = make_hole((60, 100, 90, 130)), make_hole((10, 10, 22, 22))
    request = Request(synthetic.photo(*SIZE), hole, "net", plain=plain, only=only)
    for weight, wrong in ((0.5, False), (0.0, True)):
        found = Network(weight=weight)
        monkeypatch.setattr(engine, "model_library", lambda found=found: Registry({"net": found}))
        if wrong:
            with pytest.raises(NoSource, match="too small"):
                fill(request, Ticket())
            assert fill(replace(request, only=None), Ticket()).pixels.shape == (*SIZE, 3)  # nothing is excluded
        else:
            fill(request, Ticket())


def test_a_chosen_place_beside_the_marked_part_is_refused_with_a_sentence():
    hole, only = make_hole((60, 60, 90, 90)), make_hole((0, 150, 160, 240))
    pixels = synthetic.photo(*SIZE)
    fill(Request(pixels, hole, steering=Steering(hole, (0, 110)), only=only), Ticket())
    with pytest.raises(NoSource, match="in what is marked to copy from"):
        fill(Request(pixels, hole, steering=Steering(hole, (0, 40)), only=only), Ticket())
    with pytest.raises(NoSource, match="inside the photo"):
        fill(Request(pixels, hole, steering=Steering(hole, (0, 400)), only=only), Ticket())


def test_a_model_without_a_choice_of_sources_is_noted(network):
    network.traits = Network(accepts=frozenset()).traits
    hole = make_hole((60, 100, 90, 130))
    assert any("parts to copy from" in note for note in fill_only(synthetic.photo(*SIZE), hole, ~hole, "net").notes)


def test_a_network_sees_more_only_where_too_little_is_marked_near_the_hole():
    hole = make_hole((60, 100, 90, 130))

    def box(only, model):
        (part,) = plan(hole, None, model_chooser(Registry({"net": model}), "net"), only)
        return part.box

    assert box(make_hole((50, 80, 120, 240)), Network()) == box(None, Network())
    assert box(make_hole((4, 200, 44, 240)), Network()).right == 240
    assert box(make_hole((4, 200, 44, 240)), Network(accepts=frozenset())) == box(None, Network())

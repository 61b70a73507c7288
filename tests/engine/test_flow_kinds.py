"""How each filled pixel was made: what is called copied is a copy, and what a network drew is called drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.flow.flow import ATTENTION, COPIED, MATCHED, NEAREST, Flow, empty_flow
from inpaint_studio.engine.flow.kinds import SENTENCES, WORDS, Kind, count_kinds, describe_kinds, first_kind, settle
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.shape import feather
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Options
from inpaint_studio.models.base.registry import Registry
from tests import synthetic
from tests.engine.flows import FlatNetwork

SIZE = (60, 80)
HOLE = synthetic.disc(*SIZE)
FAST = Options(quality="fast", threads=1)


@pytest.fixture
def with_model(monkeypatch):
    """Return a function that puts a model into the library for this test and returns its name."""

    def register(model):
        monkeypatch.setattr(run, "model_library", lambda: Registry({model.traits.name: model}))
        return model.traits.name

    return register


def kinds_of(flow: Flow) -> set[Kind]:
    return set(count_kinds(flow))


def photo() -> np.ndarray:
    """Greys in stripes, without noise: there are equal pixels everywhere."""
    pixels = np.zeros((*SIZE, 3), np.uint8)
    pixels[:] = (60 + 12 * (np.arange(SIZE[1]) // 4 % 3))[None, :, None]
    return pixels


@pytest.mark.parametrize("model", ["exemplar", "telea"])
def test_a_copied_pixel_has_the_colour_of_its_source(model: str) -> None:
    pixels = synthetic.photo(*SIZE)
    result = fill(Request(pixels, HOLE, model, options=FAST), Ticket())
    assert result.flow is not None
    kinds = {}
    for row, col in np.argwhere(HOLE):
        y, x, _ = result.flow.source_of(row, col)
        kind = Kind(result.flow.kind_at(row, col))
        kinds[kind] = kinds.get(kind, 0) + 1
        if model == "exemplar":
            away = abs(result.pixels[row, col].astype(int) - pixels[y, x]).max()
            assert kind == (Kind.COPIED if away <= 3 else Kind.BLENDED)
    assert kinds == count_kinds(result.flow)
    assert set(kinds) <= ({Kind.COPIED, Kind.BLENDED} if model == "exemplar" else {Kind.SPREAD})
    assert result.flow.kind_at(0, 0) == Kind.UNKNOWN


def test_the_soft_rim_of_a_copy_is_blended() -> None:
    pixels = synthetic.photo(*SIZE)
    coverage = feather(HOLE.astype(np.uint8) * 255, 6)
    result = fill(Request(pixels, coverage > 0, "exemplar", options=FAST, coverage=coverage), Ticket())
    rim = (coverage > 60) & (coverage < 190)
    kinds = [result.flow.kind_at(row, col) for row, col in np.argwhere(rim)]
    assert kinds.count(Kind.BLENDED) > 0.9 * len(kinds)


@pytest.mark.parametrize(("colour", "kind"), [(None, Kind.DRAWN), (72 / 255, Kind.MATCHED)])
def test_a_colour_that_occurs_nowhere_is_drawn_by_the_network(with_model, colour: float | None, kind: Kind) -> None:
    """A network's pixel is called like its match only where the photo has something like it."""
    pixels = photo() if kind == Kind.DRAWN else np.full((*SIZE, 3), 72, np.uint8)
    flow = fill(Request(pixels, HOLE, with_model(FlatNetwork(colour)), options=FAST), Ticket()).flow
    inside = synthetic.disc(*SIZE, 0.5)
    assert {Kind(flow.kind_at(row, col)) for row, col in np.argwhere(inside)} == {kind}
    assert describe_kinds(flow).endswith("drawn by the network.") or describe_kinds(flow) == SENTENCES[kind]


@pytest.mark.parametrize(("weight", "kind"), [(0.2, Kind.GLANCED), (0.8, Kind.ATTENDED)])
def test_attention_counts_from_half_of_it(with_model, weight: float, kind: Kind) -> None:
    flow = fill(Request(photo(), HOLE, with_model(FlatNetwork(weight=weight)), options=FAST), Ticket()).flow
    assert kinds_of(flow) == {kind}
    assert describe_kinds(flow) == SENTENCES[kind]


def test_detail_that_was_copied_is_not_called_a_copy() -> None:
    """The trusted ones have copied detail, those equal to their source are copies, and the rest is drawn."""
    filled, before = photo(), photo()
    filled[20:40, 20:40] = 250
    filled[20:40, 20:24] = before[20:40, 2:6]
    box = Box(20, 20, 40, 40)
    flow = empty_flow(box, SIZE)
    weight = np.where(np.arange(20) < 10, 0.9, 0.1) * np.ones((20, 1))
    offsets = np.full((2, 20, 20), [[[0]], [[-18]]])
    flow.put(box, offsets, weight, np.ones((20, 20), bool), first_kind(COPIED, network=True))
    settle(flow, filled, before)
    assert flow.kind_at(30, 21) == Kind.COPIED
    assert flow.kind_at(30, 27) == Kind.DETAILED
    assert flow.kind_at(30, 35) == Kind.DRAWN
    assert describe_kinds(flow) == "50 % drawn by the network, 30 % detail copied, 20 % copied."


def test_kinds_are_kept_where_flows_are_merged() -> None:
    flows = []
    for left, kind in ((0, Kind.COPIED), (5, Kind.DRAWN)):
        flow = empty_flow(Box(0, left, 10, left + 10), SIZE)
        flow.put(flow.box, np.zeros((2, 10, 10), int), None, np.ones((10, 10), bool), kind)
        flows.append(flow)
    both = flows[0].merge(flows[1])
    assert count_kinds(both) == {Kind.DRAWN: 100, Kind.COPIED: 50}
    assert describe_kinds(both) == "67 % drawn by the network, 33 % copied."
    unknown = replace(flows[0], kinds=None)
    assert count_kinds(unknown) == {Kind.UNKNOWN: 100}
    assert count_kinds(unknown.merge(flows[1])) == {Kind.DRAWN: 100, Kind.UNKNOWN: 50}


def test_a_few_pixels_are_not_rounded_away() -> None:
    flow = empty_flow(Box(0, 0, 20, 20), SIZE)
    kinds = np.full((20, 20), Kind.BLENDED, np.uint8)
    kinds[0, 0] = Kind.COPIED
    flow.put(flow.box, np.zeros((2, 20, 20), int), None, np.ones((20, 20), bool), kinds)
    assert describe_kinds(flow) == "over 99 % blended, under 1 % copied."


@pytest.mark.parametrize("label", [COPIED, ATTENTION, NEAREST, MATCHED, "copied and matched afterwards"])
def test_without_kinds_the_label_is_described(label: str) -> None:
    flow = empty_flow(Box(0, 0, 3, 3), SIZE, label=label)
    flow.hole[:] = True
    assert describe_kinds(flow).startswith(label.capitalize()[:7])


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(SENTENCES) == set(Kind) - {Kind.UNKNOWN}

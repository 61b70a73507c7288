"""Flows: the source of every filled pixel."""

from __future__ import annotations

from inpaint_studio.engine.flow.flow import ATTENTION
from inpaint_studio.engine.geometry import Box
from tests.engine.flows import make_flow


def test_the_source_of_a_pixel():
    flow = make_flow()
    assert flow.source_of(110, 140) == (140, 100, 0.5)
    assert flow.source_of(61, 81) is None  # in the box, not in the hole
    assert flow.source_of(0, 0) is None
    assert flow.longest_offset() == 50


def test_merging_two_fills():
    other = make_flow(-5, 5, Box(100, 150, 220, 290), ATTENTION)
    both = make_flow().merge(other)
    assert both.box == Box(60, 80, 220, 290)
    assert both.label == "attention and copied"
    assert both.source_of(110, 140) == (140, 100, 0.5)
    assert both.source_of(160, 220) == (155, 225, 0.5)

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.masks.suggest.kinds import find
from inpaint_studio.engine.ticket import Ticket
from tests.engine.suggest import scenes


def search(photo):
    return find("wires", photo, None, Ticket())


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("size", scenes.SIZES)
def test_a_wire_across_the_sky_is_one_part(size, seed):
    thickness = {240: 1, 400: 2, 440: 3}[size[0]]
    there = scenes.wire(size, seed, thickness)
    found = search(scenes.finish(scenes.over(scenes.sky(size, seed), there, (40, 42, 45)), seed))
    assert len(found) == 1
    assert found[0].kind == "wires"
    assert scenes.recall(found, there > 0.5) > 0.97
    # 3 px wider on both sides, at a wire that is a few px wide.
    assert found[0].area < 9 * (there > 0.5).sum() + 4000


def test_an_upright_bright_wire_is_found():
    size = scenes.SIZES[1]
    there = scenes.wire(size[::-1], 3, 2).T
    found = search(scenes.finish(scenes.over(scenes.sky(size, 3), there, (250, 250, 250)), 3))
    assert len(found) == 1
    assert scenes.recall(found, there > 0.5) > 0.97


def test_several_wires_are_several_parts():
    size = scenes.SIZES[1]
    colours = scenes.sky(size, 5)
    lines = [np.roll(scenes.wire(size, 5, 2), step, axis=0) for step in (-80, 0, 60)]
    for each in lines:
        colours = scenes.over(colours, each, (50, 50, 50))
    found = search(scenes.finish(colours, 5))
    assert len(found) == 3
    assert all(scenes.recall(found, each > 0.5) > 0.97 for each in lines)


def test_a_wire_is_joined_across_a_trunk_before_it():
    size = scenes.SIZES[1]
    there = scenes.wire(size, 7, 2)
    colours = scenes.over(scenes.sky(size, 7), there, (40, 40, 40))
    colours[:, 350:385] = (60, 45, 30)
    found = search(scenes.finish(colours, 7))
    assert len(found) == 1
    assert found[0].box.width > 0.95 * size[1]


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_found_without_wires(seed):
    size = scenes.SIZES[1]
    assert search(scenes.finish(scenes.sky(size, seed), seed)) == []
    assert search(scenes.finish(scenes.ground(size, seed), seed)) == []


def test_a_horizon_and_a_roof_are_no_wires():
    size = scenes.SIZES[1]
    colours = scenes.sky(size, 2)
    colours[250:] = (60, 80, 50)  # a border between two areas
    colours[248:250] = (40, 45, 50)  # with a thin line on it
    assert search(scenes.finish(colours, 2)) == []


def test_a_line_that_ends_before_the_sky_on_both_sides_is_no_wire():
    size = scenes.SIZES[1]
    there = scenes.wire(size, 1, 2)
    there[:, :200] = there[:, 420:] = 0
    assert search(scenes.finish(scenes.over(scenes.sky(size, 1), there, (40, 40, 40)), 1)) == []


def test_the_stripes_of_a_fabric_are_no_wires():
    size = scenes.SIZES[1]
    colours = scenes.sky(size, 4)
    colours[::7] -= 60
    assert search(scenes.finish(colours, 4)) == []


def test_a_frame_is_no_wire():
    size = scenes.SIZES[1]
    colours = scenes.sky(size, 4)
    colours[100:103] = (50, 50, 55)  # a dark line
    colours[108:300] -= 70  # and the border of what it frames
    assert search(scenes.finish(colours, 4)) == []


def test_a_fainter_wire_beside_a_clear_one_is_found():
    size = scenes.SIZES[1]
    faint = np.roll(scenes.wire(size, 5, 1), -40, axis=0)
    faint[:, :120] = faint[:, 430:] = 0
    alone = scenes.over(scenes.sky(size, 5), faint, (110, 120, 130))
    alone[:, 430:450] = alone[:, 100:120] = (60, 45, 30)  # trunks before its ends
    assert search(scenes.finish(alone, 5)) == []
    both = scenes.over(alone, scenes.wire(size, 5, 2), (40, 42, 45))
    found = search(scenes.finish(both, 5))
    assert scenes.recall(found, (scenes.wire(size, 5, 2) > 0.5) & (np.arange(size[1]) < 100)) > 0.97
    assert scenes.recall(found, faint > 0.5) > 0.9

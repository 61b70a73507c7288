from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.masks.suggest.kinds import find
from inpaint_studio.engine.ticket import Ticket
from tests.engine.suggest import scenes


def search(photo):
    return find("text", photo, None, Ticket())


@pytest.mark.parametrize("colour", [(255, 150, 40), (255, 255, 255), (20, 20, 20)])
@pytest.mark.parametrize(("size", "height"), [((240, 360), 12), ((400, 600), 18), ((440, 2300), 34)])
def test_a_stamp_is_marked_whole(size, height, colour):
    there = scenes.stamp(size, "'98 11 25", height)
    colours = scenes.sky(size, 1) * (1.0 if colour[0] < 100 else 0.6)
    found = search(scenes.finish(scenes.over(colours, there, colour), 1))
    assert len(found) == 1
    assert scenes.recall(found, there > 0.5) > 0.95
    rows, columns = np.nonzero(there > 0.5)
    assert found[0].box.top > rows.min() - 12
    assert found[0].box.left > columns.min() - 12


def test_a_caption_in_a_photo_that_was_turned_is_found():
    size = scenes.SIZES[1]
    there = np.rot90(scenes.stamp(size[::-1], "Photo by Anna", 18))
    found = search(scenes.finish(scenes.over(scenes.sky(size, 1) * 0.6, there, (255, 255, 255)), 1))
    assert len(found) == 1
    assert scenes.recall(found, there > 0.5) > 0.9


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_is_found_without_text(seed):
    size = scenes.SIZES[1]
    assert search(scenes.finish(scenes.sky(size, seed), seed)) == []
    assert search(scenes.finish(scenes.ground(size, seed), seed)) == []


def test_a_row_of_windows_and_a_railing_are_no_text():
    size = scenes.SIZES[1]
    colours = scenes.sky(size, 2)
    for left in range(60, 540, 30):
        colours[100:118, left : left + 12] = 40  # windows
        colours[103:115, left + 3 : left + 9] = 160  # with frames
        colours[300:330, left : left + 3] = 40  # a railing
    assert search(scenes.finish(colours, 2)) == []


def test_the_digits_of_a_stamp_may_lie_far_apart_but_those_of_white_text_may_not():
    size = scenes.SIZES[1]
    there = np.zeros(size)
    for part, left in (("98", 200), ("12", 243), ("25", 286)):
        there[:, left : left + 25] = scenes.stamp(size, part, 18)[:, 238:263]
    for colour, count in (((255, 150, 40), 1), ((255, 255, 255), 0)):
        photo = scenes.finish(scenes.over(scenes.sky(size, 1) * 0.6, there, colour), 1)
        found = search(photo)
        assert len(found) == count
        assert count == 0 or scenes.recall(found, there > 0.5) > 0.95


def test_letters_that_run_into_each_other_belong_to_the_row():
    size = scenes.SIZES[1]
    there = scenes.stamp(size, "Photo by Anna", 18)
    rows, columns = np.nonzero(there > 0.5)
    last = columns.max()
    there[rows.max() - 8 : rows.max() - 5, last - 26 : last - 4] = 1  # joins the last letters
    found = search(scenes.finish(scenes.over(scenes.sky(size, 1) * 0.6, there, (255, 255, 255)), 1))
    assert len(found) == 1
    assert scenes.recall(found, there > 0.5) > 0.95

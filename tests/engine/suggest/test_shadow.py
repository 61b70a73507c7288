from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.masks.suggest.kinds import find
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError
from inpaint_studio.opencv import cv2
from tests.engine.suggest import scenes


def scene(size, dim, seed):
    """A red ball on grass: colours without a shadow, the ball, and the shadow in [0, 1]."""
    height, width = size
    y, x = np.mgrid[:height, :width]
    row, column, radius = height * 0.45, width * 0.4, height * 0.13
    ball = np.hypot(y - row, x - column) < radius
    shadow = ((x - column - 1.3 * radius) / 1.5) ** 2 + ((y - row - 0.9 * radius) / 0.5) ** 2 < radius**2
    soft = cv2.GaussianBlur(shadow.astype(np.float64), (0, 0), 1 + 0.03 * radius)
    colours = scenes.ground(size, seed)
    dimmed = colours * (1 - (1 - dim * np.array([0.95, 1, 1.05])) * soft[..., None])
    for each in (colours, dimmed):
        each[ball] = (180, 40, 30)
    return scenes.finish(dimmed, seed), scenes.finish(colours, seed), ball, (soft > 0.5) & ~ball


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("dim", [0.45, 0.65])
@pytest.mark.parametrize("size", scenes.SIZES)
def test_the_shadow_is_found_and_nothing_without_one(size, dim, seed):
    with_shadow, without, ball, shadow = scene(size, dim, seed)
    found = find("shadow", with_shadow, ball, Ticket())
    assert len(found) == 1
    # The suggestion is 3 px wider than the shadow.
    wider = cv2.dilate(shadow.view(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))) > 0
    assert scenes.overlap(found, wider & ~ball) > 0.8
    assert scenes.recall(found, shadow) > 0.9
    assert not (scenes.join(found, size) & ball).any()
    assert find("shadow", without, ball, Ticket()) == []


def test_a_darker_thing_of_another_colour_is_no_shadow():
    size = scenes.SIZES[1]
    _, without, ball, shadow = scene(size, 0.5, 0)
    photo = without.copy()
    photo[shadow] = (30, 40, 120)
    assert find("shadow", photo, ball, Ticket()) == []


def test_a_dark_part_that_does_not_touch_the_hole_is_no_shadow_of_it():
    size = scenes.SIZES[1]
    with_shadow, _, ball, shadow = scene(size, 0.5, 0)
    elsewhere = np.roll(ball, -150, axis=1)
    assert not (cv2.dilate(elsewhere.view(np.uint8), np.ones((15, 15))) & shadow).any()
    assert find("shadow", with_shadow, elsewhere, Ticket()) == []


def test_a_shadow_needs_a_hole():
    photo = scene(scenes.SIZES[0], 0.5, 0)[0]
    for hole in (None, np.zeros(scenes.SIZES[0], bool)):
        with pytest.raises(InputError, match="Mark the thing first"):
            find("shadow", photo, hole, Ticket())


@pytest.mark.parametrize("kind", ["shadow", "wires", "dust", "text"])
def test_a_search_can_be_cancelled_and_small_and_transparent_photos_pass(kind):
    photo, _, ball, _ = scene(scenes.SIZES[0], 0.5, 0)
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        find(kind, photo, ball, ticket)
    assert find(kind, photo[:20, :20], np.ones((20, 20), bool), Ticket()) == []
    opaque = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    with_alpha, without = (find(kind, each, ball, Ticket()) for each in (opaque, photo))
    assert [each.box for each in with_alpha] == [each.box for each in without]


def test_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match="There is no kind 'birds'; there are shadow, wires, dust, text"):
        find("birds", scene(scenes.SIZES[0], 0.5, 0)[0], None, Ticket())


@pytest.mark.parametrize("kind", ["wires", "dust", "text"])
@pytest.mark.parametrize("size", [(16416, 40), (40, 9000), (3000, 33)])
def test_nothing_is_found_in_a_plain_strip(kind, size):
    assert find(kind, np.full((*size, 3), 128, np.uint8), None, Ticket()) == []

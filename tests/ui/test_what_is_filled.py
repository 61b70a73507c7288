"""What a key fills, by the window: the hole in sight, with a seed of this photo, under the candidates of this step."""

from __future__ import annotations

import numpy as np

from inpaint_studio.session.raster import HOLE, PHOTO
from tests.ui.studio import Studio
from tests.ui.test_candidates import greys, shown

SECOND = ((30, 30), (50, 35))
PART = ((95, 70), (100, 72))


def test_another_one_fills_the_hole_that_is_drawn_and_not_an_earlier_one(studio: Studio) -> None:
    studio.fill()
    first = studio.session.document.raster(PHOTO).copy()
    studio.brush(*SECOND)
    drawn = studio.session.document.raster(HOLE) > 0
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    assert np.array_equal(studio.filler.requests[-1].hole, drawn)
    after = studio.session.document.raster(PHOTO)
    assert (after[drawn] == 11).all()
    assert np.array_equal(after[~drawn], first[~drawn])
    assert shown(studio) == [True]  # of the new hole
    assert not studio.session.document.has_hole
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))  # nothing is drawn: the hole filled last
    assert np.array_equal(studio.filler.requests[-1].hole, drawn)
    assert shown(studio) == [False, True]


def test_a_cancelled_other_one_leaves_the_seed(studio: Studio) -> None:
    studio.brush()
    studio.filler.gate.clear()
    studio.press("Ctrl+Return")
    studio.press("Esc", studio.window.canvas)
    assert studio.session.models.seed == 0


def test_the_candidates_are_those_of_the_step_in_effect(studio: Studio) -> None:
    """Fill, refine a part, make two others, step back, undo all: no thumbnail is dead, and never two are marked."""
    studio.fill()
    studio.brush(*PART)
    studio.wait_fill(lambda: studio.press("Return"))
    for _ in range(2):
        studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.press(",")
    assert (shown(studio), greys(studio)) == ([False, True, False], {10, 11})
    studio.press("Ctrl+Z")  # the second fill with all its candidates
    assert (shown(studio), greys(studio)) == ([True], {10})
    studio.press("Ctrl+Z")  # the stroke
    assert (shown(studio), greys(studio)) == ([True], {10})
    studio.press("Ctrl+Z")
    assert (shown(studio), greys(studio)) == ([], set())
    for _ in range(3):
        studio.press("Ctrl+Shift+Z")
    assert (shown(studio), greys(studio)) == ([False, True, False], {10, 11})
    studio.window.column.candidates.thumbnails[2].click()
    assert (shown(studio), greys(studio)) == ([False, False, True], {10, 12})


def test_the_next_photo_begins_with_the_first_seed(studio: Studio) -> None:
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    assert studio.window.column.model.seed.value() == 1
    studio.open(studio.make_photo("cat.png", 90))
    assert studio.window.column.model.seed.value() == 0
    studio.fill()
    assert studio.filler.requests[-1].options.seed == 0

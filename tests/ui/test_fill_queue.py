"""Fills that are requested faster than they are computed, by the window: they wait, and none is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inpaint_studio.session.raster import HOLE, PHOTO
from inpaint_studio.session.rebasing import beneath
from tests.ui.studio import Studio
from tests.ui.test_candidates import greys, shown

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SPOTS = [(20 + 30 * column, 20 + 35 * row) for row in range(4) for column in range(6)]


@pytest.fixture
def dusty(studio: Studio) -> Studio:
    """Fill on release with a small brush, and a filler that waits."""
    studio.settings.set("brush_size", 8)
    studio.session.models.fill_on_release = True
    studio.filler.gate.clear()
    return studio


def hole(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(HOLE) > 0


def photo(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(PHOTO).copy()


def finish(studio: Studio) -> None:
    """Let the filler go on until nothing is left to fill."""
    studio.filler.gate.set()
    studio.qtbot.waitUntil(lambda: not studio.session.fills.is_busy)


def begun(studio: Studio, count: int) -> None:
    """Wait until the filler has so many requests."""
    studio.qtbot.waitUntil(lambda: len(studio.filler.requests) == count)


def test_each_of_24_quick_clicks_is_filled_and_is_a_step_of_its_own(dusty: Studio) -> None:
    before, spots = photo(dusty), []
    for spot in SPOTS:
        there = hole(dusty)
        dusty.brush(spot)
        spots.append(hole(dusty) & ~there)
    finish(dusty)
    assert len(dusty.filler.requests) == len(SPOTS)
    for request, spot in zip(dusty.filler.requests, spots, strict=True):
        assert np.array_equal(request.hole, spot)
    assert not hole(dusty).any()
    assert np.array_equal(photo(dusty)[..., 0] == 10, np.logical_or.reduce(spots))
    assert len(dusty.session.document.history) == len(SPOTS)
    for spot in reversed(spots):
        after = photo(dusty)
        dusty.press("Ctrl+Z")
        assert not hole(dusty).any()
        assert np.array_equal((photo(dusty) != after).any(axis=2), spot)
    assert np.array_equal(photo(dusty), before)
    for _ in SPOTS:
        dusty.press("Ctrl+Shift+Z")
    assert np.array_equal(photo(dusty)[..., 0] == 10, np.logical_or.reduce(spots))
    assert not hole(dusty).any()


def test_nothing_is_copied_from_spots_that_wait(dusty: Studio) -> None:
    for spot in SPOTS[:3]:
        dusty.brush(spot)
    finish(dusty)
    first, second, last = dusty.filler.requests
    assert first.guide.donors is None  # it was alone then
    assert np.array_equal(second.guide.donors, last.hole)
    assert last.guide.donors is None


def test_nothing_is_copied_from_them_either_where_another_model_is_chosen_meanwhile(dusty: Studio) -> None:
    models = dusty.session.models
    slow = next(each for each in models.listed if each.name == "slow")
    models.listed = [*models.listed, replace(slow, traits=replace(slow.traits, accepts=frozenset({"donors"})))]
    models.listed.remove(slow)
    models.name = "slow"
    for spot in SPOTS[:3]:
        dusty.brush(spot)
    models.name = "quick"  # which does not know what must not be copied from
    assert "donors" not in models.follows
    finish(dusty)
    _, second, last = dusty.filler.requests
    assert second.model == "slow"
    assert np.array_equal(second.guide.donors, last.hole)


def test_outlines_wait_as_well(dusty: Studio) -> None:
    for tool, (x, y) in zip(("R", "U", "L", "B"), SPOTS[::7], strict=False):
        dusty.press(tool, dusty.window.canvas)
        dusty.brush((x, y), (x + 12, y), (x + 12, y + 12))
    finish(dusty)
    assert len(dusty.filler.requests) == len(dusty.session.document.history) == 4
    assert not hole(dusty).any()
    for _ in range(4):
        dusty.press("Ctrl+Z", dusty.window.canvas)
    assert greys(dusty) == set()
    assert not hole(dusty).any()


def test_strokes_that_overlap_are_both_filled_and_undone_one_by_one(dusty: Studio) -> None:
    before = photo(dusty)
    dusty.settings.set("brush_size", 20)
    dusty.settings.set("brush_hardness", 20)  # soft rims, which the second stroke covers more
    dusty.brush((60, 60))
    first = hole(dusty)
    dusty.brush((70, 60))
    both = hole(dusty)
    finish(dusty)
    assert np.array_equal(dusty.filler.requests[0].hole, first)
    assert np.array_equal(dusty.filler.requests[0].hole | dusty.filler.requests[1].hole, both)
    assert not hole(dusty).any()
    dusty.press("Ctrl+Z")
    assert not hole(dusty).any()
    assert np.array_equal((photo(dusty) != before).any(axis=2), first)
    dusty.press("Ctrl+Z")
    assert np.array_equal(photo(dusty), before)
    assert not hole(dusty).any()


def test_undo_takes_the_newest_click_back_and_the_others_are_filled(dusty: Studio) -> None:
    for spot in SPOTS[:3]:
        dusty.brush(spot)
    first = hole(dusty)
    dusty.brush(SPOTS[3])
    dusty.press("Ctrl+Z")
    assert np.array_equal(hole(dusty), first)
    finish(dusty)
    assert len(dusty.filler.requests) == len(dusty.session.document.history) == 3
    assert np.array_equal(photo(dusty)[..., 0] == 10, first)


def test_undo_of_all_clicks_ends_all_fills(dusty: Studio) -> None:
    for spot in SPOTS[:4]:
        dusty.brush(spot)
    for _ in range(4):
        dusty.press("Ctrl+Z")
    assert not dusty.session.fills.is_busy
    assert not hole(dusty).any()
    assert not dusty.session.document.can_undo


def test_escape_drops_all_that_wait_and_leaves_the_hole(dusty: Studio) -> None:
    for spot in SPOTS[:4]:
        dusty.brush(spot)
    drawn = hole(dusty)
    dusty.press("Esc", dusty.window.canvas)
    assert not dusty.session.fills.is_busy
    assert np.array_equal(hole(dusty), drawn)
    dusty.filler.gate.set()
    dusty.wait_fill(lambda: dusty.press("Return", dusty.window.canvas))  # all that is drawn, in one step
    assert np.array_equal(dusty.filler.requests[-1].hole, drawn)
    assert not hole(dusty).any()


def test_enter_fills_all_that_is_drawn_in_place_of_what_waits(dusty: Studio) -> None:
    for spot in SPOTS[:4]:
        dusty.brush(spot)
    begun(dusty, 1)
    drawn = hole(dusty)
    dusty.press("Return", dusty.window.canvas)
    finish(dusty)
    assert len(dusty.filler.requests) == 2
    assert np.array_equal(photo(dusty)[..., 0] == 10, drawn)
    dusty.press("Ctrl+Z")
    assert np.array_equal(hole(dusty), drawn)


def test_what_is_erased_and_marked_meanwhile_stays_so(dusty: Studio) -> None:
    """Steps of other kinds between the clicks stay steps; to erase what was filled all the same is none any more."""
    canvas = dusty.window.canvas
    dusty.brush(SPOTS[0])
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, NONE, dusty.at(*SPOTS[0]))  # erases; it is filled all the same
    dusty.brush(SPOTS[1])
    dusty.press("D", canvas)
    dusty.brush(SPOTS[20])
    marked = dusty.session.document.raster("donors").copy()
    assert marked.any()
    finish(dusty)
    assert not hole(dusty).any()
    labels = []
    while dusty.session.document.can_undo:
        labels.append(dusty.session.document.undo_text)
        dusty.press("Ctrl+Z", canvas)
    assert labels == ["Do not sample here", "Brush and fill", "Brush and fill"]
    assert greys(dusty) == set()
    assert not hole(dusty).any()
    for _ in labels:
        dusty.press("Ctrl+Shift+Z", canvas)
    assert np.array_equal(dusty.session.document.raster("donors"), marked)
    assert not hole(dusty).any()


def test_a_spot_that_cannot_be_filled_does_not_hold_up_the_others(dusty: Studio) -> None:
    dusty.filler.fails = "slow"
    for model, spot in zip(("quick", "slow", "quick"), SPOTS, strict=False):
        dusty.session.models.name = model
        dusty.brush(spot)
    with dusty.qtbot.waitSignal(dusty.session.fills.failed):
        finish(dusty)
    assert dusty.window.message.text == "Nothing is left to fill the hole from."  # still, though others were filled
    first, second, last = dusty.filler.requests
    assert np.array_equal(hole(dusty), second.hole)
    assert np.array_equal(photo(dusty)[..., 0] == 10, first.hole | last.hole)
    labels = []
    while dusty.session.document.can_undo:
        labels.append(dusty.session.document.undo_text)
        dusty.press("Ctrl+Z")
    assert labels == ["Brush and fill", "Brush", "Brush and fill"]
    assert greys(dusty) == set()


def test_spots_that_are_cleared_before_their_turn_are_not_filled(dusty: Studio) -> None:
    for spot in SPOTS[:3]:
        dusty.brush(spot)
    begun(dusty, 1)
    dusty.press("Ctrl+D", dusty.window.canvas)
    finish(dusty)
    assert len(dusty.filler.requests) == 1
    assert not hole(dusty).any()


def test_a_hole_that_is_cleared_before_its_turn_is_filled_by_no_model(studio: Studio) -> None:
    studio.settings.set("brush_size", 8)
    studio.brush(SPOTS[0])
    studio.wait_fill(lambda: studio.press("Return"))
    studio.filler.gate.clear()
    studio.press("Ctrl+Return")
    studio.brush(SPOTS[2])
    studio.window.column.candidates.all_models.click()
    assert studio.session.queue.running
    studio.press("Ctrl+D", studio.window.canvas)
    finish(studio)
    assert len(studio.filler.requests) == 2
    assert not studio.session.queue.running
    assert not hole(studio).any()


def test_a_candidate_chosen_meanwhile_costs_no_fill(studio: Studio) -> None:
    """A fill of another hole begins again on the photo as it is then."""
    studio.settings.set("brush_size", 8)
    studio.brush(SPOTS[0])
    for _ in range(2):
        studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.filler.gate.clear()
    studio.session.models.fill_on_release = True
    for spot in SPOTS[1:3]:
        studio.brush(spot)
    begun(studio, 3)
    steps = len(studio.session.document.history)
    studio.press(",", studio.window.canvas)
    begun(studio, 4)
    assert (studio.filler.requests[3].pixels[SPOTS[0][1], SPOTS[0][0]] == 11).all()
    finish(studio)
    assert len(studio.filler.requests) == 5
    assert len(studio.session.document.history) == steps
    assert not hole(studio).any()
    for _ in range(2):
        studio.press("Ctrl+Z")
    assert greys(studio) == {11}
    assert shown(studio) == [True, False]


# Other candidates


def test_so_many_presses_of_another_one_make_so_many_candidates(studio: Studio) -> None:
    studio.fill()
    studio.filler.gate.clear()
    for _ in range(4):
        studio.press("Ctrl+Return")
    assert studio.session.fills.waiting == 3
    finish(studio)
    assert [each.seed for each in studio.session.fills.candidates] == [0, 1, 2, 3, 4]
    assert greys(studio) == {14}
    assert len(studio.session.document.history) == 2
    for request in studio.filler.requests[1:]:
        assert (request.pixels == 200).all()


def test_another_one_while_the_first_fill_runs_comes_after_it(studio: Studio) -> None:
    studio.brush()
    studio.filler.gate.clear()
    studio.press("Return")
    for _ in range(2):
        studio.press("Ctrl+Return", studio.window.canvas)
    finish(studio)
    assert [each.seed for each in studio.session.fills.candidates] == [0, 1, 2]
    assert len(studio.session.document.history) == 2


def test_undo_takes_back_one_press_of_another_one(studio: Studio) -> None:
    studio.fill()
    studio.filler.gate.clear()
    for _ in range(3):
        studio.press("Ctrl+Return")
    studio.press("Ctrl+Z")
    assert studio.session.fills.waiting == 1
    finish(studio)
    assert [each.seed for each in studio.session.fills.candidates] == [0, 1, 2]


def test_a_choice_made_meanwhile_stays_in_the_photo(studio: Studio) -> None:
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.filler.gate.clear()
    for _ in range(2):
        studio.press("Ctrl+Return")
    studio.press(",")
    finish(studio)
    assert shown(studio) == [True, False, False, False]
    assert greys(studio) == {10}


def test_without_the_first_fill_there_are_no_others(studio: Studio) -> None:
    studio.filler.fails = True
    studio.brush()
    studio.filler.gate.clear()
    studio.press("Return")
    for _ in range(2):
        studio.press("Ctrl+Return", studio.window.canvas)
    finish(studio)
    assert len(studio.filler.requests) == 1
    assert hole(studio).any()


def test_a_stroke_that_is_done_again_leaves_the_fill_that_runs(studio: Studio) -> None:
    studio.settings.set("brush_size", 8)
    studio.brush(SPOTS[0])
    studio.filler.gate.clear()
    studio.press("Return")
    studio.brush(SPOTS[1])
    for key in ("Ctrl+Z", "Ctrl+Shift+Z"):
        studio.press(key, studio.window.canvas)
    finish(studio)
    assert greys(studio) == {10}
    assert len(studio.filler.requests) == 1


def test_undo_of_the_fill_ends_its_other_ones(studio: Studio) -> None:
    studio.fill()
    studio.filler.gate.clear()
    for _ in range(3):
        studio.press("Ctrl+Return")
    studio.session.document.undo()  # whatever waits
    assert not studio.session.fills.is_busy
    assert greys(studio) == set()


def test_another_photo_ends_everything(dusty: Studio) -> None:
    for spot in SPOTS[:4]:
        dusty.brush(spot)
    dusty.session.document.mark_saved()
    dusty.open(dusty.make_photo("cat.png", 90))
    assert not dusty.session.fills.is_busy
    dusty.filler.gate.set()
    with dusty.qtbot.waitSignal(dusty.session.fills.filled):
        dusty.brush(SPOTS[5])
    assert len(dusty.session.document.history) == 1


def test_all_models_and_another_one_wait_for_each_other(studio: Studio) -> None:
    studio.fill()
    studio.filler.gate.clear()
    studio.window.column.candidates.all_models.click()
    studio.press("Ctrl+Return", studio.window.canvas)
    assert studio.session.queue.running
    studio.press("Ctrl+Z", studio.window.canvas)  # that one alone
    assert studio.session.queue.running
    studio.press("Ctrl+Return", studio.window.canvas)
    finish(studio)
    assert not studio.session.queue.running
    names = [each.filler for each in studio.session.fills.candidates]
    assert names[0] == names[-1] == "quick"
    assert "slow" in names


def test_a_guide_line_drawn_meanwhile_loses_nothing(dusty: Studio) -> None:
    """Above other steps than drawings a fill is a step of its own, on top."""
    dusty.brush(SPOTS[0])
    dusty.session.document.add_line([(10, 100), (190, 100)])
    dusty.brush(SPOTS[1])
    finish(dusty)
    assert not hole(dusty).any()
    assert len(dusty.session.document.lines) == 1
    labels = []
    while dusty.session.document.can_undo:
        labels.append(dusty.session.document.undo_text)
        dusty.press("Ctrl+Z")
    assert labels == ["Fill", "Fill", "Brush", "Guide line", "Brush"]
    assert greys(dusty) == set()
    assert not hole(dusty).any()
    for _ in labels:
        dusty.press("Ctrl+Shift+Z")
    assert not hole(dusty).any()
    assert greys(dusty) == {10}


def test_the_undo_action_names_what_it_takes_back(dusty: Studio) -> None:
    undo = dusty.window.actions_["undo"]
    dusty.brush(SPOTS[0])
    assert undo.text() == "Undo brush"
    dusty.press("Ctrl+Return", dusty.window.canvas)
    assert undo.text() == "Undo: cancel what runs"
    dusty.press("Ctrl+Z", dusty.window.canvas)
    assert undo.text() == "Undo brush"
    finish(dusty)
    assert len(dusty.session.fills.candidates) == 1


def test_what_is_drawn_above_a_fill_is_drawn_again_also_where_that_fails(studio: Studio) -> None:
    document = studio.session.document
    studio.settings.set("brush_size", 8)
    for spot in SPOTS[:2]:
        studio.brush(spot)
    drawn, text = hole(studio), document.undo_text
    newest = document.history.top
    assert newest is not None
    found = []

    def fail() -> None:
        with beneath(document, [newest]) as moved:
            found.append((moved, hole(studio)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    ((moved, below),) = found
    assert 0 < below.sum() < drawn.sum()
    assert np.array_equal(hole(studio), drawn)
    assert (document.undo_text, document.history.top) == (text, newest)
    assert moved.steps == {newest: newest}


def test_a_new_hole_waits_for_the_candidates_of_the_one_before(studio: Studio) -> None:
    studio.settings.set("brush_size", 8)
    studio.brush(SPOTS[0])
    studio.wait_fill(lambda: studio.press("Return"))
    first = studio.session.fills.filled_hole
    studio.filler.gate.clear()
    for _ in range(2):
        studio.press("Ctrl+Return")
    studio.brush(SPOTS[1])
    studio.press("Return")
    studio.brush(SPOTS[2])
    studio.press("Return")  # all that is drawn, in place of the fill of a part of it
    finish(studio)
    assert first is not None
    assert [each.seed for each in first.candidates] == [0, 1, 2]
    assert len(studio.filler.requests) == 4
    assert not hole(studio).any()
    assert greys(studio) == {10, 12}
    studio.press("Ctrl+Z")
    assert greys(studio) == {12}
    assert shown(studio) == [False, False, True]

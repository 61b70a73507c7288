"""Undo takes back just what is not finished: a fill, the queue of models, a change of the hole, or a gesture."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inpaint_studio.session.raster import HOLE, PHOTO
from inpaint_studio.session.reporting import STOPPED
from tests.ui.studio import Studio

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def hole(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(HOLE).copy()


def begin_fill(studio: Studio, key: str = "Return") -> None:
    """Press a key that fills, and let the fill wait."""
    studio.filler.gate.clear()
    count = len(studio.filler.requests)
    studio.press(key, studio.window.canvas)
    studio.qtbot.waitUntil(lambda: len(studio.filler.requests) > count)


def test_it_cancels_the_fill_and_leaves_the_stroke(studio: Studio) -> None:
    studio.brush()
    drawn = hole(studio)
    begin_fill(studio)
    assert studio.window.actions_["undo"].text() == "Undo: cancel what runs"
    studio.press("Ctrl+Z")
    assert not studio.session.fills.is_busy
    assert studio.window.status.message == "Cancelled."
    assert np.array_equal(hole(studio), drawn)
    assert studio.window.actions_["undo"].text() == "Undo brush"
    studio.press("Ctrl+Z")
    assert not hole(studio).any()


@pytest.mark.parametrize("key", ["Ctrl+Return", "Ctrl+Shift+Return", "Shift+Return"])
def test_it_cancels_what_would_replace_or_join_a_finished_fill(studio: Studio, key: str) -> None:
    studio.fill()
    filled = studio.session.document.raster(PHOTO).copy()
    begin_fill(studio, key)
    studio.press("Ctrl+Z")
    assert not studio.session.fills.is_busy
    assert not studio.session.queue.running
    assert np.array_equal(studio.session.document.raster(PHOTO), filled)
    assert studio.session.fills.candidate_count == 1


def test_a_fill_on_release_is_undone_with_its_stroke(studio: Studio) -> None:
    studio.session.models.fill_on_release = True
    studio.filler.gate.clear()
    studio.brush()
    assert studio.window.actions_["undo"].text() == "Undo brush"
    studio.press("Ctrl+Z")
    assert not studio.session.fills.is_busy
    assert not hole(studio).any()


def test_growing_that_is_followed_by_a_fill_is_undone_with_it(studio: Studio) -> None:
    studio.brush()
    drawn = hole(studio)
    begin_fill(studio, "Shift+Return")
    assert hole(studio).sum() > drawn.sum()
    studio.press("Ctrl+Z")
    assert not studio.session.fills.is_busy
    assert np.array_equal(hole(studio), drawn)


def test_a_stroke_that_was_made_while_the_fill_runs_is_undone_alone(studio: Studio) -> None:
    studio.brush((90, 70), (110, 75))
    begin_fill(studio)
    studio.brush((30, 120), (50, 120))
    assert studio.window.actions_["undo"].text() == "Undo brush"
    studio.press("Ctrl+Z")
    assert studio.session.fills.is_busy
    assert not hole(studio)[110:].any()
    studio.wait_fill(studio.filler.gate.set)
    assert not hole(studio).any()


def test_a_stroke_under_way_is_dropped_alone(studio: Studio) -> None:
    studio.brush((90, 70), (110, 75))
    begin_fill(studio)
    canvas = studio.window.canvas
    QTest.mousePress(canvas, LEFT, NONE, studio.at(30, 120))
    studio.press("Ctrl+Z")
    QTest.mouseRelease(canvas, LEFT, NONE, studio.at(30, 120))
    assert studio.session.fills.is_busy
    studio.wait_fill(studio.filler.gate.set)
    assert not hole(studio).any()


def test_a_change_of_the_hole_that_is_still_computed_never_comes(studio: Studio) -> None:
    studio.brush()
    drawn = hole(studio)
    studio.press("Ctrl+G")
    assert studio.session.hole.is_busy
    studio.press("Ctrl+Z")
    assert studio.window.status.message == "Undone: grow the hole."
    studio.press("Ctrl+E")  # what follows is computed after it
    studio.qtbot.waitUntil(lambda: not studio.session.hole.is_busy)
    assert np.array_equal(hole(studio), drawn)
    assert studio.session.document.undo_text == "Brush"


def test_it_takes_back_the_last_corner_of_an_outline_and_then_the_outline(studio: Studio) -> None:
    studio.brush()
    drawn, canvas = hole(studio), studio.window.canvas
    studio.press("P", canvas)
    for place in ((20, 20), (60, 20), (60, 60), (20, 60)):
        QTest.mouseClick(canvas, LEFT, NONE, studio.at(*place))
    studio.press("Ctrl+Z")
    assert canvas.tool.busy
    studio.press("Return", canvas)
    assert hole(studio)[25, 50] == 255
    assert hole(studio)[50, 25] == 0  # beside the triangle that is left
    studio.press("Ctrl+Z")
    assert np.array_equal(hole(studio), drawn)
    QTest.mouseClick(canvas, LEFT, NONE, studio.at(20, 20))
    studio.press("Ctrl+Z")
    assert not canvas.tool.busy
    assert np.array_equal(hole(studio), drawn)


def drag(studio: Studio, key: str) -> None:
    """Take a tool and drag with it; the button stays down."""
    canvas = studio.window.canvas
    studio.press(key, canvas)
    QTest.mousePress(canvas, LEFT, NONE, studio.at(20, 20))
    for place in ((60, 20), (60, 60), (20, 60)):
        QTest.mouseMove(canvas, studio.at(*place))
    assert canvas.tool.busy


def test_it_drops_an_outline_that_is_dragged(studio: Studio) -> None:
    studio.brush()
    drawn, canvas = hole(studio), studio.window.canvas
    for key in ("L", "R", "U", "O"):
        drag(studio, key)
        studio.press("Ctrl+Z")
        QTest.mouseRelease(canvas, LEFT, NONE, studio.at(20, 60))
        assert not canvas.tool.busy, key
        assert np.array_equal(hole(studio), drawn), key


def test_the_very_first_gesture_can_be_dropped_too(studio: Studio) -> None:
    canvas = studio.window.canvas
    for key in ("B", "L", "R", "U", "O", "P"):
        drag(studio, key)
        assert not studio.session.document.can_undo
        studio.press("Ctrl+Z", canvas)
        assert not canvas.tool.busy, key
        QTest.mouseRelease(canvas, LEFT, NONE, studio.at(20, 60))
        studio.press("Esc", canvas)
        assert not hole(studio).any(), key
        assert not studio.session.document.can_undo, key


@pytest.mark.parametrize("end", ["Ctrl+Z", "Esc"])
@pytest.mark.parametrize("key", ["W", "O", "M"])
def test_it_stops_the_search_that_a_gesture_has_begun(studio: Studio, key: str, end: str) -> None:
    studio.brush()
    drawn, canvas = hole(studio), studio.window.canvas
    go_on = threading.Event()
    studio.press(key, canvas)
    if key == "M":
        for place in ((20, 20), (60, 20), (60, 60)):
            QTest.mouseClick(canvas, LEFT, NONE, studio.at(*place))
            studio.qtbot.waitUntil(lambda: canvas.background.idle)
    canvas.background.run(go_on.wait)  # what is searched waits behind it
    if key == "M":
        studio.press("Return", canvas)
    else:
        QTest.mousePress(canvas, LEFT, NONE, studio.at(20, 20))
        for place in ((60, 20), (60, 60), (20, 60)):
            QTest.mouseMove(canvas, studio.at(*place))
        QTest.mouseRelease(canvas, LEFT, NONE, studio.at(20, 20))
    studio.press(end, canvas)
    assert studio.window.status.message == STOPPED
    go_on.set()
    studio.qtbot.waitUntil(lambda: canvas.background.idle)
    assert np.array_equal(hole(studio), drawn)
    assert studio.session.document.undo_text == "Brush"

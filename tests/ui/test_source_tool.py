"""Moving the source of a filled part in the flow view, as the user does it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.session.candidates import FillStep
from inpaint_studio.session.history import Compound
from inpaint_studio.session.raster import DONORS, HOLE, PHOTO
from inpaint_studio.ui.tools.source import HOW_TO, NOT_FILLED, SourceTool
from tests.exemplar.images import halves
from tests.ui.studio import Filler, Studio, apply_theme

LEFT, RIGHT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
NONE = Qt.KeyboardModifier.NoModifier
SIZE = (150, 200)
BOX = Box(40, 30, 90, 80)  # what was filled, in the green half
SOURCE = (0, 50)  # rows and columns from there to its source
BLUE = (0, 110)  # into the other half


class RealFiller(Filler):
    """The program's own filler for moved sources; greys for all other holes."""

    def __call__(self, request: Request, ticket: Ticket) -> Result:
        if request.steering is None:
            return super().__call__(request, ticket)
        self.requests.append(request)
        while not self.gate.wait(0.005):
            ticket.report(0.5)
        return fill(request, ticket)


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path) -> Iterator[Studio]:
    """A window in whose photo `BOX` was filled by a copy from `SOURCE`."""
    apply_theme(qapp)
    made = Studio(qtbot, tmp_path, filler=RealFiller())
    made.show()
    photo = halves(*SIZE)
    made.session.document.load(photo_from_array(photo))
    put_fill(made, flows.COPIED)
    yield made
    made.close()


def put_fill(studio: Studio, label: str) -> None:
    document = studio.session.document
    flow = flows.empty_flow(BOX, SIZE, label=label)
    flow.hole[:] = True
    flow.weight[:] = 1
    flow.offsets[:] = np.reshape(SOURCE, (2, 1, 1))
    copied = document.raster(PHOTO)[BOX.shift(*SOURCE).slices].copy()
    with document.group("Fill"):
        document.apply("Fill", PHOTO, BOX, copied)
        document.set_flow(flow)


def event(studio: Studio, kind: QEvent.Type, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    canvas = studio.window.canvas
    place = QPointF(studio.window.canvas.viewport.to_widget(x, y))
    held = NO_BUTTON if kind == QEvent.Type.MouseButtonRelease else button
    which = NO_BUTTON if kind == QEvent.Type.MouseMove else button
    QGuiApplication.sendEvent(canvas, QMouseEvent(kind, place, canvas.mapToGlobal(place), which, held, NONE))


def press(studio: Studio, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    event(studio, QEvent.Type.MouseButtonPress, x, y, button)


def move(studio: Studio, x: float, y: float) -> None:
    event(studio, QEvent.Type.MouseMove, x, y)


def release(studio: Studio, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
    event(studio, QEvent.Type.MouseButtonRelease, x, y, button)


def settle(studio: Studio) -> None:
    studio.qtbot.waitUntil(lambda: studio.window.canvas.background.idle)


def tool(studio: Studio) -> SourceTool:
    found = studio.window.canvas.tool
    assert isinstance(found, SourceTool)
    return found


def lasso(studio: Studio, *places: tuple[float, float]) -> None:
    """Drag through these places, (x, y) each, and wait for the part that is found."""
    press(studio, *places[0])
    for place in places[1:]:
        move(studio, *place)
    release(studio, *places[-1])
    settle(studio)


def choose(studio: Studio, x: float = 55.5, y: float = 65.5) -> None:
    """Open the flow view and press on the filled part."""
    if not studio.window.canvas.flow_view:
        studio.press("A")
    press(studio, x, y)
    release(studio, x, y)
    settle(studio)


def drag(studio: Studio, offset: tuple[int, int], x: float = 55.5, y: float = 65.5) -> None:
    """Drag the source of the chosen part from where it is to `offset` from the part; let go."""
    grab(studio, offset, x, y)
    release(studio, x + offset[1], y + offset[0])


def grab(studio: Studio, offset: tuple[int, int], x: float = 55.5, y: float = 65.5) -> None:
    marks = tool(studio)._marks
    assert marks is not None
    down, across = marks.offset
    press(studio, x + across, y + down)
    for step in (0.5, 1.0):
        move(studio, x + across + step * (offset[1] - across), y + down + step * (offset[0] - down))


def pixels(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(PHOTO).copy()


def test_the_flow_view_brings_the_tool_and_takes_it_away(studio: Studio) -> None:
    studio.press("A")
    assert studio.window.canvas.tool.name == "source"
    assert studio.window.actions_["tool-source"].isChecked()
    assert studio.window.status.message == HOW_TO
    studio.press("A")
    assert studio.window.canvas.tool.name == "brush"
    assert studio.window.actions_["tool-brush"].isChecked()
    assert not studio.window.canvas.flow_view


def test_the_tool_brings_the_flow_view_and_takes_it_away(studio: Studio) -> None:
    studio.press("L")
    studio.press("V")
    assert studio.window.canvas.flow_view
    assert studio.window.actions_["flow"].isChecked()
    studio.press("B")
    assert not studio.window.canvas.flow_view
    assert studio.window.canvas.tool.name == "brush"
    studio.press("A")
    studio.press("B")  # to mark what the flow shows
    assert studio.window.canvas.flow_view
    assert studio.window.canvas.tool.name == "brush"


def test_without_a_fill_the_flow_view_leaves_the_tool(studio: Studio) -> None:
    studio.session.document.undo()
    studio.press("A")
    assert studio.window.canvas.tool.name == "brush"
    studio.press("V")
    press(studio, 55, 65)
    release(studio, 55, 65)
    assert studio.window.status.message == NOT_FILLED
    assert tool(studio)._marks is None


def test_a_press_shows_the_source_at_once_and_the_part_soon(studio: Studio) -> None:
    studio.press("A")
    press(studio, 55.5, 65.5)
    marks = tool(studio)._marks
    assert marks is not None
    assert (marks.place, marks.source) == ((65, 55), (65, 105))
    release(studio, 55.5, 65.5)
    settle(studio)
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.holds_source(85, 45)
    assert not marks.holds_source(135, 45)


def test_a_dragged_source_fills_the_part_from_there_as_one_step(studio: Studio) -> None:
    document, before = studio.session.document, pixels(studio)
    choose(studio)
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        drag(studio, BLUE)
    after = pixels(studio)
    inside = np.s_[52:78, 42:68]
    np.testing.assert_array_equal(after[inside], np.roll(before, (-BLUE[0], -BLUE[1]), (0, 1))[inside])
    outside = np.ones(SIZE, np.bool_)
    outside[BOX.slices] = False
    np.testing.assert_array_equal(after[outside], before[outside])
    assert document.flow is not None
    assert document.flow.source_of(65, 55) == (65, 165, 1.0)
    assert document.undo_text == "Move the source"
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.offset == BLUE
    studio.press("Ctrl+Z")
    np.testing.assert_array_equal(pixels(studio), before)
    assert len(document.flows) == 1
    assert marks.offset == SOURCE  # the marks follow
    studio.press("Ctrl+Shift+Z")
    np.testing.assert_array_equal(pixels(studio), after)
    assert marks.offset == BLUE


def test_it_can_be_dragged_on_from_where_it_is(studio: Studio) -> None:
    choose(studio)
    for offset in (BLUE, (-20, 100)):
        with studio.qtbot.waitSignal(studio.session.fills.filled):
            drag(studio, offset)
    flow = studio.session.document.flow
    assert flow is not None
    assert flow.source_of(65, 55) == (45, 155, 1.0)
    studio.press("Ctrl+Z")
    flow = studio.session.document.flow
    assert flow is not None
    assert flow.source_of(65, 55) == (65, 165, 1.0)


def test_the_marks_and_the_message_follow_the_drag(studio: Studio) -> None:
    choose(studio)
    grab(studio, (-20, 100))
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.source == (45, 155)
    assert studio.window.status.message == (
        "From 155, 45: 100 px right, 20 px up. Let go to fill; Esc keeps it as it was."
    )
    move(studio, 900, 65.5)  # beyond the photo: a quarter of the part may come from there
    assert marks.offset == (0, SIZE[1] - BOX.right + BOX.width // 4)
    move(studio, -900, 900)
    assert marks.offset == (SIZE[0] - BOX.bottom + BOX.height // 4, -BOX.left - BOX.width // 4)
    studio.press("Esc")
    assert not studio.filler.requests


def test_escape_puts_the_source_back_then_drops_the_part(studio: Studio) -> None:
    before = pixels(studio)
    choose(studio)
    grab(studio, BLUE)
    studio.press("Esc")
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.offset == SOURCE
    release(studio, 55.5 + BLUE[1], 65.5 + BLUE[0])
    assert tool(studio)._marks is marks
    assert not studio.session.fills.is_busy
    assert not studio.filler.requests
    np.testing.assert_array_equal(pixels(studio), before)
    studio.press("Esc")
    assert tool(studio)._marks is None
    assert studio.window.canvas.flow_view


def test_escape_cancels_the_fill_that_runs_and_the_source_goes_back(studio: Studio) -> None:
    before = pixels(studio)
    choose(studio)
    studio.filler.gate.clear()
    drag(studio, BLUE)
    assert studio.session.fills.is_busy
    studio.press("Esc")
    assert not studio.session.fills.is_busy
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.offset == SOURCE
    np.testing.assert_array_equal(pixels(studio), before)
    assert studio.session.document.undo_text == "Fill"


def test_a_place_with_nothing_to_copy_is_refused_and_the_source_goes_back(studio: Studio) -> None:
    donors = np.full((80, 60), 255, np.uint8)
    studio.session.document.apply("Do not sample here", DONORS, Box(0, 140, 80, 200), donors)
    choose(studio)
    with studio.qtbot.waitSignal(studio.session.fills.failed):
        drag(studio, (-20, 115))
    assert "choose a place" in studio.window.message.text
    assert studio.window.status.message == "Ready"
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.offset == SOURCE
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        drag(studio, (55, 110))
    assert not studio.window.message.text  # it no longer holds


def test_a_source_is_always_where_it_was_let_go(studio: Studio) -> None:
    """Also for a part that was chosen at its rim, where the fill takes other sources."""
    studio.press("A")
    press(studio, 31.5, 41.5)
    release(studio, 31.5, 41.5)
    settle(studio)
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        drag(studio, BLUE, 31.5, 41.5)
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.offset == BLUE
    studio.press("Ctrl+Z")
    assert marks.offset == SOURCE
    studio.press("Ctrl+Shift+Z")
    assert marks.offset == BLUE


def test_a_click_on_the_source_changes_nothing(studio: Studio) -> None:
    choose(studio)
    drag(studio, SOURCE)
    assert not studio.session.fills.is_busy
    assert not studio.filler.requests


def test_arrow_keys_move_the_source_by_pixels(studio: Studio) -> None:
    choose(studio)
    canvas = studio.window.canvas
    left = canvas.viewport.to_widget(0, 0).x()
    marks = tool(studio)._marks
    assert marks is not None
    QTest.keyPress(canvas, Qt.Key.Key_Right)
    QTest.keyPress(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert marks.offset == (SOURCE[0] + 10, SOURCE[1] + 1)
    assert not studio.filler.requests
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        QTest.keyRelease(canvas, Qt.Key.Key_Down)
    QTest.keyRelease(canvas, Qt.Key.Key_Right)
    assert len(studio.filler.requests) == 1
    flow = studio.session.document.flow
    assert flow is not None
    assert flow.source_of(65, 55) == (75, 106, 1.0)
    assert canvas.viewport.to_widget(0, 0).x() == left
    studio.press("Esc")
    QTest.keyClick(canvas, Qt.Key.Key_Right)  # nothing is chosen: it moves the photo
    assert canvas.viewport.to_widget(0, 0).x() != left


def tap(studio: Studio, key: Qt.Key, times: int = 1) -> None:
    """Press and let go of an arrow key, and wait each time for the fill."""
    for _ in range(times):
        with studio.qtbot.waitSignal(studio.session.fills.filled):
            QTest.keyClick(studio.window.canvas, key)


def test_taps_of_arrow_keys_are_one_step_until_something_else_is_done(studio: Studio) -> None:
    document, before = studio.session.document, pixels(studio)
    choose(studio)
    tap(studio, Qt.Key.Key_Right, 3)
    tap(studio, Qt.Key.Key_Down)
    after = pixels(studio)
    assert len(document.history) == 2
    assert document.undo_text == "Move the source"
    assert document.flow is not None
    assert document.flow.source_of(65, 55) == (66, 108, 1.0)
    studio.press("Ctrl+Z")
    np.testing.assert_array_equal(pixels(studio), before)
    assert len(document.flows) == 1
    studio.press("Ctrl+Shift+Z")
    np.testing.assert_array_equal(pixels(studio), after)
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        drag(studio, BLUE)
    assert len(document.history) == 3
    tap(studio, Qt.Key.Key_Left, 2)
    assert len(document.history) == 4
    studio.press("Ctrl+Z")
    tap(studio, Qt.Key.Key_Left)
    assert len(document.history) == 4
    press(studio, 55.5, 65.5)  # the part is chosen again
    release(studio, 55.5, 65.5)
    settle(studio)
    tap(studio, Qt.Key.Key_Left)
    assert len(document.history) == 5


def test_a_stroke_between_two_taps_keeps_them_apart(studio: Studio) -> None:
    document = studio.session.document
    choose(studio)
    tap(studio, Qt.Key.Key_Right)
    document.apply("Stroke", HOLE, Box(0, 0, 5, 5), np.full((5, 5), 255, np.uint8))
    tap(studio, Qt.Key.Key_Right)
    assert len(document.history) == 4


def test_many_taps_stay_one_step_that_can_be_undone(studio: Studio) -> None:
    document, before = studio.session.document, pixels(studio)
    choose(studio)
    tap(studio, Qt.Key.Key_Right, 12)
    assert len(document.history) == 2
    top = document.history.top
    assert isinstance(top, Compound)
    assert all(isinstance(part, FillStep) for part in top.commands)  # no deeper than that
    studio.press("Ctrl+Z")
    np.testing.assert_array_equal(pixels(studio), before)


def test_a_lasso_chooses_the_part(studio: Studio) -> None:
    studio.press("A")
    lasso(studio, (40.5, 50.5), (60.5, 50.5), (60.5, 80.5), (40.5, 80.5))
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        drag(studio, BLUE, 41.5, 51.5)
    (request,) = studio.filler.requests
    assert request.steering is not None
    rows, columns = np.nonzero(request.steering.part)
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (50, 81, 40, 61)
    assert request.hole.sum() > request.steering.part.sum()  # a copied fill: its surroundings follow
    flow = studio.session.document.flow
    assert flow is not None
    assert flow.source_of(65, 50) == (65, 160, 1.0)


def test_a_lasso_may_begin_beside_the_fill(studio: Studio) -> None:
    studio.press("A")
    press(studio, 20.5, 50.5)
    for place in ((50.5, 50.5), (50.5, 70.5), (20.5, 70.5)):
        move(studio, *place)
    assert tool(studio)._marks is None
    release(studio, 20.5, 70.5)
    settle(studio)
    marks = tool(studio)._marks
    assert marks is not None
    assert marks.offset == SOURCE
    assert (marks.place[0], marks.place[1]) == (60, 40)  # the middle of what was filled in it
    lasso(studio, (100.5, 120.5), (140.5, 120.5), (140.5, 130.5))
    assert tool(studio)._marks is None
    assert studio.window.status.message == NOT_FILLED


def test_the_image_of_a_network_stays_outside_of_the_part(studio: Studio) -> None:
    studio.session.document.undo()
    put_fill(studio, flows.MATCHED)
    before = pixels(studio)
    studio.press("A")
    lasso(studio, (40.5, 50.5), (65.5, 50.5), (65.5, 80.5), (40.5, 80.5))
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        drag(studio, BLUE, 41.5, 51.5)
    changed = (pixels(studio) != before).any(axis=2)
    part = np.zeros(SIZE, np.bool_)
    part[50:81, 40:66] = True
    assert changed[part].mean() > 0.9
    assert not changed[~part].any()


def test_what_is_marked_as_hole_meanwhile_stays(studio: Studio) -> None:
    studio.brush((150, 20), (170, 25))
    marked = studio.session.document.raster(HOLE).copy()
    choose(studio)
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        drag(studio, BLUE)
    np.testing.assert_array_equal(studio.session.document.raster(HOLE), marked)


def test_another_one_fills_the_part_again_as_a_candidate(studio: Studio) -> None:
    choose(studio)
    for number in (1, 2):
        with studio.qtbot.waitSignal(studio.session.fills.filled):
            if number == 1:
                drag(studio, BLUE)
            else:
                studio.press("Ctrl+Return")
        assert studio.session.fills.candidate_count == number
    flow = studio.session.document.flow
    assert flow is not None
    assert flow.source_of(65, 55) == (65, 165, 1.0)


def test_the_right_button_another_photo_and_undo_of_the_fill_drop_the_part(studio: Studio) -> None:
    choose(studio)
    press(studio, 20, 20, RIGHT)
    release(studio, 20, 20, RIGHT)
    assert tool(studio)._marks is None
    choose(studio)
    studio.press("Ctrl+Z")
    assert tool(studio)._marks is None
    studio.press("Ctrl+Shift+Z")
    choose(studio)
    studio.session.document.load(photo_from_array(halves(*SIZE)))
    assert tool(studio)._marks is None


def test_the_fill_is_seen_through_the_colours_while_a_part_is_chosen(studio: Studio) -> None:
    with studio.qtbot.waitSignal(studio.window.canvas.flowColoured):
        studio.press("A")
    settle(studio)
    canvas = studio.window.canvas

    def green(x: float, y: float) -> int:
        place = canvas.viewport.to_widget(x, y)
        found = canvas.grab().toImage().pixelColor(int(place.x()), int(place.y()))
        return found.green() - found.blue()

    coloured = green(50.5, 80.5)
    outside = green(20.5, 20.5)
    choose(studio)
    assert green(50.5, 80.5) < coloured - 15  # the photo is not as green as the colour of this offset
    assert green(20.5, 20.5) > outside
    studio.press("Esc")
    assert abs(green(50.5, 80.5) - coloured) < 2


def test_the_part_the_source_and_the_arrow_are_painted(studio: Studio) -> None:
    studio.press("A")
    settle(studio)
    canvas = studio.window.canvas

    def colour(x: float, y: float) -> tuple[int, int, int]:
        place = canvas.viewport.to_widget(x, y)
        found = canvas.grab().toImage().pixelColor(int(place.x()), int(place.y()))
        return found.red(), found.green(), found.blue()

    plain = colour(57.5, 65.5)
    choose(studio, 40.5, 65.5)
    assert colour(57.5, 65.5) != plain  # the arrow
    red, green, blue = colour(91.3, 65.5)
    assert min(red, green) > 150
    grab(studio, BLUE, 40.5, 65.5)
    red, green, blue = colour(151.3, 65.5)
    assert min(red, green) > 150
    assert blue < 120


@pytest.mark.parametrize("change", ["another photo", "undo", "another fill"])
def test_a_part_that_is_found_after_the_fills_have_changed(studio: Studio, monkeypatch: Any, change: str) -> None:
    """The search is slow, and what it looked at is gone when it ends."""
    document = studio.session.document
    found: list[tuple[Any, Any]] = []
    studio.press("A")
    canvas = studio.window.canvas
    monkeypatch.setattr(canvas, "run_in_background", lambda work, done: found.append((work, done)))
    press(studio, 20.5, 50.5)  # a lasso that begins beside the fill
    for place in ((60.5, 50.5), (60.5, 80.5), (20.5, 80.5)):
        move(studio, *place)
    release(studio, 20.5, 80.5)
    (work, done) = found.pop()
    piece = work()
    assert piece is not None
    if change == "another photo":
        document.load(photo_from_array(halves(60, 70)))
    elif change == "undo":
        document.undo()
    else:
        put_fill(studio, flows.MATCHED)
    done(piece)
    assert tool(studio)._piece is None
    for work, done in found:  # it was looked for again
        done(work())
    piece = tool(studio)._piece
    if change == "another fill":
        assert piece is not None
        np.testing.assert_array_equal(piece.around, piece.inside)  # of the newer fill, which is a network's
    else:
        assert piece is None
        assert tool(studio)._marks is None

"""The magnetic lasso in the canvas, as its user moves and clicks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QRegion

from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session.raster import HOLE, PHOTO
from inpaint_studio.ui.canvas.viewport import rects
from inpaint_studio.ui.tools.magnetic_lasso import HOW_TO, NO_INSIDE, MagneticLassoTool
from tests.engine.masks.test_scissors import MIDDLE, RADIUS, SIZE, draw
from tests.ui.driver import ALT, LEFT, RIGHT, Driver

SCALE = 2  # of the photo, and 480 x 480 px are shown at 100 %
CENTRE, REACH = MIDDLE * SCALE, RADIUS * SCALE
PHOTO_OF_DISC = draw("disc", 1.5, 90.0, 3.0, scale=SCALE)


def at(turn: float, out: float = 0.0) -> tuple[float, float]:
    """A place beside the disc's edge, `turn` of a full turn round it."""
    angle = 2 * math.pi * turn
    return CENTRE + (REACH + out) * math.cos(angle), CENTRE + (REACH + out) * math.sin(angle)


@pytest.fixture
def driver(qtbot: Any, tmp_path: Path) -> Iterator[Driver]:
    made = Driver(qtbot, tmp_path, PHOTO_OF_DISC)
    made.canvas.set_tool("magnetic-lasso")
    made.settings.set("found_margin", 0)
    yield made
    made.close()


def tool(driver: Driver) -> MagneticLassoTool:
    found = driver.canvas.tool
    assert isinstance(found, MagneticLassoTool)
    return found


def trace(driver: Driver, *turns: float, button: Qt.MouseButton = LEFT, modifiers: Any = None) -> None:
    """Click near the edge at these turns, and wait each time for the paths from there."""
    for number, turn in enumerate(turns):
        place = at(turn, 5.0 if number % 2 else -5.0)
        driver.hover(*place)
        if modifiers is None:
            driver.click(place, button=button)
        else:
            driver.click(place, button=button, modifiers=modifiers)
        driver.settle()


def is_disc(driver: Driver, grown: float = 0.0) -> bool:
    """Whether the hole is the disc, grown by so many px, but for 3 px of its rim."""
    rows, columns = np.mgrid[: SIZE * SCALE, : SIZE * SCALE] + 0.5
    away = np.hypot(rows - CENTRE, columns - CENTRE) - REACH - grown
    return bool(driver.hole[away < -3].all() and not driver.hole[away > 3].any())


def test_clicks_on_the_edge_and_enter_mark_the_object_as_one_step(driver: Driver) -> None:
    hints: list[str] = []
    driver.canvas.hint.connect(hints.append)
    trace(driver, 0.0, 0.2, 0.4, 0.6, 0.8)
    assert hints == [HOW_TO]
    assert not driver.hole.any()
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert is_disc(driver)
    assert not driver.canvas.tool.busy
    assert driver.document.undo_text == "Magnetic lasso"
    assert len(driver.document.history) == 1
    driver.document.undo()
    assert not driver.hole.any()


def test_a_click_on_the_first_point_and_a_double_click_close_too(driver: Driver) -> None:
    trace(driver, 0.0, 0.3, 0.6)
    first = tool(driver)._parts[0].end
    driver.hover(*first)
    assert driver.canvas.cursor().shape() == Qt.CursorShape.PointingHandCursor
    driver.click(first)
    driver.settle()
    assert is_disc(driver)
    driver.document.undo()
    trace(driver, 0.0, 0.3)
    driver.double_click(*at(0.6))
    driver.settle()
    assert is_disc(driver)


def test_clicks_do_not_wait_for_the_search(driver: Driver) -> None:
    for turn in (0.0, 0.2, 0.4, 0.6, 0.8):
        driver.click(at(turn, 4.0))
    driver.key(Qt.Key.Key_Return)
    assert not driver.hole.any()
    driver.settle()
    assert is_disc(driver)


def test_the_outline_grows_by_the_margin_of_the_panel(driver: Driver) -> None:
    driver.settings.set("found_margin", 9)
    trace(driver, 0.0, 0.25, 0.5, 0.75)
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert is_disc(driver, grown=9)


@pytest.mark.parametrize("how", [{"modifiers": ALT}, {"button": RIGHT}], ids=["Alt", "right button"])
def test_alt_and_the_right_button_unmark(driver: Driver, how: Any) -> None:
    driver.document.invert_hole()
    trace(driver, 0.0, 0.25, 0.5, 0.75, **how)
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    rows, columns = np.mgrid[: SIZE * SCALE, : SIZE * SCALE] + 0.5
    away = np.hypot(rows - CENTRE, columns - CENTRE) - REACH
    assert not driver.hole[away < -3].any()
    assert driver.hole[away > 3].all()


def test_the_path_to_the_pointer_lies_on_the_edge_and_moves_with_it(driver: Driver) -> None:
    trace(driver, 0.0)
    before = driver.grab()
    for turn in (0.1, 0.15):
        driver.hover(*at(turn, 6.0))
        live = tool(driver)._live
        assert math.dist(live[0], at(0.0)) < 3
        assert math.dist(live[-1], at(turn)) < 3
        off = np.hypot(*(live - CENTRE).T) - REACH
        assert np.abs(off).max() < 3
    assert not np.array_equal(driver.grab(), before)


def test_all_that_changes_is_painted_again(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduled: list[QRegion] = []
    monkeypatch.setattr(driver.canvas._repaint, "add", scheduled.append)

    def check(action: Callable[[], object]) -> None:
        before = driver.grab()
        scheduled.clear()
        action()
        driver.settle()
        painted = np.zeros(before.shape[:2], np.bool_)
        for region in scheduled:
            for rect in rects(region):
                painted[max(0, rect.top()) : rect.bottom() + 1, max(0, rect.left()) : rect.right() + 1] = True
        changed = (driver.grab() != before).any(axis=2)
        assert changed.any()
        assert not (changed & ~painted).any()

    trace(driver, 0.0, 0.1, 0.2)
    for turn, out in ((0.3, 0.0), (0.05, 60.0), (0.9, -90.0), (0.28, 3.0)):
        place = at(turn, out)
        check(lambda place=place: driver.hover(*place))
    check(lambda: driver.click(at(0.3)))
    check(lambda: driver.key(Qt.Key.Key_Backspace))
    check(lambda: driver.key(Qt.Key.Key_Escape))
    check(lambda: driver.click(at(0.3)))


def test_a_long_path_gets_anchors_by_itself(driver: Driver) -> None:
    trace(driver, 0.0)
    for turn in np.arange(0.02, 0.96, 0.02):  # without any click
        driver.hover(*at(turn))
        driver.settle()
    assert len(tool(driver)._parts) > 3
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert is_disc(driver)


def test_backspace_takes_back_one_anchor_after_another(driver: Driver) -> None:
    trace(driver, 0.0, 0.2, 0.4)
    wrong = CENTRE, CENTRE
    driver.click(wrong)
    driver.key(Qt.Key.Key_Backspace)
    driver.settle()
    trace(driver, 0.6, 0.8)
    driver.key(Qt.Key.Key_Backspace)
    driver.settle()
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert is_disc(driver)
    trace(driver, 0.0, 0.1)
    driver.key(Qt.Key.Key_Backspace)
    assert driver.canvas.tool.busy
    driver.key(Qt.Key.Key_Backspace)
    assert not driver.canvas.tool.busy
    driver.settle()


def test_after_backspace_no_anchor_comes_by_itself_until_the_path_is_short_again(driver: Driver) -> None:
    trace(driver, 0.0)
    driver.hover(*at(0.38))
    driver.settle()
    assert len(tool(driver)._parts) == 2
    driver.key(Qt.Key.Key_Backspace)
    driver.settle()
    driver.hover(*at(0.37))
    driver.settle()
    assert len(tool(driver)._parts) == 1
    driver.hover(*at(0.05))
    driver.hover(*at(0.38))
    driver.settle()
    assert len(tool(driver)._parts) == 2


def test_escape_another_tool_and_another_photo_drop_it(driver: Driver) -> None:
    plain = driver.grab()
    trace(driver, 0.0, 0.2, 0.4)
    driver.key(Qt.Key.Key_Escape)
    driver.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    assert np.array_equal(driver.grab(), plain)
    trace(driver, 0.0, 0.3, 0.6)
    driver.key(Qt.Key.Key_Return)
    driver.canvas.set_tool("brush")  # the mask is still being made
    driver.settle()
    assert not driver.hole.any()
    driver.canvas.set_tool("magnetic-lasso")
    trace(driver, 0.0, 0.3)
    driver.click(at(0.6))
    driver.document.load(photo_from_array(np.full((300, 300, 3), 90, np.uint8)))
    driver.settle()
    assert not driver.canvas.tool.busy
    assert not driver.hole.any()


def test_enter_with_one_point_or_an_outline_without_inside_marks_nothing(driver: Driver) -> None:
    hints: list[str] = []
    driver.canvas.hint.connect(hints.append)
    trace(driver, 0.0)
    driver.key(Qt.Key.Key_Return)
    assert not driver.canvas.tool.busy
    trace(driver, 0.0, 0.1)
    driver.key(Qt.Key.Key_Return)  # back along the same edge
    driver.settle()
    assert hints[-1] == NO_INSIDE
    assert len(driver.document.history) == 0


def test_a_press_beside_the_photo_begins_nothing_and_later_points_are_moved_into_it(driver: Driver) -> None:
    driver.click((-20, 100))
    assert not driver.canvas.tool.busy
    driver.document.load(photo_from_array(PHOTO_OF_DISC[int(CENTRE) :]))  # the lower half: the edge meets the border
    driver.settle()
    driver.click((CENTRE + REACH, 2), (CENTRE, REACH), (CENTRE - REACH, 2), (CENTRE - REACH + 10, -30), (CENTRE, -30))
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    hole = driver.document.raster(HOLE)
    assert hole[4 : int(REACH) - 4, int(CENTRE)].all()
    assert not hole[:, : int(CENTRE - REACH) - 4].any()


def test_with_fill_on_release_the_closed_outline_is_filled_in_the_same_step(qtbot: Any, tmp_path: Path) -> None:
    from tests.ui.studio import Filler

    made = Driver(qtbot, tmp_path, PHOTO_OF_DISC, fill=Filler())
    try:
        made.session.start()
        made.session.models.fill_on_release = True
        made.canvas.set_tool("magnetic-lasso")
        trace(made, 0.0, 0.25, 0.5, 0.75)
        with qtbot.waitSignal(made.session.fills.filled):
            made.key(Qt.Key.Key_Return)
        assert (made.document.raster(PHOTO)[int(CENTRE), int(CENTRE)] == 10).all()
        assert len(made.document.history) == 1
    finally:
        made.close()


def test_far_ends_and_a_large_photo_shown_small(driver: Driver) -> None:
    scale = 6
    photo = draw("disc", 1.0, 90.0, 3.0, scale=scale)
    driver.document.load(photo_from_array(photo))
    driver.settle()
    assert driver.canvas.zoom < 0.45
    turns = np.linspace(0, 2 * np.pi, 4, endpoint=False)
    for turn in turns:
        driver.click((scale * (MIDDLE + RADIUS * np.cos(turn)) + 8, scale * (MIDDLE + RADIUS * np.sin(turn)) - 8))
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    rows, columns = np.mgrid[: SIZE * scale, : SIZE * scale] + 0.5
    away = np.hypot(rows - MIDDLE * scale, columns - MIDDLE * scale) - RADIUS * scale
    assert driver.hole[away < -4].all()
    assert not driver.hole[away > 4].any()

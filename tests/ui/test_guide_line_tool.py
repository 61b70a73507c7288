"""Guide lines are drawn, and changed afterwards: points, whole lines, their band; each change is one step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QRegion

from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session import guide_lines
from inpaint_studio.session.guide_lines import distance_to
from inpaint_studio.session.raster import LINES
from inpaint_studio.ui.canvas.repaint import RepaintSchedule
from inpaint_studio.ui.handlers import LINES_STAY
from tests.ui.driver import RIGHT, SHIFT, Driver
from tests.ui.studio import Studio

FIRST = [(50.0, 50.0), (150.0, 80.0), (250.0, 60.0)]
SECOND = [(60.0, 200.0), (240.0, 220.0)]


@pytest.fixture
def driver(qtbot: Any, tmp_path: Path) -> Iterator[Driver]:
    made = Driver(qtbot, tmp_path, np.full((300, 400, 3), 90, np.uint8))
    made.document.add_line(FIRST)
    made.document.add_line(SECOND)
    made.canvas.set_tool("guide-line")
    yield made
    made.close()


def points(driver: Driver, number: int = 1) -> list[tuple[float, float]]:
    """The points of a line."""
    (line,) = (line for line in driver.document.lines if line.number == number)
    return [(round(x, 2), round(y, 2)) for x, y in line.points.tolist()]


def test_a_point_is_dragged(driver: Driver) -> None:
    driver.drag((150, 80), (155, 95), (160, 120))
    assert points(driver) == [(50, 50), (160, 120), (250, 60)]
    assert driver.document.raster(LINES)[120, 160] == 1
    assert driver.document.raster(LINES)[80, 150] == 0
    assert len(driver.document.history) == 3
    driver.document.undo()
    assert points(driver) == FIRST
    assert driver.document.raster(LINES)[80, 150] == 1
    driver.document.redo()
    assert points(driver)[1] == (160, 120)


def test_a_point_keeps_its_distance_from_the_pointer(driver: Driver) -> None:
    driver.drag((152, 81), (170, 90), (182, 111))
    assert points(driver)[1] == pytest.approx((180, 110), abs=0.01)


def test_a_whole_line_is_moved(driver: Driver) -> None:
    driver.drag((150, 210), (150, 220), (160, 240))
    assert points(driver, 2) == [(70, 230), (250, 250)]
    assert points(driver) == FIRST
    assert len(driver.document.history) == 3
    driver.document.undo()
    assert points(driver, 2) == SECOND


def test_a_click_on_a_line_adds_a_point(driver: Driver) -> None:
    driver.click((150, 211))
    assert len(points(driver, 2)) == 3
    assert points(driver, 2)[1] == pytest.approx((150, 210), abs=0.5)
    driver.drag((150, 210), (150, 240), (150, 260))
    assert points(driver, 2)[1] == pytest.approx((150, 260), abs=1)
    driver.document.undo()
    driver.document.undo()
    assert points(driver, 2) == SECOND


def test_a_click_on_a_point_changes_nothing(driver: Driver) -> None:
    driver.click((150, 80))
    assert points(driver) == FIRST
    assert len(driver.document.history) == 2


def test_the_right_button_removes_a_point_and_the_last_two_together(driver: Driver) -> None:
    driver.click((150, 80), button=RIGHT)
    assert points(driver) == [(50, 50), (250, 60)]
    driver.document.undo()
    assert points(driver) == FIRST
    driver.click((60, 200), button=RIGHT)
    assert [line.number for line in driver.document.lines] == [1]
    driver.click((100, 65), button=RIGHT)  # between two points
    assert not driver.document.lines


def test_escape_and_undo_drop_a_drag_under_way(driver: Driver) -> None:
    for drop in (driver.canvas.drop_stroke, driver.canvas.take_back):
        driver.press(150, 80)
        driver.move(160, 100)
        driver.move(190, 130)
        assert driver.canvas.tool.busy
        assert drop()
        driver.release(190, 130)
        assert points(driver) == FIRST
        assert len(driver.document.history) == 2


@pytest.mark.parametrize("button", [RIGHT, None])
def test_the_cursor_lets_go_of_a_line_that_went(driver: Driver, button: Qt.MouseButton | None) -> None:
    driver.hover(100, 65)
    assert driver.canvas.cursor().shape() == Qt.CursorShape.SizeAllCursor
    if button is None:
        driver.document.remove_lines([1])
    else:
        driver.click((100, 65), button=button)
    driver.hover(200, 150)
    assert driver.canvas.cursor().shape() == Qt.CursorShape.CrossCursor


def test_shift_draws_over_a_line(driver: Driver) -> None:
    driver.drag((150, 80), (200, 150), (210, 180), modifiers=SHIFT)
    assert driver.document.line_count == 3
    assert points(driver) == FIRST


def test_a_corner_of_a_new_line_may_lie_on_an_old_one(driver: Driver) -> None:
    driver.click((300, 30), (150, 80))
    driver.double_click(300, 200)
    assert np.allclose(points(driver, 3), [(300, 30), (150, 80), (300, 200)], atol=0.02)
    assert points(driver) == FIRST


def test_a_line_that_went_while_it_was_dragged_stays_away(driver: Driver) -> None:
    driver.press(150, 80)
    driver.move(160, 100)
    driver.move(190, 130)
    driver.document.remove_lines([1])
    driver.release(190, 130)
    assert [line.number for line in driver.document.lines] == [2]


def test_another_photo_forgets_the_chosen_line(driver: Driver) -> None:
    driver.click((150, 80))
    driver.document.load(photo_from_array(np.zeros((40, 50, 3), np.uint8)))
    driver.settings.set("line_band", 30)
    assert not driver.document.lines
    assert not driver.document.can_undo


def test_the_moved_line_is_shown_and_its_old_place_is_not(driver: Driver) -> None:
    lines = driver.canvas.lines_colour
    driver.press(150, 210)
    driver.move(150, 220)
    driver.move(150, 250)
    assert driver.colour_at(200, 255.5) == lines
    assert driver.colour_at(200, 215.5).green() < 110
    driver.release(150, 250)
    assert driver.colour_at(200, 255.5) == lines


def test_the_band_belongs_to_the_chosen_line(driver: Driver) -> None:
    driver.click((150, 80))
    for width in (12, 20, 31):
        driver.settings.set("line_band", width)
    assert [line.band for line in driver.document.lines] == [31, 8]
    driver.click((60, 200))
    assert driver.settings.line_band == 8
    driver.document.undo()  # one step, however often it was changed
    assert [line.band for line in driver.document.lines] == [8, 8]
    driver.document.redo()
    driver.click((150, 80))
    assert driver.settings.line_band == 31
    driver.document.undo()
    assert driver.settings.line_band == 8


def test_the_size_keys_change_the_band_which_new_lines_get(driver: Driver) -> None:
    driver.canvas.scale_brush(2.0)
    assert driver.settings.line_band == 16
    assert [line.band for line in driver.document.lines] == [8, 8]  # no line is chosen
    driver.click((300, 30), (320, 80))
    driver.key(Qt.Key.Key_Return)
    assert driver.document.lines[-1].band == 16
    driver.canvas.scale_brush(2.0)
    assert driver.document.lines[-1].band == 32  # a new line is the chosen one


def test_a_new_band_draws_no_line_again(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a line across a large photo that would take too long for a slider that is dragged."""
    drawn: list[object] = []
    monkeypatch.setattr(guide_lines, "draw", lambda *arguments: drawn.append(arguments))
    driver.click((150, 80))
    before = driver.document.raster(LINES).copy()
    driver.settings.set("line_band", 30)
    assert driver.document.lines[0].band == 30
    assert not drawn
    driver.document.undo()
    assert driver.document.lines[0].band == 8
    assert np.array_equal(driver.document.raster(LINES), before)


def test_the_band_is_shown_while_its_line_is_chosen(driver: Driver) -> None:
    driver.settings.set("line_band", 60)
    driver.click((300, 30), (300, 150))
    driver.key(Qt.Key.Key_Return)
    driver.settle()
    assert driver.colour_at(320, 90) != driver.colour_at(350, 90)
    assert driver.canvas.tool.dismiss()
    driver.settle()
    assert driver.colour_at(320, 90) == driver.colour_at(350, 90)


def test_delete_removes_the_chosen_line_and_else_the_newest(studio: Studio) -> None:
    document, window = studio.session.document, studio.window
    for row in (30, 60, 90):
        document.add_line([(20.0, row), (150.0, row)])
    studio.press("K")
    canvas = window.canvas
    studio.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=studio.at(20, 60))
    studio.press("Delete")
    assert [line.number for line in document.lines] == [1, 3]
    studio.press("Delete")
    assert [line.number for line in document.lines] == [1]


def test_the_panel_shows_the_band_of_the_guide_line_tool(studio: Studio) -> None:
    field = studio.window.column.tool.numbers["line_band"]
    studio.press("B")
    assert not field.isVisible()
    studio.press("K")
    assert field.isVisible()
    assert field.isEnabled()
    field.setValue(24)
    assert studio.settings.line_band == 24


def test_the_band_reaches_the_fill(studio: Studio) -> None:
    document = studio.session.document
    studio.brush((90, 70), (110, 75))
    document.add_line([(20.0, 70.0), (180.0, 75.0)], 40)
    document.add_line([(20.0, 90.0), (180.0, 95.0)])
    studio.fill()
    assert studio.filler.requests[-1].options.line_bands == {1: 40}


def test_clearing_the_hole_offers_the_lines_which_a_second_time_clears(studio: Studio) -> None:
    document = studio.session.document
    studio.brush((90, 70), (110, 75))
    for row in (30.0, 60.0):
        document.add_line([(20.0, row), (150.0, row)])
    studio.press("Ctrl+D")
    assert not document.has_hole
    assert document.line_count == 2
    assert studio.window.status.message == LINES_STAY
    studio.press("Ctrl+D")
    assert not document.lines
    document.undo()
    assert document.line_count == 2
    document.undo()
    assert document.has_hole
    studio.press("Shift+Delete")
    assert document.has_hole
    assert not document.lines
    assert document.undo_text == "Clear the guide lines"


def test_clearing_the_hole_without_lines_shows_no_message(studio: Studio) -> None:
    studio.brush((90, 70), (110, 75))
    before = studio.window.status.message
    studio.press("Ctrl+D")
    assert studio.window.status.message == before


def test_a_freehand_line_has_few_points_to_drag(driver: Driver) -> None:
    turns = np.linspace(0, 2, 60)
    tremble = np.random.default_rng(0).normal(0, 0.6 / driver.viewport.zoom, (60, 2))
    arc = np.stack([200 + 120 * np.cos(turns), 120 + 120 * np.sin(turns)], axis=1) + tremble
    driver.drag(*arc.tolist())
    drawn = driver.document.lines[-1].points
    assert 6 <= len(drawn) <= 20
    away = [distance_to(drawn, x, y) for x, y in arc.tolist()]
    assert max(away) * driver.viewport.zoom <= 1.3


def test_a_point_is_added_and_dragged_in_quick_succession(driver: Driver) -> None:
    driver.click((150, 210))
    driver.mouse(QEvent.Type.MouseButtonDblClick, driver.place(150, 210))
    driver.move(150, 230)
    driver.move(150, 260)
    driver.release(150, 260)
    assert points(driver, 2)[1] == pytest.approx((150, 260), abs=1)
    driver.double_click(200, 160)
    assert driver.document.line_count == 2


def test_a_point_is_painted_again_when_the_pointer_has_left_it(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.hover(150, 80)
    regions: list[QRegion] = []
    monkeypatch.setattr(RepaintSchedule, "add", lambda _schedule, region: regions.append(region))
    driver.hover(300, 280)
    place = driver.viewport.to_device(150, 80).toPoint()
    assert any(region.contains(place) for region in regions)

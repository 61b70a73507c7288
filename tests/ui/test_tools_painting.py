"""Brush, eraser, donors: what they mark, and one step for every stroke."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session.raster import DONORS, HOLE, ONLY
from tests.ui.driver import ALT, LEFT, RIGHT, SHIFT, Driver


@pytest.fixture
def driver(qtbot, tmp_path):
    made = Driver(qtbot, tmp_path, np.full((400, 500, 3), 90, np.uint8))
    yield made
    made.close()


def disc(size: float) -> float:
    return math.pi * size**2 / 4


@pytest.mark.parametrize("size", [5, 20, 61, 300])
def test_a_click_marks_a_disc_of_the_brush_s_size(driver, size) -> None:
    driver.settings.set("brush_size", size)
    driver.click((200.5, 180.5))
    assert driver.hole.sum() == pytest.approx(disc(size), rel=0.08)
    box = Box.of(driver.hole)
    assert (box.top + box.bottom) / 2 == pytest.approx(180.5, abs=1)
    assert (box.left + box.right) / 2 == pytest.approx(200.5, abs=1)
    assert abs(box.width - size) <= 1


def test_the_smallest_brush_marks_the_pixel_under_it(driver) -> None:
    driver.canvas.zoom_to(8)
    driver.settings.set("brush_size", 1)
    for place in ((250.05, 200.05), (252.95, 200.95), (254.5, 200.0)):
        driver.click(place)
    assert np.argwhere(driver.hole).tolist() == [[200, 250], [200, 252], [200, 254]]


def test_a_soft_brush_has_a_soft_edge_round_the_same_hole(driver) -> None:
    driver.settings.set("brush_size", 100)
    driver.click((200, 200))
    hard, cover = driver.hole.sum(), driver.document.raster(HOLE)
    assert ((cover > 5) & (cover < 250)).mean() < 0.01
    driver.document.undo()
    driver.settings.set("brush_hardness", 0)
    driver.click((200, 200))
    cover = driver.document.raster(HOLE)
    assert driver.hole.sum() == pytest.approx(hard, rel=0.03)
    assert ((cover > 5) & (cover < 250)).sum() > hard / 2


@pytest.mark.parametrize("hardness", [0, 80, 100])
def test_what_is_erased_where_it_was_drawn_is_gone(driver, hardness) -> None:
    """Nothing faint is left at the rim, which would be filled."""
    driver.settings.set("brush_size", 60)
    driver.settings.set("brush_hardness", hardness)
    for path in ([(200, 200)], [(150.3, 120.7), (300, 220), (320, 300)]):
        driver.drag(*path)
        assert driver.document.raster(HOLE).any()
        driver.drag(*path, button=RIGHT)
        assert not driver.document.raster(HOLE).any()


def test_the_stamps_of_an_erasing_stroke_do_not_add_up(driver) -> None:
    driver.document.invert_hole()
    driver.settings.set("brush_size", 100)
    driver.settings.set("brush_hardness", 0)
    driver.drag((100, 200), (400, 200), button=RIGHT)
    left = driver.document.raster(HOLE).copy()
    driver.document.undo()
    driver.document.invert_hole()
    driver.drag((100, 200), (400, 200))
    assert (left == 255 - driver.document.raster(HOLE)).all()


@pytest.mark.parametrize("size", [6, 40, 200])
def test_a_quick_stroke_has_no_gaps_and_even_edges(driver, size) -> None:
    driver.settings.set("brush_size", size)
    driver.drag((120, 200), (380, 200))
    heights = driver.hole[:, 130:370].sum(axis=0)
    assert heights.min() >= size - 2
    assert heights.max() <= size + 1


def test_a_stroke_is_one_step(driver) -> None:
    driver.settings.set("brush_size", 30)
    driver.drag((50, 50), (100, 90), (160, 60), (480, 390))
    assert len(driver.document.history) == 1
    assert driver.document.undo_text == "Brush"
    driver.document.undo()
    assert not driver.hole.any()
    driver.document.redo()
    assert driver.hole[50, 50]


def test_a_stroke_may_leave_the_photo(driver) -> None:
    driver.drag((-80, -50), (600, 450), (250, 450), (250, 399))
    assert driver.hole[399, 250]
    driver.drag((-300, 100), (-200, 100))  # never touches it
    assert len(driver.document.history) == 1


@pytest.mark.parametrize(("button", "modifiers"), [(RIGHT, Qt.KeyboardModifier.NoModifier), (LEFT, ALT)])
def test_the_right_button_or_alt_erases(driver, button, modifiers) -> None:
    driver.settings.set("brush_size", 80)
    driver.drag((100, 200), (300, 200))
    driver.settings.set("brush_size", 40)
    driver.drag((200, 100), (200, 300), button=button, modifiers=modifiers)
    assert not driver.hole[200, 200]
    assert driver.hole[200, 100]
    assert driver.document.undo_text == "Erase"
    driver.document.undo()
    assert driver.hole[200, 200]


def test_the_eraser_erases(driver) -> None:
    driver.settings.set("brush_size", 80)
    driver.drag((100, 200), (300, 200))
    driver.canvas.set_tool("eraser")
    driver.settings.set("eraser_size", 80)
    driver.drag((90, 200), (310, 200))
    assert not driver.hole.any()


def test_the_pen_s_tail_erases(driver) -> None:
    driver.settings.set("brush_size", 60)
    driver.pen([(100, 200, 1.0), (300, 200, 1.0)])
    assert driver.hole[200, 200]
    driver.pen([(200, 200, 1.0)], tail=True)
    assert not driver.hole[200, 200]
    assert driver.hole[200, 120]


def test_pressure_sets_the_size_along_the_stroke(driver) -> None:
    driver.settings.set("brush_size", 60)
    driver.pen([(100, 200, 0.2), (400, 200, 1.0)])
    heights = driver.hole.sum(axis=0)
    assert heights[100] == pytest.approx(12, abs=3)
    assert heights[250] == pytest.approx(36, abs=4)
    assert heights[395] == pytest.approx(60, abs=4)
    driver.document.undo()
    driver.settings.set("pressure_size", False)
    driver.pen([(100, 200, 0.2), (400, 200, 0.2)])
    assert driver.hole.sum(axis=0)[250] == pytest.approx(60, abs=2)


def test_shift_click_draws_a_straight_line_from_the_last_point(driver) -> None:
    driver.settings.set("brush_size", 10)
    driver.click((50, 50))
    driver.click((350, 350), modifiers=SHIFT)
    assert all(driver.hole[at, at] for at in range(50, 350, 5))
    assert len(driver.document.history) == 2
    driver.click((350, 50))  # without Shift it is a stroke of its own
    assert not driver.hole[200, 350]


def test_no_line_begins_in_the_photo_before(driver) -> None:
    driver.settings.set("brush_size", 10)
    driver.click((50, 50))
    driver.document.load(photo_from_array(np.full((400, 500, 3), 90, np.uint8)))
    driver.click((350, 350), modifiers=SHIFT)
    assert driver.hole[350, 350]
    assert not driver.hole[200, 200]
    assert not driver.hole[50, 50]


def test_escape_drops_the_stroke_under_way(driver) -> None:
    driver.press(100, 100)
    driver.move(200, 100)
    assert driver.hole.any()
    driver.key(Qt.Key.Key_Escape)
    assert not driver.hole.any()
    driver.move(300, 100)
    driver.release(300, 100)
    assert not driver.hole.any()
    assert not driver.document.can_undo


def test_choosing_another_tool_drops_the_stroke(driver) -> None:
    driver.press(100, 100)
    driver.canvas.set_tool("lasso")
    driver.release(100, 100)
    assert not driver.hole.any()


def test_undo_in_the_middle_of_a_stroke_drops_it_and_the_pen_may_go_on(driver) -> None:
    driver.click((50, 50))
    driver.press(100, 100)
    driver.document.undo()
    driver.move(300, 100)
    driver.release(300, 100)
    assert driver.hole[50, 50]
    assert not driver.hole[100, 100]
    assert len(driver.document.history) == 1


def test_a_second_button_does_not_disturb_a_stroke(driver) -> None:
    driver.press(100, 100)
    driver.press(150, 100, RIGHT)
    driver.move(200, 100)
    driver.release(200, 100, RIGHT)
    driver.move(300, 100)
    driver.release(300, 100)
    assert driver.hole[100, 300]
    assert len(driver.document.history) == 1


def test_a_closed_stroke_fills_its_inside_if_set(driver) -> None:
    ring = [(200 + 80 * math.cos(turn / 5), 200 + 80 * math.sin(turn / 5)) for turn in range(32)]
    driver.settings.set("brush_size", 12)
    driver.drag(*ring)
    assert not driver.hole[200, 200]
    driver.document.undo()
    driver.settings.set("close_loops", True)
    driver.drag(*ring)
    assert driver.hole[200, 200]
    assert len(driver.document.history) == 1
    driver.document.undo()
    driver.drag(*ring[:20])  # comes nowhere near its start
    assert not driver.hole[200, 200]


@pytest.mark.parametrize(("tool", "raster", "other"), [("donors", DONORS, ONLY), ("only", ONLY, DONORS)])
def test_what_a_fill_may_copy_is_flat_and_apart_from_the_hole(driver, tool, raster, other) -> None:
    driver.canvas.set_tool(tool)
    driver.settings.set("brush_hardness", 0)
    driver.drag((100, 100), (200, 100))
    assert set(np.unique(driver.document.raster(raster))) == {0, 255}
    assert not driver.hole.any()
    assert not driver.document.raster(other).any()
    driver.document.undo()
    assert not driver.document.raster(raster).any()
    driver.document.redo()
    assert driver.document.raster(raster).any()
    driver.drag((80, 100), (220, 100), button=RIGHT)
    assert not driver.document.raster(raster).any()


def test_painting_asks_the_session_to_fill_and_erasing_does_not(driver, monkeypatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(driver.session.fills, "finish_stroke", lambda: calls.append(1))
    driver.drag((100, 100), (200, 100))
    assert len(calls) == 1
    driver.drag((100, 100), (120, 100), button=RIGHT)
    driver.canvas.set_tool("donors")
    driver.drag((100, 300), (120, 300))
    assert len(calls) == 1


def test_with_fill_on_release_one_undo_takes_back_fill_and_stroke(qtbot, tmp_path) -> None:
    from tests.session.conftest import FakeFiller

    driver = Driver(qtbot, tmp_path, np.full((400, 500, 3), 90, np.uint8), FakeFiller())
    driver.session.start()
    driver.session.models.fill_on_release = True
    with qtbot.waitSignal(driver.session.fills.filled):
        driver.drag((100, 100), (200, 100))
    assert not driver.hole.any()
    assert (driver.document.raster("photo")[100, 150] == FakeFiller.grey(0)).all()
    driver.document.undo()
    assert (driver.document.raster("photo") == 90).all()
    assert not driver.hole.any()
    driver.close()


def test_one_stroke_looks_the_same_from_every_zoom(driver) -> None:
    driver.settings.set("brush_size", 50)
    driver.drag((100, 100), (300, 250))
    fitted = driver.hole.copy()
    driver.document.undo()
    driver.canvas.zoom_at(driver.place(200, 175), 2.5)
    driver.drag((100, 100), (300, 250))
    assert (driver.hole != fitted).sum() < 0.01 * fitted.sum()


def test_without_a_photo_nothing_happens(qtbot, tmp_path) -> None:
    from inpaint_studio.session.session import Session
    from inpaint_studio.session.settings import Settings
    from inpaint_studio.ui.canvas.canvas import Canvas
    from inpaint_studio.ui.tools import TOOLS

    session = Session(Settings(tmp_path / "s.toml"))
    canvas = Canvas(session)
    qtbot.addWidget(canvas)
    canvas.show()
    for name in TOOLS:
        canvas.set_tool(name)
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton)
        qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    canvas.set_show_original(True)
    canvas.set_flow_view(True)
    assert not canvas.grab().isNull()

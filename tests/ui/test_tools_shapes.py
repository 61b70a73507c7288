"""The tools lasso, polygon, rectangle, ellipse, wand, guide line and hand."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import HOLE, LINES
from inpaint_studio.ui.tools import TOOLS
from inpaint_studio.ui.tools.guide_line import simplify
from tests.ui.driver import ALT, NONE, RIGHT, SHIFT, Driver


@pytest.fixture
def driver(qtbot, tmp_path):
    photo = np.full((400, 500, 3), 90, np.uint8)
    photo[100:200, 150:350] = (200, 40, 40)
    photo[120:130, 160:170] = (90, 90, 90)  # the ground's colour, but an island
    made = Driver(qtbot, tmp_path, photo)
    yield made
    made.close()


def test_the_table_is_whole() -> None:
    keys = [tool.key for tool in TOOLS.values()]
    assert sorted(keys) == sorted("BELMPRUWKDISHVO")
    assert all(tool.title and tool.icon and tool.tip for tool in TOOLS.values())
    assert list(TOOLS) == [tool.name for tool in TOOLS.values()]


def test_the_lasso_marks_its_inside_as_one_step(driver) -> None:
    driver.canvas.set_tool("lasso")
    driver.drag((100, 100), (200, 100), (200, 200), (100, 200))
    assert driver.hole.sum() == pytest.approx(100 * 100, rel=0.03)
    assert driver.hole[150, 150]
    assert len(driver.document.history) == 1
    driver.drag((120, 120), (180, 120), (180, 180), (120, 180), button=RIGHT)
    assert not driver.hole[150, 150]
    assert driver.hole[110, 110]
    driver.click((300, 300))  # nothing goes round nothing
    assert len(driver.document.history) == 2


def test_the_rectangle(driver) -> None:
    driver.canvas.set_tool("rectangle")
    driver.drag((300, 220), (200, 320))
    assert Box.of(driver.hole) == Box(220, 200, 320, 300)
    assert driver.hole.sum() == 100 * 100
    driver.drag((200, 220), (250, 320), modifiers=ALT)
    assert Box.of(driver.hole) == Box(220, 250, 320, 300)
    driver.document.undo()
    driver.document.undo()
    driver.drag((100, 100), (150, 130), modifiers=SHIFT)
    assert Box.of(driver.hole) == Box(100, 100, 150, 150)


def test_a_rectangle_may_reach_over_the_edge(driver) -> None:
    driver.canvas.set_tool("rectangle")
    driver.drag((-50, -50), (40, 30))
    assert Box.of(driver.hole) == Box(0, 0, 30, 40)


def test_the_polygon_is_closed_by_a_double_click(driver) -> None:
    driver.canvas.set_tool("polygon")
    driver.click((100, 100), (300, 100))
    driver.hover(250, 200)
    assert driver.canvas.tool.busy
    driver.double_click(200, 300)
    assert driver.hole.sum() == pytest.approx(200 * 200 / 2, rel=0.05)
    assert not driver.canvas.tool.busy
    assert len(driver.document.history) == 1


def test_the_polygon_is_closed_at_its_start_or_by_enter(driver) -> None:
    driver.canvas.set_tool("polygon")
    corners = [(100, 100), (300, 100), (200, 300)]
    driver.click(*corners, (101, 101))
    assert driver.hole[150, 200]
    driver.document.undo()
    driver.click(*corners)
    assert driver.key(Qt.Key.Key_Return, QEvent.Type.ShortcutOverride)  # not the window's, which fills
    driver.key(Qt.Key.Key_Return)
    assert driver.hole[150, 200]


def test_backspace_takes_back_a_corner_and_escape_all(driver) -> None:
    driver.canvas.set_tool("polygon")
    driver.click((100, 100), (300, 100), (480, 390))
    driver.key(Qt.Key.Key_Backspace)
    driver.click((200, 300))
    driver.key(Qt.Key.Key_Return)
    assert Box.of(driver.hole).right <= 301
    driver.document.undo()
    driver.click((100, 100), (300, 100))
    driver.key(Qt.Key.Key_Escape)
    assert not driver.canvas.tool.busy
    assert not driver.document.can_undo


def test_the_polygon_erases_when_begun_with_the_right_button(driver) -> None:
    driver.document.invert_hole()
    driver.canvas.set_tool("polygon")
    driver.click((100, 100), (300, 100), (200, 300), button=RIGHT)
    driver.key(Qt.Key.Key_Return)
    assert not driver.hole[150, 200]
    assert driver.hole[350, 50]


def test_the_wand_marks_a_colour(qtbot, driver) -> None:
    driver.canvas.set_tool("wand")
    driver.settings.set("found_margin", 0)
    driver.click((300, 150))
    qtbot.waitUntil(lambda: driver.hole.any())
    assert driver.hole.sum() == 100 * 200 - 100
    assert len(driver.document.history) == 1
    driver.click((300, 150), button=RIGHT)
    qtbot.waitUntil(lambda: not driver.hole.any())
    driver.click((-20, 50))  # beside the photo
    driver.settle()
    assert not driver.hole.any()


@pytest.mark.parametrize("tool", ["lasso", "polygon", "rectangle", "ellipse", "wand"])
def test_shift_adds_and_alt_takes_away_in_every_tool_that_selects(qtbot, driver, tool) -> None:
    def select(corner: tuple[int, int], modifiers) -> None:
        x, y = corner
        box = ((x, y), (x + 60, y), (x + 60, y + 60), (x, y + 60))
        steps = len(driver.document.history)
        if tool == "wand":
            driver.click((x + 30, y + 30), modifiers=modifiers)
        elif tool == "polygon":
            driver.click(*box, modifiers=modifiers)
            driver.key(Qt.Key.Key_Return)
        else:
            driver.drag(*(box if tool == "lasso" else (box[0], box[2])), modifiers=modifiers)
        qtbot.waitUntil(lambda: len(driver.document.history) == steps + 1)

    driver.canvas.set_tool(tool)
    select((20, 20), NONE)
    select((200, 110), SHIFT)
    assert driver.hole[50, 50]
    assert driver.hole[140, 230]
    select((200, 110), ALT)
    assert driver.hole[50, 50]
    assert not driver.hole[140, 230]
    if tool != "wand":
        assert not driver.document.raster(HOLE)[100:].any()  # no faint rim either


def test_an_ellipse_fits_its_box_and_is_round_with_shift(driver) -> None:
    driver.canvas.set_tool("ellipse")
    driver.drag((100, 100), (300, 200))
    rows, columns = np.nonzero(driver.hole)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (100, 199, 100, 299)
    assert driver.hole.sum() == pytest.approx(np.pi * 100 * 50, rel=0.01)
    assert len(driver.document.history) == 1
    driver.document.undo()
    driver.drag((100, 100), (300, 200), modifiers=SHIFT)
    assert driver.hole.sum() == pytest.approx(np.pi * 100**2, rel=0.01)
    driver.drag((100, 100), (300, 300), button=RIGHT)
    assert not driver.hole.any()


def test_the_wand_takes_its_options_from_the_settings(qtbot, driver) -> None:
    driver.canvas.set_tool("wand")

    def marked(**settings) -> np.ndarray:
        for name, value in settings.items():
            driver.settings.set(name, value)
        driver.click((165, 125))  # the island
        qtbot.waitUntil(lambda: driver.document.can_undo)
        found = driver.hole.copy()
        driver.document.undo()
        return found

    assert marked(found_margin=0).sum() == 100
    assert marked(found_margin=2).sum() == 14 * 14 - 4 * 3
    ground = marked(found_margin=0, wand_connected=False)
    assert ground.sum() == 400 * 500 - 100 * 200 + 100
    driver.canvas.set_tool("brush")
    photo = driver.document.raster("photo")
    photo[125, 165] = (0, 255, 0)  # one odd pixel
    driver.canvas.set_tool("wand")
    assert marked(wand_connected=True, wand_sample="1").sum() == 1
    assert marked(wand_sample="5", wand_tolerance=20).sum() == 99


def test_a_wand_that_finds_nothing_shows_a_hint(qtbot, driver) -> None:
    photo = driver.document.raster("photo")
    photo[300:330, 300:330] = 0
    photo[300:330:2, 300:330:2] = 255
    driver.canvas.set_tool("wand")
    driver.settings.set("wand_sample", "3")
    driver.settings.set("wand_tolerance", 5)
    with qtbot.waitSignal(driver.canvas.hint) as hint:
        driver.click((311, 311))
    assert hint.args == ["Nothing has that colour; raise the tolerance."]
    assert not driver.document.can_undo


def test_a_wand_s_search_that_is_overtaken_marks_nothing(driver) -> None:
    driver.canvas.set_tool("wand")
    driver.click((300, 150))
    driver.key(Qt.Key.Key_Escape)
    driver.settle()
    assert not driver.hole.any()


def test_a_guide_line_by_dragging(driver) -> None:
    driver.canvas.set_tool("guide-line")
    driver.drag((50, 50), (100, 52), (150, 50), (200, 52), (250, 50))
    assert driver.document.line_count == 1
    line = driver.document.lines[0]
    assert line.points[0] == pytest.approx((50, 50), abs=0.01)
    assert line.points[-1] == pytest.approx((250, 50), abs=0.01)
    assert driver.document.raster(LINES)[50, 50:250].any()
    assert len(driver.document.history) == 1


def test_a_guide_line_click_by_click(driver) -> None:
    driver.canvas.set_tool("guide-line")
    driver.click((50, 50), (150, 80))
    driver.hover(200, 200)
    assert driver.document.line_count == 0
    driver.double_click(250, 60)
    assert driver.document.line_count == 1
    assert driver.document.lines[0].points == pytest.approx(np.array([(50, 50), (150, 80), (250, 60)]), abs=0.01)
    assert not driver.canvas.tool.busy


def test_a_guide_line_under_way_can_be_taken_back(driver) -> None:
    driver.canvas.set_tool("guide-line")
    driver.click((50, 50), (150, 80), (400, 390))
    assert driver.key(Qt.Key.Key_Delete, QEvent.Type.ShortcutOverride)
    driver.key(Qt.Key.Key_Delete)
    driver.key(Qt.Key.Key_Enter)
    assert driver.document.lines[0].points[-1] == pytest.approx((150, 80), abs=0.01)
    assert not driver.key(Qt.Key.Key_Delete, QEvent.Type.ShortcutOverride)  # now it is the window's
    driver.click((50, 150), (150, 180))
    driver.key(Qt.Key.Key_Escape)
    assert driver.document.line_count == 1


def test_one_click_twice_at_a_place_is_no_line(driver) -> None:
    driver.canvas.set_tool("guide-line")
    driver.double_click(100, 100)
    assert driver.document.line_count == 0
    assert not driver.canvas.tool.busy


def test_the_right_button_takes_away_the_line_it_hits(driver) -> None:
    driver.canvas.set_tool("guide-line")
    driver.drag((50, 50), (150, 50), (250, 50))
    driver.drag((50, 150), (150, 150), (250, 150))
    driver.click((100, 100), button=RIGHT)
    assert driver.document.line_count == 2
    driver.click((100, 52), button=RIGHT)
    assert [line.number for line in driver.document.lines] == [2]


def test_simplifying_keeps_corners_and_drops_what_is_straight() -> None:
    straight = np.stack([np.linspace(0, 50, 40), np.linspace(0, 20, 40)], axis=1)
    bent = np.concatenate([straight, [[60, -30]]])
    assert simplify(straight, 0.5).tolist() == [[0, 0], [50, 20]]
    assert simplify(bent, 0.5).tolist() == [[0, 0], [50, 20], [60, -30]]


def test_the_hand_moves_the_photo(driver) -> None:
    driver.canvas.set_tool("hand")
    before = driver.place(0, 0)
    start = driver.place(250, 200)
    driver.mouse(QEvent.Type.MouseButtonPress, start)
    driver.mouse(QEvent.Type.MouseMove, start + (driver.place(10, 5) - driver.place(0, 0)))
    driver.mouse(QEvent.Type.MouseButtonRelease, start)
    moved = driver.place(0, 0) - before
    assert (moved.x(), moved.y()) == pytest.approx((10 * driver.viewport.zoom, 5 * driver.viewport.zoom), abs=1.5)
    assert not driver.document.can_undo

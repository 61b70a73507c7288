"""The canvas: zoom, pan, keys, what is shown where, and that pieces painted one by one equal the whole."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor

from inpaint_studio.engine.flow.flow import Flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session.raster import PHOTO
from tests.ui.driver import CTRL, MIDDLE, RIGHT, Driver

HEIGHT, WIDTH = 700, 900


@pytest.fixture
def driver(qtbot, tmp_path):
    photo = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    made = Driver(qtbot, tmp_path, photo)
    yield made
    made.close()


def same_place(one: QPointF, other: QPointF) -> bool:
    return abs(one.x() - other.x()) < 1.01 and abs(one.y() - other.y()) < 1.01


def test_a_new_photo_is_fitted(driver) -> None:
    corner, end = driver.place(0, 0), driver.place(WIDTH, HEIGHT)
    assert corner.x() >= 0
    assert corner.y() >= 0
    assert end.x() <= 800
    assert end.y() <= 600
    assert min(corner.x(), corner.y()) == pytest.approx(24, abs=2)
    driver.document.load(photo_from_array(np.zeros((2000, 100, 3), np.uint8)))
    assert driver.place(100, 2000).y() <= 600


def test_small_photos_are_shown_in_whole_steps(driver) -> None:
    driver.document.load(photo_from_array(np.zeros((100, 130, 3), np.uint8)))
    assert driver.canvas.zoom == 5
    driver.document.load(photo_from_array(np.zeros((1, 1, 3), np.uint8)))
    assert driver.canvas.zoom == 8


def test_the_wheel_zooms_round_the_pointer(driver) -> None:
    reported: list[float] = []
    driver.canvas.zoomChanged.connect(reported.append)
    place = driver.place(123, 456)
    for notches in (1, 1, 2, 0.5, -3, 4):
        driver.wheel(*driver.viewport.to_image(place), notches)
        assert same_place(driver.place(123, 456), place)
    assert reported[-1] == driver.canvas.zoom
    assert len(reported) == 6


def test_zoom_ends_at_3200_percent_and_at_fit(driver) -> None:
    fitted = driver.canvas.zoom
    for _ in range(60):
        driver.wheel(450, 350, 1)
    assert driver.canvas.zoom == 32
    for _ in range(90):
        driver.wheel(450, 350, -1)
    assert driver.canvas.zoom == pytest.approx(fitted)


def test_zooming_past_100_percent_stops_there(driver) -> None:
    driver.canvas.zoom_to(0.95)
    driver.wheel(450, 350, 1)
    assert driver.canvas.zoom == 1


def test_ctrl_and_wheel_size_the_brush(driver) -> None:
    zoom, size = driver.canvas.zoom, driver.settings.brush_size
    driver.wheel(100, 100, 1, CTRL)
    assert driver.settings.brush_size > size
    for _ in range(80):
        driver.wheel(100, 100, -1, CTRL)
    assert driver.settings.brush_size == 1
    driver.wheel(100, 100, 1, CTRL)
    assert driver.settings.brush_size == 2  # it does not stick at the smallest
    assert driver.canvas.zoom == zoom


def test_pinch_zooms_and_two_fingers_pan(driver) -> None:
    place, zoom = driver.place(300, 300), driver.canvas.zoom
    driver.pinch(300, 300, 0.25)
    assert driver.canvas.zoom == pytest.approx(1.25 * zoom)
    assert same_place(driver.place(300, 300), place)
    before = driver.place(0, 0)
    driver.scroll(-30, 12)
    assert same_place(driver.place(0, 0), before + QPointF(-30, 12))


@pytest.mark.parametrize("space", [True, False])
def test_space_or_the_middle_button_pan_and_paint_nothing(driver, space) -> None:
    driver.canvas.zoom_to(2)
    before, start = driver.place(0, 0), QPointF(300, 300)
    if space:
        driver.key(Qt.Key.Key_Space)
        driver.key(Qt.Key.Key_Space, repeated=True)
        assert driver.canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    button = Qt.MouseButton.LeftButton if space else MIDDLE
    driver.mouse(QEvent.Type.MouseButtonPress, start, button)
    driver.mouse(QEvent.Type.MouseMove, start + QPointF(-40, 25), button)
    driver.mouse(QEvent.Type.MouseButtonRelease, start + QPointF(-40, 25), button)
    if space:
        driver.key_up(Qt.Key.Key_Space)
    assert same_place(driver.place(0, 0), before + QPointF(-40, 25))
    assert not driver.document.can_undo
    assert driver.canvas.cursor().shape() == driver.canvas.tool.cursor
    driver.click((450, 350))
    assert driver.document.can_undo


def test_arrows_pan(driver) -> None:
    driver.canvas.zoom_to(3)
    before = driver.place(0, 0)
    driver.key(Qt.Key.Key_Right)
    driver.key(Qt.Key.Key_Down)
    moved = driver.place(0, 0) - before
    assert moved.x() < 0
    assert moved.y() < 0
    driver.key(Qt.Key.Key_Left)
    driver.key(Qt.Key.Key_Up)
    assert same_place(driver.place(0, 0), before)


def test_the_photo_cannot_be_lost_from_sight(driver) -> None:
    for _ in range(100):
        driver.canvas.pan(-500, -500)
    corner = driver.place(WIDTH, HEIGHT)
    assert corner.x() > 10
    assert corner.y() > 10


def test_resizing_keeps_a_fitted_photo_fitted(driver) -> None:
    driver.canvas.resize(500, 500)
    assert driver.place(WIDTH, HEIGHT).x() <= 500
    driver.canvas.zoom_to(2)
    driver.canvas.resize(700, 400)
    assert driver.canvas.zoom == 2


def test_at_100_percent_every_pixel_is_its_own(driver) -> None:
    driver.canvas.zoom_to(1)
    shown, view = driver.grab(), driver.viewport
    photo = driver.document.raster(PHOTO)
    box = view.image_box(Box(0, 0, 600, 800))
    place = view.device_box(box)
    assert np.array_equal(shown[place.slices], photo[box.slices])


@pytest.mark.parametrize("zoom", [2, 3.7, 12])
def test_from_200_percent_pixels_are_crisp(driver, zoom) -> None:
    driver.canvas.zoom_to(zoom)
    shown, photo = driver.grab(), driver.document.raster(PHOTO)
    for x in range(0, 800, 37):
        for y in range(0, 600, 41):
            column, row = (int(np.floor(v)) for v in driver.viewport.to_image(QPointF(x + 0.5, y + 0.5)))
            if 0 <= row < HEIGHT and 0 <= column < WIDTH:
                assert shown[y, x].tolist() == photo[row, column].tolist()


def test_below_200_percent_pixels_are_smooth(driver) -> None:
    driver.canvas.zoom_to(1.6)
    colours = {tuple(colour) for colour in driver.grab()[300].tolist()}
    photo = {tuple(colour) for colour in driver.document.raster(PHOTO).reshape(-1, 3).tolist()}
    assert len(colours - photo) > 400  # nearest neighbours would show none but the photo's own


def test_a_grid_from_1600_percent(driver) -> None:
    driver.document.load(photo_from_array(np.full((40, 40, 3), 20, np.uint8)))
    driver.canvas.zoom_to(15)
    assert len(np.unique(driver.grab()[250:300, 350:400])) == 1
    driver.canvas.zoom_to(20)
    lined = np.flatnonzero((driver.grab()[200:400, 300:500, 0] != 20).all(axis=0))
    assert np.diff(lined).tolist() == [20] * 9


def test_transparency_shows_squares(driver) -> None:
    pixels = np.full((300, 300, 4), 255, np.uint8)
    pixels[:, 150:, 3] = 0
    driver.document.load(photo_from_array(pixels))
    driver.settle()
    assert driver.colour_at(50, 150) == QColor(255, 255, 255)
    place = driver.viewport.device_box(Box(0, 160, 300, 290))
    greys = np.unique(driver.grab()[place.slices].reshape(-1, 3), axis=0)
    assert greys.tolist() == [[105] * 3, [150] * 3]


def test_the_surround_is_neutral(driver) -> None:
    assert len(set(driver.grab()[3, 3].tolist())) == 1


def test_tab_held_shows_the_original(driver) -> None:
    driver.document.load(photo_from_array(np.full((300, 300, 3), 10, np.uint8)))
    box = Box(100, 100, 200, 200)
    driver.document.apply("Fill", PHOTO, box, np.full((100, 100, 3), 250, np.uint8))
    driver.click((30, 30))
    assert driver.colour_at(150, 150) == QColor(250, 250, 250)
    driver.key(Qt.Key.Key_Tab)
    driver.key(Qt.Key.Key_Tab, repeated=True)
    driver.settle()
    assert driver.colour_at(150, 150) == QColor(10, 10, 10)
    assert driver.colour_at(30, 30) == QColor(10, 10, 10)
    driver.key_up(Qt.Key.Key_Tab)
    assert driver.colour_at(150, 150) == QColor(250, 250, 250)
    assert driver.colour_at(30, 30) != QColor(10, 10, 10)


def test_the_position_of_the_pointer_is_reported(driver) -> None:
    reported: list[tuple] = []
    driver.canvas.cursorMoved.connect(lambda *what: reported.append(what))
    driver.hover(12.5, 34.5)
    driver.hover(-5, 34.5)
    assert reported == [(12, 34, True), (-5, 34, False)]


def test_painting_piece_by_piece_equals_painting_all(driver) -> None:
    """The overlay and the pyramid are only kept up where something has changed; nothing stale may stay."""
    rng = np.random.default_rng(5)
    for zoom in (0.3, driver.canvas.zoom, 1, 2.6, 7):
        driver.canvas.zoom_at(driver.place(450, 350), zoom)
        for number in range(12):
            driver.settings.set("brush_size", int(rng.integers(2, 120)))
            driver.canvas.set_tool(("brush", "donors", "eraser")[number % 3])
            driver.drag(*[tuple(rng.uniform((0, 0), (WIDTH, HEIGHT))) for _ in range(3)])
            driver.canvas.repaint()
            if number % 4 == 3:
                driver.document.undo()
        box = Box(300, 400, 360, 520)
        driver.document.apply("Fill", PHOTO, box, rng.integers(0, 256, (60, 120, 3), np.uint8))
        driver.settle()
        driver.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
        piecewise = driver.grab()
        driver.canvas._overlay.mark_all()
        assert np.array_equal(piecewise, driver.grab())
        other = type(driver.canvas)(driver.session)
        driver.qtbot.addWidget(other)
        other.resize(driver.canvas.size())
        driver.qtbot.waitUntil(lambda other=other: other.background.idle)
        other.viewport.__dict__.update(driver.viewport.__dict__)
        other._overlay.mark_all()
        from_new = other.grab().toImage()
        assert from_new == driver.canvas.grab().toImage()


def test_the_hole_is_seen_whatever_lies_under_it(driver) -> None:
    driver.settings.set("brush_size", 80)
    for ground in ((255, 61, 90), (0, 0, 0), (255, 255, 255), (128, 128, 128)):
        driver.document.load(photo_from_array(np.full((400, 400, 3), ground, np.uint8)))
        driver.settle()
        driver.click((200, 200))
        driver.hover(390, 390)
        shown = driver.grab().astype(int)
        place = driver.viewport.device_box(Box(140, 140, 260, 260))
        part = shown[place.slices]
        assert part.max() - part.min() > 100  # the outline has both white and black


def test_a_hairline_is_seen_from_afar(qtbot, tmp_path) -> None:
    driver = Driver(qtbot, tmp_path, np.full((4000, 6000, 3), 60, np.uint8))
    driver.document.apply("Line", "hole", Box(2001, 0, 2002, 6000), np.full((1, 6000), 255, np.uint8))
    shown = driver.grab()[:, 400]
    assert (shown == 255).all(axis=1).any()
    driver.close()


def flow(box: Box, down: int, across: int) -> Flow:
    size = (box.height, box.width)
    offsets = np.stack([np.full(size, down), np.full(size, across)]).astype(np.int16)
    return Flow(box, offsets, np.full(size, 0.5, np.float16), np.ones(size, bool), (HEIGHT, WIDTH))


def test_the_flow_view_shows_colours_and_the_source_under_the_pointer(driver) -> None:
    box = Box(300, 400, 400, 500)
    driver.document.set_flow(flow(box, -200, 0))
    words: list[str] = []
    driver.canvas.sourceHovered.connect(words.append)
    driver.hover(450, 350)
    assert not words
    with driver.qtbot.waitSignal(driver.canvas.flowColoured) as scale:
        driver.canvas.set_flow_view(True)
    driver.settle()
    assert scale.args == [200]
    assert words[-1] == "(450, 350) comes from (450, 150), 200 px up · confidence 50 % · copied"
    driver.hover(100, 100)
    assert words[-1] == ""
    colour = driver.colour_at(480, 380)
    assert colour.saturation() > 100
    driver.hover(450.5, 350.5)
    outlined = driver.colour_at(450.5, 250.5)  # the line runs straight up from there
    assert min(outlined.red(), outlined.green(), outlined.blue()) > 200
    driver.document.undo()
    assert words[-1] == ""
    driver.settle()
    assert driver.colour_at(480, 380) != colour
    driver.canvas.set_flow_view(False)


def test_of_two_fills_of_a_pixel_the_newer_is_shown(driver) -> None:
    driver.document.set_flow(flow(Box(300, 400, 400, 500), -200, 0))
    driver.document.set_flow(flow(Box(350, 450, 450, 550), 0, 90))
    words: list[str] = []
    driver.canvas.sourceHovered.connect(words.append)
    driver.canvas.set_flow_view(True)
    driver.hover(410, 310)
    driver.hover(460, 360)
    assert "200 px up" in words[-2]
    assert "90 px right" in words[-1]


def test_guide_lines_are_crisp_at_every_zoom(driver) -> None:
    driver.document.load(photo_from_array(np.full((400, 400, 3), 30, np.uint8)))
    driver.document.add_line([(100, 200.5), (300, 200.5)])
    line = QColor(driver.settings.lines_colour)
    for zoom in (0.8, 1, 6, 30):
        driver.canvas.fit()
        driver.canvas.zoom_at(driver.place(200, 200.5), zoom)
        place = driver.place(200, 200.5)
        column = driver.grab()[:, int(place.x())]
        reached = np.flatnonzero((np.abs(column.astype(int) - line.getRgb()[:3]) < 40).all(axis=1))
        assert 1 <= reached.size <= 4


def test_a_gesture_is_reported_before_it_begins(driver) -> None:
    reported: list[bool] = []
    driver.canvas.gestureBegan.connect(lambda: reported.append(driver.document.live is None))
    driver.click((10, 10))
    driver.click((10, 10), button=RIGHT)
    assert reported == [True, True]
    driver.click((10, 10), button=MIDDLE)
    assert len(reported) == 2


def test_losing_the_focus_lets_go_of_held_keys(driver) -> None:
    driver.key(Qt.Key.Key_Tab)
    driver.key(Qt.Key.Key_Space)
    driver.canvas.clearFocus()
    from PySide6.QtGui import QFocusEvent

    driver.canvas.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut))
    driver.click((100, 100))
    assert driver.document.can_undo

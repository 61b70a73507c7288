"""The halved pictures and planes, and the transform between image and screen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.task_queue import TaskQueue
from inpaint_studio.ui.canvas.pyramid import Coverage, Pyramid, gather, level_for
from inpaint_studio.ui.canvas.viewport import Viewport


def pixels_of(image) -> np.ndarray:
    """B, G, R, A of an image of 32 bits a pixel."""
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


@pytest.fixture
def background(qtbot):
    del qtbot
    made = TaskQueue("test")
    yield made.lane("canvas")
    made.stop()


def built(qtbot, background, pixels) -> Pyramid:
    pyramid = Pyramid(pixels, background)
    qtbot.waitUntil(lambda: background.idle)
    assert pyramid.ready
    return pyramid


@pytest.mark.parametrize("size", [(1024, 1024), (601, 777), (1, 900), (1, 1), (2000, 3)])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_level_is_the_mean_of_the_one_below(qtbot, background, size, channels) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size, channels), np.uint8)
    if channels == 4:
        pixels[..., 3] = 255
    pyramid = built(qtbot, background, pixels)
    image, level = pyramid.level(0.5)
    if max(size) <= 256:
        assert level == 0
        return
    assert level == 1
    assert (image.height(), image.width()) == (-(-size[0] // 2), -(-size[1] // 2))
    padded = np.pad(pixels.astype(float), [(0, size[0] % 2), (0, size[1] % 2), (0, 0)], mode="edge")
    mean = (padded[0::2, 0::2] + padded[1::2, 0::2] + padded[0::2, 1::2] + padded[1::2, 1::2]) / 4
    assert np.abs(pixels_of(image)[..., 2::-1] - mean[..., :3]).max() <= 0.75


def test_transparent_pixels_lend_no_colour(qtbot, background) -> None:
    pixels = np.zeros((600, 600, 4), np.uint8)
    pixels[:, ::2] = (255, 255, 255, 255)
    pixels[:, 1::2] = (255, 0, 0, 0)
    image, _ = built(qtbot, background, pixels).level(0.5)
    blue, green, red, alpha = pixels_of(image)[100, 100].tolist()
    assert blue == green == red
    assert abs(alpha - 127) <= 1


@pytest.mark.parametrize("side", [20, 700])
def test_a_refresh_equals_a_new_build(qtbot, background, side) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (1001, 1503, 3), np.uint8)
    pyramid = built(qtbot, background, pixels)
    reported: list[Box] = []
    pyramid.updated.connect(reported.append)
    box = Box(101, 203, 101 + side, 203 + side)
    pixels[box.slices] = rng.integers(0, 256, (side, side, 3), np.uint8)
    pyramid.refresh(box)
    qtbot.waitUntil(lambda: background.idle)
    assert reported == ([box] if side > 256 else [])  # small ones are there at once
    again = built(qtbot, background, pixels)
    for zoom in (0.5, 0.25, 0.125):
        mine, other = pixels_of(pyramid.level(zoom)[0]), pixels_of(again.level(zoom)[0])
        assert np.abs(mine.astype(int) - other).max() <= 1  # two ways of rounding a half


def test_before_the_levels_are_there_the_picture_itself_is(background) -> None:
    pyramid = Pyramid(np.zeros((900, 900, 3), np.uint8), background)
    image, level = pyramid.level(0.1)
    assert (image.width(), level) == (900, 0)


@pytest.mark.parametrize(("zoom", "level"), [(4, 0), (1, 0), (0.9, 0), (0.5, 1), (0.3, 1), (0.25, 2), (0.01, 3)])
def test_the_level_has_a_pixel_for_every_one_of_the_screen(zoom, level) -> None:
    assert level_for(zoom, 3) == level


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 698), st.integers(0, 899), st.integers(1, 60), st.integers(1, 60), st.sampled_from([0.5, 0.25, 0.1])
)
def test_no_covered_pixel_is_lost_at_any_level(row, col, height, width, zoom) -> None:
    plane = np.zeros((699, 900), np.uint8)
    coverage = Coverage(plane)
    box = Box(row, col, row + height, col + width).clip(699, 900)
    plane[box.slices] = 200
    coverage.refresh(box)
    level, number = coverage.level(zoom)
    assert level[row >> number, col >> number] == 200
    extent = coverage.extent()
    assert extent is not None
    assert extent.intersection(box) == box
    plane[:] = 0
    coverage.refresh(box)
    assert coverage.extent() is None
    assert not coverage.level(zoom)[0].any()


@pytest.mark.parametrize("zoom", [0.125, 0.2, 0.3, 0.5, 0.77])
def test_from_afar_a_pixel_of_the_screen_shows_the_largest_value_under_it(zoom) -> None:
    rng = np.random.default_rng(0)
    plane = np.where(rng.random((600, 900)) < 0.002, 255, 0).astype(np.uint8)
    coverage = Coverage(plane)
    coverage.refresh(Box(0, 0, 600, 900))
    device = Box(1, 2, int(600 * zoom), int(900 * zoom))
    shown = gather(coverage, device, zoom)
    assert shown.shape == (device.height, device.width)
    for row, col in np.argwhere(plane):
        y, x = int((row + 0.5) * zoom), int((col + 0.5) * zoom)
        if device.contains(y, x):
            assert shown[y - device.top, x - device.left] == 255
    assert shown.mean() < 255 * 0.002 * 9 / zoom**2  # and not much else


@pytest.mark.parametrize("zoom", [1.0, 3.7, 20.0])
def test_from_near_it_shows_the_value_under_its_middle(zoom) -> None:
    plane = np.random.default_rng(0).integers(0, 256, (50, 60), np.uint8)
    device = Box(3, 5, int(49 * zoom), int(59 * zoom))
    rows = ((np.arange(device.top, device.bottom) + 0.5) / zoom).astype(int)
    cols = ((np.arange(device.left, device.right) + 0.5) / zoom).astype(int)
    assert np.array_equal(gather(Coverage(plane), device, zoom), plane[np.ix_(rows, cols)])


@settings(max_examples=80, deadline=None)
@given(
    st.floats(0.02, 32), st.floats(0, 900), st.floats(0, 700), st.sampled_from([1.0, 1.25, 2.0]), st.floats(-300, 300)
)
def test_image_and_screen_are_each_other_s_inverse(zoom, x, y, dpr, way) -> None:
    view = Viewport()
    view.set_widget(800, 600, dpr)
    view.set_photo(700, 900)
    view.zoom_at(QPointF(333, 222), zoom)
    view.pan(way, -way)
    back = view.to_image(view.to_widget(x, y))
    assert back == pytest.approx((x, y), abs=1e-6)
    corner = view.to_device(0, 0)
    assert corner.x() == int(corner.x())  # on a whole device pixel
    box = Box(int(y) // 2, int(x) // 2, int(y) // 2 + 20, int(x) // 2 + 30).clip(700, 900)
    shown = view.device_box(box)
    if not shown.empty:
        assert view.image_box(shown).intersection(box).area > 0


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_100_percent_is_one_device_pixel_whatever_the_display(dpr) -> None:
    view = Viewport()
    view.set_widget(800, 600, dpr)
    view.set_photo(3000, 3000)
    view.zoom_at(QPointF(10, 10), 1.0)
    a, b = view.to_device(100, 100), view.to_device(101, 100)
    assert b.x() - a.x() == 1
    assert view.to_widget(101, 100).x() - view.to_widget(100, 100).x() == pytest.approx(1 / dpr)

"""Sampling areas by every shape: what the tools "Do not sample here" and "Sample only here" mark, and their panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from inpaint_studio.session.raster import DONORS, HOLE, ONLY
from inpaint_studio.session.settings import SAMPLING_SHAPES
from inpaint_studio.ui.tools import TOOLS
from tests.engine.test_object_mask import CENTRE, RADIUS, scene
from tests.ui.driver import RIGHT, Driver
from tests.ui.studio import Studio

TURNS = np.linspace(0, 2 * np.pi, 30)
RING = [(CENTRE[0] + (RADIUS + 9) * np.cos(turn), CENTRE[1] + (RADIUS + 9) * np.sin(turn)) for turn in TURNS]
CORNERS = [(110, 60), (210, 60), (210, 160), (110, 160)]


def click_round(driver: Driver, button: Qt.MouseButton) -> None:
    driver.click(*CORNERS, button=button)
    driver.key(Qt.Key.Key_Return)


def follow(driver: Driver, button: Qt.MouseButton) -> None:
    for x, y in RING[::6]:
        driver.hover(x, y)
        driver.click((x, y), button=button)
        driver.settle()
    driver.key(Qt.Key.Key_Return)


# What the user does with each shape to mark the disc of the scene, or about it.
GESTURES: dict[str, Callable[[Driver, Qt.MouseButton], None]] = {
    "brush": lambda driver, button: driver.drag((120, 110), (200, 110), button=button),
    "lasso": lambda driver, button: driver.drag(*RING, button=button),
    "magnetic-lasso": follow,
    "polygon": click_round,
    "rectangle": lambda driver, button: driver.drag(CORNERS[0], CORNERS[2], button=button),
    "ellipse": lambda driver, button: driver.drag(CORNERS[0], CORNERS[2], button=button),
    "object": lambda driver, button: driver.drag(*RING, button=button),
    "wand": lambda driver, button: driver.click((160, 90), button=button),
}


@pytest.fixture
def driver(qtbot: Any, tmp_path: Path) -> Iterator[Driver]:
    made = Driver(qtbot, tmp_path, scene()[0])
    made.session.models.fill_on_release = True
    yield made
    made.close()


def mark(driver: Driver, tool: str, shape: str, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    driver.canvas.set_tool(tool)
    driver.settings.set("sampling_shape", shape)
    GESTURES[shape](driver, button)
    driver.settle()


@pytest.mark.parametrize("shape", SAMPLING_SHAPES)
@pytest.mark.parametrize(("tool", "raster", "other"), [("donors", DONORS, ONLY), ("only", ONLY, DONORS)])
def test_every_shape_marks_an_area_without_a_rim_in_one_step(
    driver: Driver, tool: str, raster: str, other: str, shape: str
) -> None:
    document = driver.document
    mark(driver, tool, shape)
    area = document.raster(raster)
    assert set(np.unique(area)) == {0, 255}
    assert area[90, 160] == 255
    assert area[20, 20] == 0
    assert not document.raster(HOLE).any()
    assert not document.raster(other).any()
    assert not driver.session.fills.is_busy  # "fill on release" is for the hole
    assert len(document.history) == 1
    assert document.undo_text == TOOLS[tool].title
    marked = int((area > 0).sum())
    driver.settings.set("sampling_shape", "brush")
    driver.settings.set("brush_size", 10)
    driver.click((20, 220))  # so that Object looks for the whole object again
    driver.settings.set("brush_size", 60)
    mark(driver, tool, shape, RIGHT)
    assert int((area > 0).sum()) < marked / 4
    assert set(np.unique(area)) == {0, 255}
    assert document.undo_text == "Erase"
    for _ in range(3):
        document.undo()
    assert not document.raster(raster).any()


@pytest.mark.parametrize("shape", ["object", "wand", "magnetic-lasso"])
def test_what_is_found_grows_but_not_where_alone_may_be_copied_from(driver: Driver, shape: str) -> None:
    """A rim round an object belongs to what is beside it; nobody who samples an object alone wants that, too."""
    driver.settings.set("found_margin", 0)
    mark(driver, "donors", shape)
    plain = driver.document.raster(DONORS).copy()
    driver.document.undo()
    driver.settings.set("found_margin", 9)
    mark(driver, "donors", shape)
    assert driver.document.raster(DONORS).astype(bool).sum() > 1.2 * plain.astype(bool).sum()
    mark(driver, "only", shape)
    np.testing.assert_array_equal(driver.document.raster(ONLY), plain)


def test_a_closed_stroke_has_no_soft_rim_either(driver: Driver) -> None:
    driver.settings.set("close_loops", True)
    driver.settings.set("brush_size", 3)
    driver.canvas.set_tool("donors")
    driver.drag(*RING)
    assert driver.document.raster(DONORS)[110, 160] == 255
    assert set(np.unique(driver.document.raster(DONORS))) == {0, 255}


def test_another_shape_drops_the_outline_under_way(driver: Driver) -> None:
    driver.canvas.set_tool("donors")
    empty = driver.grab()
    driver.settings.set("sampling_shape", "polygon")
    driver.click(*CORNERS[:3])
    assert driver.canvas.tool.busy
    driver.settings.set("sampling_shape", "rectangle")
    assert not driver.canvas.tool.busy
    driver.settle()
    driver.settings.set("sampling_shape", "polygon")
    assert not driver.canvas.tool.busy
    np.testing.assert_array_equal(driver.grab(), empty)
    assert not driver.document.can_undo


@pytest.mark.parametrize("shape", ["lasso", "polygon", "rectangle", "ellipse", "object"])
def test_an_outline_is_tinted_in_the_colour_of_what_it_marks(driver: Driver, shape: str) -> None:
    driver.settings.set("donors_colour", "#00ff00")
    driver.settings.set("only_colour", "#0000ff")
    driver.settings.set("sampling_shape", shape)
    shades = {}
    for tool in ("donors", "only", shape):
        driver.canvas.set_tool(tool)
        driver.press(*CORNERS[0])
        for corner in CORNERS[1:3] if shape in ("lasso", "object") else CORNERS[2:3]:
            driver.move(*corner)
        if shape == "polygon":
            driver.release(*CORNERS[2])
            driver.click(CORNERS[1])
            driver.hover(*CORNERS[2])
        shades[tool] = driver.colour_at(180, 90)
        driver.key(Qt.Key.Key_Escape)
    assert shades["donors"].green() > shades[shape].green() + 10
    assert shades["only"].blue() > shades[shape].blue() + 10
    assert shades["donors"].red() < shades[shape].red()


def test_the_ring_and_the_cursor_are_those_of_the_shape(driver: Driver) -> None:
    driver.canvas.set_tool("donors")
    assert driver.canvas.cursor().shape() == Qt.CursorShape.BlankCursor
    assert driver.canvas.tool.has_ring
    driver.settings.set("sampling_shape", "lasso")
    assert driver.canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    assert not driver.canvas.tool.has_ring
    driver.canvas.set_tool("only")
    assert not driver.canvas.tool.has_ring
    driver.canvas.set_tool("brush")
    assert driver.canvas.tool.has_ring


# In the window


def options(studio: Studio) -> set[str]:
    return {name for name, control in studio.window.column.tool.controls.items() if control.isVisible()}


def test_the_panel_shows_the_shapes_and_the_options_of_the_chosen_one(studio: Studio) -> None:
    panel = studio.window.column.tool
    studio.press("D")
    assert options(studio) == {"sampling_shape", "brush_size", "pressure_size", "close_loops"}
    panel.shape.buttons["wand"].click()
    assert studio.window.canvas.hasFocus()
    assert options(studio) == {"sampling_shape", "wand_tolerance", "found_margin", "wand_connected", "wand_sample"}
    studio.press("I")
    assert options(studio) == {"sampling_shape", "wand_tolerance", "wand_connected", "wand_sample"}
    panel.shape.buttons["rectangle"].click()
    assert options(studio) == {"sampling_shape"}
    studio.press("L")
    assert options(studio) == {"fill_on_release"}
    for shape, button in panel.shape.buttons.items():
        assert button.toolTip().startswith(f"{TOOLS[shape].title} (Q")


def test_q_takes_the_next_shape_and_does_nothing_with_other_tools(studio: Studio) -> None:
    studio.press("Q")
    assert studio.settings.get("sampling_shape") == "brush"
    studio.press("D")
    for shape in (*SAMPLING_SHAPES[1:], "brush"):
        studio.press("Q")
        assert studio.settings.get("sampling_shape") == shape
        assert studio.window.status.message == f"Do not sample here: {TOOLS[shape].title.lower()}."
        assert studio.window.column.tool.shape.value == shape
    studio.press("Shift+Q")
    assert studio.settings.get("sampling_shape") == SAMPLING_SHAPES[-1]
    studio.press("H")
    assert not studio.window.actions_["next-shape"].isEnabled()


def test_a_rectangle_of_the_window_is_marked_and_one_click_clears_all_areas(studio: Studio) -> None:
    document = studio.session.document
    studio.press("D")
    studio.window.column.tool.shape.buttons["rectangle"].click()
    studio.brush((20, 30), (80, 90))
    assert (document.raster(DONORS)[30:90, 20:80] == 255).all()
    assert (document.raster(DONORS) > 0).sum() == 60 * 60
    studio.press("I")
    studio.brush((100, 30), (120, 90))
    assert document.raster(ONLY).any()
    clear = next(
        button
        for button in studio.window.column.tool.findChildren(QToolButton)
        if button.defaultAction() is studio.window.actions_["clear-sampling"]
    )
    assert clear.isVisible()
    clear.click()
    assert not document.raster(DONORS).any()
    assert not document.raster(ONLY).any()
    assert not clear.isEnabled()
    assert studio.window.canvas.hasFocus()
    studio.press("Ctrl+Z")
    assert document.raster(DONORS).any()
    assert document.raster(ONLY).any()

"""The edges view on the canvas: what it shows, and what brush, eraser and guide line do in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session.raster import EDGES
from inpaint_studio.ui.canvas import mask_overlay, modes
from tests.session.edge_models import COARSE, PREDICTED, SketchFiller, models
from tests.ui.driver import ALT, CTRL, RIGHT, Driver

GREY = 90
HOLE_AT = Box(120, 150, 280, 350)


@pytest.fixture
def driver(qtbot: Any, tmp_path: Path) -> Iterator[Driver]:
    made = Driver(qtbot, tmp_path, np.full((400, 500, 3), GREY, np.uint8), SketchFiller(), models)
    with qtbot.waitSignal(made.session.models.changed):
        made.session.start()
    made.session.models.name = "sketch"
    yield made
    made.close()


def mark(driver: Driver) -> None:
    """A hole that is a rectangle."""
    driver.canvas.set_tool("rectangle")
    driver.drag((HOLE_AT.left, HOLE_AT.top), (HOLE_AT.right, HOLE_AT.bottom))
    driver.canvas.set_tool("brush")


def look(driver: Driver) -> None:
    """The edges view on a hole without edges."""
    mark(driver)
    driver.canvas.modes.show(modes.EDGES)
    assert driver.canvas.edges_view


def edges(driver: Driver) -> np.ndarray:
    return driver.document.raster(EDGES)


def test_the_brush_draws_thin_edges_inside_the_hole_alone(driver: Driver) -> None:
    look(driver)
    hole = driver.hole.copy()
    driver.drag((100, 200), (250, 200), (400, 200))
    assert (driver.hole == hole).all()
    inside = edges(driver)[HOLE_AT.slices]
    assert (inside.max(axis=0) == 255).all()
    assert 2 <= np.count_nonzero(inside[:, 100]) <= 4
    assert np.count_nonzero(edges(driver)) == np.count_nonzero(inside)
    assert driver.document.undo_text == "Draw edges"
    driver.document.undo()
    assert not edges(driver).any()
    driver.document.redo()
    assert edges(driver).any()


@pytest.mark.parametrize("how", ["right button", "alt", "eraser", "pen's tail"])
def test_what_erases_erases_edges(driver: Driver, how: str) -> None:
    look(driver)
    driver.drag((160, 200), (340, 200))
    driver.settings.set("edge_size", 21)
    hole = driver.hole.copy()
    if how == "pen's tail":
        driver.pen([(250, 200, 1.0), (251, 200, 1.0)], tail=True)
    else:
        if how == "eraser":
            driver.canvas.set_tool("eraser")
        driver.click((250, 200), button=RIGHT if how == "right button" else Qt.MouseButton.LeftButton,
                     modifiers=ALT if how == "alt" else Qt.KeyboardModifier.NoModifier)  # fmt: skip
    assert not edges(driver)[200, 242:258].any()
    assert edges(driver)[200, 170] == 255
    assert (driver.hole == hole).all()
    assert driver.document.undo_text == "Erase edges"


def test_the_pen_s_pressure_thins_an_edge(driver: Driver) -> None:
    look(driver)
    driver.settings.set("edge_size", 12)
    driver.pen([(160, 200, 1.0), (200, 200, 1.0)])
    driver.pen([(260, 200, 0.25), (300, 200, 0.25)])
    assert np.count_nonzero(edges(driver)[:, 180]) > 2 * np.count_nonzero(edges(driver)[:, 280])


def test_the_width_of_edges_is_remembered_apart_from_the_brush_s(driver: Driver) -> None:
    look(driver)
    driver.wheel(250, 200, 5, CTRL)
    assert driver.settings.get("edge_size") > 4
    assert driver.settings.get("brush_size") == 60
    width = driver.settings.get("edge_size")
    driver.canvas.modes.show(modes.EDGES, on=False)
    driver.wheel(250, 200, 1, CTRL)
    assert driver.settings.get("edge_size") == width
    assert driver.settings.get("brush_size") > 60


def test_a_guide_line_becomes_an_edge(driver: Driver) -> None:
    look(driver)
    driver.canvas.set_tool("guide-line")
    driver.click((100, 140), (250, 260))
    driver.double_click(400, 140)
    assert driver.document.line_count == 0
    assert edges(driver)[HOLE_AT.slices].max() == 255
    assert edges(driver)[258:262, 250].any()
    assert not edges(driver)[:, 100:150].any()
    driver.canvas.modes.show(modes.EDGES, on=False)
    driver.drag((100, 140), (400, 260))
    assert driver.document.line_count == 1


def test_other_tools_mark_the_hole_as_ever(driver: Driver) -> None:
    look(driver)
    driver.canvas.set_tool("rectangle")
    driver.drag((360, 300), (400, 340))
    assert driver.hole[310, 370]
    driver.canvas.set_tool("donors")
    driver.click((60, 60))
    assert driver.document.raster("donors").any()
    assert not edges(driver).any()


def test_without_a_hole_the_brush_shows_what_to_do(driver: Driver) -> None:
    driver.canvas.modes.show(modes.EDGES)
    words: list[str] = []
    driver.canvas.hint.connect(words.append)
    driver.drag((160, 200), (340, 200))
    driver.canvas.set_tool("guide-line")
    driver.click((160, 200))
    driver.double_click(340, 200)
    assert words == ["Edges are drawn inside the hole; first mark what should go."] * 2
    assert not driver.hole.any()
    assert not driver.document.can_undo


def test_a_stroke_is_dropped_where_the_view_changes_under_it(driver: Driver) -> None:
    look(driver)
    driver.press(160, 200)
    driver.move(300, 200)
    driver.canvas.modes.show(modes.EDGES, on=False)
    assert not edges(driver).any()
    driver.release(300, 200)
    assert not edges(driver).any()


# What it shows


def test_edges_are_light_on_dark_over_the_dimmed_photo(driver: Driver) -> None:
    look(driver)
    driver.drag((160, 200), (340, 200))
    driver.hover(20, 20)
    assert driver.colour_at(50, 200).red() < GREY * 0.6
    assert driver.colour_at(250, 250).getRgb()[:3] == (mask_overlay.EDGE_GROUND,) * 3
    assert driver.colour_at(250, 200.5).getRgb()[:3] == (255, 255, 255)
    driver.canvas.modes.show(modes.EDGES, on=False)
    assert driver.colour_at(50, 200).red() == GREY
    assert driver.colour_at(250, 200.5).red() > driver.colour_at(250, 200.5).green() + 40  # tinted as a hole is


def test_edges_are_crisp_at_zoom(driver: Driver) -> None:
    look(driver)
    driver.settings.set("edge_size", 1)
    driver.canvas.zoom_at(driver.place(250, 200), 8)
    driver.click((250.5, 200.5))
    driver.hover(20, 20)
    shown = driver.grab()
    place = driver.place(250, 200)
    row, col = int(place.y()), int(place.x())
    ground = mask_overlay.EDGE_GROUND
    assert set(np.unique(shown[row - 8 : row + 16, col - 8 : col + 16])) == {ground, 255}
    assert (shown[row : row + 8, col : col + 8] == 255).all()
    assert (shown[row : row + 8, col - 9] == ground).all()


def test_no_edge_is_lost_from_sight_in_the_distance(driver: Driver) -> None:
    driver.document.load(photo_from_array(np.full((3000, 4000, 3), GREY, np.uint8)))
    driver.settle()
    driver.canvas.set_tool("rectangle")
    driver.drag((1000, 1000), (3000, 2000))
    driver.canvas.set_tool("brush")
    driver.canvas.modes.show(modes.EDGES)
    driver.settings.set("edge_size", 1)
    driver.drag((1100, 1501), (2900, 1501))
    driver.hover(100, 100)
    place = driver.place(2000, 1501)
    column = driver.grab()[int(place.y()) - 3 : int(place.y()) + 4, int(place.x()), 0]
    assert column.max() == 255


def fill(driver: Driver, model: str) -> None:
    driver.session.models.name = model
    with driver.qtbot.waitSignal(driver.session.fills.filled):
        assert driver.session.fills.start()
    driver.hover(20, 20)


def test_the_edges_a_fill_used_are_shown_once_there_is_no_hole(driver: Driver) -> None:
    look(driver)
    fill(driver, "sketch")
    assert not driver.canvas.edges_view  # the fill is what there is to see now
    driver.canvas.modes.show(modes.EDGES)
    driver.settle()
    shown = round(np.interp(PREDICTED, (0, 255), (mask_overlay.EDGE_GROUND, mask_overlay.EDGE_INK)))
    assert abs(driver.colour_at(250.5, 200.5).red() - shown) <= 1
    assert driver.colour_at(251.5, 200.5).red() == mask_overlay.EDGE_GROUND
    assert driver.colour_at(50, 200).red() < GREY * 0.6
    mark(driver)  # another hole takes its place
    driver.hover(20, 20)
    assert driver.colour_at(250.5, 200.5).red() == mask_overlay.EDGE_GROUND


def test_the_first_stage_is_shown_in_the_place_of_the_fill(driver: Driver) -> None:
    mark(driver)
    fill(driver, "stages")
    before = driver.document.raster("photo").copy()
    driver.canvas.modes.show(modes.FIRST_STAGE)
    driver.settle()
    assert driver.colour_at(250, 200).getRgb()[:3] == COARSE
    assert driver.colour_at(50, 200).red() == GREY
    assert (driver.document.raster("photo") == before).all()
    driver.canvas.modes.show(modes.FIRST_STAGE, on=False)
    assert driver.colour_at(250, 200).getRgb()[:3] == tuple(before[200, 250])


def test_the_first_stage_follows_the_candidates(driver: Driver) -> None:
    mark(driver)
    fill(driver, "stages")
    driver.canvas.modes.show(modes.FIRST_STAGE)
    with driver.qtbot.waitSignal(driver.session.fills.filled):
        driver.session.fills.another()
    driver.session.fills.previous_candidate()
    driver.settle()
    assert driver.canvas.modes.name == modes.FIRST_STAGE
    assert driver.colour_at(250, 200).getRgb()[:3] == COARSE
    driver.session.models.name = "plain"
    with driver.qtbot.waitSignal(driver.session.fills.filled):
        driver.session.fills.another()
    assert driver.canvas.modes.name == ""  # that one had none


def test_views_end_with_what_they_show(driver: Driver) -> None:
    mark(driver)
    fill(driver, "stages")
    driver.canvas.modes.show(modes.FIRST_STAGE)
    driver.document.undo()
    assert driver.canvas.modes.name == ""
    driver.session.models.name = "sketch"
    driver.canvas.modes.show(modes.EDGES)
    driver.session.models.name = "plain"
    assert driver.canvas.modes.name == ""
    driver.session.models.name = "follow"
    driver.canvas.modes.show(modes.EDGES)
    driver.document.load(photo_from_array(np.full((80, 90, 3), 10, np.uint8)))
    assert driver.canvas.modes.name == ""


def test_one_view_takes_the_place_of_another(driver: Driver) -> None:
    changes: list[str] = []
    driver.canvas.viewChanged.connect(changes.append)
    mark(driver)
    driver.canvas.set_flow_view(True)
    driver.canvas.modes.show(modes.EDGES)
    driver.canvas.set_flow_view(False)  # it is not on any more
    assert driver.canvas.edges_view
    driver.canvas.modes.show(modes.FIRST_STAGE)  # there is none
    assert changes == [modes.FLOW, modes.EDGES]

"""Ctrl+H hides all that lies over the photo; after a fill the sampling areas do not lie over what is judged."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtTest import QTest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import LABELS
from tests.ui.driver import grab
from tests.ui.studio import HEIGHT, WIDTH, Studio

AREAS = {"donors": ((30, 30), (60, 30)), "only": ((140, 120), (160, 120))}


def look(studio: Studio) -> np.ndarray:
    """What the canvas shows of the photo, which has one colour."""
    studio.qtbot.waitUntil(lambda: studio.window.canvas.background.idle)
    corner, end = studio.at(0, 0), studio.at(WIDTH, HEIGHT)
    return grab(studio.window.canvas)[corner.y() + 2 : end.y() - 2, corner.x() + 2 : end.x() - 2]


def shows_areas(studio: Studio) -> bool:
    """Whether both sampling areas are seen."""
    size = look(studio).shape
    seen = []
    for points in AREAS.values():
        row, col = (round(points[0][axis] * size[1 - axis] / (WIDTH, HEIGHT)[axis]) for axis in (1, 0))
        part = look(studio)[row - 12 : row + 12, col - 12 : col + 12]
        seen.append(bool((part != part[0, 0]).any()))
    assert seen[0] == seen[1]
    return seen[0]


def draw_hole(studio: Studio) -> None:
    studio.brush()


def draw_line(studio: Studio) -> None:
    studio.press("K")
    studio.brush((40, 40), (150, 120))
    studio.press("Return")


def draw_areas(studio: Studio) -> None:
    studio.settings.set("brush_size", 20)
    for tool, points in AREAS.items():
        studio.window.canvas.set_tool(tool)
        studio.brush(*points)


def paint_labels(studio: Studio) -> None:
    studio.session.labels.palette.add()
    studio.window.canvas.set_tool("hand")  # another tool ends the view of the labels
    studio.window.canvas.modes.show(LABELS)
    studio.session.document.apply("Paint", LABELS, Box(20, 20, 60, 60), np.ones((40, 40), np.uint8))


@pytest.mark.parametrize("mark", [draw_hole, draw_line, draw_areas, paint_labels])
def test_ctrl_h_hides_what_is_drawn_and_shows_it_again(studio: Studio, mark: Callable[[Studio], None]) -> None:
    mark(studio)
    studio.window.canvas.set_tool("hand")  # shows no ring
    marked = look(studio)
    action = studio.window.actions_["hide-overlays"]
    studio.press("Ctrl+H")
    assert action.isChecked()
    hidden = look(studio)
    assert (hidden == hidden[0, 0]).all()
    studio.press("Ctrl+H")
    assert not action.isChecked()
    assert np.array_equal(look(studio), marked)
    assert not np.array_equal(hidden, marked)


def test_ctrl_h_hides_the_flow_and_the_mark_of_a_source(studio: Studio) -> None:
    studio.window.canvas.set_tool("hand")
    plain = look(studio)
    studio.window.canvas.set_tool("brush")
    studio.fill()
    studio.window.canvas.set_tool("hand")
    filled = look(studio)
    studio.press("A")
    studio.qtbot.waitUntil(lambda: bool(studio.window.canvas.modes.flow_colours.layers))
    QTest.mouseMove(studio.window.canvas, studio.at(100, 72))
    assert not np.array_equal(look(studio), filled)
    studio.press("Ctrl+H")
    assert np.array_equal(look(studio), filled)
    assert not np.array_equal(filled, plain)


def test_what_is_drawn_while_all_is_hidden_is_seen(studio: Studio) -> None:
    draw_areas(studio)
    studio.press("Ctrl+H")
    studio.window.canvas.set_tool("brush")
    assert not studio.window.actions_["hide-overlays"].isChecked()
    studio.press("Ctrl+H")
    studio.brush()
    assert not studio.window.actions_["hide-overlays"].isChecked()
    assert shows_areas(studio)


@pytest.mark.parametrize("again", ["brush", "undo", "tool", "twice"])
def test_after_a_fill_the_areas_are_away_until_a_tool_is_used(studio: Studio, again: str) -> None:
    draw_areas(studio)
    assert shows_areas(studio)
    studio.window.canvas.set_tool("brush")
    studio.fill()
    assert not shows_areas(studio)
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.press(",")
    assert not shows_areas(studio)
    if again == "brush":
        studio.brush((100, 120))
    elif again == "undo":
        studio.press("Ctrl+Z")
    elif again == "tool":
        studio.press("D")
    else:
        studio.press("Ctrl+H")
        studio.press("Ctrl+H")
    assert shows_areas(studio)

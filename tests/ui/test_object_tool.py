"""The tool that finds an object, in the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from inpaint_studio.ui.tools.object import NOTHING
from tests.engine.test_object_mask import CENTRE, RADIUS, scene
from tests.ui.driver import ALT, RIGHT, SHIFT, Driver

RING = [
    (CENTRE[0] + (RADIUS + 9) * np.cos(turn), CENTRE[1] + (RADIUS + 9) * np.sin(turn))
    for turn in np.linspace(0, 2 * np.pi, 30)
]


@pytest.fixture
def driver(qtbot, tmp_path):
    made = Driver(qtbot, tmp_path, scene()[0])
    made.canvas.set_tool("object")
    made.settings.set("found_margin", 0)
    yield made
    made.close()


def agree(driver: Driver) -> float:
    disc = scene()[1]
    return float((driver.hole & disc).sum() / max(1, (driver.hole | disc).sum()))


def test_a_loop_marks_the_object_as_one_step(driver) -> None:
    driver.drag(*RING)
    driver.settle()
    assert agree(driver) > 0.97
    assert len(driver.document.history) == 1
    assert driver.document.undo_text == "Object"
    driver.document.undo()
    assert not driver.hole.any()


def test_a_box_and_a_scribble_mark_it_too(driver) -> None:
    driver.drag((100, 50), (160, 100), (220, 170), modifiers=SHIFT)
    driver.settle()
    assert agree(driver) > 0.97
    driver.document.undo()
    driver.drag((130, 80), (150, 106), (160, 140), (190, 105))
    driver.settle()
    assert agree(driver) > 0.97


def test_the_object_grows_by_the_margin_of_the_panel(driver) -> None:
    driver.drag(*RING)
    driver.settle()
    plain = driver.hole.sum()
    driver.document.undo()
    driver.settings.set("found_margin", 5)
    driver.drag(*RING)
    driver.settle()
    assert driver.hole.sum() == pytest.approx(np.pi * (RADIUS + 5.5) ** 2, rel=0.05)
    assert driver.hole.sum() > plain


def test_an_alt_stroke_corrects_in_the_same_step(driver) -> None:
    driver.drag(*RING)
    driver.settle()
    driver.drag((145, 75), (160, 70), (175, 75), modifiers=ALT)
    driver.settle()
    assert not driver.hole[70, 160]
    assert driver.hole[130, 160]
    assert len(driver.document.history) == 1
    driver.document.undo()
    assert not driver.hole.any()
    driver.document.redo()
    assert not driver.hole[70, 160]


def test_what_was_marked_before_stays_through_a_correction(driver) -> None:
    driver.canvas.set_tool("rectangle")
    driver.drag((150, 60), (170, 80))
    driver.canvas.set_tool("object")
    driver.drag(*RING)
    driver.settle()
    driver.drag((140, 75), (160, 70), (180, 75), modifiers=ALT)
    driver.settle()
    assert driver.hole[61:79, 151:169].all()
    assert len(driver.document.history) == 2


def test_without_an_object_to_correct_alt_unmarks_one(driver) -> None:
    driver.document.invert_hole()
    driver.drag(*RING, button=RIGHT)
    driver.settle()
    assert not driver.hole[110, 160]
    assert driver.hole[20, 20]
    assert agree(driver) < 0.01


def test_a_newer_loop_replaces_one_whose_object_is_not_found_yet(driver) -> None:
    driver.drag((10, 10), (60, 10), (60, 60), (10, 60), (10, 12))
    driver.drag(*RING)
    driver.settle()
    assert len(driver.document.history) == 1
    assert agree(driver) > 0.97


def test_escape_and_another_tool_drop_the_search(driver) -> None:
    driver.drag(*RING)
    driver.key(Qt.Key.Key_Escape)
    driver.settle()
    assert not driver.hole.any()
    driver.drag(*RING)
    driver.canvas.set_tool("brush")
    driver.settle()
    assert not driver.hole.any()


def test_the_stroke_is_shown_while_it_is_drawn(driver) -> None:
    before = driver.grab()
    driver.press(100, 50)
    driver.move(220, 50)
    driver.move(220, 170)
    assert driver.canvas.tool.busy
    assert not np.array_equal(driver.grab(), before)
    driver.key(Qt.Key.Key_Escape)
    assert np.array_equal(driver.grab(), before)
    driver.release(220, 170)
    driver.settle()
    assert not driver.hole.any()


def test_a_click_marks_nothing_and_a_loop_beside_the_photo_is_explained(driver) -> None:
    driver.click((160, 110))
    driver.settle()
    assert not driver.hole.any()
    hints: list[str] = []
    driver.canvas.hint.connect(hints.append)
    driver.drag((-90, -90), (-60, -90), (-60, -60), (-90, -60), (-90, -89))
    driver.settle()
    assert hints == [NOTHING]

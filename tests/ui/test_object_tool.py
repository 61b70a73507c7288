"""The tool that finds an object, in the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.engine.segment import find, store
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.ui.tools.object import NOTHING, SEARCHING
from tests.engine.segment import tiny_onnx
from tests.engine.test_object_mask import CENTRE, RADIUS, scene
from tests.ui.driver import ALT, RIGHT, SHIFT, Driver

RING = [
    (CENTRE[0] + (RADIUS + 9) * np.cos(turn), CENTRE[1] + (RADIUS + 9) * np.sin(turn))
    for turn in np.linspace(0, 2 * np.pi, 30)
]

ARM = Box(106, 212, 124, 244)  # sticks out of the disc
PATCH = Box(195, 15, 218, 50)
NONE = Qt.KeyboardModifier.NoModifier


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


def test_an_alt_stroke_takes_out_of_the_last_object(driver) -> None:
    driver.drag(*RING)
    driver.settle()
    first = driver.hole.copy()
    driver.drag((145, 75), (160, 70), (175, 75), modifiers=ALT)
    driver.settle()
    assert not driver.hole[70, 160]
    assert driver.hole[130, 160]
    assert not (driver.hole & ~first).any()
    driver.document.undo()
    assert np.array_equal(driver.hole, first)
    driver.document.redo()
    assert not driver.hole[70, 160]


def test_what_an_alt_stroke_takes_out_stays_out_where_the_object_grows(driver) -> None:
    driver.settings.set("found_margin", 8)
    driver.drag(*RING)
    driver.settle()
    driver.drag((145, 75), (160, 70), (175, 75), modifiers=ALT)
    driver.settle()
    assert not driver.hole[70, 158:162].any()
    assert driver.hole[130, 160]


@pytest.mark.parametrize("modifiers", [NONE, SHIFT], ids=["plain", "shift"])
@pytest.mark.parametrize("first", ["loop", "box", "scribble"])
def test_a_further_scribble_extends_the_object(driver, first, modifiers) -> None:
    driver.document.apply("Arm", PHOTO, ARM, np.full((ARM.height, ARM.width, 3), (230, 200, 60), np.uint8))
    if first == "loop":
        driver.drag(*RING)
    elif first == "box":
        driver.drag((100, 50), (160, 100), (218, 169), modifiers=SHIFT)
    else:
        driver.drag((130, 80), (150, 106), (160, 140), (190, 105))
    driver.settle()
    alone = driver.hole.copy()
    assert not alone[110:120, 230:240].any()
    driver.drag((218, 113), (224, 120), (232, 111), (240, 118), modifiers=modifiers)
    driver.settle()
    assert driver.hole[alone].all()
    assert driver.hole[ARM.slices].mean() > 0.9
    assert agree(driver) > 0.8  # the arm itself is not of the disc
    driver.document.undo()
    assert np.array_equal(driver.hole, alone)
    driver.document.redo()
    driver.drag((235, 108), (238, 115), (240, 122), modifiers=ALT)
    driver.settle()
    assert not driver.hole[115, 238]
    assert driver.hole[alone].all()


def test_a_scribble_after_undo_extends_what_is_left(driver) -> None:
    driver.drag(*RING)
    driver.settle()
    alone = driver.hole.copy()
    driver.drag((145, 75), (160, 70), (175, 75), modifiers=ALT)
    driver.settle()
    driver.document.undo()
    driver.drag((150, 100), (160, 115), (170, 100))
    driver.settle()
    assert driver.hole[alone].all()
    driver.drag((145, 75), (160, 70), (175, 75), modifiers=ALT)
    driver.settle()
    assert not driver.hole[70, 160]


def test_a_scribble_far_away_marks_another_object(driver) -> None:
    driver.document.apply("Patch", PHOTO, PATCH, np.full((PATCH.height, PATCH.width, 3), 20, np.uint8))
    driver.drag(*RING)
    driver.settle()
    alone = driver.hole.copy()
    driver.drag((22, 200), (30, 210), (40, 200), (45, 212))
    driver.settle()
    assert driver.hole[PATCH.slices].mean() > 0.9
    driver.drag((130, 100), (160, 106), (175, 100), modifiers=ALT)  # it takes out of the newest object only
    driver.settle()
    assert driver.hole[alone].all()


def test_a_crooked_drag_with_shift_draws_no_box(driver) -> None:
    driver.drag((130, 80), (190, 85), (130, 120), (190, 135), modifiers=SHIFT)
    driver.settle()
    assert agree(driver) > 0.97


def test_what_was_marked_before_stays_through_a_correction(driver) -> None:
    driver.canvas.set_tool("rectangle")
    driver.drag((150, 60), (170, 80))
    driver.canvas.set_tool("object")
    driver.drag(*RING)
    driver.settle()
    driver.drag((140, 75), (160, 70), (180, 75), modifiers=ALT)
    driver.settle()
    assert driver.hole[61:79, 151:169].all()
    assert len(driver.document.history) == 3


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


def test_objects_of_another_photo_are_forgotten(driver) -> None:
    driver.drag(*RING)
    driver.settle()
    tool = driver.canvas.tool
    assert tool._kept
    driver.drag((145, 75), (160, 70), (175, 75))  # a search that ends when the next photo is there
    driver.document.load(photo_from_array(scene()[0]))
    driver.settle()
    assert not tool._kept
    assert not driver.hole.any()


def test_an_imported_network_finds_the_object_and_a_stroke_corrects_it(driver, monkeypatch) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr(find, "_loaded", None)
    store.save_onnx(tiny_onnx.encoder(), tiny_onnx.decoder())
    hints: list[str] = []
    driver.canvas.hint.connect(hints.append)
    driver.drag(*RING)
    driver.settle()
    assert hints == [SEARCHING]
    red = scene()[1].copy()
    red[96:116] = False  # the tiny network knows red only, in cells of some pixels
    assert driver.hole[red].mean() > 0.8
    assert not driver.hole[103:109, 130:190].any()
    first = driver.hole.copy()
    driver.drag((130, 106), (150, 105), (170, 107), (190, 106))
    driver.settle()
    assert driver.hole[first].all()
    assert driver.hole[106, 132:188].all()
    driver.drag((145, 75), (160, 70), (175, 75), modifiers=ALT)
    driver.settle()
    assert not driver.hole[70, 160]
    assert len(driver.document.history) == 3

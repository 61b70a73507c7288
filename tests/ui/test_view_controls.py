"""Edges and stages before the window: keys, buttons, prediction, Enter, undo, cancel, and nothing that jumps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton

from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.flow.colours import colour
from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import EDGES, HOLE
from inpaint_studio.ui.canvas import modes
from tests.session.edge_models import SketchFiller, models, stripes
from tests.session.fake_library import FakeLibrary, Network
from tests.ui.studio import Studio, apply_theme


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path) -> Iterator[Studio]:
    apply_theme(qapp)
    bare = Network("bare", "Bare")
    bare.traits = type(bare.traits)("bare", "Bare", "Bare.", needs_weights=True, provides=frozenset({"edges"}))
    made = Studio(qtbot, tmp_path, FakeLibrary(*models().models.values(), bare), SketchFiller())
    made.show()
    yield made
    made.close()


def choose(studio: Studio, name: str) -> None:
    """Choose a model as the user does."""
    picker = studio.window.column.model.picker
    picker.choose(name)
    picker.activated.emit(picker.currentIndex())


def edges(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(EDGES)


def hole(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(HOLE) > 0


def toggle(studio: Studio, name: str) -> QToolButton:
    """The button of a view in the panels."""
    found = [b for b in studio.window.column.findChildren(QToolButton) if b.accessibleName() == name]
    assert len(found) == 1
    return found[0]


def predict(studio: Studio, ask: Any = None) -> None:
    """Press G, or do `ask`, and wait for the edges."""
    with studio.qtbot.waitSignal(studio.session.edges.predicted):
        (ask or (lambda: studio.press("G")))()


def sketching(studio: Studio) -> Studio:
    """With a model that predicts edges, and a hole."""
    choose(studio, "sketch")
    studio.brush()
    return studio


def test_the_view_has_the_edges_predicted(studio: Studio) -> None:
    sketching(studio)
    predict(studio)
    assert studio.window.canvas.edges_view
    assert (edges(studio) == stripes(hole(studio))).all()
    assert studio.window.status.message == "Edges predicted in 0.1 s; draw and erase, then fill."
    assert studio.window.actions_["undo"].text() == "Undo predict edges"
    studio.press("G")
    assert not studio.window.canvas.edges_view
    assert edges(studio).any()
    studio.press("G")
    assert not studio.session.fills.is_busy  # they are there already


def test_predict_draw_erase_enter_undo_redo(studio: Studio) -> None:
    sketching(studio)
    predict(studio)
    studio.brush((85, 70), (105, 72))
    studio.settings.set("edge_size", 9)
    studio.press("E")
    studio.brush((104, 74))
    assert not edges(studio)[72:76, 102:106].any()
    drawn = edges(studio).copy()
    assert (drawn[70, 85:95] == 255).all()
    photo = studio.session.document.raster("photo").copy()
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        studio.press("Return")
    edges_used = studio.filler.requests[-1].guide.edges
    assert edges_used is not None
    assert np.allclose(edges_used * 255, drawn)
    assert not edges(studio).any()
    assert not hole(studio).any()
    assert not studio.window.canvas.edges_view
    studio.press("Ctrl+Z")
    assert (edges(studio) == drawn).all()
    assert hole(studio).any()
    assert (studio.session.document.raster("photo") == photo).all()
    studio.press("Ctrl+Y")
    assert not edges(studio).any()
    assert (studio.session.document.raster("photo") != photo).any()


def test_the_brush_is_the_hole_s_again_outside_the_view(studio: Studio) -> None:
    sketching(studio)
    predict(studio)
    studio.press("G")
    before = edges(studio).copy()
    studio.brush((20, 20), (40, 20))
    assert hole(studio)[20, 30]
    assert (edges(studio) == before).all()


@pytest.mark.parametrize("how", ["Esc", "button"])
def test_a_prediction_is_cancelled(studio: Studio, how: str) -> None:
    sketching(studio)
    studio.filler.gate.clear()
    studio.press("G")
    status = studio.window.status
    assert status.message == "Predicting edges…"
    assert status.cancel.isVisible()
    studio.qtbot.waitUntil(lambda: status.progress.value() > 0)
    if how == "Esc":
        studio.press("Esc")
    else:
        status.cancel.click()
    studio.filler.gate.set()
    assert not studio.session.fills.is_busy
    assert status.message == "Cancelled."
    assert not status.cancel.isVisible()
    assert not edges(studio).any()
    assert hole(studio).any()
    predict(studio, lambda: studio.press("Shift+G"))
    assert edges(studio).any()


def test_a_fill_that_replaces_a_prediction_is_reported(studio: Studio) -> None:
    sketching(studio)
    studio.filler.gate.clear()
    studio.press("G")
    assert studio.window.status.message == "Predicting edges…"
    studio.press("Return")
    assert studio.window.status.message == "Filling…"
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        studio.filler.gate.set()


def test_predict_and_clear_from_the_panel(studio: Studio) -> None:
    sketching(studio)
    predict(studio)
    buttons = studio.window.column.tool.edge_buttons
    studio.brush((85, 70), (105, 72))
    assert edges(studio)[70, 85] == 255
    predict(studio, buttons["predict-edges"].click)
    assert (edges(studio) == stripes(hole(studio))).all()
    buttons["clear-edges"].click()
    assert not edges(studio).any()
    assert not buttons["clear-edges"].isEnabled()
    assert studio.window.canvas.edges_view
    assert studio.window.focusWidget() is studio.window.canvas


def test_shift_g_shows_what_it_has_predicted(studio: Studio) -> None:
    sketching(studio)
    predict(studio, lambda: studio.press("Shift+G"))
    assert studio.window.canvas.edges_view
    assert toggle(studio, "Edges view").isChecked()


def test_the_button_is_there_where_edges_concern_the_model(studio: Studio) -> None:
    button = toggle(studio, "Edges view")
    for name, concerned in (("quick", False), ("sketch", True), ("follow", True), ("stages", False), ("bare", True)):
        choose(studio, name)
        assert button.isVisible() == concerned
        assert studio.window.actions_["edges"].isEnabled() == concerned
        assert studio.window.actions_["predict-edges"].isEnabled() == (name in ("sketch", "bare"))


def places(studio: Studio) -> list[QPoint]:
    QApplication.processEvents()
    column = studio.window.column
    parts = (column.model.seed, column.tool, column.candidates, column.flow, *column.tool.switches.values())
    for control in column.findChildren(QAbstractButton):
        if control.isVisible():  # whole, and not past the column's edge
            assert control.mapTo(column, QPoint(control.width(), 0)).x() <= column.width(), control.accessibleName()
    return [part.mapTo(studio.window, QPoint(0, 0)) for part in parts]


def test_nothing_jumps(studio: Studio) -> None:
    before = places(studio)
    sketching(studio)
    assert places(studio) == before
    predict(studio)
    assert places(studio) == before
    choose(studio, "stages")
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        studio.press("Return", studio.window.canvas)
    assert toggle(studio, "First stage").isVisible()
    assert places(studio) == before
    studio.press("C")
    assert places(studio) == before


def test_a_follower_is_drawn_for(studio: Studio) -> None:
    choose(studio, "follow")
    studio.brush()
    studio.press("G")
    assert not studio.session.fills.is_busy
    assert studio.window.status.message == "Draw edges in the hole with the brush; the right button erases them."
    studio.brush((85, 70), (105, 72))
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        studio.press("Return")
    assert studio.filler.requests[-1].guide.edges is not None
    studio.press("G")
    assert studio.window.canvas.edges_view  # what the fill went along


def test_without_a_hole_the_view_shows_what_to_do(studio: Studio) -> None:
    choose(studio, "sketch")
    studio.press("G")
    assert studio.window.status.message == "Edges are drawn inside the hole; first mark what should go."
    assert not studio.session.fills.is_busy
    studio.press("Shift+G")
    assert "Brush over something" in studio.window.status.message


def test_without_weights_a_prediction_shows_the_notice_and_does_not_fill_later(studio: Studio) -> None:
    choose(studio, "bare")
    studio.brush()
    studio.press("G")
    sentence = "Bare has no weights yet; get or import them in the Model panel."
    assert studio.window.status.message == sentence
    studio.press("F")
    studio.press("Shift+G")
    assert studio.window.status.message == sentence
    assert studio.window.column.model.no_weights.isVisible()
    assert not studio.session.fills.is_busy


def test_another_model_ends_view_and_prediction(studio: Studio) -> None:
    sketching(studio)
    studio.filler.gate.clear()
    studio.press("G")
    choose(studio, "quick")
    assert not studio.window.canvas.edges_view
    assert not studio.session.fills.is_busy
    studio.filler.gate.set()
    choose(studio, "sketch")
    predict(studio)
    choose(studio, "follow")
    assert studio.window.canvas.edges_view
    assert edges(studio).any()


def test_another_photo_ends_everything(studio: Studio) -> None:
    sketching(studio)
    predict(studio)
    studio.filler.gate.clear()
    studio.press("Shift+G")
    studio.open(studio.make_photo("other.png", 40))
    studio.filler.gate.set()
    assert not studio.session.fills.is_busy
    assert not studio.window.canvas.edges_view
    assert not studio.window.actions_["edges"].isChecked()
    assert not edges(studio).any()
    studio.brush()
    predict(studio)
    assert (edges(studio) == stripes(hole(studio))).all()


def test_the_first_stage_goes_on_and_off(studio: Studio) -> None:
    choose(studio, "stages")
    action, button = studio.window.actions_["first-stage"], toggle(studio, "First stage")
    assert not action.isEnabled()
    assert not button.isVisible()
    studio.fill()
    assert button.isVisible()
    studio.press("C")
    assert studio.window.canvas.modes.name == modes.FIRST_STAGE
    assert button.isChecked()
    studio.press("A")
    assert not button.isChecked()
    assert studio.window.actions_["flow"].isChecked()
    button.click()
    assert studio.window.canvas.modes.name == modes.FIRST_STAGE
    button.click()
    assert studio.window.canvas.modes.name == ""
    studio.press("Ctrl+Z")
    assert not button.isVisible()


def test_the_size_keys_change_what_the_tool_draws(studio: Studio) -> None:
    sketching(studio)
    predict(studio)
    numbers = studio.window.column.tool.numbers
    assert numbers["edge_size"].isVisible()
    assert not numbers["brush_size"].isVisible()
    studio.press("]")
    assert studio.settings.get("edge_size") == 4
    assert numbers["edge_size"].value() == 4
    studio.press("L")
    assert not numbers["edge_size"].isEnabled()
    studio.press("D")
    assert numbers["brush_size"].isVisible()
    studio.press("B")
    studio.press("G")
    assert numbers["brush_size"].isEnabled()


# The colours of the flow


def shown_wheel(studio: Studio) -> QImage:
    labels = studio.window.column.flow.findChildren(QLabel)
    return next(label.pixmap().toImage() for label in labels if label.accessibleName().startswith("Colour wheel"))


def test_flow_colours_are_the_papers_or_those_of_motion(studio: Studio, tmp_path: Path) -> None:
    panel, canvas = studio.window.column.flow, studio.window.canvas
    panel.show_legend()
    assert panel.colours.buttons["papers"].isChecked()
    papers = shown_wheel(studio)
    box, shape = Box(40, 40, 80, 90), (150, 200)
    flow = flows.empty_flow(box, shape)
    flow.offsets[:] = np.reshape((-30, 40), (2, 1, 1))
    flow.hole[:] = True
    studio.session.document.set_flow(flow)
    with studio.qtbot.waitSignal(canvas.flowColoured):
        studio.press("A")
    with studio.qtbot.waitSignal(canvas.flowColoured):
        panel.colours.buttons["motion"].click()
    assert studio.settings.get("flow_colours") == "motion"
    assert shown_wheel(studio) != papers
    assert studio.window.focusWidget() is canvas
    studio.qtbot.waitUntil(lambda: canvas.background.idle)
    place = studio.at(60.5, 60.5)
    shown = canvas.grab().toImage().pixelColor(place)
    expected = colour(flow, flow.longest_offset(), "motion")[0, 0]
    assert [shown.red(), shown.green(), shown.blue()] == pytest.approx(expected[:3].tolist(), abs=1)
    saved = tmp_path / "flow.png"
    with studio.qtbot.waitSignal(studio.session.status, check_params_cb=lambda status: status.text.startswith("Saved")):
        studio.session.save_flow(saved)
    image = QImage(str(saved))
    assert image.pixelColor(60, 60) == shown
    panel.colours.buttons["papers"].click()
    assert shown_wheel(studio) == papers


def test_right_button_erases_edges(studio: Studio) -> None:
    sketching(studio)
    predict(studio)
    studio.settings.set("edge_size", 15)
    QTest.mouseClick(
        studio.window.canvas, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, studio.at(100, 72)
    )
    assert not edges(studio)[68:76, 96:104].any()
    assert hole(studio)[72, 100]

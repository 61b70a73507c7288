"""Labels before the window: the tool S, the palette, predictions, areas, files, and what a fill does with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from inpaint_studio.engine.photo.label_map import read_label_map
from inpaint_studio.session.raster import HOLE, LABELS, PHOTO, PREDICTED
from inpaint_studio.ui.canvas import modes
from inpaint_studio.ui.label_controls import HOW_TO
from inpaint_studio.ui.tools.labels import NO_AREA, NO_CLASS, ONLY_PAINTED
from tests.session.fake_library import FakeLibrary, Network
from tests.session.label_models import CLASSES, FILLED, LabelFiller, models
from tests.ui.studio import HEIGHT, WIDTH, Studio, apply_theme

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
HOLE_FROM_TO = ((80, 60), (120, 60), (120, 90), (80, 90), (80, 60))
UPPER, LOWER = (90, 50), (90, 100)  # in the hole: sky and grass are predicted there


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path) -> Iterator[Studio]:
    apply_theme(qapp)
    bare = Network("bare", "Bare")
    bare.traits = type(bare.traits)("bare", "Bare", "Bare.", needs_weights=True, provides=frozenset({"labels"}))
    made = Studio(qtbot, tmp_path, FakeLibrary(*models().models.values(), bare), LabelFiller())
    made.show()
    made.settings.set("brush_hardness", 100)
    yield made
    made.close()


def choose(studio: Studio, name: str) -> None:
    """Choose a model as the user does."""
    picker = studio.window.column.model.picker
    picker.choose(name)
    picker.activated.emit(picker.currentIndex())


def raster(studio: Studio, name: str) -> np.ndarray:
    return studio.session.document.raster(name)


def click(studio: Studio, place: tuple[float, float], button: Any = LEFT, modifier: Any = NONE) -> None:
    QTest.mouseClick(studio.window.canvas, button, modifier, studio.at(*place))


def with_labels(studio: Studio) -> Studio:
    """A hole with predicted labels, and the tool for labels with a brush of 15 px."""
    choose(studio, "mapper")
    studio.settings.set("brush_size", 40)
    studio.brush(*HOLE_FROM_TO)
    with studio.qtbot.waitSignal(studio.session.labels.predicted):
        studio.press("S")
    studio.settings.set("brush_size", 15)
    assert raster(studio, PREDICTED)[UPPER[1], UPPER[0]] == 1
    assert raster(studio, PREDICTED)[LOWER[1], LOWER[0]] == 2
    return studio


def settle(studio: Studio) -> None:
    studio.qtbot.waitUntil(lambda: studio.window.canvas.background.idle)


def shown(studio: Studio, place: tuple[float, float]) -> tuple[int, int, int]:
    colour = studio.window.canvas.grab().toImage().pixelColor(studio.at(*place))
    return colour.red(), colour.green(), colour.blue()


def mixed(colour: tuple[int, int, int], share: float, ground: int = 200) -> Any:
    """The colour over the photo."""
    return pytest.approx([part * share + ground * (1 - share) for part in colour], abs=2)


def test_predict_paint_fill_undo(studio: Studio) -> None:
    with_labels(studio)
    canvas, window = studio.window.canvas, studio.window
    assert canvas.modes.name == modes.LABELS
    assert window.actions_["labels"].isChecked()
    assert window.status.message == "Labels predicted in 0.1 s; paint over what is wrong, then fill."
    studio.session.labels.palette.choose(4)
    studio.brush((85, 50), (105, 50))
    painted = raster(studio, LABELS).copy()
    assert (painted[50, 85:105] == 4).all()
    assert set(np.unique(painted)) == {0, 4}
    assert studio.session.document.undo_text == "Paint labels"
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        studio.press("Return")
    np.testing.assert_array_equal(studio.filler.requests[-1].guide.labels, painted)
    assert raster(studio, PHOTO)[50, 95, 0] == FILLED + 40
    assert raster(studio, PHOTO)[LOWER[1], LOWER[0], 0] == FILLED + 20
    assert canvas.modes.name == ""  # the fill is what there is to see now
    assert canvas.tool.name == "brush"
    assert not raster(studio, LABELS).any()
    studio.press("Ctrl+Z")
    np.testing.assert_array_equal(raster(studio, LABELS), painted)
    assert raster(studio, PREDICTED).any()
    assert raster(studio, HOLE).any()


def test_labels_are_seen_in_their_colours_and_painted_ones_stronger(studio: Studio) -> None:
    with_labels(studio)
    studio.session.labels.palette.choose(3)
    studio.brush((100, 96), (110, 96))
    settle(studio)
    assert shown(studio, UPPER) == mixed(CLASSES[0].colour, 0.40)
    assert shown(studio, (105, 96)) == mixed(CLASSES[2].colour, 0.62)
    assert shown(studio, (20, 20)) == (200, 200, 200)
    studio.press("B")
    assert studio.window.canvas.modes.name == ""
    studio.press("J")
    settle(studio)
    assert shown(studio, UPPER) == mixed(CLASSES[0].colour, 0.40)
    studio.press("J")
    assert not studio.window.actions_["labels"].isChecked()


def test_after_a_fill_the_view_shows_what_it_followed(studio: Studio) -> None:
    with_labels(studio)
    with studio.qtbot.waitSignal(studio.session.fills.filled):
        studio.press("Return")
    studio.press("J")
    settle(studio)
    assert shown(studio, UPPER) == mixed(CLASSES[0].colour, 0.62, FILLED + 10)
    assert not studio.session.fills.is_busy


def test_right_button_erases_what_is_painted(studio: Studio) -> None:
    with_labels(studio)
    studio.session.labels.palette.choose(3)
    studio.brush((85, 50), (105, 50))
    click(studio, (95, 50), RIGHT)
    assert not raster(studio, LABELS)[46:54, 92:98].any()
    assert raster(studio, LABELS)[50, 84] == 3
    assert studio.session.document.undo_text == "Erase labels"


def test_an_area_is_filled_with_a_class(studio: Studio) -> None:
    with_labels(studio)
    panel = studio.window.column.labels
    panel.modes.buttons["area"].click()
    assert studio.settings.get("label_mode") == "area"
    studio.session.labels.palette.choose(3)
    click(studio, LOWER)
    settle(studio)
    np.testing.assert_array_equal(raster(studio, LABELS) == 3, raster(studio, PREDICTED) == 2)
    click(studio, LOWER, RIGHT)
    settle(studio)
    assert not raster(studio, LABELS).any()
    click(studio, LOWER, RIGHT)
    settle(studio)
    assert studio.window.status.message == ONLY_PAINTED
    click(studio, (10, 10))
    settle(studio)
    assert studio.window.status.message == NO_AREA
    studio.session.labels.clear()
    click(studio, UPPER)  # the rest of the hole, which has no class
    settle(studio)
    np.testing.assert_array_equal(raster(studio, LABELS) == 3, raster(studio, HOLE) > 0)


def test_where_clicks_fill_areas_there_is_no_brush(studio: Studio) -> None:
    studio.press("S")
    canvas, numbers = studio.window.canvas, studio.window.column.tool.numbers
    assert numbers["brush_size"].isVisible()
    studio.window.column.labels.modes.buttons["area"].click()
    assert canvas.cursor().shape() == Qt.CursorShape.CrossCursor
    assert not canvas.tool.has_ring
    assert canvas.tool.active_options == ("label_mode",)
    assert not numbers["brush_size"].isVisible()
    assert not studio.window.actions_["larger"].isEnabled()
    assert studio.window.column.labels.isVisible()
    studio.window.column.labels.modes.buttons["brush"].click()
    assert canvas.cursor().shape() == Qt.CursorShape.BlankCursor
    assert canvas.tool.has_ring
    assert numbers["brush_size"].isVisible()


def test_alt_picks_the_class_under_the_pointer(studio: Studio) -> None:
    with_labels(studio)
    click(studio, LOWER, LEFT, ALT)
    assert studio.session.labels.palette.chosen == 2
    assert studio.window.status.message == "grass is painted now."
    assert studio.window.column.labels.list.currentRow() == 1
    click(studio, (10, 10), LEFT, ALT)
    assert studio.window.status.message == NO_CLASS
    assert not raster(studio, LABELS).any()


def test_the_palette_is_there_with_its_tool(studio: Studio) -> None:
    panel = studio.window.column.labels
    assert not panel.isVisible()
    choose(studio, "mapper")
    studio.press("S")
    assert panel.isVisible()
    assert studio.window.status.message == HOW_TO
    assert [panel.list.item(row).text() for row in range(panel.list.count())] == [each.name for each in CLASSES]
    assert not panel.buttons["add-class"].isEnabled()
    place = panel.list.visualItemRect(panel.list.item(2)).center()
    QTest.mouseClick(panel.list.viewport(), LEFT, NONE, place)
    assert studio.session.labels.palette.chosen == 3
    for button in panel.buttons.values():  # whole, and not past the column's edge
        assert button.mapTo(panel, QPoint(button.width(), 0)).x() <= panel.width()
    studio.press("B", studio.window.canvas)
    assert not panel.isVisible()


def test_own_classes_are_renamed_and_added(studio: Studio) -> None:
    choose(studio, "plain")
    studio.press("S")
    panel = studio.window.column.labels
    assert panel.list.count() == 8
    panel.list.item(1).setText("old wall")
    assert studio.session.labels.palette.of(2).name == "old wall"
    panel.list.item(1).setText("")
    assert panel.list.item(1).text() == "old wall"
    panel.buttons["add-class"].click()
    assert panel.list.count() == 9
    assert studio.session.labels.palette.chosen == 9
    assert studio.window.focusWidget() is studio.window.canvas
    studio.brush((50, 50), (60, 50))
    assert raster(studio, LABELS)[50, 55] == 9


def test_the_panel_names_what_is_under_the_pointer(studio: Studio) -> None:
    with_labels(studio)
    panel = studio.window.column.labels
    texts = {label.text() for label in panel.findChildren(type(panel._place))}
    assert len(texts) == 1
    for place, text in ((LOWER, "Predicted: grass."), ((10, 10), "No class here.")):
        QTest.mouseMove(studio.window.canvas, studio.at(*place))
        studio.qtbot.waitUntil(lambda text=text: panel._place.text() == text)


def test_predict_and_clear_from_the_panel(studio: Studio) -> None:
    with_labels(studio)
    buttons = studio.window.column.labels.buttons
    buttons["clear-labels"].click()
    assert not raster(studio, PREDICTED).any()
    assert not buttons["clear-labels"].isEnabled()
    with studio.qtbot.waitSignal(studio.session.labels.predicted):
        buttons["predict-labels"].click()
    assert raster(studio, PREDICTED).any()
    assert studio.window.canvas.modes.name == modes.LABELS


def test_a_prediction_is_cancelled(studio: Studio) -> None:
    choose(studio, "mapper")
    studio.brush()
    studio.filler.gate.clear()
    studio.press("Shift+J")
    assert studio.window.status.message == "Predicting labels…"
    studio.press("Esc")
    studio.filler.gate.set()
    assert not studio.session.fills.is_busy
    assert not raster(studio, PREDICTED).any()
    assert studio.window.status.message == "Cancelled."


def test_without_weights_a_prediction_shows_the_notice(studio: Studio) -> None:
    choose(studio, "bare")
    studio.brush()
    studio.press("Shift+J")
    assert studio.window.status.message == "Bare has no weights yet; get or import them in the Model panel."
    assert studio.window.column.model.no_weights.isVisible()


def test_the_button_of_the_view_is_there_where_labels_concern_the_model(studio: Studio) -> None:
    found = [b for b in studio.window.column.findChildren(QToolButton) if b.accessibleName() == "Labels view"]
    (button,) = found
    for name, concerned in (("quick", False), ("mapper", True), ("follower", True), ("plain", False), ("bare", True)):
        choose(studio, name)
        QApplication.processEvents()
        assert button.isVisible() == concerned
        assert studio.window.actions_["predict-labels"].isEnabled() == (name in ("mapper", "bare"))


def test_other_tools_views_and_photos_end_the_tool(studio: Studio) -> None:
    with_labels(studio)
    studio.press("A")
    assert studio.window.canvas.modes.name == modes.FLOW
    assert studio.window.canvas.tool.name == "brush"
    studio.press("S")
    assert studio.window.canvas.modes.name == modes.LABELS
    studio.open(studio.make_photo("other.png", 40))
    assert studio.window.canvas.modes.name == ""
    assert studio.window.canvas.tool.name == "brush"
    assert not raster(studio, LABELS).any()


def test_a_closed_stroke_fills_its_inside(studio: Studio) -> None:
    studio.settings.set("close_loops", True)
    studio.settings.set("brush_size", 6)
    studio.press("S")
    studio.session.labels.palette.choose(5)
    studio.brush((50, 40), (90, 40), (90, 80), (50, 80), (50, 40))
    assert raster(studio, LABELS)[60, 70] == 5
    assert set(np.unique(raster(studio, LABELS))) == {0, 5}


def test_label_maps_are_imported_and_exported(studio: Studio, tmp_path: Path) -> None:
    actions = studio.window.actions_
    choose(studio, "mapper")
    assert not actions["export-labels"].isEnabled()
    numbers = np.zeros((HEIGHT, WIDTH), np.uint8)
    numbers[40:60, 40:60] = 3
    Image.fromarray(numbers).save(tmp_path / "map.png")
    actions["import-labels"].trigger()
    (dialog,) = [each for each in QApplication.topLevelWidgets() if each.windowTitle() == "Import labels"]
    dialog.fileSelected.emit(str(tmp_path / "map.png"))
    dialog.close()
    studio.qtbot.waitUntil(lambda: bool(raster(studio, LABELS).any()))
    np.testing.assert_array_equal(raster(studio, LABELS), numbers)
    assert studio.window.canvas.modes.name == modes.LABELS
    actions["export-labels"].trigger()
    (dialog,) = [each for each in QApplication.topLevelWidgets() if each.windowTitle() == "Export labels"]
    dialog.fileSelected.emit(str(tmp_path / "saved"))
    dialog.close()
    studio.qtbot.waitUntil((tmp_path / "saved.png").exists)
    saved = read_label_map(tmp_path / "saved.png", (HEIGHT, WIDTH))
    np.testing.assert_array_equal(saved.numbers, numbers)
    assert saved.classes == CLASSES


def test_a_map_of_another_size_is_a_message(studio: Studio, tmp_path: Path) -> None:
    Image.fromarray(np.ones((20, 30), np.uint8)).save(tmp_path / "map.png")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.window.label_controls.import_path(tmp_path / "map.png")
    assert "label map is 30 x 20 pixels and the photo 200 x 150" in studio.window.message.text
    assert not raster(studio, LABELS).any()


def test_the_tool_chosen_before_there_is_a_photo_shows_what_it_paints(qtbot: Any, qapp: Any, tmp_path: Path) -> None:
    apply_theme(qapp)
    studio = Studio(qtbot, tmp_path, FakeLibrary(*models().models.values()), LabelFiller())
    try:
        studio.window.show()
        studio.window.canvas.set_tool("labels")
        studio.open(studio.photo)
        assert studio.window.canvas.tool.name == "labels"
        assert studio.window.canvas.modes.name == modes.LABELS
    finally:
        studio.close()


def test_the_view_stays_as_it_is_where_a_map_cannot_be_read(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "map.png").write_bytes(b"no picture")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.window.label_controls.import_path(tmp_path / "map.png")
    assert studio.window.canvas.modes.name == ""


def test_choosing_a_class_draws_the_labels_once(studio: Studio) -> None:
    with_labels(studio)
    chosen: list[int] = []
    studio.session.labels.palette.changed.connect(lambda: chosen.append(studio.session.labels.palette.chosen))
    studio.session.labels.palette.choose(3)
    assert chosen == [3]
    studio.session.labels.palette.choose(3)
    assert chosen == [3]

"""Projects in the window: saved, opened, dropped and listed as photos are, with all that was drawn."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLabel, QLineEdit

from inpaint_studio.session.raster import HOLE, LABELS, PHOTO
from inpaint_studio.ui.dialogs.overwrite import OverwriteDialog
from inpaint_studio.ui.dialogs.unsaved import UnsavedDialog
from tests.ui.studio import Studio, apply_theme


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path) -> Iterator[Studio]:
    apply_theme(qapp)
    studio = Studio(qtbot, tmp_path)
    studio.show()
    yield studio
    studio.close()


def shown(kind: type) -> Any:
    [found] = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]
    return found


def save_as(studio: Studio, name: str) -> Path:
    """Save under this name by the dialog."""
    path = studio.folder / name
    studio.press("Ctrl+Shift+S")
    chooser = shown(QFileDialog)
    with studio.qtbot.waitSignal(studio.session.saved):
        chooser.fileSelected.emit(str(path))
    chooser.reject()
    bring(studio)
    return path


def bring(studio: Studio) -> None:
    """Give the keyboard back to the window, as the desktop does where a dialog has closed."""
    studio.window.activateWindow()
    studio.qtbot.waitUntil(studio.window.isActiveWindow)


def draw(studio: Studio) -> None:
    """Fill twice, choose the first result, then draw a hole, a line and a label."""
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.session.fills.previous_candidate()
    studio.brush((30, 30), (60, 40))
    studio.session.document.add_line([(20.0, 10.0), (90.0, 50.0)])


def test_a_project_brings_everything_back(studio: Studio) -> None:
    document, fills = studio.session.document, studio.session.fills
    draw(studio)
    pixels, hole = document.raster(PHOTO).copy(), document.raster(HOLE).copy()
    path = save_as(studio, "work.ora")
    assert not document.modified
    assert studio.window.windowTitle().startswith("work.ora")
    assert studio.window.status.message == "Saved work.ora."
    studio.open(studio.photo)
    studio.open(path)
    assert studio.window.windowTitle().startswith("work.ora[*]")
    assert np.array_equal(document.raster(PHOTO), pixels)
    assert np.array_equal(document.raster(HOLE), hole)
    assert document.line_count == 1
    assert (fills.candidate_index, fills.candidate_count) == (0, 2)
    assert not document.modified
    fills.next_candidate()
    assert (document.raster(PHOTO)[75, 95:105] == 11).all()
    assert document.modified


def test_ctrl_s_saves_an_opened_project_and_asks_nothing(studio: Studio) -> None:
    draw(studio)
    path = save_as(studio, "work.ora")
    studio.open(path)
    studio.brush((30, 90), (60, 100))
    hole = studio.session.document.raster(HOLE).copy()
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.press("Ctrl+S")
    assert not [each for each in QApplication.topLevelWidgets() if isinstance(each, OverwriteDialog)]
    assert studio.window.status.message == "Saved work.ora."
    studio.open(studio.photo)
    studio.open(path)
    assert np.array_equal(studio.session.document.raster(HOLE), hole)


def test_the_question_about_unsaved_work_names_no_marks_in_a_project(studio: Studio) -> None:
    save_as(studio, "work.ora")
    studio.brush()
    studio.press("Ctrl+Q")
    dialog = shown(UnsavedDialog)
    assert not any("does not hold" in label.text() for label in dialog.findChildren(QLabel))
    dialog.cancel.click()


def test_the_dialogs_offer_projects(studio: Studio) -> None:
    studio.press("Ctrl+O")
    chooser = shown(QFileDialog)
    first = chooser.nameFilters()[0]
    assert "*.ora" in first
    assert "*.jpg" in first
    assert "OpenRaster project (*.ora)" in chooser.nameFilters()
    chooser.reject()
    bring(studio)
    studio.press("Ctrl+Shift+S")
    chooser = shown(QFileDialog)
    assert "OpenRaster project (*.ora)" in chooser.nameFilters()
    assert "PNG" in chooser.selectedNameFilter()
    kinds = [box for box in chooser.findChildren(QComboBox) if box.findText("OpenRaster project (*.ora)") >= 0]
    for name, kind in (("bird.png", "WebP (*.webp)"), ("v1.2", "OpenRaster project (*.ora)")):
        chooser.findChild(QLineEdit).setText(name)
        kinds[0].setCurrentText(kind)
        kinds[0].textActivated.emit(kind)
        kinds[0].activated.emit(kinds[0].currentIndex())
    assert [Path(name).name for name in chooser.selectedFiles()] == ["v1.2.ora"]
    with studio.qtbot.waitSignal(studio.session.saved):
        chooser.fileSelected.emit(str(studio.folder / "named"))
    chooser.reject()
    bring(studio)
    assert zipfile.is_zipfile(studio.folder / "named.ora")
    studio.press("Ctrl+Shift+S")
    chooser = shown(QFileDialog)
    assert chooser.selectedNameFilter() == "OpenRaster project (*.ora)"
    chooser.reject()


def test_a_project_is_dropped_and_listed_with_its_picture(studio: Studio) -> None:
    studio.brush((10, 75), (190, 75))
    studio.wait_fill(lambda: studio.press("Return"))
    path = save_as(studio, "work.ora")
    studio.open(studio.photo)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window = studio.window
    window.drop_hint.show_for(data)
    assert window.drop_hint.text == "Let go to open work.ora"
    window.drop_hint.leave()
    with studio.qtbot.waitSignal(studio.session.opened):
        assert window.files.take(data)
    assert window.windowTitle().startswith("work.ora")
    [first] = [action for action in window.recent_menu.actions() if action.text() == "work.ora"]
    studio.qtbot.waitUntil(lambda: studio.session.queues.reads.is_idle("thumbnails") and not first.icon().isNull())
    assert first.icon().pixmap(48, 48).toImage().pixelColor(24, 24).red() == 10


def test_the_layers_of_another_program_are_not_replaced_unasked(studio: Studio) -> None:
    path = save_as(studio, "work.ora")
    stripped = studio.folder / "foreign.ora"
    with zipfile.ZipFile(path) as own, zipfile.ZipFile(stripped, "w") as foreign:
        for name in own.namelist():
            if not name.startswith("inpaint-studio/"):
                foreign.writestr(name, own.read(name))
    studio.open(stripped)
    before = stripped.read_bytes()
    studio.press("Ctrl+S")
    studio.qtbot.waitUntil(lambda: any(isinstance(each, OverwriteDialog) for each in QApplication.topLevelWidgets()))
    dialog = shown(OverwriteDialog)
    assert any("layers that another program" in label.text() for label in dialog.findChildren(QLabel))
    dialog.cancel.click()
    assert stripped.read_bytes() == before


def test_a_damaged_project_leaves_the_work_alone(studio: Studio) -> None:
    studio.brush()
    hole = studio.session.document.raster(HOLE).copy()
    bad = studio.folder / "bad.ora"
    bad.write_bytes(b"PK\x03\x04 no project")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.session.open(bad)
    assert studio.window.message.text == "bad.ora is no project, or is damaged, and cannot be opened."
    assert np.array_equal(studio.session.document.raster(HOLE), hole)


def test_a_project_is_saved_while_a_fill_runs(studio: Studio) -> None:
    draw(studio)
    document = studio.session.document
    studio.filler.gate.clear()
    studio.press("Return")
    studio.qtbot.waitUntil(lambda: len(studio.filler.requests) == 3)
    before, hole = document.raster(PHOTO).copy(), document.raster(HOLE).copy()
    path = save_as(studio, "work.ora")
    studio.wait_fill(studio.filler.gate.set)
    assert document.modified
    document.mark_saved()
    studio.open(path)
    assert np.array_equal(document.raster(PHOTO), before)
    assert np.array_equal(document.raster(HOLE), hole)


def test_a_picture_of_a_project_is_saved_by_its_name(studio: Studio) -> None:
    draw(studio)
    path = save_as(studio, "work.ora")
    studio.open(path)
    pixels = studio.session.document.raster(PHOTO).copy()
    out = save_as(studio, "out.png")
    assert np.array_equal(np.asarray(Image.open(out)), pixels)
    assert studio.window.status.message.startswith("Saved out.png without the hole and the guide line")
    assert not studio.session.document.raster(LABELS).any()

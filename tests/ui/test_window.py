"""The window as the user sees it: opening, saving, the question before work is lost, and what the panels show."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QMenu

from inpaint_studio import paths
from inpaint_studio.session import session as session_module
from inpaint_studio.session.reporting import IDLE, Status
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui.dialogs.unsaved import UnsavedDialog
from inpaint_studio.ui.panels.flow import describe_source
from tests.ui.studio import OFFSET, Studio


def dialog_of(kind: type) -> Any:
    """The open dialog of that kind."""
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()]
    assert found, f"no {kind.__name__} is open"
    return found[-1]


def picture(value: int = 90) -> QImage:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(value, value, value))
    return image


def file_data(path: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def drop(studio: Studio, data: QMimeData) -> bool:
    """Drag `data` over the window and let go; whether the window wanted it."""
    place, copy, left = QPoint(300, 300), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, copy, data, left, none)
    enter.setAccepted(False)
    QApplication.sendEvent(studio.window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(studio.window, QDropEvent(QPointF(place), copy, data, left, none))
        # Whether an image is a mask for the photo is found out first.
        studio.qtbot.waitUntil(lambda: studio.session.queues.reads.is_idle("masks"))
    return enter.isAccepted()


# Opening


def test_title_names_the_photo_and_marks_changes(studio: Studio) -> None:
    assert studio.window.windowTitle() == "bird.png[*] - Inpaint Studio"
    assert not studio.window.isWindowModified()
    studio.brush()
    assert studio.window.isWindowModified()
    studio.press("Ctrl+Z")
    assert not studio.window.isWindowModified()


def test_failed_open_shows_why_and_keeps_the_document(studio: Studio) -> None:
    studio.brush()
    studio.session.document.mark_saved()
    before = studio.session.document.raster("hole").copy()
    broken = studio.folder / "broken.png"
    broken.write_bytes(b"this is no picture")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.window.files.open_path(broken)
    assert "broken.png" in studio.window.message.text
    assert studio.window.windowTitle().startswith("bird.png")
    assert np.array_equal(studio.session.document.raster("hole"), before)
    studio.press("Esc")
    assert studio.window.message.text == ""


def test_open_dialog_opens_the_chosen_photo(studio: Studio) -> None:
    other = studio.make_photo("other.png", 50)
    studio.press("Ctrl+O")
    dialog = dialog_of(QFileDialog)
    with studio.qtbot.waitSignal(studio.session.opened):
        dialog.fileSelected.emit(str(other))
    dialog.reject()
    assert studio.window.windowTitle().startswith("other.png")
    assert studio.window.status.photo.text() == "200 × 150 px"


def test_dropped_file_opens(studio: Studio) -> None:
    other = studio.make_photo("other.png", 50)
    with studio.qtbot.waitSignal(studio.session.opened):
        assert drop(studio, file_data(other))
    assert studio.window.windowTitle().startswith("other.png")


def test_dropped_picture_opens(studio: Studio) -> None:
    data = QMimeData()
    data.setImageData(picture())
    with studio.qtbot.waitSignal(studio.session.opened):
        assert drop(studio, data)
    assert studio.session.document.size == (40, 60)
    assert studio.window.windowTitle().startswith("Pasted picture")


def test_dropped_text_is_refused(studio: Studio) -> None:
    data = QMimeData()
    data.setText("hello")
    assert not drop(studio, data)


def test_paste_takes_a_picture_from_the_clipboard(studio: Studio) -> None:
    QGuiApplication.clipboard().setImage(picture(90))
    with studio.qtbot.waitSignal(studio.session.opened):
        studio.press("Ctrl+V")
    assert studio.session.document.size == (40, 60)
    assert (studio.session.document.raster("photo") == 90).all()


def test_paste_of_nothing_is_reported(studio: Studio) -> None:
    QGuiApplication.clipboard().setText("only words")
    studio.press("Ctrl+V")
    assert "no picture" in studio.window.status.message
    assert studio.window.windowTitle().startswith("bird.png")


def test_recent_photos_are_listed_newest_first_and_open(studio: Studio) -> None:
    studio.open(studio.make_photo("other.png"))
    assert [path.name for path in studio.window.files.recent] == ["other.png", "bird.png"]
    action = next(action for action in studio.window.recent_menu.actions() if action.text() == "bird.png")
    with studio.qtbot.waitSignal(studio.session.opened):
        action.trigger()
    assert [path.name for path in studio.window.files.recent] == ["bird.png", "other.png"]


# Saving


def test_save_writes_over_the_photo(studio: Studio) -> None:
    studio.fill()
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.press("Ctrl+S")
    assert np.asarray(Image.open(studio.photo))[72, 100, 0] == 10
    assert not studio.window.isWindowModified()


def save(studio: Studio) -> str:
    """Save the photo over its file; the message about that."""
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.press("Ctrl+S")
    return studio.window.status.message


def test_saving_names_what_a_picture_leaves_out(studio: Studio) -> None:
    studio.fill()
    assert save(studio) == "Saved bird.png."
    studio.brush()
    assert save(studio) == "Saved bird.png without the hole, which a picture cannot hold."
    document = studio.session.document
    document.add_line([(10.0, 10.0), (90.0, 90.0)])
    assert save(studio) == "Saved bird.png without the hole and the guide line, which a picture cannot hold."
    document.add_line([(20.0, 10.0), (90.0, 50.0)])
    studio.press("S")
    studio.brush((30, 20), (40, 20))
    assert "without the hole, the guide lines and the labels, which" in save(studio)
    studio.press("B")
    document.clear_hole()
    studio.press("D")
    studio.brush((150, 100), (160, 100))
    assert "without the guide lines, the labels and the sampling areas, which" in save(studio)


def test_the_question_about_unsaved_work_names_what_a_picture_leaves_out(studio: Studio) -> None:
    studio.fill()
    studio.press("Ctrl+Q")
    assert not any("does not hold" in text for text in texts_of(dialog_of(UnsavedDialog)))
    answer("cancel")
    studio.brush()
    studio.press("Ctrl+Q")
    assert any("A saved picture does not hold the hole." in text for text in texts_of(dialog_of(UnsavedDialog)))
    answer("cancel")


def texts_of(dialog: QDialog) -> list[str]:
    """The texts that a dialog shows."""
    return [label.text() for label in dialog.findChildren(QLabel)]


def test_save_as_asks_for_a_name_and_keeps_it(studio: Studio) -> None:
    studio.press("Ctrl+Shift+S")
    dialog = dialog_of(QFileDialog)
    with studio.qtbot.waitSignal(studio.session.saved):
        dialog.fileSelected.emit(str(studio.folder / "copy"))
    dialog.reject()
    assert Image.open(studio.folder / "copy.png").size == (200, 150)
    assert studio.window.windowTitle().startswith("copy.png")


def test_sample_photos_are_never_written_over(studio: Studio) -> None:
    sample = paths.resources() / "samples" / "perched-osprey.jpg"
    studio.open(sample)
    studio.press("Ctrl+S")
    dialog_of(QFileDialog).reject()
    assert studio.window.files.path is None
    assert sample not in studio.window.files.recent


def test_failed_save_shows_why_and_stays_modified(studio: Studio) -> None:
    studio.brush()
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.session.save(studio.folder / "missing" / "x.png")
    assert studio.window.message.text
    assert studio.window.isWindowModified()


def test_flow_map_is_saved(studio: Studio) -> None:
    studio.fill()
    studio.window.actions_["save-flow"].trigger()
    dialog = dialog_of(QFileDialog)
    target = studio.folder / "map.flo"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    studio.qtbot.waitUntil(target.exists)
    studio.qtbot.waitUntil(lambda: studio.window.status.message == "Saved map.flo.")
    assert target.read_bytes()[:4] == b"PIEH"


@pytest.mark.parametrize(("kind", "start"), [(".html", b"<!doctype html>"), (".svg", b"<?xml"), (".png", b"\x89PNG")])
def test_flow_is_exported_in_the_chosen_format(studio: Studio, kind: str, start: bytes) -> None:
    studio.fill()
    assert studio.filler.requests[-1].options.ranked == 5
    studio.press("Ctrl+Shift+E")
    dialog = dialog_of(QFileDialog)
    filters = dialog.nameFilters()
    assert [each[each.index("*") + 1 : -1] for each in filters] == [".png", ".html", ".svg", ".flo"]
    dialog.selectNameFilter(next(each for each in filters if kind in each))
    dialog.fileSelected.emit(str(studio.folder / "map"))  # the suffix is that of the format
    dialog.reject()
    target = studio.folder / f"map{kind}"
    studio.qtbot.waitUntil(lambda: studio.window.status.message == f"Saved map{kind}.")
    assert target.read_bytes().startswith(start)
    if kind == ".html":
        text = target.read_text(encoding="utf-8")
        assert "bird.png" in text
        assert "Quick filler" in text
        assert str(studio.folder) not in text


def test_a_flow_under_another_name_is_refused_with_a_sentence(studio: Studio) -> None:
    studio.fill()
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.session.save_flow(studio.folder / "map.pdf")
    assert "no name for a flow" in studio.window.message.text
    assert not (studio.folder / "map.pdf").exists()


@pytest.fixture
def slow_save(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Saves wait until this event is set."""
    go = threading.Event()
    write = session_module._write

    def wait_and_write(*arguments: Any) -> tuple[str, ...]:
        assert go.wait(30)
        return write(*arguments)

    monkeypatch.setattr(session_module, "_write", wait_and_write)
    yield go
    go.set()


def test_leaving_while_the_photo_is_being_saved_asks_nothing(studio: Studio, slow_save: threading.Event) -> None:
    studio.fill()
    studio.press("Ctrl+S")
    drop(studio, file_data(studio.make_photo("other.png")))
    assert not [each for each in QApplication.topLevelWidgets() if isinstance(each, UnsavedDialog)]
    assert studio.window.windowTitle().startswith("bird.png")
    with studio.qtbot.waitSignal(studio.session.opened):
        slow_save.set()
    assert np.asarray(Image.open(studio.photo))[72, 100, 0] == 10
    assert studio.window.windowTitle().startswith("other.png")


def test_changes_during_a_save_bring_the_question_when_it_ends(studio: Studio, slow_save: threading.Event) -> None:
    studio.fill()
    studio.press("Ctrl+S")
    drop(studio, file_data(studio.make_photo("other.png")))
    studio.brush()
    with studio.qtbot.waitSignal(studio.session.saved):
        slow_save.set()
    answer("cancel")
    assert studio.window.windowTitle().startswith("bird.png")
    assert studio.window.isWindowModified()


# Unsaved work


def answer(button: str) -> None:
    dialog = dialog_of(UnsavedDialog)
    QTest.mouseClick(getattr(dialog, button), Qt.MouseButton.LeftButton)


def test_unsaved_cancel_keeps_everything(studio: Studio) -> None:
    studio.brush()
    drop(studio, file_data(studio.make_photo("other.png")))
    answer("cancel")
    assert studio.window.windowTitle().startswith("bird.png")
    assert studio.window.isWindowModified()


def test_unsaved_discard_goes_on(studio: Studio) -> None:
    studio.brush()
    drop(studio, file_data(studio.make_photo("other.png")))
    with studio.qtbot.waitSignal(studio.session.opened):
        answer("discard")
    assert studio.window.windowTitle().startswith("other.png")


def test_unsaved_save_saves_first(studio: Studio) -> None:
    studio.fill()
    drop(studio, file_data(studio.make_photo("other.png")))
    with studio.qtbot.waitSignal(studio.session.opened):
        answer("save")
    assert np.asarray(Image.open(studio.photo))[72, 100, 0] == 10
    assert studio.window.windowTitle().startswith("other.png")


def test_unsaved_save_of_a_nameless_picture_can_be_called_off(studio: Studio) -> None:
    QGuiApplication.clipboard().setImage(picture())
    with studio.qtbot.waitSignal(studio.session.opened):
        studio.press("Ctrl+V")
    studio.press("Ctrl+I")
    drop(studio, file_data(studio.photo))
    answer("save")
    dialog_of(QFileDialog).reject()
    assert studio.window.windowTitle().startswith("Pasted picture")
    with studio.qtbot.waitSignal(studio.session.saved):  # a later save goes nowhere else
        studio.session.save(studio.folder / "pasted.png")
    assert studio.window.windowTitle().startswith("pasted.png")


def test_paste_over_unsaved_work_asks(studio: Studio) -> None:
    studio.brush()
    QGuiApplication.clipboard().setImage(picture())
    studio.press("Ctrl+V")
    answer("cancel")
    assert studio.session.document.size == (150, 200)


def test_closing_asks_and_can_be_called_off(studio: Studio) -> None:
    studio.brush()
    studio.press("Ctrl+Q")
    answer("cancel")
    assert studio.window.isVisible()
    studio.press("Ctrl+Q")
    answer("discard")
    assert not studio.window.isVisible()


def test_window_remembers_its_place_and_its_panels(studio: Studio) -> None:
    studio.press("F")
    studio.window.close()
    kept = Settings(studio.settings.file)
    assert kept.get("panels_shown") is False
    assert kept.get("window_geometry")


def test_the_tool_comes_back_also_where_the_program_is_killed(qtbot: Any, studio: Studio, tmp_path: Path) -> None:
    studio.session._keep_settings.setInterval(0)
    studio.press("L")
    qtbot.waitUntil(lambda: studio.settings.file.exists() and Settings(studio.settings.file).get("tool") == "lasso")
    another = Studio(qtbot, tmp_path)
    assert another.window.canvas.tool.name == "lasso"
    assert another.window.actions_["tool-lasso"].isChecked()
    another.close()


def test_folded_sections_stay_folded(studio: Studio, qtbot: Any, tmp_path: Path) -> None:
    studio.window.column.hole_section.head.click()
    studio.window.column.flow_section.head.click()
    studio.window.close()
    another = Studio(qtbot, tmp_path)
    column = another.window.column
    assert [section.head.isChecked() for section in column.sections] == [True, True, True, False, True, False]
    assert column.hole.isHidden()
    column.hole_section.head.click()
    assert Settings(another.settings.file).get("folded") == "hole flow"
    assert another.settings.get("folded") == "flow"
    another.close()


def test_a_spoilt_geometry_is_no_trouble(qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('window_geometry = "not / base 64 !"')
    studio = Studio(qtbot, tmp_path)
    studio.window.show()
    assert studio.window.width() >= 760
    studio.close()


def test_trouble_goes_when_another_photo_opens(studio: Studio) -> None:
    studio.session.failed.emit("That did not work.")
    assert studio.window.message.text == "That did not work."
    studio.open(studio.make_photo("other.png"))
    assert studio.window.message.text == ""


def test_settings_that_could_not_be_read_are_reported(qtbot: Any, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("brush_size = 'huge'")
    studio = Studio(qtbot, tmp_path)
    studio.window.show()
    studio.window.start(studio.photo)
    with qtbot.waitSignal(studio.session.opened):
        pass
    assert "'brush_size' must be a whole number" in studio.window.message.text
    studio.close()


# The hint


def test_hint_goes_at_the_first_stroke(studio: Studio) -> None:
    studio.window.welcome()
    assert studio.window.hint.isVisible()
    studio.brush()
    assert not studio.window.hint.isVisible()


# Panels


def test_panels_fold_and_come_back(studio: Studio) -> None:
    width = studio.window.canvas.width()
    studio.press("F")
    assert not studio.window.column.isVisible()
    QApplication.processEvents()
    assert studio.window.canvas.width() > width
    studio.press("F")
    assert studio.window.column.isVisible()


def test_sections_fold(studio: Studio) -> None:
    studio.press("S")  # the section of the labels is there with their tool
    for section in studio.window.column.sections:
        assert section.body.isVisible()
        section.head.click()
        assert not section.body.isVisible()


def test_model_list_holds_the_registry_and_what_is_broken(studio: Studio) -> None:
    picker = studio.window.column.model.picker
    texts = [picker.itemText(index) for index in range(picker.count())]
    networks = ["Networks", "Other", "Net", "Blank", "Pupil"]
    assert texts == ["Automatic", "Quick filler", "Slow filler", *networks, "torn"]
    broken = picker.model().index(texts.index("torn"), 0)
    assert not broken.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "no module named paper" in broken.data(Qt.ItemDataRole.ToolTipRole)


def test_chosen_model_quality_and_seed_fill(studio: Studio) -> None:
    panel = studio.window.column.model
    panel.picker.choose("slow")
    panel.picker.activated.emit(panel.picker.currentIndex())
    assert panel.summary == "Another one."
    panel.quality.buttons["fast"].click()
    panel.seed.setFocus()
    panel.seed.selectAll()
    QTest.keyClicks(panel.seed, "7")
    studio.press("Return")
    assert studio.window.focusWidget() is studio.window.canvas
    studio.fill()
    request = studio.filler.requests[-1]
    assert (request.model, request.options.quality, request.options.seed) == ("slow", "fast", 7)


def test_candidates_are_shown_and_chosen(studio: Studio) -> None:
    studio.fill()
    panel = studio.window.column.candidates
    studio.wait_fill(studio.window.column.model.another.click)
    assert panel.text == "2 of 2, seed 1"
    assert [thumbnail.isVisible() for thumbnail in panel.thumbnails[:4]] == [True, True, False, False]
    shades = [thumbnail.image.pixelColor(87, 87).red() for thumbnail in panel.thumbnails[:2]]
    assert shades == [10, 11]
    panel.thumbnails[0].click()
    assert studio.session.document.raster("photo")[72, 100, 0] == 10
    assert panel.text == "1 of 2, seed 0"
    assert panel.thumbnails[0].isChecked()
    assert not panel.thumbnails[1].isChecked()


def test_many_candidates_lie_in_rows_and_more_of_them_scroll(studio: Studio) -> None:
    studio.fill()
    for _ in range(5):
        studio.wait_fill(studio.window.handlers.another)
    panel = studio.window.column.candidates
    assert panel.text == "6 of 6, seed 5"
    visible = [each for each in panel.thumbnails if not each.isHidden()]
    assert [each.toolTip().split(":")[0] for each in visible] == [f"Candidate {n}" for n in range(1, 7)]
    assert [each.y() > visible[0].y() for each in visible] == 4 * [False] + 2 * [True]
    for _ in range(14):
        studio.session.fills.keep_candidate(studio.session.fills.candidate_index, True)
        studio.wait_fill(studio.window.handlers.another)
    visible = [each for each in panel.thumbnails if not each.isHidden()]
    assert [each.toolTip().split(":")[0] for each in visible] == [f"Candidate {n}" for n in range(4, 16)]


def test_tool_options_are_those_of_the_tool(studio: Studio) -> None:
    panel = studio.window.column.tool
    assert panel.numbers["brush_size"].isEnabled()
    studio.press("W")
    assert panel.numbers["wand_tolerance"].isVisible()
    assert not panel.numbers["brush_size"].isVisible()
    studio.press("O")
    assert panel.numbers["found_margin"].isVisible()
    assert panel.numbers["found_margin"].isEnabled()
    assert not panel.numbers["wand_tolerance"].isEnabled()
    studio.press("H")
    assert not any(control.isEnabled() for control in (*panel.numbers.values(), *panel.switches.values()))
    assert studio.window.column.sections[1].note.text() == "Hand"


def test_tool_options_are_the_settings(studio: Studio) -> None:
    panel = studio.window.column.tool
    panel.switches["fill_on_release"].click()
    panel.numbers["brush_size"].setValue(33)
    assert studio.session.models.fill_on_release
    assert studio.settings.get("brush_size") == 33
    studio.settings.set("brush_hardness", 5)
    assert panel.numbers["brush_hardness"].value() == 5


def test_flow_panel_shows_where_a_pixel_came_from(studio: Studio) -> None:
    panel = studio.window.column.flow
    studio.window.canvas.cursorMoved.emit(100, 72, True)
    assert panel.source == ""
    studio.fill()
    assert panel.kind.startswith("Copied")
    studio.window.canvas.cursorMoved.emit(100, 72, True)
    assert panel.source == "From 140, 42: 50 px up right.\nConfidence 50 %."
    studio.window.canvas.cursorMoved.emit(3, 3, True)
    assert panel.source.startswith("Point at")
    assert OFFSET == (-30, 40)


@pytest.mark.parametrize(
    ("col", "row", "way"), [(15, 10, "right"), (10, 15, "down"), (5, 10, "left"), (10, 5, "up"), (5, 15, "down left")]
)
def test_ways_are_named_as_seen_on_the_screen(col: int, row: int, way: str) -> None:
    assert f" px {way}." in describe_source(10, 10, row, col, 1.0)


# The status line


def test_status_shows_progress_and_cancel_while_it_fills(studio: Studio) -> None:
    status = studio.window.status
    assert not status.cancel.isVisible()
    studio.filler.gate.clear()
    studio.brush()
    before = studio.session.document.raster("photo").copy()
    studio.press("Return")
    studio.qtbot.waitUntil(lambda: status.progress.value() > 0)
    assert status.message == "Searching"
    place = status.zoom.pos()
    QTest.mouseClick(status.cancel, Qt.MouseButton.LeftButton)
    assert not status.cancel.isVisible()
    assert status.zoom.pos() == place
    assert np.array_equal(studio.session.document.raster("photo"), before)


def test_status_names_the_filler_by_its_title(studio: Studio) -> None:
    studio.fill()
    assert studio.window.status.message == "Filled by Quick filler in 0.1 s."


def test_no_message_outlives_the_step_that_it_is_about(studio: Studio) -> None:
    status = studio.window.status
    studio.fill()
    studio.press("Ctrl+Z")
    assert status.message == "Undone: fill."
    studio.press("Ctrl+Shift+Z")
    assert status.message == "Done again: fill."
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.press(",")
    assert status.message == "Candidate 1 of 2 (seed 0)."
    studio.press("Ctrl+Z")
    assert status.message == "Undone: fill."
    studio.press("Ctrl+Z")
    assert status.message == "Undone: brush."
    studio.press("Ctrl+Z")  # nothing is left to undo
    assert status.message == "Undone: brush."
    studio.press("Ctrl+Shift+Z")
    studio.press("Ctrl+Shift+Z")
    studio.window.column.candidates.delete.click()
    assert status.message == "Deleted candidate 1."
    studio.press("Ctrl+Z")
    assert status.message == "Undone: fill."


def test_undo_takes_away_a_passing_message_and_an_error_about_the_step(studio: Studio) -> None:
    studio.filler.fails = True
    studio.brush()
    with studio.qtbot.waitSignal(studio.session.fills.failed):
        studio.press("Return")
    studio.window.canvas.show_hint("Let go to fill.")
    studio.press("Ctrl+Z")
    assert studio.window.message.text == ""
    assert studio.window.status.message == "Undone: brush."
    studio.window.status.show_lasting()
    assert studio.window.status.message == "Undone: brush."


def test_a_pasted_photo_takes_away_the_message_about_the_one_before(studio: Studio) -> None:
    studio.fill()
    studio.session.paste(QImage(40, 30, QImage.Format.Format_RGB888))
    assert studio.window.status.message == "Pasted as a new photo."


def test_status_is_preparing_until_the_filler_is_ready(studio: Studio) -> None:
    studio.qtbot.waitUntil(lambda: studio.window.status.message == "Ready")
    studio.session.worker.status.emit(Status.working("Getting Quick filler ready…"))
    assert studio.window.status.message == "Getting Quick filler ready…"
    studio.session.status.emit(IDLE)
    assert studio.window.status.message == "Preparing the filler…"
    studio.session.worker.status.emit(IDLE)
    assert studio.window.status.message == "Ready"


def test_failed_fill_is_reported_over_the_canvas(studio: Studio) -> None:
    studio.filler.fails = True
    studio.brush()
    with studio.qtbot.waitSignal(studio.session.fills.failed):
        studio.press("Return")
    assert studio.window.message.text == "Nothing is left to fill the hole from."
    assert studio.session.document.raster("hole").any()


def test_status_shows_device_zoom_and_place(studio: Studio) -> None:
    status = studio.window.status
    studio.qtbot.waitUntil(lambda: bool(status.device.text()))
    assert status.device.text() == "CPU"
    assert "computes on the processor" in status.device.toolTip()
    studio.press("Ctrl+1")
    assert status.zoom.text() == "100 %"
    studio.window.canvas.cursorMoved.emit(12, 34, True)
    assert status.place.text() == "12, 34"
    studio.window.canvas.cursorMoved.emit(-1, 34, False)
    assert status.place.text() == ""


def test_every_menu_opens_and_has_text(studio: Studio) -> None:
    studio.qtbot.waitUntil(lambda: bool(studio.window.status.device.text()))
    studio.window.files.clear_recent()
    menus = [menu for menu in studio.window.findChildren(QMenu) if menu.parent() is not None]
    assert {menu.title() for menu in menus} >= {"&File", "Open recent"}
    for menu in menus:
        assert menu.isEnabled(), menu.title()
        assert any(action.text() for action in menu.actions()), menu.title()
    status = studio.window.status
    seen: list[str] = []

    def look() -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            seen.extend(action.text() for action in popup.actions())
            timer.stop()
            popup.close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(5)
    QTest.mouseClick(status.device, Qt.MouseButton.LeftButton)  # returns when the menu is closed
    assert seen == ["The built-in fillers compute on the processor", "For a network, the device can be chosen here"]


def test_zoom_menu_sets_the_zoom(studio: Studio) -> None:
    action = next(action for action in studio.window.status.zoom.menu().actions() if action.text() == "200 %")
    action.trigger()
    assert studio.window.canvas.zoom == 2.0


def test_a_passing_message_is_replaced_by_the_lasting_one(studio: Studio) -> None:
    status = studio.window.status
    status.show_message("Ready")
    status.show_message("Nothing there", passing=True)
    assert status.message == "Nothing there"
    status.show_lasting()
    assert status.message == "Ready"


# Whole


def test_everything_that_is_pressed_has_a_name(studio: Studio) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox

    for kind in (QAbstractButton, QAbstractSpinBox, QComboBox):
        for widget in studio.window.findChildren(kind):
            if widget.isVisible():
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget


@pytest.mark.usefixtures("qapp")
def test_first_painted_is_emitted_once(qtbot: Any, tmp_path: Path) -> None:
    studio = Studio(qtbot, tmp_path)
    times: list[None] = []
    studio.window.first_painted.connect(lambda: times.append(None))
    with qtbot.waitSignal(studio.window.first_painted):
        studio.window.show()
    studio.window.repaint()
    QApplication.processEvents()
    studio.window.close()
    assert len(times) == 1


def test_dialogs_do_not_block(studio: Studio) -> None:
    for show in (
        studio.window.handlers.show_keys,
        studio.window.handlers.show_about,
        studio.window.handlers.show_settings,
    ):
        show()
        dialog_of(QDialog).close()

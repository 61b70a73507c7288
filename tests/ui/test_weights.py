"""Networks and their weights before the window: the marks, the notices, getting, importing, dropping, the dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox

from inpaint_studio.engine.segment.store import Stored
from inpaint_studio.engine.weights.catalogue import Unfinished
from inpaint_studio.session.weights_manager import WeightsManager
from inpaint_studio.ui.dialogs.download import DownloadDialog
from inpaint_studio.ui.dialogs.model_card import ModelCardDialog
from inpaint_studio.ui.dialogs.settings import SettingsDialog
from inpaint_studio.ui.dialogs.weights import WeightsDialog
from inpaint_studio.ui.panels.model import ModelPanel
from tests.session.fake_library import FETCHED, FakeLibrary, Network, weights
from tests.ui.studio import Studio, apply_theme


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary(Network("unclear", "Unclear", weights("u", "unclear", "unclear", "no word"), year=2020))


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path, library: FakeLibrary) -> Iterator[Studio]:
    apply_theme(qapp)
    made = Studio(qtbot, tmp_path, library)
    made.show()
    yield made
    library.gate.set()
    library.fetching.set()
    made.close()


def panel_of(studio: Studio) -> ModelPanel:
    return studio.window.column.model


def choose(studio: Studio, name: str) -> ModelPanel:
    """Choose a model as the user does."""
    panel = panel_of(studio)
    panel.picker.choose(name)
    panel.picker.activated.emit(panel.picker.currentIndex())
    return panel


def dialog_of(kind: type) -> Any:
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()]
    assert found, f"no {kind.__name__} is open"
    return found[-1]


def drop(studio: Studio, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    place, copy = QPoint(300, 300), Qt.DropAction.CopyAction
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, copy, data, left, none)
    QApplication.sendEvent(studio.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(studio.window, QDropEvent(QPointF(place), copy, data, left, none))


def weights_file(studio: Studio, name: str = "net.pth") -> Path:
    path = studio.folder / name
    path.write_bytes(b"PK\x03\x04 what a checkpoint may begin with")
    return path


# The list


def test_networks_follow_the_built_in_fillers_by_age_with_their_marks(studio: Studio) -> None:
    picker = panel_of(studio).picker
    texts = [picker.itemText(index) for index in range(picker.count())]
    assert texts == ["Automatic", "Quick filler", "Slow filler", "Networks", "Other", "Net", "Unclear", "torn"]
    assert [picker.mark_of(name) for name in ("quick", "other", "net", "unclear")] == [
        "",
        "no weights",
        "no weights",
        "non-commercial",
    ]
    spoken = picker.model().index(4, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Other, no weights. Other in a line."


def test_the_heading_cannot_be_chosen(studio: Studio) -> None:
    picker = choose(studio, "slow").picker
    picker.setFocus()
    QTest.keyClick(picker, Qt.Key.Key_Down)
    assert picker.chosen == "other"


def test_the_list_paints_marks_and_headings(studio: Studio) -> None:
    picker = panel_of(studio).picker
    picker.showPopup()
    view = picker.view()
    rows = [view.visualRect(picker.model().index(row, 0)) for row in (3, 4)]
    assert rows[0].height() < rows[1].height()
    image = view.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    right = round((rows[1].right() - 20) * ratio)
    column = {image.pixelColor(right - step, round((rows[1].top() + 13) * ratio)).red() for step in range(60)}
    assert max(column) > min(column) + 60  # the mark is painted there
    picker.hidePopup()


# No weights


def test_a_network_without_weights_shows_how_to_get_them_and_moves_nothing(studio: Studio) -> None:
    below = studio.window.column.tool
    place = below.mapTo(studio.window, QPoint(0, 0))
    panel = choose(studio, "net")
    assert panel.page is panel.no_weights
    assert "Net has no weights yet" in panel.no_weights.text
    QApplication.processEvents()
    assert below.mapTo(studio.window, QPoint(0, 0)) == place


def test_enter_without_weights_is_a_sentence_and_shows_the_notice(studio: Studio) -> None:
    choose(studio, "net")
    studio.press("F")  # the panels fold away
    studio.brush()
    hole = studio.session.document.raster("hole").copy()
    studio.window.canvas.setFocus()
    studio.press("Return")
    assert studio.window.status.message == "Net has no weights yet; get or import them in the Model panel."
    assert panel_of(studio).no_weights.isVisible()
    assert (studio.session.document.raster("hole") == hole).all()
    assert not studio.session.fills.is_busy


# Getting


def test_what_was_published_is_downloaded_with_progress(studio: Studio, library: FakeLibrary) -> None:
    library.fetching.clear()
    panel = choose(studio, "net")
    panel.no_weights.get.click()
    dialog = dialog_of(DownloadDialog)
    studio.qtbot.waitUntil(lambda: set(dialog.buttons) == {"own", "page"})
    dialog.buttons["own"].click()
    studio.qtbot.waitUntil(lambda: panel.job.bar.value() == 250)
    assert panel.page is panel.job
    assert panel.job.text == "Fetching net.pth: 4 of 16 MB."
    status = studio.window.status
    assert status.cancel.isVisible()
    assert status.progress.value() == 250
    assert status.message == "Fetching net.pth: 4 of 16 MB…"
    library.fetching.set()
    studio.qtbot.waitUntil(lambda: panel.page is panel.licence)
    assert not status.cancel.isVisible()
    assert status.message.startswith("Imported: Net (plain). These weights are for non-commercial use only")


def test_a_download_that_ends_changes_no_other_model_and_is_offered(studio: Studio, library: FakeLibrary) -> None:
    library.fetching.clear()
    choose(studio, "net")
    studio.session.weights.get(library.listed[0])
    choose(studio, "slow")
    library.fetching.set()
    message = studio.window.message
    studio.qtbot.waitUntil(lambda: bool(message.text))
    assert message.text == "The weights 'net-own' for Net are here. Until you use them, fills are made as before."
    studio.qtbot.waitUntil(lambda: studio.window.status.message.startswith("Imported: Net (plain)."))
    assert studio.session.models.name == "slow"
    message.button.click()
    assert studio.session.models.name == "net"
    assert message.text == ""


def test_a_download_that_was_deleted_is_offered_no_longer(studio: Studio, library: FakeLibrary) -> None:
    choose(studio, "net")
    choose(studio, "slow")
    with studio.qtbot.waitSignal(studio.session.weights.arrived):
        studio.session.weights.get(library.listed[0])
    message = studio.window.message
    assert message.button.text() == "Use them"
    assert message.text
    with studio.qtbot.waitSignal(studio.session.weights.changed):
        studio.session.weights.remove("net-own")
    assert message.text == ""


def test_a_download_is_cancelled_in_the_status_line_and_goes_on(studio: Studio, library: FakeLibrary) -> None:
    library.fetching.clear()
    panel = choose(studio, "net")
    studio.session.weights.get(library.listed[0])
    studio.qtbot.waitUntil(lambda: panel.job.bar.value() == 250)
    studio.window.status.cancel.click()
    studio.qtbot.waitUntil(lambda: panel.page is panel.unfinished)
    assert studio.window.status.message == "Getting net.pth was cancelled."
    assert not studio.window.status.cancel.isVisible()


def test_a_download_is_paused_and_resumed(studio: Studio, library: FakeLibrary) -> None:
    library.fetching.clear()
    panel = choose(studio, "net")
    studio.session.weights.get(library.listed[0])
    studio.qtbot.waitUntil(lambda: panel.page is panel.job)
    assert panel.job.pause.isVisible()
    assert not panel.job.cancel.isVisible()
    panel.job.pause.click()
    studio.qtbot.waitUntil(lambda: panel.page is panel.unfinished)
    assert studio.window.status.message == "Getting net.pth is paused; what has arrived is kept."
    assert panel.unfinished.text == "A download stopped after 4.0 MB: The authors' own."
    panel.unfinished.resume.click()
    assert panel.page is panel.job
    library.fetching.set()
    studio.qtbot.waitUntil(lambda: panel.page is panel.licence)
    assert not studio.session.weights.unfinished


def test_a_download_of_an_earlier_run_is_resumed_or_discarded(qtbot: Any, tmp_path: Path, library: FakeLibrary) -> None:
    library.stopped = [
        Unfinished(replace(library.listed[0], files=(replace(FETCHED.files[0], about="16 MB"),)), 4_000_000)
    ]
    studio = Studio(qtbot, tmp_path, library)
    studio.show()
    panel = choose(studio, "net")
    qtbot.waitUntil(lambda: panel.page is panel.unfinished)
    assert panel.unfinished.text == "A download stopped after 4.0 MB of 16 MB: The authors' own."
    panel.unfinished.discard.click()
    qtbot.waitUntil(lambda: panel.page is panel.no_weights)
    assert not library.stopped
    studio.close()


def test_an_import_has_no_pause(studio: Studio, library: FakeLibrary) -> None:
    library.gate.clear()
    panel = choose(studio, "net")
    studio.session.weights.import_files([Path("net.pth")], "net")
    studio.qtbot.waitUntil(lambda: panel.page is panel.job)
    assert panel.job.cancel.isVisible()
    assert not panel.job.pause.isVisible()
    panel.job.cancel.click()
    studio.qtbot.waitUntil(lambda: panel.page is panel.no_weights)


def test_without_a_network_everything_that_can_be_downloaded_is_shown(studio: Studio, library: FakeLibrary) -> None:
    best = replace(library.listed[0], system="other", id="best", recommended=1)
    library.listed.insert(0, best)
    library.stopped = [Unfinished(best, 4_000_000)]
    studio.session.weights.list_unfinished()
    studio.qtbot.waitUntil(lambda: bool(studio.session.weights.unfinished))
    studio.window.actions_["get-weights"].trigger()
    dialog = dialog_of(DownloadDialog)
    studio.qtbot.waitUntil(lambda: list(dialog.buttons) == ["other:best", "net:own", "net:page"])
    assert dialog.buttons["other:best"].text() == "Resume"
    texts = _texts(dialog)
    assert "Other: The authors' own (recommended)" in texts
    assert "4.0 MB have arrived before." in texts
    assert "Non-commercial: CC BY-NC 4.0." in texts
    dialog.buttons["other:best"].click()
    assert not dialog.isVisible()


def test_the_list_of_downloads_is_as_high_as_its_rows_up_to_a_limit(studio: Studio, library: FakeLibrary) -> None:
    library.listed += [replace(FETCHED, id=f"set-{number}") for number in range(12)]
    studio.session.weights.list_unfinished()
    choose(studio, "net").no_weights.get.click()
    dialog = dialog_of(DownloadDialog)
    assert dialog.height() < 400
    studio.qtbot.waitUntil(lambda: dialog.height() == 640)
    assert len(dialog.buttons) == 14
    assert all(label.height() >= label.heightForWidth(label.width()) for label in dialog.findChildren(QLabel))
    dialog.close()


def test_the_mirror_of_the_settings_is_used(studio: Studio, library: FakeLibrary) -> None:
    studio.settings.set("weights_mirror", "https://mirror.example/weights")
    choose(studio, "net")
    studio.session.weights.get(library.listed[0])
    studio.qtbot.waitUntil(lambda: bool(library.kept))
    assert library.mirrors == ["https://mirror.example/weights"]


def test_a_fill_goes_before_a_download_in_the_status_line(studio: Studio, library: FakeLibrary) -> None:
    library.fetching.clear()
    studio.session.weights.get(library.listed[0])
    status = studio.window.status
    studio.qtbot.waitUntil(lambda: status.progress.value() == 250)
    studio.filler.gate.clear()
    studio.brush()
    studio.press("Return")
    studio.qtbot.waitUntil(lambda: status.message == "Searching")
    status.cancel.click()
    assert not studio.session.fills.is_busy
    assert studio.session.weights.jobs  # the download goes on
    assert status.cancel.isVisible()


def test_where_only_a_page_exists_it_is_opened_with_a_note_on_the_import(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    choose(studio, "net").no_weights.get.click()
    dialog = dialog_of(DownloadDialog)
    studio.qtbot.waitUntil(lambda: bool(dialog.buttons))
    assert dialog.buttons["page"].text() == "Open page"
    dialog.buttons["page"].click()
    assert opened == ["https://a.org/p"]
    assert "Download a.pth and b.pth there, then import it here" in dialog.note.text()
    dialog.import_.click()
    assert not dialog.isVisible()
    dialog_of(QFileDialog).reject()


def test_that_nothing_is_published_is_shown(studio: Studio) -> None:
    choose(studio, "other")
    studio.window.actions_["get-weights"].trigger()
    dialog = dialog_of(DownloadDialog)
    studio.qtbot.waitUntil(lambda: any("No published weights" in text for text in _texts(dialog)))
    dialog.close()


def _texts(dialog: Any) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]


# Importing


def test_import_asks_for_files_and_chooses_what_they_are(studio: Studio, library: FakeLibrary) -> None:
    choose(studio, "net").no_weights.import_.click()
    dialog = dialog_of(QFileDialog)
    files = [weights_file(studio, "net_edge.pth"), weights_file(studio, "net_paint.pth")]
    dialog.filesSelected.emit([str(file) for file in files])
    dialog.reject()
    studio.qtbot.waitUntil(
        lambda: studio.session.models.chosen is not None and not studio.session.models.chosen.missing
    )
    assert library.imported == [["net_edge.pth", "net_paint.pth"]]
    assert studio.settings.get("weights_folder") == str(studio.folder)


def test_dropped_weights_are_imported_and_chosen(studio: Studio, library: FakeLibrary) -> None:
    drop(studio, weights_file(studio, "net_edge"), weights_file(studio, "net_paint.bin"))
    studio.qtbot.waitUntil(lambda: studio.session.models.name == "net")
    assert library.imported == [["net_edge", "net_paint.bin"]]
    assert "Imported: Net" in studio.window.status.message
    assert studio.window.windowTitle().startswith("bird.png")


def test_a_dropped_picture_without_an_ending_is_opened(studio: Studio, library: FakeLibrary) -> None:
    path = studio.make_photo("other.png", 50).rename(studio.folder / "other")
    with studio.qtbot.waitSignal(studio.session.opened):
        drop(studio, path)
    assert not library.imported
    assert studio.window.windowTitle().startswith("other")


def test_dropped_weights_that_are_not_known_are_one_sentence(studio: Studio) -> None:
    drop(studio, weights_file(studio, "letter.pth"))
    studio.qtbot.waitUntil(lambda: bool(studio.window.message.text))
    assert studio.window.message.text == "letter.pth is not known."
    assert not studio.window.status.message.endswith("…")
    assert studio.session.models.name == "auto"


# The licence


def test_the_licence_is_shown_before_the_first_fill_and_the_fill_follows(studio: Studio) -> None:
    panel = choose(studio, "unclear")
    assert panel.page is panel.licence
    assert "unclear (no word)" in panel.licence.text
    studio.brush()
    studio.press("Return")
    assert "licence" in studio.window.status.message
    assert not studio.session.fills.is_busy
    studio.wait_fill(panel.licence.use.click)
    assert panel.page is panel.options
    assert studio.session.document.raster("photo")[72, 100, 0] == 10
    choose(studio, "quick")
    choose(studio, "unclear")
    assert panel.page is panel.options


def test_a_licence_that_is_accepted_without_a_fill_fills_nothing(studio: Studio) -> None:
    studio.brush()
    panel = choose(studio, "unclear")
    panel.licence.use.click()
    assert not studio.session.fills.is_busy
    assert studio.window.focusWidget() is studio.window.canvas


# The dialog of the sets


@pytest.fixture
def table(studio: Studio, library: FakeLibrary) -> Iterator[WeightsDialog]:
    library.kept["a"] = weights("a", licence="non-commercial")
    library.kept["b"] = weights("b")
    studio.session.worker.refresh()
    studio.window.actions_["weights"].trigger()
    dialog = dialog_of(WeightsDialog)
    studio.qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 2)
    yield dialog
    dialog.close()


def test_the_sets_are_listed(studio: Studio, table: WeightsDialog) -> None:
    studio.qtbot.waitUntil(lambda: table.table.topLevelItem(0).text(1) == "Net")
    row = table.table.topLevelItem(0)
    assert [row.text(column) for column in range(5)] == ["a", "Net", "Imported", "Non-commercial", "4.2 MB"]
    assert "non-commercial use only" in row.toolTip(3)
    assert not table.remove.isEnabled()


def test_the_card_of_a_set_is_shown(studio: Studio, table: WeightsDialog, library: FakeLibrary) -> None:
    facts = {"title": "A tiny set", "photos_used": "9 photos (9 scene).", "bad_at": "Faces.", "trained_at": "64"}
    library.kept["ours"] = replace(weights("ours"), origin="shipped", terms="MIT", facts=facts)
    studio.session.weights.list_sets()
    studio.qtbot.waitUntil(lambda: table.table.topLevelItemCount() == 3)
    assert not table.about.isEnabled()
    table.table.topLevelItem(2).setSelected(True)
    assert table.table.topLevelItem(2).text(2) == "Shipped"
    assert not table.remove.isEnabled()
    table.about.click()
    dialog = dialog_of(ModelCardDialog)
    assert dialog.rows == [
        ("Weights", "ours, comes with the program"),
        ("Set", "A tiny set"),
        ("Photos", "9 photos (9 scene)."),
        ("Bad at", "Faces."),
        ("Size", "trained on images of up to 64 px"),
        ("Licence", "These weights may be used freely (MIT)."),
        ("File", "/nowhere/ours.safetensors"),
    ]
    assert {label.text() for label in dialog.findChildren(QLabel)} >= {text for _, text in dialog.rows}
    dialog.close()


def test_a_network_with_shipped_weights_is_marked_and_ready(studio: Studio, library: FakeLibrary) -> None:
    library.kept["ours"] = replace(weights("ours"), origin="shipped")
    studio.session.worker.refresh()
    studio.qtbot.waitUntil(lambda: panel_of(studio).picker.mark_of("net") == "shipped")
    panel = choose(studio, "net")
    assert panel.page is panel.options


def test_weights_for_all_networks_are_offered_from_the_list(studio: Studio) -> None:
    choose(studio, "net")
    studio.window.actions_["weights"].trigger()
    dialog_of(WeightsDialog).get.click()
    dialog = dialog_of(DownloadDialog)
    studio.qtbot.waitUntil(lambda: set(dialog.buttons) == {"net:own", "net:page"})
    dialog.close()


def test_a_set_is_removed_after_a_question(studio: Studio, table: WeightsDialog, library: FakeLibrary) -> None:
    table.table.topLevelItem(0).setSelected(True)
    table.remove.click()
    question = dialog_of(QMessageBox)
    assert "'a'" in question.text()
    next(button for button in question.buttons() if button.text() == "Delete").click()
    studio.qtbot.waitUntil(lambda: table.table.topLevelItemCount() == 1)
    assert list(library.kept) == ["b"]


def test_a_set_is_renamed_in_its_row(studio: Studio, table: WeightsDialog, library: FakeLibrary) -> None:
    table.table.topLevelItem(0).setText(0, "mine")
    studio.qtbot.waitUntil(lambda: set(library.kept) == {"b", "mine"})
    studio.qtbot.waitUntil(lambda: table.table.topLevelItem(1).text(0) == "mine")
    table.table.topLevelItem(1).setText(0, "no name")
    studio.qtbot.waitUntil(lambda: "'no name' is no name" in studio.window.message.text)
    studio.qtbot.waitUntil(lambda: table.table.topLevelItem(1).text(0) == "mine")
    assert "'no name' is no name" in table.note.text()  # also after the list has come again
    table.table.topLevelItem(0).setSelected(True)
    assert table.note.text() == " "


def test_a_set_is_exported(studio: Studio, table: WeightsDialog, library: FakeLibrary) -> None:
    table.table.topLevelItem(1).setSelected(True)
    table.native = False
    table.export.click()
    dialog = dialog_of(QFileDialog)
    dialog.selectNameFilter("ONNX (*.onnx)")
    dialog.fileSelected.emit(str(studio.folder / "net"))
    dialog.reject()
    studio.qtbot.waitUntil(lambda: library.exported == [("b", studio.folder / "net.onnx")])


def test_the_network_that_finds_objects_is_listed_and_removed(
    studio: Studio, table: WeightsDialog, library: FakeLibrary
) -> None:
    library.segmenter = Stored((Path("/nowhere/mobile-sam.safetensors"),), ((1_700_000_000 * 10**9, 40_700_000),))
    studio.session.weights.list_sets()
    studio.qtbot.waitUntil(lambda: table.table.topLevelItemCount() == 3)
    row = table.table.topLevelItem(2)
    assert [row.text(column) for column in range(5)] == ["mobile-sam", "Object tool", "Imported", "Free", "40.7 MB"]
    assert row.text(5).startswith("2023-11-1")
    assert not row.flags() & Qt.ItemFlag.ItemIsEditable
    row.setSelected(True)
    assert table.remove.isEnabled()
    assert table.reveal.isEnabled()
    assert not table.rename.isEnabled()
    assert not table.export.isEnabled()
    table.remove.click()
    question = dialog_of(QMessageBox)
    assert "'MobileSAM'" in question.text()
    next(button for button in question.buttons() if button.text() == "Delete").click()
    studio.qtbot.waitUntil(lambda: table.table.topLevelItemCount() == 2)
    assert library.segmenter is None
    assert set(library.kept) == {"a", "b"}
    assert studio.window.status.message == "Deleted MobileSAM; the Object tool finds objects without it."


# Where it computes


def test_the_device_is_chosen_in_the_status_line_once_a_network_is_chosen(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inpaint_studio.engine.machine import devices

    card = devices.Device("cuda:0", "Some Card")
    here = [card, devices.Device("cpu", "the processor")]
    questions: list[str] = []
    monkeypatch.setattr(devices, "list_devices", lambda: here)
    monkeypatch.setattr(devices, "find_best_device", lambda: questions.append("torch") or card)
    status = studio.window.status
    studio.qtbot.waitUntil(lambda: status.device.text() == "CPU")
    assert not questions  # torch is slow to import
    choose(studio, "unclear")
    studio.qtbot.waitUntil(lambda: status.device.text() == "CUDA")
    assert status.device.toolTip() == "Fills are computed on CUDA: Some Card."
    texts = [action.text() for action in status.device_menu.actions()]
    assert texts == ["Automatic (CUDA: Some Card)", "Processor", "CUDA: Some Card"]
    status.device_menu.actions()[1].trigger()
    studio.qtbot.waitUntil(lambda: status.device.text() == "CPU")
    assert studio.session.models.options(0).device == "cpu"
    studio.window.handlers.show_settings()
    dialog = dialog_of(SettingsDialog)
    box: Any = dialog.controls["device"]
    assert [box.itemText(row) for row in range(box.count())] == ["Automatic", "Processor", "CUDA: Some Card"]
    assert box.currentText() == "Processor"
    dialog.close()


def test_a_device_that_is_gone_is_replaced_with_a_message(studio: Studio) -> None:
    studio.settings.set("device", "mps")
    choose(studio, "unclear")
    studio.qtbot.waitUntil(lambda: studio.session.models.device == "auto", timeout=30000)
    assert "'mps' is not available" in studio.window.status.message


# Other programs


def test_what_another_program_imported_is_seen_when_the_window_is_back(studio: Studio, library: FakeLibrary) -> None:
    library.kept["theirs"] = weights("theirs")
    other = QMessageBox()
    other.show()
    other.activateWindow()
    studio.qtbot.waitUntil(lambda: not studio.window.isActiveWindow())
    other.close()
    studio.window.activateWindow()
    studio.qtbot.waitUntil(lambda: panel_of(studio).picker.mark_of("net") == "free")


def test_the_window_closes_while_weights_arrive(qtbot: Any, tmp_path: Path, library: FakeLibrary) -> None:
    studio = Studio(qtbot, tmp_path, library)
    studio.show()
    library.fetching.clear()
    stock: WeightsManager = studio.session.weights
    with qtbot.waitSignal(stock.progressed):
        stock.get(library.listed[0])
    studio.close()
    assert not studio.window.isVisible()
    assert not library.kept

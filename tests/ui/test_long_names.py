"""Long names are elided, with a tip that has all of them, or broken into lines; they widen nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from inpaint_studio.ui import theme
from inpaint_studio.ui.dialogs.mask import InvertDialog
from inpaint_studio.ui.dialogs.model_card import ModelCardDialog
from inpaint_studio.ui.dialogs.overwrite import OverwriteDialog
from inpaint_studio.ui.dialogs.unsaved import TrainingRunsDialog, UnsavedDialog
from inpaint_studio.ui.elided_label import BreakingLabel, ElidedLabel, breakable
from tests.session.fake_library import weights
from tests.ui.training_studio import Trainable, TrainingStudio

LONG = "x" * 240
NAME = "scan_of_the_old_house_at_the_lake_before_it_was_rebuilt_in_the_spring_of_1987_second_try"


def cut_off(window: QWidget) -> list[str]:
    """The texts of visible labels that their labels have no room for."""
    labels = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    return [
        label.text()
        for label in labels
        if not isinstance(label, ElidedLabel)
        and (_width(label) > label.width() or label.heightForWidth(label.width()) > label.height())
    ]


def _width(label: QLabel) -> int:
    """How wide the text of a label is, px, when its lines are broken to fit."""
    flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
    room = QRect(0, 0, label.width(), 1)
    return QFontMetrics(label.font()).boundingRect(room, int(flags), label.text()).width()


@pytest.mark.parametrize("name", [LONG, f"{NAME}.png", "a name of short words " * 10])
def test_questions_show_a_long_name_whole(studio: TrainingStudio, name: str) -> None:
    for made in (UnsavedDialog(name), OverwriteDialog(name), TrainingRunsDialog(name), InvertDialog(name, 0.9)):
        studio.qtbot.addWidget(made)
        made.open()
        QApplication.processEvents()
        assert made.width() <= 560
        assert not cut_off(made)


@pytest.mark.parametrize("name", [LONG, f"No such file: {NAME}.png"])
def test_messages_show_a_long_name_whole(studio: TrainingStudio, name: str) -> None:
    bar = studio.window.message
    for width in (1280, 800):
        studio.window.resize(width, 600)
        bar.show_message(f"{name} cannot be opened.")
        QApplication.processEvents()
        assert bar.text == f"{name} cannot be opened."
        assert studio.window.canvas.rect().contains(bar.geometry())
        assert not cut_off(bar)


def test_what_is_copied_has_no_invisible_signs(studio: TrainingStudio) -> None:
    clipboard = QGuiApplication.clipboard()
    path = f"/home/{LONG}/{NAME}.safetensors"
    card = ModelCardDialog(replace(weights("mine"), path=Path(path)))
    studio.qtbot.addWidget(card)
    studio.window.message.show_message(f"{path} cannot be opened.")
    shown = {path: card, f"{path} cannot be opened.": studio.window.message}
    for text, widget in shown.items():
        label = next(each for each in widget.findChildren(BreakingLabel) if path in each.text().replace("\u200b", ""))
        label.setSelection(0, len(label.text()))
        QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert clipboard.text() == text
    clipboard.setText("a copy\u200bfrom elsewhere")
    assert clipboard.text() == "a copy\u200bfrom elsewhere"


def test_short_words_are_not_broken() -> None:
    for text in ("A sentence, with /usr/share/fonts/path-parts.", "net_512.pth (28 MB)"):
        assert breakable(text) == text
    assert breakable(LONG).replace("\u200b", "") == LONG
    assert max(map(len, breakable(LONG).split("\u200b"))) <= 24


def test_recent_photos_are_elided_with_a_tip(studio: TrainingStudio) -> None:
    path = studio.make_photo(f"{NAME}{NAME}.png")
    studio.open(path)
    action = studio.window.recent_menu.actions()[0]
    assert "…" in action.text()
    assert action.text().endswith(".png")
    assert action.toolTip() == str(path)
    assert studio.window.recent_menu.sizeHint().width() < 500


def test_a_long_name_of_a_model_widens_no_panel(studio: TrainingStudio) -> None:
    studio.library.models.append(Trainable("long", f"Pupil ({NAME})"))
    with studio.qtbot.waitSignal(studio.session.models.changed):
        studio.session.worker.refresh()
    studio.session.models.name = "long"
    column = studio.window.column
    assert column.model.picker.toolTip().startswith(f"Pupil ({NAME})")
    studio.fill()
    assert NAME in column.candidates.details.whole
    assert NAME in column.candidates.details.toolTip()
    for section in column.sections:
        ends = section.mapTo(column, QPoint(section.minimumSizeHint().width(), 0)).x()
        assert ends <= theme.COLUMN, section.head.text()
    assert not cut_off(column.model)


def test_a_long_note_beside_a_heading_is_elided(studio: TrainingStudio) -> None:
    section = studio.window.column.tool_section
    section.note.set_text(NAME)
    QApplication.processEvents()
    assert section.note.text().endswith("…")
    assert section.note.toolTip() == NAME
    assert section.head.width() >= section.head.sizeHint().width()
    section.note.set_text("Hand")
    QApplication.processEvents()
    assert section.note.text() == "Hand"
    assert section.note.toolTip() == ""


def test_a_model_card_shows_a_long_path_whole(studio: TrainingStudio) -> None:
    made = replace(weights("mine"), path=Path("/home") / LONG / f"{NAME}.safetensors")
    card = ModelCardDialog(made)
    studio.qtbot.addWidget(card)
    card.open()
    QApplication.processEvents()
    assert not cut_off(card)


def test_long_names_do_not_widen_the_training_window(studio: TrainingStudio) -> None:
    studio.library.models.append(Trainable("long", f"Pupil ({NAME})"))
    with studio.qtbot.waitSignal(studio.session.models.changed):
        studio.session.worker.refresh()
    setup = studio.open_page().setup
    setup.choose("long")
    assert setup.base.toolTip() == setup.base.currentText() == f"Pupil ({NAME})"
    setup.more.click()
    setup.advanced.holes.take(studio.folder / LONG)
    setup.advanced.line.setText(LONG)
    QApplication.processEvents()
    assert LONG in setup.obstacle or setup.note.whole == setup.obstacle
    assert setup.minimumSizeHint().width() <= 720
    assert studio.page.width() <= 960

"""The dialogs, and the small controls of the panels."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QWidget,
)

from inpaint_studio.session.settings import TABLE as SETTINGS
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.actions import entries
from inpaint_studio.ui.dialogs.about import LIBRARIES, OPTIONAL_LIBRARIES, AboutDialog
from inpaint_studio.ui.dialogs.keys import KeysDialog
from inpaint_studio.ui.dialogs.scrolling import ContentArea, arrange
from inpaint_studio.ui.dialogs.settings import GROUPS, SettingsDialog
from inpaint_studio.ui.dialogs.unsaved import UnsavedChoice, UnsavedDialog
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl, Switch
from tests.ui.studio import apply_theme
from tests.ui.training_studio import TrainingStudio

ROOT = Path(__file__).parents[2]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def look_of_the_program(qapp: Any) -> None:
    apply_theme(qapp)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.toml")


@pytest.fixture
def field(qtbot: Any) -> NumberField:
    made = NumberField("Size", 0, 100, " px")
    qtbot.addWidget(made)
    made.resize(200, theme.FIELD_HEIGHT)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.clearFocus()
    return made


def drag(widget: QWidget, start: int, end: int) -> None:
    """Press, move and release along the middle of `widget`."""
    row = widget.height() // 2
    QTest.mousePress(widget, LEFT, NONE, QPoint(start, row))
    QTest.mouseMove(widget, QPoint((start + end) // 2, row))
    QTest.mouseMove(widget, QPoint(end, row))
    QTest.mouseRelease(widget, LEFT, NONE, QPoint(end, row))


# The F1 sheet


def test_sheet_lists_every_row_that_has_a_key(qtbot: Any) -> None:
    table = entries()
    sheet = KeysDialog(table)
    qtbot.addWidget(sheet)
    assert sorted(sheet.rows) == sorted((row.text.removesuffix("..."), row.key_text) for row in table if row.keys)


def test_sheet_shows_what_it_lists(qtbot: Any) -> None:
    sheet = KeysDialog(entries())
    qtbot.addWidget(sheet)
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    for text, keys in sheet.rows:
        assert text in shown
        assert set(keys.split(" or ")) <= shown


@pytest.mark.parametrize("size", [(1024, 640), (1067, 667), (1280, 800), (1920, 1080)])
def test_sheet_and_settings_stay_on_a_small_screen_and_can_be_closed(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, settings: Settings, size: tuple[int, int]
) -> None:
    room = QRect(0, 0, *size)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: room)
    for dialog in (KeysDialog(entries()), SettingsDialog(settings)):
        qtbot.addWidget(dialog)
        dialog.show()
        QApplication.processEvents()
        assert dialog.width() < room.width()
        assert dialog.height() < room.height() - 36  # the title of its window
        area, close = dialog.findChild(ContentArea), dialog.findChild(QDialogButtonBox)
        assert dialog.rect().contains(close.geometry())
        assert not area.horizontalScrollBar().isVisible()
        if size == (1920, 1080):
            assert not area.verticalScrollBar().isVisible()


def test_the_sheet_has_as_few_columns_as_show_everything() -> None:
    sections = [QSize(300, 200), QSize(200, 300), QSize(250, 100)]
    assert arrange(sections, QSize(1000, 1000)) == [[0, 1, 2]]
    assert arrange(sections, QSize(1000, 320)) == [[0, 2], [1]]
    assert arrange(sections, QSize(1000, 200)) == [[0], [1], [2]]
    assert arrange(sections, QSize(500, 100)) == [[0, 1, 2]]  # it scrolls
    assert arrange([QSize(300, 200)], QSize(100, 100)) == [[0]]


# About


def test_about_lists_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    offered = [extra for name, extra in project["optional-dependencies"].items() if name not in ("dev", "package")]
    extras = [each for extra in offered for each in extra]
    for listed, declared in ((LIBRARIES, project["dependencies"]), (OPTIONAL_LIBRARIES, extras)):
        names = {re.split(r"[<>=!; ]", requirement)[0].lower() for requirement in declared}
        assert {package.lower() for package, _, _ in listed} == names


def test_about_shows_the_optional_libraries_that_are_installed(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_version(package: str) -> str:
        if package == "onnx":
            raise PackageNotFoundError
        return "1.2.3"

    monkeypatch.setattr("inpaint_studio.ui.dialogs.about.version", find_version)
    about = AboutDialog()
    qtbot.addWidget(about)
    shown = about.tabs.widget(0).toPlainText().splitlines()
    assert "ONNX Runtime" in shown
    assert "Weights & Biases" in shown
    assert "ONNX" not in shown


def test_about_names_libraries_and_licences(qtbot: Any) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    pages = [page.toPlainText() for page in about.findChildren(QTextBrowser)]
    assert any("Qt for Python" in page and "LGPL-3.0" in page for page in pages)
    assert any("ISC License" in page for page in pages)
    assert not any("cannot be read" in page for page in pages)


def test_about_shows_the_cards_and_credits_of_shipped_weights(qtbot: Any, shipped_weights: Path) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    pages = {about.tabs.tabText(index): about.tabs.widget(index).toPlainText() for index in range(about.tabs.count())}
    for path in shipped_weights.glob("*.safetensors"):
        assert path.stem in pages["Weights"]
    assert "Bad at: " in pages["Weights"]
    assert "Credits of the shipped weights" in pages["Weights"]


def test_about_names_no_weights_where_none_are_there(qtbot: Any) -> None:
    about = AboutDialog()
    qtbot.addWidget(about)
    assert about.tabs.widget(1).toPlainText() == "No weights come with this copy of the program."


# Unsaved


@pytest.mark.parametrize(
    ("button", "choice"),
    [("save", UnsavedChoice.SAVE), ("discard", UnsavedChoice.DISCARD), ("cancel", UnsavedChoice.CANCEL)],
)
def test_unsaved_dialog_gives_the_choice_of_the_button(qtbot: Any, button: str, choice: UnsavedChoice) -> None:
    dialog = UnsavedDialog("bird.png")
    qtbot.addWidget(dialog)
    dialog.open()
    pressed: QPushButton = getattr(dialog, button)
    pressed.click()
    assert dialog.choice is choice


def test_unsaved_escape_is_cancel_and_enter_saves(qtbot: Any) -> None:
    for key, choice in ((Qt.Key.Key_Escape, UnsavedChoice.CANCEL), (Qt.Key.Key_Return, UnsavedChoice.SAVE)):
        dialog = UnsavedDialog("bird.png")
        qtbot.addWidget(dialog)
        dialog.open()
        QTest.keyClick(dialog, key)
        assert dialog.choice is choice
        assert not dialog.isVisible()


# Settings


def test_settings_have_one_control_each(qtbot: Any, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    assert sorted(dialog.controls) == sorted(setting.name for setting in SETTINGS if setting.shown)
    for group, rows in GROUPS.items():
        for row in rows:
            control = dialog.controls[row.setting]
            assert control.accessibleName() == f"{group}: {row.title}"
            assert control.toolTip() == settings.row(row.setting).text


def test_choices_of_settings_are_shown_whole(qtbot: Any, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    for control in dialog.controls.values():
        for button in control.buttons.values() if isinstance(control, SegmentedControl) else ():
            assert button.sizeHint().width() <= button.width(), button.text()


def test_settings_have_the_names_of_the_panels(studio: TrainingStudio) -> None:
    column, rows = studio.window.column, {row.setting: row for group in GROUPS.values() for row in group}
    named = {**column.tool.numbers, **column.tool.switches, "wand_sample": column.tool.sample}
    named["quality"] = column.model.quality
    assert len(named.keys() & rows.keys()) == 11
    for name in named.keys() & rows.keys():
        control, row = named[name], rows[name]
        assert row.title == (control.text() if isinstance(control, Switch) else control.accessibleName())
        if isinstance(control, NumberField):
            assert row.unit == control.suffix()
        elif isinstance(control, SegmentedControl):
            assert row.choices == tuple(button.text() for button in control.buttons.values())
    titles = {row.id: row.text for row in entries()}
    assert rows["donors_colour"].title == titles["tool-donors"]
    assert rows["only_colour"].title == titles["tool-only"]


def test_tab_goes_through_the_settings_as_they_are_read(qtbot: Any, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    places = []
    for _ in range(60):
        control = next((each for each in dialog.controls.values() if each is QApplication.focusWidget()), None)
        if control is not None:
            at = control.mapTo(dialog.area.widget(), QPoint(0, 0))
            places.append((at.x() + control.width(), at.y()))
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if isinstance(QApplication.focusWidget(), QPushButton):
            break
    assert len(places) > 8
    assert places == sorted(places)


def test_settings_take_effect_at_once(qtbot: Any, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    for name, control in dialog.controls.items():
        before = settings.get(name)
        if isinstance(control, Switch):
            control.click()
        elif isinstance(control, NumberField):
            control.setValue(control.value() + 1)
        elif isinstance(control, SegmentedControl):
            next(button for value, button in control.buttons.items() if value != before).click()
        else:
            continue
        assert settings.get(name) != before, name


def test_an_address_that_is_none_is_refused_with_a_sentence(qtbot: Any, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    line = dialog.controls["weights_mirror"]
    assert isinstance(line, QLineEdit)
    for text, kept in ((" https://a.org/x ", "https://a.org/x"), ("nowhere", "https://a.org/x"), ("", "")):
        line.setText(text)
        line.editingFinished.emit()
        assert settings.get("weights_mirror") == kept
        assert ("no address of a mirror" in dialog.note.text()) == (text == "nowhere")


def test_colour_is_chosen_in_a_dialog(qtbot: Any, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.controls["hole_colour"].click()
    colour_dialog = dialog.findChild(QColorDialog)
    colour_dialog.setCurrentColor("#123456")
    colour_dialog.accept()
    assert settings.get("hole_colour") == "#123456"


# Numbers


def test_drag_changes_the_number(field: NumberField) -> None:
    field.setValue(50)
    drag(field, 40, 80)
    assert field.value() == 70
    drag(field, 100, -300)
    assert field.value() == 0
    assert not field.hasFocus()


def test_click_and_typing_change_the_number(field: NumberField, qtbot: Any) -> None:
    field.setValue(50)
    QTest.mouseClick(field, LEFT, NONE, QPoint(60, 10))
    assert field.hasFocus()
    assert field.value() == 50
    QTest.keyClicks(field, "7")
    with qtbot.waitSignal(field.finished):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == 7


def test_escape_takes_back_what_was_typed(field: NumberField) -> None:
    field.setValue(50)
    field.setFocus()
    QTest.keyClicks(field, "9")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.value() == 50
    assert field.text() == "50 px"


def test_arrow_keys_step_the_number(field: NumberField) -> None:
    field.setValue(50)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 51


def test_low_numbers_get_more_of_the_width(qtbot: Any) -> None:
    field = NumberField("Size", 1, 1000, curve=2.5)
    qtbot.addWidget(field)
    field.resize(200, theme.FIELD_HEIGHT)
    field.show()
    field.setValue(1)
    drag(field, 0, 100)
    assert 100 < field.value() < 300


# Switches and choices


def test_switch_is_pressed_anywhere_on_its_row(qtbot: Any) -> None:
    switch = Switch("Fill on release")
    qtbot.addWidget(switch)
    switch.resize(250, theme.FIELD_HEIGHT)
    switch.show()
    for place in (3, 120, 245):
        before = switch.isChecked()
        QTest.mouseClick(switch, LEFT, NONE, QPoint(place, 14))
        assert switch.isChecked() is not before


def test_segments_report_the_choice(qtbot: Any) -> None:
    segments = SegmentedControl("Quality", {"fast": ("Fast", ""), "best": ("Best", "")})
    qtbot.addWidget(segments)
    segments.show_value("best")
    with qtbot.waitSignal(segments.picked) as signal:
        segments.buttons["fast"].click()
    assert signal.args == ["fast"]
    assert not segments.buttons["best"].isChecked()


# Over the canvas


def test_message_bar_shows_a_long_sentence_whole_and_closes(studio: TrainingStudio) -> None:
    over, bar = studio.window.canvas, studio.window.message
    studio.window.resize(760, 520)
    bar.show_message("word " * 60)
    QApplication.processEvents()
    assert bar.text.startswith("word")
    assert over.rect().contains(bar.geometry())
    words = next(label for label in bar.findChildren(QLabel) if label.text())
    assert words.height() >= words.heightForWidth(words.width())
    bar.dismiss()
    assert bar.text == ""


def test_icons_are_drawn_in_the_requested_colour() -> None:
    for name in icons.names():
        drawn = icons.pixmap(name, "#ff0000", 40, 40).toImage()
        inks = [drawn.pixelColor(x, y) for x in range(40) for y in range(40) if drawn.pixelColor(x, y).alpha() > 200]
        assert inks, name
        assert all(ink.red() > 200 and ink.green() < 50 for ink in inks), name

"""Escape and Enter in every dialog: the first ends the typing in a field, the next closes the dialog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from inpaint_studio.engine.masks.turns import Turn, TurnHint
from inpaint_studio.ui.dialogs.mask import InvertDialog, TurnDialog
from inpaint_studio.ui.dialogs.model_card import ModelCardDialog
from inpaint_studio.ui.dialogs.settings import SettingsDialog
from inpaint_studio.ui.panels.fields import NumberField
from tests.session.fake_library import weights
from tests.ui.training_studio import TrainingStudio

ESCAPE, ENTER = Qt.Key.Key_Escape, Qt.Key.Key_Return


def settings(studio: TrainingStudio) -> QWidget:
    studio.press("Ctrl+,")
    return front(studio)


def front(studio: TrainingStudio) -> QWidget:
    """Return the dialog that the window has opened, once it has the keyboard."""
    studio.qtbot.waitUntil(lambda: QApplication.activeWindow() not in (None, studio.window))
    window = QApplication.activeWindow()
    assert window is not None
    return window


def bring(studio: TrainingStudio, window: QWidget) -> None:
    """Give the keyboard to a window, as the desktop does where another has closed."""
    window.activateWindow()
    studio.qtbot.waitUntil(window.isActiveWindow)


def opened(action: str) -> Callable[[TrainingStudio], QWidget]:
    def open_it(studio: TrainingStudio) -> QWidget:
        studio.window.actions_[action].trigger()
        return front(studio)

    return open_it


def shown(make: Callable[[QWidget], Any]) -> Callable[[TrainingStudio], QWidget]:
    def open_it(studio: TrainingStudio) -> QWidget:
        make(studio.window).open()
        return front(studio)

    return open_it


def unsaved(studio: TrainingStudio) -> QWidget:
    studio.brush()
    studio.window.close()
    return front(studio)


def card(studio: TrainingStudio) -> QWidget:
    dialog = ModelCardDialog(weights("mine"), studio.window)
    dialog.open()
    return front(studio)


def training(studio: TrainingStudio) -> QWidget:
    studio.open_page()
    return front(studio)


def turn(window: QWidget) -> TurnDialog:
    return TurnDialog("mask.png", TurnHint(Turn(90), True, True), {}, window)


DIALOGS = {
    "settings": settings,
    "keys": opened("keys"),
    "edit-keys": opened("edit-keys"),
    "about": opened("about"),
    "weights": opened("weights"),
    "get-weights": opened("get-weights"),
    "card": card,
    "unsaved": unsaved,
    "turn": shown(turn),
    "invert": shown(lambda window: InvertDialog("mask.png", 0.9, window)),
    "training": training,
}
INFORMING = (
    "settings",
    "keys",
    "edit-keys",
    "about",
    "weights",
    "get-weights",
    "card",
)  # they ask nothing: Enter closes them


def press(key: Qt.Key) -> None:
    """Press a key as the user does: the widget with the focus receives it."""
    window = QApplication.activeWindow()
    assert window is not None
    QTest.keyClick(window.focusWidget() or window, key)


def focusable(dialog: QWidget) -> list[QWidget]:
    """List what Tab reaches."""
    return [
        widget
        for widget in dialog.findChildren(QWidget)
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def test_escape_closes_every_dialog(studio: TrainingStudio) -> None:
    for name, open_it in DIALOGS.items():
        dialog = open_it(studio)
        press(ESCAPE)
        assert not dialog.isVisible(), name
        bring(studio, studio.window)


def test_escape_closes_every_dialog_whatever_has_the_focus(studio: TrainingStudio) -> None:
    for name, open_it in DIALOGS.items():
        dialog = open_it(studio)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        widgets = focusable(dialog)
        assert widgets
        for widget in widgets:
            dialog.show()
            bring(studio, dialog)
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            press(ESCAPE)
            assert not dialog.isVisible(), (name, widget)
            bring(studio, studio.window)
        dialog.deleteLater()


def test_enter_closes_what_asks_nothing(studio: TrainingStudio) -> None:
    for name in INFORMING:
        dialog = DIALOGS[name](studio)
        press(ENTER)
        assert not dialog.isVisible(), name
        assert QApplication.activeModalWidget() is None, name  # it does nothing else
        bring(studio, studio.window)


def dialog_of_settings(studio: TrainingStudio) -> SettingsDialog:
    dialog = settings(studio)
    assert isinstance(dialog, SettingsDialog)
    return dialog


@pytest.mark.parametrize("key", [ESCAPE, ENTER])
def test_the_first_key_ends_the_typing_of_a_number_and_the_next_closes(studio: TrainingStudio, key: Qt.Key) -> None:
    dialog = dialog_of_settings(studio)
    field = dialog.controls["brush_size"]
    assert isinstance(field, NumberField)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, 10))
    QTest.keyClicks(field, "7")
    press(key)
    assert dialog.isVisible()
    assert studio.settings.get("brush_size") == (7 if key == ENTER else 60)
    assert field.value() == studio.settings.get("brush_size")
    press(key)
    assert not dialog.isVisible()


@pytest.mark.parametrize("key", [ESCAPE, ENTER])
def test_a_click_into_a_number_begins_typing(studio: TrainingStudio, key: Qt.Key) -> None:
    dialog = dialog_of_settings(studio)
    field = dialog.controls["brush_size"]
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, 10))
    press(key)
    assert dialog.isVisible()
    press(key)
    assert not dialog.isVisible()
    assert studio.settings.get("brush_size") == 60


@pytest.mark.parametrize("key", [ESCAPE, ENTER])
def test_the_first_key_ends_the_typing_of_a_text_and_the_next_closes(studio: TrainingStudio, key: Qt.Key) -> None:
    dialog = dialog_of_settings(studio)
    line = dialog.controls["weights_mirror"]
    assert isinstance(line, QLineEdit)
    line.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(line, "https://a.org/x")
    press(key)
    assert dialog.isVisible()
    assert studio.settings.get("weights_mirror") == ("https://a.org/x" if key == ENTER else "")
    assert line.text() == studio.settings.get("weights_mirror")
    press(key)
    assert not dialog.isVisible()


def test_an_address_that_is_none_keeps_the_dialog_open_until_it_is_left(studio: TrainingStudio) -> None:
    dialog = dialog_of_settings(studio)
    line = dialog.controls["weights_mirror"]
    line.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(line, "nowhere")
    for _ in range(2):
        press(ENTER)
        assert dialog.isVisible()
        assert "no address of a mirror" in dialog.note.text()
    press(ESCAPE)
    assert line.text() == ""
    assert dialog.note.text() == " "
    press(ESCAPE)
    assert not dialog.isVisible()


def test_escape_drops_an_address_that_is_none_after_the_field_was_left(studio: TrainingStudio) -> None:
    dialog = dialog_of_settings(studio)
    line = dialog.controls["weights_mirror"]
    line.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClicks(line, "nowhere")
    for _ in range(2):
        dialog.controls["brush_size"].setFocus(Qt.FocusReason.TabFocusReason)
        assert "no address of a mirror" in dialog.note.text()
        line.setFocus(Qt.FocusReason.BacktabFocusReason)
    press(ESCAPE)
    assert dialog.isVisible()
    assert line.text() == ""
    assert dialog.note.text() == " "
    press(ESCAPE)
    assert not dialog.isVisible()


def test_escape_ends_the_renaming_of_weights_and_then_closes(studio: TrainingStudio) -> None:
    studio.library.kept["mine"] = weights("mine")
    dialog = opened("weights")(studio)
    studio.qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() > 0)
    dialog.table.setFocus()
    dialog.table.topLevelItem(0).setSelected(True)
    dialog.table.setCurrentItem(dialog.table.topLevelItem(0))
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    editor = dialog.table.findChild(QLineEdit)
    QTest.keyClicks(editor, "other")
    press(ESCAPE)
    assert dialog.isVisible()
    press(ESCAPE)
    assert not dialog.isVisible()


@pytest.mark.parametrize("key", [ESCAPE, ENTER])
def test_a_name_in_the_training_window_is_typed_to_its_end(studio: TrainingStudio, key: Qt.Key) -> None:
    page = studio.open_page()
    front(studio)
    page.setup.more.click()
    name = page.setup.advanced.name
    before = name.text()
    name.setFocus(Qt.FocusReason.TabFocusReason)
    name.selectAll()
    QTest.keyClicks(name, "other")
    press(key)
    assert page.isVisible()
    assert name.text() == (before if key == ESCAPE else "other")
    press(ESCAPE)
    assert not page.isVisible()


def test_escape_in_a_number_of_the_panels_gives_the_photo_the_keyboard(studio: TrainingStudio) -> None:
    seed = studio.window.column.model.seed
    for typed in ("", "9"):
        seed.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(seed, typed)
        press(ESCAPE)
        assert studio.window.canvas.hasFocus()
        assert seed.value() == 0

"""The keys of actions can be changed: what has a key, what may not have it, and what is told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inpaint_studio.session import own_keys
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui.actions import EXCLUSIVE, Scope, entries
from inpaint_studio.ui.dialogs.keys import KeysDialog
from inpaint_studio.ui.dialogs.settings import SettingsDialog
from inpaint_studio.ui.dialogs.shortcuts import ShortcutsDialog
from inpaint_studio.ui.key_rules import assign, can_change, portable
from tests.ui.studio import Studio

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
USUAL = entries()


def editor(studio: Studio) -> ShortcutsDialog:
    """Open the editor as from its menu."""
    studio.window.actions_["edit-keys"].trigger()
    dialog = studio.window.findChild(ShortcutsDialog)
    assert isinstance(dialog, ShortcutsDialog)
    studio.qtbot.waitExposed(dialog)
    return dialog


def press(dialog: ShortcutsDialog, action: str, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Choose an action and press a key in the field."""
    dialog.choose(action)
    dialog.field.setFocus()
    QTest.keyClick(dialog.field, key, modifiers)


def keys(studio: Studio, action: str) -> list[str]:
    return [key.toString() for key in studio.window.actions_[action].shortcuts()]


def test_a_new_key_works_at_once_and_is_named_everywhere(studio: Studio) -> None:
    window = studio.window
    dialog = editor(studio)
    press(dialog, "tool-eraser", Qt.Key.Key_T)
    press(dialog, "fill", Qt.Key.Key_F9)
    press(dialog, "larger", Qt.Key.Key_F8)
    press(dialog, "grow-hole", Qt.Key.Key_K, CTRL)
    press(dialog, "another", Qt.Key.Key_J, CTRL)
    dialog.close()
    window.canvas.setFocus()
    studio.press("T")
    assert window.canvas.tool.name == "eraser"
    studio.press("B")
    studio.brush()
    studio.wait_fill(lambda: studio.press("F9"))
    assert "(T)" in window.tool_bar.buttons["tool-eraser"].toolTip()
    assert window.column.fill.toolTip().endswith("(F9)")
    assert window.column.tool.numbers["brush_size"].toolTip().endswith("([, F8, Ctrl+wheel)")
    assert window.column.hole.buttons["grow-hole"].toolTip().endswith("(Ctrl+K)")
    assert window.column.model.another.toolTip().endswith("(Ctrl+J)")
    window.actions_["keys"].trigger()
    sheet = window.findChild(KeysDialog)
    assert isinstance(sheet, KeysDialog)
    assert dict(sheet.rows)["Fill the hole"] == "F9"
    assert dict(sheet.rows)["Eraser"] == "T"
    again = Studio(studio.qtbot, studio.folder)
    again.settings.set("keys", studio.settings.get("keys"))
    assert keys(again, "tool-eraser") == ["T"]


def test_a_key_of_another_action_is_shown_and_taken_only_by_the_button(studio: Studio) -> None:
    dialog = editor(studio)
    press(dialog, "grow-hole", Qt.Key.Key_F, CTRL)
    assert dialog.note.text() == "Ctrl+F belongs to “Feather the hole”."
    assert keys(studio, "grow-hole") == ["Ctrl+G"]
    assert keys(studio, "feather-hole") == ["Ctrl+F"]
    dialog.take.click()
    assert dialog.note.text() == "“Feather the hole” has lost Ctrl+F."
    assert keys(studio, "grow-hole") == ["Ctrl+F"]
    assert keys(studio, "feather-hole") == []
    press(dialog, "invert", Qt.Key.Key_G, CTRL)  # free now
    assert keys(studio, "invert") == ["Ctrl+G"]
    dialog.choose("feather-hole")
    dialog.usual.click()
    dialog.choose("grow-hole")
    dialog.usual.click()
    assert dialog.note.text() == "Another action has one of its usual keys."
    dialog.all_usual.click()
    assert studio.window.actions_.table == USUAL
    assert studio.settings.get("keys") == ""


def test_a_key_that_one_went_back_from_is_not_taken(studio: Studio) -> None:
    dialog = editor(studio)
    press(dialog, "grow-hole", Qt.Key.Key_F, CTRL)
    assert dialog.take.isEnabled()
    QTest.keyClick(dialog.field, Qt.Key.Key_G, CTRL)  # its own
    assert not dialog.take.isEnabled()
    assert dialog.note.text() == " "


def test_keys_that_the_window_needs_are_refused_with_a_sentence(studio: Studio) -> None:
    dialog = editor(studio)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Return):
        press(dialog, "flow", key)
        assert "choose another key" in dialog.note.text(), key
        assert not dialog.take.isEnabled()
    assert keys(studio, "flow") == ["A"]
    dialog.none.click()
    assert keys(studio, "flow") == []
    assert studio.window.tool_bar.buttons["flow"].toolTip().startswith("Flow view\n")


def test_the_list_is_searched_by_name_menu_and_key(studio: Studio) -> None:
    dialog = editor(studio)
    for text, found in (("feather", ["Feather the hole"]), ("ctrl+shift+z", ["Redo"]), ("nothing", [])):
        dialog.search.setText(text)
        assert [item.text(0) for item in dialog._items() if not item.isHidden()] == found


@pytest.mark.parametrize(("action", "kind"), [("keys", KeysDialog), ("settings", SettingsDialog)])
def test_the_sheet_and_the_settings_lead_to_the_editor(studio: Studio, action: str, kind: type[Any]) -> None:
    studio.window.actions_[action].trigger()
    studio.window.findChild(kind).edit_keys.click()
    assert studio.window.findChild(ShortcutsDialog).isVisible()


def test_all_of_the_editor_is_reached_by_tab(studio: Studio) -> None:
    dialog = editor(studio)
    dialog.activateWindow()
    studio.qtbot.waitUntil(dialog.isActiveWindow)
    dialog.search.setFocus()
    seen = set()
    for _ in range(12):
        focused = dialog.focusWidget()
        assert focused is not None
        seen.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert {dialog.search, dialog.table, dialog.field, dialog.none, dialog.all_usual} <= seen | {
        each.parentWidget() for each in seen
    }


NAMES = st.sampled_from([row.id for row in USUAL] + ["unknown"])
KEYS = st.sampled_from(
    ["A", "Ctrl+F", "ctrl+f", "Space", "{", "Return", "", "Ctrl+K, Ctrl+L", "F5", "Esc", "PgUp", "\0"]
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, st.lists(KEYS, max_size=3).map(tuple), max_size=6))
def test_whatever_a_settings_file_holds_no_key_is_used_twice(own: dict[str, tuple[str, ...]]) -> None:
    table = assign(USUAL, own)
    assert [row.id for row in table] == [row.id for row in USUAL]
    for left_out in EXCLUSIVE:
        counts = Counter(
            key.lower() for row in table if row.needs != left_out and row.scope is not Scope.GESTURE for key in row.keys
        )
        assert [key for key, count in counts.items() if count > 1] == []
    for row, usual in zip(table, USUAL, strict=True):
        if not can_change(row):
            assert row == usual
        assert set(map(portable, row.keys)) <= {*map(portable, (*usual.keys, *own.get(row.id, ())))}


@pytest.mark.parametrize(
    "text", ["[]", "no", '{"fill": "F9"}', '{"fill": [9]}', "[" * 5000, json.dumps({"a" * 999: []})]
)
def test_what_is_no_list_of_keys_is_left_out_of_the_settings(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"keys = {json.dumps(text)}\n", encoding="utf-8")
    kept: Any = Settings(file)
    assert kept.keys == ""
    assert len(kept.problems) == 1
    assert own_keys.read(text) == {}

"""The table of actions: complete, without clashes, and every key of it does its thing on the active window."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.suggestions import FoundPart
from inpaint_studio.ui import icons
from inpaint_studio.ui.actions import EXCLUSIVE, SECTIONS, Entry, Scope, entries
from inpaint_studio.ui.handlers import Handlers
from inpaint_studio.ui.panels.fields import NumberField
from inpaint_studio.ui.tools import TOOLS
from tests.ui.studio import Studio, apply_theme

TABLE = entries()
ACTIONS = [row for row in TABLE if row.scope is not Scope.GESTURE]
KEYS = [(row, key) for row in ACTIONS for key in row.keys]
ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly
LETTERS = [row for row in ACTIONS if row.keys and len(row.keys[0]) == 1]


# The table


def test_no_key_is_used_twice() -> None:
    for left_out in EXCLUSIVE:
        counts = Counter(key.lower() for row in TABLE if row.needs != left_out for key in row.keys)
        assert [key for key, count in counts.items() if count > 1] == []


def test_exclusive_conditions_never_hold_together(studio: Studio) -> None:
    def enabled() -> set[str]:
        return {row.needs for row in ACTIONS if row.needs in EXCLUSIVE and studio.window.actions_[row.id].isEnabled()}

    assert enabled() == {"neighbours"}
    part = FoundPart(Box(10, 10, 20, 20), np.ones((10, 10), bool), ())
    studio.session.hole.suggestions._show((part,))
    assert enabled() == {"suggestion"}
    studio.press("Esc")
    assert enabled() == {"neighbours"}


def test_no_id_is_used_twice() -> None:
    assert len({row.id for row in TABLE}) == len(TABLE)


def test_every_tool_is_in_the_table() -> None:
    assert [row.argument for row in TABLE if row.handler == "use_tool"] == list(TOOLS)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_row_is_whole(row: Entry) -> None:
    assert row.section in SECTIONS
    assert row.text[0].isupper()
    assert row.keys or row.tip
    if row.scope is not Scope.GESTURE:
        assert callable(getattr(Handlers, row.handler))
        assert row.tip
    if row.icon:
        assert row.icon in icons.names()
    if row.in_tool_bar:
        assert row.icon


def test_tool_tips_show_the_first_key() -> None:
    tips = {row.id: row.tool_tip for row in TABLE}
    assert tips["undo"] == "Undo (Ctrl+Z)\nTake back the last step"
    assert tips["fill"].endswith("(Enter)")
    assert tips["about"] == "Version and licences"


def test_the_tips_of_the_tool_bar_name_the_tool_and_its_key(studio: Studio) -> None:
    for row in TABLE:
        if row.in_tool_bar:
            name, *sentence = studio.window.tool_bar.buttons[row.id].toolTip().split("\n")
            assert name == f"{row.text} ({row.keys[0]})"
            assert " ".join(sentence) == row.tip
            assert max(map(len, sentence)) <= 60  # Qt does not wrap it


def test_every_button_without_a_text_is_named_by_its_tip(studio: Studio) -> None:
    buttons = [
        button
        for button in studio.window.findChildren(QAbstractButton)
        if not button.icon().isNull()
        and (not button.text() or getattr(button, "toolButtonStyle", lambda: None)() == ICON_ONLY)
    ]
    buttons.remove(studio.window.training_controls.button)  # it has a text while something is trained
    buttons = [button for button in buttons if not button.objectName().startswith("qt_")]  # Qt's own
    assert len(buttons) > len([row for row in TABLE if row.in_tool_bar]) + 5
    for button in buttons:
        name = button.accessibleName()
        assert name, button.toolTip()
        assert button.toolTip().startswith(name), (name, button.toolTip())


def test_lines_with_shift_are_in_the_tips_and_among_the_keys(studio: Studio) -> None:
    for name in ("brush", "eraser", "labels"):
        assert "Shift+click draws a straight line" in studio.window.tool_bar.buttons[f"tool-{name}"].toolTip().replace(
            "\n", " "
        )
    with_keys = {row.text: row.keys for row in TABLE}
    assert with_keys["Draw a straight line"] == ("Shift+click",)


# The window made of it


def test_tool_bar_buttons_have_tool_tips_and_names(studio: Studio) -> None:
    buttons = studio.window.tool_bar.buttons
    rows = [row for row in TABLE if row.in_tool_bar]
    assert set(buttons) == {row.id for row in rows}
    for row in rows:
        button = buttons[row.id]
        assert button.toolTip() == row.tool_tip
        assert button.accessibleName() == row.text
        assert not button.icon().isNull(), row.id
        assert (button.width(), button.height()) == (36, 36), row.id
        if row.keys:
            assert row.keys[0] in button.toolTip()


def test_the_window_fits_a_small_screen(studio: Studio) -> None:
    window = studio.window
    assert window.minimumSizeHint().height() <= 660  # 720 px less the desktop's bar and the window's frame
    window.resize(1280, window.minimumSizeHint().height())
    QApplication.processEvents()
    buttons = list(window.tool_bar.buttons.values())
    assert all(button.height() >= button.iconSize().height() for button in buttons)
    for above, below in pairwise(buttons):
        assert above.geometry().bottom() < below.geometry().top()
    assert buttons[-1].geometry().bottom() < window.tool_bar.height()


def test_every_action_is_in_a_menu(studio: Studio) -> None:
    menus = {action.text().replace("&", ""): action.menu() for action in studio.window.menuBar().actions()}
    for row in ACTIONS:
        names = [action.objectName() for action in menus[row.section].actions()]
        assert row.id in names


def test_each_key_calls_its_handler(calls: list[Any], qtbot: Any, qapp: Any, tmp_path: Path) -> None:
    apply_theme(qapp)
    studio = Studio(qtbot, tmp_path)
    window = studio.window
    window.column.show()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    for row, key in KEYS:
        enabled = {each.needs: each.needs not in EXCLUSIVE or each.needs == row.needs for each in TABLE}
        window.actions_.refresh(enabled)
        calls.clear()
        studio.press(key)
        assert [name for name, _ in calls] == [row.handler], (row.id, key)
        argument = calls[0][1]
        fits = isinstance(argument, bool) if row.checkable and row.argument is None else argument == row.argument
        assert fits, (row.id, argument)
        assert window.canvas.hasFocus()
    studio.close()


def test_single_keys_do_nothing_while_a_number_is_typed(studio: Studio) -> None:
    window = studio.window
    field = window.column.tool.numbers["brush_size"]
    window.actions_.refresh(dict.fromkeys({row.needs for row in TABLE}, True))
    fired: list[str] = []
    for action in ACTIONS:
        window.actions_[action.id].triggered.connect(lambda _=False, name=action.id: fired.append(name))
    field.setFocus()
    assert len(LETTERS) > 20
    for row in LETTERS:
        for key in row.keys:
            studio.press(key, field)
            assert fired == [], key
            assert window.focusWidget() is field, key


# What the keys do


def test_letters_take_the_tools(studio: Studio) -> None:
    tools = [row.id for row in ACTIONS if row.handler == "use_tool"]
    for name, tool in TOOLS.items():
        studio.press("H" if tool.key != "H" else "B")
        studio.press(tool.key)
        assert studio.window.canvas.tool.name == name
        assert studio.window.tool_bar.buttons[f"tool-{name}"].isChecked()
        assert [tool for tool in tools if studio.window.actions_[tool].isChecked()] == [f"tool-{name}"]


def test_enter_fills_and_undo_takes_it_back(studio: Studio) -> None:
    studio.fill()
    photo = studio.session.document.raster("photo")
    assert photo[72, 100, 0] == 10
    studio.press("Ctrl+Z")
    assert photo[72, 100, 0] == 200
    studio.press("Ctrl+Y")
    assert photo[72, 100, 0] == 10


def test_enter_without_a_hole_shows_what_to_do(studio: Studio) -> None:
    studio.press("Return")
    assert "Brush over something" in studio.window.status.message


def test_enter_in_a_number_does_not_fill(studio: Studio) -> None:
    studio.brush()
    field = studio.window.column.model.seed
    field.setFocus()
    studio.press("Return", field)
    assert not studio.session.fills.is_busy
    assert studio.window.focusWidget() is studio.window.canvas


def test_enter_presses_the_button_that_has_the_focus(studio: Studio) -> None:
    studio.brush()
    studio.window.tool_bar.buttons["undo"].setFocus()
    studio.press("Return")
    assert not studio.session.fills.is_busy
    assert not studio.session.document.can_undo


def test_escape_drops_the_stroke(studio: Studio) -> None:
    canvas = studio.window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, studio.at(50, 50))
    assert studio.session.document.raster("hole").any()
    studio.press("Esc")
    assert not studio.session.document.raster("hole").any()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, studio.at(50, 50))
    assert not studio.session.document.can_undo


def test_escape_cancels_the_fill(studio: Studio) -> None:
    studio.filler.gate.clear()
    studio.brush()
    studio.press("Return")
    assert studio.session.fills.is_busy
    studio.press("Esc")
    assert not studio.session.fills.is_busy
    assert studio.session.document.raster("hole").any()


def hold(studio: Studio, kind: QEvent.Type, repeats: bool = False) -> None:
    event = QKeyEvent(kind, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t", repeats)
    QApplication.sendEvent(studio.window.canvas, event)


def shade(studio: Studio) -> int:
    """How bright the canvas shows the photo's (100, 72)."""
    place = studio.at(100.5, 72.5)
    return studio.window.canvas.grab().toImage().pixelColor(place).red()


def test_tab_held_shows_the_original(studio: Studio) -> None:
    studio.fill()
    studio.window.canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    assert shade(studio) == 10
    hold(studio, QEvent.Type.KeyPress)
    assert shade(studio) == 200
    hold(studio, QEvent.Type.KeyRelease, repeats=True)
    hold(studio, QEvent.Type.KeyPress, repeats=True)
    assert shade(studio) == 200
    assert studio.window.focusWidget() is studio.window.canvas
    hold(studio, QEvent.Type.KeyRelease)
    assert shade(studio) == 10


def test_shift_tab_leaves_the_photo(studio: Studio) -> None:
    QTest.keyClick(studio.window.canvas, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert studio.window.focusWidget() is not studio.window.canvas


def test_comma_and_full_stop_step_through_candidates(studio: Studio) -> None:
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    photo = studio.session.document.raster("photo")
    assert photo[72, 100, 0] == 11
    studio.press(",")
    assert photo[72, 100, 0] == 10
    studio.press(".")
    assert photo[72, 100, 0] == 11


def test_flow_view_goes_on_and_off(studio: Studio) -> None:
    studio.press("A")
    assert studio.window.canvas.flow_view
    assert studio.window.tool_bar.buttons["flow"].isChecked()
    studio.press("A")
    assert not studio.window.canvas.flow_view


@pytest.mark.parametrize(
    ("key", "setting", "grows"),
    [
        ("[", "brush_size", False),
        ("]", "brush_size", True),
        ("{", "brush_hardness", False),
        ("}", "brush_hardness", True),
    ],
)
def test_brackets_change_the_brush(studio: Studio, key: str, setting: str, grows: bool) -> None:
    before = studio.settings.get(setting)
    studio.press(key)
    after = studio.settings.get(setting)
    assert (after > before) if grows else (after < before)


def test_zoom_keys(studio: Studio) -> None:
    canvas = studio.window.canvas
    fitted = canvas.zoom
    studio.press("+")
    assert canvas.zoom > fitted
    studio.press("-")
    studio.press("-")
    assert canvas.zoom < fitted
    studio.press("Ctrl+1")
    assert canvas.zoom == 1.0
    studio.press("Ctrl+0")
    assert canvas.zoom == fitted


def test_clear_invert_and_remove_line(studio: Studio) -> None:
    document = studio.session.document
    studio.brush()
    studio.press("Ctrl+D")
    assert not document.raster("hole").any()
    studio.press("Ctrl+I")
    assert (document.raster("hole") == 255).all()
    document.add_line([(10.0, 10.0), (90.0, 90.0)])
    document.add_line([(20.0, 10.0), (90.0, 50.0)])
    studio.press("Delete")
    assert document.line_count == 1


def test_actions_are_enabled_when_they_can_do_something(studio: Studio) -> None:
    actions = studio.window.actions_
    assert not any(
        actions[name].isEnabled() for name in ("undo", "redo", "remove-line", "save-flow", "previous", "next")
    )
    studio.fill()
    assert actions["undo"].isEnabled()
    assert actions["undo"].text() == "Undo fill"
    assert actions["save-flow"].isEnabled()


def test_number_fields_are_found_by_the_keyboard(studio: Studio) -> None:
    for field in studio.window.column.findChildren(NumberField):
        assert field.focusPolicy() & Qt.FocusPolicy.TabFocus

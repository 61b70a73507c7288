"""Shortcuts by the position of the key: only where the user's keyboard layout has no character for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from inpaint_studio.ui.actions import entries
from inpaint_studio.ui.key_positions import PositionShortcuts, key_code
from inpaint_studio.ui.tools import TOOLS
from tests.ui.studio import Studio

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
# What the keys of a US keyboard give in other layouts (without Shift), as the layouts of X11 have it.
US = "1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./"
LAYOUTS = {
    "ru": "1234567890-=йцукенгшщзхъфывапролджэячсмитьбю.",
    "gr": "1234567890-=;ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,./",
    "il": "1234567890-=/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.",
    "fr": "&é\"'(-è_çà)=azertyuiop^$qsdfghjklmùwxcvbn,;:!",
    "dvorak": "1234567890[]',.pyfgcrl/=aoeuidhtns-;qjkxbmwvz",
    "de": "1234567890ß´qwertzuiopü+asdfghjklöäyxcvbnm,.-",
    "us": US,
}
Names = Callable[[], list[str]]
NOT_LATIN = ["ru", "gr", "il"]


@pytest.fixture
def studio(studio: Studio) -> Studio:
    studio.window.actions_.refresh(dict.fromkeys({row.needs for row in entries()}, True))
    return studio


def press(layout: str, key: str, modifiers: Any = NONE, repeats: bool = False) -> bool:
    """Press the key that a US keyboard calls `key`, in a layout; True where something used it.

    The event is the one that reaches a widget after Qt has found no shortcut for the key.
    """
    own = LAYOUTS[layout][US.index(key)]
    text = "" if modifiers & CTRL else own.upper() if modifiers & SHIFT else own
    code, upper = key_code(key), own.upper()
    event = QKeyEvent(
        QEvent.Type.KeyPress, ord(upper if len(upper) == 1 else own), modifiers, code, code, 0, text, repeats
    )
    event.ignore()
    QApplication.sendEvent(QApplication.focusWidget(), event)
    return event.isAccepted()


@pytest.fixture
def names(calls: list[Any], studio: Studio) -> Names:
    """Gives the handlers called since the last time, in order; they do nothing. To be named before `studio`."""
    del studio
    calls.clear()

    def take() -> list[str]:
        called = [name for name, _ in calls]
        calls.clear()
        return called

    return take


@pytest.mark.parametrize("layout", NOT_LATIN)
@pytest.mark.parametrize("name", TOOLS)
def test_letters_choose_tools_without_a_latin_layout(studio: Studio, layout: str, name: str) -> None:
    press(layout, "f")  # a letter, after which the layout is known
    press(layout, "h" if name != "hand" else "b")
    press(layout, TOOLS[name].key.lower())
    assert studio.window.canvas.tool.name == name


@pytest.mark.parametrize("layout", NOT_LATIN)
def test_ctrl_z_undoes_and_ctrl_shift_z_redoes_without_a_latin_layout(studio: Studio, layout: str) -> None:
    studio.brush()
    hole = studio.session.document.raster("hole")
    assert hole.any()
    press(layout, "z", CTRL)
    assert not hole.any()
    press(layout, "z", CTRL | SHIFT)
    assert hole.any()


def test_brackets_and_stops_by_position_where_letters_lie_there(names: Names) -> None:
    for key, modifiers in (("[", NONE), ("]", NONE), ("[", SHIFT), ("]", SHIFT), (",", NONE), (".", NONE)):
        press("ru", key, modifiers)
    expected = ["step_size", "step_size", "step_hardness", "step_hardness", "previous_candidate", "next_candidate"]
    assert names() == expected


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ctrl_1_and_ctrl_0_work_once_in_every_layout(names: Names, layout: str) -> None:
    press(layout, "1", CTRL)
    press(layout, "0", CTRL)
    assert names() == ["actual_size", "fit"]


@pytest.mark.parametrize("layout", ["fr", "dvorak", "de", "us"])
@pytest.mark.parametrize("modifiers", [NONE, SHIFT, CTRL, CTRL | SHIFT])
def test_latin_layouts_keep_their_own_letters_and_signs(
    names: Names, studio: Studio, layout: str, modifiers: Any
) -> None:
    for key in US[10:]:
        press(layout, key, modifiers)
    with_positions = names()
    positions = studio.window.findChild(PositionShortcuts)
    assert positions is not None
    studio.window.removeEventFilter(positions)
    for key in US[10:]:
        press(layout, key, modifiers)
    assert names() == with_positions


def test_a_latin_layout_chosen_later_is_latin_again(names: Names) -> None:
    press("gr", "f")
    assert names() == ["show_panels"]
    press("dvorak", "n", CTRL)  # Ctrl+B
    press("dvorak", "z", CTRL)  # Ctrl+;: no shortcut
    assert names() == ["save_pair"]


@pytest.mark.parametrize("modifiers", [ALT, ALT | CTRL, Qt.KeyboardModifier.MetaModifier])
def test_other_modifiers_are_left_alone(names: Names, modifiers: Any) -> None:
    for key in US:
        press("ru", key, modifiers)
    assert names() == []


def test_disabled_actions_stay_disabled(names: Names, studio: Studio) -> None:
    studio.window.actions_["undo"].setEnabled(False)
    press("ru", "z", CTRL)
    assert names() == []


def test_only_actions_that_repeat_do_so_while_the_key_is_held(names: Names) -> None:
    press("ru", "f", repeats=True)
    press("ru", "[", repeats=True)
    assert names() == ["step_size"]


def test_a_text_field_keeps_typing_and_has_its_own_undo(names: Names, studio: Studio) -> None:
    field = QLineEdit(studio.window)
    field.show()
    field.setFocus()
    for key in "bfk":
        press("ru", key)
    assert field.text() == "иал"
    press("ru", "z", CTRL)
    assert field.text() == ""
    press("ru", "a", CTRL)
    assert names() == []


def test_a_number_field_takes_no_letters_but_leaves_ctrl_s_to_the_window(names: Names, studio: Studio) -> None:
    field = studio.window.column.tool.numbers["brush_size"]
    field.setFocus()
    before = field.value()
    for key in "bfk[":
        press("ru", key)
    assert names() == []
    assert field.value() == before
    press("ru", "s", CTRL)
    assert names() == ["save_photo"]

"""Which action has which key: the usual ones of the table, changed by what the user has chosen, and never one twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QKeyCombination, QObject, Qt, Slot
from PySide6.QtGui import QKeySequence

from inpaint_studio.session import own_keys
from inpaint_studio.session.own_keys import OwnKeys
from inpaint_studio.texts import tr
from inpaint_studio.ui.actions import EXCLUSIVE, Actions, Entry, Scope, native_name

if TYPE_CHECKING:
    from inpaint_studio.session.settings import Settings

# What the photo, and going through the window by keyboard, need.
_TAKEN = {
    Qt.Key.Key_Space,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Escape,
}
_ALONE = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
FIXED = ("escape",)  # actions that keep their keys: many texts and tools name them


def can_change(row: Entry) -> bool:
    """Whether the user may choose the keys of that action."""
    return row.scope is not Scope.GESTURE and row.id not in FIXED


def assign(table: Sequence[Entry], own: OwnKeys) -> list[Entry]:
    """Return the table with the user's keys in it. No key is used twice.

    A key that was chosen is taken from the action that usually has it. What a settings file changed by hand holds
    beyond that is left out: unknown actions, texts that are no key, keys that may not be used, and a key's second use.
    """
    rows = {row.id: row for row in table}
    chosen = [name for name in own if name in rows and can_change(rows[name])]
    for name in chosen:
        rows[name] = replace(rows[name], keys=())
    for name in chosen:
        usable: list[str] = []
        for key in map(portable, own[name]):
            taken = [row for row in find_users(list(rows.values()), rows[name], key) if row.id in chosen]
            if not refusal(rows[name], key) and not taken and key not in usable:
                usable.append(key)
        rows[name] = replace(rows[name], keys=tuple(usable))
    for name in chosen:
        for key in rows[name].keys:
            for loser in find_users(list(rows.values()), rows[name], key):
                left = tuple(each for each in loser.keys if not _same(each, key))
                rows[loser.id] = replace(loser, keys=left)
    return [rows[row.id] for row in table]


def find_users(table: Sequence[Entry], row: Entry, key: str) -> list[Entry]:
    """List the other actions that have that key, and are not kept apart from `row` by when they can be used."""
    return [
        other
        for other in table
        if other.id != row.id
        and other.scope is not Scope.GESTURE
        and any(_same(each, key) for each in other.keys)
        and not (row.needs != other.needs and {row.needs, other.needs} <= set(EXCLUSIVE))
    ]


def refusal(row: Entry, key: str) -> str:
    """Return why `row` may not have that key, in a sentence; "" where it may."""
    combination = _combination(key)
    if combination is None or combination.key() in _ALONE:
        return tr("This is not a key that an action can have.")
    pressed, modifiers = combination.key(), combination.keyboardModifiers()
    plain = not modifiers & (_CTRL | _ALT)
    if pressed in _TAKEN and plain:
        return tr("{key} works in the photo and in the panels; choose another key.", key=native_name(key))
    if pressed in _ENTER and plain and row.scope is not Scope.CANVAS and not modifiers:
        return tr("{key} presses buttons; choose another key.", key=native_name(key))
    return ""


def _combination(key: str) -> QKeyCombination | None:
    """The key with its modifiers; None for a text that is not just one."""
    sequence: Any = QKeySequence(key)
    return sequence[0] if sequence.count() == 1 else None


def portable(key: str) -> str:
    """Return a key as the settings keep it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def _same(one: str, other: str) -> bool:
    return portable(one) == portable(other)


class KeySwitch(QObject):
    """Gives the actions of a window the keys of the settings, at once."""

    def __init__(self, actions: Actions, settings: Settings) -> None:
        super().__init__(actions)
        self._actions, self._settings = actions, settings
        settings.changed.connect(self._on_setting)
        if settings.get("keys"):
            self._on_setting("keys")

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name == "keys":
            own = own_keys.read(str(self._settings.get("keys")))
            self._actions.set_table(assign(self._actions.usual, own))

"""Shortcuts by the position of the key, for keyboard layouts that cannot type the character of a shortcut.

With only a Cyrillic or Greek layout no key types a Latin letter, and with a French one Ctrl+1 is Ctrl+&. In those cases
the key at the same place of a US keyboard counts. The character that the layout types always comes first: this module
receives only key presses that matched no shortcut and that no widget used.
"""

from __future__ import annotations

import sys
import unicodedata

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from inpaint_studio.ui.actions import Actions

# Rows of a US keyboard: what its keys type without and with Shift, and the scan code (PC set 1) of the first one.
_ROWS = (
    ("1234567890-=", "!@#$%^&*()_+", 2),
    ("qwertyuiop[]", "QWERTYUIOP{}", 16),
    ("asdfghjkl;'`", 'ASDFGHJKL:"~', 30),
    ("zxcvbnm,./", "ZXCVBNM<>?", 44),
)
_XKB_OFFSET = 8  # an X11 or Wayland key code is the scan code plus 8
# The virtual key codes of a Mac, which name positions, in the order of the rows (kVK_ANSI_* of Carbon's Events.h).
_MAC_ROWS = (
    (18, 19, 20, 21, 23, 22, 26, 28, 25, 29, 27, 24),
    (12, 13, 14, 15, 17, 16, 32, 34, 31, 35, 33, 30),
    (0, 1, 2, 3, 5, 4, 38, 40, 37, 41, 39, 50),
    (6, 7, 8, 9, 11, 45, 46, 43, 47, 44),
)
_Position = tuple[str, str]  # what the key types on a US keyboard without and with Shift

_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_FIRST_SPECIAL = 0x01000000  # Qt.Key from here on has no character (Escape, F1, dead keys)


def _table() -> dict[int, _Position]:
    if sys.platform == "darwin":
        return {
            code: (plain, shifted)
            for (row, shifted_row, _), codes in zip(_ROWS, _MAC_ROWS, strict=True)
            for plain, shifted, code in zip(row, shifted_row, codes, strict=True)
        }
    offset = 0 if sys.platform == "win32" else _XKB_OFFSET
    return {
        first + index + offset: (plain, shifted)
        for row, shifted_row, first in _ROWS
        for index, (plain, shifted) in enumerate(zip(row, shifted_row, strict=True))
    }


_POSITIONS = _table()


def key_code(plain: str) -> int:
    """Return the code, on this system, of the key that types `plain` on a US keyboard."""
    return next(code for code, position in _POSITIONS.items() if position[0] == plain)


class PositionShortcuts(QObject):
    """Triggers the action of a window whose key on a US keyboard is at the place of the pressed key.

    Letters and punctuation count by position only where the layout's letters are not Latin, so that Dvorak, AZERTY and
    all other Latin layouts keep their letters. Digits count by position in every layout.
    """

    def __init__(self, window: QWidget, actions: Actions) -> None:
        super().__init__(window)
        self._actions = actions
        self._latin = True  # whether the newest letter was Latin
        self._sending = False  # a key press made here is being sent
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or self._sending:
            return False
        if event.type() == QEvent.Type.ShortcutOverride and 0 < event.key() < _FIRST_SPECIAL:
            self._note_layout(chr(event.key()))  # of a shortcut nothing else arrives here
        return event.type() == QEvent.Type.KeyPress and self._use(event)

    def _use(self, event: QKeyEvent) -> bool:
        """Trigger what belongs to the key's position; False if nothing does."""
        for combination in self._combinations(event):
            if self._send_to_focused(combination, event):
                return True
            action = self._actions.by_key(combination)
            if action is not None and action.isEnabled():
                if action.autoRepeat() or not event.isAutoRepeat():
                    action.trigger()
                return True
        return False

    def _combinations(self, event: QKeyEvent) -> list[QKeyCombination]:
        """List the keys, with modifiers, that a US keyboard would send for this press; the most specific one first."""
        mac = sys.platform == "darwin"
        position = _POSITIONS.get(event.nativeVirtualKey() if mac else event.nativeScanCode())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.GroupSwitchModifier
        if position is None or not 0 < event.key() < _FIRST_SPECIAL or modifiers & ~(_CTRL | _SHIFT):
            return []
        if not self._counts(chr(event.key()), position):
            return []
        plain, shifted = position
        keys = [QKeyCombination(modifiers, Qt.Key(ord(plain.upper())))]
        if modifiers & _SHIFT and not plain.isalpha():  # a shortcut such as { is written without its Shift
            keys.append(QKeyCombination(modifiers & ~_SHIFT, Qt.Key(ord(shifted))))
        return keys

    def _counts(self, own: str, position: _Position) -> bool:
        """Whether the position counts for a key that types the character `own` in the user's layout."""
        self._note_layout(own)
        if own.upper() in (position[0].upper(), position[1]):
            return False  # the layout types the same character there
        return position[0].isdigit() or not self._latin

    def _note_layout(self, own: str) -> None:
        if own.isalpha():
            self._latin = unicodedata.name(own, "").startswith("LATIN")

    def _send_to_focused(self, combination: QKeyCombination, event: QKeyEvent) -> bool:
        """Send a key to the focused widget if it uses it (a text field: Ctrl+Z, letters); False if it does not."""
        focused = QApplication.focusWidget()
        if focused is None:
            return False
        key, modifiers = combination.key(), combination.keyboardModifiers()
        text = "" if modifiers & _CTRL else chr(key)
        override = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers, text, event.isAutoRepeat())
        override.ignore()
        self._sending = True
        QApplication.sendEvent(focused, override)
        self._sending = False
        if not override.isAccepted():
            return False
        if modifiers & _CTRL:  # without Ctrl the widget has already received the character that the layout types
            self._sending = True
            QApplication.sendEvent(focused, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text, event.isAutoRepeat()))
            self._sending = False
        return True

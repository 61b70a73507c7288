"""Texts that may be too long for their place: a label that ends in "…", and long words that may be broken."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QClipboard, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

_LONGEST_WORD = 24  # characters that are kept together
_LONG_WORD = re.compile(rf"[^\s/-]{{{_LONGEST_WORD + 1},}}")  # Qt breaks lines after "/" and "-" by itself
_BREAK = "\u200b"  # an invisible space


class ElidedLabel(QLabel):
    """A line of plain text that ends in "…" where it is too long; its tool tip then shows all of it.

    So a long text widens no window.
    """

    def __init__(self, least_width: int, hug: bool = False) -> None:
        """`least_width` is in px. With `hug` it is only as wide as its text; else it takes all the room there is."""
        super().__init__(" ")
        self._whole, self._note = " ", ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        across = QSizePolicy.Policy.Maximum if hug else QSizePolicy.Policy.Ignored
        self.setSizePolicy(across, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(least_width)

    def set_text(self, text: str, note: str = "") -> None:
        """Show `text`; `note` is for the tool tip."""
        self._whole, self._note = text, note
        self.updateGeometry()
        self._elide()

    @property
    def whole(self) -> str:
        """The text, not elided."""
        return self._whole

    def sizeHint(self) -> QSize:
        """The size of the whole text."""
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        cut = self._whole if shown != self._whole else ""
        self.setToolTip("\n".join(filter(None, (cut, self._note))))


class BreakingLabel(QLabel):
    """Lines of plain text whose long words may be broken. It can be selected; a copy of it has no breaks."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.set_text(text)
        QGuiApplication.clipboard().changed.connect(self._on_copied)

    def set_text(self, text: str) -> None:
        """Show `text`."""
        self.setText(breakable(text))

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+C for the selected text: the window has an action on the same key."""
        is_copy = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy)
        if is_copy and event.type() == QEvent.Type.ShortcutOverride and self.hasSelectedText():
            event.accept()
            return True
        return super().event(event)

    @Slot(QClipboard.Mode)
    def _on_copied(self, mode: QClipboard.Mode) -> None:
        """Take the breaks out of what was copied from here: in a path or a digest they would be wrong."""
        selected = self.selectedText().replace("\u2029", "\n")  # Qt's sign for a new line
        if _BREAK in selected and QGuiApplication.clipboard().text(mode) == selected:
            QGuiApplication.clipboard().setText(selected.replace(_BREAK, ""), mode)


def breakable(text: str) -> str:
    """Allow a label to break long words, such as names of files, by invisible spaces: after signs, or anywhere."""

    def break_word(match: re.Match[str]) -> str:
        parts = re.findall(rf"[^_.]{{1,{_LONGEST_WORD}}}[_.]*|[_.]+", match.group())
        return _BREAK.join(parts)

    return _LONG_WORD.sub(break_word, text)

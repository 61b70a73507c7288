"""A line of text in a dialog or a panel, whose typing ends with Enter or Escape before these keys close the dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit


class TextField(QLineEdit):
    """Enter takes what was typed, Escape drops it; pressed again, they reach the dialog and close it.

    The one that takes the text on `editingFinished` may call `refuse`: Enter then does not close the dialog.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._before = text  # what Escape brings back
        self._refused = False
        self.textEdited.connect(self._begin_typing)

    def refuse(self) -> None:
        """Keep the keyboard here, as the text is not allowed; Escape brings back the one before."""
        self._refused = True

    def _begin_typing(self) -> None:
        self._refused = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self._refused and event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self._before = self.text()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._before:
            self._refused = False
            self.setText(self._before)
            self.editingFinished.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._refused, typed = False, self.text() != self._before
            super().keyPressEvent(event)  # emits editingFinished, and leaves the key to the dialog
            if not self._refused:
                self._before = self.text()
            event.setAccepted(typed or self._refused)
        else:
            super().keyPressEvent(event)

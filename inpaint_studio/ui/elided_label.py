"""A label for one line of text that may be too long for its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """A line of plain text that ends in "…" where it is too long; its tool tip then shows all of it.

    So a long text widens no window.
    """

    def __init__(self, least_width: int) -> None:
        """`least_width` is in px."""
        super().__init__(" ")
        self._whole, self._note = " ", ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(least_width)

    def set_text(self, text: str, note: str = "") -> None:
        """Show `text`; `note` is for the tool tip."""
        self._whole, self._note = text, note
        self._elide()

    @property
    def whole(self) -> str:
        """The text, not elided."""
        return self._whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        cut = self._whole if shown != self._whole else ""
        self.setToolTip("\n".join(filter(None, (cut, self._note))))

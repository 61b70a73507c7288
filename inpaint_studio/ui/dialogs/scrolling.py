"""A scrolling area for the content of a dialog: as large as the content, but never larger than the screen allows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QFrame, QLayout, QScrollArea, QWidget

_FRAME = 48  # px left for the title and the frame of the window


class ContentArea(QScrollArea):
    """Scrolls where the screen is too small for all of the content; else it looks as if it was not there."""

    def __init__(self, content: QLayout) -> None:
        super().__init__()
        self._holder = QWidget()
        self._holder.setObjectName("column")
        content.setContentsMargins(0, 0, 0, 0)
        self._holder.setLayout(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._holder)

    def sizeHint(self) -> QSize:
        """The size of the content, with room for the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self._holder.sizeHint() + QSize(bar, 0)


def fit_to_screen(dialog: QDialog) -> None:
    """Give a dialog the size that its layout has as a hint, or the largest that fits the screen."""
    dialog.ensurePolished()  # the style sheet changes the sizes
    room = dialog.screen().availableGeometry().size() - QSize(0, _FRAME)
    dialog.resize(dialog.sizeHint().boundedTo(room))

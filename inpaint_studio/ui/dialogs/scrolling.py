"""Dialogs that stay on the screen: as large as their content, but never larger than the screen allows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from inpaint_studio.ui.screen_room import FittingDialog, room_for


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


class ScrollingDialog(FittingDialog):
    """A dialog with a content that scrolls where the screen is too small for it, and a foot that is always in sight."""

    def lay_out(self, content: QLayout, foot: QLayout, spacing: int) -> None:
        """Put `foot` below `content`, px apart; the dialog gets the size for all of it, or the largest that fits."""
        self.area = ContentArea(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(28, 24, 28, 20)
        whole.setSpacing(spacing)
        whole.addWidget(self.area, 1)
        whole.addLayout(foot)
        self.ensurePolished()  # the style sheet changes the sizes
        self.resize(self.sizeHint().boundedTo(room_for(self)))

"""A dialog with one question and a button for each choice."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.ui.elided_label import breakable
from inpaint_studio.ui.icons import Sign
from inpaint_studio.ui.panels.section import soft_label
from inpaint_studio.ui.screen_room import FittingDialog

_ICON = 28  # px


class QuestionDialog(FittingDialog):
    """A question with buttons. After it has closed, `choice` holds what the user chose.

    It holds `default` if the dialog was closed without a button.

    The first button is at the left, the others are at the right.
    """

    def __init__(
        self, title: str, question: str, note: str, icon: QIcon, default: Enum, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.choice = default
        sign = Sign(_ICON, icon)
        heading = QLabel(breakable(question))
        heading.setWordWrap(True)
        heading.setProperty("heading", "true")
        heading.setTextFormat(Qt.TextFormat.PlainText)
        text = QVBoxLayout()
        text.setSpacing(6)
        text.addWidget(heading)
        text.addWidget(soft_label(breakable(note), wrap=True))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(text, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._whole = whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 20)
        whole.setSpacing(24)
        whole.addLayout(head)
        whole.addLayout(self._buttons)

    def showEvent(self, event: QShowEvent) -> None:
        """Make it high enough for a text of several lines, which a layout does not do by itself."""
        width = max(self.minimumWidth(), self._whole.minimumSize().width())
        self.resize(width, self._whole.totalHeightForWidth(width))
        super().showEvent(event)

    def add_middle(self, layout: QLayout) -> None:
        """Add something between the text and the buttons."""
        self._whole.insertLayout(self._whole.count() - 1, layout)

    def add_choice(self, text: str, choice: Enum, primary: bool = False) -> QPushButton:
        """Add a button that closes the dialog with `choice`; Enter presses the primary one."""
        button = QPushButton(text)

        def choose() -> None:
            self.choice = choice
            self.done(0)

        button.clicked.connect(choose)
        if primary:
            button.setDefault(True)
            button.setProperty("primary", "true")
        if self._buttons.count() == 1:
            self._buttons.addStretch(1)
        self._buttons.addWidget(button)
        return button

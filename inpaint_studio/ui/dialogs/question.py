"""A question with an answer on each button."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.ui.panels.section import soft_label

_SIGN = 28  # px


class Question(QDialog):
    """Asks; `answer` holds what was chosen once it has finished, and `otherwise` where it was closed without a word.

    The first of the `choose` buttons stands at the left, the others at the right.
    """

    def __init__(
        self, title: str, question: str, note: str, sign: QIcon, otherwise: Enum, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.answer = otherwise
        picture = QLabel()
        picture.setPixmap(sign.pixmap(QSize(_SIGN, _SIGN), self.devicePixelRatioF()))
        asked = QLabel(question)
        asked.setProperty("heading", "true")
        asked.setTextFormat(Qt.TextFormat.PlainText)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(asked)
        words.addWidget(soft_label(note))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 20)
        whole.setSpacing(24)
        whole.addLayout(head)
        whole.addLayout(self._buttons)

    def choose(self, text: str, answer: Enum, primary: bool = False) -> QPushButton:
        """A button that ends it with `answer`; the primary one is what Enter presses."""
        button = QPushButton(text)

        def chosen() -> None:
            self.answer = answer
            self.done(0)

        button.clicked.connect(chosen)
        if primary:
            button.setDefault(True)
            button.setProperty("primary", "true")
        if self._buttons.count() == 1:
            self._buttons.addStretch(1)
        self._buttons.addWidget(button)
        return button

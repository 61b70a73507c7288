"""The question before unsaved work is lost."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.ui import icons, look
from inpaint_studio.ui.panels.section import soft_label


class Answer(Enum):
    """What a person wants done with unsaved work."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Unsaved(QDialog):
    """Asks Save / Don't save / Cancel; `answer` holds what was chosen once it has finished."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved changes")
        self.answer = Answer.CANCEL
        sign = QLabel()
        sign.setPixmap(icons.icon("triangle-alert", look.TROUBLE).pixmap(QSize(28, 28), self.devicePixelRatioF()))
        question = QLabel(f"Save the changes to {name}?")
        question.setProperty("heading", "true")
        question.setTextFormat(Qt.TextFormat.PlainText)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(question)
        words.addWidget(soft_label("They are lost if you don't save them."))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self.discard = self._button("&Don't save", Answer.DISCARD)
        self.cancel = self._button("Cancel", Answer.CANCEL)
        self.save = self._button("&Save", Answer.SAVE)
        self.save.setDefault(True)
        self.save.setProperty("primary", "true")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 20)
        whole.setSpacing(24)
        whole.addLayout(head)
        whole.addLayout(buttons)
        self.setMinimumWidth(420)

    def _button(self, text: str, answer: Answer) -> QPushButton:
        button = QPushButton(text)

        def chosen() -> None:
            self.answer = answer
            self.done(0)

        button.clicked.connect(chosen)
        return button

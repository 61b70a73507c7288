"""The question before the window is closed while a fine-tuning runs."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.ui import icons, look
from inpaint_studio.ui.panels.section import soft_label


class Parting(Enum):
    """What a person wants done with a training that runs."""

    STOP = "stop"
    LEAVE = "leave"
    STAY = "stay"


class Leaving(QDialog):
    """Asks; `answer` holds what was chosen once it has finished."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A fine-tuning is running")
        self.answer = Parting.STAY
        sign = QLabel()
        sign.setPixmap(icons.icon("graduation-cap", look.ACCENT).pixmap(QSize(28, 28), self.devicePixelRatioF()))
        question = QLabel(f"Stop the fine-tuning '{name}'?")
        question.setProperty("heading", "true")
        question.setTextFormat(Qt.TextFormat.PlainText)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(question)
        words.addWidget(soft_label("Stopped, its best weights are kept. Left running, the next start finds it again."))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self.stop = self._button("&Stop and keep", Parting.STOP)
        self.stay = self._button("Stay", Parting.STAY)
        self.leave = self._button("&Leave it running", Parting.LEAVE)
        self.leave.setDefault(True)
        self.leave.setProperty("primary", "true")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        buttons.addWidget(self.stay)
        buttons.addWidget(self.leave)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 20)
        whole.setSpacing(24)
        whole.addLayout(head)
        whole.addLayout(buttons)
        self.setMinimumWidth(520)

    def _button(self, text: str, answer: Parting) -> QPushButton:
        button = QPushButton(text)

        def chosen() -> None:
            self.answer = answer
            self.done(0)

        button.clicked.connect(chosen)
        return button

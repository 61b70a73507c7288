"""The question before unsaved work is lost."""

from __future__ import annotations

from enum import Enum

from PySide6.QtWidgets import QWidget

from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.question import Question


class Answer(Enum):
    """What a person wants done with unsaved work."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Unsaved(Question):
    """Asks Save / Don't save / Cancel."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "Unsaved changes",
            f"Save the changes to {name}?",
            "They are lost if you don't save them.",
            icons.icon("triangle-alert", theme.TROUBLE),
            Answer.CANCEL,
            parent,
        )
        self.discard = self.choose("&Don't save", Answer.DISCARD)
        self.cancel = self.choose("Cancel", Answer.CANCEL)
        self.save = self.choose("&Save", Answer.SAVE, primary=True)
        self.setMinimumWidth(420)

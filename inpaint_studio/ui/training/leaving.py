"""The question before the window is closed while a fine-tuning runs."""

from __future__ import annotations

from enum import Enum

from PySide6.QtWidgets import QWidget

from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.question import Question


class Parting(Enum):
    """What a person wants done with a training that runs."""

    STOP = "stop"
    LEAVE = "leave"
    STAY = "stay"


class Leaving(Question):
    """Asks Stop / Stay / Leave it running."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            "A fine-tuning is running",
            f"Stop the fine-tuning '{name}'?",
            "Stopped, its best weights are kept. Left running, the next start finds it again.",
            icons.icon("graduation-cap", theme.ACCENT),
            Parting.STAY,
            parent,
        )
        self.stop = self.choose("&Stop and keep", Parting.STOP)
        self.stay = self.choose("Stay", Parting.STAY)
        self.leave = self.choose("&Leave it running", Parting.LEAVE, primary=True)
        self.setMinimumWidth(520)

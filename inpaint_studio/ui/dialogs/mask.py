"""The questions about a mask that does not fit: it lies on its side, or it would fill nearly all of the photo."""

from __future__ import annotations

from enum import Enum

from PySide6.QtWidgets import QWidget

from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.question import QuestionDialog


class TurnChoice(Enum):
    """How to turn a mask; the values are degrees clockwise."""

    RIGHT = 90
    LEFT = 270
    CANCEL = 0


class TurnDialog(QuestionDialog):
    """The question about a mask that lies on its side: Cancel / Turn left / Turn right."""

    def __init__(self, name: str, degrees: int, parent: QWidget | None = None) -> None:
        """`degrees` clockwise are proposed."""
        super().__init__(
            "The mask lies on its side",
            f"Turn {name} to match the photo?",
            "Its width is the photo's height. Some programs leave out how the camera was held.",
            icons.icon("rotate-cw", theme.ACCENT),
            TurnChoice.CANCEL,
            parent,
        )
        self.cancel = self.add_choice("Cancel", TurnChoice.CANCEL)
        self.left = self.add_choice("Turn &left", TurnChoice.LEFT, primary=degrees == TurnChoice.LEFT.value)
        self.right = self.add_choice("Turn &right", TurnChoice.RIGHT, primary=degrees != TurnChoice.LEFT.value)
        self.setMinimumWidth(480)


class InvertChoice(Enum):
    """What to do with a mask that marks nearly everything."""

    INVERT = "invert"
    KEEP = "keep"
    CANCEL = "cancel"


class InvertDialog(QuestionDialog):
    """The question about a mask that marks nearly everything: Cancel / Keep it / Invert it."""

    def __init__(self, name: str, share: float, parent: QWidget | None = None) -> None:
        """`share` of the photo would be filled, 0..1."""
        super().__init__(
            "The mask may be inverted",
            f"{100 * share:.0f} % of the photo would be filled; invert?",
            f"{name} marks nearly everything. In some programs black is what goes.",
            icons.icon("contrast", theme.ACCENT),
            InvertChoice.CANCEL,
            parent,
        )
        self.cancel = self.add_choice("Cancel", InvertChoice.CANCEL)
        self.keep = self.add_choice("&Keep it", InvertChoice.KEEP)
        self.invert = self.add_choice("&Invert it", InvertChoice.INVERT, primary=True)
        self.setMinimumWidth(480)

"""The questions about a mask that does not fit: it is turned otherwise, or it would fill nearly all of the photo."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.engine.masks.turns import Turn, TurnHint, describe_turn
from inpaint_studio.session.qimage import view
from inpaint_studio.session.raster import Raster
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.dialogs.question import QuestionDialog
from inpaint_studio.ui.panels.section import soft_label


class TurnChoice(Enum):
    """How to turn a mask."""

    KEEP = Turn()
    RIGHT = Turn(90)
    AROUND = Turn(180)
    LEFT = Turn(270)
    MIRROR = Turn(0, True)
    RIGHT_AND_MIRROR = Turn(90, True)
    AROUND_AND_MIRROR = Turn(180, True)
    LEFT_AND_MIRROR = Turn(270, True)
    CANCEL = None


_BUTTONS = {
    TurnChoice.KEEP: mark("&Keep it"),
    TurnChoice.RIGHT: mark("Turn &right"),
    TurnChoice.LEFT: mark("Turn &left"),
}
_OTHERS = mark("&Turn it")


class TurnDialog(QuestionDialog):
    """The question about a mask that is turned otherwise than the photo: Cancel, or one of the turns, with pictures."""

    def __init__(self, name: str, hint: TurnHint, previews: dict[Turn, Raster], parent: QWidget | None = None) -> None:
        """Offer the turns of `previews`, and show how each looks (h x w x 3)."""
        if hint.certain:
            title, question = tr("The mask lies on its side"), tr("Turn {name} to match the photo?", name=name)
            note = tr("Its width is the photo's height. Some programs ignore how the camera was held.")
        else:
            title, question = tr("The mask may have to be turned"), tr("Keep {name} as it is?", name=name)
            note = tr(
                "The photo was {turn}, as its camera noted. Some programs ignore that.", turn=describe_turn(hint.turn)
            )
        super().__init__(title, question, note, icons.icon("rotate-cw", theme.ACCENT), TurnChoice.CANCEL, parent)
        self.cancel = self.add_choice(tr("Cancel"), TurnChoice.CANCEL)
        proposed = hint.turn if hint.certain else Turn()
        row = QHBoxLayout()
        row.setSpacing(2 * theme.GRID)
        row.addStretch(1)
        self.buttons: dict[Turn, QPushButton] = {}
        for turn, picture in previews.items():
            choice = TurnChoice(turn)
            text = tr(_BUTTONS.get(choice, _OTHERS))
            self.buttons[turn] = self.add_choice(text, choice, primary=turn == proposed)
            row.addLayout(self._picture(picture, text.replace("&", "")))
        row.addStretch(1)
        self.add_middle(row)
        self.setMinimumWidth(480)

    @property
    def turn(self) -> Turn | None:
        """What the user chose; None for no mask at all."""
        chosen: Turn | None = self.choice.value
        return chosen

    def _picture(self, pixels: Raster, caption: str) -> QVBoxLayout:
        picture = QLabel()
        picture.setPixmap(QPixmap.fromImage(view(pixels)))
        picture.setAccessibleName(tr("{caption}: how the mask lies then", caption=caption))
        column = QVBoxLayout()
        column.setSpacing(theme.GRID // 2)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(soft_label(caption), 0, Qt.AlignmentFlag.AlignHCenter)
        return column


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
            tr("The mask may be inverted"),
            tr("{value:.0f} % of the photo would be filled; invert?", value=100 * share),
            tr("{name} marks nearly everything. In some programs black marks what should go.", name=name),
            icons.icon("contrast", theme.ACCENT),
            InvertChoice.CANCEL,
            parent,
        )
        self.cancel = self.add_choice(tr("Cancel"), InvertChoice.CANCEL)
        self.keep = self.add_choice(tr("&Keep it"), InvertChoice.KEEP)
        self.invert = self.add_choice(tr("&Invert it"), InvertChoice.INVERT, primary=True)
        self.setMinimumWidth(480)

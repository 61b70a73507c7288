"""The dialog of one set of weights: its model card, its licence, and where it lies."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QWidget

from inpaint_studio.engine.weights import licences
from inpaint_studio.engine.weights.model_card import ModelCard
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.dialogs.scrolling import ScrollingDialog
from inpaint_studio.ui.elided_label import BreakingLabel

_WIDTH = 520  # px of the texts
_ORIGINS = {
    "shipped": mark("comes with the program"),
    "imported": mark("imported from files"),
    "trained": mark("trained here"),
}


class ModelCardDialog(ScrollingDialog):
    """What is known of a set: how it was made, how well it fills, what it is bad at, what may be done with it."""

    def __init__(self, weights: Weights, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("About the weights {name}", name=weights.name))
        self.rows = describe(weights)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(10)
        for line, (name, text) in enumerate(self.rows):
            grid.addWidget(_heading(name), line, 0, Qt.AlignmentFlag.AlignTop)
            value = BreakingLabel(text)
            value.setFixedWidth(_WIDTH)
            grid.addWidget(value, line, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(buttons)
        self.lay_out(grid, foot, spacing=20)


def describe(weights: Weights) -> list[tuple[str, str]]:
    """Return what is known of a set, as pairs of a name and a text."""
    card = ModelCard.of(weights.facts)
    size = weights.trained_at
    rows = [(tr("Weights"), f"{weights.name}, {tr(_ORIGINS[weights.origin])}")]
    rows += [] if card is None else card.rows()
    rows += [(tr("Size"), tr("trained on images of up to {size} px", size=size))] if size else []
    return [*rows, (tr("Licence"), licences.sentence(weights.licence, weights.terms)), (tr("File"), str(weights.path))]


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # it may come from a file of someone else
    label.setProperty("soft", "true")
    return label

"""The options of a fine-tuning that few users change."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QRegularExpression, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from inpaint_studio.session.training.run_registry import LONGEST_NAME
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.fields import NumberField, Switch

PATIENCE = 20  # measurements, one per minute
LABEL_WIDTH = 88  # px: width of the names on the left


class AdvancedOptions(QWidget):
    """Name, numbers and the recipe's settings; `changed` is emitted when one that affects the speed has changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setValidator(QRegularExpressionValidator(QRegularExpression("[a-z0-9-]*"), self.name))
        self.name.setToolTip("What the new weights are called in the list of models")
        self.side = _number("Size", 0, 1024, " px", "Side of the square crops; automatic: as in the paper")
        self.batch = _number(
            "Batch", 0, 256, "", "Crops per step; automatic: 4 on a processor, as in the paper on a graphics card"
        )
        self.seed = NumberField("Seed", 0, 2**31 - 1, track=False)
        self.seed.setToolTip("The same seed sees the same crops in the same order")
        self.workers = _number("Loaders", -1, 16, "", "Processes that load photos")
        self.early = Switch("End early when it gets no better")
        self.early.setToolTip(f"After {PATIENCE} measurements, about a minute apart, without a better one")
        self.without = Switch("Without judging texture")
        self.without.setToolTip(
            "Without the perceptual and style losses, which need the file of a trained VGG, if you do not have it. "
            "The fills may come out smoother."
        )
        self.line = QLineEdit()
        self.line.setPlaceholderText("Settings of the recipe: NAME=VALUE NAME=VALUE")
        self.line.setToolTip("Fields of the recipe's settings, such as rate=0.0001")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(theme.GRID)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        for line, (text, edit) in enumerate((("Name", self.name), ("Settings", self.line))):
            label = QLabel(text)
            label.setBuddy(edit)
            edit.setAccessibleName(text)
            grid.addWidget(label, 4 * line, 0)
            grid.addWidget(edit, 4 * line, 1, 1, 2)
            edit.textChanged.connect(lambda _: self.changed.emit())
        for number in (self.side, self.batch, self.workers):
            number.valueChanged.connect(lambda _: self.changed.emit())
        self.without.toggled.connect(lambda _: self.changed.emit())
        for place, field in enumerate((self.side, self.batch, self.seed, self.workers, self.early, self.without)):
            grid.addWidget(field, 1 + place // 2, 1 + place % 2)
        tab_order = (self.name, self.side, self.batch, self.seed, self.workers, self.early, self.without, self.line)
        for before, after in pairwise(tab_order):  # in the order on the screen
            self.setTabOrder(before, after)

    @property
    def settings(self) -> list[str]:
        """The recipe's settings, NAME=VALUE each."""
        return self.line.text().split()


def _number(name: str, low: int, high: int, suffix: str, tip: str) -> NumberField:
    field = NumberField(name, low, high, suffix, track=False)
    field.setSpecialValueText("Automatic")
    field.setValue(low)
    field.setToolTip(tip)
    return field

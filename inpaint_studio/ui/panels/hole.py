"""The panel with the operations on the hole: what they act on, by how much, and a button for each."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from inpaint_studio.session.settings import Settings
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.actions import Actions
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl
from inpaint_studio.ui.panels.section import ActionButton

# The action and the text of its button, in rows.
_BUTTONS = (
    ("grow-hole", mark("Grow")),
    ("shrink-hole", mark("Shrink")),
    ("feather-hole", mark("Feather")),
    ("fill-inside", mark("Inside")),
    ("invert", mark("Invert")),
    ("clear", mark("Clear")),
    ("import-mask", mark("Import")),
    ("export-mask", mark("Export")),
)
_SCOPES = {
    "whole": (mark("Whole"), mark("The buttons and keys change the whole hole")),
    "part": (mark("Part"), mark("The buttons and keys change the part under the pointer, or the one it was on last")),
}
_COLUMNS = 4


class HolePanel(QWidget):
    """`done` is emitted when the photo should get the keyboard focus again."""

    done = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        row = settings.row("hole_pixels")
        self.pixels = NumberField(tr("By"), int(row.low or 0), int(row.high or 0), " px", 2.0)
        self.pixels.setToolTip(tr("How far Grow, Shrink and Feather reach, in pixels of the photo"))
        self.pixels.valueChanged.connect(lambda value: settings.set("hole_pixels", value))
        self.pixels.finished.connect(self.done)
        self.scope = SegmentedControl(tr("What changes"), _SCOPES)
        self.scope.picked.connect(lambda value: settings.set("hole_scope", value))
        self.scope.picked.connect(self.done)
        self.buttons: dict[str, ActionButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        row_of_choices = QHBoxLayout()
        row_of_choices.setSpacing(theme.GRID)
        row_of_choices.addWidget(self.scope, 3)
        row_of_choices.addWidget(self.pixels, 2)
        column.addLayout(row_of_choices)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        column.addLayout(self._grid)
        settings.changed.connect(self._show)
        for name in ("hole_pixels", "hole_scope"):
            self._show(name)

    def add_actions(self, actions: Actions) -> None:
        """Make the buttons."""
        for index, (name, text) in enumerate(_BUTTONS):
            button = self.buttons[name] = ActionButton(actions[name], text)
            button.setProperty("narrow", "true")
            button.setFixedHeight(theme.FIELD_HEIGHT)
            button.clicked.connect(self.done)
            self._grid.addWidget(button, index // _COLUMNS, index % _COLUMNS)

    def _show(self, name: str) -> None:
        if name == "hole_pixels":
            self.pixels.setValue(int(self._settings.get(name)))
        elif name == "hole_scope":
            self.scope.show_value(str(self._settings.get(name)))

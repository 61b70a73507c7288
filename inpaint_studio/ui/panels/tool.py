"""The panel with the options of the tools. Each option is a setting, which the tools read."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl, Switch
from inpaint_studio.ui.panels.section import ActionButton

_BRUSH = (
    ("brush_size", "Size", " px", 2.5, "Width of the brush in pixels of the photo ([ and ], or Ctrl+wheel)"),
    ("brush_hardness", "Hardness", " %", 1.0, "How sharp the brush's edge is ({ and })"),
)
_WAND = (
    ("wand_tolerance", "Tolerance", "", 1.0, "How much the colours that the wand takes may differ"),
    (
        "found_margin",
        "Grow",
        " px",
        1.0,
        "Pixels added round what wand, Object, magnetic lasso and mask files mark",
    ),
)
_EDGES = (("edge_size", "Width", " px", 2.0, "Width of drawn edges in pixels of the photo ([ and ], or Ctrl+wheel)"),)
_BRUSH_SWITCHES = (
    ("pressure_size", "Pressure sets the size", "A pen pressed lightly draws a thin stroke"),
    ("close_loops", "Closed strokes fill their inside", "Draw round something to mark all of it"),
)
_WAND_SWITCHES = (
    ("wand_connected", "Only what is connected", "Off: the wand marks its colour everywhere in the photo"),
)
_SWITCHES = (("fill_on_release", "Fill on release", "Fill as soon as the pen lifts; one undo takes back both"),)
_GAP = 2  # px between rows
_SAMPLES = {
    "1": ("1 pixel", "The wand takes the colour of the pixel under it"),
    "3": ("3 x 3", "The wand takes the mean colour of 3 x 3 pixels"),
    "5": ("5 x 5", "The wand takes the mean colour of 5 x 5 pixels"),
}


class ToolPanel(QWidget):
    """Numbers and switches; those that the chosen tool does not use are disabled. The layout never moves.

    `done` is emitted when typing has ended.
    """

    done = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.numbers: dict[str, NumberField] = {}
        self.switches: dict[str, Switch] = {}
        self.edge_buttons: dict[str, ActionButton] = {}  # by the action's id
        self.sample = SegmentedControl("Sample size", _SAMPLES)
        self.sample.picked.connect(lambda value: session.settings.set("wand_sample", value))
        self._numbers = QStackedWidget()  # numbers of other tools replace the brush's two ...
        self._switches = QStackedWidget()  # ... and what the wand chooses the brush's switches
        self._numbers.setFixedHeight(theme.FIELD_HEIGHT)
        for numbers in (_BRUSH, _WAND, _EDGES):
            self._numbers.addWidget(self._number_page(numbers))
        self._switches.setFixedHeight(2 * theme.FIELD_HEIGHT + _GAP)
        self._switches.addWidget(self._rows(*map(self._switch, _BRUSH_SWITCHES)))
        self._switches.addWidget(self._rows(*map(self._switch, _WAND_SWITCHES), self.sample))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self._numbers)
        column.addSpacing(4)
        column.addWidget(self._switches)
        for row in _SWITCHES:
            column.addWidget(self._switch(row))
        session.settings.changed.connect(self._show)
        for name in (*self.numbers, *self.switches, "wand_sample"):
            self._show(name)

    def show_options(self, options: tuple[str, ...], edges: bool = False) -> None:
        """Show and enable these options (names of settings) of the chosen tool.

        If it has no number of its own and the edges are shown, the width of edges takes the place of the numbers.
        """
        for name, control in (*self.numbers.items(), *self.switches.items()):
            control.setEnabled(name in options)
        self.sample.setEnabled("wand_sample" in options)
        finds, brush = "found_margin" in options, "brush_size" in options or not edges
        self._numbers.setCurrentIndex(1 if finds else 0 if brush else 2)
        self._switches.setCurrentIndex(1 if finds else 0)

    def add_edge_actions(self, *actions: QAction) -> None:
        """Add buttons beside the width of edges."""
        for action in actions:
            button = ActionButton(action, action.text().split()[0])
            button.setFixedHeight(theme.FIELD_HEIGHT)
            button.clicked.connect(self.done)
            self.edge_buttons[action.objectName()] = button
            self._edge_row.addWidget(button)

    def _switch(self, row: tuple[str, str, str]) -> Switch:
        name, text, tip = row
        switch = self.switches[name] = Switch(text)
        switch.setToolTip(tip)
        switch.toggled.connect(lambda on: self._set(name, on))
        return switch

    @staticmethod
    def _rows(*controls: QWidget) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        for control in controls:
            column.addWidget(control)
        return page

    def _number_page(self, rows: tuple[tuple[str, str, str, float, str], ...]) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        for name, text, suffix, curve, tip in rows:
            setting = self._session.settings.row(name)
            field = NumberField(text, int(setting.low or 0), int(setting.high or 0), suffix, curve)
            field.setToolTip(tip)
            field.valueChanged.connect(lambda value, name=name: self._set(name, value))
            field.finished.connect(self.done)
            self.numbers[name] = field
            row.addWidget(field)
        self._edge_row = row  # on the last page
        return page

    def _set(self, name: str, value: int | bool) -> None:
        if name == "fill_on_release":
            self._session.models.fill_on_release = bool(value)
        else:
            self._session.settings.set(name, value)

    def _show(self, name: str) -> None:
        settings: Settings = self._session.settings
        if name in self.numbers:
            self.numbers[name].setValue(int(settings.get(name)))
        elif name in self.switches:
            self.switches[name].setChecked(bool(settings.get(name)))
        elif name == "wand_sample":
            self.sample.show_value(str(settings.get(name)))

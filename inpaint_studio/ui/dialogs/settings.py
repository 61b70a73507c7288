"""The settings, made from their table. Every change takes effect at once."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from inpaint_studio.session.settings import Settings
from inpaint_studio.ui import theme
from inpaint_studio.ui.dialogs.scrolling import ScrollingDialog
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl, Switch
from inpaint_studio.ui.panels.section import soft_label
from inpaint_studio.ui.panels.text_field import TextField

_CONTROL = 256  # px


class _Row(NamedTuple):
    """One row: the setting, its name, the same as in the panels, the unit of a number, the names of its choices."""

    setting: str
    title: str
    unit: str = ""
    choices: tuple[str, ...] = ()


GROUPS = {  # the headings, with the settings below each
    "Model": (
        _Row("quality", "Quality", choices=("Fast", "Best")),
        _Row("device", "Device"),
        _Row("precision", "Precision", choices=("Automatic", "32 bits", "16 bits")),
    ),
    "Brush and eraser": (
        _Row("brush_size", "Size", " px"),
        _Row("brush_hardness", "Hardness", " %"),
        _Row("pressure_size", "Pressure sets the size"),
        _Row("close_loops", "Closed strokes fill their inside"),
        _Row("fill_on_release", "Fill on release"),
    ),
    "Wand, Object and masks": (
        _Row("wand_tolerance", "Tolerance"),
        _Row("wand_connected", "Only what is connected"),
        _Row("wand_sample", "Sample size", choices=("1 pixel", "3 x 3", "5 x 5")),
        _Row("found_margin", "Grow", " px"),
    ),
    "Edges": (_Row("edge_size", "Width", " px"),),
    "Appearance": (_Row("theme", "Theme", choices=("System", "Light", "Dark")),),
    "Colours": (
        _Row("hole_colour", "Hole"),
        _Row("lines_colour", "Guide lines"),
        _Row("donors_colour", "Do not sample here"),
        _Row("only_colour", "Sample only here"),
    ),
    "Weights": (_Row("weights_mirror", "Mirror"),),
    "Language": (_Row("language", "From the next start", choices=("System", "English", "简体中文")),),
    "Memory": (_Row("undo_megabytes", "Undo history", " MB"),),
}


class SettingsDialog(ScrollingDialog):
    """The settings in groups: the name of each, as in the panels, and the control for its type."""

    def __init__(
        self, settings: Settings, choices: dict[str, dict[str, str]] | None = None, parent: QWidget | None = None
    ) -> None:
        """`choices`: the values of settings that depend on this machine, each with its text, by setting."""
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings, self._choices = settings, choices or {}
        self.controls: dict[str, QWidget] = {}
        self.note = soft_label(" ", wrap=True)
        columns = self.in_columns([self._section(group, rows) for group, rows in GROUPS.items()])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(buttons)
        self.lay_out(columns, foot, spacing=20)

    def _section(self, group: str, rows: tuple[_Row, ...]) -> QWidget:
        """Make the heading of a group with its settings below."""
        section = QWidget()
        grid = QGridLayout(section)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        heading = QLabel(group)
        heading.setProperty("heading", "true")
        grid.addWidget(heading, 0, 0, 1, 2)
        for line, row in enumerate(rows, 1):
            control = self.controls[row.setting] = self._control(row)
            label = QLabel(row.title)
            label.setBuddy(control)
            for widget in (label, control):
                widget.setToolTip(self._settings.row(row.setting).text)
            control.setAccessibleName(f"{group}: {row.title}")
            grid.addWidget(label, line, 0)
            if not isinstance(control, Switch | QToolButton):
                control.setFixedWidth(_CONTROL)
            grid.addWidget(control, line, 1, Qt.AlignmentFlag.AlignRight)
        return section

    def _control(self, row: _Row) -> QWidget:
        setting = self._settings.row(row.setting)
        value = self._settings.get(setting.name)
        if isinstance(value, bool):
            return self._switch(setting.name, value)
        if isinstance(value, int):
            field = NumberField("", int(setting.low or 0), int(setting.high or 2**31 - 1), row.unit)
            field.setValue(value)
            field.valueChanged.connect(lambda number: self._settings.set(setting.name, number))
            return field
        if setting.machine:
            return self._list(setting.name, str(value))
        if setting.choices is not None:
            texts = dict(zip(setting.choices, row.choices, strict=True))
            segments = SegmentedControl(row.title, {choice: (text, setting.text) for choice, text in texts.items()})
            segments.show_value(str(value))
            segments.picked.connect(lambda choice: self._settings.set(setting.name, choice))
            return segments
        if str(setting.default).startswith("#"):
            return self._colour(setting.name, str(value))
        line = TextField(str(value))
        line.editingFinished.connect(lambda: self._take_text(setting.name, line))
        return line

    def _take_text(self, name: str, line: TextField) -> None:
        """Set what was typed; where it is not allowed, show why and keep the setting as it was."""
        text = line.text().strip()
        check = self._settings.row(name).check
        fault = check(text) if check is not None else ""
        if fault:
            line.refuse()
        else:
            self._settings.set(name, text)
        self.note.setText(fault or " ")

    def _list(self, name: str, value: str) -> QComboBox:
        box = QComboBox()
        choices = self._choices.get(name, {})
        for choice, text in {**choices, value: choices.get(value, value)}.items():
            box.addItem(text, choice)
        box.setCurrentIndex(box.findData(value))
        box.activated.connect(lambda: self._settings.set(name, str(box.currentData())))
        return box

    def _switch(self, name: str, value: bool) -> Switch:
        switch = Switch("")
        switch.setFixedWidth(34)
        switch.setChecked(value)
        switch.toggled.connect(lambda on: self._settings.set(name, on))
        return switch

    def _colour(self, name: str, value: str) -> QToolButton:
        button = QToolButton()
        button.setFixedSize(56, 28)
        button.setIconSize(QSize(44, 16))
        button.setIcon(_swatch(value))

        def show_dialog() -> None:
            dialog = QColorDialog(QColor(str(self._settings.get(name))), self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.colorSelected.connect(on_selected)
            dialog.open()

        def on_selected(colour: QColor) -> None:
            self._settings.set(name, colour.name())
            button.setIcon(_swatch(colour.name()))

        button.clicked.connect(show_dialog)
        return button


def _swatch(colour: str) -> QIcon:
    filled = QPixmap(44, 16)
    filled.fill(QColor(colour))
    return QIcon(filled)

"""The settings, made from their table. A change takes effect at once; where it cannot, that is said beside its name."""

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
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.dialogs.keys import make_keys_button
from inpaint_studio.ui.dialogs.scrolling import ScrollingDialog
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl, Switch
from inpaint_studio.ui.panels.section import soft_label
from inpaint_studio.ui.panels.text_field import TextField

_CONTROL = 256  # px
_MOST_SEGMENTS = 3  # choices shown side by side; more are a list


class _Row(NamedTuple):
    """One row: the setting, its name, the same as in the panels, the unit of a number, the names of its choices."""

    setting: str
    title: str
    unit: str = ""
    choices: tuple[str, ...] = ()


GROUPS = {  # the headings, with the settings below each
    mark("Model"): (
        _Row("quality", mark("Quality"), choices=(mark("Fast"), mark("Best"))),
        _Row("device", mark("Device")),
        _Row("precision", mark("Precision"), choices=(mark("Automatic"), mark("32 bits"), mark("16 bits"))),
    ),
    mark("Brush and eraser"): (
        _Row("brush_size", mark("Size"), " px"),
        _Row("brush_hardness", mark("Hardness"), " %"),
        _Row("pressure_size", mark("Pressure sets the size")),
        _Row("close_loops", mark("Closed strokes fill their inside")),
        _Row("fill_on_release", mark("Fill on release")),
    ),
    mark("Wand, Object and masks"): (
        _Row("wand_tolerance", mark("Tolerance")),
        _Row("wand_connected", mark("Only what is connected")),
        _Row("wand_sample", mark("Sample size"), choices=(mark("1 pixel"), "3 x 3", "5 x 5")),
        _Row("found_margin", mark("Grow"), " px"),
    ),
    mark("Edges"): (_Row("edge_size", mark("Width"), " px"),),
    mark("Appearance"): (
        _Row("theme", mark("Theme"), choices=(mark("System"), mark("Light"), mark("Dark"))),
        _Row("language", mark("Language"), choices=(mark("System"), "English", "简体中文")),
        _Row("ui_scale", mark("Size of texts and buttons"), choices=("100 %", "125 %", "150 %", "175 %", "200 %")),
    ),
    mark("Overlays"): (
        _Row("hole_pattern", mark("Pattern of the hole"), choices=(mark("Tint"), mark("Crossed lines"))),
        _Row("hole_colour", mark("Hole")),
        _Row("lines_colour", mark("Guide lines")),
        _Row("donors_colour", mark("Do not sample here")),
        _Row("only_colour", mark("Sample only here")),
    ),
    mark("Weights"): (_Row("weights_mirror", mark("Mirror")),),
    mark("Memory"): (
        _Row("undo_megabytes", mark("Undo history"), " MB"),
        _Row("undo_disk_megabytes", mark("Undo history on disk"), " MB"),
    ),
}


class SettingsDialog(ScrollingDialog):
    """The settings in groups: the name of each, as in the panels, and the control for its type."""

    def __init__(
        self, settings: Settings, choices: dict[str, dict[str, str]] | None = None, parent: QWidget | None = None
    ) -> None:
        """`choices`: the values of settings that depend on this machine, each with its text, by setting."""
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        self._settings, self._choices = settings, choices or {}
        self.controls: dict[str, QWidget] = {}
        self.note = soft_label(" ", wrap=True)
        columns = self.in_columns([self._section(group, rows) for group, rows in GROUPS.items()])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        self.edit_keys = make_keys_button()
        foot.addWidget(self.edit_keys)
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
        heading = QLabel(tr(group))
        heading.setProperty("heading", "true")
        grid.addWidget(heading, 0, 0, 1, 2)
        for line, row in enumerate(rows, 1):
            control = self.controls[row.setting] = self._control(row)
            setting, title = self._settings.row(row.setting), tr(row.title)
            label = QLabel(tr("{title} (from the next start)", title=title) if setting.restart else title)
            label.setBuddy(control)
            for widget in (label, control):
                widget.setToolTip(tr(setting.text))
            control.setAccessibleName(f"{tr(group)}: {title}")
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
            return self._list(setting.name, str(value), self._choices.get(setting.name, {}))
        if setting.choices is not None:
            texts = {value: str(tr(text)) for value, text in zip(setting.choices, row.choices, strict=True)}
            if len(texts) > _MOST_SEGMENTS:
                return self._list(setting.name, str(value), texts)
            tip = tr(setting.text)
            segments = SegmentedControl(tr(row.title), {choice: (text, tip) for choice, text in texts.items()})
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

    def _list(self, name: str, value: str, choices: dict[str, str]) -> QComboBox:
        box = QComboBox()
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

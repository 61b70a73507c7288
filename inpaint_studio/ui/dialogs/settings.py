"""The settings, made from their table. Every change takes effect at once."""

from __future__ import annotations

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

from inpaint_studio.session.settings import TABLE, Setting, Settings
from inpaint_studio.ui.dialogs.scrolling import ScrollingDialog
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl, Switch
from inpaint_studio.ui.panels.section import soft_label
from inpaint_studio.ui.panels.text_field import TextField

_CONTROL = 176  # px


class SettingsDialog(ScrollingDialog):
    """One row for each setting: what it does, and the control for its type."""

    def __init__(
        self, settings: Settings, choices: dict[str, dict[str, str]] | None = None, parent: QWidget | None = None
    ) -> None:
        """`choices`: the values of settings that depend on this machine, each with its text, by setting."""
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings, self._choices = settings, choices or {}
        self.controls: dict[str, QWidget] = {}
        self.note = soft_label(" ", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(40)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for line, setting in enumerate(setting for setting in TABLE if setting.shown):
            control = self._control(setting)
            control.setAccessibleName(setting.text)
            self.controls[setting.name] = control
            label = QLabel(setting.text)
            label.setBuddy(control)
            grid.addWidget(label, line, 0)
            if not isinstance(control, Switch | QToolButton):
                control.setFixedWidth(_CONTROL)
            grid.addWidget(control, line, 1, Qt.AlignmentFlag.AlignRight)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(buttons)
        self.lay_out(grid, foot, spacing=24)

    def _control(self, setting: Setting) -> QWidget:
        value = self._settings.get(setting.name)
        if isinstance(value, bool):
            return self._switch(setting.name, value)
        if isinstance(value, int):
            field = NumberField("", int(setting.low or 0), int(setting.high or 2**31 - 1))
            field.setValue(value)
            field.valueChanged.connect(lambda number: self._settings.set(setting.name, number))
            return field
        if setting.machine:
            return self._list(setting.name, str(value))
        if setting.choices is not None:
            segments = SegmentedControl(setting.text, {choice: (choice.capitalize(), "") for choice in setting.choices})
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
        button.setToolTip("Choose another colour")

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

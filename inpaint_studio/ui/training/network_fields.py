"""The fields under More for how a network is built that starts from nothing: one for each row of its system's table."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.network_config import ConfigError, ConfigOption, ConfigTable
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.fields import NumberField, Switch
from inpaint_studio.ui.panels.text_field import TextField


class NetworkFields(QWidget):
    """Shows the table of one system; `changed` is emitted when the user has changed a value."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._table = ConfigTable()
        self._derived: dict[str, str] = {}  # present texts of options whose usual value follows from others
        self._label_width = 0  # px
        self.fields: dict[str, QWidget] = {}  # what takes the focus, by the name of the option
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * theme.GRID)
        self._grid.setVerticalSpacing(theme.GRID)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)

    def show_table(self, table: ConfigTable) -> None:
        """Show these options with the paper's values; the present ones stay where the table is the same."""
        if table is self._table:
            return
        self._table = table
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.fields.clear()
        self._derived = {option.name: option.format(option.default) for option in table.trained if option.derive}
        names = (option.title for option in table.trained if _has_label(option))
        self._label_width = max(map(self.fontMetrics().horizontalAdvance, names), default=0)
        place = 0
        for option in table.trained:
            cell, field = self._make(option)
            meaning = tr(option.meaning)
            field.setToolTip(f"{meaning[:1].upper()}{meaning[1:]}; {option.values}")
            field.setAccessibleName(option.title)
            self.fields[option.name] = field
            columns = 2 if isinstance(option.default, list) else 1
            place += place % 2 if columns == 2 else 0
            self._grid.addWidget(cell, place // 2, place % 2, 1, columns)
            place += columns

    @property
    def chosen(self) -> tuple[str, ...]:
        """What differs from the paper, NAME=VALUE each."""
        return tuple(f"{name}={text}" for name, text in self._changed().items())

    @property
    def fault(self) -> str:
        """Why no such network can be built, in a sentence; "" if it can."""
        try:
            self._table.complete(self._table.parse(self._changed()))
        except (ConfigError, InputError) as error:
            return str(error)
        return ""

    def _make(self, option: ConfigOption) -> tuple[QWidget, QWidget]:
        """Return the cell for an option, and the field in it."""
        if isinstance(option.default, bool):
            switch = Switch(option.title)
            switch.setChecked(option.default)
            switch.toggled.connect(self._on_change)
            return switch, switch
        if option.choices:
            combo = QComboBox()
            for value in option.choices:
                combo.addItem(option.format(value))
            combo.setCurrentText(option.format(option.default))
            combo.currentIndexChanged.connect(self._on_change)
            return self._label_cell(option.title, combo), combo
        if isinstance(option.default, list):
            line = TextField(option.format(option.default))
            line.textChanged.connect(self._on_change)
            return self._label_cell(option.title, line), line
        number = NumberField(option.title, option.least, option.most, track=False)
        number.setSingleStep(option.step)
        number.setValue(option.default)
        number.valueChanged.connect(self._on_change)
        return number, number

    def _on_change(self, _value: Any) -> None:
        self._derive()
        self.changed.emit()

    def _changed(self) -> dict[str, str]:
        """The texts that differ from what the table has for them."""
        texts = {option.name: self._text(option) for option in self._table.trained}
        usual = {option.name: option.format(option.default) for option in self._table.trained} | self._derived
        return {name: text for name, text in texts.items() if text != usual[name]}

    def _derive(self) -> None:
        """Let values that follow from others follow them, where the user has not changed them."""
        chosen = self._changed()
        try:
            config = self._table.complete(self._table.parse(chosen))
        except (ConfigError, InputError):
            return
        for option in self._table.trained:
            if option.name in self._derived and option.name not in chosen:
                self._derived[option.name] = option.format(config[option.name])
                self._show(option, config[option.name])

    def _show(self, option: ConfigOption, value: Any) -> None:
        """Show a number, or a list of numbers."""
        field = self.fields[option.name]
        with QSignalBlocker(field):
            if isinstance(field, NumberField):
                field.setValue(value)
            elif isinstance(field, QLineEdit):
                field.setText(option.format(value))

    def _text(self, option: ConfigOption) -> str:
        field = self.fields[option.name]
        if isinstance(field, Switch):
            return option.format(field.isChecked())
        if isinstance(field, QComboBox):
            return field.currentText()
        if isinstance(field, NumberField):
            return option.format(field.value())
        assert isinstance(field, QLineEdit)
        return ",".join(part.strip() for part in field.text().split(","))

    def _label_cell(self, name: str, field: QWidget) -> QWidget:
        cell = QWidget()
        row = QHBoxLayout(cell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        label = QLabel(name)
        label.setBuddy(field)
        label.setMinimumWidth(self._label_width)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(label)
        row.addWidget(field, 1)
        return cell


def _has_label(option: ConfigOption) -> bool:
    """Whether the field has its name beside it; others show it inside."""
    return not isinstance(option.default, bool) and (bool(option.choices) or isinstance(option.default, list))

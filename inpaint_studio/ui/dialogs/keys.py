"""The F1 sheet: all keys, made from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.actions import SECTIONS, Entry
from inpaint_studio.ui.dialogs.scrolling import ScrollingDialog
from inpaint_studio.ui.panels.section import soft_label

_NOTE = mark("Single keys do not act while a number is being typed. Shift+Tab leaves the photo.")


class KeysDialog(ScrollingDialog):
    """All keys in columns, by menu: as few columns as the height of the screen allows, as many as fit its width."""

    def __init__(self, table: list[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("All keys"))
        self.rows: list[tuple[str, str]] = []  # what the sheet lists: text, keys
        by_section = {section: [row for row in table if row.section == section and row.keys] for section in SECTIONS}
        parts = [self._section(section, rows) for section, rows in by_section.items() if rows]
        columns = self.in_columns(parts)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(soft_label(tr(_NOTE), wrap=True), 1)
        self.edit_keys = make_keys_button()
        foot.addWidget(self.edit_keys)
        foot.addWidget(buttons)
        self.lay_out(columns, foot, spacing=20)
        self.area.setAccessibleName(tr("All keys"))
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that keys scroll it

    def _section(self, section: str, rows: list[Entry]) -> QWidget:
        """Make the heading of a menu with its keys below."""
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        heading = QLabel(tr(section))
        heading.setProperty("heading", "true")
        column.addWidget(heading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        for line, row in enumerate(rows):
            text = row.text.removesuffix("...")
            name = QLabel(text)
            name.setProperty("soft", "true")
            grid.addWidget(name, line, 0)
            grid.addWidget(_caps(row.key_names), line, 1, Qt.AlignmentFlag.AlignRight)
            self.rows.append((text, row.key_text))
        column.addLayout(grid)
        return part


def make_keys_button() -> QPushButton:
    """Make the button that leads to the editor of keys."""
    button = QPushButton(tr("Change keys..."))
    button.setToolTip(tr("Choose the keys of the actions"))
    button.setAutoDefault(False)
    return button


def _caps(keys: tuple[str, ...]) -> QWidget:
    """Make key caps for keys, with a small "or" between alternatives."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    for index, key in enumerate(keys):
        if index:
            row.addWidget(soft_label(tr("or")))
        cap = QLabel(key)
        cap.setProperty("key", "true")
        row.addWidget(cap)
    return holder

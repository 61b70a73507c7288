"""The F1 sheet: all keys, made from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from inpaint_studio.ui.actions import SECTIONS, Entry
from inpaint_studio.ui.dialogs.scrolling import ScrollingDialog
from inpaint_studio.ui.panels.section import soft_label

_COLUMNS = (("File", "Suggest", "Fill"), ("Tools", "Help"), ("Edit", "Model", "View"))
_FEW_COLUMNS = (("File", "Suggest", "Fill", "View"), ("Tools", "Edit", "Model", "Help"))
_NARROW = 1260  # px: a narrower screen has no room for three columns


class KeysDialog(ScrollingDialog):
    """All keys in three columns, by menu; in two, which scroll, on a narrow screen."""

    def __init__(self, table: list[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("All keys")
        self.rows: list[tuple[str, str]] = []  # what the sheet lists: text, keys
        columns = QHBoxLayout()
        columns.setSpacing(28)
        narrow = self.screen().availableGeometry().width() < _NARROW
        for sections in _FEW_COLUMNS if narrow else _COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(6)
            for section in sections:
                self._add_section(column, section, [row for row in table if row.section == section and row.keys])
            column.addStretch(1)
            columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(soft_label("Single keys do not act while a number is being typed. Shift+Tab leaves the photo."))
        foot.addWidget(buttons)
        self.lay_out(columns, foot, spacing=20)
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # so that keys scroll it

    def _add_section(self, column: QVBoxLayout, section: str, rows: list[Entry]) -> None:
        if not rows:
            return
        heading = QLabel(section)
        heading.setProperty("heading", "true")
        heading.setContentsMargins(0, 12 if column.count() else 0, 0, 4)
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
            grid.addWidget(_caps(row.key_text), line, 1, Qt.AlignmentFlag.AlignRight)
            self.rows.append((text, row.key_text))
        column.addLayout(grid)


def _caps(keys: str) -> QWidget:
    """Make key caps for keys, with a small "or" between alternatives."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    for index, key in enumerate(keys.split(" or ")):
        if index:
            row.addWidget(soft_label("or"))
        cap = QLabel(key)
        cap.setProperty("key", "true")
        row.addWidget(cap)
    return holder


for _columns in (_COLUMNS, _FEW_COLUMNS):
    assert {section for sections in _columns for section in sections} == set(SECTIONS)

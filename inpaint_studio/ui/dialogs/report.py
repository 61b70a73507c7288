"""The dialog with the report of a fault."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from inpaint_studio import fault_reports
from inpaint_studio.texts import tr
from inpaint_studio.ui.screen_room import FittingDialog


class ReportDialog(FittingDialog):
    """Shows the text of a report and where it lies; it can be copied, or deleted with its file."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Report of a fault"))
        self.setMinimumSize(640, 440)
        about = QLabel(
            tr("This helps to find the fault. It holds no picture and no name of a file. Nothing is sent by itself.")
        )
        about.setWordWrap(True)
        self.text = QPlainTextEdit(fault_reports.read(path))
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(tr("Report"))
        place = QLabel(tr("File: {path}", path=path))
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        place.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = self.buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        self.delete = self.buttons.addButton(tr("Delete"), QDialogButtonBox.ButtonRole.DestructiveRole)
        self.copy.clicked.connect(self._copy)
        self.delete.clicked.connect(self._delete)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for part in (about, self.text, place, self.buttons):
            column.addWidget(part)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def _delete(self) -> None:
        fault_reports.delete(self._path)
        self.accept()

"""A line for the path of a folder or file: typed, chosen in a dialog, or dropped on it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from inpaint_studio.engine.photo import formats
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.text_field import TextField


class PathField(QWidget):
    """`changed` is emitted when the path has changed. An empty line stands for no path."""

    changed = Signal()

    def __init__(self, name: str, empty: str = "", files: bool = False) -> None:
        """`name` is what it holds, `empty` is shown where it is empty, and with `files` a file may be chosen, too."""
        super().__init__()
        self._name, self._last = name, ""
        self.native = True  # the desktop's own file dialogs
        self.line = TextField()
        self.line.setPlaceholderText(empty)
        self.line.setAccessibleName(name)
        self.line.setFixedHeight(theme.FIELD_HEIGHT)
        self.line.editingFinished.connect(self._take_line)
        self.line.setAcceptDrops(False)
        self.setAcceptDrops(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GRID)
        row.addWidget(self.line, 1)
        self.folder = self._button(tr("Folder..."), QFileDialog.FileMode.Directory)
        row.addWidget(self.folder)
        if files:
            self.file = self._button(tr("File..."), QFileDialog.FileMode.ExistingFile)
            row.addWidget(self.file)

    @property
    def path(self) -> Path | None:
        """The path; None where there is none."""
        text = self.line.text().strip()
        return Path(text).expanduser() if text else None

    def take(self, path: Path) -> None:
        """Show another path."""
        self.line.setText(str(path))
        self._take_line()

    def _button(self, text: str, mode: QFileDialog.FileMode) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setAccessibleName(f"{self._name}: {text.removesuffix('...')}")
        button.clicked.connect(lambda: self._show_dialog(mode))
        return button

    def _show_dialog(self, mode: QFileDialog.FileMode) -> None:
        start = self.path if self.path is not None and self.path.exists() else Path.home()
        dialog = QFileDialog(self, self._name, str(start))
        dialog.setFileMode(mode)
        if mode == QFileDialog.FileMode.Directory:
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setNameFilter(formats.dialog_filter(tr("Images"), formats.FORMATS))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native)
        dialog.fileSelected.connect(lambda chosen: self.take(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_line(self) -> None:
        if self.line.text().strip() != self._last:
            self._last = self.line.text().strip()
            self.changed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _find_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _find_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.take(path)


def _find_path(event: QDropEvent) -> Path | None:
    return next((Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()), None)

"""A list whose last entry is a folder of the user's own, chosen in a dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QSizePolicy


class OwnFolderField(QComboBox):
    """Chooses an entry or a folder; `changed` is emitted when the user has chosen another one."""

    changed = Signal()

    def __init__(self, name: str, tip: str, own: str, chosen: str, title: str) -> None:
        """`own` is the last entry, `chosen` the same with the name of a folder for ``{}``, `title` the dialog's."""
        super().__init__()
        self.path: Path | None = None  # None: another entry is chosen
        self.native = True  # the desktop's own file dialogs
        self._own, self._chosen, self._title = own, chosen, title
        self._before, self._last = 0, 0
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._on_activated)

    def finish(self) -> None:
        """Add the last entry, after all others."""
        self.insertSeparator(self.count())
        self.addItem(self._own)
        self._last = self.count() - 1

    def take(self, folder: Path) -> None:
        """Use `folder`."""
        self.path = folder
        self.setItemText(self._last, self._chosen.format(folder.name or folder))
        self.setItemData(self._last, str(folder), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self._last)
        self._before = self._last
        self.changed.emit()

    def _on_activated(self, index: int) -> None:
        if index == self._last:
            self.setCurrentIndex(self._before)  # until a folder is chosen
            self._show_dialog()
            return
        self._before = index
        if self.path is not None:
            self.path = None
            self.setItemText(self._last, self._own)
        self.changed.emit()

    def _show_dialog(self) -> None:
        start = self.path if self.path is not None and self.path.is_dir() else Path.home()
        dialog = QFileDialog(self.window(), self._title, str(start))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native)
        dialog.fileSelected.connect(lambda chosen: self.take(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

"""The field under More for the holes to train on: the paper's, a set by name, or mask files of the user's own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QSizePolicy

from inpaint_studio.protocol.request import HOLES

_OWN = "Mask files of your own..."
_TIP = "The shapes that are cut out of your photos, to learn filling them"


class HolesField(QComboBox):
    """Chooses the holes; `changed` is emitted when the user has chosen others."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.masks: Path | None = None  # the folder of mask files, where these are chosen
        self.native = True  # the desktop's own file dialogs
        self._before = 0
        self.addItem("As in the paper", None)
        for name in HOLES:
            self.addItem(name.replace("-", " ").capitalize().replace("Lama", "LaMa"), name)
        self.insertSeparator(self.count())
        self.addItem(_OWN)
        self._last = self.count() - 1
        self.setAccessibleName("Holes")
        self.setToolTip(_TIP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._on_activated)

    @property
    def name(self) -> str | None:
        """The chosen set of holes; None: the paper's, or mask files."""
        chosen = self.currentData()
        return chosen if isinstance(chosen, str) else None

    def take(self, folder: Path) -> None:
        """Use the mask files of `folder`."""
        self.masks = folder
        self.setItemText(self._last, f"Masks in {folder.name or folder}")
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
        if self.masks is not None:
            self.masks = None
            self.setItemText(self._last, _OWN)
        self.changed.emit()

    def _show_dialog(self) -> None:
        start = self.masks if self.masks is not None and self.masks.is_dir() else Path.home()
        dialog = QFileDialog(self.window(), "Choose the folder of masks, white in the hole", str(start))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native)
        dialog.fileSelected.connect(lambda chosen: self.take(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

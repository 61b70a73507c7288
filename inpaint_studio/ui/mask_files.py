"""Import, drop and export masks: the dialogs, and the questions about masks that do not fit."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from inpaint_studio.session.mask_importer import MaskFile
from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui.dialogs.mask import InvertChoice, InvertDialog, TurnDialog
from inpaint_studio.ui.files import Files, Kinds, add_suffix

MASKS: Kinds = {"Mask (*.png)": (".png",)}


class MaskActions(QObject):
    """The part of the window that reads and writes masks. Nothing here blocks."""

    def __init__(self, window: QWidget, session: Session, files: Files) -> None:
        super().__init__(window)
        self._window, self._session, self._files = window, session, files
        session.hole.masks.arrived.connect(self._on_arrived)
        files.mask_dropped.connect(self.import_path)

    def import_mask(self) -> None:
        """Show the dialog to choose a mask file."""
        self._files.import_dialog(tr("Import mask"), self.import_path)

    def import_path(self, path: Path) -> None:
        """Read this mask and add it to the hole, after the questions about it."""
        self._session.hole.masks.read(path)

    def export_mask(self) -> None:
        """Show the dialog to save the hole as a mask."""
        photo = self._session.document.photo
        if photo is None:
            return
        name = f"{photo.path.stem if photo.path is not None else 'picture'}-mask.png"
        dialog = self._files.save_dialog(tr("Export mask"), self._files.folder() / name, MASKS, ".png")
        dialog.fileSelected.connect(
            lambda chosen: self._session.hole.masks.save(add_suffix(Path(chosen), dialog, MASKS))
        )
        dialog.open()

    def _on_arrived(self, mask: MaskFile) -> None:
        """Ask what is doubtful, one question after the other; then add the mask."""
        if mask.hint is not None:
            self._ask_turn(mask)
        elif mask.inverted:
            self._ask_invert(mask)
        else:
            self._session.hole.masks.add(mask)

    def _ask_turn(self, mask: MaskFile) -> None:
        assert mask.hint is not None
        dialog = TurnDialog(mask.name, mask.hint, dict(zip(mask.turns, mask.previews, strict=True)), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_finished() -> None:
            if dialog.turn is not None:
                self._on_arrived(self._session.hole.masks.turn(mask, dialog.turn))

        dialog.finished.connect(on_finished)
        dialog.open()

    def _ask_invert(self, mask: MaskFile) -> None:
        dialog = InvertDialog(mask.name, mask.share, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def on_finished() -> None:
            if dialog.choice is InvertChoice.INVERT:
                self._on_arrived(self._session.hole.masks.invert(mask))
            elif dialog.choice is InvertChoice.KEEP:
                self._on_arrived(mask._replace(inverted=False))

        dialog.finished.connect(on_finished)
        dialog.open()

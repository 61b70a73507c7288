"""The field for the folder of photos: dropped or chosen, with a note on the photos found in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QStandardPaths, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.engine.photo import formats
from inpaint_studio.session.training.controller import TrainingController
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.panels.section import reserved_label

if TYPE_CHECKING:
    from inpaint_studio.engine.photo.folder import Survey

_EMPTY = mark("Drop a folder of your photos here")
_KINDS = mark("{names} and more; folders within it are searched too.")
_MAX_REASONS = 12  # listed in the tool tip


class FolderField(QWidget):
    """Shows the folder; `changed` is emitted when the folder or the photos found in it have changed."""

    changed = Signal()

    def __init__(self, training: TrainingController) -> None:
        super().__init__()
        self._training = training
        self.folder: Path | None = None
        self.found: Survey | None = None
        self.native = True  # the desktop's own file dialogs
        self.setObjectName("droparea")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Folder of photos"))
        sign = icons.Sign(24, icons.icon("folder-open", theme.SOFT))
        self._title = QLabel(tr(_EMPTY))
        self._title.setProperty("heading", "true")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setMinimumWidth(64)
        self.note = reserved_label(2, tr(_KINDS, names=", ".join(each.title for each in formats.FORMATS[:4])))
        self.choose = QPushButton(tr("Choose folder..."))
        self.choose.setToolTip(tr("Choose the folder that holds your photos"))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._show_dialog)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._title)
        texts.addWidget(self.note)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(texts, 1)
        row.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignVCenter)
        training.photos.progressed.connect(self._on_survey_progress)
        training.photos.surveyed.connect(self._on_surveyed)
        training.photos.unusable.connect(self._on_unusable)

    @property
    def usable(self) -> bool:
        """Whether the folder has photos to learn from."""
        return self.found is not None and bool(self.found.photos or self.found.shards)

    def take(self, folder: Path) -> None:
        """Use `folder`, and find its photos in the background."""
        self.folder, self.found = folder, None
        self._show_title()
        self._show_note(tr("Looking through it…"))
        self._training.photos.survey(folder)
        self.changed.emit()

    def _show_dialog(self) -> None:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        start = self.folder if self.folder is not None else Path(pictures)
        dialog = QFileDialog(self, tr("Choose the folder of photos"), str(start if start.is_dir() else Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog, not self.native)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.take(Path(chosen)))
        dialog.open()

    # Photos found

    def _on_survey_progress(self, note: str) -> None:
        if self.found is None and self.folder is not None:
            self._show_note(f"{note}…")

    def _on_surveyed(self, folder: Path, found: Survey) -> None:
        if folder != self.folder:
            return
        self.found = found
        self._show_note(_describe(found), found)
        self.changed.emit()

    def _on_unusable(self, folder: Path, sentence: str) -> None:
        if folder == self.folder:
            self._show_note(sentence)
            self.changed.emit()

    def _show_note(self, text: str, found: Survey | None = None) -> None:
        self.note.setText(text)
        reasons = [reason for _, reason in found.skipped[:_MAX_REASONS]] if found is not None else []
        more = len(found.skipped) - len(reasons) if found is not None else 0
        self.note.setToolTip("\n".join([*reasons, tr("and {more} more", more=more)] if more else reasons))
        self.setAccessibleDescription(text)

    def _show_title(self) -> None:
        text = tr(_EMPTY) if self.folder is None else str(self.folder)
        metrics = QFontMetrics(self._title.font())
        self._title.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, self._title.width()))
        self._title.setToolTip("" if self.folder is None else text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_title()

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if find_folder(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._highlight(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._highlight(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._highlight(False)
        folder = find_folder(event.mimeData())
        if folder is not None:
            event.acceptProposedAction()
            self.take(folder)

    def _highlight(self, on: bool) -> None:
        self.setProperty("over", "true" if on else "false")
        self.style().unpolish(self)
        self.style().polish(self)


def find_folder(data: QMimeData) -> Path | None:
    """Find the first folder in the dragged data."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.is_dir()), None)


def _describe(found: Survey) -> str:
    from inpaint_studio.engine.photo.folder import FEW, LEAST

    usable, skipped = len(found.photos), len(found.skipped)
    if not usable and found.shards:
        count = len(found.shards)
        return tr(
            "{n} archives of photos (WebDataset) found; the photos in them are counted as the training begins.",
            count,
        )
    if not usable + skipped:
        return tr("There are no photos in it; choose another folder.")
    if not usable:
        return tr(
            "None of the {n} photos in it can be used: {reason}",
            skipped,
            reason=found.skipped[0][1],
        )
    text = tr("{n} photos found, all usable.", usable)
    if skipped:
        text = tr(
            "{n} photos found, {usable} usable, {skipped} skipped (broken or under {least} px).",
            usable + skipped,
            usable=usable,
            skipped=skipped,
            least=LEAST,
        )
    if usable < FEW:
        text += tr(
            " That is few: it may get better on these photos alone. {few} or more of the same kind would help.", few=FEW
        )
    return text

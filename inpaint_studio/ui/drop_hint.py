"""Says over the photo, while a file or an image is dragged over the window, what letting go would do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inpaint_studio.session.mask_importer import MaskImporter
from inpaint_studio.session.project import is_project
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.files import WEIGHTS, first_to_open, local_files

_INSET = theme.GRID  # px from the edge of the photo's area to the frame
_PILL = 40  # px: height of the ground of the text
_PADDING = 20  # px beside the text
_WEIGHT_SUFFIXES = frozenset(part.removeprefix("*") for part in WEIGHTS[WEIGHTS.index("(") + 1 : -1].split())


class DropHint(QWidget):
    """A frame round the photo's area with a sentence in its middle; it lets the mouse and the drag through."""

    def __init__(self, over: QWidget, masks: MaskImporter) -> None:
        super().__init__(over)
        self._over, self._masks = over, masks
        self.text = ""
        self._mask: Path | None = None  # the image that may be a mask for the photo, while that is found out
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self.hide()

    def show_for(self, data: QMimeData) -> None:
        """Show what letting go of `data`, which holds a file or an image, would do."""
        files = local_files(data)
        image = first_to_open(files)
        self._mask = image
        if image is not None:
            self._show(tr("Let go to open {name}", name=image.name))
            if not is_project(image):
                self._masks.find_out(image, lambda is_mask: self._on_found(image, is_mask))
        elif not files:
            self._show(tr("Let go to open this picture"))
        elif all(file.suffix.lower() in _WEIGHT_SUFFIXES for file in files):
            self._show(tr("Let go to import these weights"))
        else:
            self._show(tr("Let go to open {name}", name=files[0].name))

    def leave(self) -> None:
        """Hide the hint: the drag has ended, or has left the window."""
        self._mask = None
        self.hide()

    def _on_found(self, image: Path, is_mask: bool) -> None:
        if is_mask and image is self._mask:
            self._show(tr("Let go to add {name} to the hole", name=image.name))

    def _show(self, text: str) -> None:
        self.text = text
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.FIELD)
        ground.setAlpha(90)
        frame = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        qpainter.setPen(QPen(QColor(theme.ACCENT), 2))
        qpainter.setBrush(ground)
        qpainter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        metrics = self.fontMetrics()
        room = round(frame.width()) - 4 * _PADDING
        text = metrics.elidedText(self.text, Qt.TextElideMode.ElideMiddle, room)
        pill = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * _PADDING, _PILL)
        pill.moveCenter(frame.center())
        ground.setAlpha(235)
        qpainter.setPen(QPen(QColor(theme.EDGE), 1))
        qpainter.setBrush(ground)
        qpainter.drawRoundedRect(pill, _PILL / 2, _PILL / 2)
        qpainter.setPen(QColor(theme.TEXT))
        qpainter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

"""Held-out photos of the user: each with its hole, as it was filled at the start, and as it is filled now."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from inpaint_studio.protocol.run_folder import SAMPLE_ROLES
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.section import soft_label

Row = dict[str, QImage]

_CAPTIONS = {"original": mark("Photo"), "hole": mark("Hole"), "before": mark("Before"), "now": mark("Now")}
_GAP = theme.GRID
_MAX_SIDE = 2048  # px: larger images are not read


class SampleGrid(QWidget):
    """The images, a row for each photo, as large as the width allows."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(tr("Photos kept back"))

    def show_rows(self, rows: list[Row]) -> None:
        """Show these images."""
        resized = len(rows) != len(self.rows)
        self.rows = rows
        self.setAccessibleDescription(tr("{count} photos: original, hole, before and now", count=len(rows)))
        if resized:
            self.updateGeometry()
        self.update()

    def heightForWidth(self, width: int) -> int:
        return len(self.rows) * (self._cell(width) + _GAP)

    def sizeHint(self) -> QSize:
        return QSize(4 * 96 + 3 * _GAP, 2 * 96)

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * 48 + 3 * _GAP, 0)

    @staticmethod
    def _cell(width: int) -> int:
        return max(1, (width - (len(SAMPLE_ROLES) - 1) * _GAP) // len(SAMPLE_ROLES))

    def column(self, number: int) -> tuple[int, int]:
        """The left edge of a column, and its width, px."""
        cell = self._cell(self.width())
        return number * (cell + _GAP), cell

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cell = self._cell(self.width())
        for number, row in enumerate(self.rows):
            for column, role in enumerate(SAMPLE_ROLES):
                place = QRect(column * (cell + _GAP), number * (cell + _GAP), cell, cell)
                if not place.intersects(event.rect()):
                    continue
                qpainter.fillRect(place, QColor(theme.FIELD))
                image = row.get(role)
                if image is not None and not image.isNull():
                    qpainter.drawImage(QRectF(place), image)


class SampleView(QWidget):
    """The grid with captions above it; it scrolls where there is little room. Images are read in the background."""

    def __init__(self, background: Lane) -> None:
        super().__init__()
        self._background = background
        self._read_before: dict[Path, QImage] = {}
        self.grid = SampleGrid()
        heads = QWidget()
        self.captions = [soft_label(tr(_CAPTIONS[role])) for role in SAMPLE_ROLES]
        for label in self.captions:
            label.setParent(heads)
        heads.setFixedHeight(self.captions[0].sizeHint().height())
        self.grid.resized.connect(self._place_captions)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(tr("Photos kept back"))
        area.setObjectName("samples")
        area.setWidget(self.grid)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GRID)
        whole.addWidget(heads)
        whole.addWidget(area, 1)
        self._area = area
        area.verticalScrollBar().rangeChanged.connect(self._let_scroll)

    def _place_captions(self) -> None:
        """Put each caption above its column, which a scroll bar makes narrower."""
        for number, label in enumerate(self.captions):
            left, width = self.grid.column(number)
            label.setGeometry(self.grid.mapTo(self, QPoint(left, 0)).x(), 0, width, label.sizeHint().height())

    def _let_scroll(self, _low: int, high: int) -> None:
        """Accept the focus, for the arrow keys, only if there is something to scroll."""
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus if high else Qt.FocusPolicy.NoFocus)

    def show_samples(self, samples: list[dict[str, Path]]) -> None:
        """Read these images and show them; only those of "now" are read again."""
        before = dict(self._read_before)

        def read() -> list[Row]:
            rows = []
            for sample in samples:
                row = {}
                for role, path in sample.items():
                    image = before.get(path) if role != "now" else None
                    row[role] = _read(path) if image is None or image.isNull() else image
                rows.append(row)
            return rows

        def done(rows: list[Row]) -> None:
            for sample, row in zip(samples, rows, strict=True):
                self._read_before |= {path: row[role] for role, path in sample.items() if role != "now"}
            self.grid.show_rows(rows)

        self._background.run(read, done)

    def clear(self) -> None:
        """Forget the images of the last training."""
        self._read_before = {}
        self.grid.show_rows([])


def _read(path: Path) -> QImage:
    reader = QImageReader(str(path), b"png")
    if max(reader.size().width(), reader.size().height()) > _MAX_SIDE:
        return QImage()
    return reader.read()

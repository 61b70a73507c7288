"""The panel with the fills of the newest hole, to choose among them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.session.session import Session
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.section import soft_label

_SHOWN = 4  # thumbnails side by side
_SIDE = 58  # px
_GAP = 8
_PIXEL_DENSITY = 3  # image px for each logical px of a thumbnail, for screens of high density


class Thumbnail(QAbstractButton):
    """One candidate: the filled hole with its surroundings."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.setFixedSize(_SIDE, _SIDE)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 4, 4)
        qpainter.fillPath(shape, QColor(theme.FIELD))
        if self.image is not None:
            qpainter.save()
            qpainter.setClipPath(shape)
            qpainter.drawImage(frame, self.image)
            qpainter.restore()
        edge = theme.ACCENT if self.isChecked() else theme.TEXT if self.hasFocus() else theme.EDGE
        qpainter.setPen(QPen(QColor(edge), 2 if self.isChecked() or self.hasFocus() else 1))
        qpainter.drawPath(shape)


class CandidatesPanel(QWidget):
    """The candidates as thumbnails; where there are many, those near the one in the photo."""

    done = Signal()
    described = Signal(str)  # a text: which candidate is in the photo

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._images: dict[int, tuple[object, QImage]] = {}  # by id(); keeping the candidate keeps its id unique
        self._first = 0
        self._text = ""
        self._empty = soft_label("Fills of the same hole are kept here,\nto choose among them.")
        self.thumbnails = [Thumbnail() for _ in range(_SHOWN)]
        strip = QWidget()
        strip.setFixedHeight(_SIDE)
        strip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for place, thumbnail in enumerate(self.thumbnails):
            thumbnail.clicked.connect(lambda _=False, place=place: self._on_clicked(place))
            row.addWidget(thumbnail)
        row.addWidget(self._empty)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(strip)
        session.fills.candidatesChanged.connect(self._show)
        self._show(session.fills.candidate_index, session.fills.candidate_count)

    @property
    def text(self) -> str:
        """A text that says which candidate is in the photo, or ""."""
        return self._text

    def _show(self, index: int, count: int) -> None:
        candidates = self._session.fills.candidates
        self._images = {key: held for key, held in self._images.items() if any(held[0] is c for c in candidates)}
        if count and id(candidates[index]) not in self._images:
            self._images[id(candidates[index])] = (candidates[index], self._render_hole())
        self._first = max(0, min(index - _SHOWN // 2, count - _SHOWN))
        for place, thumbnail in enumerate(self.thumbnails):
            number = self._first + place
            thumbnail.setVisible(number < count)
            if number < count:
                held = self._images.get(id(candidates[number]))
                thumbnail.image = held[1] if held else None
                thumbnail.setChecked(number == index)
                seed = candidates[number].seed
                thumbnail.setToolTip(f"Candidate {number + 1}, seed {seed} (, and . step)")
                thumbnail.setAccessibleName(f"Candidate {number + 1}, seed {seed}")
            thumbnail.update()
        self._empty.setVisible(not count)
        self._text = f"{index + 1} of {count}, seed {candidates[index].seed}" if count else ""
        self.described.emit(self._text)

    def _on_clicked(self, place: int) -> None:
        number = self._first + place
        self.thumbnails[place].setChecked(True)
        self._session.fills.show_candidate(number)
        self.done.emit()

    def _render_hole(self) -> QImage:
        """Render a square image of the newest hole with some of its surroundings, as the photo is now."""
        photo = self._session.document.raster(PHOTO)
        box = self._session.fills.last_box
        if box is None:
            return QImage()
        square = _square(box, photo.shape[0], photo.shape[1])
        step = max(1, min(square.height, square.width) // (_SIDE * _PIXEL_DENSITY))
        part = np.ascontiguousarray(photo[square.slices][::step, ::step, :3])
        height, width = part.shape[:2]
        return QImage(part.data, width, height, 3 * width, QImage.Format.Format_RGB888).scaled(
            _SIDE * _PIXEL_DENSITY,
            _SIDE * _PIXEL_DENSITY,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )


def _square(box: Box, height: int, width: int) -> Box:
    """Make a square round `box` with a fifth more on every side, moved into the photo and clipped to it."""
    side = round(1.4 * max(box.height, box.width, 8))
    top = (box.top + box.bottom - side) // 2
    left = (box.left + box.right - side) // 2
    top = max(0, min(top, height - side))
    left = max(0, min(left, width - side))
    return Box(top, left, top + side, left + side).clip(height, width)

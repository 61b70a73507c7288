"""The panel that shows the fills of the hole filled last, to choose among them."""

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
_SHARP = 3  # thumbnail pixels for each px of its side, for screens of high density


class Thumbnail(QAbstractButton):
    """One candidate: what stands in its hole now."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.setFixedSize(_SIDE, _SIDE)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 4, 4)
        painter.fillPath(shape, QColor(theme.FIELD))
        if self.image is not None:
            painter.save()
            painter.setClipPath(shape)
            painter.drawImage(frame, self.image)
            painter.restore()
        edge = theme.ACCENT if self.isChecked() else theme.TEXT if self.hasFocus() else theme.EDGE
        painter.setPen(QPen(QColor(edge), 2 if self.isChecked() or self.hasFocus() else 1))
        painter.drawPath(shape)


class CandidatesPanel(QWidget):
    """The candidates as thumbnails, those round the one in effect where there are many."""

    done = Signal()
    told = Signal(str)  # which one is in effect

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._images: dict[int, tuple[object, QImage]] = {}  # by id; holding the candidate keeps its id
        self._first = 0
        self._words = ""
        self._empty = soft_label("Fills of the same hole are kept here,\nto choose among them.")
        self.thumbnails = [Thumbnail() for _ in range(_SHOWN)]
        strip = QWidget()
        strip.setFixedHeight(_SIDE)
        strip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for place, thumbnail in enumerate(self.thumbnails):
            thumbnail.clicked.connect(lambda _=False, place=place: self._clicked(place))
            row.addWidget(thumbnail)
        row.addWidget(self._empty)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(strip)
        session.fills.candidatesChanged.connect(self._show)
        self._show(session.fills.candidate_index, session.fills.candidate_count)

    @property
    def words(self) -> str:
        """Which one is in effect, in words."""
        return self._words

    def _show(self, index: int, count: int) -> None:
        candidates = self._session.fills.candidates
        self._images = {key: held for key, held in self._images.items() if any(held[0] is c for c in candidates)}
        if count and id(candidates[index]) not in self._images:
            self._images[id(candidates[index])] = (candidates[index], self._look_at_hole())
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
        self._words = f"{index + 1} of {count}, seed {candidates[index].seed}" if count else ""
        self.told.emit(self._words)

    def _clicked(self, place: int) -> None:
        number = self._first + place
        self.thumbnails[place].setChecked(True)
        self._session.fills.show_candidate(number)
        self.done.emit()

    def _look_at_hole(self) -> QImage:
        """A square picture of the hole filled last with a little of its surroundings, as the photo is now."""
        photo = self._session.document.raster(PHOTO)
        box = self._session.fills.last_box
        if box is None:
            return QImage()
        square = _square(box, photo.shape[0], photo.shape[1])
        step = max(1, min(square.height, square.width) // (_SIDE * _SHARP))
        part = np.ascontiguousarray(photo[square.slices][::step, ::step, :3])
        height, width = part.shape[:2]
        return QImage(part.data, width, height, 3 * width, QImage.Format.Format_RGB888).scaled(
            _SIDE * _SHARP,
            _SIDE * _SHARP,
            Qt.AspectRatioMode.KeepAspectRatioByExpanding,
            Qt.TransformationMode.SmoothTransformation,
        )


def _square(box: Box, height: int, width: int) -> Box:
    """A square round `box` with a fifth more on every side, moved into the photo and cut to it."""
    side = round(1.4 * max(box.height, box.width, 8))
    top = (box.top + box.bottom - side) // 2
    left = (box.left + box.right - side) // 2
    top = max(0, min(top, height - side))
    left = max(0, min(left, width - side))
    return Box(top, left, top + side, left + side).clip(height, width)

"""The panel with the candidates of the newest fill in effect: choose among them, keep and delete them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.candidates import Candidate
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.session.session import Session
from inpaint_studio.ui import theme
from inpaint_studio.ui.elided_label import ElidedLabel
from inpaint_studio.ui.panels.section import make_soft, soft_label

_SHOWN = 4  # thumbnails side by side
_SIDE = 58  # px
_GAP = 8
_PIXEL_DENSITY = 3  # image px for each logical px of a thumbnail, for screens of high density


class Thumbnail(QAbstractButton):
    """One candidate: the filled hole with its surroundings."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.kept = False
        self.shift = False  # held while the button is clicked by the mouse
        self.setFixedSize(_SIDE, _SIDE)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)
        self.shift = False

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
        if self.kept:  # a dot in the corner
            qpainter.setPen(QPen(QColor(theme.FIELD), 1))
            qpainter.setBrush(QColor(theme.ACCENT))
            qpainter.drawEllipse(QRectF(frame.right() - 12, frame.top() + 4, 8, 8))
            qpainter.setBrush(Qt.BrushStyle.NoBrush)
        edge = theme.ACCENT if self.isChecked() else theme.TEXT if self.hasFocus() else theme.EDGE
        qpainter.setPen(QPen(QColor(edge), 2 if self.isChecked() or self.hasFocus() else 1))
        qpainter.drawPath(shape)


class CandidatesPanel(QWidget):
    """The candidates as thumbnails; where there are many, those near the one in the photo."""

    done = Signal()
    all_models_requested = Signal()
    compare_requested = Signal(int)  # with the candidate of that index
    described = Signal(str)  # a text: which candidate is in the photo

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._images: dict[int, tuple[object, QImage]] = {}  # by id(); keeping the candidate keeps its id unique
        self._first = 0
        self._text = self._details = ""
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
        self.details = ElidedLabel(120)
        make_soft(self.details)
        self.keep = self._button("Keep", "Keep this candidate however many others come")
        self.keep.setCheckable(True)
        self.keep.clicked.connect(self._on_keep)
        self.delete = self._button("Delete", "Delete this candidate; its neighbour takes its place")
        self.delete.clicked.connect(self._on_delete)
        buttons = QHBoxLayout()
        buttons.setSpacing(_GAP)
        self.all_models = self._button("All models", "Fill with every model that is ready (Ctrl+Shift+Enter)")
        self.all_models.setAccessibleName("Fill with all models")
        self.all_models.clicked.connect(self.all_models_requested)
        session.queue.changed.connect(self._show_queue)
        for button in (self.keep, self.delete, self.all_models):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(strip)
        column.addWidget(self.details)
        column.addLayout(buttons)
        session.models.changed.connect(self._show_again)  # titles
        session.fills.candidatesChanged.connect(self._show)
        self._show(session.fills.candidate_index, session.fills.candidate_count)

    @property
    def text(self) -> str:
        """A text that says which candidate is in the photo, or ""."""
        return self._text

    def _show(self, index: int, count: int) -> None:
        candidates = self._session.fills.candidates
        self._images = {key: held for key, held in self._images.items() if any(held[0] is c for c in candidates)}
        self._first = max(0, min(index - _SHOWN // 2, count - _SHOWN))
        for place, thumbnail in enumerate(self.thumbnails):
            number = self._first + place
            thumbnail.setVisible(number < count)
            if number < count:
                candidate = candidates[number]
                if id(candidate) not in self._images:
                    self._images[id(candidate)] = (candidate, self._render_hole(number))
                thumbnail.image = self._images[id(candidate)][1]
                thumbnail.kept = candidate.kept
                thumbnail.setChecked(number == index)
                name = f"Candidate {number + 1}: {self._describe(candidate)}"
                thumbnail.setToolTip(f"{name} (, and . step; Shift+click compares)")
                thumbnail.setAccessibleName(name)
            thumbnail.update()
        self._empty.setVisible(not count)
        self._text = f"{index + 1} of {count}, seed {candidates[index].seed}" if count else ""
        self.described.emit(self._text)
        self._details = self._describe(candidates[index]) if count else ""
        self._show_queue()
        self.keep.setEnabled(count > 0)
        self.keep.setChecked(count > 0 and candidates[index].kept)
        self.delete.setEnabled(count > 1)

    def _show_queue(self) -> None:
        queue = self._session.queue
        self.all_models.setText(f"Cancel {queue.text.split(':')[0]}" if queue.running else "All models")
        self.details.set_text(queue.text if queue.running else self._details)

    def _show_again(self) -> None:
        self._show(self._session.fills.candidate_index, self._session.fills.candidate_count)

    def _describe(self, candidate: Candidate) -> str:
        """Name the model, the seed and the time of a candidate, and what was done otherwise than usual."""
        filler = self._session.models.titles(candidate.filler)
        parts = (filler, f"seed {candidate.seed}", f"{candidate.seconds:.1f} s", *candidate.choices)
        return ", ".join(parts)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("low", "true")
        button.setToolTip(tip)
        button.setAccessibleName(f"{text} the candidate")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _on_keep(self, keep: bool) -> None:
        self._session.fills.keep_candidate(self._session.fills.candidate_index, keep)
        self.done.emit()

    def _on_delete(self) -> None:
        self._session.fills.delete_candidate(self._session.fills.candidate_index)
        self.done.emit()

    def _on_clicked(self, place: int) -> None:
        number = self._first + place
        if self.thumbnails[place].shift:
            self.compare_requested.emit(number)
        else:
            self._session.fills.show_candidate(number)
        self._show_again()  # the button has marked or unmarked itself
        self.done.emit()

    def _render_hole(self, number: int) -> QImage:
        """Render a square image of the hole with some of its surroundings, with that candidate in it."""
        photo = self._session.document.raster(PHOTO)
        box = self._session.fills.last_box
        if box is None:
            return QImage()
        square = _square(box, photo.shape[0], photo.shape[1])
        step = max(1, min(square.height, square.width) // (_SIDE * _PIXEL_DENSITY))
        picture = self._session.fills.picture(number, square)
        part = np.ascontiguousarray(picture[::step, ::step, :3])
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

"""Compare two candidates over the photo: the one in the photo at the left of a split, another one at the right.

A candidate can also be shown alone in place of the one in the photo, as long as the pointer rests on its thumbnail. In
the flow view all show where they came from, in the same colours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from inpaint_studio.engine.fill.request import Piece
from inpaint_studio.session.candidates import Candidate
from inpaint_studio.session.flow_export import flows_with
from inpaint_studio.session.session import Session
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.texts import tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.canvas import photo_layer
from inpaint_studio.ui.canvas.flow_layer import FlowColours, ImageLayer
from inpaint_studio.ui.canvas.modes import DIMMED, FLOW, StageImages, ViewModes
from inpaint_studio.ui.canvas.vector_overlays import DARK, LIGHT
from inpaint_studio.ui.canvas.viewport import Viewport

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.flow import Flow

_REACH = 8  # logical px: so near to the split the pointer takes hold of it
_GRIP = 9  # logical px: radius of its handle
_PAD = 6  # logical px round a label


class CompareView(QObject):
    """The other candidate, and the column at which the picture is split; follows undo and the choice of candidates."""

    updated = Signal()  # there is something new to paint
    changed = Signal(bool)  # it was switched on or off
    otherChanged = Signal(int)  # `other_index` is this one now

    def __init__(self, session: Session, views: ViewModes, background: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views, self._settings = views, session.settings
        self._colours = FlowColours(background, self)
        self._colours.ready.connect(self.updated)
        self._fills, self._document, self._models = session.fills, session.document, session.models
        self._images = StageImages(background, self, colours=session.document)
        self._images.ready.connect(self.updated)
        self._previews = StageImages(background, self, colours=session.document)
        self._previews.ready.connect(self.updated)
        self._other: Candidate | None = None
        self._previewed: Candidate | None = None  # is shown in place of the one in the photo
        self._shown: Candidate | None = None  # the one in the photo
        self._flow: Flow | None = None  # of the other; it stays unpacked while this refers to it
        self.split = 0.0  # image px from the left
        self._held = False
        session.fills.candidatesChanged.connect(self._follow)
        session.document.flowChanged.connect(self._show_flows)
        session.settings.changed.connect(self._show_flows)
        views.changed.connect(self._show_flows)

    @property
    def on(self) -> bool:
        """Whether two candidates are compared."""
        return self._other is not None

    @property
    def can_show(self) -> bool:
        """Whether there are two candidates to compare."""
        return self._fills.filled_hole is not None and self._fills.candidate_count > 1

    @property
    def other_index(self) -> int:
        """The index of the candidate at the right; -1 where nothing is compared."""
        return self._index_of(self._other)

    def _index_of(self, candidate: Candidate | None) -> int:
        return next((n for n, each in enumerate(self._fills.candidates) if each is candidate), -1)

    def show(self, on: bool, index: int | None = None) -> None:
        """Compare the candidate in the photo with that of `index` (default: its neighbour), or end it."""
        if not on or not self.can_show:
            self._set_other(None)
            return
        shown = self._fills.candidate_index
        if index is None:
            index = shown - 1 if shown else 1
        if index == shown or not 0 <= index < self._fills.candidate_count:
            return
        box = self._fills.last_box
        if not self.on and box is not None:
            self.split = (box.left + box.right) / 2
        self._shown = self._fills.shown
        self._set_other(self._fills.candidates[index])

    def _set_other(self, other: Candidate | None) -> None:
        was_on, before = self.on, self._other
        self._other, self._held = other, self._held and other is not None
        self._flow = None if other is None else other.flow
        if other is None:
            self._shown = None
        self._show_images(self._images, other)
        self._show_flows()
        if was_on != self.on:
            self.changed.emit(self.on)
        if other is not before:
            self.otherChanged.emit(self.other_index)
        self.updated.emit()

    def _show_images(self, images: StageImages, candidate: Candidate | None) -> None:
        hole = self._fills.filled_hole
        if candidate is None or hole is None:
            images.show([], None)
        else:
            tiles = zip(hole.tiles, candidate.patches, strict=True)
            images.show([Piece(tile, patch.pixels()[..., :3]) for tile, patch in tiles], candidate.hole)

    def preview(self, index: int) -> None:
        """Show the candidate of that index in place of the one in the photo, which stays there; -1 ends that."""
        there = 0 <= index < self._fills.candidate_count and self._fills.filled_hole is not None
        candidate = self._fills.candidates[index] if there else None
        if candidate is not self._previewed:
            self._previewed = candidate
            self._show_images(self._previews, candidate)
            self._show_flows()
            self.updated.emit()

    @Slot()
    def _follow(self) -> None:
        """The one at the right goes to the left where it was chosen: then the one before comes to the right."""
        if self._previewed is not None and self._index_of(self._previewed) < 0:
            self.preview(-1)
        if not self.on:
            return
        candidates, shown, before = self._fills.candidates, self._fills.shown, self._shown
        self._shown = shown
        there = [each for each in (self._other, before) if any(each is one for one in candidates) and each is not shown]
        self._set_other(there[0] if there and self.can_show else None)

    # The flow of the other candidate

    @property
    def flows(self) -> tuple[Flow, ...]:
        """The flows of the photo with the candidate that is painted over it, oldest first; none without one."""
        other = self._previewed or self._other
        return () if other is None else flows_with(self._document, self._fills.shown, other)

    def flows_at(self, col: int) -> tuple[Flow, ...]:
        """Return the flows of what is shown at a column of the photo: of that side of the split, or of the preview."""
        over_photo = self._previewed is not None or (self.on and col >= self.split)
        return self.flows if over_photo else self._document.flows

    @Slot()
    def _show_flows(self) -> None:
        """Colour both sides with one scale while the flow view is on."""
        flows = self.flows if self._views.name == FLOW else ()
        self._views.flow_colours.set_others(flows)
        self._colours.set_others(self._document.flows if flows else ())
        self._colours.show(flows, self._settings.get("flow_colours"))

    # The split

    def _is_near(self, place: QPointF, viewport: Viewport) -> bool:
        return self.on and abs(viewport.to_widget(self.split, 0).x() - place.x()) <= _REACH

    def press(self, place: QPointF, viewport: Viewport) -> bool:
        """Take hold of the split where `place` (on the widget) is near; whether it is held now."""
        self._held = self._is_near(place, viewport)
        return self._held

    def move(self, x: float) -> bool:
        """Move the split, where it is held, to the column `x` of the photo; whether it is held."""
        if self._held:
            self.split = min(max(x, 0.0), float(self._document.size[1]))
            self.updated.emit()
        return self._held

    def release(self) -> bool:
        """Let go of the split; whether it was held."""
        held, self._held = self._held, False
        return held

    def has_cursor(self, place: QPointF, viewport: Viewport) -> bool:
        """Whether the pointer at `place` would move the split."""
        return self._held or self._is_near(place, viewport)

    # Painting

    def paint(
        self, qpainter: QPainter, viewport: Viewport, paint_photo: Callable[[QPainter], None], with_flow: bool = True
    ) -> None:
        """Paint the other candidate at the right of the split, in the flow view (unless not `with_flow`) with its flow.

        One that is only shown for the moment is painted everywhere. `paint_photo` paints the photo without any view.
        """
        if not self.on and self._previewed is None:
            return
        with_flow = with_flow and self._views.name == FLOW
        qpainter.save()
        previewed = self._previewed is not None
        left = 0.0 if previewed else viewport.to_device(self.split, 0).x()
        height, width = viewport.device_size
        qpainter.setClipRect(QRectF(left, 0, max(0.0, width - left), height))
        if with_flow:
            paint_photo(qpainter)
        _paint_layers(qpainter, viewport, (self._previews if previewed else self._images).layers)
        if with_flow:
            qpainter.fillRect(viewport.photo_rect(), DIMMED)
            _paint_layers(qpainter, viewport, self._colours.layers)
        qpainter.restore()

    def paint_split(self, qpainter: QPainter, viewport: Viewport) -> None:
        """Paint the line with its handle, and which candidate is on which side; or which one is shown alone."""
        box = self._fills.last_box
        if box is None or (not self.on and self._previewed is None):
            return
        photo = viewport.photo_rect()
        top = max(photo.top(), viewport.to_device(0, box.top).y() - 4 * _GRIP * viewport.dpr)
        if self._previewed is not None:
            corner = QPointF(max(photo.left(), viewport.to_device(box.left, 0).x()), top)
            self._paint_label(qpainter, viewport, self.label(self._index_of(self._previewed)), corner, 1)
            return
        x = viewport.to_device(self.split, 0).x()
        for colour, width in ((DARK, 4.0), (LIGHT, 1.5)):
            qpainter.setPen(QPen(colour, width * viewport.dpr))
            qpainter.drawLine(QPointF(x, photo.top()), QPointF(x, photo.bottom()))
        middle = QPointF(x, viewport.to_device(0, (box.top + box.bottom) / 2).y())
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setBrush(QColor(theme.ACCENT))
        qpainter.drawEllipse(middle, _GRIP * viewport.dpr, _GRIP * viewport.dpr)
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
        for number, side in ((self._fills.candidate_index, -1), (self.other_index, 1)):
            self._paint_label(qpainter, viewport, self.label(number), QPointF(x, top), side)

    def label(self, number: int) -> str:
        """Name the candidate of that index: its number, its model and its seed."""
        candidate = self._fills.candidates[number]
        values: dict[str, Any] = {
            "number": number + 1,
            "titles": self._models.titles(candidate.filler),
            "seed": candidate.seed,
        }
        if candidate.donors is None and candidate.only is None:
            return tr("{number}  {titles}, seed {seed}", **values)
        return tr("{number}  {titles}, seed {seed}, with sampling areas", **values)

    def _paint_label(self, qpainter: QPainter, viewport: Viewport, text: str, at: QPointF, side: int) -> None:
        """Paint a label beside the split; `side` is -1 for its left and 1 for its right."""
        height, pad = 2.6 * _GRIP * viewport.dpr, _PAD * viewport.dpr
        font = qpainter.font()
        font.setPixelSize(round(1.5 * _GRIP * viewport.dpr))
        qpainter.setFont(font)
        width = QFontMetricsF(font, qpainter.device()).horizontalAdvance(text) + 2 * pad
        frame = QRectF(at.x() + pad if side > 0 else at.x() - pad - width, at.y(), width, height)
        qpainter.setPen(Qt.PenStyle.NoPen)
        qpainter.setBrush(DARK)
        qpainter.drawRoundedRect(frame, pad / 2, pad / 2)
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
        qpainter.setPen(LIGHT)
        qpainter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)


def _paint_layers(qpainter: QPainter, viewport: Viewport, layers: list[ImageLayer]) -> None:
    for box, pyramid in layers:
        corner = viewport.to_device(box.left, box.top)
        place = QRectF(corner.x(), corner.y(), box.width * viewport.zoom, box.height * viewport.zoom)
        photo_layer.paint_pyramid(qpainter, viewport, pyramid, place)

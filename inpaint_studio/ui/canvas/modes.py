"""What the canvas can show beside the photo as it is: the flow, the edges of the hole, the first stage of the fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal, Slot
from PySide6.QtGui import QColor, QPainter

from inpaint_studio.session.fill_controller import Stages
from inpaint_studio.session.raster import Plane, Raster
from inpaint_studio.session.session import Session
from inpaint_studio.session.task_queue import Background
from inpaint_studio.ui.canvas import photo_painter
from inpaint_studio.ui.canvas.flow_layer import FlowColours, Layer
from inpaint_studio.ui.canvas.mask_overlay import edge_greys
from inpaint_studio.ui.canvas.pyramid import Pyramid
from inpaint_studio.ui.canvas.viewport import View

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Piece

FLOW, EDGES, FIRST_STAGE = "flow", "edges", "first stage"
DIMMED = QColor(0, 0, 0, 110)  # over the photo in the flow view
DARK = QColor(0, 0, 0, 150)  # over the photo in the edges view, whose lines are thin


class Views(QObject):
    """At most one view is on, by its name; each of the edges and the first stage goes off where it has nothing more
    to show."""

    changed = Signal(str)  # the view that is on now, or nothing
    available = Signal()  # other views than before may have something to show
    ready = Signal()  # there is something new to paint
    coloured = Signal(float)  # the flow: px of offset that show fully saturated

    def __init__(self, session: Session, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._document = session, session.document
        self.name = ""
        self._before_fill: Stages | None = None
        self._offered: tuple[str, ...] = ()  # the views that are of use
        self._flow = FlowColours(background, self)
        self._stages = {EDGES: StagePictures(background, self), FIRST_STAGE: StagePictures(background, self)}
        self._flow.ready.connect(self._on_coloured)
        for pictures in self._stages.values():
            pictures.ready.connect(self.ready)
        session.settings.changed.connect(self._on_setting)
        session.document.flowChanged.connect(self._refresh)
        session.document.historyChanged.connect(self._refresh)
        session.document.replaced.connect(self._on_replaced)
        session.candidatesChanged.connect(self._refresh)
        session.modelsChanged.connect(self._refresh)
        session.filled.connect(self._on_filled)

    @property
    def scale(self) -> float:
        """The length of an offset that shows fully saturated in the flow view, px."""
        return self._flow.scale

    def can_show(self, name: str) -> bool:
        """Whether the view of that name is of use now."""
        stages = self._before_fill
        if name == EDGES:
            concerned = self._session.predicts_edges or self._session.follows_edges
            return self._document.photo is not None and (concerned or self.has_used_edges)
        return name == FLOW or (stages is not None and bool(stages.coarse))

    @property
    def has_used_edges(self) -> bool:
        """Whether the newest fill went along edges that can be shown."""
        return self._before_fill is not None and bool(self._before_fill.edges)

    def show(self, name: str, on: bool = True) -> None:
        """Switch a view on (and the other one off), or off."""
        if on and not self.can_show(name):
            return
        shown = name if on else "" if name == self.name else self.name
        if shown != self.name:
            self.name = shown
            self._refresh()
            self.changed.emit(shown)
            self.ready.emit()

    def paint(self, painter: QPainter, view: View, has_hole: bool) -> None:
        """Paint the view over the photo; the edges of a hole that there is are left to be painted with the hole."""
        if self.name in (FLOW, EDGES):
            painter.fillRect(view.photo_rect(), DIMMED if self.name == FLOW else DARK)
        if not self.name or (self.name == EDGES and has_hole):
            return
        layers = self._flow.layers if self.name == FLOW else self._stages[self.name].layers
        for box, picture in layers:
            corner = view.to_device(box.left, box.top)
            place = QRectF(corner.x(), corner.y(), box.width * view.zoom, box.height * view.zoom)
            photo_painter.paint_pyramid(painter, view, picture, place)

    @Slot()
    def _refresh(self) -> None:
        stages = self._before_fill = self._session.stages
        if self.name and not self.can_show(self.name):
            self.show(self.name, on=False)
        elif self.name == FLOW:
            self._flow.show(self._document.flows, self._session.settings.get("flow_colours"))
        edges, coarse = ([], []) if stages is None else (stages.edges, stages.coarse)
        for name, pieces in ((EDGES, edges), (FIRST_STAGE, coarse)):
            hole = stages.hole if stages is not None and name == self.name else None
            self._stages[name].show(pieces, hole)
        offered = tuple(name for name in (FLOW, EDGES, FIRST_STAGE) if self.can_show(name))
        if offered != self._offered:
            self._offered = offered
            self.available.emit()

    @Slot()
    def _on_replaced(self) -> None:
        if self.name != FLOW:  # what it was about is gone
            self.show(self.name, on=False)
        self._refresh()

    @Slot()
    def _on_filled(self) -> None:
        if self.name == EDGES:  # they were corrected, and followed; now the fill is what there is to see
            self.show(EDGES, on=False)

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name == "flow_colours":
            self._refresh()

    @Slot()
    def _on_coloured(self) -> None:
        self.ready.emit()
        self.coloured.emit(self._flow.scale)


class StagePictures(QObject):
    """What stood before a fill, as pictures that are clear outside its hole; made in the background."""

    ready = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._pieces: list[Piece] = []
        self._hole: Plane | None = None
        self.layers: list[Layer] = []

    def show(self, pieces: list[Piece], hole: Plane | None) -> None:
        """Show these of a fill of `hole`, None to show nothing; asked again for the same ones it does nothing."""
        if hole is not self._hole:
            self._hole = hole
            self._made(([], self._pieces))  # those of another fill are not to stand there any longer
            self._pieces = []
        if hole is not None and pieces is not self._pieces:
            self._pieces = pieces
            self._background.run(lambda: ([_picture(piece, hole) for piece in pieces], pieces), self._made)

    def _made(self, made: tuple[list[Raster], list[Piece]]) -> None:
        pictures, pieces = made
        if pieces is not self._pieces:
            return  # overtaken
        for layer in self.layers:
            layer.picture.deleteLater()
        self.layers = [
            Layer(piece.box, Pyramid(picture, self._background, self))
            for piece, picture in zip(pieces, pictures, strict=False)
        ]
        for layer in self.layers:
            layer.picture.updated.connect(self.ready)
        self.ready.emit()


def _picture(piece: Piece, hole: Plane) -> Raster:
    """The piece as RGBA, h x w x 4 uint8, clear outside `hole` (of the whole photo)."""
    pixels = edge_greys()[piece.pixels][..., None] if piece.pixels.ndim == 2 else piece.pixels
    out = np.empty((*piece.pixels.shape[:2], 4), np.uint8)
    out[..., :3] = pixels
    out[..., 3] = np.where(hole[piece.box.slices], 255, 0)
    return out

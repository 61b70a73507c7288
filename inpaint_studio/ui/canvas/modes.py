"""The views of the canvas beside the plain photo: the flow, edges, labels, the first stage of a fill."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal, Slot
from PySide6.QtGui import QColor, QPainter

from inpaint_studio.session.candidates import Candidate
from inpaint_studio.session.document import Document
from inpaint_studio.session.kept_plane import KeptPlane
from inpaint_studio.session.raster import Raster
from inpaint_studio.session.session import Session
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.ui.canvas import photo_layer
from inpaint_studio.ui.canvas.flow_layer import FlowColours, ImageLayer
from inpaint_studio.ui.canvas.label_overlay import label_image
from inpaint_studio.ui.canvas.mask_overlay import edge_greys
from inpaint_studio.ui.canvas.pyramid import Pyramid
from inpaint_studio.ui.canvas.viewport import Viewport

if TYPE_CHECKING:
    from inpaint_studio.engine.fill.request import Piece
    from inpaint_studio.engine.geometry import Box

Draw = Callable[[Raster], Raster]

FLOW, EDGES, LABELS, FIRST_STAGE = "flow", "edges", "labels", "first stage"
DIMMED = QColor(0, 0, 0, 110)  # over the photo in the flow view
SLIGHTLY_DIMMED = QColor(0, 0, 0, 40)  # the same while a part of the fill is chosen, which the user wants to see
FAINT = 0.25  # opacity of the flow's colours then
DARK = QColor(0, 0, 0, 150)  # over the photo in the edges view, whose lines are thin


class ViewModes(QObject):
    """At most one view is on, named by `name`. Edges and first stage switch off when they have nothing to show."""

    changed = Signal(str)  # the name of the view that is on now, or ""
    availableChanged = Signal()  # the views that have something to show are different now
    updated = Signal()  # there is something new to paint
    flowColoured = Signal(float)  # the length of an offset that is fully saturated, px

    def __init__(self, session: Session, background: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._document = session, session.document
        self.name = ""
        self._stages: Candidate | None = None
        self._available: tuple[str, ...] = ()  # the views that have something to show
        self.flow_colours = FlowColours(background, self)
        self._stage_images = {
            EDGES: StageImages(background, self, _draw_edges),
            LABELS: StageImages(background, self),
            FIRST_STAGE: StageImages(background, self, colours=self._document),
        }
        self.flow_colours.ready.connect(self._on_coloured)
        for images in self._stage_images.values():
            images.ready.connect(self.updated)
        session.settings.changed.connect(self._on_setting)
        session.document.flowChanged.connect(self._refresh)
        session.document.historyChanged.connect(self._refresh)
        session.document.replaced.connect(self._on_replaced)
        session.fills.candidatesChanged.connect(self._refresh)
        session.models.changed.connect(self._refresh)
        session.fills.filled.connect(self._on_filled)
        session.labels.palette.changed.connect(self._on_palette)

    @property
    def scale(self) -> float:
        """The length of an offset that is fully saturated in the flow view, px."""
        return self.flow_colours.scale

    def can_show(self, name: str) -> bool:
        """Whether the view of that name has something to show, or to edit, now."""
        stages = self._stages
        if name == EDGES:
            models = self._session.models
            uses_edges = models.predicts("edges") or "edges" in models.follows
            return self._document.photo is not None and (uses_edges or self.has_used_edges)
        if name == LABELS:
            return self._document.photo is not None
        return name == FLOW or (stages is not None and bool(stages.coarse))

    @property
    def has_used_edges(self) -> bool:
        """Whether the newest fill followed edges that can be shown."""
        return self._stages is not None and bool(self._stages.edges)

    @property
    def has_used_labels(self) -> bool:
        """Whether the newest fill followed labels that can be shown."""
        return self._stages is not None and bool(self._stages.labels)

    def show(self, name: str, on: bool = True) -> None:
        """Switch a view on, which switches off any other; or switch it off."""
        if on and not self.can_show(name):
            return
        shown = name if on else "" if name == self.name else self.name
        if shown != self.name:
            self.name = shown
            self._refresh()
            self.changed.emit(shown)
            self.updated.emit()

    def paint(self, qpainter: QPainter, viewport: Viewport, has_hole: bool, faint: bool = False) -> None:
        """Paint the view over the photo; `faint`: so that the fill is seen through the colours of its flow.

        The edges and labels of a hole are not painted here but by its overlay.
        """
        if self.name in (FLOW, EDGES):
            dimmed = SLIGHTLY_DIMMED if faint else DIMMED
            qpainter.fillRect(viewport.photo_rect(), dimmed if self.name == FLOW else DARK)
        if not self.name or (self.name in (EDGES, LABELS) and has_hole):
            return
        layers = self.flow_colours.layers if self.name == FLOW else self._stage_images[self.name].layers
        qpainter.setOpacity(FAINT if faint and self.name == FLOW else 1.0)
        for box, pyramid in layers:
            corner = viewport.to_device(box.left, box.top)
            place = QRectF(corner.x(), corner.y(), box.width * viewport.zoom, box.height * viewport.zoom)
            photo_layer.paint_pyramid(qpainter, viewport, pyramid, place)
        qpainter.setOpacity(1.0)

    @Slot()
    def _refresh(self) -> None:
        stages = self._stages = self._session.fills.shown
        if self.name and not self.can_show(self.name):
            self.show(self.name, on=False)
        elif self.name == FLOW:
            self.flow_colours.show(self._document.flows, self._session.settings.get("flow_colours"))
        palette = self._session.labels.palette
        edges, labels, coarse = ([], [], []) if stages is None else (stages.edges, stages.labels, stages.coarse)
        for name, pieces in ((EDGES, edges), (LABELS, labels), (FIRST_STAGE, coarse)):
            if name == LABELS and stages is not None:
                self._stage_images[LABELS].draw = partial(label_image, colours=palette.colours(stages.filler))
            hole = stages.hole if stages is not None and name == self.name else None
            self._stage_images[name].show(pieces, hole)
        available = tuple(name for name in (FLOW, EDGES, LABELS, FIRST_STAGE) if self.can_show(name))
        if available != self._available:
            self._available = available
            self.availableChanged.emit()

    @Slot()
    def _on_replaced(self) -> None:
        if self.name != FLOW:  # the fill it showed is gone
            self.show(self.name, on=False)
        self._refresh()

    @Slot()
    def _on_filled(self) -> None:
        if self.name in (EDGES, LABELS):  # the fill has used them; the user wants to see the fill now
            self.show(self.name, on=False)

    @Slot()
    def _on_palette(self) -> None:
        """Draw the labels of a fill again, in the colours of now, if they are shown."""
        if self.name == LABELS:
            self._stage_images[LABELS].show([], None)
            self._refresh()

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name == "flow_colours":
            self._refresh()

    @Slot()
    def _on_coloured(self) -> None:
        self.updated.emit()
        self.flowColoured.emit(self.flow_colours.scale)


class StageImages(QObject):
    """An earlier stage of a fill as images that are transparent outside its hole; made in the background."""

    ready = Signal()

    def __init__(
        self,
        background: Lane,
        parent: QObject | None = None,
        draw: Draw | None = None,
        colours: Document | None = None,
    ) -> None:
        """`draw` makes an image, h x w x 3 or 4, of a piece that is none; `colours`: it has those of that photo."""
        super().__init__(parent)
        self._colours = colours
        self._background, self.draw = background, draw or _draw_image
        self._pieces: list[Piece] = []
        self._hole: KeptPlane | None = None
        self.layers: list[ImageLayer] = []

    def show(self, pieces: list[Piece], hole: KeptPlane | None) -> None:
        """Show the pieces of a fill of `hole`; None shows nothing. Does nothing if they are shown already."""
        if hole is not self._hole:
            self._hole = hole
            self._on_made(([], self._pieces))  # remove the images of another fill
            self._pieces = []
        if hole is not None and pieces is not self._pieces:
            self._pieces = pieces
            draw = self.draw
            self._background.run(
                lambda: ([_image(draw(piece.pixels), piece.box, hole) for piece in pieces], pieces),
                self._on_made,
                lambda _sentence: self._on_made(([], pieces)),  # show nothing rather than another stage
            )

    def _on_made(self, made: tuple[list[Raster], list[Piece]]) -> None:
        images, pieces = made
        if pieces is not self._pieces:
            return  # other pieces have been requested meanwhile
        for layer in self.layers:
            layer.pyramid.deleteLater()
        icc = None if self._colours is None else self._colours.colours
        self.layers = [
            ImageLayer(piece.box, Pyramid(image, self._background, self, icc))
            for piece, image in zip(pieces, images, strict=False)
        ]
        for layer in self.layers:
            layer.pyramid.updated.connect(self.ready)
        self.ready.emit()


def _image(pixels: Raster, box: Box, hole: KeptPlane) -> Raster:
    """Return `pixels` of `box` as RGBA, h x w x 4 uint8, transparent outside `hole` (H x W of the whole photo)."""
    out = np.empty((*pixels.shape[:2], 4), np.uint8)
    out[..., :3] = pixels[..., :3]
    out[..., 3] = np.where(hole.part(box), pixels[..., 3] if pixels.shape[2] == 4 else 255, 0)
    return out


def _draw_image(pixels: Raster) -> Raster:
    return pixels


def _draw_edges(strengths: Raster) -> Raster:
    return np.repeat(edge_greys()[strengths][..., None], 3, axis=2)

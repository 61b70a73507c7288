"""The canvas: shows the document at any zoom and hands the pointer to the tool."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import EDGES, HOLE, PHOTO
from inpaint_studio.session.session import Session
from inpaint_studio.session.task_queue import Background
from inpaint_studio.ui import theme
from inpaint_studio.ui.canvas import modes, photo_painter, vector_overlays
from inpaint_studio.ui.canvas.flow_layer import Source, source_at
from inpaint_studio.ui.canvas.input import PointingWidget
from inpaint_studio.ui.canvas.mask_overlay import PaintedOverlay
from inpaint_studio.ui.canvas.pyramid import Pyramid
from inpaint_studio.ui.canvas.viewport import GRID_FROM, box_of, rects, region_of
from inpaint_studio.ui.tools import TOOLS, Tool

_ONE_RECTANGLE = 250_000  # px up to which one is quicker to paint than a region of several


class Canvas(PointingWidget):
    """The photo with everything over it."""

    zoomChanged = Signal(float)  # device px per image px
    cursorMoved = Signal(int, int, bool)  # column, row, whether that is inside the photo
    sourceHovered = Signal(str)  # words on the source under the pointer, empty where there is none
    hint = Signal(str)  # a word from a tool
    toolChanged = Signal(str)
    viewChanged = Signal(str)  # the view of `views` that is on, or nothing
    flowColoured = Signal(float)  # the scale, px of offset that shows fully saturated

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.background = Background("canvas", self)
        self._painted = PaintedOverlay(self.view)
        self.views = modes.Views(session, self.background, self)
        self._picture: Pyramid | None = None
        self._original: Pyramid | None = None
        self._show_original = False
        self._source: Source | None = None
        self._ring: list[QRect] = []  # device px that show the brush
        self._awaited = Box(0, 0, 0, 0)  # device px that are to be painted next, as one rectangle
        self._tools: dict[str, Tool] = {name: tool(self) for name, tool in TOOLS.items()}
        self._tool = next(iter(self._tools.values()))
        self.lines_colour = QColor()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Photo")
        self.setMinimumSize(160, 120)
        self._connect()
        self._read_colours()
        self.show_cursor()
        if session.document.photo is not None:
            self._on_replaced()

    def _connect(self) -> None:
        document = self.session.document
        document.replaced.connect(self._on_replaced)
        document.changed.connect(self._on_changed)
        document.linesChanged.connect(self.update)
        document.flowChanged.connect(self._hover)
        self.session.settings.changed.connect(self._on_setting)
        self.views.ready.connect(self.update)
        self.views.changed.connect(self._on_view_changed)
        self.views.coloured.connect(self.flowColoured)

    def stop(self) -> None:
        """End the thread that makes the smaller pictures."""
        self.background.stop()

    # Tools

    @property
    def tool(self) -> Tool:
        return self._tool

    @property
    def has_photo(self) -> bool:
        return self._picture is not None

    @property
    def has_hole(self) -> bool:
        """Whether anything is drawn as hole."""
        return self._painted.holds(HOLE)

    @property
    def has_edges(self) -> bool:
        """Whether there are edges in the hole."""
        return self._painted.holds(EDGES)

    def set_tool(self, name: str) -> None:
        """Choose a tool of `TOOLS` by its name; drops a gesture under way."""
        if name != self._tool.name:
            self.drop_stroke()
            self._tool.leave()
            self._tool = self._tools[name]
            self.show_cursor()
            self.pointer_moved()
            self.toolChanged.emit(name)

    def repaint_tool(self, change: Callable[[], object]) -> None:
        """Run `change`, which changes what the tool paints, and repaint what it painted before and paints now."""
        before = self._tool.region()
        change()
        self._update_device(before + self._tool.region())

    def scale_brush(self, factor: float) -> None:
        """Make the brush larger by `factor`, by a pixel at least."""
        setting = self._tool.size_setting
        size = int(self.session.settings.get(setting))
        scaled = round(size * factor)
        if scaled == size and factor != 1:
            scaled += 1 if factor > 1 else -1
        self.session.settings.set(setting, scaled)

    def pointer_moved(self) -> None:
        """Follow the pointer with the ring, the coordinates and the source."""
        ring: list[QRect] = []
        if self.pointer is not None and self._tool.has_ring and self.has_photo:
            ring = vector_overlays.ring_rects(self.view, self.pointer.x, self.pointer.y, self._ring_size())
        if ring or self._ring:
            self._update_device(vector_overlays.ring_region(self._ring, ring))
        self._ring = ring
        rows, cols = self.session.document.size
        if self.pointer is None:
            self.cursorMoved.emit(0, 0, False)
        else:
            col, row = math.floor(self.pointer.x), math.floor(self.pointer.y)
            self.cursorMoved.emit(col, row, 0 <= row < rows and 0 <= col < cols)
        self._hover()

    def _ring_size(self) -> float:
        size = float(self.session.settings.get(self._tool.size_setting))
        pointer = self.pointer
        if pointer is not None and pointer.pen and self._tool.busy and self.session.settings.get("pressure_size"):
            size *= pointer.pressure
        return max(1.0, size)

    # View

    @property
    def zoom(self) -> float:
        return self.view.zoom

    def fit(self) -> None:
        """Show the whole photo."""
        self.view.fit()
        self._view_moved()

    def zoom_to(self, zoom: float) -> None:
        """Show the photo at `zoom` (1.0: every pixel as one of the screen), round the pointer or the middle."""
        place = self.pointer.place if self.pointer is not None else self.view.center
        self.zoom_at(place, zoom)

    def zoom_at(self, place: QPointF, zoom: float) -> None:
        """Change the zoom round a place on the widget; passing 100 % stops there."""
        before = self.view.zoom
        if abs(before - 1) > 1e-6 and (before - 1) * (zoom - 1) < 0 and zoom / before < 1.5 and before / zoom < 1.5:
            zoom = 1.0
        self.view.zoom_at(place, zoom)
        self._view_moved()

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical px."""
        self.view.pan(dx, dy)
        self._view_moved()

    def set_show_original(self, on: bool) -> None:
        """Show the photo as it was opened, without anything over it."""
        original = self.session.document.original
        if on == self._show_original or (on and original is None):
            return
        self._show_original = on
        if on and self._original is None and original is not None:
            self._original = Pyramid(original, self.background, self)
            self._original.updated.connect(self.update)
        self.update()

    @property
    def flow_view(self) -> bool:
        return self.views.name == modes.FLOW

    def set_flow_view(self, on: bool) -> None:
        """Show where filled pixels came from."""
        self.views.show(modes.FLOW, on)

    @property
    def flow_scale(self) -> float:
        """The length of an offset that shows fully saturated, px."""
        return self.views.scale

    @property
    def edges_view(self) -> bool:
        """Whether the hole shows its edges, and the brush draws them."""
        return self.views.name == modes.EDGES

    def _view_moved(self) -> None:
        self._painted.mark_all()
        self._ring = []
        self.update()
        if self.pointer is not None:  # the same place on the screen is another of the photo now
            x, y = self.view.to_image(self.pointer.place)
            self.pointer = self.pointer._replace(x=x, y=y)
            self.pointer_moved()
        self.zoomChanged.emit(self.view.zoom)

    def _hover(self) -> None:
        source = None
        if self.flow_view and self.pointer is not None and not self._show_original:
            row, col = math.floor(self.pointer.y), math.floor(self.pointer.x)
            source = source_at(self.session.document.flows, row, col)
        if source != self._source:
            for shown in (self._source, source):
                if shown is not None:
                    self._update_device(region_of(vector_overlays.source_boxes(self.view, shown.target, shown.source)))
            self._source = source
            self.sourceHovered.emit(source.text if source is not None else "")

    # What the document tells

    @Slot()
    def _on_replaced(self) -> None:
        self.drop_stroke()
        document = self.session.document
        for old in (self._picture, self._original):
            if old is not None:
                old.deleteLater()
        self._original = None
        self._picture = Pyramid(document.raster(PHOTO), self.background, self)
        self._picture.updated.connect(self._on_picture_updated)
        self._painted.set_planes(document.rasters)
        self.view.set_photo(*document.size)
        self._hover()
        self._view_moved()

    @Slot(str, object)
    def _on_changed(self, raster: str, box: Box) -> None:
        if raster == PHOTO and self._picture is not None:
            self._picture.refresh(box)
            self._on_picture_updated(box)
        elif raster in PaintedOverlay.RASTERS:
            self._update_device(region_of(self._painted.refresh(raster, box)))

    @Slot(object)
    def _on_picture_updated(self, box: Box) -> None:
        pad = 2 + math.ceil(2 * max(1.0, self.view.zoom))  # smoothing reaches into the neighbours
        self._update_device(region_of(self.view.device_box(box, pad)))

    @Slot(str)
    def _on_view_changed(self, name: str) -> None:
        self.drop_stroke()  # it was begun on what the other view shows
        self._painted.set_inside(edges=name == modes.EDGES)
        self.pointer_moved()
        self.viewChanged.emit(name)

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name in ("brush_size", "edge_size"):
            self.pointer_moved()
        elif name.endswith("_colour"):
            self._read_colours()
            self.update()

    def _read_colours(self) -> None:
        settings = self.session.settings
        self.lines_colour = _colour(settings.get("lines_colour"), "#27d3ff")
        hole, donors = (
            _colour(settings.get("hole_colour"), "#ff3d5a"),
            _colour(settings.get("donors_colour"), "#ffb000"),
        )
        self._painted.set_colours(hole, donors)

    def _update_device(self, region: QRegion) -> None:
        """Have these device px painted again; as one rectangle unless much would be painted for nothing."""
        around = box_of(region.boundingRect()).clip(*self.view.device_size)
        if around.empty:
            return
        both = self._awaited.union(around)
        if both.area <= _ONE_RECTANGLE:
            self._awaited = both
            self.update(self.view.logical_rect(both))
            return
        self._awaited = Box(0, 0, _ONE_RECTANGLE, _ONE_RECTANGLE)  # no more of this until it is painted
        for rect in rects(region):
            self.update(self.view.logical_rect(box_of(rect)))

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view.set_widget(self.width(), self.height(), self.devicePixelRatioF())
        self._view_moved()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.view.dpr != self.devicePixelRatioF():  # moved to another display
            self.view.set_widget(self.width(), self.height(), self.devicePixelRatioF())
            self._painted.mark_all()
        self._awaited = Box(0, 0, 0, 0)
        painter = QPainter(self)
        painter.scale(1 / self.view.dpr, 1 / self.view.dpr)
        if self._picture is None:
            painter.fillRect(event.rect(), QColor(theme.GROUND))
            return
        where = self.view.device_box_of(event.rect())
        self._paint_pixels(painter, where)
        if not self._show_original:
            self._paint_vectors(painter)

    def _paint_pixels(self, painter: QPainter, where: Box) -> None:
        painter.fillRect(where.left, where.top, where.width, where.height, QColor(theme.GROUND))
        self._paint_photo(painter)
        if self._show_original:
            return
        if self.views.name:
            self.views.paint(painter, self.view, self.has_hole)
        if self.view.zoom >= GRID_FROM:
            photo_painter.paint_grid(painter, self.view, where)
        self._painted.paint(painter, where)

    def _paint_vectors(self, painter: QPainter) -> None:
        vector_overlays.paint_lines(painter, self.view, self.session.document.lines, self.lines_colour)
        self._tool.paint(painter)
        if self._source is not None:
            vector_overlays.paint_source(painter, self.view, self._source.target, self._source.source)
        elif self.pointer is not None and self._tool.has_ring:
            vector_overlays.paint_ring(painter, self.view, self.pointer.x, self.pointer.y, self._ring_size())

    def _paint_photo(self, painter: QPainter) -> None:
        picture = self._original if self._show_original and self._original is not None else self._picture
        if picture is None:
            return
        if picture.has_alpha:
            photo_painter.paint_checks(painter, self.view)
        photo_painter.paint_pyramid(painter, self.view, picture, self.view.photo_rect())


def _colour(name: str, otherwise: str) -> QColor:
    colour = QColor(name)
    return colour if colour.isValid() else QColor(otherwise)

"""The canvas: shows the document at any zoom and passes the pointer on to the tool."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.document import Document
from inpaint_studio.session.label_palette import LabelPalette
from inpaint_studio.session.raster import HOLE, PHOTO, Plane
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui import theme
from inpaint_studio.ui.canvas import modes, photo_layer, vector_overlays
from inpaint_studio.ui.canvas.compare import CompareView
from inpaint_studio.ui.canvas.flow_layer import source_at
from inpaint_studio.ui.canvas.input import InputWidget
from inpaint_studio.ui.canvas.label_overlay import LabelInks
from inpaint_studio.ui.canvas.mask_overlay import MaskOverlay
from inpaint_studio.ui.canvas.overlay_visibility import OverlayVisibility
from inpaint_studio.ui.canvas.pointer_marks import PointerMarks
from inpaint_studio.ui.canvas.pyramid import Pyramid
from inpaint_studio.ui.canvas.repaint import RepaintSchedule
from inpaint_studio.ui.canvas.suggestion_overlay import find_way_to, paint_suggestions
from inpaint_studio.ui.canvas.viewport import GRID_FROM, region_of
from inpaint_studio.ui.tools import TOOLS, Tool


class Canvas(InputWidget):
    """The photo with all overlays. It is also the `ToolContext` of the tools."""

    zoomChanged = Signal(float)  # device px per image px
    cursorMoved = Signal(int, int, bool)  # column, row, whether that is inside the photo
    sourceHovered = Signal(str)  # describes the source of the pixel under the pointer; "" where there is none
    hint = Signal(str)  # a sentence to show for a few seconds
    toolChanged = Signal(str)  # the name of the tool; also where the same one has other options now
    viewChanged = Signal(str)  # the name of the view of `modes` that is on, or ""
    flowColoured = Signal(float)  # the scale: the length of an offset that is fully saturated, px

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.background = session.queues.memory.lane("canvas")
        self._overlay = MaskOverlay(self.viewport)
        self.overlays = OverlayVisibility(session, self)
        self.modes = modes.ViewModes(session, self.background, self)
        self.compare: CompareView = CompareView(session, self.modes, self.background, self)
        self.compare.updated.connect(self.update)
        self.compare.updated.connect(self._hover)
        self._photo: Pyramid | None = None
        self._original: Pyramid | None = None
        self._show_original = False
        self.last_place: tuple[int, int] | None = None  # row and column under the pointer, now or when it left
        self._repaint = RepaintSchedule(self, self.viewport)
        self._marks = PointerMarks(self.viewport, self._repaint)
        self._tools: dict[str, Tool] = {name: tool(self) for name, tool in TOOLS.items()}
        self._tool = next(iter(self._tools.values()))
        self.lines_colour = QColor()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
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
        document.linesChanged.connect(self._on_lines_changed)
        self.session.hole.suggestions.changed.connect(self._on_suggestions)
        document.flowChanged.connect(self._on_fills_changed)
        self.session.fills.busy.connect(self._on_fills_changed)
        self.session.settings.changed.connect(self._on_setting)
        self.label_palette.changed.connect(self._show_labels)
        self.overlays.changed.connect(self._on_overlays_changed)
        self.gestureBegan.connect(self.overlays.show_all)
        self.modes.updated.connect(self.update)
        self.modes.changed.connect(self._on_view_changed)
        self.modes.flowColoured.connect(self.flowColoured)

    # Tools

    @property
    def tool(self) -> Tool:
        """The chosen tool."""
        return self._tool

    @property
    def document(self) -> Document:
        return self.session.document

    @property
    def has_photo(self) -> bool:
        return self._photo is not None

    @property
    def has_hole(self) -> bool:
        """Whether any pixel is marked as hole."""
        return self._overlay.has_pixels(HOLE)

    def has_any(self, *rasters: str) -> bool:
        """Return whether any pixel of these rasters is drawn: edges, labels, sampling areas."""
        return self._overlay.has_pixels(*rasters)

    @property
    def label_palette(self) -> LabelPalette:
        """The classes that labels are painted in."""
        return self.session.labels.palette

    def set_tool(self, name: str) -> None:
        """Choose a tool of `TOOLS` by its name; a gesture under way is dropped."""
        if name != self._tool.name:
            self.drop_stroke()
            self._tool.deactivate()
            self._tool = self._tools[name]
            self.overlays.show_all()
            self.update()  # tools show marks on what is drawn, such as the points of guide lines
            self.show_cursor()
            self.follow_pointer()
            self.toolChanged.emit(name)

    def repaint_tool(self, change: Callable[[], object]) -> None:
        """Run `change`, which changes what the tool paints, and repaint what it painted before and paints now."""
        before, marked = self._tool.region(), self._tool.marks_source
        change()
        if marked != self._tool.marks_source:
            self.update()  # the view looks different now
        else:
            self._repaint.add(before + self._tool.region())

    def setting(self, name: str) -> Any:
        """The value of a setting."""
        return self.session.settings.get(name)

    def set_setting(self, name: str, value: int) -> None:
        """Set a setting that is a number."""
        self.session.settings.set(name, value)

    def set_cursor(self, shape: Qt.CursorShape) -> None:
        """Show this cursor over the canvas."""
        self.setCursor(shape)

    def show_hint(self, text: str) -> None:
        """Show a sentence for a few seconds."""
        self.hint.emit(text)

    def run_in_background(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Run `work` off the main thread, then `done` with its result; an error is shown as a hint."""
        self.background.run(work, done, self.hint.emit)

    def steer(self, box: Box, part: Plane, around: Plane, offset: tuple[int, int], joined: bool = False) -> None:
        """Fill a part of a finished fill again from `offset` (rows, columns) away."""
        self.session.fills.steer(box, part, around, offset, joined)

    def finish_hole_stroke(self) -> None:
        """Report that a gesture has made the hole larger."""
        self.session.fills.finish_stroke()

    def scale_brush(self, factor: float) -> None:
        """Multiply the brush size by `factor`; it changes by at least one pixel. Nothing where the tool has none."""
        setting = self._tool.size_setting
        if not setting:
            return
        size = int(self.setting(setting))
        scaled = round(size * factor)
        if scaled == size and factor != 1:
            scaled += 1 if factor > 1 else -1
        self.session.settings.set(setting, scaled)

    def follow_pointer(self) -> None:
        """Update what depends on the pointer's position: the ring, the coordinates and the source."""
        ring = None
        if self.pointer is not None and self._tool.has_ring and self.has_photo:
            ring = self.pointer.x, self.pointer.y, self._tool.ring_size(self.pointer)
        self._marks.show_ring(ring)
        rows, cols = self.session.document.size
        if self.pointer is None:
            self.cursorMoved.emit(0, 0, False)
        else:
            col, row = math.floor(self.pointer.x), math.floor(self.pointer.y)
            self.last_place = row, col
            self.cursorMoved.emit(col, row, 0 <= row < rows and 0 <= col < cols)
        self._hover()

    # Views

    @Slot()
    def _on_suggestions(self) -> None:
        """Show the present suggestion; the view moves where nothing of it is seen."""
        part = self.session.hole.suggestions.present
        way = None if part is None else find_way_to(self.viewport, part)
        if way is not None:
            self.pan(way.x(), way.y())
        self.update()

    def set_show_original(self, on: bool) -> None:
        """Show the photo as it was opened, without overlays."""
        if on == self._show_original or self._photo is None:
            return
        self._show_original = on
        if self._original is not None:
            self._original.deleteLater()
        self._original, original = None, self.session.document.original() if on else None
        if original is not None:
            self._original = photo_layer.show_photo(original, self.document.colours, self.background, self)
            self._original.updated.connect(self.update)
        self.update()

    @property
    def flow_view(self) -> bool:
        """Whether the flow is shown."""
        return self.modes.name == modes.FLOW

    def set_flow_view(self, on: bool) -> None:
        """Show where filled pixels came from, or stop showing it."""
        self.modes.show(modes.FLOW, on)

    @property
    def flow_scale(self) -> float:
        """The length of an offset that is fully saturated, px."""
        return self.modes.scale

    @property
    def edges_view(self) -> bool:
        """Whether the hole shows its edges, and the brush draws them."""
        return self.modes.name == modes.EDGES

    def on_view_moved(self) -> None:
        self._overlay.mark_all()
        self._marks.forget_place()
        self.update()
        if self.pointer is not None:  # the pointer is now over another pixel of the photo
            x, y = self.viewport.to_image(self.pointer.place)
            self.pointer = self.pointer._replace(x=x, y=y)
            self.follow_pointer()
        self.zoomChanged.emit(self.viewport.zoom)

    def _hover(self) -> None:
        source = None
        shown = self.flow_view and not self._show_original and not self.overlays.hidden
        if shown and self.pointer is not None and not self._tool.marks_source:
            row, col = math.floor(self.pointer.y), math.floor(self.pointer.x)
            source = source_at(self.compare.flows_at(col), row, col)
        if self._marks.show_source(source):
            self.sourceHovered.emit(source.text if source is not None else "")

    # Changes of the document

    @Slot()
    def _on_replaced(self) -> None:
        self.drop_stroke()
        for tool in self._tools.values():
            tool.photo_changed()
        self.last_place = None
        document = self.session.document
        for old in (self._photo, self._original):
            if old is not None:
                old.deleteLater()
        self._original = None
        self._photo = photo_layer.show_photo(document.raster(PHOTO), document.colours, self.background, self)
        self._photo.updated.connect(self._on_photo_updated)
        self._overlay.set_planes(document.rasters)
        self.viewport.set_photo(*document.size)
        self._hover()
        self.on_view_moved()

    @Slot()
    def _on_fills_changed(self) -> None:
        if not self.session.fills.is_busy:
            self._tool.fills_changed()
        self._hover()

    @Slot()
    def _on_lines_changed(self) -> None:
        self._tool.lines_changed()
        self.update()

    @Slot(str, object)
    def _on_changed(self, raster: str, box: Box) -> None:
        if raster == PHOTO and self._photo is not None:
            self._photo.refresh(box)
            self._on_photo_updated(box)
        elif raster in MaskOverlay.RASTERS:
            self._repaint.add(region_of(self._overlay.refresh(raster, box)))

    @Slot(object)
    def _on_photo_updated(self, box: Box) -> None:
        pad = 2 + math.ceil(2 * max(1.0, self.viewport.zoom))  # smoothing reaches into the neighbours
        self._repaint.add(region_of(self.viewport.device_box(box, pad)))

    @Slot()
    def _on_overlays_changed(self) -> None:
        self._overlay.show_areas(self.overlays.areas_shown)
        self._hover()
        self.update()

    @Slot(str)
    def _on_view_changed(self, name: str) -> None:
        self.drop_stroke()  # it was started in the other view
        if name:
            self.overlays.show_all()
        self._overlay.show_edges(name == modes.EDGES)
        self._show_labels()
        self.follow_pointer()
        self.viewChanged.emit(name)

    @Slot()
    def _show_labels(self) -> None:
        """Show the labels in the colours of their classes while their view is on."""
        self._overlay.show_labels(
            LabelInks.of(self.label_palette.colours()) if self.modes.name == modes.LABELS else None
        )
        self.update()

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        for tool in self._tools.values():
            tool.setting_changed(name)
        if name == self._tool.size_setting:
            self.follow_pointer()
        elif name in ("sampling_shape", "label_mode"):  # a tool works in another way now
            self.show_cursor()
            self.follow_pointer()
            self.toolChanged.emit(self._tool.name)
        elif name.endswith("_colour") or name == "hole_pattern":
            self._read_colours()
            self.update()

    def _read_colours(self) -> None:
        names = ("lines_colour", "hole_colour", "donors_colour", "only_colour")
        self.lines_colour, hole, donors, only = (_colour(self.session.settings, name) for name in names)
        self._overlay.set_colours(hole, donors, only, crossed=self.session.settings.get("hole_pattern") == "crossed")

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewport.set_widget(self.width(), self.height(), self.devicePixelRatioF())
        self.on_view_moved()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.viewport.dpr != self.devicePixelRatioF():  # moved to another display
            self.viewport.set_widget(self.width(), self.height(), self.devicePixelRatioF())
            self._overlay.mark_all()
        self._repaint.clear()
        qpainter = QPainter(self)
        qpainter.scale(1 / self.viewport.dpr, 1 / self.viewport.dpr)
        if self._photo is None:
            qpainter.fillRect(event.rect(), QColor(theme.GROUND))
            return
        box = self.viewport.device_box_of(event.rect())
        self._paint_pixels(qpainter, box)
        if not self._show_original:
            self._paint_vectors(qpainter)

    def _paint_pixels(self, qpainter: QPainter, box: Box) -> None:
        qpainter.fillRect(box.left, box.top, box.width, box.height, QColor(theme.GROUND))
        self._paint_photo(qpainter)
        if self._show_original:
            return
        shown = not self.overlays.hidden
        if self.modes.name and shown:
            self.modes.paint(qpainter, self.viewport, self.has_hole, self._tool.marks_source)
        self.compare.paint(qpainter, self.viewport, self._paint_photo, shown)
        if self.viewport.zoom >= GRID_FROM:
            photo_layer.paint_grid(qpainter, self.viewport, box)
        if shown:
            self._overlay.paint(qpainter, box)

    def _paint_vectors(self, qpainter: QPainter) -> None:
        if not self.overlays.hidden:
            lines = [line for line in self.session.document.lines if line.number != self._tool.hidden_line]
            vector_overlays.paint_lines(qpainter, self.viewport, lines, self.lines_colour)
            paint_suggestions(qpainter, self.viewport, self.session.hole.suggestions)
            self._tool.paint(qpainter)
        self.compare.paint_split(qpainter, self.viewport)
        self._marks.paint(qpainter)

    def _paint_photo(self, qpainter: QPainter) -> None:
        pyramid = self._original if self._show_original and self._original is not None else self._photo
        if pyramid is None:
            return
        if pyramid.has_alpha:
            photo_layer.paint_checkerboard(qpainter, self.viewport)
        photo_layer.paint_pyramid(qpainter, self.viewport, pyramid, self.viewport.photo_rect())


def _colour(settings: Settings, name: str) -> QColor:
    """Return the colour that a setting has; its default where it has none."""
    colour = QColor(settings.get(name))
    return colour if colour.isValid() else QColor(str(settings.row(name).default))

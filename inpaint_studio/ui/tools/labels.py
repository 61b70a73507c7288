"""The tool for labels: it paints classes, gives them to areas, and picks them from the picture."""

from __future__ import annotations

import math
from functools import partial
from typing import ClassVar

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.raster import HOLE, LABELS, PREDICTED, Raster, is_hole
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.brush import BrushTool
from inpaint_studio.ui.tools.brush_stroke import LabelStroke, Stroke
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.pointer import Pointer

NO_CLASS = mark("There is no class here to pick.")
NO_AREA = mark("There is no class here and no hole; click on a class, or in the hole.")
ONLY_PAINTED = mark("Nothing is painted here; what is predicted can be painted over.")

_Area = tuple[Box, Raster] | None


def _find_area(painted: Raster, predicted: Raster, hole: Raster, place: tuple[int, int]) -> _Area:
    """Find what is connected with a pixel and has its class; of the hole, where it has none. None elsewhere.

    Slow on a large photo, and imports OpenCV: do not call it in the main thread.
    """
    from inpaint_studio.engine.masks.parts import part_at

    shown = np.where(painted != 0, painted, predicted)
    same = shown == shown[place]
    if not shown[place]:
        same &= is_hole(hole)
    part = part_at(same.view(np.uint8), place)
    box = None if part is None else Box.of(part)
    return None if part is None or box is None else (box, part[box.slices] * np.uint8(255))


class LabelTool(BrushTool):
    """Drag to paint the chosen class; or click to give it to an area. Alt picks the class under the pointer."""

    name = "labels"
    title = mark("Labels")
    key = "S"
    icon = "tag"
    tip = mark(
        "Paint what should be where, by class; Shift+click draws a straight line, Alt picks "
        "a class, the right button erases"
    )
    options: ClassVar[tuple[str, ...]] = ("brush_size", "pressure_size", "close_loops", "label_mode")
    raster = LABELS

    _newest = 0  # number of the newest search for an area

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self.setting_changed("label_mode")

    @property
    def fills_areas(self) -> bool:
        """Whether a click gives the class to an area; else there is a brush."""
        return bool(self.context.setting("label_mode") == "area")

    @property
    def active_options(self) -> tuple[str, ...]:
        return ("label_mode",) if self.fills_areas else self.options

    def setting_changed(self, name: str) -> None:
        if name == "label_mode":
            kind: type[Tool] = Tool if self.fills_areas else BrushTool
            self.cursor, self.has_ring, self.own_size = kind.cursor, kind.has_ring, kind.own_size

    def press(self, pointer: Pointer) -> None:
        if pointer.alt:
            self.cancel()
            self._pick(pointer)
        elif self.fills_areas:
            self.cancel()
            self._fill_area(pointer)
        else:
            super().press(pointer)

    def cancel(self) -> bool:
        self._newest += 1  # the result of a search under way is ignored
        return super().cancel()

    def photo_changed(self) -> None:
        super().photo_changed()
        self._newest += 1

    def _begin(self, edit: LiveEdit, erase: bool, within: Raster | None) -> Stroke:
        del within
        return LabelStroke(edit, self.document.size, 0 if erase else self.context.label_palette.chosen)

    def _pick(self, pointer: Pointer) -> None:
        place = self._place(pointer)
        painted, predicted = (self.document.raster(name) for name in (LABELS, PREDICTED))
        number = 0 if place is None else int(painted[place] or predicted[place])
        if not number:
            self.context.show_hint(tr(NO_CLASS))
            return
        self.context.label_palette.choose(number)
        self.context.show_hint(tr("{name} is painted now.", name=self.context.label_palette.of(number).name))

    def _fill_area(self, pointer: Pointer) -> None:
        place = self._place(pointer)
        if place is None:
            return
        number = 0 if pointer.erase else self.context.label_palette.chosen
        search, history, state = self._newest, self.document.history, self.document.history.state
        painted, predicted, hole = (self.document.raster(name) for name in (LABELS, PREDICTED, HOLE))

        def done(area: _Area) -> None:
            is_new = search == self._newest and self.document.history is history
            if is_new and history.state == state and self.document.live is None:
                self._paint(area, number)

        self.context.run_in_background(partial(_find_area, painted, predicted, hole, place), done)

    def _paint(self, area: _Area, number: int) -> None:
        if area is None:
            self.context.show_hint(tr(NO_AREA))
            return
        box, inside = area
        stroke = LabelStroke(self.document.live_edit(LABELS), self.document.size, number)
        before = self.document.history.state
        stroke.add(box, inside)
        self.commit(stroke.edit, stroke.erase)
        if stroke.erase and self.document.history.state == before:
            self.context.show_hint(tr(ONLY_PAINTED))

    def _place(self, pointer: Pointer) -> tuple[int, int] | None:
        """Return the row and column under the pointer; None outside the photo."""
        row, col = math.floor(pointer.y), math.floor(pointer.x)
        height, width = self.document.size
        return (row, col) if 0 <= row < height and 0 <= col < width else None

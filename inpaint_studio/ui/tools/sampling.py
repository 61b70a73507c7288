"""The tools that mark where a fill may copy from: with the brush, the wand, and the tools that draw a shape."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QPainter, QRegion

from inpaint_studio.session.raster import DONORS, ONLY
from inpaint_studio.session.settings import SAMPLING_SHAPES
from inpaint_studio.texts import mark
from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.brush import BrushTool
from inpaint_studio.ui.tools.context import ToolContext
from inpaint_studio.ui.tools.magnetic_lasso import MagneticLassoTool
from inpaint_studio.ui.tools.object import ObjectTool
from inpaint_studio.ui.tools.pointer import Pointer
from inpaint_studio.ui.tools.shapes import EllipseTool, LassoTool, PolygonTool, RectangleTool
from inpaint_studio.ui.tools.wand import WandTool

_TOOLS: tuple[type[Tool], ...] = (
    BrushTool,
    LassoTool,
    MagneticLassoTool,
    PolygonTool,
    RectangleTool,
    EllipseTool,
    ObjectTool,
    WandTool,
)
SHAPES = dict(zip(SAMPLING_SHAPES, _TOOLS, strict=True))
_OF_HOLE = ("brush_hardness", "fill_on_release")  # options that the marking of an area does not have


class SamplingTool(Tool):
    """Base of the tools that mark a sampling area: each works as the tool of the chosen shape, on its own raster."""

    options: ClassVar[tuple[str, ...]] = ("sampling_shape",)

    def __init__(self, context: ToolContext) -> None:
        super().__init__(context)
        self._by_shape = {name: shape(context) for name, shape in SHAPES.items()}
        for tool in self._by_shape.values():
            tool.raster = self.raster
        self._shape = self._by_shape[SAMPLING_SHAPES[0]]
        self.setting_changed("sampling_shape")

    def setting_changed(self, name: str) -> None:
        if name == "sampling_shape":
            self._shape.deactivate()
            self._shape = self._by_shape[self.context.setting(name)]
            self.cursor, self.has_ring = self._shape.cursor, self._shape.has_ring
            self.own_size = self._shape.own_size

    @property
    def active_options(self) -> tuple[str, ...]:
        """The shape, and the options of its tool that an area can have."""
        return (*self.options, *self._shape_options())

    def _shape_options(self) -> tuple[str, ...]:
        without = (*_OF_HOLE, "found_margin") if self.raster == ONLY else _OF_HOLE
        return tuple(name for name in self._shape.active_options if name not in without)

    @property
    def busy(self) -> bool:
        return self._shape.busy

    def press(self, pointer: Pointer) -> None:
        self._shape.press(pointer)

    def drag(self, pointer: Pointer) -> None:
        self._shape.drag(pointer)

    def hover(self, pointer: Pointer) -> None:
        self._shape.hover(pointer)

    def release(self, pointer: Pointer) -> None:
        self._shape.release(pointer)

    def double_click(self, pointer: Pointer) -> None:
        self._shape.double_click(pointer)

    def handle_key(self, key: int) -> bool:
        return self._shape.handle_key(key)

    def cancel(self) -> bool:
        return self._shape.cancel()

    def photo_changed(self) -> None:
        for tool in self._by_shape.values():
            tool.photo_changed()

    def deactivate(self) -> None:
        self._shape.deactivate()

    def paint(self, qpainter: QPainter) -> None:
        self._shape.paint(qpainter)

    def region(self) -> QRegion:
        return self._shape.region()


class DonorsTool(SamplingTool):
    """Mark pixels that a fill must not copy from."""

    name = "donors"
    title = mark("Do not sample here")
    key = "D"
    icon = "ban"
    tip = mark("Mark what must not be copied from, with any shape; Q takes the next one, the right button unmarks")
    raster = DONORS


class OnlyTool(SamplingTool):
    """Mark the pixels that alone a fill may copy from."""

    name = "only"
    title = mark("Sample only here")
    key = "I"
    icon = "circle-check"
    tip = mark("Mark the only places to copy from, with any shape; Q takes the next one, the right button unmarks")
    raster = ONLY

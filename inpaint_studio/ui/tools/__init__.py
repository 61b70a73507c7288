"""The tools in the order of the tool bar: buttons, menus and shortcuts are made from this one table."""

from inpaint_studio.ui.tools.base import Tool
from inpaint_studio.ui.tools.brush import BrushTool, EraserTool
from inpaint_studio.ui.tools.guide_line import GuideLineTool
from inpaint_studio.ui.tools.hand import HandTool
from inpaint_studio.ui.tools.labels import LabelTool
from inpaint_studio.ui.tools.magnetic_lasso import MagneticLassoTool
from inpaint_studio.ui.tools.object import ObjectTool
from inpaint_studio.ui.tools.pointer import Pointer
from inpaint_studio.ui.tools.sampling import DonorsTool, OnlyTool
from inpaint_studio.ui.tools.shapes import EllipseTool, LassoTool, PolygonTool, RectangleTool
from inpaint_studio.ui.tools.source import SourceTool
from inpaint_studio.ui.tools.wand import WandTool

TOOLS: dict[str, type[Tool]] = {
    tool.name: tool
    for tool in (
        BrushTool,
        EraserTool,
        LassoTool,
        MagneticLassoTool,
        PolygonTool,
        RectangleTool,
        EllipseTool,
        ObjectTool,
        WandTool,
        GuideLineTool,
        LabelTool,
        DonorsTool,
        OnlyTool,
        SourceTool,
        HandTool,
    )
}

__all__ = ["TOOLS", "Pointer", "Tool"]

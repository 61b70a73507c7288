"""The sizes of brush and eraser: each tool has its own, and another photo gets what looks as large."""

from __future__ import annotations

import pytest

from inpaint_studio.session.raster import HOLE
from tests.ui.studio import Studio


def test_brush_and_eraser_keep_sizes_of_their_own(studio: Studio) -> None:
    numbers = studio.window.column.tool.numbers
    studio.settings.set("brush_size", 40)
    studio.press("E")
    assert numbers["eraser_size"].isVisible()
    assert not numbers["brush_size"].isVisible()
    numbers["eraser_size"].setValue(10)
    assert studio.settings.get("brush_size") == 40
    for _ in range(2):
        studio.press("]")
    assert studio.settings.get("eraser_size") == 14
    assert numbers["eraser_size"].value() == 14
    studio.press("B")
    assert numbers["brush_size"].isVisible()
    assert not numbers["eraser_size"].isVisible()
    studio.brush((100, 75))
    drawn = int((studio.session.document.raster(HOLE) > 127).sum())
    studio.press("E")
    studio.brush((100, 75))
    erased = drawn - int((studio.session.document.raster(HOLE) > 127).sum())
    assert drawn / erased == pytest.approx((40 / 14) ** 2, rel=0.05)

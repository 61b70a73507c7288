"""Flows under two sampling areas side by side: the key, what both sides show, the pointer, the export."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.flow.colours import colour
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.session.area_comparison import NOTHING_FILLED, SAME_AREAS
from inpaint_studio.session.raster import DONORS
from tests.ui.studio import OFFSET, Filler, Studio
from tests.ui.test_window import dialog_of

LEFT_SIDE, RIGHT_SIDE = (85, 70), (118, 84)  # places in the hole, at both sides of its middle
UNDER = (10, -60)  # rows, columns: where the filler copies from under a mask


class TurningFiller(Filler):
    """Copies from elsewhere where something is not to be copied."""

    def __call__(self, request: Request, ticket: Ticket) -> Result:
        result = super().__call__(request, ticket)
        if request.guide.donors is not None and result.flow is not None:
            result.flow.offsets[:] = np.reshape(UNDER, (2, 1, 1))
            result.pixels[request.hole] = 77
        return result


@pytest.fixture
def turning(studio: Studio) -> Studio:
    """The window with a hole that is filled, and what is not to be copied marked afterwards."""
    studio.session.worker._fill = studio.filler = TurningFiller()
    studio.fill()
    studio.session.document.apply("Mark", DONORS, Box(0, 150, 150, 200), np.full((150, 50), 255, np.uint8))
    return studio


def compare(studio: Studio) -> None:
    with studio.qtbot.waitSignal(studio.session.queue.areas.compared):
        studio.press("Shift+A")
    studio.qtbot.waitUntil(lambda: studio.window.canvas.background.idle)
    QTest.qWait(0)


def shown(studio: Studio, place: tuple[int, int]) -> list[int]:
    picture = studio.window.canvas.grab().toImage()
    at = studio.window.canvas.viewport.to_widget(*place) * picture.devicePixelRatio()
    pixel = QColor(picture.pixel(at.toPoint()))
    return [pixel.red(), pixel.green(), pixel.blue()]


def expected(studio: Studio, offset: tuple[int, int]) -> Any:
    """The colour of an offset where the longest of both flows is fully saturated."""
    flow = studio.session.document.flow
    assert flow is not None
    one = replace(flow, offsets=np.where(flow.hole, np.reshape(offset, (2, 1, 1)), 0))
    place = tuple(np.argwhere(flow.hole)[0])
    return pytest.approx(colour(one, float(np.hypot(*UNDER)))[place][:3].tolist(), abs=1)


def test_the_key_shows_both_flows_in_the_same_colours(turning: Studio) -> None:
    canvas, actions = turning.window.canvas, turning.window.actions_
    compare(turning)
    assert canvas.flow_view
    assert actions["flow"].isChecked()
    assert actions["compare"].isChecked()
    assert canvas.flow_scale == pytest.approx(np.hypot(*UNDER))
    assert shown(turning, LEFT_SIDE) == expected(turning, OFFSET)
    assert shown(turning, RIGHT_SIDE) == expected(turning, UNDER)
    assert canvas.compare.label(0) == "1  Quick filler, seed 0"
    assert canvas.compare.label(1) == "2  Quick filler, seed 0, with sampling areas"
    turning.press("A")  # without the flow both fills are seen
    assert (shown(turning, LEFT_SIDE)[0], shown(turning, RIGHT_SIDE)[0]) == (10, 77)
    turning.press("A")
    turning.press("X")
    turning.qtbot.waitUntil(lambda: canvas.background.idle)
    QTest.qWait(0)
    assert canvas.flow_scale == pytest.approx(np.hypot(*OFFSET))
    assert shown(turning, LEFT_SIDE) == shown(turning, RIGHT_SIDE)


def test_the_pointer_shows_the_source_of_its_side(turning: Studio) -> None:
    compare(turning)
    canvas, panel = turning.window.canvas, turning.window.column.flow
    for (x, y), (down, across) in ((LEFT_SIDE, OFFSET), (RIGHT_SIDE, UNDER)):
        with turning.qtbot.waitSignal(canvas.sourceHovered) as signal:
            QTest.mouseMove(canvas, turning.at(x + 0.5, y + 0.5))
        assert f"comes from ({x + across}, {y + down})" in signal.args[0]
        assert panel.source.startswith(f"From {x + across}, {y + down}")
    with turning.qtbot.waitSignal(canvas.sourceHovered) as signal:
        turning.press("X")  # the pointer rests, and now the photo's own fill is under it
    assert f"comes from ({x + OFFSET[1]}, {y + OFFSET[0]})" in signal.args[0]


def test_the_export_has_what_is_compared(turning: Studio) -> None:
    compare(turning)
    turning.press("Ctrl+Shift+E")
    dialog = dialog_of(QFileDialog)
    assert not any(".flo" in each for each in dialog.nameFilters())  # which holds one flow
    target = turning.folder / "two.html"
    dialog.fileSelected.emit(str(target))
    dialog.reject()
    turning.qtbot.waitUntil(lambda: turning.window.status.message == "Saved two.html.")
    page = target.read_text(encoding="utf-8")
    assert len(re.findall("<section", page)) == 2
    assert page.count('class="donors"') == 1


def test_why_there_is_nothing_to_compare(studio: Studio) -> None:
    action = studio.window.actions_["compare-areas"]
    assert not action.isEnabled()
    assert not studio.session.queue.areas.start()
    assert studio.window.status.message == NOTHING_FILLED
    studio.fill()
    assert action.isEnabled()
    studio.press("Shift+A")
    assert studio.window.status.message == SAME_AREAS
    assert not studio.window.canvas.compare.on

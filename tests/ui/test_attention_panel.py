"""The flow panel shows what a network's attention weighed: the strongest channels as bars, places as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.flow.weighed import WeighedPart
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Units
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.attention import ROWS, AttentionPanel
from tests.ui.driver import grab
from tests.ui.studio import Filler, Studio, apply_theme

WEIGHTS = np.linspace(0.9, 0.0, 40, dtype=np.float32)


class WeighingFiller(Filler):
    """Fills as usual; what its network weighed is `weighed`."""

    weighed: tuple[Units | None, Any] = (None, None)

    def __call__(self, request: Request, ticket: Ticket) -> Result:
        result = super().__call__(request, ticket)
        assert result.flow is not None
        return replace(result, flow=result.flow.with_weighed(WeighedPart.of(result.flow.box, *self.weighed)))


@pytest.fixture
def weighing(qtbot: Any, qapp: Any, tmp_path: Path) -> Iterator[Studio]:
    """A window whose fills have weights beside their sources."""
    apply_theme(qapp)
    studio = Studio(qtbot, tmp_path, filler=WeighingFiller())
    studio.show()
    yield studio
    studio.close()


def fill_with(studio: Studio, units: Units | None, places: Any = None) -> AttentionPanel:
    studio.filler.weighed = units, places  # type: ignore[attr-defined]
    studio.fill()
    return studio.window.column.flow.attention


def test_channels_are_ranked_bars(weighing: Studio) -> None:
    panel = fill_with(weighing, Units("channels", WEIGHTS[::-1].copy()))
    assert panel.isVisible()
    assert panel.head == "The channels that count most, of 40:"
    assert [number for number, _ in panel.bars.rows] == list(range(40, 40 - ROWS, -1))
    assert panel.bars.accessibleName().startswith("40: 90.0 %, 39: ")
    assert panel.picture is None
    drawn = grab(panel.bars)
    accent = np.array(QColor(theme.ACCENT).getRgb()[:3])
    height = drawn.shape[0] // ROWS
    lengths = [
        int((np.abs(drawn[place * height + height // 2].astype(int) - accent) < 3).all(1).sum())
        for place in range(ROWS)
    ]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 60
    assert lengths[-1] / lengths[0] == pytest.approx(WEIGHTS[ROWS - 1] / WEIGHTS[0], abs=0.05)


def test_a_memory_and_places(weighing: Studio) -> None:
    places = np.zeros((150, 200), np.float32)
    places[:, 100:] = 1
    panel = fill_with(weighing, Units("memory", WEIGHTS), places)
    assert panel.head == "The entries of its memory that count most, of 40:"
    assert panel.picture is not None
    picture = panel.picture.toImage()
    assert picture.width() > picture.height()
    assert picture.pixelColor(2, 5).lightness() == 0
    assert picture.pixelColor(picture.width() - 3, 5).lightness() == 255
    without = fill_with(weighing, None, places)
    assert without.head == ""
    assert not without.bars.isVisible()
    assert without.picture is not None


def test_it_follows_undo_and_the_pointer(weighing: Studio) -> None:
    panel = fill_with(weighing, Units("channels", WEIGHTS))
    weighing.filler.weighed = None, None  # type: ignore[attr-defined]
    weighing.brush((20, 20), (25, 22))
    weighing.wait_fill(lambda: weighing.press("Return"))
    assert not panel.isVisible()
    weighing.window.canvas.cursorMoved.emit(100, 72, True)
    assert panel.isVisible()
    weighing.window.canvas.cursorMoved.emit(22, 21, True)
    assert not panel.isVisible()
    weighing.session.document.undo()
    assert panel.isVisible()

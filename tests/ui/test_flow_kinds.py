"""Pointing into a network's fill: what it drew is not called a copy, in the window and in exported files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.flow.kinds import DRAWN_GREY, SENTENCES, Kind
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.registry import Registry, registry
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.ui.panels.flow import describe_source
from tests.engine.flows import FlatNetwork
from tests.ui.driver import grab
from tests.ui.studio import Filler, Studio, apply_theme

PLACE = (100, 72)  # in the hole


class RealFiller(Filler):
    """Fills with the model of that name."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model

    def __call__(self, request: Request, ticket: Ticket) -> Result:
        return run.fill(replace(request, model=self.model), ticket)


@pytest.fixture
def open_studio(qtbot: Any, qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    apply_theme(qapp)
    made: list[Studio] = []

    def start(model: str) -> Studio:
        known = {**registry().models, "fake": FlatNetwork()}
        monkeypatch.setattr(run, "model_library", lambda: Registry(known))
        studio = Studio(qtbot, tmp_path, filler=RealFiller(model))
        made.append(studio)
        studio.show()
        studio.settings.set("brush_size", 60)
        studio.settings.set("brush_hardness", 100)
        studio.fill()
        studio.press("A")
        qtbot.waitUntil(lambda: bool(studio.window.canvas.modes.flow_colours.layers))
        qtbot.waitUntil(lambda: studio.window.canvas.background.idle)
        return studio

    yield start
    for studio in made:
        studio.close()


def point(studio: Studio, place: tuple[int, int]) -> str:
    QTest.mouseMove(studio.window.canvas, QPoint(2, 2))
    QTest.mouseMove(studio.window.canvas, studio.at(place[0] + 0.5, place[1] + 0.5))
    return studio.window.column.flow.source


def test_what_a_network_drew_is_not_called_copied(open_studio: Any) -> None:
    studio = open_studio("fake")
    panel, canvas = studio.window.column.flow, studio.window.canvas
    texts: list[str] = []
    canvas.sourceHovered.connect(texts.append)
    assert "drawn by the network" in panel.kind.lower()
    assert "copied" not in panel.kind.lower()
    assert point(studio, PLACE).startswith("Drawn by the network. The best source is ")
    assert "is drawn by the network" in texts[-1]
    canvas.set_tool("hand")
    QTest.mouseMove(canvas, QPoint(2, 2))
    shown = grab(canvas)[studio.at(*PLACE).y(), studio.at(*PLACE).x()]
    assert (shown == DRAWN_GREY).all()


def test_a_copy_is_called_copied(open_studio: Any) -> None:
    studio = open_studio("exemplar")
    assert studio.window.column.flow.kind == SENTENCES[Kind.COPIED]
    text = point(studio, PLACE)
    assert text.startswith("Copied from ")
    x, y = (int(number) for number in text.removeprefix("Copied from ").split(":")[0].split(", "))
    photo = studio.session.document.raster(PHOTO)
    assert np.array_equal(photo[y, x], photo[PLACE[1], PLACE[0]])


@pytest.mark.parametrize("suffix", [".html", ".svg"])
def test_exported_flows_name_what_was_drawn(open_studio: Any, suffix: str) -> None:
    studio = open_studio("fake")
    path = studio.folder / f"flow{suffix}"
    with studio.qtbot.waitSignal(
        studio.session.status, check_params_cb=lambda status: "flow" in status.text.lower() and status.kind == "result"
    ):
        studio.session.save_flow(path)
    text = path.read_text(encoding="utf-8")
    assert "rawn by the network" in text


def test_the_longest_sentences_fit_into_the_panel(open_studio: Any) -> None:
    """Five kinds in one fill, and a source far away in a large photo."""
    studio = open_studio("exemplar")
    panel = studio.window.column.flow
    flow = studio.session.document.flow
    kinds = np.resize(np.array([1, 2, 4, 6, 8], np.uint8), flow.hole.shape)
    studio.session.document.set_flow(replace(flow, kinds=np.where(flow.hole, kinds, 0).astype(np.uint8)))
    assert panel.kind.count("%") == 5
    panel._source.setText(describe_source(0, 0, 10_000, 12_000, 1.0, Kind.DRAWN))
    for label in (panel._kind, panel._source):
        assert label.heightForWidth(label.width()) <= label.height()

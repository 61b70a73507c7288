"""Edges belong to the hole: predicted or drawn, they guide the fill, which removes them; one undo restores them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session.raster import EDGES, HOLE
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker
from tests.session.edge_models import COARSE, FILLED, SketchFiller, models, stripes
from tests.session.relay import relay

HOLE_AT = Box(100, 120, 180, 200)


@pytest.fixture
def filler() -> SketchFiller:
    return SketchFiller()


@pytest.fixture
def session(qtbot: Any, tmp_path: Path, filler: SketchFiller, photo: np.ndarray) -> Iterator[Session]:
    made = Session(Settings(tmp_path / "settings.toml"), FillWorker(filler, models))
    made.document.load(photo_from_array(photo))
    with qtbot.waitSignal(made.models.changed):
        made.start()
    made.models.name = "sketch"
    yield made
    filler.gate.set()
    made.close()


def mark(session: Session, box: Box = HOLE_AT, value: int = 255, raster: str = HOLE) -> None:
    """A stroke over a box."""
    edit = session.document.live_edit(raster)
    edit.write(box, np.full((box.height, box.width), value, np.uint8))
    edit.commit("Stroke")


def hole(session: Session) -> np.ndarray:
    return session.document.raster(HOLE) > 0


def edges(session: Session) -> np.ndarray:
    return session.document.raster(EDGES)


def predict(qtbot: Any, session: Session) -> None:
    with qtbot.waitSignal(session.edges.predicted):
        assert session.edges.predict()


def fill(qtbot: Any, session: Session) -> None:
    with qtbot.waitSignal(session.fills.filled):
        assert session.fills.start()


def test_prediction_lands_inside_the_hole_as_one_step(qtbot: Any, session: Session, filler: SketchFiller) -> None:
    mark(session)
    photo = session.document.raster("photo").copy()
    steps = len(session.document.history)
    predict(qtbot, session)
    assert filler.requests[-1].options.only == "edges"
    assert filler.requests[-1].guide.edges is None
    assert (edges(session) == stripes(hole(session))).all()
    assert (session.document.raster("photo") == photo).all()
    assert len(session.document.history) == steps + 1
    assert session.document.undo_text == "Predict edges"
    session.document.undo()
    assert not edges(session).any()
    session.document.redo()
    assert (edges(session) == stripes(hole(session))).all()


def test_the_same_prediction_again_is_no_step(qtbot: Any, session: Session) -> None:
    mark(session)
    predict(qtbot, session)
    steps = len(session.document.history)
    predict(qtbot, session)
    assert len(session.document.history) == steps


def test_edges_guide_the_fill_and_are_removed_with_the_hole(qtbot: Any, session: Session, filler: SketchFiller) -> None:
    mark(session)
    predict(qtbot, session)
    line = Box(110, 130, 112, 190)
    mark(session, line, raster=EDGES)
    drawn, steps = edges(session).copy(), len(session.document.history)
    fill(qtbot, session)
    guide_edges = filler.requests[-1].guide.edges
    assert guide_edges is not None
    assert guide_edges.dtype == np.float32
    assert np.allclose(guide_edges, drawn / 255)
    assert not edges(session).any()
    assert len(session.document.history) == steps + 1
    session.document.undo()
    assert (edges(session) == drawn).all()
    assert hole(session)[HOLE_AT.slices].all()
    session.document.redo()
    assert not edges(session).any()


@pytest.mark.parametrize("clear", [False, True])
def test_without_edges_the_model_predicts_for_itself(
    qtbot: Any, session: Session, filler: SketchFiller, clear: bool
) -> None:
    mark(session)
    if clear:
        predict(qtbot, session)
        session.edges.clear()
        assert session.document.undo_text == "Clear the edges"
    fill(qtbot, session)
    assert filler.requests[-1].guide.edges is None


def test_edges_go_where_the_hole_goes(qtbot: Any, session: Session) -> None:
    mark(session)
    predict(qtbot, session)
    before = edges(session).copy()
    half = Box(100, 120, 140, 200)
    mark(session, half, 0)
    assert not edges(session)[half.slices].any()
    assert (edges(session)[140:] == before[140:]).all()
    session.document.undo()
    assert (edges(session) == before).all()
    session.document.invert_hole()
    assert not edges(session).any()
    session.document.undo()
    assert (edges(session) == before).all()
    session.document.clear_hole()
    assert not edges(session).any()
    session.document.undo()
    assert (edges(session) == before).all()
    assert hole(session).any()


def test_what_is_drawn_while_they_are_predicted_stays(qtbot: Any, session: Session, filler: SketchFiller) -> None:
    mark(session)
    filler.gate.clear()
    assert session.edges.predict()
    line, gone = Box(110, 130, 112, 190), Box(160, 120, 180, 200)
    mark(session, line, raster=EDGES)
    mark(session, gone, 0)
    with qtbot.waitSignal(session.edges.predicted):
        filler.gate.set()
    assert (edges(session)[line.slices] == 255).all()
    assert edges(session)[150, 130] == stripes(hole(session))[150, 130]
    assert not edges(session)[gone.slices].any()


def test_prediction_waits_for_the_stroke_under_way(qtbot: Any, session: Session) -> None:
    mark(session)
    edit = session.document.live_edit(EDGES)
    with qtbot.waitSignal(relay(session.worker).fillFinished):
        assert session.edges.predict()
    assert not edges(session).any()
    with qtbot.waitSignal(session.edges.predicted):
        edit.commit("Draw edges")
    assert edges(session).any()


@pytest.mark.parametrize("how", ["cancel", "undo", "model", "photo"])
def test_prediction_is_dropped(qtbot: Any, session: Session, filler: SketchFiller, photo: np.ndarray, how: str) -> None:
    mark(session)
    filler.gate.clear()
    assert session.edges.predict()
    qtbot.waitUntil(lambda: bool(filler.requests))
    if how == "cancel":
        session.fills.cancel()
    elif how == "undo":
        session.document.undo()
    elif how == "model":
        session.models.name = "plain"
    else:
        session.document.load(photo_from_array(photo))
    assert not session.fills.is_busy
    filler.gate.set()
    fills_again = how in ("cancel", "model")
    if not fills_again:
        mark(session)
    fill(qtbot, session)  # the thread has done with the prediction by then
    assert not edges(session).any()


def test_the_newest_request_wins(qtbot: Any, session: Session, filler: SketchFiller) -> None:
    mark(session)
    filler.gate.clear()
    assert session.edges.predict()
    assert session.edges.is_predicting
    with qtbot.waitSignal(session.fills.filled):
        assert session.fills.start()
        assert not session.edges.is_predicting
        filler.gate.set()
    assert not edges(session).any()
    assert not session.fills.is_busy


def test_reasons_against_a_prediction_are_reported(qtbot: Any, session: Session) -> None:
    with qtbot.waitSignal(session.status) as status:
        assert not session.edges.predict()
    assert "Brush over something" in status.args[0].text
    mark(session)
    session.models.name = "follow"
    with qtbot.waitSignal(session.status) as status:
        assert not session.edges.predict()
    assert status.args[0].text == "This model predicts no edges; choose one that does."
    assert not session.edges.predict_if_missing()


def test_edges_are_predicted_without_a_request_only_where_there_are_none(qtbot: Any, session: Session) -> None:
    assert not session.edges.predict_if_missing()
    mark(session)
    with qtbot.waitSignal(session.edges.predicted):
        assert session.edges.predict_if_missing()
    assert not session.edges.predict_if_missing()


def test_a_candidate_keeps_its_edges_and_another_goes_along_the_same(
    qtbot: Any, session: Session, filler: SketchFiller
) -> None:
    mark(session)
    line = Box(110, 130, 112, 190)
    mark(session, line, raster=EDGES)
    fill(qtbot, session)
    with qtbot.waitSignal(session.fills.filled):
        session.fills.another()
    first, second = (request.guide.edges for request in filler.requests[-2:])
    assert first is not None
    assert second is not None
    assert (first == second).all()
    for candidate in session.fills.candidates:
        (piece,) = candidate.edges
        assert piece.pixels.dtype == np.uint8
        inner = line.shift(-piece.box.top, -piece.box.left)
        assert (piece.pixels[inner.slices] == 255).all()
    assert session.document.raster("photo")[150, 150, 0] == FILLED + 1
    session.fills.previous_candidate()
    assert session.document.raster("photo")[150, 150, 0] == FILLED


def test_stages_are_those_of_the_candidate_in_effect(qtbot: Any, session: Session) -> None:
    session.models.name = "stages"
    mark(session)
    fill(qtbot, session)
    assert session.fills.shown is not None
    assert (session.fills.shown.coarse[0].pixels == COARSE).all()
    session.models.name = "plain"
    with qtbot.waitSignal(session.fills.filled):
        session.fills.another()
    assert session.fills.shown.coarse == []
    session.fills.previous_candidate()
    assert len(session.fills.shown.coarse) == 1
    session.document.undo()
    assert session.fills.shown is None
    session.document.redo()
    assert session.fills.shown is not None


def test_a_model_that_follows_edges_keeps_those_of_its_guide(qtbot: Any, session: Session) -> None:
    session.models.name = "follow"
    mark(session)
    mark(session, Box(110, 130, 112, 190), raster=EDGES)
    drawn = edges(session).copy()
    fill(qtbot, session)
    assert session.fills.shown is not None
    (piece,) = session.fills.shown.edges
    assert (piece.pixels == drawn[piece.box.slices]).all()


def test_strokes_on_the_hole_stay_one_step_without_edges(session: Session) -> None:
    mark(session)
    step = session.document.history.top
    assert {part.raster for part in step.commands} == {HOLE}

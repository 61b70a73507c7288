"""Answers that come late, and what changed meanwhile."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Options
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.raster import HOLE, PHOTO
from inpaint_studio.session.worker import FillWorker
from tests.session.relay import relay
from tests.session.test_session import A, B, snapshot, stroke, unchanged, wait_filled


def result(photo: np.ndarray) -> Result:
    return Result(np.zeros_like(photo), None, "auto", "cpu", 0, 0.01, 0.01, [], [])


def test_a_result_that_was_on_its_way_when_its_fill_was_cancelled_is_dropped(qtbot, session, filler, photo) -> None:
    stroke(session, A)
    before = snapshot(session)
    filler.go.clear()
    with qtbot.waitSignal(relay(session.worker).fillStarted) as started:
        session.fills.start()
    (number,) = started.args
    session.fills.cancel()
    session.worker.fillFinished.emit(number, result(photo))
    assert unchanged(session, before)
    assert not session.fills.is_busy


def test_a_result_that_was_on_its_way_does_not_answer_the_newer_request(qtbot, session, filler, photo) -> None:
    stroke(session, A)
    filler.go.clear()
    with qtbot.waitSignal(relay(session.worker).fillStarted) as started:
        session.fills.start()
    (number,) = started.args
    session.models.seed = 7
    session.fills.start()
    session.worker.fillFinished.emit(number, result(photo))
    assert np.array_equal(session.document.raster(PHOTO), photo)
    assert session.fills.is_busy
    wait_filled(qtbot, session, filler.go.set)
    assert (session.document.raster(PHOTO)[A.slices] == filler.grey(7)).all()


def test_a_fill_that_ends_although_it_was_cancelled_is_cancelled(qtbot, photo) -> None:
    """A model that looks at its ticket no more returns a result; the request has one answer all the same."""
    answers: list[tuple[str, int]] = []

    def fill(_request: Request, _ticket: object) -> Result:
        worker.cancel()
        return result(photo)

    worker = FillWorker(fill=fill, registry=Registry)
    for name in ("fillFinished", "failed", "cancelled"):
        getattr(relay(worker), name).connect(lambda number, *_, name=name: answers.append((name, number)))
    worker.start()
    try:
        number = worker.request(Request(photo, np.zeros(photo.shape[:2], bool), "auto", None, Options()))
        qtbot.waitUntil(lambda: answers != [])
    finally:
        worker.stop()
    assert answers == [("cancelled", number)]


def test_an_exchanged_candidate_takes_its_flow_with_it(qtbot, session) -> None:
    """Where other steps came after the fill, too: one flow for the hole, and that of the candidate in effect."""
    document = session.document
    stroke(session, A)
    wait_filled(qtbot, session, session.fills.start)
    wait_filled(qtbot, session, session.fills.another)
    first, second = (candidate.flow for candidate in session.fills.candidates)
    assert document.flows == (second,)
    stroke(session, Box(B.top, B.left, B.top + 5, B.left + 5))
    session.fills.previous_candidate()
    assert document.flows == (first,)
    document.undo()
    assert document.flows == (second,)


def test_what_is_drawn_between_two_parts_of_the_hole_while_it_is_filled_stays(qtbot, session, filler) -> None:
    """It lies in the box of the hole, but was not part of it when the fill was requested."""
    document = session.document
    first, second, between = Box(20, 30, 40, 50), Box(60, 70, 80, 90), Box(45, 55, 55, 65)
    for box in (first, second):
        stroke(session, box)
    filler.go.clear()
    with qtbot.waitSignal(relay(session.worker).fillStarted):
        session.fills.start()
    stroke(session, between)
    wait_filled(qtbot, session, filler.go.set)
    assert Box.of(document.raster(HOLE)) == between
    assert (document.raster(HOLE)[between.slices] == 255).all()
    for box in (first, second):
        assert (document.raster(PHOTO)[box.slices] == filler.grey(0)).all()

"""A part of a finished fill that is filled again: it works on the result, and undo brings the first fill back whole."""

from __future__ import annotations

import gc
import weakref

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Options
from inpaint_studio.session.raster import DONORS, HOLE, ONLY, PHOTO
from tests.session.conftest import FakeFiller
from tests.session.test_session import snapshot, stroke, unchanged, wait_filled

WHOLE = Box(40, 50, 120, 170)
PART = Box(60, 80, 90, 110)
ELSEWHERE = Box(200, 200, 240, 260)


def steer(session, offset=(30, 90)) -> None:
    """Move the source of `PART`; what lies 5 px round it may follow."""
    around = PART.pad(5)
    part = np.zeros((around.height, around.width), np.bool_)
    part[5:-5, 5:-5] = True
    session.fills.steer(around, part, np.ones_like(part), offset)


def test_a_brushed_part_is_filled_on_the_result(qtbot, session, filler) -> None:
    document = session.document
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    first = document.raster(PHOTO).copy()
    stroke(session, PART)
    session.models.seed = 7
    wait_filled(qtbot, session, session.fills.start)
    assert filler.requests[-1].pixels is document.raster(PHOTO)  # no copy of it as it was before
    after = document.raster(PHOTO).copy()
    assert (after[PART.slices] == FakeFiller.grey(7)).all()
    after[PART.slices] = first[PART.slices]
    assert np.array_equal(after, first)
    assert len(document.flows) == 2
    assert document.flow is not None
    assert document.flow.box == PART
    document.undo()
    assert Box.of(document.raster(HOLE)) == PART
    document.undo()
    assert np.array_equal(document.raster(PHOTO), first)
    assert not document.has_hole


def test_undo_of_the_second_fill_brings_the_candidates_of_the_first_back(qtbot, session, filler) -> None:
    document, fills = session.document, session.fills
    stroke(session, WHOLE)
    wait_filled(qtbot, session, fills.start)
    wait_filled(qtbot, session, fills.another)
    first = document.raster(PHOTO).copy()
    stroke(session, PART)
    wait_filled(qtbot, session, fills.start)
    assert (fills.candidate_index, fills.candidate_count) == (0, 1)
    document.undo()
    document.undo()
    assert (fills.candidate_index, fills.candidate_count) == (1, 2)
    assert fills.shown is not None
    fills.previous_candidate()
    assert (document.raster(PHOTO)[WHOLE.slices] == FakeFiller.grey(0)).all()
    fills.next_candidate()
    assert np.array_equal(document.raster(PHOTO), first)
    wait_filled(qtbot, session, fills.another)
    assert fills.candidate_count == 3
    assert np.array_equal(filler.requests[-1].hole, filler.requests[0].hole)


def test_redo_of_the_second_fill_brings_its_candidates(qtbot, session) -> None:
    document, fills = session.document, session.fills
    changes: list[tuple[int, int]] = []
    fills.candidatesChanged.connect(lambda index, count: changes.append((index, count)))
    stroke(session, WHOLE)
    wait_filled(qtbot, session, fills.start)
    wait_filled(qtbot, session, fills.another)
    wait_filled(qtbot, session, lambda: steer(session))
    document.undo()
    document.redo()
    assert changes == [(0, 1), (1, 2), (0, 1), (1, 2), (0, 1)]
    assert fills.last_box == PART.pad(5)


def test_a_moved_source_is_one_step_and_leaves_the_hole_that_is_drawn(qtbot, session, filler) -> None:
    document = session.document
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    stroke(session, ELSEWHERE)
    before, steps = snapshot(session), len(document.history)
    wait_filled(qtbot, session, lambda: steer(session))
    request = filler.requests[-1]
    assert Box.of(request.hole) == PART.pad(5)
    assert Box.of(request.steering.part) == PART
    assert request.steering.offset == (30, 90)
    assert request.model == "exemplar"  # what its candidate is named after, whatever model is chosen
    assert len(document.history) == steps + 1
    assert document.undo_text == "Move the source"
    assert Box.of(document.raster(HOLE)) == ELSEWHERE
    document.undo()
    assert unchanged(session, before)


def test_another_one_keeps_the_moved_source_and_starts_from_the_first_fill(qtbot, session, filler) -> None:
    document = session.document
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    first = document.raster(PHOTO).copy()
    wait_filled(qtbot, session, lambda: steer(session))
    wait_filled(qtbot, session, session.fills.another)
    request = filler.requests[-1]
    assert request.steering.offset == (30, 90)
    assert request.options.seed == 1
    assert np.array_equal(request.pixels, first)
    assert session.fills.candidate_count == 2


def test_a_source_is_moved_also_where_the_chosen_model_cannot_fill(qtbot, session, monkeypatch) -> None:
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    monkeypatch.setattr(type(session.models), "blocked_reason", property(lambda _self: "It has no weights."))
    wait_filled(qtbot, session, lambda: steer(session))
    assert session.document.undo_text == "Move the source"


def test_grow_and_fill_again_keeps_the_moved_source(qtbot, session, filler) -> None:
    document = session.document
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    first = document.raster(PHOTO).copy()
    wait_filled(qtbot, session, lambda: steer(session))
    wait_filled(qtbot, session, lambda: session.hole.grow_and_fill(4))
    request = filler.requests[-1]
    assert request.steering is not None
    assert request.steering.offset == (30, 90)
    assert Box.of(request.steering.part) == PART
    assert Box.of(request.hole) == PART.pad(9)
    assert np.array_equal(request.pixels, first)  # as if the source had not been moved before
    document.undo()
    document.undo()
    assert np.array_equal(document.raster(PHOTO), first)


def test_another_one_of_a_moved_source_needs_no_model(qtbot, session, filler, monkeypatch) -> None:
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    wait_filled(qtbot, session, lambda: steer(session))
    monkeypatch.setattr(type(session.models), "blocked_reason", "It has no weights.")
    wait_filled(qtbot, session, session.fills.another)
    assert filler.requests[-1].steering is not None
    assert session.fills.candidate_count == 2


def test_models_are_not_queued_for_a_moved_source(qtbot, session) -> None:
    stroke(session, WHOLE)
    wait_filled(qtbot, session, session.fills.start)
    wait_filled(qtbot, session, lambda: steer(session))
    with qtbot.waitSignal(session.fills.status) as status:
        assert not session.queue.start()
    assert "source of this part was moved" in status.args[0].text


def test_a_fill_in_the_history_keeps_little_beside_its_pixels(qtbot, session) -> None:
    """Whole planes of a photo of 24 megapixels would be 24 MB each; the history's budget counts what is kept."""
    document = session.document
    for name in (DONORS, ONLY):
        document.apply(name, name, ELSEWHERE, np.full((ELSEWHERE.height, ELSEWHERE.width), 255, np.uint8))
    stroke(session, PART)
    wait_filled(qtbot, session, session.fills.start)
    step = document.history.top
    step.pack()
    pixels, kept = sum(part.nbytes for part in step.commands), step.filled.nbytes
    assert 0 < kept < PART.area
    assert step.nbytes == pixels + kept
    wait_filled(qtbot, session, session.fills.another)
    step = document.history.top
    step.pack()
    other = step.filled.candidates[0]
    assert step.candidate is not other
    assert step.filled.nbytes == kept + other.nbytes > kept
    assert other.nbytes < PART.area  # its pixels and its flow are compressed, as it is not in the photo
    request = step.filled.request(document.raster(PHOTO), "quick", Options())()
    step.pack()
    again = step.filled.request(document.raster(PHOTO), "quick", Options())()
    assert Box.of(again.hole) == PART
    assert Box.of(again.only) == Box.of(again.guide.donors) == ELSEWHERE
    for one, other in ((request.hole, again.hole), (request.only, again.only)):
        assert np.array_equal(one, other)


def test_candidates_keep_within_the_budget_of_the_history(qtbot, session) -> None:
    document = session.document
    stroke(session, PART)
    wait_filled(qtbot, session, session.fills.start)
    first = session.fills.candidates[0]
    session.fills.keep_candidate(0, True)
    document.set_history_budget(1)
    for _ in range(4):
        wait_filled(qtbot, session, session.fills.another)
    there = session.fills.candidates
    assert [each.seed for each in there] == [0, 3, 4]  # the kept one, the one that was in the photo, the newest
    assert there[0] is first
    assert session.fills.candidate_index == 2
    document.set_history_budget(1 << 30)
    for _ in range(2):
        wait_filled(qtbot, session, session.fills.another)
    assert [each.seed for each in session.fills.candidates] == [0, 3, 4, 5, 6]


def test_a_fill_that_the_history_has_dropped_has_no_candidates(qtbot, session) -> None:
    """They could not be put into the photo: what was there before the fill is not known any more."""
    stroke(session, PART)
    wait_filled(qtbot, session, session.fills.start)
    wait_filled(qtbot, session, session.fills.another)
    stroke(session, ELSEWHERE)
    session.fills.previous_candidate()
    assert session.document.undo_text == "Another candidate"
    assert (session.fills.candidate_index, session.fills.candidate_count) == (0, 2)
    session.document.history.file = None  # no disk takes what is over the budget
    session.document.set_history_budget(1)
    assert len(session.document.history) == 1
    assert session.fills.filled_hole is None
    assert (session.fills.candidate_index, session.fills.candidate_count) == (-1, 0)


def test_candidates_count_once_however_often_another_one_is_chosen(qtbot, session) -> None:
    """Else the history would drop steps for memory that it does not take."""
    document, fills = session.document, session.fills
    stroke(session, WHOLE)
    first = document.history.top
    wait_filled(qtbot, session, fills.start)
    for _ in range(3):
        wait_filled(qtbot, session, fills.another)
    stroke(session, ELSEWHERE)
    for _ in range(2):
        fills.previous_candidate()
    qtbot.waitUntil(lambda: session.queues.memory.is_idle("history"))
    steps = document.history.steps_from(first)
    assert [step.label for step in steps] == ["Brush", "Fill", "Brush", *["Another candidate"] * 2]
    parts = sum(part.nbytes for step in steps for part in step.commands)
    assert document.history.nbytes == parts + fills.filled_hole.nbytes


def test_another_photo_frees_the_fills_of_the_one_before_at_once(qtbot, session) -> None:
    stroke(session, PART)
    wait_filled(qtbot, session, session.fills.start)
    wait_filled(qtbot, session, session.fills.another)
    hole = weakref.ref(session.fills.filled_hole)
    gc.disable()
    try:
        session.document.load(session.document.photo)
        qtbot.waitUntil(lambda: hole() is None)
    finally:
        gc.enable()

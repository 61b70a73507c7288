"""The document: after any edits, undos and redos its content is that of a replay of the commands in effect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session.document import Document
from inpaint_studio.session.raster import DONORS, HOLE, LINES, NAMES, ONLY, PHOTO

HEIGHT, WIDTH = 40, 300  # two tiles wide


def made() -> Document:
    document = Document()
    document.load(
        photo_from_array(np.arange(HEIGHT * WIDTH * 3, dtype=np.uint32).astype(np.uint8).reshape(HEIGHT, WIDTH, 3))
    )
    return document


def state_of(document: Document):
    lines = [(line.number, line.points.tolist()) for line in document.lines]
    return {name: document.raster(name).copy() for name in NAMES}, lines


def same(one, other) -> bool:
    return one[1] == other[1] and all(np.array_equal(one[0][name], other[0][name]) for name in NAMES)


boxes = st.builds(
    lambda top, left, height, width: Box(top, left, top + height, left + width),
    st.integers(0, HEIGHT - 9),
    st.integers(0, WIDTH - 60),
    st.integers(1, 9),
    st.integers(1, 60),
)
points = st.lists(st.tuples(st.floats(-20, WIDTH + 20), st.floats(-20, HEIGHT + 20)), min_size=2, max_size=4)
edits = st.one_of(
    st.tuples(
        st.just("stroke"),
        st.sampled_from([HOLE, DONORS, ONLY]),
        st.lists(boxes, min_size=1, max_size=3),
        st.integers(0, 255),
    ),
    st.tuples(st.just("apply"), st.sampled_from([HOLE, DONORS, PHOTO]), boxes, st.integers(0, 255)),
    st.tuples(st.just("line"), points),
    st.tuples(st.just("unline")),
    st.tuples(st.just("clear")),
    st.tuples(st.just("invert")),
    st.tuples(st.just("group"), boxes, points),
)
moves = st.lists(st.one_of(edits, st.tuples(st.just("undo")), st.tuples(st.just("redo"))), max_size=25)


def do(document: Document, edit) -> None:
    match edit:
        case ("stroke", name, parts, value):
            live = document.live_edit(name)
            for box in parts:
                live.touch(box)[...] = value
                live.changed(box)
            live.commit("Stroke")
        case ("apply", name, box, value):
            document.apply("Apply", name, box, np.full_like(document.raster(name)[box.slices], value))
        case ("line", where):
            document.add_line(where)
        case ("unline",):
            document.remove_last_line()
        case ("clear",):
            document.clear_hole()
        case ("invert",):
            document.invert_hole()
        case ("group", box, where):
            with document.group("Both"):
                document.apply("Apply", HOLE, box, np.full((box.height, box.width), 255, np.uint8))
                document.add_line(where)


@settings(max_examples=60, deadline=None)
@given(moves)
def test_any_edits_undos_and_redos_equal_a_replay(sequence) -> None:
    document = made()
    states = [state_of(document)]  # of every step in effect, the first without any
    undone: list = []
    for move in sequence:
        if move == ("undo",):
            assert document.can_undo == (len(states) > 1)
            document.undo()
            if len(states) > 1:
                undone.append(states.pop())
        elif move == ("redo",):
            assert document.can_redo == bool(undone)
            document.redo()
            if undone:
                states.append(undone.pop())
        else:
            steps = len(document.history)
            do(document, move)
            if len(document.history) > steps:
                states.append(state_of(document))
                undone.clear()
        assert same(state_of(document), states[-1])
        assert document.modified == (len(states) > 1)
    while document.can_undo:
        document.undo()
    assert same(state_of(document), states[0])


@settings(max_examples=30, deadline=None)
@given(moves)
def test_signals_report_every_change(sequence) -> None:
    document = made()
    copies = {name: document.raster(name).copy() for name in NAMES}

    def follow(name: str, box: Box) -> None:
        copies[name][box.slices] = document.raster(name)[box.slices]

    document.changed.connect(follow)
    for move in sequence:
        if move == ("undo",):
            document.undo()
        elif move == ("redo",):
            document.redo()
        else:
            do(document, move)
    assert all(np.array_equal(copies[name], document.raster(name)) for name in NAMES)


def test_a_stroke_is_one_step_and_an_aborted_one_none() -> None:
    document = made()
    live = document.live_edit(HOLE)
    for left in (0, 250, 280):
        live.touch(Box(0, left, 5, left + 10))[...] = 255
    assert live.commit("Brush")
    assert document.undo_text == "Brush"
    document.undo()
    assert not document.raster(HOLE).any()
    assert document.redo_text == "Brush"

    live = document.live_edit(HOLE)
    live.touch(Box(0, 0, 5, 5))[...] = 255
    live.abort()
    assert not document.raster(HOLE).any()
    assert not document.can_undo
    assert document.can_redo
    assert not live.commit("Brush")  # it has ended


def test_undo_in_the_middle_of_a_stroke_drops_just_that_stroke() -> None:
    document = made()
    do(document, ("apply", HOLE, Box(0, 0, 2, 2), 255))
    live = document.live_edit(HOLE)
    live.touch(Box(5, 5, 9, 9))[...] = 255
    document.undo()
    assert document.raster(HOLE).sum() == 4 * 255
    live.touch(Box(5, 5, 9, 9))[...] = 255  # what the tool still writes goes nowhere
    assert document.raster(HOLE).sum() == 4 * 255
    document.undo()
    assert not document.raster(HOLE).any()


CHANGES = ("clear_hole", "invert_hole", "clear_sampling_areas", "swap_sampling_areas")


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_a_whole_raster_waits_for_no_stroke_and_leaves_it_whole(change: str) -> None:
    """A step in the middle of a stroke would come before it in the history, and hold a part of it."""
    document = made()
    do(document, ("apply", DONORS, Box(20, 0, 30, 9), 255))
    before = state_of(document)
    live = document.live_edit(HOLE)
    live.write(Box(0, 0, 5, 5), np.full((5, 5), 255, np.uint8))
    getattr(document, change)()
    live.write(Box(5, 5, 9, 9), np.full((4, 4), 255, np.uint8))
    assert live.commit("Brush")
    assert (document.raster(HOLE) != 0).sum() == 25 + 16
    document.undo()
    assert same(state_of(document), before)


def test_another_photo_ends_a_stroke_and_everything_else() -> None:
    document = made()
    do(document, ("line", [(1, 1), (50, 20)]))
    live = document.live_edit(HOLE)
    live.touch(Box(0, 0, 5, 5))[...] = 255
    document.load(photo_from_array(np.zeros((7, 9, 3), np.uint8)))
    assert not live.active
    assert document.size == (7, 9)
    assert not document.raster(HOLE).any()
    assert not document.lines
    assert not document.can_undo
    assert not document.modified


def test_the_photo_that_was_opened_is_kept_apart() -> None:
    document = made()
    before = document.original()
    assert before is not None
    assert np.array_equal(before, document.raster(PHOTO))
    do(document, ("apply", PHOTO, Box(0, 0, 5, 5), 1))
    assert not np.array_equal(before, document.raster(PHOTO))
    assert np.array_equal(document.original(), before)


def test_the_photo_that_was_opened_outlives_the_history() -> None:
    document = made()
    document.set_history_budget(0)
    before = document.original()
    for number in range(4):
        do(document, ("apply", PHOTO, Box(number, 0, 20, 250 + number), 7 + number))
    document.undo()
    assert not document.can_undo
    assert not np.array_equal(document.raster(PHOTO), before)
    assert np.array_equal(document.original(), before)


def test_a_photo_whose_pixels_the_document_may_not_have_is_left_alone() -> None:
    document, pixels = Document(), np.full((20, 30, 3), 9, np.uint8)
    photo = photo_from_array(pixels)
    document.load(photo)
    document.apply("Change", PHOTO, Box(0, 0, 5, 5), np.zeros((5, 5, 3), np.uint8))
    assert (photo.pixels == 9).all()
    document.load(photo, own=True)
    document.apply("Change", PHOTO, Box(0, 0, 5, 5), np.zeros((5, 5, 3), np.uint8))
    assert not photo.pixels[:5, :5].any()


def test_saved_is_the_state_that_was_written_even_when_work_went_on() -> None:
    document = made()
    changes: list[bool] = []
    document.modifiedChanged.connect(changes.append)
    do(document, ("invert",))
    state = document.history.state
    do(document, ("clear",))
    document.mark_saved(state)
    assert document.modified
    document.undo()
    assert not document.modified
    assert changes == [True, False]


def test_a_group_that_fails_leaves_nothing_behind() -> None:
    document = made()

    def fail() -> None:
        with document.group("Both"):
            do(document, ("apply", HOLE, Box(0, 0, 5, 5), 255))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert not document.raster(HOLE).any()
    assert not document.can_undo


def test_guide_lines_are_drawn_with_their_number_three_px_wide() -> None:
    document = made()
    assert document.add_line([(10.5, 10.5), (100.5, 10.5)]) == 1
    assert document.add_line([(50.5, 2.5), (50.5, 30.5)]) == 2
    lines = document.raster(LINES)
    assert set(np.unique(lines)) == {0, 1, 2}
    assert (lines[:, 30] == 1).sum() == 3
    assert (lines[20] == 2).sum() == 3
    assert lines[10, 50] == 2  # the later one lies over the earlier one
    assert document.remove_last_line()
    assert (document.raster(LINES)[10, 15:95] == 1).all()  # and what it hid is back
    assert document.line_count == 1
    assert document.remove_last_line()
    assert not document.remove_last_line()
    assert not document.raster(LINES).any()


def test_no_more_than_255_guide_lines() -> None:
    document = made()
    numbers = [document.add_line([(1, 1), (3, 3)]) for _ in range(256)]
    assert numbers[:255] == list(range(1, 256))
    assert numbers[255] is None
    document.remove_lines([7])
    assert document.add_line([(1, 1), (3, 3)]) == 7

"""The history of a document."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.history import Compound, History, ReplacePixels, SetValue
from inpaint_studio.session.patch import Patch

BOX = Box(1, 1, 3, 4)


class Plane:
    """A minimal target of commands."""

    def __init__(self) -> None:
        self.raster = np.zeros((8, 8), np.uint8)
        self.value = 0

    def write(self, raster, box, pixels) -> None:
        assert raster == "hole"
        self.raster[box.slices] = pixels

    def assign(self, name, value) -> None:
        assert name == "value"
        self.value = value


def step(state: Plane, value: int, history: History) -> ReplacePixels:
    before = state.raster[BOX.slices].copy()
    command = ReplacePixels("hole", BOX, before, np.full_like(before, value), f"to {value}")
    command.redo(state)
    history.push(command)
    return command


def test_undo_and_redo_walk_through_every_state() -> None:
    state, history = Plane(), History()
    for value in (1, 2, 3):
        step(state, value, history)
    seen = []
    while history.top is not None:
        seen.append(int(state.raster[1, 1]))
        history.undo(state)
    assert seen == [3, 2, 1]
    assert not state.raster.any()
    history.redo(state)
    assert (state.raster[BOX.slices] == 1).all()
    assert history.upcoming is not None
    assert history.upcoming.label == "to 2"


def test_a_new_step_removes_undone_steps() -> None:
    state, history = Plane(), History()
    step(state, 1, history)
    history.undo(state)
    step(state, 2, history)
    assert history.upcoming is None
    history.undo(state)
    assert not state.raster.any()


def test_the_budget_drops_the_oldest_steps_and_keeps_the_newest() -> None:
    state, history = Plane(), History(budget=30, defer=lambda _: None)  # a step costs 12 bytes while unpacked
    for value in range(1, 6):
        step(state, value, history)
    assert len(history) == 2
    assert history.nbytes <= 30
    history.undo(state)
    history.undo(state)
    assert history.top is None
    assert state.raster[1, 1] == 3  # what the dropped steps did stays

    tight = History(budget=1)
    step(state, 9, tight)
    assert len(tight) == 1


def test_the_clean_mark_follows_the_state_and_not_the_number_of_steps() -> None:
    state, history = Plane(), History()
    assert history.clean
    step(state, 1, history)
    history.mark_clean()
    history.undo(state)
    assert not history.clean
    history.redo(state)
    assert history.clean
    history.undo(state)
    step(state, 2, history)  # as many steps as when it was saved, but another state
    assert not history.clean


def test_a_clean_mark_that_was_dropped_is_never_reached_again() -> None:
    state, history = Plane(), History(budget=30, defer=lambda _: None)
    for value in range(1, 6):
        step(state, value, history)
    while history.top is not None:
        history.undo(state)
    assert not history.clean  # the first state cannot be had back


@pytest.mark.parametrize("noise", [False, True])
def test_a_patch_gives_back_its_pixels_packed_or_not(noise: bool) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (40, 50, 3), np.uint8) if noise else np.full((40, 50, 3), 7, np.uint8)
    patch = Patch(pixels.copy())
    before = patch.nbytes
    patch.pack()
    patch.pack()
    assert np.array_equal(patch.pixels(), pixels)
    assert (patch.nbytes == before) if noise else (patch.nbytes < before / 10)


def test_folded_steps_go_together() -> None:
    state, history = Plane(), History()
    step(state, 1, history)
    second, third = step(state, 2, history), step(state, 3, history)
    step(state, 4, history)
    assert not history.fold([second], "not just beneath")
    assert history.fold([second, third], "all three")
    assert len(history) == 2
    history.undo(state)
    assert state.raster[1, 1] == 1
    history.redo(state)
    assert state.raster[1, 1] == 4


def test_a_part_of_the_newest_step_is_replaced_wherever_it_lies() -> None:
    state, history = Plane(), History()
    inner = ReplacePixels("hole", BOX, state.raster[BOX.slices].copy(), np.full((2, 3), 5, np.uint8))
    value = SetValue("value", 0, 1)
    whole = Compound("both", [value, Compound("inner", [inner])])
    whole.redo(state)
    history.push(whole)
    number = history.state
    other = ReplacePixels("hole", BOX, inner.before, np.full((2, 3), 6, np.uint8))
    assert history.replace(inner, other)
    assert history.holds(other)
    assert not history.holds(inner)
    assert history.state != number
    history.undo(state)
    assert state.value == 0
    history.redo(state)
    assert state.value == 1
    assert state.raster[1, 1] == 6
    assert not history.replace(inner, other)

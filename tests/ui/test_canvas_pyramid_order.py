"""The levels of a pyramid stay equal to its pixels, in whatever order changes, work and reports come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.engine.fill.request import Piece
from inpaint_studio.engine.flow import colours, flow
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import StudioError
from inpaint_studio.session.kept_plane import KeptPlane
from inpaint_studio.ui.canvas import modes
from inpaint_studio.ui.canvas import pyramid as pyramid_module
from inpaint_studio.ui.canvas.flow_layer import FlowColours
from inpaint_studio.ui.canvas.pyramid import Pyramid

SIZE = 90, 70
WHOLE = Box(0, 0, *SIZE)
SMALL, LARGE = Box(11, 13, 17, 19), Box(5, 7, 65, 47)
ZOOM = 0.5  # shows level 1


class SteppedBackground:
    """Takes work as `Background` does; a test decides when it runs (`work`) and when its result arrives (`report`)."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[Any, Any, Any]] = deque()
        self.results: deque[Callable[[], None]] = deque()

    def run(self, work: Any, done: Any = None, failed: Any = None) -> None:
        self.waiting.append((work, done, failed))

    def work(self) -> None:
        if self.waiting:
            work, done, failed = self.waiting.popleft()
            try:
                value = work()
            except StudioError as error:
                self.results.append(partial(failed, error.plain))
            else:
                self.results.append(partial(done, value))

    def report(self) -> None:
        if self.results:
            self.results.popleft()()

    def finish(self) -> None:
        while self.waiting or self.results:
            self.work()
            self.report()


class Screen:
    """An image, its pyramid and what a screen shows of level 1: only what was reported as changed is painted again."""

    def __init__(self, seed: int = 0) -> None:
        self._values = np.random.default_rng(seed)
        self.pixels = self._values.integers(0, 256, (*SIZE, 3), np.uint8)
        self.background = SteppedBackground()
        self.pyramid = Pyramid(self.pixels, self.background)  # type: ignore[arg-type]
        self.pyramid.updated.connect(self._paint)
        self._shown: np.ndarray | None = None

    def change(self, box: Box) -> None:
        """Write other pixels and report them, as the document and the canvas do."""
        self.pixels[box.slices] = self._values.integers(0, 256, (box.height, box.width, 3), np.uint8)
        self.pyramid.refresh(box)
        self._paint(box)

    def _paint(self, box: Box) -> None:
        image, level = self.pyramid.level(ZOOM)
        now = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        if level == 0 or self._shown is None or self._shown.shape != now.shape:
            self._shown = now.copy()
            return
        part = pyramid_module.halve_box(box)
        rows, cols = slice(part.top, part.bottom), slice(4 * part.left, 4 * part.right)
        self._shown[rows, cols] = now[rows, cols]

    def check(self) -> None:
        """Compare what is shown, and every level, with a pyramid that was built from the pixels as they are now."""
        again = SteppedBackground()
        fresh = Pyramid(self.pixels.copy(), again)  # type: ignore[arg-type]
        again.finish()
        for zoom in (0.5, 0.25):
            mine, other = self.pyramid.level(zoom)[0], fresh.level(zoom)[0]
            assert mine == other
        image = fresh.level(ZOOM)[0]
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        assert self._shown is not None
        assert np.array_equal(self._shown, rows)


@pytest.fixture(autouse=True)
def several_levels(qapp, monkeypatch) -> None:
    del qapp
    monkeypatch.setattr(pyramid_module, "SMALLEST", 16)
    monkeypatch.setattr(pyramid_module, "_AT_ONCE", SMALL.area)


def interrupt(monkeypatch, changes: Callable[[], None]) -> None:
    """Have `changes` called whenever the pyramid has read pixels and has not written their mean yet."""
    mean = pyramid_module._mean

    def interrupted(block: np.ndarray) -> np.ndarray:
        out = mean(block)
        changes()
        return out

    monkeypatch.setattr(pyramid_module, "_mean", interrupted)


@pytest.mark.parametrize("box", [SMALL, LARGE])
def test_a_change_between_the_build_and_its_report_is_followed(box) -> None:
    screen = Screen()
    screen.background.work()  # built, but the main thread has not received it
    screen.change(box)
    screen.background.work()
    screen.background.finish()
    screen.check()


@pytest.mark.parametrize("box", [SMALL, LARGE])
def test_a_change_during_the_build_is_followed(monkeypatch, box) -> None:
    screen = Screen()
    once = [box]
    interrupt(monkeypatch, lambda: screen.change(once.pop()) if once else None)
    screen.background.finish()
    assert not once
    screen.check()


def test_an_older_block_does_not_overwrite_a_newer_small_change(monkeypatch) -> None:
    screen = Screen()
    screen.background.finish()
    screen.change(LARGE)
    once = [SMALL]
    interrupt(monkeypatch, lambda: screen.change(once.pop()) if once else None)
    screen.background.work()  # reads LARGE; SMALL changes inside it; LARGE is written
    screen.background.finish()
    assert not once
    screen.check()


def test_small_changes_are_followed_at_once_where_nothing_is_under_way() -> None:
    screen = Screen()
    screen.background.finish()
    screen.change(SMALL)
    assert not screen.background.waiting
    screen.check()


@pytest.mark.parametrize("box", [SMALL, LARGE])
def test_levels_that_cannot_be_followed_are_shown_no_longer(monkeypatch, box) -> None:
    screen = Screen()
    screen.background.finish()
    reported: list[Box] = []
    screen.pyramid.updated.connect(reported.append)

    def fail(_block: np.ndarray) -> np.ndarray:
        raise StudioError("no memory")

    screen.change(LARGE)
    monkeypatch.setattr(pyramid_module, "_mean", fail)
    screen.background.finish()
    assert reported == [WHOLE]
    assert screen.pyramid.level(ZOOM)[1] == 0
    screen.change(box)
    screen.background.finish()
    assert screen.pyramid.level(ZOOM)[1] == 0


@st.composite
def boxes(draw) -> Box:
    top, left = draw(st.integers(0, SIZE[0] - 1)), draw(st.integers(0, SIZE[1] - 1))
    side = st.integers(1, 40)
    return Box(top, left, top + draw(side), left + draw(side)).clip(*SIZE)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(boxes(), st.sampled_from(["work", "report"])), max_size=16),
    st.lists(st.none() | boxes(), max_size=16),
)
def test_any_interleaving_ends_with_the_screen_equal_to_the_document(steps, interruptions) -> None:
    """`interruptions`: what changes at each moment between reading and writing of the work in the background."""
    screen = Screen()
    left = list(interruptions)
    with pytest.MonkeyPatch.context() as patch:
        in_background = [False]

        def changes() -> None:
            if in_background[0] and left:
                box = left.pop(0)
                if box is not None:
                    in_background[0] = False  # the change itself is made by the main thread
                    screen.change(box)
                    in_background[0] = True

        interrupt(patch, changes)
        for step in steps:
            if step == "work":
                in_background[0] = True
                screen.background.work()
                in_background[0] = False
            elif step == "report":
                screen.background.report()
            else:
                screen.change(step)
        screen.background.finish()
    screen.check()


def fail_to_colour(*_: object) -> np.ndarray:
    raise StudioError("no memory")


def test_a_flow_that_cannot_be_coloured_does_not_leave_the_one_before(monkeypatch) -> None:
    background = SteppedBackground()
    layers = FlowColours(background)  # type: ignore[arg-type]
    first, second = (flow.empty_flow(Box(0, 0, side, side), SIZE) for side in (8, 9))
    layers.show((first,))
    background.finish()
    assert [layer.box for layer in layers.layers] == [first.box]
    with monkeypatch.context() as patch:
        patch.setattr(colours, "colour", fail_to_colour)
        layers.show((second,))
        background.finish()
    assert layers.layers == []
    layers.show((second,))
    background.finish()
    assert [layer.box for layer in layers.layers] == [second.box]


def test_a_stage_that_cannot_be_rendered_does_not_leave_the_one_before(monkeypatch) -> None:
    background = SteppedBackground()
    images = modes.StageImages(background)  # type: ignore[arg-type]
    hole = KeptPlane(np.ones(SIZE, bool))
    pieces = [Piece(SMALL, np.zeros((SMALL.height, SMALL.width, 3), np.uint8))]
    images.show(pieces, hole)
    background.finish()
    assert [layer.box for layer in images.layers] == [SMALL]
    monkeypatch.setattr(modes, "_image", fail_to_colour)
    images.show([*pieces], hole)
    background.finish()
    assert images.layers == []

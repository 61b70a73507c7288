"""Changes of the whole hole or of one part of it: grow, shrink, feather, close, add a mask or a suggestion."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.document import Document
from inpaint_studio.session.fill_controller import NO_HOLE, FillController
from inpaint_studio.session.mask_importer import MaskImporter
from inpaint_studio.session.raster import HOLE, Raster
from inpaint_studio.session.reporting import State, Status
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.suggestions import Suggestions
from inpaint_studio.session.task_queue import TaskQueues
from inpaint_studio.texts import mark, tr

NO_PART = mark("There is no hole under the pointer; point at a part of it, or choose the whole hole.")

_FILL = mark("Fill")  # the label of a fill that waits for the steps before it

Place = tuple[int, int]  # row and column
Change = Callable[[Raster], Raster]
Changed = tuple[Box, Raster] | None  # the pixels of a box; None where nothing has changed


class _Step(NamedTuple):
    label: str
    change: Change
    place: Place | None  # of the part to change; None: the whole hole
    then: Callable[[], object] | None  # called after the step


class HoleEditing(QObject):
    """Changes the hole off the main thread, each time in one step of the history; lives in the main thread.

    Steps that are requested while another one is computed follow it. Where the hole was changed meanwhile, by a stroke
    or an undo, a step is computed again on the new hole. Another photo drops what is under way.
    """

    status = Signal(object)  # Status
    ended = Signal()  # the last of the steps requested so far is in the document, or had nothing to do

    def __init__(
        self, document: Document, fills: FillController, settings: Settings, queues: TaskQueues, files: str
    ) -> None:
        """`files`: the lane of `queues.io` that reads and writes photos; masks follow them in it."""
        super().__init__()
        self._document, self._fills, self._background = document, fills, queues.memory.lane("hole")
        lanes = queues.io.lane(files), queues.reads.lane("masks")
        self.masks = MaskImporter(document, self.add_mask, settings, *lanes, self)
        self.masks.status.connect(self.status)
        self.suggestions = Suggestions(document, queues.memory.lane("suggestions"), self)
        self.suggestions.status.connect(self.status)
        self._steps: deque[_Step] = deque()
        self._running = False
        document.replaced.connect(self._on_replaced)
        document.liveEnded.connect(self._on_live_ended)

    @property
    def is_busy(self) -> bool:
        """Whether a step is computed or waits."""
        return bool(self._steps)

    def grow(self, pixels: int, place: Place | None = None) -> None:
        """Enlarge the hole, or its part at `place`, by so many pixels."""
        self._change(tr("Grow the hole"), partial(_grow, pixels=pixels), place)

    def shrink(self, pixels: int, place: Place | None = None) -> None:
        """Make the hole, or its part at `place`, smaller by so many pixels."""
        self._change(tr("Shrink the hole"), partial(_shrink, pixels=pixels), place)

    def feather(self, pixels: int, place: Place | None = None) -> None:
        """Give the hole, or its part at `place`, a soft rim of so many pixels outside of it."""
        self._change(tr("Feather the hole"), partial(_feather, pixels=pixels), place)

    def fill_inside(self, place: Place | None = None) -> None:
        """Make hole of what the hole, or its part at `place`, encloses."""
        self._change(tr("Fill the inside"), _fill_inside, place)

    def clear(self, place: Place) -> None:
        """Remove the part of the hole at `place`."""
        self._change(tr("Clear the hole"), np.zeros_like, place)

    def add_mask(self, mask: Raster, margin: int, then: Callable[[], object]) -> None:
        """Add `mask` (H x W, of the photo's size), grown by `margin` px, to the hole; call `then` afterwards."""
        self._add(_Step(tr("Import mask"), partial(_add_mask, mask=mask, margin=margin), None, then))

    def grow_and_fill(self, pixels: int) -> None:
        """Grow the hole that is drawn by so many pixels and fill it; without one, grow and fill the one filled last.

        That is one step: undone, the hole or the fill before is there again.
        """
        filled = None if self._document.has_hole else self._fills.filled_hole
        if filled is None:
            if self._check_hole():
                self._add(_Step(tr("Grow the hole"), partial(_grow, pixels=pixels), None, self._fills.finish_step))
            return
        whole = filled.whole_coverage()
        self._background.run(partial(_grow, whole, pixels), partial(self._fills.fill_wider, filled), self._report)

    def fill_after(self, fill: Callable[[], object]) -> None:
        """Call `fill` once all steps requested so far are in the document; at once where there are none."""
        if self._steps:
            self._add(_Step(_FILL, np.copy, None, fill))
        else:
            fill()

    def cancel_fill(self) -> bool:
        """Drop the fills that wait for steps; False without one."""
        rest = deque(step for step in self._steps if step.label != _FILL)
        if len(rest) == len(self._steps):
            return False
        self._steps = rest
        self._report(tr("Cancelled."))
        if not self._steps:
            self.ended.emit()
        return True

    def take_back(self) -> bool:
        """Drop the newest step that was requested and is not in the document yet; False without one."""
        if not self._steps or self._document.live is not None:
            return False
        label = self._steps.pop().label
        self._report(tr("Undone: {label}.", label=label[:1].lower() + label[1:]))
        if not self._steps:
            self.ended.emit()
        return True

    def _change(self, label: str, change: Change, place: Place | None) -> None:
        if self._check_hole():
            self._add(_Step(label, change, place, None))

    def _check_hole(self) -> bool:
        """Return whether there is a hole, or will be one; else report that there is none."""
        if self._steps or self._document.has_hole:
            return True
        self._report(tr(NO_HOLE), about=("hole",))
        return False

    def _report(self, text: str, about: tuple[State, ...] = ("step",)) -> None:
        self.status.emit(Status.result(text, about=about))

    def _add(self, step: _Step) -> None:
        self._steps.append(step)
        self._run_next()

    def _run_next(self) -> None:
        """Compute the first step, unless one is computed or a stroke is drawn, whose end calls this again."""
        if self._running or not self._steps or self._document.live is not None:
            return
        self._running = True
        step, hole = self._steps[0], self._document.raster(HOLE)
        work = partial(_compute, hole.copy(), step)
        self._background.run(
            work, partial(self._on_computed, step, hole, self._document.history.state), self._on_failed
        )

    def _on_computed(self, step: _Step, hole: Raster, state: int, changed: Changed | str) -> None:
        document = self._document
        self._running = False
        if not self._steps or self._steps[0] is not step or document.rasters.get(HOLE) is not hole:
            self._run_next()
        elif document.live is not None or document.history.state != state:
            self._run_next()  # again
        else:
            self._steps.popleft()
            if isinstance(changed, str):
                self._report(changed, about=("hole",))
            else:
                self._apply(step, changed)
            self._run_next()
            if not self._steps:
                self.ended.emit()

    def _apply(self, step: _Step, changed: Changed) -> None:
        if changed is not None:
            box, pixels = changed
            with self._document.group(step.label):
                self._document.apply(step.label, HOLE, box, pixels)
                self._document.trim_to_hole([box])
        if step.then is not None:
            step.then()

    def _on_failed(self, sentence: str) -> None:
        self._running = False
        self._steps.clear()
        self._report(sentence)
        self.ended.emit()

    @Slot()
    def _on_replaced(self) -> None:
        self._steps.clear()

    @Slot()
    def _on_live_ended(self) -> None:
        self._run_next()


def _compute(hole: Raster, step: _Step) -> Changed | str:
    """Return what `step` changes; a sentence where there is no part at its place. Imports OpenCV, which is slow."""
    from inpaint_studio.engine.masks.parts import change_part

    after = change_part(hole, step.place, step.change)
    if after is None:
        return tr(NO_PART)
    box = Box.of(after != hole)
    return None if box is None else (box, after[box.slices].copy())


def _grow(hole: Raster, pixels: int) -> Raster:
    from inpaint_studio.engine.masks.shape import grow

    return grow(hole, pixels)


def _shrink(hole: Raster, pixels: int) -> Raster:
    from inpaint_studio.engine.masks.shape import shrink

    return shrink(hole, pixels)


def _feather(hole: Raster, pixels: int) -> Raster:
    from inpaint_studio.engine.masks.shape import feather

    return feather(hole, pixels)


def _fill_inside(hole: Raster) -> Raster:
    from inpaint_studio.engine.masks.shape import fill_inside

    return fill_inside(hole)


def _add_mask(hole: Raster, mask: Raster, margin: int) -> Raster:
    return np.maximum(hole, _grow(mask, margin))

"""The photo being edited with everything drawn over it. Only commands (and strokes, which end as one) change it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session import edges
from inpaint_studio.session import guide_lines as drawing
from inpaint_studio.session.guide_lines import GuideLine
from inpaint_studio.session.history import BUDGET, Command, Compound, Defer, History, ReplacePixels, SetValue
from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.raster import EDGES, HOLE, LINES, Raster, blank, is_hole, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.photo.photo import Photo


class Document(QObject):
    """Rasters, guide lines and flows with their history. Without a photo there are no rasters and `photo` is None."""

    changed = Signal(str, object)  # name of the raster, Box
    replaced = Signal()  # another photo: everything is new
    modifiedChanged = Signal(bool)
    historyChanged = Signal()
    flowChanged = Signal()
    linesChanged = Signal()
    stepping = Signal()  # just before undo or redo
    liveEnded = Signal()  # a stroke was committed or dropped

    def __init__(self, parent: QObject | None = None, budget: int = BUDGET, defer: Defer | None = None) -> None:
        """`budget`: bytes that the history may take; `defer` compresses its steps later, at once where it is None."""
        super().__init__(parent)
        self._budget, self._defer = budget, defer
        self._history = self._new_history()
        self.photo: Photo | None = None
        self.rasters: dict[str, Raster] = {}
        self.lines: tuple[GuideLine, ...] = ()
        self.flows: tuple[Flow, ...] = ()  # of the fills in effect, oldest first
        self._original: Raster | None = None
        self._live: LiveEdit | None = None
        self._group: list[Command] | None = None
        self._was_modified = False

    def _new_history(self) -> History:
        return History(self._budget, self._defer)

    # What it holds

    def load(self, photo: Photo, pixels: Raster | None = None) -> None:
        """Begin anew on `photo`; `pixels` is a copy of its pixels that the document may take over as its own."""
        if self._live is not None:
            self._live.forget()
        self.photo, self._original = photo, photo.pixels
        self.rasters = blank(pixels if pixels is not None else photo.pixels.copy())
        self.lines, self.flows = (), ()
        self._history = self._new_history()
        self.replaced.emit()
        self.linesChanged.emit()
        self.flowChanged.emit()
        self._tell_history()

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in px; (0, 0) without a photo."""
        return (0, 0) if self._original is None else (self._original.shape[0], self._original.shape[1])

    @property
    def original(self) -> Raster | None:
        """The pixels as they were opened; never written to."""
        return self._original

    def raster(self, name: str) -> Raster:
        """The raster of that name, to be read only."""
        return self.rasters[name]

    @property
    def has_hole(self) -> bool:
        """Whether there is anything to fill."""
        return self.photo is not None and bool(is_hole(self.rasters[HOLE]).any())

    @property
    def has_edges(self) -> bool:
        """Whether there are edges, predicted or drawn."""
        return self.photo is not None and bool(self.rasters[EDGES].any())

    @property
    def flow(self) -> Flow | None:
        """Where the newest fill in effect took its pixels from."""
        return self.flows[-1] if self.flows else None

    # Changing it

    def live_edit(self, name: str) -> LiveEdit:
        """Begin a stroke on the raster `name`; an unfinished stroke is dropped first."""
        if self._live is not None:
            self._live.abort()
        self._live = LiveEdit(self, name, self.rasters[name])
        return self._live

    @property
    def live(self) -> LiveEdit | None:
        """The stroke under way."""
        return self._live

    def live_changed(self, raster: str, box: Box) -> None:
        """For the stroke under way."""
        self.changed.emit(raster, box)

    def live_ended(self, step: Compound | None) -> None:
        """For the stroke under way."""
        live, self._live = self._live, None
        if step is not None:
            self._record(self._with_edges(step) if live is not None and live.name == HOLE else step)
        self.liveEnded.emit()

    def apply(self, label: str, raster: str, box: Box, after: Raster) -> None:
        """Put `after` into `box` (which lies inside the raster) of `raster` as a step called `label`.

        `after` is kept: the caller must not write to it any more.
        """
        there = self.rasters[raster][box.slices]
        if not np.array_equal(there, after):
            self.do(ReplacePixels(raster, box, there.copy(), after, label))

    def do(self, command: Command) -> None:
        """Do `command` and record it."""
        command.redo(self)
        self._record(command)

    @contextmanager
    def group(self, label: str) -> Iterator[None]:
        """All that is done inside becomes one step. Where an exception leaves it, everything is taken back."""
        if self._group is not None:  # inside another group: part of that one
            yield
            return
        self._group = []
        try:
            yield
        except BaseException:
            for command in reversed(self._group):
                command.undo(self)
            self._group = None
            raise
        commands, self._group = self._group, None
        if commands:
            self._record(Compound(label, commands))

    def set_flow(self, flow: Flow | None) -> None:
        """Add the flow of a fill (None: forget all flows) as a step, best inside the fill's group."""
        after = () if flow is None else (*self.flows, flow)
        self.do(SetValue("flows", self.flows, after, flow_bytes(flow), "Flow"))

    def add_line(self, points: NDArray[np.float64] | Sequence[tuple[float, float]]) -> int | None:
        """Draw a guide line through `points`, N x 2 (x, y) image px; gives its number, None when 255 are there."""
        number = drawing.free_number(self.lines)
        if number is not None:
            line = GuideLine(number, np.asarray(points, np.float64).reshape(-1, 2))
            self._set_lines("Guide line", (*self.lines, line), [line])
        return number

    def remove_last_line(self) -> bool:
        """Take the newest guide line away; False when there is none."""
        if self.lines:
            self.remove_lines([self.lines[-1].number])
            return True
        return False

    def remove_lines(self, numbers: Sequence[int], label: str = "Remove guide line") -> None:
        """Take away the guide lines with these numbers."""
        gone = [line for line in self.lines if line.number in numbers]
        if gone:
            self._set_lines(label, tuple(line for line in self.lines if line.number not in numbers), gone)

    def _set_lines(self, label: str, after: tuple[GuideLine, ...], touched: Sequence[GuideLine]) -> None:
        with self.group(label):
            self.do(SetValue("lines", self.lines, after))
            for line in touched:
                box = line.box().clip(*self.size)
                if not box.empty:
                    self.apply(label, LINES, box, drawing.draw(after, box))

    @property
    def line_count(self) -> int:
        return len(self.lines)

    def clear_hole(self) -> None:
        """Unmark everything."""
        with self.group("Clear the hole"):
            self.clear(EDGES, "Clear the hole")
            self.clear(HOLE, "Clear the hole")

    def clear(self, raster: str, label: str) -> None:
        """Set all of the hole's, the edges', the donors' or the labels' raster to 0."""
        box = Box.of(self.rasters[raster])
        if box is not None:
            self.apply(label, raster, box, np.zeros((box.height, box.width), np.uint8))

    def trim_edges(self, boxes: Iterable[Box]) -> None:
        """Take away the edges that the hole, changed in `boxes`, has left outside; best inside the group of that."""
        for part in edges.trim_steps(self.rasters[EDGES], self.rasters[HOLE], boxes):
            self.do(part)

    def _with_edges(self, step: Compound) -> Compound:
        """`step`, a stroke on the hole, with the edges taken away that it has left outside."""
        boxes = [part.box for part in step.commands if isinstance(part, ReplacePixels)]
        gone = edges.trim_steps(self.rasters[EDGES], self.rasters[HOLE], boxes)
        for part in gone:
            part.redo(self)
        return Compound(step.label, [*step.commands, *gone]) if gone else step

    def invert_hole(self) -> None:
        """What was hole is kept, what was kept is hole."""
        hole = self.rasters[HOLE]
        with self.group("Invert the hole"):
            self.apply("Invert the hole", HOLE, whole(hole), 255 - hole)
            self.trim_edges([whole(hole)])

    # Its history

    @property
    def history(self) -> History:
        return self._history

    def set_history_budget(self, budget: int) -> None:
        """Let the history take at most `budget` bytes from now on; the oldest steps over that are removed."""
        self._budget = self._history.budget = budget
        self._history.trim()
        self._tell_history()

    @property
    def can_undo(self) -> bool:
        return self._history.top is not None

    @property
    def can_redo(self) -> bool:
        return self._history.upcoming is not None

    @property
    def undo_text(self) -> str:
        """What `undo` would take back, empty where nothing."""
        return self._history.top.label if self._history.top else ""

    @property
    def redo_text(self) -> str:
        """What `redo` would do again, empty where nothing."""
        return self._history.upcoming.label if self._history.upcoming else ""

    def undo(self) -> None:
        """Take back the newest step; with a stroke under way, drop just that stroke."""
        self.stepping.emit()
        if self._live is not None:
            self._live.abort()
        elif self.can_undo:
            self._history.undo(self)
            self._tell_history()

    def redo(self) -> None:
        """Do again what was taken back; nothing while a stroke is under way."""
        self.stepping.emit()
        if self._live is None and self.can_redo:
            self._history.redo(self)
            self._tell_history()

    def fold(self, steps: Sequence[Command], label: str) -> None:
        """Make one step of the newest step and `steps`, where they lie just beneath it."""
        if self._history.fold(steps, label):
            self._tell_history()

    def replace(self, old: Command, new: Command) -> bool:
        """Do `new` in the place of `old`, which is part of the newest step (else False) and wrote the same pixels."""
        if not self._history.replace(old, new):
            return False
        new.redo(self)
        self._tell_history()
        return True

    @property
    def modified(self) -> bool:
        """Whether there is something that is not on disk."""
        return not self._history.clean

    def mark_saved(self, state: int | None = None) -> None:
        """The history's `state` (default: the present one) is on disk now."""
        self._history.mark_clean(state)
        self._tell_history()

    def _record(self, command: Command) -> None:
        if self._group is not None:
            self._group.append(command)
        else:
            self._history.push(command)
            self._tell_history()

    def _tell_history(self) -> None:
        if self.modified != self._was_modified:
            self._was_modified = self.modified
            self.modifiedChanged.emit(self._was_modified)
        self.historyChanged.emit()

    # For commands

    def write(self, raster: str, box: Box, pixels: Raster) -> None:
        """For commands: put `pixels` into `box` of `raster`."""
        self.rasters[raster][box.slices] = pixels
        self.changed.emit(raster, box)

    def assign(self, name: str, value: Any) -> None:
        """For commands: set the lines or the flows."""
        if name == "lines":
            self.lines = value
            self.linesChanged.emit()
        else:
            self.flows = value
            self.flowChanged.emit()


def flow_bytes(flow: Flow | None) -> int:
    """What keeping `flow` costs."""
    if flow is None:
        return 0
    return int(flow.offsets.nbytes + flow.weight.nbytes + flow.hole.nbytes)

"""The edited photo with everything drawn over it. Only commands change it, and strokes, which end as a command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session import guide_lines as drawing
from inpaint_studio.session.guide_lines import GuideLine
from inpaint_studio.session.history import BUDGET, Command, Compound, Defer, History, ReplacePixels, SetValue
from inpaint_studio.session.kept_flow import flow_bytes
from inpaint_studio.session.live_edit import LiveEdit
from inpaint_studio.session.of_hole import trim_steps
from inpaint_studio.session.original import Original
from inpaint_studio.session.raster import DEEP, DONORS, HOLE, LINES, OF_HOLE, ONLY, PHOTO, Raster, blank, is_hole, whole
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inpaint_studio.engine.flow.flow import Flow
    from inpaint_studio.engine.photo.deep import Samples
    from inpaint_studio.engine.photo.photo import Photo
    from inpaint_studio.session.spill import SpillFile


class Document(QObject):
    """Rasters, guide lines and flows with their history. Without a photo there are no rasters and `photo` is None."""

    changed = Signal(str, object)  # name of the raster, Box
    replaced = Signal()  # there is another photo, and everything is new
    modifiedChanged = Signal(bool)
    historyChanged = Signal()
    flowChanged = Signal()
    linesChanged = Signal()
    stepping = Signal()  # just before undo
    stepped = Signal(str, bool)  # label of the step that was undone (True), or done again
    liveEnded = Signal()  # a stroke was committed or dropped

    def __init__(
        self,
        parent: QObject | None = None,
        budget: int = BUDGET,
        defer: Defer | None = None,
        make_file: Callable[[], SpillFile] | None = None,
    ) -> None:
        """`budget`: bytes that the history may take; `defer` compresses its steps later, at once where it is None.

        `make_file` makes the file that takes what is over the budget; without it those steps are removed.
        """
        super().__init__(parent)
        self._budget, self._defer, self._make_file = budget, defer, make_file
        self._history = History(budget, defer, None if make_file is None else make_file())
        self.photo: Photo | None = None
        self.rasters: dict[str, Raster] = {}
        self.lines: tuple[GuideLine, ...] = ()
        self.flows: tuple[Flow, ...] = ()  # of the fills in effect, oldest first
        self._original: Original | None = None
        self._live: LiveEdit | None = None
        self._group: list[Command] | None = None
        self._was_modified = False

    def load(self, photo: Photo, own: bool = False) -> None:
        """Start again with `photo`. `own`: the document may keep and change its pixels; else it copies them."""
        pixels = photo.pixels if own else photo.pixels.copy()
        deep = photo.deep if own or photo.deep is None else photo.deep.copy()
        other = Document(None, self._budget, self._defer, self._make_file)
        other.photo, other._original = replace(photo, pixels=pixels, deep=deep), Original(pixels)
        other.rasters = blank(pixels) | ({} if deep is None else {DEEP: deep})
        self.adopt(other)

    def adopt(self, other: Document) -> None:
        """Take all that `other` has, with its history, in place of what is here; `other` is not used any more."""
        if self._live is not None:
            self._live.forget()
        self.photo, self.rasters, self._original = other.photo, other.rasters, other._original
        self.lines, self.flows, self._history = other.lines, other.flows, other._history
        self._history.budget, self._history.defer = self._budget, self._defer or self._history.defer
        self.replaced.emit()
        self.linesChanged.emit()
        self.flowChanged.emit()
        self._report_history()

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in px; (0, 0) without a photo."""
        return (0, 0) if self.photo is None else self.photo.size

    @property
    def colours(self) -> bytes:
        """A profile of the colours of the photo's pixels; b"" for sRGB."""
        return b"" if self.photo is None else self.photo.meta.colours

    def original(self) -> Raster | None:
        """Return the photo's pixels as they were opened, a new array; None without a photo."""
        return None if self._original is None else self._original.pixels()

    def raster(self, name: str) -> Raster:
        """Return the raster of that name, for reading only."""
        return self.rasters[name]

    @property
    def deep(self) -> Samples | None:
        """The samples that the photo's pixels show, where it has more than 8 bits a channel; for reading only."""
        return self.rasters.get(DEEP)

    @property
    def has_hole(self) -> bool:
        """Whether there is anything to fill."""
        return self.photo is not None and bool(is_hole(self.rasters[HOLE]).any())

    @property
    def flow(self) -> Flow | None:
        """The sources of the pixels of the newest fill in effect."""
        return self.flows[-1] if self.flows else None

    # Changes

    def live_edit(self, name: str) -> LiveEdit:
        """Begin a stroke on the raster `name`; an unfinished stroke is undone first."""
        if self._live is not None:
            self._live.abort()
        self._live = LiveEdit(self, name, self.rasters[name])
        return self._live

    @property
    def live(self) -> LiveEdit | None:
        """The stroke that is being drawn."""
        return self._live

    def live_changed(self, raster: str, box: Box) -> None:
        """Called by the stroke that is being drawn when it has changed pixels."""
        self.changed.emit(raster, box)

    def live_ended(self, step: Compound | None) -> None:
        """Called by the stroke that is being drawn when it ends; `step` is its command."""
        live, self._live = self._live, None
        if step is not None:
            self._record(self._trimmed(step) if live is not None and live.name == HOLE else step)
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
        if isinstance(command, ReplacePixels) and command.raster == PHOTO and self._original is not None:
            self._original.keep(command.box, command.before)
        command.redo(self)
        self._record(command)

    @contextmanager
    def group(self, label: str, make: Callable[[str, list[Command]], Command] = Compound) -> Iterator[None]:
        """Make one step, by `make`, of everything that is done inside. An exception undoes it all."""
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
            self._record(make(label, commands))

    def set_flow(self, flow: Flow | None) -> None:
        """Add the flow of a fill (None: remove all flows) as a step, best inside the fill's group."""
        after = () if flow is None else (*self.flows, flow)
        self.do(SetValue("flows", self.flows, after, flow_bytes(flow), tr("Flow")))

    def add_line(
        self, points: NDArray[np.float64] | Sequence[tuple[float, float]], band: int = drawing.BAND
    ) -> int | None:
        """Draw a guide line through `points`, N x 2 (x, y) image px; gives its number, None when 255 are there."""
        number = drawing.free_number(self.lines)
        if number is not None:
            line = GuideLine(number, np.asarray(points, np.float64).reshape(-1, 2), band)
            self._set_lines(tr("Guide line"), (*self.lines, line), [line])
        return number

    def change_line(self, line: GuideLine, label: str) -> bool:
        """Put `line` in the place of the guide line with its number; False where there is none, or it is the same."""
        before = next((each for each in self.lines if each.number == line.number), None)
        if before is None or before.equals(line):
            return False
        after = tuple(line if each is before else each for each in self.lines)
        same_place = np.array_equal(before.points, line.points)  # then the raster, without bands, stays as it is
        self._set_lines(label, after, [] if same_place else [before, line])
        return True

    def remove_last_line(self) -> bool:
        """Remove the newest guide line; False when there is none."""
        if self.lines:
            self.remove_lines([self.lines[-1].number])
            return True
        return False

    def remove_lines(self, numbers: Sequence[int], label: str = mark("Delete guide line")) -> None:
        """Remove the guide lines with these numbers."""
        removed = [line for line in self.lines if line.number in numbers]
        if removed:
            self._set_lines(label, tuple(line for line in self.lines if line.number not in numbers), removed)

    def _set_lines(self, label: str, after: tuple[GuideLine, ...], touched: Sequence[GuideLine]) -> None:
        with self.group(tr(label)):
            self.do(SetValue("lines", self.lines, after))
            for line in touched:
                box = line.box().clip(*self.size)
                if not box.empty:
                    self.apply(label, LINES, box, drawing.draw(after, box))

    @property
    def line_count(self) -> int:
        """The number of guide lines."""
        return len(self.lines)

    def clear_hole(self) -> None:
        """Remove the whole hole, with its edges and predicted labels; nothing while a stroke is drawn."""
        with self.group(tr("Clear the hole")):
            for name in (*OF_HOLE, HOLE):
                self.clear(name, tr("Clear the hole"))

    def clear(self, raster: str, label: str) -> None:
        """Set all of the hole, the edges, the donors or another drawn raster to 0; nothing while a stroke is drawn."""
        box = Box.of(self.rasters[raster])
        if box is not None and self._live is None:
            self.apply(label, raster, box, np.zeros((box.height, box.width), np.uint8))

    def trim_to_hole(self, boxes: Iterable[Box]) -> None:
        """Remove edges and predicted labels outside the hole after it was changed in `boxes`.

        Best inside the group of that change.
        """
        for part in trim_steps(self.rasters, boxes):
            self.do(part)

    def _trimmed(self, step: Compound) -> Compound:
        """Return `step`, a stroke on the hole, with the removal of what belonged to the hole and is outside now."""
        boxes = [part.box for part in step.commands if isinstance(part, ReplacePixels)]
        trims = trim_steps(self.rasters, boxes)
        for part in trims:
            part.redo(self)
        return Compound(step.label, [*step.commands, *trims]) if trims else step

    def invert_hole(self) -> None:
        """Make hole of everything that is not hole, and the other way round; nothing while a stroke is drawn."""
        if self._live is not None:
            return
        hole = self.rasters[HOLE]
        with self.group(tr("Invert the hole")):
            self.apply(tr("Invert the hole"), HOLE, whole(hole), 255 - hole)
            self.trim_to_hole([whole(hole)])

    def clear_sampling_areas(self) -> None:
        """Unmark what must not be copied, and what alone may be; nothing while a stroke is drawn."""
        label = tr("Clear the sampling areas")
        with self.group(tr(label)):
            for name in (DONORS, ONLY):
                self.clear(name, label)

    def swap_sampling_areas(self) -> None:
        """Sample only where nothing was to be sampled, and the other way round; nothing while a stroke is drawn."""
        if self._live is not None:
            return
        label = tr("Swap the sampling areas")
        boxes = [box for box in (Box.of(self.rasters[name]) for name in (DONORS, ONLY)) if box is not None]
        if boxes:
            box = boxes[0].union(boxes[-1])
            donors, only = (self.rasters[name][box.slices].copy() for name in (DONORS, ONLY))
            with self.group(tr(label)):
                self.apply(label, DONORS, box, only)
                self.apply(label, ONLY, box, donors)

    # History

    @property
    def history(self) -> History:
        """The steps that can be undone and redone."""
        return self._history

    def set_history_budget(self, budget: int) -> None:
        """Let the history take at most `budget` bytes of memory from now on, and move or remove the steps over that."""
        self._budget = self._history.budget = budget
        self._history.trim()
        self._report_history()

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._history.top is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return self._history.upcoming is not None

    @property
    def undo_text(self) -> str:
        """The label of the step that `undo` would undo; empty where there is none."""
        return self._history.top.label if self._history.top else ""

    @property
    def redo_text(self) -> str:
        """The label of the step that `redo` would redo; empty where there is none."""
        return self._history.upcoming.label if self._history.upcoming else ""

    def undo(self) -> None:
        """Undo the newest step; while a stroke is drawn, undo just that stroke."""
        self.stepping.emit()
        if self._live is not None:
            self._live.abort()
        elif self.can_undo:
            label = self.undo_text
            self._history.undo(self)
            self._report_history()
            self.stepped.emit(label, True)

    def redo(self) -> None:
        """Redo the step undone last; nothing while a stroke is drawn."""
        if self._live is None and self.can_redo:
            label = self.redo_text
            self._history.redo(self)
            self._report_history()
            self.stepped.emit(label, False)

    def fold(self, steps: Sequence[Command], label: str) -> None:
        """Make one step of the newest step and `steps`, where those come just before it."""
        if self._history.fold(steps, label):
            self._report_history()

    def replace(self, old: Command, new: Command) -> bool:
        """Replace `old`, a part of the newest step, by `new`, which writes the same pixels; False without one."""
        if not self._history.replace(old, new):
            return False
        new.redo(self)
        self._report_history()
        return True

    def note_growth(self, step: Command) -> None:
        """Note that `step`, which is in effect, holds more than when it was recorded: it is packed again, later."""
        self._history.pack_again(step)
        self._report_history()

    @property
    def modified(self) -> bool:
        """Whether anything was changed since the photo was saved."""
        return not self._history.clean

    def mark_saved(self, state: int | None = None) -> None:
        """Note that the history's `state` (default: the present one) was saved."""
        self._history.mark_clean(state)
        self._report_history()

    def _record(self, command: Command) -> None:
        if self._group is not None:
            self._group.append(command)
        else:
            self._history.push(command)
            self._report_history()

    def _report_history(self) -> None:
        if self.modified != self._was_modified:
            self._was_modified = self.modified
            self.modifiedChanged.emit(self._was_modified)
        self.historyChanged.emit()

    # Called by commands

    def write(self, raster: str, box: Box, pixels: Raster) -> None:
        """Put `pixels` into `box` of `raster`."""
        if raster == PHOTO and self._original is not None:
            self._original.keep(box)
        self.rasters[raster][box.slices] = pixels
        self.changed.emit(raster, box)

    def assign(self, name: str, value: Any) -> None:
        """Set the ``lines`` or the ``flows``."""
        if name == "lines":
            self.lines = value
            self.linesChanged.emit()
        else:
            self.flows = value
            self.flowChanged.emit()

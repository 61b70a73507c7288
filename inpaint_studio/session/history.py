"""The commands that change a document, and the history of those that were done.

`ReplacePixels` changes any raster; `SetValue` changes anything else (the points of guide lines, the flows of fills).
Both hold the content before and after.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.patch import Patch
from inpaint_studio.session.raster import Raster
from inpaint_studio.session.spill import SpillFile

MEBIBYTE = 1 << 20
BUDGET = 512 * MEBIBYTE
Kind = TypeVar("Kind", bound="Command")
Defer = Callable[[Callable[[], None]], object]  # runs a function later, in any thread


class Target(Protocol):
    """What commands write to: a document."""

    def write(self, raster: str, box: Box, pixels: Raster) -> None:
        """Replace `box` of the raster by `pixels`, which have the size of the box."""

    def assign(self, name: str, value: Any) -> None:
        """Set the value called `name`."""


class Command(Protocol):
    """A change that can be undone. `pack` may be called once, from another thread."""

    label: str

    @property
    def nbytes(self) -> int:
        """The memory that the command holds, in bytes."""

    def redo(self, target: Target) -> None:
        """Put the content after the change into `target`."""

    def undo(self, target: Target) -> None:
        """Put the content before the change into `target`."""

    def pack(self) -> None:
        """Compress what the command holds, where that saves memory."""

    def spill(self, file: SpillFile) -> bool:
        """Put pixels that the command holds on the disk; whether all fit. Called from another thread, after `pack`."""


class ReplacePixels:
    """`box` of `raster` was `before` and became `after`."""

    def __init__(self, raster: str, box: Box, before: Patch | Raster, after: Patch | Raster, label: str = "") -> None:
        self.label = label
        self.raster, self.box = raster, box
        self.before = before if isinstance(before, Patch) else Patch(before)
        self.after = after if isinstance(after, Patch) else Patch(after)

    @property
    def nbytes(self) -> int:
        """The memory of the pixels before and after, in bytes."""
        return self.before.nbytes + self.after.nbytes

    def redo(self, target: Target) -> None:
        """Write the pixels after the change into the raster."""
        target.write(self.raster, self.box, self.after.pixels())

    def undo(self, target: Target) -> None:
        """Write the pixels before the change into the raster."""
        target.write(self.raster, self.box, self.before.pixels())

    def pack(self) -> None:
        """Compress the pixels before and after, where that saves half or more."""
        self.before.pack()
        self.after.pack()

    def spill(self, file: SpillFile) -> bool:
        """Put the pixels before and after on the disk; whether they fit."""
        return self.before.spill(file) & self.after.spill(file)


class SetValue:
    """The value called `name` was `before` and became `after`; `nbytes` is the memory of both."""

    def __init__(self, name: str, before: Any, after: Any, nbytes: int = 0, label: str = "") -> None:
        self.label, self.name = label, name
        self.before, self.after = before, after
        self._nbytes = nbytes

    @property
    def nbytes(self) -> int:
        """The memory of both values in bytes, as passed to the constructor."""
        return self._nbytes

    def redo(self, target: Target) -> None:
        """Set the value after the change."""
        target.assign(self.name, self.after)

    def undo(self, target: Target) -> None:
        """Set the value before the change."""
        target.assign(self.name, self.before)

    def pack(self) -> None:
        """Do nothing: values are not compressed."""

    def spill(self, _file: SpillFile) -> bool:
        """Do nothing: values stay in memory, where what is in effect is needed anyway."""
        return True


class Compound:
    """Several commands that are done and undone together."""

    def __init__(self, label: str, commands: Sequence[Command]) -> None:
        self.label = label
        self.commands = tuple(commands)

    @property
    def nbytes(self) -> int:
        """The memory of all commands, in bytes."""
        return sum(command.nbytes for command in self.commands)

    def redo(self, target: Target) -> None:
        """Redo the commands in their order."""
        for command in self.commands:
            command.redo(target)

    def undo(self, target: Target) -> None:
        """Undo the commands in reverse order."""
        for command in reversed(self.commands):
            command.undo(target)

    def pack(self) -> None:
        """Compress what each command holds."""
        for command in self.commands:
            command.pack()

    def spill(self, file: SpillFile) -> bool:
        """Put the pixels of each command on the disk; whether all fit."""
        return all(command.spill(file) for command in self.commands)


class History:
    """Steps done and undone, within a budget of bytes, with a mark at the step that was saved.

    What is over the budget goes to the disk, the oldest steps first; where there is no file for that, or it is full,
    they are removed. Every state of the document has a number that is never used again, so the mark stays right when
    old steps are removed or new ones replace undone ones.
    """

    def __init__(self, budget: int = BUDGET, defer: Defer | None = None, file: SpillFile | None = None) -> None:
        """`budget` in bytes; the newest step is kept whatever its size. `defer` runs a step's packing later.

        `file` takes the steps over the budget.
        """
        self.budget, self.file = budget, file
        self._spilled: WeakSet[Command] = WeakSet()  # are on the disk, or soon
        self.defer: Defer = defer if defer is not None else lambda work: work()
        self.rearranging = False  # steps change places; what is here meanwhile is no state to go back to
        self._numbers = itertools.count(1)
        self._base = 0
        self._done: list[tuple[int, Command]] = []
        self._undone: list[tuple[int, Command]] = []
        self._clean = 0

    @property
    def state(self) -> int:
        """The number of the document's state."""
        return self._done[-1][0] if self._done else self._base

    @property
    def clean(self) -> bool:
        """Whether the present state was saved."""
        return self.state == self._clean

    @property
    def saved(self) -> int:
        """The number of the state that was saved last; at first 0, that of the opened photo."""
        return self._clean

    def mark_clean(self, state: int | None = None) -> None:
        """Note that `state` (default: the present one) was saved."""
        self._clean = self.state if state is None else state

    @property
    def top(self) -> Command | None:
        """The newest step that is in effect."""
        return self._done[-1][1] if self._done else None

    @property
    def upcoming(self) -> Command | None:
        """The step that `redo` would do."""
        return self._undone[-1][1] if self._undone else None

    @property
    def base(self) -> int:
        """The number of the state before the oldest step."""
        return self._base

    @property
    def steps(self) -> tuple[list[tuple[int, Command]], list[tuple[int, Command]]]:
        """The steps in effect, oldest first, and those that were undone, the next to redo last.

        Each comes with the number of the state that it leads to.
        """
        return list(self._done), list(self._undone)

    @property
    def nbytes(self) -> int:
        """The memory of all steps, in bytes, without those that go to the disk."""
        steps = itertools.chain(self._done, self._undone)
        return sum(command.nbytes for _, command in steps if not self._goes_to_disk(command))

    def _goes_to_disk(self, command: Command) -> bool:
        return self._has_disk and command in self._spilled

    def __len__(self) -> int:
        return len(self._done)

    def push(self, command: Command) -> None:
        """Record `command`, which is done already; removes undone steps, and the oldest steps over the budget."""
        self._undone.clear()
        self._done.append((next(self._numbers), command))
        self.defer(command.pack)
        self.trim()

    def undo(self, target: Target) -> None:
        """Undo the newest step."""
        number, command = self._done.pop()
        command.undo(target)
        self._undone.append((number, command))

    def redo(self, target: Target) -> None:
        """Redo the step undone last."""
        number, command = self._undone.pop()
        command.redo(target)
        self._done.append((number, command))

    def pack_again(self, command: Command) -> None:
        """Pack `command` later, which holds more than before, and remove the oldest steps over the budget."""
        self._spilled.discard(command)
        self.defer(command.pack)
        self.trim()

    def fold(self, steps: Sequence[Command], label: str) -> bool:
        """Make one step of the newest step and `steps`, if just those come before it; whether it did."""
        count = len(steps)
        earlier = [command for _, command in self._done[-1 - count : -1]]
        if not count or len(earlier) != count or any(a is not b for a, b in zip(earlier, steps, strict=True)):
            return False
        number, newest = self._done[-1]
        # What was folded before is taken apart: a step that grows by folding stays as flat as it was.
        parts = [part for step in earlier for part in (step.commands if type(step) is Compound else (step,))]
        self._done[-1 - count :] = [(number, Compound(label, [*parts, newest]))]
        return True

    def replace(self, old: Command, new: Command) -> bool:
        """Replace `old` in the newest step by `new`, which is done already; False when `old` is not there."""
        if self.top is None:
            return False
        replaced = _replace_part(self.top, old, new)
        if replaced is None:
            return False
        self._undone.clear()
        self._done[-1] = (next(self._numbers), replaced)
        self.defer(new.pack)
        self.trim()
        return True

    def holds(self, command: Command) -> bool:
        """Return whether `command` is in effect, by itself or inside a step."""
        return any(_replace_part(step, command, command) is not None for _, step in reversed(self._done))

    def steps_from(self, step: Command) -> list[Command]:
        """Return `step` and those that were made after it, oldest first; none where it is not a step in effect."""
        steps = [command for _, command in self._done]
        return steps[next((n for n in reversed(range(len(steps))) if steps[n] is step), len(steps)) :]

    def is_undone(self, step: Command) -> bool:
        """Return whether `step` was undone and can be done again."""
        return any(step is command for _, command in self._undone)

    def newest(self, kind: type[Kind]) -> Kind | None:
        """Return the newest command of a class that is in effect, by itself or inside a step; None without one."""
        found = (_newest_part(step, kind) for _, step in reversed(self._done))
        return next((command for command in found if command is not None), None)

    def trim(self) -> None:
        """Put the oldest steps over the budget on the disk, else remove them; the newest step stays whatever its size.

        What does not fit on the disk after all counts again with the next step.
        """
        self._spill()
        while not self._has_disk and (excess := self.nbytes - self.budget) > 0 and len(self._done) > 1:
            self._remove_oldest(excess)  # less may be freed than was counted
            self._spill()

    @property
    def _has_disk(self) -> bool:
        return self.file is not None and self.file.usable

    def _remove_oldest(self, excess: int) -> None:
        """Remove the oldest steps until so many bytes are free, in memory and on the disk."""
        while excess > 0 and len(self._done) > 1:
            used = 0 if self.file is None else self.file.nbytes
            self._base, oldest = self._done.pop(0)
            excess -= oldest.nbytes
            del oldest  # what refers to it counts otherwise then
            excess -= 0 if self.file is None else used - self.file.nbytes

    def _spill(self) -> None:
        file = self.file
        if file is None or not self._has_disk:
            return
        excess = self.nbytes - self.budget
        for _, command in self._done[:-1]:
            if excess <= 0:
                return
            if command not in self._spilled:
                excess -= command.nbytes
                self._spilled.add(command)
                self.defer(partial(self._put_on_disk, command, file))

    def _put_on_disk(self, command: Command, file: SpillFile) -> None:
        """Put `command` on the disk, in any thread."""
        if not command.spill(file):
            self._spilled.discard(command)


def _newest_part(step: Command, kind: type[Kind]) -> Kind | None:
    """Return the last command of a class in `step`, which may be one itself; None without one."""
    if isinstance(step, kind):
        return step
    parts = reversed(step.commands) if isinstance(step, Compound) else ()
    found = (_newest_part(part, kind) for part in parts)
    return next((command for command in found if command is not None), None)


def _replace_part(step: Command, old: Command, new: Command) -> Command | None:
    """Return `step` with `old` replaced by `new`; None where `old` is not part of it."""
    if step is old:
        return new
    if isinstance(step, Compound):
        for index, part in enumerate(step.commands):
            replaced = _replace_part(part, old, new)
            if replaced is not None:
                return Compound(step.label, [*step.commands[:index], replaced, *step.commands[index + 1 :]])
    return None

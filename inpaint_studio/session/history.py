"""What may change a document, and the history of what did.

`ReplacePixels` is the one command for every raster; `SetValue` carries what belongs to a document and is no raster
(the points of guide lines, the flows of fills). Both hold what was before and what came after.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.raster import Raster

MEBIBYTE = 1 << 20
BUDGET = 512 * MEBIBYTE
Defer = Callable[[Callable[[], None]], object]  # runs a function later, in any thread


class State(Protocol):
    """What commands write to: a document."""

    def write(self, raster: str, box: Box, pixels: Raster) -> None: ...

    def assign(self, name: str, value: Any) -> None: ...


class Command(Protocol):
    """A change that can be taken back. `pack` may be called once from another thread."""

    label: str

    @property
    def nbytes(self) -> int: ...

    def redo(self, state: State) -> None: ...

    def undo(self, state: State) -> None: ...

    def pack(self) -> None: ...


class Patch:
    """Pixels at rest: as an array at first, compressed once `pack` ran where that saves half or more.

    Photos seldom do, and would only make undo slow; masks nearly always do. Reading is safe at any moment.
    """

    def __init__(self, pixels: Raster) -> None:
        """Takes `pixels` over: the caller must not write to them any more."""
        self._shape = pixels.shape
        self._held: Raster | bytes = pixels

    def pixels(self) -> Raster:
        held = self._held  # one read: `pack` may swap it in another thread
        if isinstance(held, bytes):
            return np.frombuffer(zlib.decompress(held), np.uint8).reshape(self._shape)
        return held

    def pack(self) -> None:
        held = self._held
        if not isinstance(held, bytes):
            packed = zlib.compress(np.ascontiguousarray(held).data, 1)
            if 2 * len(packed) <= held.nbytes:
                self._held = packed

    @property
    def nbytes(self) -> int:
        held = self._held
        return len(held) if isinstance(held, bytes) else held.nbytes


class ReplacePixels:
    """`box` of `raster` was `before` and became `after`."""

    def __init__(self, raster: str, box: Box, before: Patch | Raster, after: Patch | Raster, label: str = "") -> None:
        self.label = label
        self.raster, self.box = raster, box
        self.before = before if isinstance(before, Patch) else Patch(before)
        self.after = after if isinstance(after, Patch) else Patch(after)

    @property
    def nbytes(self) -> int:
        return self.before.nbytes + self.after.nbytes

    def redo(self, state: State) -> None:
        state.write(self.raster, self.box, self.after.pixels())

    def undo(self, state: State) -> None:
        state.write(self.raster, self.box, self.before.pixels())

    def pack(self) -> None:
        self.before.pack()
        self.after.pack()


class SetValue:
    """The value called `name` was `before` and became `after`; `nbytes` is what keeping both costs."""

    def __init__(self, name: str, before: Any, after: Any, nbytes: int = 0, label: str = "") -> None:
        self.label, self.name = label, name
        self.before, self.after = before, after
        self._nbytes = nbytes

    @property
    def nbytes(self) -> int:
        return self._nbytes

    def redo(self, state: State) -> None:
        state.assign(self.name, self.after)

    def undo(self, state: State) -> None:
        state.assign(self.name, self.before)

    def pack(self) -> None:
        pass


class Compound:
    """Several commands that go forth and back together."""

    def __init__(self, label: str, commands: Sequence[Command]) -> None:
        self.label = label
        self.commands = tuple(commands)

    @property
    def nbytes(self) -> int:
        return sum(command.nbytes for command in self.commands)

    def redo(self, state: State) -> None:
        for command in self.commands:
            command.redo(state)

    def undo(self, state: State) -> None:
        for command in reversed(self.commands):
            command.undo(state)

    def pack(self) -> None:
        for command in self.commands:
            command.pack()


class History:
    """Steps done and undone, within a budget of bytes, with a mark at the step that is on disk.

    Every state of the document has a number that is never used again, so the mark stays right when old steps are
    dropped or new ones take the place of undone ones.
    """

    def __init__(self, budget: int = BUDGET, defer: Defer | None = None) -> None:
        """`budget` in bytes; the newest step is kept whatever it costs. `defer` runs a step's packing later."""
        self.budget = budget
        self._defer = defer if defer is not None else lambda work: work()
        self._numbers = itertools.count(1)
        self._base = 0
        self._done: list[tuple[int, Command]] = []
        self._undone: list[tuple[int, Command]] = []
        self._clean = 0

    @property
    def state(self) -> int:
        """The number of the state the document is in."""
        return self._done[-1][0] if self._done else self._base

    @property
    def clean(self) -> bool:
        return self.state == self._clean

    def mark_clean(self, state: int | None = None) -> None:
        """`state` (default: the present one) is what is on disk."""
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
    def nbytes(self) -> int:
        return sum(command.nbytes for _, command in itertools.chain(self._done, self._undone))

    def __len__(self) -> int:
        return len(self._done)

    def push(self, command: Command) -> None:
        """Record `command`, which is done already; forgets what was undone, and the oldest steps over the budget."""
        self._undone.clear()
        self._done.append((next(self._numbers), command))
        self._defer(command.pack)
        self.trim()

    def undo(self, state: State) -> None:
        number, command = self._done.pop()
        command.undo(state)
        self._undone.append((number, command))

    def redo(self, state: State) -> None:
        number, command = self._undone.pop()
        command.redo(state)
        self._done.append((number, command))

    def fold(self, steps: Sequence[Command], label: str) -> bool:
        """Make one step of the newest step and `steps`, if just those lie beneath it; tells whether it did."""
        count = len(steps)
        beneath = [command for _, command in self._done[-1 - count : -1]]
        if not count or len(beneath) != count or any(a is not b for a, b in zip(beneath, steps, strict=True)):
            return False
        number, newest = self._done[-1]
        self._done[-1 - count :] = [(number, Compound(label, [*beneath, newest]))]
        return True

    def replace(self, old: Command, new: Command) -> bool:
        """Put `new`, done already, in the place of `old` in the newest step; False when `old` is not there."""
        if self.top is None:
            return False
        renewed = _with(self.top, old, new)
        if renewed is None:
            return False
        self._undone.clear()
        self._done[-1] = (next(self._numbers), renewed)
        self._defer(new.pack)
        self.trim()
        return True

    def holds(self, command: Command) -> bool:
        """Whether `command` is in effect, by itself or inside a step."""
        return any(_with(step, command, command) is not None for _, step in reversed(self._done))

    def trim(self) -> None:
        """Remove the oldest steps over the budget; the newest step is kept whatever its size."""
        spare = self.nbytes - self.budget
        while spare > 0 and len(self._done) > 1:
            number, oldest = self._done.pop(0)
            self._base = number
            spare -= oldest.nbytes


def _with(step: Command, old: Command, new: Command) -> Command | None:
    """`step` with `new` in the place of `old`; None where `old` is not part of it."""
    if step is old:
        return new
    if isinstance(step, Compound):
        for index, part in enumerate(step.commands):
            renewed = _with(part, old, new)
            if renewed is not None:
                return Compound(step.label, [*step.commands[:index], renewed, *step.commands[index + 1 :]])
    return None

"""Put a step beneath newer ones, which are drawn again upon it: strokes that wait while an older one is filled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.session.history import Command, Compound, ReplacePixels
from inpaint_studio.session.raster import PIXELS

if TYPE_CHECKING:
    from inpaint_studio.session.document import Document


@dataclass
class Moved:
    """What became of steps beneath which others were put."""

    steps: dict[Command, Command] = field(default_factory=dict)  # as they are now
    states: dict[int, int] = field(default_factory=dict)  # numbers of the history's states, those before and now


def is_drawing(step: Command) -> bool:
    """Return whether `step` changes nothing but rasters that are drawn over the photo."""
    if isinstance(step, Compound):
        return all(is_drawing(part) for part in step.commands)
    return isinstance(step, ReplacePixels) and step.raster not in PIXELS


@contextmanager
def beneath(document: Document, newer: Sequence[Command]) -> Iterator[Moved]:
    """Put what is done inside beneath `newer`, the newest steps, oldest first; all of them are drawings.

    They are undone before. Afterwards each changes the same pixels again, to the same values. Gives what became of
    them, at the end.
    """
    moved, history = Moved(), document.history
    history.rearranging = bool(newer)
    states = []
    for _ in newer:
        states.append(history.state)
        history.undo(document)
    base = history.state
    try:
        yield moved
    finally:
        moved.states[base] = history.state
        for step, state in zip(newer, reversed(states), strict=True):
            if history.upcoming is step:  # nothing was done
                history.redo(document)
            else:
                _draw_again(document, step)
            moved.steps[step] = history.top or step
            moved.states[state] = history.state
        if history.rearranging:
            history.rearranging = False
            document.historyChanged.emit()


def _draw_again(document: Document, step: Command) -> None:
    with document.group(step.label):
        for part in _flatten(step):
            now = document.raster(part.raster)[part.box.slices]
            before, after = part.before.pixels(), part.after.pixels()
            document.apply(part.label, part.raster, part.box, np.where(before != after, after, now))


def _flatten(step: Command) -> Iterator[ReplacePixels]:
    if isinstance(step, ReplacePixels):
        yield step
    elif isinstance(step, Compound):
        for part in step.commands:
            yield from _flatten(part)

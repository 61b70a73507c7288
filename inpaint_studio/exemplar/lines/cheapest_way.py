"""The cheapest way through a table of costs, by a state at most from step to step: dynamic programming.

A line that may move aside takes it: the steps are the places along the line, the states how far aside it lies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.lines.path import Frame
from inpaint_studio.jit import kernel


def cheapest_way(cost: Frame, turn: float) -> NDArray[np.int64]:
    """Return the state at each step of the cheapest way through `cost` (steps x states).

    Moving to the state before or after costs `turn`. Of equal ways, the one that stays is taken.
    """
    steps, states = cost.shape
    total = cost[0].copy()
    back = np.zeros((steps, states), np.int64)
    _add_costs(cost, turn, total, np.empty(states, np.float32), back)
    taken = np.empty(steps, np.int64)
    here = int(total.argmin())
    for step in range(steps - 1, -1, -1):
        taken[step] = here
        here = int(back[step, here])
    return taken


@kernel
def _add_costs(cost: Frame, turn: float, total: Frame, before: Frame, back: NDArray[np.int64]) -> None:
    """Add the cheapest way to each state to `total` (states), and write to `back` where it comes from.

    `before` is room for the states of one step.
    """
    states = total.size
    for step in range(1, cost.shape[0]):
        for state in range(states):
            before[state] = total[state]
        for state in range(states):
            best, least = state, before[state]
            if state > 0 and before[state - 1] + turn < least:
                best, least = state - 1, before[state - 1] + turn
            if state + 1 < states and before[state + 1] + turn < least:
                best, least = state + 1, before[state + 1] + turn
            back[step, state] = best
            total[state] = least + cost[step, state]

"""When losses have stopped falling: a rule that depends on the losses alone, so a resumed training decides the same."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class PlateauRule:
    """Losses have stopped falling when `patience` windows in a row are not lower than the lowest one before.

    A window is the mean of `window` steps; it counts as lower where it is by the share `least_gain`. EdgeConnect's
    paper (section 4.2) trains "until the losses plateau" without a number, so these are ours: the noise of the mean of
    1,000 steps is well below 1 %, and 5 windows are 5,000 steps without a gain.
    """

    window: int = 1000  # steps
    patience: int = 5  # windows
    least_gain: float = 0.01  # of the lowest window

    def add(self, known: dict[str, float], loss: float) -> None:
        """Count the loss of one step in `known`, which is empty at first and may be kept in a checkpoint."""
        known["sum"] = known.get("sum", 0.0) + loss
        known["steps"] = known.get("steps", 0) + 1
        if known["steps"] < self.window:
            return
        mean = known["sum"] / known["steps"]
        known["sum"], known["steps"] = 0.0, 0
        self._close_window(known, mean)

    def _close_window(self, known: dict[str, float], mean: float) -> None:
        lowest = known.get("lowest", math.inf)
        # Not a factor of the lowest one, which may be negative.
        if lowest == math.inf or mean < lowest - self.least_gain * abs(lowest):
            known["lowest"], known["waited"] = mean, 0
        else:
            known["waited"] = known.get("waited", 0) + 1

    def is_reached(self, known: dict[str, float]) -> bool:
        """Return whether the losses in `known` have stopped falling."""
        return known.get("waited", 0) >= self.patience

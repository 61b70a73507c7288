"""How far a training gets in a given time, by the pace of its first steps. Light on purpose: a window uses it, too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

EVALUATE_EVERY = 60.0  # s of training between two measurements with the held-out photos
_FASTEST = 1e-6  # s a step


@dataclass(frozen=True)
class Pace:
    """How fast a training goes on one machine, as it tells in its event `estimate`."""

    seconds_per_step: float  # above 0
    batch: int  # crops a step, of all processes together
    photos: int  # that are learnt from, 1 or more
    overhead_seconds: float  # starting up, one measurement and saving
    measuring_seconds: float = 0.0  # one measurement with the held-out photos, which comes again and again

    @classmethod
    def told(cls, facts: Mapping[str, object]) -> Pace | None:
        """The pace that those facts of the event tell; None where they are none."""
        step, batch = _number(facts.get("seconds_per_step")), _number(facts.get("batch"))
        photos, overhead = _number(facts.get("photos")), _number(facts.get("overhead_seconds"))
        if not step or not batch or not photos or overhead is None:
            return None
        return cls(
            max(_FASTEST, step),
            max(1, int(batch)),
            max(1, int(photos)),
            overhead,
            _number(facts.get("measuring_seconds")) or 0.0,
        )

    def steps(self, seconds: float) -> int:
        """How many steps it takes in that time, all that is not a step taken off."""
        training = max(0.0, seconds - self.overhead_seconds)
        training *= EVALUATE_EVERY / (EVALUATE_EVERY + self.measuring_seconds)
        return int(training / self.seconds_per_step)

    def visits(self, seconds: float) -> float:
        """How often it has seen each photo by then, on average."""
        return self.steps(seconds) * self.batch / self.photos


def _number(value: object) -> float | None:
    """`value` where it is a number of 0 or more and no nonsense."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 <= value < 1e9 else None

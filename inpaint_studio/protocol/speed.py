"""How far a training gets in a given time, from the speed of its first steps. Light: a window uses it too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inpaint_studio.protocol.events import EstimateEvent

EVALUATE_EVERY = 60.0  # s of training between two measurements with the held-out photos
_MEASURING_SHARE = 0.1  # of the time, at most, is spent on measurements
_FASTEST = 1e-6  # s a step


def pause_between(measuring_seconds: float, every: float = EVALUATE_EVERY) -> float:
    """Return the seconds of training between two measurements, where one takes `measuring_seconds`.

    `every`, or longer, so that a slow computer spends most of its time on training; 0 stays 0.
    """
    return max(every, measuring_seconds * (1 / _MEASURING_SHARE - 1)) if every else 0.0


@dataclass(frozen=True)
class Pace:
    """How fast a training is on one machine."""

    seconds_per_step: float  # above 0
    batch: int  # crops a step, of all processes together
    photos: int  # that are trained on, 1 or more
    overhead_seconds: float  # starting, one measurement and saving
    measuring_seconds: float = 0.0  # one measurement with the held-out photos, repeated after `pause_between`
    first_phase_seconds: float | None = None  # a step in the first phase; None: the same

    @classmethod
    def from_event(cls, event: EstimateEvent) -> Pace | None:
        """Return the pace that the event reports; None where a number in it is missing or 0."""
        if not (event.seconds_per_step and event.batch and event.photos) or event.overhead_seconds is None:
            return None
        return cls(
            max(_FASTEST, event.seconds_per_step),
            event.batch,
            event.photos,
            event.overhead_seconds,
            event.measuring_seconds or 0.0,
            max(_FASTEST, event.first_phase_seconds) if event.first_phase_seconds else None,
        )

    def in_first_phase(self) -> Pace:
        """Return the pace of a training without a length, which stays in its first phase for long."""
        return replace(self, seconds_per_step=self.first_phase_seconds or self.seconds_per_step)

    def steps(self, seconds: float) -> int:
        """Return the number of steps in that time, after the overhead and the measurements."""
        training = max(0.0, seconds - self.overhead_seconds)
        pause = pause_between(self.measuring_seconds)
        training *= pause / (pause + self.measuring_seconds)
        return int(training / self.seconds_per_step)

    def visits(self, seconds: float) -> float:
        """Return how often each photo is used in that time, on average."""
        return self.steps(seconds) * self.batch / self.photos

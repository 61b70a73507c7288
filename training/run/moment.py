"""Where in a training a set of weights is from: what its record says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from training.recipe import Phase, Recipe
from training.run.state import TrainingState


@dataclass(frozen=True)
class Moment:
    """A step of a training, and how well its weights filled the held-out photos there."""

    step: int = 0
    generator_steps: int = 0  # of those, in which the generator learned
    phase: str = ""
    phase_steps: int = 0  # taken in that phase
    whole: bool = False  # whether the network has reached the last phase, in this training or in one before
    figures: dict[str, float] = field(default_factory=dict)  # by name; empty: not measured at this step

    @classmethod
    def now(cls, state: TrainingState, recipe: Recipe, figures: Mapping[str, float] | None = None) -> Moment:
        """Return the present step of a training."""
        return cls(
            state.step,
            state.generator_steps,
            recipe.phases[state.phase].name,
            state.step - state.phase_start,
            recipe.fine_tuning or state.phase == len(recipe.phases) - 1,
            dict(figures or {}),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it in plain values, for a checkpoint."""
        return asdict(self)

    def facts(self) -> dict[str, str]:
        """Return what the record of a set says of it."""
        return {
            "steps": str(self.step),
            "generator_steps": str(self.generator_steps),
            "phase": self.phase,
            "phase_steps": str(self.phase_steps),
            "whole": "yes" if self.whole else "no",
            "after": json.dumps(self.figures),
        }


def phases_left(phases: tuple[Phase, ...], name: str, steps: int) -> tuple[Phase, ...]:
    """Return the phases of a training that goes on in the phase `name`, of which `steps` were taken before.

    Their shares are of the new training. Empty where there is no phase of that name.
    """
    first = next((number for number, phase in enumerate(phases) if phase.name == name), None)
    if first is None:
        return ()
    left = phases[first:]
    whole = sum(phase.share for phase in left)
    left = tuple(phase._replace(share=phase.share / whole) for phase in left)
    if left[0].steps is not None:
        left = (left[0]._replace(steps=max(1, left[0].steps - steps)), *left[1:])
    return left

"""The phases of a training: which one it is in, how far, and when the next one begins."""

from __future__ import annotations

from collections.abc import Callable

from inpaint_studio.protocol.events import NoteEvent
from inpaint_studio.texts import tr
from training.distributed.sync import ProcessGroup
from training.recipe import Phase, Recipe
from training.run.events import Reporter
from training.run.state import Plan, TrainingState

_ROUNDING = 1e-9  # of sums of shares


class PhaseClock:
    """Moves a training through the phases of its recipe; where it is stands in `state`.

    A training with a length, of steps or of time, gives each phase its share. One without a length keeps to the paper:
    a phase has its number of steps, or ends when its losses stop falling, and the last one never ends. No phase
    is left out.
    """

    def __init__(
        self, recipe: Recipe, plan: Plan, state: TrainingState, group: ProcessGroup, reporter: Reporter
    ) -> None:
        self._recipe, self._plan, self._state = recipe, plan, state
        self._group, self._reporter = group, reporter

    @property
    def current(self) -> Phase:
        """The phase of the next step."""
        return self._recipe.phases[self._state.phase]

    @property
    def is_last(self) -> bool:
        """Whether no other phase follows."""
        return self._state.phase + 1 >= len(self._recipe.phases)

    def begin(self) -> None:
        """Prepare the recipe for the current phase, and report it where there are several."""
        self._recipe.enter(self.current.name)
        if len(self._recipe.phases) > 1:
            self._reporter.emit(NoteEvent(self._describe()))

    def advance_if_over(self, leave: Callable[[], object] | None = None) -> None:
        """Begin the next phase where the current one is over, after `leave()`; to be called before each step."""
        if not self.is_last and self._state.step > self._state.phase_start and self._is_over():
            if leave is not None:
                leave()
            self.advance()

    def advance(self) -> None:
        """Begin the next phase."""
        state = self._state
        state.phase, state.phase_start = state.phase + 1, state.step
        state.plateau, state.since_best = {}, 0
        self.begin()

    def count(self, loss: float) -> None:
        """Count a step that was taken; `loss` is the sum of the losses of its last update."""
        if self._ends_by_losses:
            self._plan.plateau.add(self._state.plateau, loss)

    def done(self) -> float | None:
        """Return the share of the current phase that is done, 0 to 1; None where its end is not known."""
        state, phases = self._state, self._recipe.phases
        if self._plan.has_length:
            start = sum(phase.share for phase in phases[: state.phase])
            share = (state.progress(self._plan) - start) / self.current.share
        elif self.current.steps is not None and not self.is_last:
            share = (state.step - state.phase_start) / self.current.steps
        else:
            return None
        return min(1.0, max(0.0, share))

    @property
    def _ends_by_losses(self) -> bool:
        """Whether the current phase of a training without a length ends when its losses stop falling."""
        free = not self._plan.has_length and not self.is_last
        return free and (self.current.until_plateau or self.current.steps is None)

    def _is_over(self) -> bool:
        state, phase = self._state, self.current
        if self._plan.has_length:
            progress = state.progress(self._plan)
            if self._plan.steps is None:
                progress = self._group.broadcast(progress)
            elif self._plan.steps - state.step < len(self._recipe.phases) - state.phase:
                return True  # as many steps are left as phases follow
            return progress >= sum(each.share for each in self._recipe.phases[: state.phase + 1]) - _ROUNDING
        if phase.steps is not None and state.step - state.phase_start >= phase.steps:
            return True
        return self._ends_by_losses and self._plan.plateau.is_reached(state.plateau)

    def _describe(self) -> str:
        phase, number = self.current, self._state.phase + 1
        until = ""
        if not self._plan.has_length and not self.is_last:
            ends = [] if phase.steps is None else [tr("for {steps:,} steps", steps=phase.steps)]
            ends += [tr("until its losses stop falling")] if self._ends_by_losses else []
            until = f", {' or '.join(ends)}"
        return tr(
            "Phase {number} of {count}: {name}{until}.",
            number=number,
            count=len(self._recipe.phases),
            name=phase.name,
            until=until,
        )

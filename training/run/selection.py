"""Which weights of a training are the best: by one figure of the held-out crops, and the files of the best few."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from torch import Tensor, nn

from inpaint_studio.engine.evaluation.bootstrap import paired_interval
from inpaint_studio.errors import WeightsError
from inpaint_studio.protocol.events import BestEvent, NoteEvent
from inpaint_studio.protocol.request import LOWER_IS_BETTER
from inpaint_studio.protocol.run_folder import RunFolder
from inpaint_studio.texts import tr
from training.run.events import Reporter
from training.run.state import TrainingState
from training.run.validation import Validation, scores

_UNITS = {"psnr": " dB"}

# Writes weights with the figures of their measurement as a set into a file. Raises WeightsError.
Writer: TypeAlias = Callable[[Mapping[str, Tensor], Mapping[str, float], Path], object]


class Selection:
    """Keeps the best weights of a training in `best`, and the files of the `keep` best in its run folder.

    What it decides by stands in `state`, so a resumed training goes on with it.
    """

    def __init__(self, state: TrainingState, run: RunFolder, reporter: Reporter, by: str, keep: int) -> None:
        """`by` is the figure that decides, of `protocol.request.BEST_BY`; `keep` is the number of files, 0 or more.

        The files are written by `write`; there are none until it is set.
        """
        self._state, self._run, self._reporter = state, run, reporter
        self._by, self._keep = by, keep
        self.write: Writer | None = None
        self.best: dict[str, Tensor] | None = None

    def consider(self, validation: Validation, network: nn.Module, *, learns: bool, writes: bool) -> None:
        """Keep the weights of `network`, the measured one, where they are the best so far.

        `learns`: whether its weights can get better in this phase; else nothing is decided, except at the start,
        which is what later ones are compared to. `writes`: whether this process writes files.
        """
        state, figures = self._state, validation.values()
        first = not state.best_figures
        if not first and not learns:
            return
        state.decided += not first
        if state.step and writes and figures.get(self._by) is not None:
            self._keep_file(figures, network)
        if not first and not self._is_better(figures, state.best_figures):
            state.since_best += 1
            return
        state.best, state.best_figures, state.since_best = figures.get("psnr"), figures, 0
        state.best_step = state.step
        state.best_crops = validation.crops.get(self._by, [])
        if first:
            state.before_crops = state.best_crops
        self.best = {key: value.detach().cpu().clone() for key, value in network.state_dict().items()}
        self._reporter.emit(BestEvent(state.step, scores(figures), scores(state.before)))

    def replace(self, validation: Validation, weights: Mapping[str, Tensor]) -> bool:
        """Take `weights`, which were measured, for the best ones of before, where they are better than the start.

        Returns whether they are; the step of the best ones stays.
        """
        state, figures = self._state, validation.values()
        if not self._is_better(figures, state.before):
            return False
        state.best, state.best_figures = figures.get("psnr"), figures
        state.best_crops = validation.crops.get(self._by, [])
        state.best_at = state.best_at | {"figures": figures}
        self.best = {key: value.detach().cpu().clone() for key, value in weights.items()}
        return True

    def describe_gain(self) -> str:
        """Return a sentence on how sure it is that the best weights fill better than those of the start.

        By the bootstrap interval of the differences crop by crop; empty where nothing better was found.
        """
        state = self._state
        if not state.best_step or len(state.before_crops) != len(state.best_crops) or len(state.best_crops) < 2:
            return ""
        gain = paired_interval(state.best_crops, state.before_crops)
        unit = _UNITS.get(self._by, "")
        digits = 2 if self._by == "psnr" and abs(gain.mean) >= 0.05 else 4  # a small gain must not read as +0.00
        mean, low, high = (f"{value:+.{digits}f}" for value in (gain.mean, gain.low, gain.high))
        sure = tr("it is more than chance") if gain.excludes_zero else tr("it may be chance")
        return tr(
            "{by} of step {best_step} minus that of the start, over {count} held-out crops: "
            "{mean}{unit}, 95 % interval {low} to {high}; {sure}.",
            by=self._by.upper(),
            best_step=state.best_step,
            count=len(state.best_crops),
            mean=mean,
            unit=unit,
            low=low,
            high=high,
            sure=sure,
        )

    def _is_better(self, one: dict[str, float], other: dict[str, float]) -> bool:
        mine, theirs = one.get(self._by), other.get(self._by)
        if mine is None:
            return False
        return theirs is None or (mine < theirs if self._by in LOWER_IS_BETTER else mine > theirs)

    # Files of the best few

    def _keep_file(self, figures: Mapping[str, float], network: nn.Module) -> None:
        """Write the weights beside the best ones of before, and remove the worst where there are too many."""
        kept, value = self._state.kept, figures[self._by]
        name = f"step-{self._state.step:06d}-{self._by}-{value:.4f}.safetensors"
        order = sorted([*kept, (name, value)], key=lambda each: each[1], reverse=self._by not in LOWER_IS_BETTER)
        chosen = [(str(file), float(score)) for file, score in order[: self._keep]]
        if self.write is None or (name, value) not in chosen or any(file == name for file, _ in kept):
            return
        try:
            self.write(network.state_dict(), figures, self._run.best / name)
        except WeightsError as error:
            text = tr("The weights of step {step} could not be kept: {plain}", step=self._state.step, plain=error.plain)
            self._reporter.emit(NoteEvent(text))
            return
        for file, _ in kept:
            if file not in {chosen_file for chosen_file, _ in chosen}:
                with suppress(OSError):
                    (self._run.best / file).unlink()
        self._state.kept = chosen

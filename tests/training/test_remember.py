"""A fine-tuned network is mixed with its start where it forgets; a network of one number shows when and how much."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from inpaint_studio.protocol.events import NoteEvent
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.small_runs import LEARNING, EventRecorder, make_request
from training.data.batch import Batch
from training.errors import Stopped
from training.recipe import Recipe
from training.run.remember import mix, remember
from training.run.selection import Selection
from training.run.state import TrainingState
from training.run.train import train
from training.run.validation import Judge, measure, scores

START = 0.5


class Grey(nn.Module):
    """Fills a hole with one grey."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.tensor([value]))
        self.register_buffer("count", torch.tensor([3]))


class GreyRecipe(Recipe):
    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        return torch.where(batch.hole > 0, generator.value, batch.image)


def crops(grey: float) -> Batch:
    hole = torch.zeros(2, 1, 32, 32)
    hole[..., 8:24, 8:24] = 1
    return Batch(torch.full((2, 3, 32, 32), grey), hole)


class Tuned:
    """What a trainer has after a training that ended at grey `best`; the held-out photos are white."""

    def __init__(self, folder: Any, best: float, others: float) -> None:
        self.events: list[Any] = []
        self.reporter = SimpleNamespace(emit=self.events.append)
        self.recipe = GreyRecipe(Grey(START), None)  # type: ignore[arg-type]
        self.average = SimpleNamespace(network=Grey(START))
        self.state = TrainingState()
        self.selection = Selection(self.state, RunFolder(folder), self.reporter, "psnr", 0)  # type: ignore[arg-type]
        self.held, self.others = crops(1.0), crops(others)
        self.fabric, self.judge = SimpleNamespace(device="cpu"), Judge()
        self.stopped = False
        self.steps = SimpleNamespace(check_stop=self.check_stop, ending=False)
        for step, value in enumerate((START, best)):
            found = measure(self.recipe, Grey(value), self.held, lambda: None)
            self.state.step = step
            self.state.before = self.state.before or found.values()
            self.selection.consider(found, Grey(value), learns=True, writes=False)
        self.state.others_before = measure(self.recipe, Grey(START), self.others, lambda: None).values()

    def check_stop(self) -> None:
        if self.stopped:
            raise Stopped

    @property
    def best(self) -> dict[str, Tensor] | None:
        return self.selection.best

    def value(self) -> float:
        assert self.best is not None
        return float(self.best["value"])

    def remember(self, start: Mapping[str, Tensor] | None = None) -> None:
        known = Grey(START).state_dict() if start is None else start
        remember(self, lambda: known or None)  # type: ignore[arg-type]


def test_it_stays_as_it_is_where_other_photos_lose_little(tmp_path):
    tuned = Tuned(tmp_path, best=0.55, others=0.9)
    tuned.remember()
    assert tuned.value() == pytest.approx(0.55)
    assert tuned.state.others["psnr"] > tuned.state.others_before["psnr"]
    assert [event.kind for event in tuned.events] == ["best", "best"]


def test_as_much_of_the_start_as_is_needed_is_mixed_in(tmp_path):
    tuned = Tuned(tmp_path, best=0.524, others=0.1)  # loses 0.51 dB; three quarters of it 0.38, a half 0.26
    at_best = tuned.state.best
    tuned.remember()
    assert tuned.value() == pytest.approx(0.512)
    lost = tuned.state.others_before["psnr"] - tuned.state.others["psnr"]
    assert 0.2 < lost <= 0.3
    assert tuned.state.before["psnr"] < tuned.state.best < at_best
    assert tuned.state.best_figures["psnr"] == tuned.state.best
    assert tuned.state.best_at["figures"] == tuned.state.best_figures
    assert "50% of the start" in tuned.events[-2].text
    assert tuned.events[-1].figures == scores(tuned.state.best_figures)
    assert not tuned.steps.ending


def test_where_even_a_little_forgets_too_much_nothing_is_mixed(tmp_path):
    tuned = Tuned(tmp_path, best=0.8, others=0.3)
    tuned.remember()
    assert tuned.value() == pytest.approx(0.8)
    assert tuned.state.others_before["psnr"] - tuned.state.others["psnr"] > 0.3


@pytest.mark.parametrize("start", [{}, {"value": torch.zeros(2), "count": torch.zeros(1)}])
def test_without_the_start_nothing_is_mixed(tmp_path, start):
    tuned = Tuned(tmp_path, best=0.524, others=0.1)
    tuned.remember(start)
    assert tuned.value() == pytest.approx(0.524)
    assert tuned.state.others
    assert [event.text for event in tuned.events if isinstance(event, NoteEvent)] == [
        "Other photos lost more than 0.3 dB. The weights of the start are gone, so none are mixed in."
    ]


def test_a_second_stop_leaves_it_out(tmp_path):
    tuned = Tuned(tmp_path, best=0.524, others=0.1)
    tuned.stopped = True
    tuned.remember()
    assert not tuned.state.others
    assert not tuned.steps.ending


def test_nothing_is_measured_where_nothing_better_was_found(tmp_path):
    tuned = Tuned(tmp_path, best=0.4, others=0.1)
    tuned.remember()
    assert not tuned.state.others


def test_a_mixture_no_better_than_the_start_is_not_taken(tmp_path):
    tuned = Tuned(tmp_path, best=0.524, others=0.1)
    before = tuned.value()
    worse = measure(tuned.recipe, Grey(0.3), tuned.held, lambda: None)
    assert not tuned.selection.replace(worse, Grey(0.3).state_dict())
    assert tuned.value() == before


def test_numbers_that_count_are_not_mixed():
    mixed = mix(Grey(0.0).state_dict(), Grey(1.0).state_dict() | {"count": torch.tensor([9])}, 0.25)
    assert mixed["value"].item() == 0.25
    assert mixed["count"].item() == 9


@pytest.mark.parametrize("in_library", [True, False])
def test_only_what_comes_into_the_library_is_compared_on_other_photos(home, in_library):
    """A stage of a shipped set goes on from the files in its run folder, which nothing is mixed into."""
    recorder = EventRecorder()
    train(make_request(home, settings=LEARNING), [recorder], in_library=in_library)
    end = recorder.of("done")
    assert end.best_step
    assert (end.others_before is not None, end.others is not None) == (in_library, in_library)

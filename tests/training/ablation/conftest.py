"""A tiny network whose variants are trained for two steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from inpaint_studio.errors import Cancelled
from inpaint_studio.protocol.events import Event, ProgressEvent
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import send_command
from tests.training.conftest import home as home
from tests.training.conftest import make_home
from training.ablation import measure, report, scenes
from training.ablation.ledger import Ledger, read_ledger
from training.ablation.plan import AblationPlan, make_plan
from training.ablation.runner import VariantTurn, run_ablation
from training.run import events


def make_base(home: Path, **options: Any) -> TrainingRequest:
    """What all variants of the tests have in common: strong losses at a high rate, so that two steps can be seen."""
    values = {
        "model": "deepfill-v1",
        "photos": home / "photos",
        "steps": 2,
        "batch": 2,
        "workers": 0,
        "config": ("width=2",),
        "settings": ("critic_width=1", "critic_steps=1", "rate=0.02", "adversarial=1"),
    }
    return TrainingRequest(**(values | options))


def make_small_plan(
    home: Path, losses: tuple[str, ...] = ("none", "hinge"), seeds: tuple[int, ...] = (0,)
) -> AblationPlan:
    return make_plan(make_base(home), (), losses, seeds)


@pytest.fixture(autouse=True)
def few_crops_and_scenes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        yield


def make_small(patch: pytest.MonkeyPatch) -> None:
    """One scene and four crops are enough to see that each variant is measured and drawn."""
    patch.setattr(measure, "CROPS", 4)
    patch.setattr("training.ablation.pictures.SCENES", scenes.SCENES[:1])
    patch.setattr("training.ablation.report.SCENES", scenes.SCENES[:1])


class SmallRun(NamedTuple):
    """An ablation that was stopped within its second training, gone on with, and then given one variant more."""

    home: Path
    folder: Path
    stopped: Ledger | None  # what was known after the stop
    left: set[str]  # names in the folder after the stop
    resumed: Ledger
    turns: list[tuple[VariantTurn, Event | None]]  # of the resumed run
    added: Ledger
    more: list[VariantTurn]  # turns of the last run that were not known before


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    home, turns, more = tmp_path_factory.mktemp("ablation"), list[Any](), list[VariantTurn]()
    folder = home / "report"
    folder.mkdir()

    def stop(turn: VariantTurn, event: Event | None) -> None:
        if turn.number == 2 and isinstance(event, ProgressEvent) and event.step == 1:
            send_command(folder / "training-hinge-0", "stop")

    with pytest.MonkeyPatch.context() as patch:
        make_small(patch)
        make_home(home, patch)
        patch.setattr(events, "_CHECK_EVERY", 0.0)  # a step of such a network may be shorter than that
        plan = make_small_plan(home)
        with pytest.raises(Cancelled):
            run_ablation(plan, folder, stop, resume=False)
        stopped, left = read_ledger(folder), {path.name for path in folder.iterdir()}
        resumed = run_ablation(plan, folder, lambda turn, event: turns.append((turn, event)), resume=True)

        def note(turn: VariantTurn, event: Event | None) -> None:
            if event is None and not turn.is_known:
                more.append(turn)

        added = run_ablation(make_small_plan(home, ("none", "tv")), folder, note, resume=True)
        report.write_report(folder, added, "inpaint-studio ablate --photos <photos>")
    return SmallRun(home, folder, stopped, left, resumed, turns, added, more)

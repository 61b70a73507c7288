"""Whole ablations of a tiny network: all variants, a stop, and what a later run adds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from inpaint_studio.errors import Cancelled, InputError, StudioError
from inpaint_studio.protocol.events import Event, ProgressEvent
from inpaint_studio.protocol.run_folder import send_command
from tests.training.ablation.conftest import make_base, make_small_plan
from training.ablation import report, runner
from training.ablation.ledger import FILE, Ledger, read_ledger, write_ledger
from training.ablation.measure import measure_network, open_held_out
from training.ablation.plan import make_plan
from training.ablation.runner import Turn, find_ledger, run_ablation

SCENE = "branch"


def ignore(_turn: Turn, _event: Event | None) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report").mkdir()
    return tmp_path / "report"


def test_every_variant_is_trained_measured_and_drawn(home: Path, folder: Path) -> None:
    turns = []
    found = run_ablation(make_small_plan(home), folder, lambda turn, event: turns.append((turn, event)), resume=False)
    assert [(each.variant, each.seed, each.steps) for each in found.trainings] == [("none", 0, 2), ("hinge", 0, 2)]
    assert {"psnr", "ssim", "l1", "sharpness", "seam"} <= set(found.trainings[0].figures)
    assert found.trainings[0].figures != found.trainings[1].figures
    assert set(found.references) == {runner.SPREAD, runner.UNTRAINED}
    assert all(cost.milliseconds and cost.parameters and cost.macs for cost in found.costs.values())
    assert [turn.number for turn, event in turns if event is None] == [1, 2]
    assert read_ledger(folder) == found
    names = {path.name for path in folder.iterdir()}
    assert names == {FILE, "pictures"}  # the folder of a training that ended is gone
    assert {f"{SCENE}-none-fill.webp", f"{SCENE}-hinge-flow.webp"} <= {
        path.name for path in (folder / "pictures").iterdir()
    }


def test_variants_begin_with_equal_weights(home: Path) -> None:
    """What differs at the end comes from the losses alone: measured before a step, all are equal."""
    plan = make_small_plan(home, ("none", "hinge", "tv"))
    _, held = open_held_out(plan)
    untrained = [measure_network(plan, each, runner._build(plan, each), held) for each in plan.variants]
    assert untrained[0] == untrained[1] == untrained[2]


def test_a_stopped_ablation_goes_on_where_it_was(home: Path, folder: Path, tmp_path: Path) -> None:
    plan = make_small_plan(home)

    def stop(turn: Turn, event: Event | None) -> None:
        if turn.number == 2 and isinstance(event, ProgressEvent) and event.step == 1:
            send_command(folder / "training-hinge-0", "stop")

    with pytest.raises(Cancelled):
        run_ablation(plan, folder, stop, resume=False)
    known = read_ledger(folder)
    assert known is not None
    assert [each.variant for each in known.trainings] == ["none"]
    seen = []
    found = run_ablation(plan, folder, lambda turn, event: seen.append((turn, event)), resume=True)
    assert [turn.is_known for turn, event in seen if event is None] == [True, False]
    (tmp_path / "whole").mkdir()
    whole = run_ablation(plan, tmp_path / "whole", ignore, resume=False)
    assert [each.figures for each in found.trainings] == [each.figures for each in whole.trainings]


def test_a_later_run_adds_variants_and_seeds(home: Path, folder: Path) -> None:
    first = run_ablation(make_small_plan(home), folder, ignore, resume=False)
    made = []
    found = run_ablation(
        make_small_plan(home, ("none", "tv"), (0, 1)),
        folder,
        lambda turn, event: (
            made.append((turn.variant.name, turn.seed)) if event is None and not turn.is_known else None
        ),
        resume=True,
    )
    assert made == [("tv", 0), ("none", 1), ("tv", 1)]
    assert (found.variants, found.seeds) == (("none", "hinge", "tv"), (0, 1))
    assert found.find("hinge", 0) == first.find("hinge", 0)
    assert set(found.costs) == {"none", "hinge", "tv"}


def test_another_ablation_is_not_mixed_in(home: Path, folder: Path) -> None:
    write_ledger(folder, Ledger(make_small_plan(home).identity(), ("none", "hinge"), (0,)))
    assert find_ledger(make_small_plan(home, ("none", "tv")), folder) is not None
    other = make_plan(make_base(home, steps=3), (), ("none", "hinge"), (0,))
    with pytest.raises(InputError, match=r"another value of 'steps' \(2, now 3\)"):
        find_ledger(other, folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"inpaint_studio_ablation": 1}', '{"inpaint_studio_ablation": 2}'])
def test_a_damaged_record_is_one_sentence(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"no record of an ablation|newer Inpaint Studio"):
        read_ledger(folder)


def test_a_variant_whose_losses_are_not_finite_does_not_end_the_others(home: Path, folder: Path, monkeypatch) -> None:
    original = runner.train

    def train(request, listeners, **how):
        if "gan=hinge" in request.settings:
            raise StudioError("The losses were not finite.")
        return original(request, listeners, **how)

    monkeypatch.setattr(runner, "train", train)
    found = run_ablation(make_small_plan(home, ("hinge", "none")), folder, ignore, resume=False)
    assert [(each.variant, each.failed) for each in found.trainings] == [
        ("hinge", "The losses were not finite."),
        ("none", ""),
    ]
    report.write_report(folder, found, "inpaint-studio ablate")
    assert "has no figures: The losses were not finite." in (folder / "index.html").read_text(encoding="utf-8").replace(
        "&#39;", "'"
    )


def test_all_trainings_get_equal_requests_but_for_what_is_compared(home: Path, tmp_path: Path) -> None:
    plan = make_small_plan(home, ("none", "hinge"), (0, 5))
    requests = [plan.request(variant, seed, tmp_path) for variant, seed in plan.trainings()]
    assert [request.seed for request in requests] == [0, 0, 5, 5]
    plain = [replace(request, settings=(), seed=0) for request in requests]
    assert all(each == plain[0] for each in plain)
    assert requests[0].settings != requests[1].settings
    assert "critic_width=1" in requests[0].settings


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"steps": None}, "Say how long each training is"),
        ({"model": "exemplar"}, "is not a network that can be trained"),
        ({"settings": ("speed=1",)}, "There is no setting 'speed'"),
        ({"config": ("width=3",)}, "'width' cannot be '3'"),
    ],
)
def test_what_cannot_be_is_one_sentence_before_the_first_training(home: Path, options, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        make_plan(make_base(home, **options), (), ("none", "hinge"), (0,))
    assert sentence in str(error.value)


def test_a_missing_vgg_is_noticed_before_the_first_training(home: Path, monkeypatch) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(home / "torch"))
    with pytest.raises(InputError, match="VGG16"):
        make_plan(make_base(home), (), ("none", "perceptual"), (0,))

"""Whole ablations of a tiny network: all variants, a stop, and what a later run adds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from inpaint_studio.cli import main
from inpaint_studio.errors import InputError, StudioError
from inpaint_studio.protocol.events import DoneEvent, Event, ProgressEvent
from inpaint_studio.protocol.request import TrainingRequest
from tests.training.ablation.conftest import SmallRun, make_base, make_small_plan
from training.ablation import report, runner
from training.ablation.ledger import FILE, Ledger, TrainedVariant, read_ledger, write_ledger
from training.ablation.plan import make_plan
from training.ablation.runner import VariantTurn, find_ledger, run_ablation


def ignore(_turn: VariantTurn, _event: Event | None) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report").mkdir()
    return tmp_path / "report"


def test_what_ended_before_a_stop_is_kept_with_the_checkpoint_of_the_other(small_run: SmallRun) -> None:
    assert small_run.stopped is not None
    assert [each.variant for each in small_run.stopped.trainings] == ["none"]
    assert small_run.left == {FILE, "pictures", "training-hinge-0"}


def test_a_stopped_ablation_goes_on_where_it_was(small_run: SmallRun) -> None:
    assert [turn.is_known for turn, event in small_run.turns if event is None] == [True, False]
    steps = [event.step for _, event in small_run.turns if isinstance(event, ProgressEvent)]
    assert steps
    assert min(steps) > 1  # the step before the stop is not taken again
    assert [(each.variant, each.steps) for each in small_run.resumed.trainings] == [("none", 2), ("hinge", 2)]


def test_every_variant_is_measured_and_drawn(small_run: SmallRun) -> None:
    found = small_run.resumed
    assert {"psnr", "ssim", "l1", "sharpness", "seam"} <= set(found.trainings[0].figures)
    assert found.trainings[0].figures != found.trainings[1].figures
    assert set(found.references) == {runner.SPREAD, runner.UNTRAINED}
    assert all(cost.milliseconds and cost.parameters and cost.macs for cost in found.costs.values())
    pictures = {path.name for path in (small_run.folder / "pictures").iterdir()}
    assert {"branch-none-fill.webp", "branch-hinge-flow.webp", "branch-tv-fill.webp"} <= pictures
    assert not list(small_run.folder.glob("training-*"))


def test_a_later_run_adds_variants(small_run: SmallRun) -> None:
    assert [(turn.variant.name, turn.seed) for turn in small_run.more] == [("tv", 0)]
    assert small_run.added.variants == ("none", "hinge", "tv")
    assert small_run.added.find("hinge", 0) == small_run.resumed.find("hinge", 0)
    assert set(small_run.added.costs) == {"none", "hinge", "tv"}
    assert read_ledger(small_run.folder) == small_run.added


def test_nothing_is_left_of_an_ablation_that_trained_nothing(home: Path, folder: Path) -> None:
    write_ledger(folder, Ledger(make_small_plan(home).identity(), ("none", "hinge"), (0,)))
    (folder / "training-none-0").mkdir()
    assert not runner.forget_unless_begun(folder)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("model", ["deepfill-v1", "deepfill-v2", "lama"])
def test_variants_begin_with_equal_weights(home: Path, model: str) -> None:
    """All that variants have in common begins the same with the same seed: what differs later is the block's doing."""
    settings = ("adversarial=0", "perceptual=0", "hole=10") if model == "lama" else ("adversarial=0",)
    config = ("width=4", "blocks=1", "halvings=2", "global=8") if model == "lama" else ("width=2",)
    base = make_base(home, model=model, config=config, settings=settings)
    plan = make_plan(base, ("none", "self", "cbam", "danet", "swap"), (), (3,))
    first, *others = [runner._build(plan, each).state_dict() for each in plan.variants]
    assert first
    for other in others:
        assert len(other) > len(first)
        assert all(torch.equal(value, other[name]) for name, value in first.items())


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
    def fail(*_: object, **__: object) -> None:
        raise StudioError("The losses were not finite.")

    monkeypatch.setattr(runner, "train", fail)
    found = run_ablation(make_small_plan(home), folder, ignore, resume=False)
    assert [(each.variant, each.failed) for each in found.trainings] == [
        ("none", "The losses were not finite."),
        ("hinge", "The losses were not finite."),
    ]
    report.write_report(folder, found, "inpaint-studio ablate")
    assert "has no figures: The losses were not finite." in (folder / "index.html").read_text(encoding="utf-8").replace(
        "&#39;", "'"
    )


def test_a_later_run_with_other_seeds_draws_no_pictures_of_them(home: Path, folder: Path, monkeypatch) -> None:
    """The page names the first seed of all runs, whose weights its pictures are made with."""
    drawn: list[str] = []

    def finish(_request: TrainingRequest, listeners: list[Any], **_: object) -> None:
        for listen in listeners:
            listen(DoneEvent(step=2))

    trained = SimpleNamespace(config={}, read=dict, name="last")
    plan = make_small_plan(home, seeds=(4,))
    network = runner._build(plan, plan.variants[0])
    monkeypatch.setattr(runner, "train", finish)
    monkeypatch.setattr(runner, "read_header", lambda *_, **__: trained)
    monkeypatch.setattr(runner, "load_network", lambda *_: network)
    monkeypatch.setattr(runner, "write_pictures", lambda _plan, variant, *_: drawn.append(variant.name))
    known = TrainedVariant("none", 0, 2, 1.0, {"psnr": 9.0})
    write_ledger(folder, Ledger(plan.identity(), ("none", "hinge"), (0,), trainings=(known,)))
    run_ablation(plan, folder, ignore, resume=True)
    assert drawn == []
    run_ablation(make_small_plan(home, seeds=(0,)), folder, ignore, resume=True)
    assert drawn == ["hinge"]


def test_other_photos_are_not_mixed_in(home: Path, folder: Path) -> None:
    facts = {"photos": "6", "held_out": 1, "crops": 4}
    write_ledger(folder, Ledger(make_small_plan(home).identity(), ("none", "hinge"), (0,), facts))
    with pytest.raises(InputError, match="not those of that ablation: 7 are there to train on now, 6 were"):
        run_ablation(make_small_plan(home), folder, ignore, resume=True)


def test_a_wrong_input_of_the_first_training_leaves_nothing_to_go_on_with(home: Path, monkeypatch, capsys) -> None:
    """So that the corrected command is not told of an ablation with other values."""

    def refuse(*_: object, **__: object) -> None:
        raise InputError("These crops do not fit into the memory.")

    monkeypatch.setattr(runner, "train", refuse)
    common = ["--config", "width=2", "--steps", "1", "--report", str(home / "report")]
    assert main(["ablate", "--photos", str(home / "photos"), "--loss", "none,hinge", *common]) == 2
    assert capsys.readouterr().err.endswith("These crops do not fit into the memory.\n")
    assert not (home / "report").exists()


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

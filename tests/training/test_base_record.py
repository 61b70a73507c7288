"""A fine-tuning goes on as its base was trained: crops, losses and discriminators, also when it is resumed."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from inpaint_studio.engine.weights import discriminators, store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import Traits
from tests.training.small_runs import EventRecorder, make_request
from training.recipes.deepfill_v2 import DeepFillV2Settings
from training.recipes.lama import LamaSettings
from training.run.base_record import BaseRecord
from training.run.setup import _choose_batch
from training.run.train import train


def of(recipe: object, **facts: str) -> BaseRecord:
    return BaseRecord.of(Weights("w", "net", Path("w"), {}, facts={"recipe": json.dumps(recipe), **facts}))


def install_base(**recipe: float) -> None:
    """A set `base` beside the random one, with the record of a training on crops of 64 px."""
    other = store.find("deepfill-v2-random")
    facts = {"trained_at": "64", "recipe": json.dumps(recipe)}
    store.save(other.read(), name="base", system=other.system, config=other.config, origin="trained", facts=facts)


def test_a_base_without_a_critic_is_trained_without_one_and_at_its_size(home):
    install_base(adversarial=0.0, critic_width=4, rate=0.5)
    recorder = EventRecorder()
    plain = {"model": "base", "settings": {}, "size": None, "batch": None}
    train(make_request(home, **plain, steps=1), [recorder])
    started = recorder.of("started")
    assert (started.size, started.batch) == (64, 16)
    assert set(recorder.losses()[1]) == {"reconstruction", "coarse"}
    again = EventRecorder()
    train(make_request(home, **plain, steps=2, resume=True), [again])
    assert again.of("started").size == 64
    assert set(again.losses()[2]) == {"reconstruction", "coarse"}


def test_a_critic_that_learned_nothing_is_not_kept(home):
    install_base(adversarial=0.0, critic_width=4)
    plain = {"model": "base", "settings": {}, "size": None, "batch": 2}
    train(make_request(home, **plain, steps=1), [])
    last = home / "out" / "last.safetensors"
    assert discriminators.size(last) == last.stat().st_size
    train(make_request(home, **plain | {"settings": {"adversarial": "1"}}, steps=1), [])
    assert discriminators.size(last) > last.stat().st_size


def test_what_the_user_chooses_comes_first(home):
    install_base(adversarial=0.0, critic_width=4)
    recorder = EventRecorder()
    chosen = {"adversarial": "0.5"}
    train(make_request(home, model="base", settings=chosen, size=96, batch=2, steps=1), [recorder])
    assert (recorder.of("started").size, recorder.of("started").batch) == (96, 2)
    assert "adversarial" in recorder.losses()[1]


def test_losses_and_widths_are_kept_but_no_rates():
    record = of({"adversarial": 0.0, "coarse": 2.0, "critic_width": 32, "rate": 0.5, "beta1": 0.1})
    settings = record.continue_settings(DeepFillV2Settings())
    assert settings == DeepFillV2Settings(adversarial=0.0, coarse=2.0, critic_width=32)


def test_groups_of_settings_are_kept_too():
    weights = {name: 0.0 for name in vars(LamaSettings()) if name != "critic"}
    kept = of(weights).continue_settings(LamaSettings())
    assert kept != LamaSettings()


@pytest.mark.parametrize(
    "recipe", ["[1]", {"adversarial": "much"}, {"adversarial": -1}, {"adversarial": True}, {"critic_width": 10**9}]
)
def test_what_is_no_setting_is_left_out(recipe):
    assert of(recipe).continue_settings(DeepFillV2Settings()) == DeepFillV2Settings()


def test_a_damaged_record_is_left_out():
    broken = Weights("w", "net", Path("w"), {}, facts={"recipe": "{", "trained_at": "big"})
    assert BaseRecord.of(broken) == BaseRecord()


def test_a_checkpoint_keeps_the_record():
    record = of({"adversarial": 0.0}, trained_at="64")
    assert BaseRecord.from_known(record.known()) == record
    assert BaseRecord.from_known({}) == BaseRecord()


@pytest.mark.parametrize(("size", "crop"), [(64, 64), (70, 64), (16, 32), (0, None)])
def test_crops_have_the_size_of_the_base_as_the_network_takes_it(size, crop):
    traits = Traits("net", "Net", "Fills.", min_side=32, multiple_of=8)
    assert BaseRecord(size).crop_size(traits) == crop


def test_a_network_of_one_size_keeps_it():
    assert BaseRecord(64).crop_size(Traits("net", "Net", "Fills.", min_side=128, max_side=128)) is None


@pytest.mark.parametrize(
    ("on_card", "fine_tuning", "size", "batch"),
    [(True, True, 64, 24), (False, True, 64, 24), (False, True, 128, 16), (False, True, 512, 4), (False, False, 64, 4)],
)
def test_small_crops_come_in_larger_batches(on_card, fine_tuning, size, batch):
    assert _choose_batch(SimpleNamespace(batch=24), on_card, fine_tuning, size) == batch  # type: ignore[arg-type]

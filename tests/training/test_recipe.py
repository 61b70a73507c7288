"""Losses that need a trained VGG can be left out one by one; it is loaded only where one of them counts."""

from __future__ import annotations

from typing import Any

import pytest
import torch.nn.functional as F
from torch import Tensor, nn

from inpaint_studio.errors import InputError
from tests.models.weighted import install
from tests.training.small_runs import EventRecorder, make_request
from training.run.train import train


class AveragePoolFeatures(nn.Module):
    """Stands in for a trained VGG: its features are small images."""

    def forward(self, image: Tensor, names: tuple[str, ...]) -> list[Tensor]:
        return [F.avg_pool2d(image, 4) for _ in names]


@pytest.fixture
def vgg(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the networks that were loaded."""
    loaded: list[str] = []

    def load(name: str, _file: Any = None) -> nn.Module:
        loaded.append(name)
        return AveragePoolFeatures()

    monkeypatch.setattr("training.run.setup.load_features", load)
    return loaded


def losses(home: Any, model: str, *without: str, **settings: str) -> dict[str, float]:
    recorder = EventRecorder()
    size = 128 if model == "partial-conv" else 64
    train(make_request(home, model=model, size=size, settings=settings, without_losses=without, steps=1), [recorder])
    found: dict[str, float] = recorder.of("progress").losses
    return found


@pytest.mark.parametrize(("loss", "other"), [("perceptual", "style"), ("style", "perceptual")])
def test_of_two_losses_one_is_left_out(home, vgg, loss, other):
    found = losses(home, "partial-conv", loss)
    assert found[loss] == 0
    assert found[other] > 0
    assert vgg == ["vgg16"]


@pytest.mark.parametrize(
    ("without", "settings"),
    [
        (("perceptual", " style"), {}),
        ((), {"perceptual": "0", "style": "0"}),
        (("style",), {"perceptual": "0"}),
    ],
)
def test_where_all_their_weights_are_0_no_features_are_loaded(home, vgg, without, settings):
    found = losses(home, "partial-conv", *without, **settings)
    assert not {"perceptual", "style"} & set(found)
    assert vgg == []


@pytest.mark.parametrize("without", [("perceptual",), ("perceptual", "style")])
def test_the_only_loss_is_left_out(home, vgg, without):
    install(home / "data", "lama")
    assert "perceptual" not in losses(home, "lama", *without, critic_width="4")
    assert vgg == []


def test_both_together_may_be_left_out_of_any_recipe(home, vgg):
    assert losses(home, "deepfill-v2", "perceptual", "style", critic_width="4")
    assert vgg == []


@pytest.mark.parametrize(
    ("model", "loss", "message"),
    [
        ("lama", "style", "no loss 'style' to leave out; there is perceptual"),
        ("partial-conv", "l1", "no loss 'l1' to leave out; there is perceptual and style"),
        ("deepfill-v2", "perceptual", "no loss 'perceptual' to leave out; it has none"),
    ],
)
def test_a_loss_that_the_recipe_does_not_have_is_refused(home, model, loss, message):
    with pytest.raises(InputError, match=message):
        losses(home, model, loss)

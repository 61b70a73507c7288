"""Losses that need a trained VGG are left out one by one; it is asked for only where one of them counts."""

from __future__ import annotations

from typing import Any

import pytest
import torch.nn.functional as F
from torch import Tensor, nn

from inpaint_studio.errors import InputError
from tests.models.weighted import install
from tests.training.asking import Ears, asked
from training.run.train import train


class Maps(nn.Module):
    """In place of a trained VGG: small pictures for maps."""

    def forward(self, picture: Tensor, wanted: tuple[str, ...]) -> list[Tensor]:
        return [F.avg_pool2d(picture, 4) for _ in wanted]


@pytest.fixture
def vgg(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The networks that were asked for."""
    wanted: list[str] = []

    def trained(name: str, _file: Any = None) -> nn.Module:
        wanted.append(name)
        return Maps()

    monkeypatch.setattr("training.run.setup.trained", trained)
    return wanted


def losses(home: Any, model: str, *without: str, **settings: str) -> dict[str, float]:
    ears = Ears()
    size = 128 if model == "partial-conv" else 64
    train(asked(home, model=model, size=size, settings=settings, without=without, steps=1), [ears])
    told: dict[str, float] = ears.of("progress")["losses"]
    return told


@pytest.mark.parametrize(("term", "other"), [("perceptual", "style"), ("style", "perceptual")])
def test_of_two_terms_one_is_left_out(home, vgg, term, other):
    told = losses(home, "partial-conv", term)
    assert told[term] == 0
    assert told[other] > 0
    assert vgg == ["vgg16"]


@pytest.mark.parametrize(
    ("without", "settings"),
    [
        (("perceptual", " style"), {}),
        ((), {"perceptual": "0", "style": "0"}),
        (("style",), {"perceptual": "0"}),
    ],
)
def test_where_none_weighs_anything_no_features_are_asked_for(home, vgg, without, settings):
    told = losses(home, "partial-conv", *without, **settings)
    assert not {"perceptual", "style"} & set(told)
    assert vgg == []


@pytest.mark.parametrize("without", [("perceptual",), ("perceptual", "style")])
def test_the_only_term_is_left_out(home, vgg, without):
    install(home / "data", "lama")
    assert "perceptual" not in losses(home, "lama", *without, critic_width="4")
    assert vgg == []


def test_both_together_may_be_left_out_of_any_recipe(home, vgg):
    assert losses(home, "deepfill-v2", "perceptual", "style", critic_width="4")
    assert vgg == []


@pytest.mark.parametrize(
    ("model", "term", "said"),
    [
        ("lama", "style", "no loss 'style' to do without; there is perceptual"),
        ("partial-conv", "l1", "no loss 'l1' to do without; there is perceptual and style"),
        ("deepfill-v2", "perceptual", "no loss 'perceptual' to do without; it has none"),
    ],
)
def test_a_term_that_the_recipe_does_not_have_is_refused(home, model, term, said):
    with pytest.raises(InputError, match=said):
        losses(home, model, term)

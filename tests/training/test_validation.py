"""The measurement on the held-out crops: in the holes alone, and without a trace in the network."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from training.data.batch import Batch
from training.recipe import Recipe
from training.run.validation import measure

SIDE = 8


class Shifted(nn.Module):
    """Returns the image, brighter by 0.1 in the first crop and by 0.2 in the second; notes how it was used."""

    def __init__(self) -> None:
        super().__init__()
        self.modes: list[bool] = []
        self.seen: list[int] = []

    def forward(self, image: Tensor) -> Tensor:
        self.modes.append(self.training or torch.is_grad_enabled())
        self.seen.append(len(image))
        return image + 0.1 * (1 + torch.arange(len(image))[:, None, None, None] + 2 * (len(self.seen) - 1))


class WholeImage(Recipe):
    """Changes the known pixels, too."""

    def __init__(self) -> None:
        self.modules = {}

    def complete(self, generator: nn.Module, batch: Batch) -> Tensor:
        """Return the output of the generator."""
        filled: Tensor = generator(batch.image)
        return filled


def held(count: int) -> Batch:
    hole = torch.zeros(count, 1, SIDE, SIDE)
    hole[..., :2, :3] = 1
    return Batch(torch.full((count, 3, SIDE, SIDE), 0.25), hole)


@pytest.mark.parametrize("training", [True, False])
def test_the_network_is_measured_without_learning_and_left_as_it_was(training: bool) -> None:
    generator, checks = Shifted().train(training), []
    measure(WholeImage(), generator, held(3), lambda: checks.append(1))
    assert generator.modes == [False, False]
    assert generator.seen == [2, 1]
    assert len(checks) == 2
    assert generator.training is training


def test_it_is_the_mean_over_the_crops_of_what_is_in_the_holes() -> None:
    """Errors of 0.1 and 0.2 are 20 and 13.98 dB; the errors outside the holes do not count."""
    found = measure(WholeImage(), Shifted(), held(2), lambda: None)
    assert found.values()["psnr"] == pytest.approx((20 - 20 * math.log10(0.2)) / 2, abs=1e-4)
    assert found.values()["l1"] == pytest.approx(0.15, abs=1e-6)
    outside = held(2)
    outside.image[..., 4:, :] = 0.9

    class Same(nn.Module):
        def forward(self, image: Tensor) -> Tensor:
            wrong = image.clone()
            wrong[..., 4:, :] = 0
            return wrong

    exact = measure(WholeImage(), Same(), outside, lambda: None).values()
    assert (exact["psnr"], exact["l1"]) == (99.0, 0.0)


def test_values_beyond_the_range_are_cut_before_they_are_compared() -> None:
    class Bright(nn.Module):
        def forward(self, image: Tensor) -> Tensor:
            return image + 7

    found = measure(WholeImage(), Bright(), held(1), lambda: None)
    assert found.values()["l1"] == pytest.approx(0.75)
    assert found.images.max() == 1

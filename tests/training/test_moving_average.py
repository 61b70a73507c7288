"""The moving average of weights, against what its definition gives in closed form."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from training.run.state import MovingAverage

START, TARGET = 5.0, 2.0


def network(value: float) -> nn.Module:
    made = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).double()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.fill_(value)
    return made


def values(average: MovingAverage) -> list[float]:
    return [value for parameter in average.network.parameters() for value in parameter.flatten().tolist()]


def warm_up(updates: int) -> float:
    """Return the product of (1 + n) / (10 + n) for n = 1 to `updates`: (updates + 1)! 10! / (updates + 10)!."""
    return math.exp(math.lgamma(updates + 2) + math.lgamma(11) - math.lgamma(updates + 11))


@pytest.mark.parametrize(
    ("updates", "left"),
    [
        (1, 2 / 11),
        (2, 2 / 11 * 3 / 12),
        (30, warm_up(30)),
        (80, warm_up(80)),  # at 80 the warm-up reaches the decay: 81 / 90 = 0.9
        (95, warm_up(80) * 0.9**15),
    ],
)
def test_what_is_left_of_the_start_is_the_product_of_the_decays(updates: int, left: float) -> None:
    """Towards a fixed target the distance shrinks by the decay of each update."""
    average, target = MovingAverage(network(START), 0.9), network(TARGET)
    for _ in range(updates):
        average.update(target)
    assert values(average) == pytest.approx([TARGET + (START - TARGET) * left] * 15, rel=1e-12)
    assert average.updates == updates


def test_each_weight_counts_with_its_own_share() -> None:
    """The weights of update k count with (1 - d_k) d_(k+1) ... d_n, the start with d_1 ... d_n."""
    decays = [min(0.5, (1 + n) / (10 + n)) for n in range(1, 21)]
    shown = [math.sin(n) for n in range(1, 21)]
    expected = START * math.prod(decays)
    for k, value in enumerate(shown):
        expected += value * (1 - decays[k]) * math.prod(decays[k + 1 :])
    average = MovingAverage(network(START), 0.5)
    for value in shown:
        average.update(network(value))
    assert values(average) == pytest.approx([expected] * 15, rel=1e-12)


def test_running_statistics_are_copied_and_nothing_else_is_touched() -> None:
    source = network(START)
    average = MovingAverage(source, 0.9)
    assert not average.network.training
    assert not any(parameter.requires_grad for parameter in average.network.parameters())
    norm = source[1]
    assert isinstance(norm, nn.BatchNorm1d)
    norm.running_mean.fill_(7)
    norm.num_batches_tracked.fill_(4)
    average.update(source)
    kept = average.network[1]
    assert kept.running_mean.tolist() == [7, 7, 7]
    assert int(kept.num_batches_tracked) == 4
    assert source.training
    assert all(parameter.requires_grad for parameter in source.parameters())
    assert {value for parameter in source.parameters() for value in parameter.flatten().tolist()} == {START}

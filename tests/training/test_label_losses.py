"""The losses of label maps against values worked out by hand."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from inpaint_studio.layers.label_planes import to_planes
from training.losses import labels as losses


def scores_of(*rows: tuple[float, ...]) -> Tensor:
    """B x K x 1 x W from the scores of each pixel of one row."""
    return torch.tensor(rows).t()[None, :, None]


def map_of(*numbers: float) -> Tensor:
    return torch.tensor(numbers).view(1, 1, 1, -1)


def test_cross_entropy_is_the_mean_over_known_pixels():
    scores = scores_of((0.0, 0.0), (math.log(3.0), 0.0), (5.0, -5.0))
    expected = (math.log(2) + math.log(4)) / 2  # 1/2 for class 1, 1/4 for class 2; the third pixel is not known
    assert losses.cross_entropy(scores, map_of(1, 2, 0)).item() == pytest.approx(expected)


def test_cross_entropy_of_nothing_known_is_0():
    scores = scores_of((1.0, 2.0), (0.0, 1.0)).requires_grad_()
    loss = losses.cross_entropy(scores, map_of(0, 0))
    loss.backward()
    assert loss.item() == 0
    assert not scores.grad.any()


def test_cross_entropy_is_the_mean_over_images():
    one, other = scores_of((0.0, 0.0), (9.0, 9.0)), scores_of((math.log(3.0), 0.0), (0.0, 0.0))
    both = losses.cross_entropy(torch.cat([one, other]), torch.cat([map_of(1, 0), map_of(2, 2)]))
    single = [losses.cross_entropy(one, map_of(1, 0)), losses.cross_entropy(other, map_of(2, 2))]
    assert both.item() == pytest.approx((math.log(2) + (math.log(4) + math.log(2)) / 2) / 2)
    assert both.item() == pytest.approx(float(sum(single)) / 2)


def test_cross_entropy_with_weights_and_a_map_of_another_size():
    scores = scores_of((0.0, 0.0), (math.log(3.0), 0.0))
    wide = torch.tensor([[[[1.0, 1, 2, 2]]]]).expand(1, 1, 2, 4)
    weighted = losses.cross_entropy(scores, wide, map_of(1, 3))
    assert weighted.item() == pytest.approx((math.log(2) + 3 * math.log(4)) / 4)


def test_a_pair_is_an_image_with_the_planes_of_its_map():
    image, planes = torch.rand(2, 3, 4, 6), torch.rand(2, 5, 2, 3)
    pair = losses.join_pair(image, planes)
    assert pair.shape == (2, 8, 4, 6)
    assert torch.equal(pair[:, :3], image)
    assert torch.equal(pair[:, 3:, 2:, 4:], planes[..., 1:, 2:].expand(2, 5, 2, 2))


def test_mismatched_planes_have_another_class_everywhere():
    labels = torch.tensor([[[[1.0, 2, 3, 4, 0]]]])
    planes = to_planes(labels, 4)
    seen = set()
    for step in range(3):
        other = losses.mismatch(planes, step)
        assert not (other * planes).any()
        assert other.sum() == 4
        seen |= {(i, int(other[0, :, 0, i].argmax())) for i in range(4)}
    assert len(seen) == 12  # every class for every other
    assert torch.equal(losses.mismatch(planes, 3), losses.mismatch(planes, 0))


def test_the_critic_of_pairs():
    real, drawn, swapped = (torch.tensor(values) for values in ([2.0, 0.5], [-2.0, 0.0], [1.0]))
    expected = ((0 + 0.5) / 2 + ((0 + 1) / 2 + 2) / 2) / 2
    assert losses.pair_critic(real, [drawn, swapped]).item() == pytest.approx(expected)
    assert losses.pair_generator(drawn).item() == pytest.approx(1.0)

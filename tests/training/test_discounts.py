"""The weights that fall towards the middle of a hole, against the authors' loop."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.losses import discounts


def authors_discount(height: int, width: int, gamma: float) -> np.ndarray:
    """The loops of `spatial_discounting_mask`, with one pixel more on one side than on the other."""
    values = np.ones((height, width))
    for i in range(height):
        for j in range(width):
            values[i, j] = max(gamma ** min(i, height - i), gamma ** min(j, width - j))
    return values


@pytest.mark.parametrize("size", [(16, 16), (7, 12), (128, 128)])
def test_the_weights_over_a_box_are_the_authors(size):
    np.testing.assert_allclose(discounts.box_discount(*size, 0.9).numpy(), authors_discount(*size, 0.9), rtol=1e-5)


def test_the_box_is_not_symmetric():
    weight = discounts.box_discount(8, 8, 0.5)
    assert weight[0, 3] == 1
    assert weight[7, 3] == 0.5


def test_a_mean_with_the_weights_of_boxes_is_the_authors_mean_over_the_box():
    torch.manual_seed(0)
    hole, error = torch.zeros(2, 1, 32, 32), torch.rand(2, 3, 32, 32)
    hole[0, 0, 6:20, 3:16] = 1
    hole[1, 0, 10:22, 12:28] = 1
    corners = [(5, 2), (8, 12)]
    weight = discounts.weigh_boxes(hole, corners, 16, 0.9)
    expected = np.mean(
        [
            (part[:, y : y + 16, x : x + 16].numpy() * authors_discount(16, 16, 0.9)).mean()
            for part, (y, x) in zip(error, corners, strict=True)
        ]
    )
    assert (error * weight).mean().item() == pytest.approx(expected, rel=1e-5)


def test_a_hole_that_reaches_beyond_its_box_is_discounted_from_its_rim():
    hole = torch.zeros(2, 1, 32, 32)
    hole[0, 0, 2:30, 10:14] = 1
    hole[1, 0, 4:10, 4:10] = 1
    weight = discounts.weigh_boxes(hole, [(8, 4), (0, 0)], 16, 0.9)
    assert torch.equal(weight[:1], discounts.weigh_rims(hole[:1], 0.9))
    assert not torch.equal(weight[1:], discounts.weigh_rims(hole[1:], 0.9))


def test_the_weights_of_a_rim_are_a_mean_over_the_hole():
    hole = torch.zeros(1, 1, 20, 20)
    hole[..., 5:12, 3:14] = 1
    weight = discounts.weigh_rims(hole, 1.0)
    assert weight.mean().item() == pytest.approx(1)
    assert not weight[hole == 0].any()


def test_a_rectangle_has_the_authors_weights_and_another_hole_those_of_its_rim():
    hole = torch.zeros(3, 1, 24, 24)
    hole[0, 0, 3:13, 5:19] = 1
    hole[1, 0, 3:13, 5:19] = 1
    hole[1, 0, 12, 18] = 0
    weight = discounts.weigh_holes(hole, 0.9)
    expected = authors_discount(10, 14, 0.9) * 24**2 / 140
    np.testing.assert_allclose(weight[0, 0, 3:13, 5:19].numpy(), expected, rtol=1e-5)
    assert weight[0].sum().item() == pytest.approx(expected.sum(), rel=1e-5)
    assert torch.equal(weight[1:2], discounts.weigh_rims(hole[1:2], 0.9))
    assert not weight[2].any()

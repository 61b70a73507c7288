"""Every loss against a value worked out by hand or by a library."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from training.losses import losses


def t(*values: float) -> torch.Tensor:
    return torch.tensor([float(value) for value in values]).view(1, 1, 1, -1)


def test_l1_plain_and_weighted():
    assert losses.l1(t(1, 2, 3, 4), t(1, 0, 3, 0)).item() == pytest.approx(1.5)
    assert losses.l1(t(1, 2, 3, 4), t(1, 0, 3, 0), t(0, 1, 0, 0.5)).item() == pytest.approx((2 + 2) / 4)


def test_l1_in_is_a_mean_over_the_part():
    assert losses.l1_in(t(1, 2, 3, 4), t(1, 0, 3, 0), t(0, 1, 0, 1)).item() == pytest.approx(3)
    assert losses.l1_in(t(1, 2), t(5, 5), t(0, 0)).item() == 0


def test_mse_in_is_over_all_pixels():
    assert losses.mse_in(t(1, 2, 3, 4), t(1, 0, 3, 0), t(0, 1, 1, 0)).item() == pytest.approx(4 / 4)


def test_discount_of_a_rectangle():
    hole = torch.zeros(1, 1, 9, 11)
    hole[..., 2:7, 2:9] = 1
    weight = losses.discount(hole, 0.9)[0, 0]
    assert weight[0, 0] == 1
    assert weight[2, 2] == 1
    assert weight[3, 3].item() == pytest.approx(0.9)
    assert weight[4, 5].item() == pytest.approx(0.81)


def test_discount_counts_from_known_pixels_not_from_the_border():
    hole = torch.ones(1, 1, 5, 5)
    hole[..., :, 4] = 0
    assert losses.discount(hole, 0.5)[0, 0, 2].tolist() == pytest.approx([0.125, 0.25, 0.5, 1, 1])


def test_total_variation():
    image = torch.tensor([[0.0, 1.0], [3.0, 3.0]]).view(1, 1, 2, 2)
    assert losses.total_variation(image).item() == pytest.approx((3 + 2) / 2 + (1 + 0) / 2)
    left = torch.tensor([[1.0, 0.0], [1.0, 0.0]]).view(1, 1, 2, 2)
    assert losses.total_variation(image, left).item() == pytest.approx(3 / 2)


def test_vanilla_is_binary_cross_entropy():
    real, fake = t(0.3, -1.2), t(2.0, 0.5)
    expected = F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
    expected = (expected + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))) / 2
    assert losses.vanilla_discriminator(real, fake).item() == pytest.approx(expected.item(), rel=1e-6)
    as_real = F.binary_cross_entropy_with_logits(fake, torch.ones_like(fake)).item()
    assert losses.vanilla_generator(fake).item() == pytest.approx(as_real, rel=1e-6)


def test_hinge():
    assert losses.hinge_discriminator(t(0.5, 2), t(-3, 1)).item() == pytest.approx((0.25 + 1.0) / 2)
    assert losses.hinge_generator(t(-3, 1)).item() == pytest.approx(1)


def test_least_squares():
    assert losses.least_squares_discriminator(t(2), t(3)).item() == pytest.approx((1 + 9) / 2)
    assert losses.least_squares_generator(t(3)).item() == pytest.approx(4)


def test_wasserstein():
    assert losses.wasserstein_critic(t(2), t(3)).item() == pytest.approx(1)
    assert losses.wasserstein_generator(t(3)).item() == pytest.approx(-3)


def linear(gradient: torch.Tensor):
    return lambda image: (image * gradient).flatten(1).sum(1)


def test_gradient_penalty_of_a_linear_critic():
    """Its gradient is the same everywhere: (norm - 1) squared, of the part inside the hole alone where one is given."""
    gradient = torch.zeros(1, 1, 2, 2)
    gradient[0, 0, 0, 0], gradient[0, 0, 1, 1] = 3.0, 4.0
    real, fake, share = torch.rand(2, 1, 2, 2), torch.rand(2, 1, 2, 2), torch.rand(2, 1, 1, 1)
    assert losses.gradient_penalty(linear(gradient), real, fake, None, share).item() == pytest.approx(16, rel=1e-5)
    inside = torch.zeros(2, 1, 2, 2)
    inside[..., 1, 1] = 1
    assert losses.gradient_penalty(linear(gradient), real, fake, inside, share).item() == pytest.approx(9, rel=1e-5)


def test_gradient_penalty_has_gradients_for_the_critic():
    discriminator = torch.nn.Conv2d(1, 1, 2)
    share = torch.full((1, 1, 1, 1), 0.5)
    losses.gradient_penalty(discriminator, torch.rand(1, 1, 4, 4), torch.rand(1, 1, 4, 4), None, share).backward()
    assert discriminator.weight.grad is not None
    assert discriminator.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("kind", ["wasserstein", "r1"])
def test_penalties_are_computed_in_float32_also_where_the_rest_has_16_bits(kind):
    torch.manual_seed(0)
    discriminator = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ELU(), torch.nn.Conv2d(8, 1, 3))
    real, fake, share = torch.rand(2, 3, 9, 9), torch.rand(2, 3, 9, 9), torch.rand(2, 1, 1, 1)

    def penalty_and_gradients(fake: torch.Tensor) -> list[torch.Tensor]:
        discriminator.zero_grad()
        if kind == "r1":
            penalty = losses.r1(discriminator, real)
        else:
            penalty = losses.gradient_penalty(discriminator, real, fake, None, share)
        penalty.backward()
        return [
            penalty.detach(),
            *(value.grad.clone() for value in discriminator.parameters() if value.grad is not None),
        ]

    half = fake.bfloat16()  # as a generator draws it in 16 bits
    expected = penalty_and_gradients(half.float())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert discriminator(real).dtype == torch.bfloat16
        found = penalty_and_gradients(half)
    assert len(expected) > 2
    for one, other in zip(expected, found, strict=True):
        assert one.dtype == other.dtype == torch.float32
        assert torch.equal(one, other)


def test_r1_of_a_linear_discriminator():
    gradient = torch.full((1, 1, 2, 2), 1.5)
    assert losses.r1(linear(gradient), torch.rand(3, 1, 2, 2)).item() == pytest.approx(4 * 2.25, rel=1e-5)


def test_feature_matching_is_a_mean_over_layers_and_keeps_the_real_constant():
    fake = [t(1, 1).requires_grad_(), t(0, 0, 0).requires_grad_()]
    real = [t(0, 2).requires_grad_(), t(3, 3, 3).requires_grad_()]
    found = losses.feature_matching(fake, real)
    assert found.item() == pytest.approx((1 + 3) / 2)
    found.backward()
    assert real[0].grad is None
    assert losses.feature_matching(fake, real, squared=True).item() == pytest.approx((1 + 9) / 2)


def test_perceptual_is_a_sum_over_layers():
    assert losses.perceptual([t(1, 1), t(0)], [t(0, 2), t(3)]).item() == pytest.approx(1 + 3)


def test_gram_and_style():
    features = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).view(1, 2, 1, 2)
    expected = torch.tensor([[5.0, 11.0], [11.0, 25.0]]) / 4
    torch.testing.assert_close(losses.gram(features)[0], expected)
    none = torch.zeros_like(features)
    assert losses.style([features], [none]).item() == pytest.approx(expected.mean().item())


def test_guidance_counts_the_hole_alone():
    decoded, encoded = torch.ones(1, 2, 2, 2), torch.zeros(1, 2, 2, 2)
    hole = torch.zeros(1, 1, 4, 4)
    hole[..., :2, :2] = 1
    assert losses.guidance(decoded, encoded, hole).item() == pytest.approx(1 / 4)


def test_a_perfect_fill_costs_nothing():
    image = torch.rand(2, 3, 8, 8)
    hole = (torch.rand(2, 1, 8, 8) > 0.5).float()
    for found in (
        losses.l1(image, image),
        losses.l1_in(image, image, hole),
        losses.mse_in(image, image, hole),
    ):
        assert math.isclose(found.item(), 0)

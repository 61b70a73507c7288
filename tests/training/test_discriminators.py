"""Discriminators against the authors' layers, written with plain functions of torch."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training import discriminators, initialise
from training.discriminators import GlobalLocalDiscriminator, ImageDiscriminator, PatchDiscriminator
from training.residual_discriminator import ResidualDiscriminator


def tensorflow_same(x: Tensor, layer: nn.Conv2d) -> Tensor:
    """A convolution with stride 2 as TensorFlow pads it: the zeros that it needs, the odd one at the end."""
    pads = []
    for length in (x.shape[3], x.shape[2]):
        zeros = max((-(-length // 2) - 1) * 2 + layer.kernel_size[0] - length, 0)
        pads += [zeros // 2, zeros - zeros // 2]
    return F.conv2d(F.pad(x, pads), layer.weight, layer.bias, 2)


@pytest.mark.parametrize("size", [(16, 16), (18, 15), (9, 11), (64, 64)])
def test_layers_are_padded_as_by_tensorflow(size):
    torch.manual_seed(0)
    discriminator = PatchDiscriminator(4, (8, 8), (2, 2), kernel=5, padding=2, same=True, scores=3, last=(5, 2, 2))
    x = torch.randn(2, 4, *size)
    expected = x
    for layer in discriminator.layers:
        expected = F.leaky_relu(tensorflow_same(expected, layer[0]), 0.2)
    torch.testing.assert_close(discriminator(x), tensorflow_same(expected, discriminator.score), rtol=1e-4, atol=1e-5)


def test_sn_patch_gan_activates_its_scores():
    torch.manual_seed(0)
    plain, activated = (
        PatchDiscriminator(3, (4,), (2,), kernel=5, padding=2, same=True, last=(5, 2, 2), activate_scores=activate)
        for activate in (False, True)
    )
    activated.load_state_dict(plain.state_dict())
    x = torch.randn(1, 3, 16, 16)
    assert (plain(x) < 0).any()
    torch.testing.assert_close(activated(x), F.leaky_relu(plain(x), 0.2))


def test_a_discriminator_of_images_is_padded_as_by_tensorflow():
    torch.manual_seed(0)
    discriminator = ImageDiscriminator(3, (4, 8), 20, same=True)
    x = expected = torch.randn(2, 3, 20, 20)
    for layer in discriminator.body[::2]:
        expected = F.leaky_relu(tensorflow_same(expected, layer), 0.2)
    torch.testing.assert_close(discriminator(x), discriminator.linear(expected.flatten(1)), rtol=1e-4, atol=1e-5)


def test_glorot_is_uniform_up_to_its_bound_without_biases():
    torch.manual_seed(0)
    layer = nn.Conv2d(16, 32, 5)
    initialise.glorot(layer)
    bound = (6 / (16 * 25 + 32 * 25)) ** 0.5
    assert layer.weight.abs().max().item() == pytest.approx(bound, rel=1e-3)
    assert layer.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.02)
    assert not layer.bias.any()


def test_normal_weights_have_the_deviation_of_dcgan():
    torch.manual_seed(0)
    network = nn.Sequential(nn.ConvTranspose2d(32, 32, 4), nn.BatchNorm2d(512))
    initialise.normal(network)
    assert network[0].weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert network[0].weight.mean().item() == pytest.approx(0, abs=0.001)
    assert network[1].weight.mean().item() == pytest.approx(1, abs=0.005)
    assert network[1].weight.std().item() == pytest.approx(0.02, rel=0.2)
    assert not network[0].bias.any()
    assert not network[1].bias.any()


def test_unit_filters_keep_the_variance():
    torch.manual_seed(0)
    layer = nn.Conv2d(64, 64, 3, padding=1)
    initialise.unit_filters(layer)
    assert torch.allclose(layer.weight.flatten(1).norm(dim=1), torch.ones(64))
    assert layer(torch.randn(1, 64, 32, 32)).var().item() == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize(("views", "halves"), [("both", 2), ("global", 1), ("local", 1)])
def test_a_context_discriminator_may_see_one_view_alone(views, halves):
    torch.manual_seed(0)
    discriminator = GlobalLocalDiscriminator(64, 32, 4, features=16, views=views).eval()
    assert discriminator.judge.in_features == 16 * halves
    image, local = torch.randn(2, 3, 64, 64), torch.randn(2, 3, 32, 32)
    score = discriminator(image, local)
    assert score.shape == (2, 1)
    assert torch.equal(discriminator(image + 1, local), score) == (views == "local")
    assert torch.equal(discriminator(image, local + 1), score) == (views == "global")


def authors_residual(network: ResidualDiscriminator, x: Tensor) -> Tensor:
    """The forward pass of MI-GAN's `Discriminator` in its authors' formulation."""

    def unit(layer: nn.Conv2d) -> Tensor:
        weight = layer.weight
        return weight * (weight.square().sum(dim=[1, 2, 3]) + 1e-8).rsqrt().reshape(-1, 1, 1, 1)

    def conv(layer: nn.Conv2d, x: Tensor) -> Tensor:
        return F.conv2d(x, unit(layer), layer.bias, padding=layer.kernel_size[0] // 2, groups=layer.groups)

    def act(x: Tensor, gain: float = 1.0) -> Tensor:
        return (F.leaky_relu(x, 0.2) * (2**0.5 * gain)).clamp(-256 * gain, 256 * gain)

    def halve(x: Tensor) -> Tensor:
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
        kernel = torch.outer(taps, taps)
        kernel = (kernel / kernel.sum())[None, None].repeat(x.shape[1], 1, 1, 1)
        return F.conv2d(F.pad(x, (1, 1, 1, 1)), kernel, stride=2, groups=x.shape[1])

    x = act(conv(network.enter, x))
    for block in network.blocks:
        skip = conv(block.skip, halve(x)) * 0.5**0.5
        inner = act(conv(block.first.pointwise, act(conv(block.first.depthwise, x))))
        inner = act(conv(block.second.pointwise, halve(act(conv(block.second.depthwise, inner)))), 0.5**0.5)
        x = skip + inner
    group = min(4, len(x))
    groups = x.reshape(group, -1, *x.shape[1:])
    spread = ((groups - groups.mean(0)).square().mean(0) + 1e-8).sqrt().mean(dim=[1, 2, 3])
    spread = spread.reshape(-1, 1, 1, 1).repeat(group, 1, *x.shape[2:])
    x = act(conv(network.last.pointwise, act(conv(network.last.depthwise, torch.cat([x, spread], 1)))))
    x = act(x.flatten(1) @ network.features.weight.T / network.features.in_features**0.5 + network.features.bias)
    return x @ network.judge.weight.T / network.judge.in_features**0.5 + network.judge.bias


def test_the_discriminator_of_mi_gan_computes_as_its_authors():
    torch.manual_seed(0)
    network = ResidualDiscriminator(4, 32, 256, 16)
    x = torch.randn(8, 4, 32, 32)
    torch.testing.assert_close(network(x), authors_residual(network, x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [1, 3, 5, 6])
def test_the_spread_is_taken_over_any_number_of_images(count):
    network = ResidualDiscriminator(4, 8, 64, 8)
    assert network(torch.randn(count, 4, 8, 8)).shape == (count, 1)


def test_squares_are_cut_out_anywhere_with_every_place_as_likely():
    torch.manual_seed(0)
    ramp = torch.arange(12.0).view(1, 1, 1, 12).expand(600, 1, 12, 12)
    places = discriminators.crop_anywhere(ramp, 8)[:, 0, 0, 0]
    assert set(places.tolist()) == {0.0, 1.0, 2.0, 3.0, 4.0}
    counts = torch.bincount(places.long())
    assert counts.min() > 80
    torch.manual_seed(0)
    assert torch.equal(discriminators.crop_anywhere(ramp, 8)[:, 0, 0, 0], places)

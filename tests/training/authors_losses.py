"""Losses of six recipes in their authors' formulation, from the weights of a recipe and the images of a batch.

Written from the authors' code (see the recipes for the places) with plain functions of torch: probabilities and binary
cross entropy, loops over boxes, layers one after another. Nothing here calls `training.losses` or a discriminator.
Networks that draw are used as they are; they have goldens of their own.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.training.test_discounts import authors_discount
from tests.training.test_discriminators import authors_residual, tensorflow_same
from training.data.batch import Batch
from training.recipe import Recipe

Turn = dict[str, Tensor]
Box = tuple[int, int]  # the upper left corner of an image's box, row and column


def bce(scores: Tensor, label: float) -> Tensor:
    """The binary cross entropy of probabilities with one label."""
    probabilities = torch.sigmoid(scores.double())
    return F.binary_cross_entropy(probabilities, torch.full_like(probabilities, label)).float()


def divided(layer: nn.Module) -> nn.Conv2d:
    """The layer with its kernel divided by the spectral norm that its two vectors give."""
    weight = layer.parametrizations.weight.original  # type: ignore[union-attr]
    norm = layer.parametrizations.weight[0]  # type: ignore[union-attr, index]
    sigma = norm._u @ (weight.flatten(1) @ norm._v)
    plain = nn.Conv2d(*weight.shape[1::-1], weight.shape[2], layer.stride, layer.padding, bias=layer.bias is not None)  # type: ignore[arg-type]
    plain.weight = nn.Parameter(weight / sigma)
    if layer.bias is not None:
        plain.bias = layer.bias  # type: ignore[assignment]
    return plain


# DeepFill v1


def v1_critic(critic: Any, image: Tensor) -> Tensor:
    for layer in critic.body[::2]:
        image = F.leaky_relu(tensorflow_same(image, layer), 0.2)
    return image.flatten(1) @ critic.linear.weight.T + critic.linear.bias


def deepfill_v1(recipe: Recipe, batch: Batch, boxes: tuple[Box, Box]) -> dict[str, Turn]:
    pos, mask, modules = batch.image * 2 - 1, batch.hole, recipe.modules
    drawn = modules["generator"](pos, mask)
    complete = drawn.fine * mask + pos * (1 - mask)
    side = pos.shape[-1] // 2

    def patch(x: Tensor) -> Tensor:
        return torch.stack([one[:, y : y + side, x_ : x_ + side] for one, (y, x_) in zip(x, boxes, strict=True)])

    pairs = {"global critic": (pos, complete, mask), "local critic": tuple(map(patch, (pos, complete, mask)))}
    critics: Turn = {}
    generator_score = torch.zeros(())
    torch.manual_seed(1)
    for name, (real, fake, inside) in pairs.items():
        critic = modules[name]
        critics[name] = (v1_critic(critic, fake) - v1_critic(critic, real)).mean()
        alpha = 1 - torch.rand(2, 1, 1, 1)
        between = (real + alpha * (fake - real)).detach().requires_grad_()
        (gradient,) = torch.autograd.grad(v1_critic(critic, between).sum(), between)
        lengths = (gradient.square() * inside).sum(dim=[1, 2, 3]).sqrt()
        critics[f"{name} penalty"] = 10 * (lengths - 1).square().mean()
        generator_score = generator_score - v1_critic(critic, fake).mean()
    weight = torch.from_numpy(authors_discount(side, side, 0.9)).float()
    l1 = [(patch(pos) - patch(x)).abs().mul(weight).mean() for x in (drawn.coarse, drawn.fine)]
    outside = mask.shape[-1] ** 2 / (1 - mask).sum(dim=(1, 2, 3), keepdim=True)
    ae = [((pos - x).abs() * (1 - mask) * outside).mean() for x in (drawn.coarse, drawn.fine)]
    generator = {
        "coarse": 1.2 * 1.2 * l1[0],
        "hole": 1.2 * l1[1],
        "known": 1.2 * (1.2 * ae[0] + ae[1]),
        "adversarial": 0.001 * generator_score,
    }
    return {"critics": critics, "generator": generator}


# DeepFill v2


def sn_patch_gan(critic: Any, x: Tensor) -> Tensor:
    for layer in [*(layers[0] for layers in critic.layers), critic.score]:
        x = F.leaky_relu(tensorflow_same(x, divided(layer)), 0.2)
    return x.flatten(1)


def deepfill_v2(recipe: Recipe, batch: Batch) -> dict[str, Turn]:
    pos, mask = batch.image * 2 - 1, batch.hole
    edge = [batch.guides["sketch"] * mask] if "sketch" in batch.guides else []
    drawn = recipe.modules["generator"](pos, mask, *edge)
    complete = drawn.fine * mask + pos * (1 - mask)
    both = torch.cat([torch.cat([pos, complete]), torch.cat([mask, mask])], 1)
    if edge:
        both = torch.cat([both, torch.cat(edge * 2)], 1)
    real, fake = sn_patch_gan(recipe.modules["critic"], both).split(2)
    hinge = 0.5 * torch.relu(1 - real).mean() + 0.5 * torch.relu(1 + fake).mean()
    generator = {
        "reconstruction": (pos - drawn.fine).abs().mean(),
        "coarse": (pos - drawn.coarse).abs().mean(),
        "adversarial": -fake.mean(),
    }
    return {"critic": {"critic": hinge}, "generator": generator}


# GLCIC


def glcic_score(critic: Any, image: Tensor, local: Tensor) -> Tensor:
    outputs = []
    for half, x in ((critic.whole, image), (critic.local, local)):
        if half is None:
            continue
        for convolution, norm in zip(half.body[::3], half.body[1::3], strict=True):
            x = F.conv2d(x, convolution.weight, convolution.bias, 2, 2)
            x = torch.relu(F.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias))
        outputs.append(torch.relu(x.flatten(1) @ half.linear.weight.T + half.linear.bias))
    return torch.cat(outputs, 1) @ critic.judge.weight.T + critic.judge.bias


def glcic(recipe: Recipe, batch: Batch, boxes: tuple[Box, Box]) -> dict[str, Turn]:
    image, mask, critic = batch.image, batch.hole, recipe.modules["critic"]
    completed = recipe.modules["generator"](image, mask)
    whole = completed * mask + image * (1 - mask)
    side = image.shape[-1] // 2

    def patch(x: Tensor, corners: Any) -> Tensor:
        return torch.stack([one[:, y : y + side, x_ : x_ + side] for one, (y, x_) in zip(x, corners, strict=True)])

    torch.manual_seed(1)
    tops, lefts = torch.randint(side + 1, (2,)).tolist(), torch.randint(side + 1, (2,)).tolist()
    fake = glcic_score(critic, whole, patch(whole, boxes))
    real = glcic_score(critic, image, patch(image, zip(tops, lefts, strict=True)))
    squared = (mask * (completed - image)).square().sum() / completed.numel()
    adversarial = 0.0004 * torch.log(1 - torch.sigmoid(fake.double())).mean().float()
    return {
        "critic": {"critic": bce(real, 1.0) + bce(fake, 0.0)},
        "generator": {"reconstruction": squared, "adversarial": adversarial},
    }


# Shift-Net


def patch_gan(critic: Any, x: Tensor) -> Tensor:
    for number, layers in enumerate(critic.layers):
        layer = divided(layers[0])
        x = F.conv2d(x, layer.weight, layer.bias, layer.stride, layer.padding)
        if number:
            spread = x.var(dim=(2, 3), keepdim=True, unbiased=False)
            x = (x - x.mean(dim=(2, 3), keepdim=True)) / (spread + 1e-5).sqrt()
            x = x * layers[1].weight.view(1, -1, 1, 1) + layers[1].bias.view(1, -1, 1, 1)
        x = F.leaky_relu(x, 0.2)
    last = divided(critic.score)
    return F.conv2d(x, last.weight, last.bias, last.stride, last.padding)


def shift_net(recipe: Recipe, batch: Batch) -> dict[str, Turn]:
    pos, mask, network = batch.image * 2 - 1, batch.hole, recipe.modules["generator"]
    drawn = network.draw(pos, 1 - mask)  # type: ignore[operator]
    target = network.encode(torch.cat([pos, 1 - mask], 1), 3)[-1]  # type: ignore[operator]
    cells = mask[..., ::8, ::8]
    fake, real = (patch_gan(recipe.modules["critic"], x) for x in (drawn.image, pos))
    generator = {
        "reconstruction": 100 * F.l1_loss(drawn.image, pos),
        "guidance": F.mse_loss(drawn.decoded * cells, target * cells),
        "adversarial": 0.2 * bce(fake, 1.0),
    }
    return {"critic": {"critic": (bce(fake, 0.0) + bce(real, 1.0)) * 0.5}, "generator": generator}


def gram(x: Tensor) -> Tensor:
    count, channels, height, width = x.shape
    flat = x.reshape(count, channels, height * width)
    return torch.bmm(flat, flat.transpose(1, 2)) / (channels * height * width)


# Context Encoder


def centre_critic(critic: Any, x: Tensor) -> Tensor:
    for layers in critic.layers:
        x = F.conv2d(x, layers[0].weight, None, 2, 1)
        if len(layers) == 3:
            norm = layers[1]
            x = F.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias)
        x = F.leaky_relu(x, 0.2)
    return F.conv2d(x, critic.score.weight).flatten(1)


def context_encoder(recipe: Recipe, batch: Batch) -> dict[str, Turn]:
    context = batch.image * 2 - 1
    centre = context[:, :, 32:96, 32:96].clone()
    for channel, colour in enumerate((117.0, 104.0, 123.0)):
        context[:, channel, 36:92, 36:92] = 2 * colour / 255 - 1
    drawn = recipe.modules["generator"](context)
    fake, real = (centre_critic(recipe.modules["critic"], x) for x in (drawn, centre))
    weight = torch.full((64, 64), 10 * 0.999)
    weight[4:60, 4:60] = 0.999
    return {
        "critic": {"critic": bce(real, 1.0) + bce(fake, 0.0)},
        "generator": {
            "reconstruction": (weight * (drawn - centre).square()).mean(),
            "adversarial": 0.001 * bce(fake, 1.0),
        },
    }


# MI-GAN


def mi_gan(recipe: Recipe, batch: Batch) -> dict[str, Turn]:
    real, known, critic = batch.image * 2 - 1, 1 - batch.hole, recipe.modules["critic"]
    full = recipe.modules["generator"](real, known)
    combined = full * (1 - known) + real * known

    def logits(image: Tensor) -> Tensor:
        return authors_residual(critic, torch.cat([known - 0.5, image], 1))  # type: ignore[arg-type]

    real_x = torch.cat([known - 0.5, real], 1).requires_grad_()
    (gradient,) = torch.autograd.grad(authors_residual(critic, real_x).sum(), real_x)  # type: ignore[arg-type]
    return {
        "critic": {"critic": F.softplus(logits(combined)).mean() + F.softplus(-logits(real)).mean()},
        "r1": {"r1": 16 * (gradient.square().sum([1, 2, 3]) * (10 / 2)).mean()},
        "generator": {
            "reconstruction": 2 * ((full - real).abs() * (1 - known)).mean(),
            "adversarial": F.softplus(-logits(combined)).mean(),
        },
    }

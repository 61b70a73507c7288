"""The losses of the inpainting papers.

Pictures are B x C x H x W, holes B x 1 x H x W with 1 inside; every result is a scalar.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

# Reconstruction


def l1(fake: Tensor, real: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean absolute error; with `weight` (broadcast over channels) the mean of the weighted errors over all pixels."""
    error = (fake - real).abs()
    return (error if weight is None else error * weight).mean()


def l1_in(fake: Tensor, real: Tensor, where: Tensor) -> Tensor:
    """Mean absolute error over the pixels where `where` is 1; 0 where there are none."""
    inside = where.expand_as(fake)
    return ((fake - real).abs() * inside).sum() / inside.sum().clamp_min(1)


def mse_in(fake: Tensor, real: Tensor, hole: Tensor) -> Tensor:
    """Squared error summed over the hole over the number of all values (GLCIC, eq. 2: the mask's weighted MSE)."""
    return (hole * (fake - real) ** 2).mean()


def discount(hole: Tensor, gamma: float = 0.9) -> Tensor:
    """Spatial discount of DeepFill v1 (section 3.3): gamma to the power of the distance from the hole's rim.

    The distance is the number of 3 x 3 erosions a pixel outlives, so the rim weighs 1 and so does all outside the hole;
    for a rectangle it is the least of the distances to its four sides, as in the authors' code.
    """
    weight, left, factor = torch.ones_like(hole), hole, 1.0
    while factor > 1e-3 and bool(left.any()):
        weight = torch.where(left > 0, torch.full_like(weight, factor), weight)
        # Outside the picture nothing is known, so the border does not erode.
        left = 1 - F.max_pool2d(F.pad(1 - left, (1, 1, 1, 1)), 3, stride=1)
        factor *= gamma
    return weight


def total_variation(picture: Tensor, where: Tensor | None = None) -> Tensor:
    """Mean absolute difference of neighbours, down plus across; with `where` only differences between two pixels of it
    count, still over the number of all (PConv, eq. 6: the hole grown by one pixel)."""
    down = (picture[..., 1:, :] - picture[..., :-1, :]).abs()
    across = (picture[..., 1:] - picture[..., :-1]).abs()
    if where is not None:
        down = down * where[..., 1:, :] * where[..., :-1, :]
        across = across * where[..., 1:] * where[..., :-1]
    return down.mean() + across.mean()


# Adversarial. `real` and `fake` are what the critic says of them, any shape: scores, not probabilities.


def vanilla_critic(real: Tensor, fake: Tensor) -> Tensor:
    """Binary cross entropy on scores, mean of both halves (Goodfellow et al. 2014)."""
    return (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2


def vanilla_generator(fake: Tensor) -> Tensor:
    """The non-saturating form: cross entropy of calling the fakes real."""
    return F.softplus(-fake).mean()


def least_squares_critic(real: Tensor, fake: Tensor) -> Tensor:
    """LSGAN (Mao et al. 2017) with targets 1 and 0, mean of both halves."""
    return (((real - 1) ** 2).mean() + (fake**2).mean()) / 2


def least_squares_generator(fake: Tensor) -> Tensor:
    """LSGAN: the squared distance of the fakes' scores to 1."""
    return ((fake - 1) ** 2).mean()


def hinge_critic(real: Tensor, fake: Tensor) -> Tensor:
    """Hinge, mean of both halves (DeepFill v2, eq. 4, with the halves of its code)."""
    return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2


def hinge_generator(fake: Tensor) -> Tensor:
    """Hinge for the generator (DeepFill v2, eq. 4)."""
    return -fake.mean()


def wasserstein_critic(real: Tensor, fake: Tensor) -> Tensor:
    """The negated distance that a Wasserstein critic measures (Arjovsky et al. 2017)."""
    return fake.mean() - real.mean()


def wasserstein_generator(fake: Tensor) -> Tensor:
    """What a Wasserstein critic says of the fakes, negated."""
    return -fake.mean()


GANS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "vanilla": (vanilla_critic, vanilla_generator),
    "least squares": (least_squares_critic, least_squares_generator),
    "hinge": (hinge_critic, hinge_generator),
    "wasserstein": (wasserstein_critic, wasserstein_generator),
}


def gradient_penalty(
    critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, where: Tensor | None, share: Tensor
) -> Tensor:
    """WGAN-GP's penalty (Gulrajani et al. 2017): the squared excess over 1 of the slope between a real and a fake.

    `share` (B x 1 x 1 x 1 in [0, 1]) says where between them; with `where` only the slope at those pixels counts
    (DeepFill v1, eq. 5: the gradient inside the hole).
    """
    between = (share * real.detach() + (1 - share) * fake.detach()).requires_grad_(True)
    score = critic(between)
    (slope,) = torch.autograd.grad(score.sum(), between, create_graph=True)
    if where is not None:
        slope = slope * where
    steepness = (slope.flatten(1) ** 2).sum(1).add(1e-12).sqrt()
    return ((steepness - 1) ** 2).mean()


def r1(critic: Callable[[Tensor], Tensor], real: Tensor, where: Tensor | None = None) -> Tensor:
    """The squared slope at real pictures (Mescheder et al. 2018), mean over the batch; half of it is the penalty."""
    given = real.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(given).sum(), given, create_graph=True)
    if where is not None:
        slope = slope * where
    return (slope.flatten(1) ** 2).sum(1).mean()


# Features


def feature_matching(fake: Sequence[Tensor], real: Sequence[Tensor], squared: bool = False) -> Tensor:
    """Mean over the layers of the distance between a critic's features of a fake and a real picture; the real one's are
    constants (EdgeConnect, eq. 3: absolute and summed; LaMa, eq. 7: squared)."""
    distance = F.mse_loss if squared else F.l1_loss
    return torch.stack([distance(a, b.detach()) for a, b in zip(fake, real, strict=True)]).mean()


def perceptual(fake: Sequence[Tensor], real: Sequence[Tensor]) -> Tensor:
    """Sum over layers of the mean absolute difference of features (PConv, eq. 3)."""
    return torch.stack([F.l1_loss(a, b.detach()) for a, b in zip(fake, real, strict=True)]).sum()


def gram(features: Tensor) -> Tensor:
    """Channel correlations, B x C x C, over the number of values in a feature map (PConv, eq. 4)."""
    flat = features.flatten(2).float()
    return flat @ flat.transpose(1, 2) / (flat.shape[1] * flat.shape[2])


def style(fake: Sequence[Tensor], real: Sequence[Tensor]) -> Tensor:
    """Sum over layers of the mean absolute difference of Gram matrices (PConv, eq. 4)."""
    return torch.stack([F.l1_loss(gram(a), gram(b).detach()) for a, b in zip(fake, real, strict=True)]).sum()


def guidance(decoded: Tensor, encoded: Tensor, hole: Tensor) -> Tensor:
    """Shift-Net's guidance loss (eq. 5): squared distance, inside the hole, of the decoder's features to those the
    encoder has of the true picture; the mean over all values. `hole` is brought to the features' size."""
    inside = F.interpolate(hole, decoded.shape[-2:], mode="nearest")
    return (inside * (decoded - encoded.detach()) ** 2).mean()

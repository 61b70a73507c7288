"""The losses of the inpainting papers.

Images are B x C x H x W, holes B x 1 x H x W with 1 inside; every result is a scalar tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

# Reconstruction


def l1(fake: Tensor, real: Tensor, weight: Tensor | None = None, squared: float = 0.0) -> Tensor:
    """Return the mean absolute error; with `weight` (broadcast over channels) the mean of the weighted errors.

    With `squared` that many times the squared error is added to each absolute one.
    """
    difference = fake - real
    error = difference.abs()
    if squared:
        error = error + squared * difference**2
    return (error if weight is None else error * weight).mean()


def emphasis(hole: Tensor, known: float) -> Tensor | None:
    """Return the weights of errors: 1 in the hole and `known` outside; None where all are 1."""
    return None if known == 1 else hole + known * (1 - hole)


def l1_in(fake: Tensor, real: Tensor, where: Tensor) -> Tensor:
    """Return the mean absolute error over the pixels where `where` is 1; 0 where there are none."""
    inside = where.expand_as(fake)
    return ((fake - real).abs() * inside).sum() / inside.sum().clamp_min(1)


def mse_in(fake: Tensor, real: Tensor, hole: Tensor) -> Tensor:
    """Return the squared error, summed over the hole, divided by the number of all values (GLCIC, eq. 2)."""
    return (hole * (fake - real) ** 2).mean()


def cross_entropy(probability: Tensor, truth: Tensor) -> Tensor:
    """Return the mean binary cross entropy of probabilities, at most 16 for each value; both tensors in [0, 1]."""
    safe = probability.float().clamp(1e-7, 1 - 1e-7)
    return -(truth * safe.log() + (1 - truth) * (1 - safe).log()).mean()


def discount(hole: Tensor, gamma: float = 0.9) -> Tensor:
    """Return the spatial discount of DeepFill v1 (section 3.3): gamma to the power of the distance to the hole's edge.

    The distance is the number of 3 x 3 erosions after which a pixel is still in the hole, so the weight of the edge
    and of all pixels outside is 1; for a rectangle it is the distance to the nearest side, as in the authors' code.
    """
    weight, inside, factor = torch.ones_like(hole), hole, 1.0
    while factor > 1e-3 and bool(inside.any()):
        weight = torch.where(inside > 0, torch.full_like(weight, factor), weight)
        # Nothing is known beyond the image's border, so the border does not erode.
        inside = 1 - F.max_pool2d(F.pad(1 - inside, (1, 1, 1, 1)), 3, stride=1)
        factor *= gamma
    return weight


def total_variation(image: Tensor, where: Tensor | None = None) -> Tensor:
    """Return the mean absolute difference of neighbours, vertical plus horizontal.

    With `where` only differences between two of its pixels count, but the mean is still over all (PConv, eq. 6, where
    it is the hole enlarged by one pixel).
    """
    down = (image[..., 1:, :] - image[..., :-1, :]).abs()
    across = (image[..., 1:] - image[..., :-1]).abs()
    if where is not None:
        down = down * where[..., 1:, :] * where[..., :-1, :]
        across = across * where[..., 1:] * where[..., :-1]
    return down.mean() + across.mean()


# Adversarial. `real` and `fake` are the discriminator's scores of such images, of any shape; not probabilities.


def vanilla_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the binary cross entropy of scores, the mean of both halves (Goodfellow et al. 2014)."""
    return (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2


def vanilla_generator(fake: Tensor) -> Tensor:
    """Return the non-saturating form: the cross entropy of the fakes with the label real."""
    return F.softplus(-fake).mean()


def least_squares_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the loss of LSGAN (Mao et al. 2017) with targets 1 and 0, the mean of both halves."""
    return (((real - 1) ** 2).mean() + (fake**2).mean()) / 2


def least_squares_generator(fake: Tensor) -> Tensor:
    """Return the squared distance of the fakes' scores to 1 (LSGAN)."""
    return ((fake - 1) ** 2).mean()


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Return the hinge loss, the mean of both halves (DeepFill v2, eq. 4, and its code)."""
    return (F.relu(1 - real).mean() + F.relu(1 + fake).mean()) / 2


def hinge_generator(fake: Tensor) -> Tensor:
    """Return the hinge loss of the generator (DeepFill v2, eq. 4)."""
    return -fake.mean()


def wasserstein_critic(real: Tensor, fake: Tensor) -> Tensor:
    """Return the negated distance that a Wasserstein discriminator measures (Arjovsky et al. 2017)."""
    return fake.mean() - real.mean()


def wasserstein_generator(fake: Tensor) -> Tensor:
    """Return the negated mean score of the fakes."""
    return -fake.mean()


GANS: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "vanilla": (vanilla_discriminator, vanilla_generator),
    "least squares": (least_squares_discriminator, least_squares_generator),
    "hinge": (hinge_discriminator, hinge_generator),
    "wasserstein": (wasserstein_critic, wasserstein_generator),
}


def gradient_penalty(
    critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, where: Tensor | None, share: Tensor
) -> Tensor:
    """Return WGAN-GP's penalty (Gulrajani et al. 2017): the squared difference of the gradient's norm to 1.

    The gradient is taken between a real and a fake image; `share` (B x 1 x 1 x 1 in [0, 1]) is the share of the real
    one. With `where` only the gradient at those pixels counts (DeepFill v1, eq. 5: inside the hole).
    """
    between = (share * real.detach().float() + (1 - share) * fake.detach().float()).requires_grad_(True)
    with in_float32(between):
        (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    if where is not None:
        gradient = gradient * where
    norm = (gradient.flatten(1) ** 2).sum(1).add(1e-12).sqrt()
    return ((norm - 1) ** 2).mean()


def r1(discriminator: Callable[[Tensor], Tensor], real: Tensor, where: Tensor | None = None) -> Tensor:
    """Return the squared norm of the gradient at real images (Mescheder et al. 2018), mean over the batch.

    Half of it is the penalty. With `where` only the gradient at those pixels counts.
    """
    image = real.detach().float().requires_grad_(True)
    with in_float32(image):
        scores = discriminator(image)
    return gradient_at(image, scores, where)


def gradient_at(image: Tensor, scores: Tensor, where: Tensor | None = None) -> Tensor:
    """Return what `r1` does, of the `scores` that a discriminator gave `image`, which must require gradients.

    Where the rest is computed in 16 bits, the scores must come from inside `in_float32`.
    """
    with in_float32(image):
        (gradient,) = torch.autograd.grad(scores.sum(), image, create_graph=True)
    if where is not None:
        gradient = gradient * where
    return (gradient.flatten(1) ** 2).sum(1).mean()


def in_float32(image: Tensor) -> torch.autocast:
    """Inside, nothing is computed in 16 bits on the device of `image`.

    The square of a gradient, and its derivative, lose too much there.
    """
    return torch.autocast(image.device.type, enabled=False)


# Features


def feature_matching(fake: Sequence[Tensor], real: Sequence[Tensor], squared: bool = False) -> Tensor:
    """Return the mean over layers of the distance between a discriminator's features of a fake and a real image.

    The real features are constants (EdgeConnect, eq. 3: absolute and summed; LaMa, eq. 7: squared).
    """
    distance = F.mse_loss if squared else F.l1_loss
    return torch.stack([distance(a, b.detach()) for a, b in zip(fake, real, strict=True)]).mean()


def perceptual(fake: Sequence[Tensor], real: Sequence[Tensor]) -> Tensor:
    """Return the sum over layers of the mean absolute difference of features (PConv, eq. 3)."""
    return torch.stack([F.l1_loss(a, b.detach()) for a, b in zip(fake, real, strict=True)]).sum()


def gram(features: Tensor) -> Tensor:
    """Return the channel correlations, B x C x C, divided by the number of values in a feature map (PConv, eq. 4)."""
    flat = features.flatten(2).float()
    return flat @ flat.transpose(1, 2) / (flat.shape[1] * flat.shape[2])


def style(fake: Sequence[Tensor], real: Sequence[Tensor]) -> Tensor:
    """Return the sum over layers of the mean absolute difference of Gram matrices (PConv, eq. 4)."""
    return torch.stack([F.l1_loss(gram(a), gram(b).detach()) for a, b in zip(fake, real, strict=True)]).sum()


def guidance(decoded: Tensor, encoded: Tensor, hole: Tensor) -> Tensor:
    """Return Shift-Net's guidance loss (eq. 5).

    The squared distance, inside the hole, between the decoder's features and those that the encoder has of the true
    image; the mean over all values. `hole` is scaled to the size of the features.
    """
    inside = F.interpolate(hole, decoded.shape[-2:], mode="nearest")
    return (inside * (decoded - encoded.detach()) ** 2).mean()

"""How images enter a VGG whose features a loss compares.

torchvision's networks were trained with images less ImageNet's mean, divided by its deviation. Not all authors feed
them so, and the weights of their losses belong to what they feed: EdgeConnect's plain images give features about a
quarter as large, and Gram matrices about a twelfth. So each recipe declares its own input as `Recipe.vgg_input`:

- Partial convolutions: as ImageNet's, which its network gets, too (naoto0804's port, train.py and opt.py).
- LaMa: as ImageNet's (saicinpainting/training/losses/perceptual.py).
- EdgeConnect: plain, in [0, 1] (src/models.py and src/loss.py).
- Shift-Net: in [-1, 1], as its network draws them (models/shift_net/shiftnet_model.py).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

Rgb = tuple[float, float, float]


class VggInput(NamedTuple):
    """What is subtracted from images in [0, 1], and what the difference is divided by, for R, G and B."""

    mean: Rgb
    deviation: Rgb

    def apply(self, image: Tensor) -> Tensor:
        """Return what VGG's first convolution gets for `image`, B x 3 x H x W RGB in [0, 1]."""
        mean, deviation = (
            torch.tensor(value, dtype=image.dtype, device=image.device)[:, None, None]
            for value in (self.mean, self.deviation)
        )
        return (image - mean) / deviation


IMAGENET = VggInput((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))  # as torchvision's networks were trained
PLAIN = VggInput((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))  # values in [0, 1]
SIGNED = VggInput((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))  # values in [-1, 1]

"""DeepFill v1: Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018).

Conventions of the authors' code (JiahuiYu/generative_inpainting, v1.0.0, `inpaint_model.py`): the image in [-1, 1]
with 0 in the hole, a plane of ones and the hole (1 inside) are the five channels of both stages; the second is given
the image with the coarse hole. Both stages' images are clipped to [-1, 1]. Their weights take and give blue, green,
red, which is turned round when they are imported.
"""

from __future__ import annotations

import torch
from torch import Tensor

from inpaint_studio.layers.attention.contextual import Variant
from inpaint_studio.layers.padded_conv import Convolution, Padding
from inpaint_studio.models.networks.two_stage import TwoStage

CHANNELS = 5


class DeepFillV1(TwoStage):
    """`width` is the number of channels of the first layer (32 in the paper, even)."""

    def __init__(self, width: int = 32, padding: Padding = "same", variant: Variant | None = None) -> None:
        super().__init__(width, CHANNELS, CHANNELS, Convolution, padding, variant or Variant())

    def bounded(self, x: Tensor) -> Tensor:
        return x.clamp(-1, 1)

    def entering(self, image: Tensor, hole: Tensor, edges: Tensor | None) -> Tensor:
        del edges  # it takes none
        return torch.cat([image, torch.ones_like(hole), hole], 1)

    def between(self, image: Tensor, hole: Tensor) -> Tensor:
        return torch.cat([image, torch.ones_like(hole), hole], 1)

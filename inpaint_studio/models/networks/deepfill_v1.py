"""DeepFill v1: Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018).

Conventions of the authors' code (JiahuiYu/generative_inpainting, v1.0.0, `inpaint_model.py`): the image in [-1, 1]
with 0 in the hole, a plane of ones and the hole (1 inside) are the five channels of both stages; the second gets
the image with the coarse result in its hole. Both stages' images are clipped to [-1, 1].

The authors' weights expect and return blue, green, red; the importer reorders them. Convolutions are plain ones with
ELU, where version 2 has gated ones; both share `two_stage`. open-mmlab/mmagic's version mirrors the image round
every plane and has ELU (`matching`) before an attention of its own.
"""

from __future__ import annotations

import torch
from torch import Tensor

from inpaint_studio.layers.attention.contextual import Variant
from inpaint_studio.layers.padded_conv import Activation, Convolution, Padding
from inpaint_studio.models.networks.two_stage import CONTEXTUAL, TwoStage

CHANNELS = 5


class DeepFillV1(TwoStage):
    """`width` is the number of channels of the first layer (32 in the paper, even)."""

    def __init__(
        self,
        width: int = 32,
        padding: Padding = "same",
        variant: Variant | None = None,
        *,
        matching: Activation = "relu",
        diffused: bool = False,
        attention: str = CONTEXTUAL,
    ) -> None:
        super().__init__(
            width,
            CHANNELS,
            CHANNELS,
            Convolution,
            padding,
            variant or Variant(),
            matching=matching,
            diffused=diffused,
            attention=attention,
        )

    def bound(self, x: Tensor) -> Tensor:
        """Clip the image of a stage to [-1, 1]."""
        return x.clamp(-1, 1)

    def first_input(self, image: Tensor, hole: Tensor, edges: Tensor | None) -> Tensor:
        """See `TwoStage.first_input`."""
        del edges  # not used by v1
        return torch.cat([image, torch.ones_like(hole), hole], 1)

    def second_input(self, image: Tensor, hole: Tensor) -> Tensor:
        """See `TwoStage.second_input`."""
        return torch.cat([image, torch.ones_like(hole), hole], 1)

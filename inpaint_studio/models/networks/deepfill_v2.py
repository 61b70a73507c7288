"""DeepFill v2: Yu et al., Free-Form Image Inpainting with Gated Convolution (ICCV 2019).

Conventions of the authors' code (JiahuiYu/generative_inpainting, v2.0.0, `inpaint_model.py` and `inpaint_ops.py`): the
first stage is given the image in [-1, 1] with 0 in the hole, a plane of ones and the hole (1 inside), the second only
the image with the coarse hole. Both end in tanh. With a sketch, its lines (1 where the edge map is above 0.6, only in
the hole) are a channel between the image and the ones. The authors' weights expect and return blue, green, red; the
importer reorders them.

open-mmlab/mmagic's version (configs/_base_/models/base_deepfillv2.py) gives the ones and the hole to the second stage,
too (`planes`), whose decoder is wider (`decoder`), and the last layers of both stages have gates (`gated_output`).
"""

from __future__ import annotations

import torch
from torch import Tensor

from inpaint_studio.layers.attention.contextual import Variant
from inpaint_studio.layers.gated import GatedConvolution
from inpaint_studio.layers.padded_conv import Activation, Convolution, Padding
from inpaint_studio.models.networks import Hints
from inpaint_studio.models.networks.two_stage import CONTEXTUAL, TwoStage

SKETCHED = 0.6  # an edge map above this is a line


class DeepFillV2(TwoStage):
    """`width` is the number of channels of the first layer after its gate (24 in the authors' code, even)."""

    def __init__(
        self,
        width: int = 24,
        padding: Padding = "same",
        variant: Variant | None = None,
        *,
        sketch: bool = False,
        planes: bool = False,
        decoder: int | None = None,
        gated_output: bool = False,
        matching: Activation = "relu",
        diffused: bool = False,
        attention: str = CONTEXTUAL,
    ) -> None:
        super().__init__(
            width,
            5 + sketch,
            5 if planes else 3,
            GatedConvolution,
            padding,
            variant or Variant(),
            end=GatedConvolution if gated_output else Convolution,
            last=decoder,
            matching=matching,
            diffused=diffused,
            attention=attention,
        )
        self.sketch, self.planes = sketch, planes

    def bound(self, x: Tensor) -> Tensor:
        """Map the image of a stage to [-1, 1] by tanh."""
        return x.tanh()

    def first_input(self, image: Tensor, hole: Tensor, edges: Tensor | None) -> Tensor:
        """See `TwoStage.first_input`."""
        planes = [image, torch.ones_like(hole), hole]
        if self.sketch:
            planes.insert(1, torch.zeros_like(hole) if edges is None else edges * hole)
        return torch.cat(planes, 1)

    def second_input(self, image: Tensor, hole: Tensor) -> Tensor:
        """See `TwoStage.second_input`."""
        return torch.cat([image, torch.ones_like(hole), hole], 1) if self.planes else image

    def _edges(self, hole: Tensor, hints: Hints) -> Tensor | None:
        lines = torch.zeros_like(hole)
        if hints.edges is not None:
            lines = (hints.edges > SKETCHED).to(hole)
        return lines if hints.lines is None else torch.maximum(lines, hints.lines)

"""Gated convolution: a second convolution weighs every value of the first, from 0 to 1.

Yu et al., Free-Form Image Inpainting with Gated Convolution (ICCV 2019), section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from inpaint_studio.layers.cpu.conv import is_exporting
from inpaint_studio.layers.padded_conv import Convolution, InferenceConvolution, activate

_CHUNK = 1 << 18  # values: they stay in the processor's cache over several steps; measured


class GatedConvolution(Convolution):
    """activation(features) * sigmoid(gate); the kernels of both lie in one tensor of 2 `outputs`, features first."""

    planes = 2

    def forward(self, x: Tensor) -> Tensor:
        """Convolve and apply the gate. x: N x C x H x W; returns N x `outputs` x H' x W'."""
        both = self.linear(x)
        fast = both.device.type == "cpu" and both.dtype == torch.float32 and not is_exporting()
        if fast and self.activation == "elu":
            made: Tensor = _Gate.apply(both)  # type: ignore[no-untyped-call]
            return made
        features, gate = both.chunk(2, 1)
        return activate(features, self.activation) * gate.sigmoid()

    def for_inference(self) -> nn.Module:
        """Return the layer as two convolutions: halves of one result are interleaved, which slows later steps."""
        assert self.bias is not None
        return InferenceConvolution(self, self.weight.chunk(2), self.bias.chunk(2))


class _Gate(torch.autograd.Function):
    """elu(features) * sigmoid(gate), N x C x H x W channels last, from N x 2 C x H x W. All steps, forward and
    backward, process one part after the other, so that the part stays in the processor's cache."""

    @staticmethod
    def forward(ctx: Any, both: Tensor) -> Tensor:
        values = _rows(both)
        features, gates = values.new_empty(2, len(values), values.shape[1] // 2)
        out = torch.empty_like(features)
        for here in _parts(features):
            feature, gate = values[here].chunk(2, 1)
            activate(features[here].copy_(feature), "elu", in_place=True)
            torch.sigmoid(gate, out=gates[here])
            torch.mul(features[here], gates[here], out=out[here])
        ctx.save_for_backward(features, gates)
        return _to_image(out, both.shape)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        features, gates = ctx.saved_tensors
        gradients = _rows(gradient)
        back = gradients.new_empty(len(gradients), 2 * gradients.shape[1])
        for here in _parts(features):
            feature, gate = features[here], gates[here]
            to_feature, to_gate = back[here].chunk(2, 1)
            passed = gradients[here] * gate
            # d elu(x) is 1 above 0 and elu(x) + 1 below.
            torch.mul(passed, (feature + 1).clamp_(max=1), out=to_feature)
            torch.mul(passed.mul_(feature), 1 - gate, out=to_gate)
        n, channels, height, width = gradient.shape
        return _to_image(back, torch.Size((n, 2 * channels, height, width)))


def _rows(x: Tensor) -> Tensor:
    """Reshape to pixels x channels."""
    return x.detach().permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _to_image(rows: Tensor, size: torch.Size) -> Tensor:
    return rows.view(size[0], *size[2:], -1).permute(0, 3, 1, 2)


def _parts(rows: Tensor) -> Iterator[slice]:
    step = max(1, _CHUNK // rows.shape[1])
    for first in range(0, len(rows), step):
        yield slice(first, first + step)

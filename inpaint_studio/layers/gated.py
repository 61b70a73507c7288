"""Gated convolution: a second convolution weighs every value of the first, from 0 to 1.

Yu et al., Free-Form Image Inpainting with Gated Convolution (ICCV 2019), section 3.1.

Training computes both with one convolution, `layers.cpu.gate` applies the second to the first on a processor.
"""

from __future__ import annotations

from torch import Tensor, nn

from inpaint_studio.layers.cpu.conv import is_exporting
from inpaint_studio.layers.cpu.gate import can_gate, elu_times_sigmoid
from inpaint_studio.layers.padded_conv import Activation, Convolution, InferenceConvolution, activate


class GatedConvolution(Convolution):
    """activation(features) * sigmoid(gate); the kernels of both lie in one tensor of 2 `outputs`, features first."""

    planes = 2

    def forward(self, x: Tensor) -> Tensor:
        """Convolve and apply the gate. x: N x C x H x W; returns N x `outputs` x H' x W'."""
        return apply_gate(self.linear(x), self.activation)

    def for_inference(self) -> nn.Module:
        """Return the layer as two convolutions: halves of one result are interleaved, which slows later steps."""
        assert self.bias is not None
        return InferenceConvolution(self, self.weight.chunk(2), self.bias.chunk(2))


def apply_gate(both: Tensor, activation: Activation) -> Tensor:
    """Return activation(features) * sigmoid(gate), N x C x H x W, of `both`, N x 2 C x H x W with the features first.

    On a processor the ELU of the published networks goes with its gate in one pass; all else, and what is being
    exported, goes by the operations of PyTorch.
    """
    if activation == "elu" and can_gate(both) and not is_exporting():
        return elu_times_sigmoid(both)
    features, gate = both.chunk(2, 1)
    return activate(features, activation) * gate.sigmoid()

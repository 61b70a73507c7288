"""EdgeConnect (Nazeri et al., Generative Image Inpainting with Adversarial Edge Learning, ICCV Workshops 2019).

Two generators of the same architecture (section 3 and appendix A): G1 draws the edges of the missing part, G2 the image
along them. Inputs as in the authors' knazeri/edge-connect (src/models.py): all values in [0, 1], grey and RGB white in
the hole; G1 gets (grey, edges, hole), with the known edges blank and `hole` 1 in the hole; G2 gets (R, G, B, edges). G1
returns probabilities through a sigmoid, G2 RGB through (tanh + 1) / 2.

The authors use two kinds of edges for G2. Their `test` passes on all of G1's output, known part included; while they
train G2 further with G1's edges, the known part keeps the edges found in the image (section 3.2, C_comp). `merge`
selects the latter; what is trained here has it.

Their G1 trains with spectral norm in all layers but the last (`normalised_layers`). Here it has plain weights, those
that its layers compute with; a training normalises them again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from inpaint_studio.layers import canny as canny
from inpaint_studio.layers import canny_torch
from inpaint_studio.layers.cpu.conv import convolve_to_few, is_exporting
from inpaint_studio.layers.residual import ResidualBlock, norm_relu, reflect_pad
from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report


class Generator(nn.Module):
    """Halves the image twice, passes it through dilated residual blocks, and doubles it twice.

    The blocks of G1 have no biases, as it uses spectral normalisation; those of G2 have biases.
    """

    def __init__(self, channels: int, out: int, width: int, blocks: int, *, bias: bool) -> None:
        super().__init__()
        self.enter = nn.Conv2d(channels, width, 7)
        self.down1 = nn.Conv2d(width, 2 * width, 4, 2, padding=1)
        self.down2 = nn.Conv2d(2 * width, 4 * width, 4, 2, padding=1)
        self.blocks = nn.ModuleList(ResidualBlock(4 * width, 2, bias=bias) for _ in range(blocks))
        self.up1 = nn.ConvTranspose2d(4 * width, 2 * width, 4, 2, padding=1)
        self.up2 = nn.ConvTranspose2d(2 * width, width, 4, 2, padding=1)
        self.leave = nn.Conv2d(width, out, 7)

    def forward(self, x: Tensor, report: Report | None = None) -> Tensor:
        """Generate. x: N x C x H x W, sides multiples of 4, 12 or more; returns N x C' x H x W in no fixed range."""
        x = norm_relu(self.enter(reflect_pad(x, 3)))
        x = norm_relu(self.down1(x))
        x = norm_relu(self.down2(x))
        for number, block in enumerate(self.blocks, 1):
            if report is not None:
                report(number / (len(self.blocks) + 2))
            x = block(x)
        if report is not None:
            report((len(self.blocks) + 1) / (len(self.blocks) + 2))
        x = norm_relu(self.up1(x))
        x = norm_relu(self.up2(x))
        return convolve_to_few(reflect_pad(x, 3), self.leave.weight, self.leave.bias)

    def normalised_layers(self) -> list[nn.Module]:
        """Return all layers but the last: 21 in the paper's G1, which its authors train with spectral norm."""
        inner = [layer for block in self.blocks.children() for layer in block.children()]
        return [self.enter, self.down1, self.down2, *inner, self.up1, self.up2]


class EdgeConnectOutput(NamedTuple):
    """The outputs of both generators."""

    edges: Tensor  # N x 1 x H x W, G1's probabilities of the whole image
    output: Tensor  # N x 3 x H x W, G2's image, RGB in [0, 1]


class EdgeConnect(Inpainter):
    """`width` is the number of channels at full size (64 in the paper), `blocks` that of residual blocks (8).

    Where it is `diffused`, what G2 draws is added to those colours without tanh; G1 is as it is.
    """

    image_layers = ("inpaint.leave",)

    def __init__(self, width: int = 64, blocks: int = 8, merge: bool = False, *, diffused: bool = False) -> None:
        super().__init__()
        self.merge = merge
        self.edge = Generator(3, 1, width, blocks, bias=False)
        self.inpaint = Generator(4, 3, width, blocks, bias=True)
        self.begin_diffused(diffused)

    def forward(self, image: Tensor, grey: Tensor, edges: Tensor, hole: Tensor) -> EdgeConnectOutput:
        """Run both stages. `grey` and `edges` are those of `image`, N x 1 x H x W each; `hole` is 1 in the hole."""
        predicted = self.predict(grey, edges, hole)
        return EdgeConnectOutput(predicted, self.complete(image, self.combine(predicted, edges, hole), hole))

    def combine(self, predicted: Tensor, found: Tensor, hole: Tensor) -> Tensor:
        """Return the edges that G2 draws along, of those that G1 predicted and those found in the image."""
        return torch.where(hole > 0, predicted, found) if self.merge else predicted

    def predict(self, grey: Tensor, edges: Tensor, hole: Tensor, report: Report | None = None) -> Tensor:
        """Predict the probability of an edge at every pixel by G1, N x 1 x H x W float32, from grey and known edges."""
        known = 1 - hole
        x = torch.cat([grey * known + hole, edges * known, hole], 1)
        return torch.sigmoid(self.edge(self._to_input(x), report).float())

    def complete(self, image: Tensor, edges: Tensor, hole: Tensor, report: Report | None = None) -> Tensor:
        """Draw the image along `edges` by G2: N x 3 x H x W RGB in [0, 1], float32."""
        base = self.diffuse(image, hole, 0.5)
        x = torch.cat([image * (1 - hole) + hole if base is None else base, edges], 1)
        drawn = self.inpaint(self._to_input(x), report).float()
        return (torch.tanh(drawn) + 1) / 2 if base is None else base + drawn

    def fill(self, image: Tensor, hole: Tensor, hints: Hints, report: Report) -> NetworkOutput:
        """See `Inpainter.fill`; also several images at once, as while training, whose edges are found one by one.

        `hints.edges` replace the result of G1 inside the hole; lines are added in both cases. The returned edges are
        G1's of the whole image with the lines in the hole; or, with `hints.edges`, these in the hole and the image's
        own edges around it.
        """
        report(0.0)
        grey, found = _find_edges(torch.where(hole > 0, 1, image), hole)
        if hints.edges is None:
            edges = self.predict(grey, found, hole, lambda done: report(done / 2))
        else:
            edges = torch.where(hole > 0, hints.edges, found)
        if hints.lines is not None:
            edges = torch.maximum(edges, hints.lines * hole)
        report(0.5)
        if hints.only == "edges":
            return NetworkOutput(image, edges=edges)
        along = self.combine(edges, found, hole)
        output = self.complete(image, along, hole, lambda done: report((1 + done) / 2))
        report(1.0)
        return NetworkOutput(output, edges=edges)

    def _to_input(self, x: Tensor) -> Tensor:
        return x.to(self.dtype, memory_format=torch.channels_last)


def _find_edges(image: Tensor, hole: Tensor) -> tuple[Tensor, Tensor]:
    """Return the grey images and their edges outside the hole, N x 1 x H x W float32 each.

    The images have 8 bits a colour, as photos have.
    """
    levels = (image.detach() * 255).round().clamp(0, 255)
    if is_exporting():
        plane = canny_torch.grey(levels / 255)
        return plane, canny_torch.canny(plane, hole, canny.SIGMA)
    pairs = []
    for one, inside in zip(levels.byte().permute(0, 2, 3, 1).cpu().numpy(), hole[:, 0].cpu().numpy(), strict=True):
        grey = canny.grey(one)
        pairs.append(np.stack([grey, canny.canny(grey, inside == 0)]).astype(np.float32))
    planes = torch.from_numpy(np.stack(pairs)).to(image.device)
    return planes[:, :1], planes[:, 1:]

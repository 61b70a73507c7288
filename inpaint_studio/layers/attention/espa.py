"""External spatial attention (ESPA): learned keys mix the rows of a plane, learned values its columns.

Yu et al., Interactive Image Inpainting Using Semantic Guidance (ICPR 2022), as computed by its authors' code
(GooDrYu/Interactive-Image-Inpainting, networks.py, ESP_Attn). For every channel by itself, with G = 64 tokens per side
and T = 2 hidden tokens for each:

    x = LayerNorm over the channels of every place
    x = K2 gelu(K1 x) along H, in every column       K1: TG x G, K2: G x TG, no bias
    x = V2 gelu(V1 x) along W, in every row          V1: TG x G, V2: G x TG, no bias

No softmax, and nothing is added inside. The keys of the parameters are those of the authors' code. The network of the
paper feeds it the features inside the hole and a 1 x 1 convolution of the image outside, and adds the result to its
dilated convolutions: that belongs to the network.

The authors' block is tied to planes of 64 x 64, for which this one equals it. For a side of S tokens the learned
matrices are resized linearly from G to S, with the sums over tokens scaled by G / S, as if they sampled functions of
the position in the plane: a reading of ours. What is shown is also one: the matrix product of value and key without
the gelu, of which the greatest absolute entry says which row (column) a row (column) draws from. It is learned, and
the same for every photo.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.attention.block import Attended, BlockCost, Shows, WholeBlock, widen

GRID = 64  # tokens per side, networks.py
FACTOR = 2  # hidden tokens for each token, networks.py


class _TokenMixing(nn.Module):
    """Ex_KV of the authors' code: two matrices that mix the tokens of one axis, with a gelu between them."""

    def __init__(self) -> None:
        super().__init__()
        hidden = GRID * FACTOR
        self.net = nn.Sequential(
            nn.Conv1d(GRID, hidden, 1, bias=False), nn.GELU(), nn.Conv1d(hidden, GRID, 1, bias=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Mix the tokens of x, N x tokens x C."""
        first, second = self.matrices(x.shape[1])
        return functional.conv1d(functional.gelu(functional.conv1d(x, first[..., None])), second[..., None])

    def matrices(self, tokens: int) -> tuple[Tensor, Tensor]:
        """Return the matrices for that many tokens: hidden x tokens and tokens x hidden."""
        first, second = (self.net.get_parameter(f"{n}.weight")[..., 0] for n in (0, 2))
        if tokens == GRID:
            return first, second
        return _resize(first, tokens) * (GRID / tokens), _resize(second.t(), tokens).t()


def _resize(matrix: Tensor, columns: int) -> Tensor:
    """Resize the rows of a matrix linearly to `columns`; fewer columns are means of more."""
    size = matrix.shape[0], columns
    resized = functional.interpolate(widen(matrix)[None, None], size, mode="bilinear", antialias=True)
    return resized[0, 0].to(matrix.dtype)


class ExternalSpatialAttention(WholeBlock):
    """The formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.norm = nn.LayerNorm(channels)
        self.ex_k, self.ex_v = _TokenMixing(), _TokenMixing()

    def draw(self, features: Tensor) -> Tensor:
        """Return x of the last line, N x C x H x W."""
        n, channels, height, width = features.shape
        x = self.norm(features.permute(0, 3, 2, 1))
        x = self.ex_k(x.reshape(n * width, height, channels)).view(n, width, height, channels)
        x = self.ex_v(x.transpose(1, 2).reshape(n * height, width, channels))
        drawn: Tensor = x.view(n, height, width, channels).permute(0, 3, 1, 2)
        return drawn

    def show(self, features: Tensor) -> Attended:
        """Return which row and column each draws from most, and the product of their shares of all weights."""
        n, _, height, width = features.shape
        (rows, share), (columns, part) = (_strongest(*mix.matrices(s)) for mix, s in self._axes(height, width))
        down = (rows - torch.arange(height, device=rows.device))[:, None].expand(height, width)
        right = (columns - torch.arange(width, device=rows.device)).expand(height, width)
        weight = share[:, None] * part
        return Attended(torch.stack([down, right]).expand(n, -1, -1, -1), weight.expand(n, -1, -1))

    def _axes(self, height: int, width: int) -> tuple[tuple[_TokenMixing, int], tuple[_TokenMixing, int]]:
        return (self.ex_k, height), (self.ex_v, width)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Two products for each axis: the cost grows with H W."""
        hidden = GRID * FACTOR
        values = channels * max(height * width, hidden * height, hidden * width)
        resized = hidden * max(height, width)
        return BlockCost(4 * hidden * height * width * channels, max(values, resized))


def _strongest(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Return the strongest input token of each output token, and its share of the absolute weights."""
    shares = (second @ first).abs()
    share, best = (shares / shares.sum(1, keepdim=True).clamp_min(torch.finfo(shares.dtype).tiny)).max(1)
    return best, share

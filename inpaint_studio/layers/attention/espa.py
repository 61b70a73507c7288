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
the same for every photo. Blocked places count as 0 after the norm, so that nothing of them is mixed: ours, too.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.attention.block import (
    MEMORY,
    Attended,
    AttentionBlock,
    BlockCost,
    Shows,
    find_blocked,
    find_hidden,
    to_offsets,
    widen,
)

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


class ExternalSpatialAttention(AttentionBlock):
    """The formula above; see the module."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_donors: ClassVar[bool] = True

    def __init__(self, channels: int) -> None:
        super().__init__(channels)
        self.norm = nn.LayerNorm(channels)
        self.ex_k, self.ex_v = _TokenMixing(), _TokenMixing()

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return x of the last line, N x C x H x W, whatever the hole."""
        del hole, memory
        n, channels, height, width = features.shape
        x = self.norm(features.permute(0, 3, 2, 1))
        blocked = find_blocked(donors, features)
        if blocked is not None:
            x = x.masked_fill(blocked.transpose(1, 2)[..., None], 0)
        x = self.ex_k(x.reshape(n * width, height, channels)).view(n, width, height, channels)
        x = self.ex_v(x.transpose(1, 2).reshape(n * height, width, channels))
        drawn: Tensor = x.view(n, height, width, channels).permute(0, 3, 1, 2)
        return drawn

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return for each place the one outside the hole with the greatest product of the shares that its row and its
        column have in all weights, and this product."""
        del memory
        n, _, height, width = features.shape
        rows, columns = (_shares(*mix.matrices(side)) for mix, side in ((self.ex_k, height), (self.ex_v, width)))
        hidden = find_hidden(hole, donors, features)
        planes = [None] if hidden is None else list(hidden)
        found = zip(*(_strongest(rows, columns, each) for each in planes), strict=True)
        offsets, weight = (torch.stack(part).expand(n, *part[0].shape) for part in found)
        blocked = find_blocked(donors, features)
        if blocked is not None:  # where everything is blocked, nothing is drawn from anywhere
            weight = weight.masked_fill(blocked.flatten(1).all(1)[:, None, None], 0)
        return Attended(offsets, weight)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Two products for each axis: the cost grows with H W."""
        hidden = GRID * FACTOR
        values = channels * max(height * width, hidden * height, hidden * width)
        resized = hidden * max(height, width)
        return BlockCost(4 * hidden * height * width * channels, max(values, resized))


def _shares(first: Tensor, second: Tensor) -> Tensor:
    """Return the share of each input token in the absolute weights of each output token, [output, input]."""
    found = (second @ first).abs()
    return found / found.sum(1, keepdim=True).clamp_min(torch.finfo(found.dtype).tiny)


def _strongest(rows: Tensor, columns: Tensor, hidden: Tensor | None) -> tuple[Tensor, Tensor]:
    """Return the offsets (2 x H x W) to the place with the greatest product of its shares, and that product (H x W).

    `rows` is H x H, `columns` W x W; `hidden` (H x W bool) places are not chosen.
    """
    height, width = len(rows), len(columns)
    if hidden is None:
        (down, to_row), (right, to_column) = rows.max(1), columns.max(1)
        weight, best = down[:, None] * right, width * to_row[:, None] + to_column
    else:
        found = []
        for row in rows:  # one row of places at a time: W x H x W products
            products = (row[:, None] * columns[:, None]).masked_fill(hidden, -1)
            found.append(products.flatten(1).max(1))
        weight, best = (torch.stack(part) for part in zip(*found, strict=True))
    return to_offsets(best[None], height, width)[0], weight

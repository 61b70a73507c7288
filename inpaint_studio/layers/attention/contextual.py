"""Contextual attention: missing features are composed from the known patches most similar to them.

Yu et al., Generative Image Inpainting with Contextual Attention (CVPR 2018), section 4, as computed by its authors'
code (JiahuiYu/generative_inpainting) and, in variants, by its ports. The features are halved; their 3 x 3 patches are
the queries and, divided by their lengths, the keys; scores of neighbours along both diagonals are added ("fused"); the
softmax over the keys weighs 4 x 4 patches of the features at their own size, which are pasted overlapping.

A cell is a value of the halved features. With h x w cells, scores are indexed [query, key], both row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers.attention.block import (
    MEMORY,
    Attended,
    AttentionBlock,
    BlockCost,
    Ranked,
    Shows,
    find_hole,
    rank_sources,
    to_offsets,
)

RATE = 2  # px of the features per side of a cell
SCALE = 10.0  # factor of the scores before the softmax
FAINT = 1e-4  # keeps patches of length 0 from a division by 0


@dataclass(frozen=True)
class Variant:
    """The differences between the published implementations; the defaults are those of the authors.

    `nearest` is how values are picked when an image is reduced: "corners" as TensorFlow does with align_corners,
    "floor" the first of each block. The hole is reduced to the features' size and from there to cells in two
    `mask_steps`, or in one. A key's length is max(|patch|, 1e-4) under `norm` "max";
    DAA233/generative-inpainting-pytorch adds 1e-4 to each squared value instead ("sum"). `blocked` keys have the score
    0 in the softmax and lose their weight after it ("zeroed"), or have no part in it ("excluded"). Where pasted patches
    overlap, their sum is divided by the 4 that there are inside the image ("four"), or by how many there are
    ("counted": two at its border, one in its corners). "excluded" and "counted" are open-mmlab/mmagic's.
    """

    nearest: Literal["corners", "floor"] = "corners"
    mask_steps: Literal[1, 2] = 2
    norm: Literal["max", "sum"] = "max"
    fuse: bool = True
    blocked: Literal["zeroed", "excluded"] = "zeroed"
    overlap: Literal["four", "counted"] = "four"


class AttentionOutput(NamedTuple):
    """The composed features, and the places of the largest weights."""

    values: Tensor  # N x C x H x W
    offsets: Tensor  # N x 2 x h x w, int64: rows and columns from each cell to the key with the greatest weight
    weight: Tensor  # N x h x w: that weight, 0 if every key is blocked
    ranked: Ranked | None = None  # several keys of each cell, in cells; None where none were asked for


def attend(
    features: Tensor, hole: Tensor, variant: Variant, donors: Tensor | None = None, *, ranked: int = 0
) -> AttentionOutput:
    """Compute the attention as one product over all queries and keys, for any N, with gradients.

    `features` is N x C x H x W of even sides; `hole` and `donors` (1 where values must not be copied from) are N x 1 or
    1 x 1 and of any size; `ranked` is how many keys of each cell to list. Takes several times (H W / 4)^2 values per
    image; `cpu.contextual_attention.attend` takes less.
    """
    with torch.autocast(features.device.type, enabled=False):
        exact = features if features.dtype == torch.float64 else features.float()
        known = find_known_keys(hole, exact.shape, variant, donors).flatten(1).to(exact.dtype)[:, None]
        scores = similarity(halve(exact, variant), variant)
        if variant.fuse:
            scores = _fuse(scores)
        logits = SCALE * known * scores.flatten(3).flatten(1, 2)
        if variant.blocked == "excluded":  # the least number, not infinity: where all keys are, there is no NaN
            logits = logits.masked_fill(known == 0, torch.finfo(logits.dtype).min)
        weights = torch.softmax(logits, -1) * known
        h, w = scores.shape[1:3]
        drawn = complete_border(_paste(weights.view(-1, h, w, h, w), exact), variant)
        weight, best = (found.view(-1, h, w) for found in weights.detach().max(-1))
        listed = rank_keys(weights.detach().view(-1, h, w, h * w), best, ranked)
    several = rank_sources(*listed, h, w) if ranked else None
    return AttentionOutput(drawn.to(features.dtype), to_offsets(best, h, w), weight, several)


def rank_keys(weights: Tensor, best: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Return numbers and weights of the `count` keys (fewer where there are not so many) with the greatest weights.

    `weights` is ... x keys and `best` (...) the first key with the greatest weight, which comes first; both results are
    ... x count, in falling order.
    """
    values, keys = weights.topk(min(count, weights.shape[-1]), -1)
    if count and weights.numel():
        # Where keys have equal weights, any may be the first of `topk`. The one that is `best` takes its place.
        other = keys == best[..., None]
        keys = torch.where(other, keys[..., :1], keys)
        keys[..., 0] = best
    return keys, values


def find_known_keys(hole: Tensor, shape: torch.Size, variant: Variant, donors: Tensor | None) -> Tensor:
    """Return N x h x w: whether a cell may be a key: its 3 x 3 window must not touch the hole or `donors`."""
    height, width = shape[-2:]
    if height % RATE or width % RATE:
        raise ValueError(f"features of {height} x {width} do not divide into cells")
    size = height // RATE, width // RATE
    if variant.mask_steps == 2:
        hole = pick(hole, (height, width), variant)
    taken = pick(hole, size, variant)
    if donors is not None:
        taken = torch.maximum(taken, functional.adaptive_max_pool2d(donors, size))
    near = functional.max_pool2d(taken.float(), 3, 1, 1)
    return (near == 0).expand(max(shape[0], near.shape[0]), 1, *size)[:, 0]


def halve(features: Tensor, variant: Variant) -> Tensor:
    """Reduce N x C x H x W features to one value per cell; returns N x C x h x w."""
    return pick(features, (features.shape[-2] // RATE, features.shape[-1] // RATE), variant)


def pick(x: Tensor, size: tuple[int, int], variant: Variant) -> Tensor:
    """Resize `x` (N x C x H x W) to `size` (rows, columns) with the nearest values."""
    rows, columns = (_nearest(old, new, variant, x.device) for old, new in zip(x.shape[-2:], size, strict=True))
    return x.index_select(-2, rows).index_select(-1, columns)


def _nearest(old: int, new: int, variant: Variant, device: torch.device) -> Tensor:
    index = torch.arange(new, device=device)
    if variant.nearest == "floor":
        return index * old // new
    # In 32 bits, as TensorFlow computes it. If `new` is 1, the first value is taken.
    step = (old - 1) / (new - 1) if new > 1 else 0.0
    return (index.float() * step + 0.5).floor().long()


def lengths(cells: Tensor, variant: Variant) -> Tensor:
    """Return N x h x w: what the key of each cell of `cells` (N x C x h x w) is divided by."""
    squares = cells.square().sum(1, keepdim=True)
    squares = 9 * functional.avg_pool2d(squares, 3, 1, 1, count_include_pad=True)[:, 0]
    if variant.norm == "sum":
        return (squares + FAINT * 9 * cells.shape[1]).sqrt()
    return squares.clamp_min(FAINT**2).sqrt()


def similarity(cells: Tensor, variant: Variant) -> Tensor:
    """Return the product of each query's patch and each key, N x h x w x h x w.

    A product of patches is the sum of products of single cells along a diagonal of the four axes, one step for each of
    the nine places in a patch, so only the cells' products are computed.
    """
    n, _, h, w = cells.shape
    padded = functional.pad(cells, (1, 1, 1, 1)).flatten(2)
    single = (padded.transpose(1, 2) @ padded).view(n, h + 2, w + 2, h + 2, w + 2)
    row = sum((single[:, :, i : i + w, :, i : i + w] for i in (1, 2)), single[:, :, :w, :, :w])
    patch = sum((row[:, i : i + h, :, i : i + h] for i in (1, 2)), row[:, :h, :, :h])
    return patch / lengths(cells, variant)[:, None, None]


def _fuse(scores: Tensor) -> Tensor:
    """Add the scores of the next and the previous query at the next and the previous key, first along rows and then
    along columns. After the end of a row or column comes the next one, as in the authors' code."""
    for _ in range(2):
        n, h, w = scores.shape[:3]
        flat = scores.reshape(n, h * w, h * w)
        later, earlier = functional.pad(flat[:, 1:, 1:], (0, 1, 0, 1)), functional.pad(flat[:, :-1, :-1], (1, 0, 1, 0))
        scores = (flat + later + earlier).view(n, h, w, h, w).permute(0, 2, 1, 4, 3)
    return scores


def _paste(weights: Tensor, features: Tensor) -> Tensor:
    """Add 4 x 4 patches, two px apart, times their weights; take the mean where four overlap. Returns N x C x H x W.

    Weights (N x h x w x h x w) of patches that put the same block of 2 x 2 px on the same block are added first.
    """
    blocks = functional.pad(weights, (0, 1, 0, 0, 0, 1)) + functional.pad(weights, (1, 0, 0, 0, 1, 0))
    blocks = functional.pad(blocks, (0, 0, 0, 1, 0, 0, 0, 1)) + functional.pad(blocks, (0, 0, 1, 0, 0, 0, 1, 0))
    n, rows, columns = blocks.shape[:3]
    drawn = blocks.reshape(n, rows * columns, rows * columns) @ to_blocks(features)
    return from_blocks(drawn.view(n, rows, columns, -1))


def complete_border(drawn: Tensor, variant: Variant) -> Tensor:
    """Double the outermost rows and columns of N x C x H x W, where only half the patches lie, if overlaps count."""
    if variant.overlap == "four":
        return drawn
    rows, columns = (drawn.new_ones(length) for length in drawn.shape[-2:])
    for line in (rows, columns):
        line[0] = line[-1] = 2
    return drawn * (rows[:, None] * columns)


def to_blocks(features: Tensor) -> Tensor:
    """Return N x (h+1)(w+1) x 4C: the blocks of 2 x 2 px that patches consist of, a quarter of their values."""
    padded = functional.pad(features, (1, 1, 1, 1)).permute(0, 2, 3, 1)
    n, height, width, channels = padded.shape
    blocks = padded.reshape(n, height // 2, 2, width // 2, 2, channels).transpose(2, 3)
    return blocks.reshape(n, height * width // 4, 4 * channels) / 4


def from_blocks(blocks: Tensor) -> Tensor:
    """Join N x (h+1) x (w+1) x 4C blocks, not divided by 4, to N x C x H x W in channels-last order."""
    n, rows, columns, values = blocks.shape
    pixels = blocks.view(n, rows, columns, 2, 2, values // 4).transpose(2, 3)
    pixels = pixels.reshape(n, 2 * rows, 2 * columns, values // 4)
    return pixels[:, 1:-1, 1:-1].permute(0, 3, 1, 2)


class ContextualAttention(AttentionBlock):
    """`attend` with the authors' defaults, as a block that has nothing to learn, for features of any size.

    A side that is odd is continued by a copy of its last row or column, which is cut off again: a reading of ours.
    """

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_hole: ClassVar[bool] = True
    reads_donors: ClassVar[bool] = True

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return the composed features, N x C x H x W, in the hole and outside."""
        del memory
        height, width = features.shape[-2:]
        return self._attend(features, hole, donors).values[..., :height, :width]

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return offset (even numbers) and weight of the strongest key of each square of 2 x 2 places."""
        del memory
        found = self._attend(features, hole, donors)
        return Attended(RATE * found.offsets, found.weight)

    def _attend(self, features: Tensor, hole: Tensor | None, donors: Tensor | None) -> AttentionOutput:
        over = 0, features.shape[-1] % RATE, 0, features.shape[-2] % RATE
        planes = (find_hole(each, features)[:, None].to(features.dtype) for each in (hole, donors))
        even, missing, blocked = (functional.pad(each, over, mode="replicate") for each in (features, *planes))
        return attend(even, missing, Variant(), None if donors is None else blocked)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """The products of the cells, whose border of zeros is included, and of the weights with blocks of 2 x 2."""
        h, w = -(-height // RATE), -(-width // RATE)
        cells, blocks = (h + 2) * (w + 2), (h + 1) * (w + 1)
        macs = cells * cells * channels + blocks * blocks * 4 * channels
        return BlockCost(macs, max(cells * cells, 4 * blocks * channels))

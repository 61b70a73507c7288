"""What all attention blocks have in common, so that one network can be built with any of them.

A block maps features to features of the same shape. It returns what its paper adds to the input, without the input
and without a factor that starts at 0 (the papers' gamma): the network computes ``x + gamma * block(x)``.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

Shows = Literal["offsets", "places", "channels", "memory"]


class BlockCost(NamedTuple):
    """What one image costs, as `AttentionBlock.cost` returns it."""

    macs: int  # multiply-adds of products of matrices and of convolutions; nothing else is counted
    values: int  # number of values of the largest tensor that is made on the way


class Attended(NamedTuple):
    """What a block attends to. What its `shows` does not name is None."""

    # N x 2 x h x w: rows and columns from each place to the one with the greatest weight, in cells of the features.
    # Where h x w is less than the features' size, a place stands for a square of cells.
    offsets: Tensor | None = None
    weight: Tensor | None = None  # N x h x w: weight of that place, or of the place itself where `shows` has "places"
    units: Tensor | None = None  # N x K: weight of each channel ("channels") or of each entry of a learned "memory"


class Ranked(NamedTuple):
    """The k sources of each place with the greatest weights, the greatest first; where there are fewer, the first is
    repeated with a weight of 0."""

    offsets: Tensor  # N x k x 2 x h x w: rows and columns, as in `Attended`
    weights: Tensor  # N x k x h x w


class AttentionBlock(nn.Module):
    """The base class. A subclass is built from the number of channels alone; all other arguments have defaults."""

    shows: ClassVar[frozenset[Shows]]
    reads_hole: ClassVar[bool] = False  # whether the output depends on the hole

    def __init__(self, channels: int) -> None:
        super().__init__()
        if channels < 1:
            raise ValueError(f"no such number of channels: {channels}")
        self.channels = channels

    def forward(self, features: Tensor, hole: Tensor | None = None) -> Tensor:
        """Map N x C x H x W features to as many. `hole` is N x 1 or 1 x 1 of any size, 1 where the image is missing;
        None: nothing is missing."""
        raise NotImplementedError

    def look(self, features: Tensor, hole: Tensor | None = None) -> Attended:
        """Return what the block attends to, without gradients. Arguments as for `forward`."""
        raise NotImplementedError

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Return the cost for one image of C x H x W features. Of a block that reads the hole: the most it may be."""
        raise NotImplementedError


class WholeBlock(AttentionBlock):
    """A block that does not read the hole: a subclass has `draw` and `show`, which take the features alone."""

    def forward(self, features: Tensor, hole: Tensor | None = None) -> Tensor:
        """Return `draw` of the features, whatever the hole."""
        del hole
        return self.draw(features)

    @torch.no_grad()
    def look(self, features: Tensor, hole: Tensor | None = None) -> Attended:
        """Return `show` of the features, whatever the hole."""
        del hole
        return self.show(features)

    def draw(self, features: Tensor) -> Tensor:
        """Map N x C x H x W features to as many."""
        raise NotImplementedError

    def show(self, features: Tensor) -> Attended:
        """Return what the block attends to."""
        raise NotImplementedError


def find_hole(hole: Tensor | None, features: Tensor) -> Tensor:
    """Return N x H x W bool: the cells of `features` with at least one missing pixel under them."""
    n, _, height, width = features.shape
    if hole is None:
        return torch.zeros(n, height, width, dtype=torch.bool, device=features.device)
    return (functional.adaptive_max_pool2d(hole.float(), (height, width))[:, 0] > 0).expand(n, height, width)


def rows_of(features: Tensor) -> Tensor:
    """Reshape N x C x H x W to N x HW x C: one row per place, row by row of the image."""
    return features.flatten(2).transpose(1, 2)


def image_of(rows: Tensor, height: int, width: int) -> Tensor:
    """Reshape N x HW x C to N x C x H x W."""
    return rows.transpose(1, 2).reshape(rows.shape[0], rows.shape[2], height, width)


def weigh_pairs(queries: Tensor, keys: Tensor) -> Tensor:
    """Return the softmax over all places of the products of each query with all keys (N x c x H x W): N x HW x HW,
    [.., query, key]."""
    return torch.softmax(product(rows_of(queries), keys.flatten(2)), -1).to(queries.dtype)


def product(first: Tensor, second: Tensor) -> Tensor:
    """Return the matrix product in at least 32 bits: scores add up many values and leave the range of 16 bits."""
    with torch.autocast(first.device.type, enabled=False):
        return widen(first) @ widen(second)


def widen(x: Tensor) -> Tensor:
    """Return `x` with at least 32 bits a value."""
    return x if x.dtype == torch.float64 else x.float()


def find_strongest(weights: Tensor, height: int, width: int) -> Attended:
    """Return offset and weight of the strongest place of each place from weights N x HW x HW, [.., to, from]."""
    weight, best = weights.max(-1)
    return Attended(to_offsets(best.view(-1, height, width), height, width), weight.view(-1, height, width))


def to_offsets(best: Tensor, height: int, width: int) -> Tensor:
    """Return offsets (row, column), N x 2 x H x W, from each place to the one of number `best` (N x H x W), counted row
    by row."""
    rows = torch.arange(height, device=best.device)[:, None]
    columns = torch.arange(width, device=best.device)
    return torch.stack([best // width - rows, best % width - columns], 1)


def rank_sources(places: Tensor, weights: Tensor, height: int, width: int) -> Ranked:
    """Return the k sources of each place: their numbers and weights are N x H x W x k, the greatest first. Sources
    without any weight become the first one."""
    n, count = places.shape[0], places.shape[-1]
    places = torch.where(weights > 0, places, places[..., :1]).movedim(-1, 1)
    offsets = to_offsets(places.flatten(0, 1), height, width)
    return Ranked(offsets.view(n, count, 2, height, width), weights.movedim(-1, 1))


def reduce_channels(channels: int, ratio: int) -> int:
    """Return channels / ratio rounded down, at least 1."""
    return max(1, channels // ratio)

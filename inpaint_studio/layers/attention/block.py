"""What all attention blocks have in common, so that one network can be built with any of them.

A block maps features to features of the same shape. It returns what its paper adds to the input, without the input
and without a factor that starts at 0 (the papers' gamma): the network computes ``x + gamma * block(x)``.

No block is local: what it makes of one place depends on the whole plane, by attention to all places, by means over
them, by learned matrices of rows and columns, or by a resizing that ends in the corners. So a network that computes
only a part of its planes must still give a block the whole plane.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from inpaint_studio.layers.cpu.conv import is_exporting

MEMORY = 256 << 20  # bytes that the weights of one step may take, unless the caller sets another limit
Shows = Literal["offsets", "places", "channels", "memory"]


class BlockCost(NamedTuple):
    """What one image costs, as `AttentionBlock.cost` returns it."""

    macs: int  # multiply-adds of products of matrices and of convolutions; nothing else is counted
    values: int  # number of values of the largest tensor that is made on the way


class Ranked(NamedTuple):
    """The k sources of each place with the greatest weights, the greatest first; where there are fewer, the first is
    repeated with a weight of 0."""

    offsets: Tensor  # N x k x 2 x h x w: rows and columns, as in `Attended`
    weights: Tensor  # N x k x h x w


class Attended(NamedTuple):
    """What a block attends to. What its `shows` does not name is None."""

    # N x 2 x h x w: rows and columns from each place to the one with the greatest weight, in cells of the features.
    # Where h x w is less than the features' size, a place stands for a square of cells.
    offsets: Tensor | None = None
    weight: Tensor | None = None  # N x h x w: weight of that place, or of the place itself where `shows` has "places"
    units: Tensor | None = None  # N x K: weight of each channel ("channels") or of each entry of a learned "memory"
    ranked: Ranked | None = None  # several sources of each place, where asked for


class AttentionBlock(nn.Module):
    """The base class. A subclass is built from the number of channels alone; all other arguments have defaults."""

    shows: ClassVar[frozenset[Shows]]
    reads_hole: ClassVar[bool] = False  # whether the output depends on the hole
    reads_donors: ClassVar[bool] = False  # whether it copies from places, and leaves out those that are blocked
    # Why it cannot be recorded for other programs, as the end of a sentence about it; "" where it can.
    obstacle: ClassVar[str] = ""

    def __init__(self, channels: int) -> None:
        super().__init__()
        if channels < 1:
            raise ValueError(f"no such number of channels: {channels}")
        self.channels = channels

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Map N x C x H x W features to as many.

        `hole` is N x 1 or 1 x 1 of any size, 1 where the image is missing; None: nothing is missing. `donors` is the
        same for places that nothing may be copied from; a block that does not read them takes from places by no
        weights of their own. Without gradients a step takes about `memory` bytes, where the block can divide its work.
        """
        raise NotImplementedError

    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return what the block attends to, without gradients. Arguments as for `forward`.

        A block whose paper does not choose between the hole and the rest shows the strongest place of the rest.
        """
        raise NotImplementedError

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Return the cost for one image of C x H x W features. Of a block that reads the hole: the most it may be."""
        raise NotImplementedError


class WholeBlock(AttentionBlock):
    """A block without places to choose from: a subclass has `draw` and `show`, which take the features alone."""

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return `draw` of the features, whatever the hole."""
        del hole, donors, memory
        return self.draw(features)

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return `show` of the features, whatever the hole."""
        del hole, donors, memory
        return self.show(features)

    def draw(self, features: Tensor) -> Tensor:
        """Map N x C x H x W features to as many."""
        raise NotImplementedError

    def show(self, features: Tensor) -> Attended:
        """Return what the block attends to."""
        raise NotImplementedError


class PairBlock(AttentionBlock):
    """A block in which every place weighs all places: a subclass has `project` and `finish`.

    Its papers let it attend to the hole, too. What is blocked has no weight; where all is, the mixture is 0.
    """

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_donors: ClassVar[bool] = True

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return `finish` of the values, mixed by the softmax of the products of queries and keys."""
        del hole
        queries, keys, values = self.project(features)
        rows = rows_of(values)
        steps = weigh_pairs(queries, keys, find_blocked(donors, features), memory)
        return self.finish(image_of(torch.cat([weights @ rows for weights in steps], 1), *features.shape[-2:]))

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return offset and weight of the strongest place outside the hole."""
        queries, keys, _ = self.project(features)
        blocked, height, width = find_blocked(donors, features), *features.shape[-2:]
        hidden = find_hidden(hole, donors, features)
        found = [find_strongest(weights, hidden) for weights in weigh_pairs(queries, keys, blocked, memory)]
        weight, best = (torch.cat(part, 1).view(-1, height, width) for part in zip(*found, strict=True))
        return Attended(to_offsets(best, height, width), weight)

    def project(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return queries and keys, N x c x H x W each, and values, N x c' x H x W."""
        raise NotImplementedError

    def finish(self, mixed: Tensor) -> Tensor:
        """Map the mixed values, N x c' x H x W, to the block's output, N x C x H x W."""
        raise NotImplementedError


def find_hole(hole: Tensor | None, features: Tensor) -> Tensor:
    """Return N x H x W bool: the cells of `features` with at least one missing pixel under them."""
    n, _, height, width = features.shape
    if hole is None:
        return torch.zeros(n, height, width, dtype=torch.bool, device=features.device)
    return (functional.adaptive_max_pool2d(hole.float(), (height, width))[:, 0] > 0).expand(n, height, width)


def find_blocked(donors: Tensor | None, features: Tensor) -> Tensor | None:
    """Return N x H x W bool: the cells of `features` over at least one pixel of `donors`; None where there are none."""
    return None if donors is None else find_hole(donors, features)


def find_hidden(hole: Tensor | None, donors: Tensor | None, features: Tensor) -> Tensor | None:
    """Return N x H x W bool: the cells that are no source to show. None: all are; so it is where none is left."""
    if hole is None and donors is None:
        return None
    hidden = find_hole(hole, features) | find_hole(donors, features)
    return hidden & ~hidden.flatten(1).all(1)[:, None, None]


def rows_of(features: Tensor) -> Tensor:
    """Reshape N x C x H x W to N x HW x C: one row per place, row by row of the image."""
    return features.flatten(2).transpose(1, 2)


def image_of(rows: Tensor, height: int, width: int) -> Tensor:
    """Reshape N x HW x C to N x C x H x W."""
    return rows.transpose(1, 2).reshape(rows.shape[0], rows.shape[2], height, width)


def weigh_pairs(queries: Tensor, keys: Tensor, blocked: Tensor | None = None, memory: int = MEMORY) -> Iterator[Tensor]:
    """Yield the softmax over all places of the products of each query with all keys (N x c x H x W each).

    Each is N x q x HW, [.., query, key], for the next q queries in order; all at once where gradients are computed.
    `blocked` (N x H x W bool) places have no weight.
    """
    rows, columns = rows_of(queries), keys.flatten(2)
    step = rows.shape[1]
    if not (torch.is_grad_enabled() or is_exporting()):
        step = max(1, min(step, memory // (8 * rows.shape[0] * columns.shape[2])))
    for some in [rows] if step == rows.shape[1] else torch.split(rows, step, 1):
        shut = None if blocked is None else blocked.flatten(1)[:, None]
        yield softmax_open(product(some, columns), shut).to(queries.dtype)


def softmax_open(scores: Tensor, blocked: Tensor | None) -> Tensor:
    """Return the softmax over the last axis, in which what is `blocked` (bool) has no part: 0 where all is."""
    if blocked is None:
        return torch.softmax(scores, -1)
    # The least number, not infinity: where everything is blocked, there is no NaN.
    weights = torch.softmax(scores.masked_fill(blocked, torch.finfo(scores.dtype).min), -1)
    return weights.masked_fill(blocked, 0)


def product(first: Tensor, second: Tensor) -> Tensor:
    """Return the matrix product in at least 32 bits: scores add up many values and leave the range of 16 bits."""
    with torch.autocast(first.device.type, enabled=False):
        return widen(first) @ widen(second)


def widen(x: Tensor) -> Tensor:
    """Return `x` with at least 32 bits a value."""
    return x if x.dtype == torch.float64 else x.float()


def find_strongest(weights: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Return weight and number of the strongest place of each place from weights N x q x HW, [.., to, from].

    `hidden` (N x H x W bool) places are not chosen.
    """
    if hidden is None:
        weight, best = weights.max(-1)
    else:
        weight, best = weights.masked_fill(hidden.flatten(1)[:, None], -1).max(-1)
    return weight, best


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

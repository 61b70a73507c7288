"""The shift: every cell of the hole copies the encoder's features of the known cell that is most similar to it.

The similarity is that of the decoder's features.

Yan et al., Shift-Net: Image Inpainting via Deep Feature Rearrangement (ECCV 2018), section 3.2. The choice is hard, so
the gradient of a copied feature goes to its source cell only (section 3.3), as it does when an index copies.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import torch
from torch import Tensor

from inpaint_studio.layers.attention.block import (
    MEMORY,
    Attended,
    AttentionBlock,
    BlockCost,
    Shows,
    find_blocked,
    find_hole,
    to_offsets,
)


class ShiftOutput(NamedTuple):
    """The copied features and their source cells; cells are numbered row by row."""

    features: Tensor  # N x C x h x w, 0 outside the hole
    source: Tensor  # N x h x w: the source cell; the cell's own number where nothing was searched
    cosine: Tensor  # N x h x w float32 similarity; 0 where nothing was searched


def shift(
    decoded: Tensor,
    encoded: Tensor,
    hole: Tensor,
    *,
    also_search: Tensor | None = None,
    blocked: Tensor | None = None,
    mirrored: Tensor | None = None,
    published: bool = False,
    memory: int = 256 << 20,
) -> ShiftOutput:
    """Fill `hole` (N x h x w bool) from the rest of `encoded`, compared with `decoded` (both N x C x h x w).

    `also_search` are further cells to find a source for, into which nothing is copied; `blocked` cells are no source.
    `mirrored` are the encoder's features of the mirrored image, a second place to copy from; with `published` they are
    used as in the code of the paper's face model (see `_copy_as_published`). `memory` limits one step, bytes.
    """
    channels, height, width = encoded.shape[1:]
    parts = []
    for n in range(encoded.shape[0]):
        queries, keys = _cells(decoded[n]), _cells(encoded[n])
        inside = hole[n].flatten()
        open_ = ~inside if blocked is None else ~(inside | blocked[n].flatten())
        if mirrored is not None:
            keys = torch.cat([keys, _cells(mirrored[n])])
            open_ = torch.cat([open_, _mirror(open_, width)])
        search = inside if also_search is None else inside | also_search[n].flatten()
        cells = search.nonzero()[:, 0]
        index, cosine = _nearest(queries[cells], keys, open_, memory)
        if published and mirrored is not None:
            copied = _copy_as_published(queries, keys, inside, open_, width, memory)
        else:
            taken = inside[cells] & open_.any()
            copied = torch.zeros_like(queries).index_put((cells,), (keys[index] * taken[:, None]).to(queries.dtype))
        parts.append((copied, *_map_sources(cells, index, cosine, open_, width, height * width)))
    features, sources, cosines = (torch.stack(part) for part in zip(*parts, strict=True))
    return ShiftOutput(
        features.view(-1, height, width, channels).permute(0, 3, 1, 2),
        sources.view(-1, height, width),
        cosines.view(-1, height, width),
    )


def _cells(features: Tensor) -> Tensor:
    """Reshape C x h x w to h w x C."""
    return features.permute(1, 2, 0).flatten(0, 1)


def _mirror(plane: Tensor, width: int) -> Tensor:
    """Return the flattened plane with its columns in reverse order."""
    return plane.view(-1, width).flip(1).flatten()


@torch.no_grad()
def _nearest(queries: Tensor, keys: Tensor, open_: Tensor, memory: int) -> tuple[Tensor, Tensor]:
    """Find index and cosine of the open key (m x C) most similar to each query (n x C); ties: the first; none: -inf."""
    with torch.autocast(queries.device.type, enabled=False):
        directions = torch.nn.functional.normalize(keys.float(), dim=1).t()
        shut = torch.zeros(keys.shape[0], device=keys.device).masked_fill(~open_, -torch.inf)
        rows = max(1, memory // (4 * keys.shape[0]))
        # Depends only on the number of keys, which is constant in a traced network.
        steps = [queries.float()] if keys.shape[0] <= rows else torch.split(queries.float(), rows)
        found = [(some @ directions).add_(shut).max(1) for some in steps]
        length = queries.float().norm(dim=1).clamp_min(1e-12)
    return torch.cat([best.indices for best in found]), torch.cat([best.values for best in found]) / length


def _copy_as_published(queries: Tensor, keys: Tensor, inside: Tensor, open_: Tensor, width: int, memory: int) -> Tensor:
    """Copy as the published flip code does (Zhaoyi-Yan/Shift-Net_pytorch, InnerFaceShiftTripleFunction.py): h w x C.

    It searches the mirrored features with the decoder's features in the mirrored hole, not in the hole; its matrix of
    choices has its axes swapped, so that every cell gets the sum of all cells that any of them chose, on the side
    (plain or mirrored) where its own match is better; and the first cell of the image never gets anything.
    """
    count = inside.shape[0]
    cells, opposite = (plane.nonzero()[:, 0] for plane in (inside, _mirror(inside, width)))
    sides = [
        _nearest(queries[asking], keys[part], open_[part], memory)
        for asking, part in ((cells, slice(0, count)), (opposite, slice(count, None)))
    ]
    sums = []
    for (index, _), part in zip(sides, (slice(0, count), slice(count, None)), strict=True):
        chosen = torch.zeros(count, dtype=keys.dtype, device=keys.device).index_fill(0, index, 1)
        sums.append(chosen @ keys[part])
    plain = (sides[0][1] >= sides[1][1])[:, None]
    taken = ((cells > 0) & open_.any())[:, None]
    copied = torch.where(plain, sums[0], sums[1]) * taken
    return torch.zeros_like(queries).index_put((cells,), copied.to(queries.dtype))


def _map_sources(
    cells: Tensor, index: Tensor, cosine: Tensor, open_: Tensor, width: int, count: int
) -> tuple[Tensor, Tensor]:
    """Return source and similarity of every cell of the image; mirrored sources at their unmirrored places."""
    there = index % count
    there = torch.where(index < count, there, there + width - 1 - 2 * (there % width))
    any_open = open_.any()
    own = torch.arange(count, device=cells.device)
    sources = own.index_put((cells,), torch.where(any_open, there, cells))
    similarity = torch.where(any_open, cosine, torch.zeros_like(cosine))
    return sources, torch.zeros(count, device=cells.device).index_put((cells,), similarity)


class ShiftAttention(AttentionBlock):
    """`shift` as a block that has nothing to learn. The features are the decoder's and the encoder's at once, which is
    a reading of ours: a network that is no U-Net has only one plane of them. It copies nothing where nothing is known.
    """

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_hole: ClassVar[bool] = True
    reads_donors: ClassVar[bool] = True

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Return the copied features, N x C x H x W, 0 outside the hole."""
        return self._shift(features, hole, donors, memory).features

    @torch.no_grad()
    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return the offset of each place's source, with their cosine as weight; both 0 outside the hole."""
        found = self._shift(features, hole, donors, memory)
        height, width = features.shape[-2:]
        return Attended(to_offsets(found.source, height, width), found.cosine)

    def _shift(self, features: Tensor, hole: Tensor | None, donors: Tensor | None, memory: int) -> ShiftOutput:
        blocked = find_blocked(donors, features)
        return shift(features, features, find_hole(hole, features), blocked=blocked, memory=memory)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """The product of all missing places with all places, if everything is missing."""
        n = height * width
        return BlockCost(n * n * channels, n * max(n, channels))

"""Semantic-wise attention propagation (SWAP): places draw from places of the same class.

Liao et al., Image Inpainting Guided by Coherence Priors of Semantics and Textures (CVPR 2021). The paper says that the
module captures distant relationships between places and refers to texture features of the same semantics; no code of it
is public and its equations were not at hand, so all that follows is a reading of ours. With features f as C x N, P_p
the 3 x 3 features round p (0 beyond the border) and a label map:

    w[p, q] = softmax over the q in A(p) of (10 P_p . P_q / (|P_p| |P_q|) + log t[p, q])
    F_p = sum over q of w[p, q] f_q
    y = conv 3 x 3 of [f, F] in the hole, 0 outside

10 is the scale of contextual attention, and 1e-4 its least |P|. With a label map t is 1, and A(p) is the first of these
that is not empty: known places of p's class; other places of p's class; known places; all places. Without one, a 1 x 1
convolution S of f estimates classes: t[p, q] = sum_k softmax(S_p)_k softmax(S_q)_k, the chance that both are of one
class, and A(p) are the known places, or all where none is known. Where no hole is given, everything is known and y is
not cut. Blocked places are in no A(p); F is 0 where it is empty.
"""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import (
    MEMORY,
    Attended,
    AttentionBlock,
    BlockCost,
    Shows,
    find_hole,
    find_strongest,
    image_of,
    product,
    rows_of,
    softmax_open,
    to_offsets,
    widen,
)
from inpaint_studio.layers.attention.contextual import SCALE, Variant, lengths, similarity

CLASSES = 8


class SemanticAttention(AttentionBlock):
    """y of the formula above; see the module. `classes` is the number that S tells apart."""

    shows: ClassVar[frozenset[Shows]] = frozenset({"offsets"})
    reads_hole: ClassVar[bool] = True
    reads_donors: ClassVar[bool] = True

    def __init__(self, channels: int, classes: int = CLASSES) -> None:
        super().__init__(channels)
        self.classify = nn.Conv2d(channels, classes, 1)
        self.merge = nn.Conv2d(2 * channels, channels, 3, padding=1)

    def forward(
        self,
        features: Tensor,
        hole: Tensor | None = None,
        labels: Tensor | None = None,
        *,
        donors: Tensor | None = None,
        memory: int = MEMORY,
    ) -> Tensor:
        """Return y, N x C x H x W. `labels` is N x H x W or 1 x H x W, the number of each place's class."""
        del memory
        mixed = self._weights(features, hole, labels, donors) @ rows_of(features)
        drawn: Tensor = self.merge(torch.cat([features, image_of(mixed, *features.shape[-2:])], 1))
        return drawn if hole is None else drawn * find_hole(hole, features)[:, None]

    @torch.no_grad()
    def look(
        self,
        features: Tensor,
        hole: Tensor | None = None,
        labels: Tensor | None = None,
        *,
        donors: Tensor | None = None,
        memory: int = MEMORY,
    ) -> Attended:
        """Return offset and weight of the strongest q of each p, outside the hole, too."""
        del memory
        height, width = features.shape[-2:]
        weights = self._weights(features, hole, labels, donors)
        weight, best = (part.view(-1, height, width) for part in find_strongest(weights))
        return Attended(to_offsets(best, height, width), weight)

    def _weights(self, features: Tensor, hole: Tensor | None, labels: Tensor | None, donors: Tensor | None) -> Tensor:
        """Compute w, N x HW x HW, [.., p, q]."""
        exact, variant = widen(features), Variant()
        with torch.autocast(features.device.type, enabled=False):
            cosines = similarity(exact, variant) / lengths(exact, variant)[..., None, None]
        scores = SCALE * cosines.flatten(3).flatten(1, 2)
        allowed = ~find_hole(donors, features).flatten(1)
        known = allowed & ~find_hole(hole, features).flatten(1)
        if labels is None:
            odds = torch.softmax(widen(self.classify(features)), 1).flatten(2)
            alike = product(odds.transpose(1, 2), odds)
            scores = scores + alike.clamp_min(torch.finfo(alike.dtype).tiny).log()
            candidates = (known | (allowed & ~known.any(1, keepdim=True)))[:, None]
        else:
            every = torch.arange(known.shape[1], device=known.device)
            maps = labels.flatten(1).expand_as(known)
            candidates = torch.stack(
                [choose_candidates(every, *each) for each in zip(maps, known, allowed, strict=True)]
            )
        return softmax_open(scores, ~candidates).to(features.dtype)

    @classmethod
    def cost(cls, channels: int, height: int, width: int) -> BlockCost:
        """Without a label map: all places with all places three times (for patches, features and classes), and two
        convolutions. The products for patches include a border of zeros."""
        n = height * width
        bordered = (height + 2) * (width + 2)
        macs = (bordered * bordered + n * n) * channels + n * CLASSES * (n + channels) + 18 * n * channels * channels
        return BlockCost(macs, max(bordered * max(bordered, channels), n * 2 * channels, n * CLASSES))


def choose_candidates(some: Tensor, labels: Tensor, known: Tensor, open_: Tensor) -> Tensor:
    """Return A(p) of one image as P x HW bool, [p, q], for the places `some` (P numbers, row by row).

    `labels`, `known` and `open_` are those of all places, HW; nothing is drawn from where `open_` is False, and no
    known place is so. A row is empty where no place is open.
    """
    alike = labels[some, None] == labels
    others = alike & open_ & (torch.arange(labels.shape[0], device=labels.device) != some[:, None])
    candidates = alike & known
    for further in (others, known.expand_as(alike), open_.expand_as(alike)):
        candidates = candidates | (further & ~candidates.any(-1, keepdim=True))
    return candidates

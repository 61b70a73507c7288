"""Semantic-wise propagation in steps of bounded memory: only the missing places search, some at a time.

The weights are those of `semantic` with a label map. New are: the 3 x 3 patches that are compared may be those of other
features than the ones that are mixed, for example of fewer channels; places may be blocked, so that nothing is drawn
from them; and the strongest known place is found, from which a fill is said to come. One image is computed after the
other, as each has another number of missing places.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers.attention.block import Ranked, rank_sources, to_offsets, widen
from inpaint_studio.layers.attention.contextual import FAINT, SCALE
from inpaint_studio.layers.attention.semantic import choose_candidates
from inpaint_studio.layers.cpu.conv import is_exporting


class Propagated(NamedTuple):
    """What the missing places drew, and from where."""

    values: Tensor  # N x C x h x w mixed features; 0 in known places, and where every place is blocked
    # N x 2 x h x w, int64: rows and columns from each missing place to the known one with the greatest score, of its
    # own class if there is one; 0 in known places, and where nothing is known.
    offsets: Tensor
    weight: Tensor  # N x h x w: the weight of that place in the mixture; 0 in known places
    ranked: Ranked | None = None  # several such places, where asked for


def propagate(
    features: Tensor,
    matching: Tensor,
    missing: Tensor,
    labels: Tensor,
    blocked: Tensor | None = None,
    memory: int = 256 << 20,
    ranked: int = 0,
) -> Propagated:
    """Mix `features` (N x C x h x w) of each missing place from those of other places, by patches of `matching`.

    `matching` is N x c x h x w; `missing` and `blocked` are N x h x w or 1 x h x w bool; `labels` is N x h x w or
    1 x h x w, the number of each place's class. `memory` limits a step, bytes. `ranked` is how many of the
    strongest places to list; 0: none. In 32 bits, with gradients.
    """
    n, _, height, width = features.shape
    missing, labels = missing.expand(n, -1, -1).flatten(1), labels.expand(n, -1, -1).flatten(1)
    shut = torch.zeros_like(missing) if blocked is None else blocked.expand(n, -1, -1).flatten(1)
    with torch.autocast(features.device.type, enabled=False):
        rows = widen(features).flatten(2).transpose(1, 2)
        keys = functional.normalize(_patches(widen(matching)), dim=2, eps=FAINT)
        count = min(max(1, ranked), height * width)
        parts = [_search(*one, memory, count) for one in zip(rows, keys, missing, labels, shut, strict=True)]
    values, best, weight = (torch.stack(part) for part in zip(*parts, strict=True))
    best, weight = (part.view(n, height, width, count) for part in (best, weight))
    return Propagated(
        values.transpose(1, 2).reshape(features.shape).to(features.dtype),
        to_offsets(best[..., 0], height, width),
        weight[..., 0],
        rank_sources(best, weight, height, width) if ranked else None,
    )


def _patches(x: Tensor) -> Tensor:
    """Return N x hw x 9C: the 3 x 3 values round each place, 0 beyond the border."""
    height, width = x.shape[-2:]
    padded = functional.pad(x, (1, 1, 1, 1))
    shifted = [padded[..., r : r + height, c : c + width] for r in range(3) for c in range(3)]
    return torch.cat(shifted, 1).flatten(2).transpose(1, 2)


def _search(
    rows: Tensor, keys: Tensor, missing: Tensor, labels: Tensor, shut: Tensor, memory: int, count: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return for one image the mixed rows (hw x C), the numbers of the strongest known places and their weights, both
    hw x `count`, the strongest first.

    `rows` is hw x C, `keys` hw x 9c of length 1; the others are hw.
    """
    cells = missing.nonzero()[:, 0]
    known, open_ = ~(missing | shut), ~shut
    # Scores, weights, what they are masked with, and the gradients of the former.
    bytes_each = 16 * keys.shape[0] + 4 * (keys.shape[1] + rows.shape[1])
    most = max(1, memory // bytes_each)
    # While a network is recorded the number of steps would become part of it.
    steps = [cells] if is_exporting() or cells.shape[0] <= most else list(torch.split(cells, most))
    mixed, best, weight = [], [], []
    for some in steps:
        scores = SCALE * keys[some] @ keys.t()
        candidates = choose_candidates(some, labels, known, open_)
        least = torch.finfo(scores.dtype).min  # not infinity: where all places are blocked, there is no NaN
        weights = torch.softmax(scores.masked_fill(~candidates, least), -1) * candidates
        mixed.append(weights @ rows)
        alike = known & (labels == labels[some, None])
        trusted = torch.where(alike.any(-1, keepdim=True), alike, known.expand_as(alike))
        strength, place = scores.detach().masked_fill(~trusted, least).topk(count)
        found = strength > least
        best.append(torch.where(found, place, some[:, None]))
        weight.append(torch.where(found, weights.detach().gather(1, place), 0.0))
    own = torch.arange(rows.shape[0], device=rows.device)[:, None].repeat(1, count)
    return (
        torch.zeros_like(rows).index_put((cells,), torch.cat(mixed)),
        own.index_put((cells,), torch.cat(best)),
        rows.detach().new_zeros(rows.shape[0], count).index_put((cells,), torch.cat(weight)),
    )

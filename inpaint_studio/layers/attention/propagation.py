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

from inpaint_studio.layers.attention.block import to_offsets, widen
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


def propagate(
    features: Tensor,
    matching: Tensor,
    missing: Tensor,
    labels: Tensor,
    blocked: Tensor | None = None,
    memory: int = 256 << 20,
) -> Propagated:
    """Mix `features` (N x C x h x w) of each missing place from those of other places, by patches of `matching`.

    `matching` is N x c x h x w; `missing` and `blocked` are N x h x w or 1 x h x w bool; `labels` is N x h x w or
    1 x h x w, the number of each place's class. `memory` limits a step, bytes. In 32 bits, with gradients.
    """
    n, _, height, width = features.shape
    missing, labels = missing.expand(n, -1, -1).flatten(1), labels.expand(n, -1, -1).flatten(1)
    shut = torch.zeros_like(missing) if blocked is None else blocked.expand(n, -1, -1).flatten(1)
    with torch.autocast(features.device.type, enabled=False):
        rows = widen(features).flatten(2).transpose(1, 2)
        keys = functional.normalize(_patches(widen(matching)), dim=2, eps=FAINT)
        parts = [_search(*one, memory) for one in zip(rows, keys, missing, labels, shut, strict=True)]
    values, best, weight = (torch.stack(part) for part in zip(*parts, strict=True))
    return Propagated(
        values.transpose(1, 2).reshape(features.shape).to(features.dtype),
        to_offsets(best.view(n, height, width), height, width),
        weight.view(n, height, width),
    )


def _patches(x: Tensor) -> Tensor:
    """Return N x hw x 9C: the 3 x 3 values round each place, 0 beyond the border."""
    height, width = x.shape[-2:]
    padded = functional.pad(x, (1, 1, 1, 1))
    shifted = [padded[..., r : r + height, c : c + width] for r in range(3) for c in range(3)]
    return torch.cat(shifted, 1).flatten(2).transpose(1, 2)


def _search(
    rows: Tensor, keys: Tensor, missing: Tensor, labels: Tensor, shut: Tensor, memory: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return for one image the mixed rows (hw x C), the number of the strongest known place, and its weight, both hw.

    `rows` is hw x C, `keys` hw x 9c of length 1; the others are hw.
    """
    cells = missing.nonzero()[:, 0]
    known, open_ = ~(missing | shut), ~shut
    # Scores, weights, what they are masked with, and the gradients of the former.
    bytes_each = 16 * keys.shape[0] + 4 * (keys.shape[1] + rows.shape[1])
    count = max(1, memory // bytes_each)
    # While a network is recorded the number of steps would become part of it.
    steps = [cells] if is_exporting() or cells.shape[0] <= count else list(torch.split(cells, count))
    mixed, best, weight = [], [], []
    for some in steps:
        scores = SCALE * keys[some] @ keys.t()
        candidates = choose_candidates(some, labels, known, open_)
        least = torch.finfo(scores.dtype).min  # not infinity: where all places are blocked, there is no NaN
        weights = torch.softmax(scores.masked_fill(~candidates, least), -1) * candidates
        mixed.append(weights @ rows)
        alike = known & (labels == labels[some, None])
        trusted = torch.where(alike.any(-1, keepdim=True), alike, known.expand_as(alike))
        place = scores.detach().masked_fill(~trusted, least).argmax(-1)
        found = trusted.any(-1)
        best.append(torch.where(found, place, some))
        weight.append(torch.where(found, weights.detach().gather(1, place[:, None])[:, 0], 0.0))
    own = torch.arange(rows.shape[0], device=rows.device)
    return (
        torch.zeros_like(rows).index_put((cells,), torch.cat(mixed)),
        own.index_put((cells,), torch.cat(best)),
        torch.zeros_like(rows[:, 0]).detach().index_put((cells,), torch.cat(weight)),
    )

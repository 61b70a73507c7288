"""Contextual attention for inference, a few rows of queries at a time: limits memory, and can compute a part only.

The results are those of `contextual.attend`, up to rounding. Scores are computed in blocks of rows that fit in the
processor's cache and pass through stages. Sums along diagonals need the two rows before a block, so each stage keeps
them. In a flat array of [query, key] a step along a diagonal is a constant distance, so such a sum adds two shifted
copies of the array to it; columns and rows of zeros separate the ends of rows that must not be added.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from inpaint_studio.layers.attention.block import rank_sources, to_offsets
from inpaint_studio.layers.attention.contextual import (
    SCALE,
    AttentionOutput,
    Variant,
    complete_border,
    find_known_keys,
    from_blocks,
    halve,
    lengths,
    rank_keys,
    to_blocks,
)

BLOCK = 8  # the largest number of rows of queries; 4 to 16 were measured to be equally fast
_BUFFERS, _MARGINS = 9, 8  # number of blocks in memory at once, and of further single rows
_MANY = 0.2  # if a larger share of the keys is unknown, leaving them out of the last product is faster


class Rect(NamedTuple):
    """A part of a plane: rows top to bottom - 1, columns left to right - 1."""

    top: int
    bottom: int
    left: int
    right: int


@torch.no_grad()
def attend(
    features: Tensor,
    hole: Tensor,
    variant: Variant,
    donors: Tensor | None = None,
    *,
    needed: Tensor | None = None,
    memory: int = 256 << 20,
    ranked: int = 0,
    report: Callable[[float], None] | None = None,
) -> AttentionOutput:
    """See `contextual.attend`. Values are computed only where `needed` (H x W) is above 0; offsets and weight are 0 for
    cells outside its box, also those of `ranked` keys. Scores take `memory` bytes, or what two rows of queries need if
    that is more; `report` is called with the fraction done before every block of rows.
    """
    n, channels, height, width = features.shape
    h, w = height // 2, width // 2
    cells = _cells(Rect(0, height, 0, width) if needed is None else bounding_rect(needed), h, w)
    exact = features if features.dtype == torch.float64 else features.float()
    known = find_known_keys(hole, features.shape, variant, donors)
    drawn = features.new_zeros(n, h + 1, w + 1, 4 * channels)
    best = torch.zeros(n, h, w, dtype=torch.int64, device=features.device)
    weight = exact.new_zeros(n, h, w)
    count = min(ranked, h * w)
    listed = best.new_zeros(n, h, w, count), exact.new_zeros(n, h, w, count)
    with torch.autocast(features.device.type, enabled=False):
        for i in range(n):
            scores = _Scores(exact[i : i + 1], variant, cells, memory)
            paste = _Paste(scores, known[i], features[i : i + 1], needed, variant)
            keys, weights = (each[i] for each in listed)
            for row, some in scores.blocks():
                paste.rows(row, some, drawn[i], best[i], weight[i], keys, weights)
                if report is not None:
                    report((i + (row - cells.top) / (cells.bottom - cells.top)) / n)
            paste.last_row(drawn[i])
    offsets = to_offsets(best, h, w)
    inside = torch.zeros(h, w, dtype=torch.bool, device=features.device)
    inside[cells.top : cells.bottom, cells.left : cells.right] = True
    several = None
    if ranked:
        several = rank_sources(*listed, h, w)
        several = several._replace(offsets=several.offsets * inside)
    return AttentionOutput(complete_border(from_blocks(drawn), variant), offsets * inside, weight, several)


def bounding_rect(plane: Tensor) -> Rect:
    """Find the smallest box round the values above 0 of `plane` (H x W); it is empty if there are none."""
    sides = []
    for axis in (1, 0):
        found = (plane > 0).any(axis).nonzero()
        sides += [int(found[0]), int(found[-1]) + 1] if len(found) else [0, 0]
    return Rect(*sides)


def _cells(box: Rect, h: int, w: int) -> Rect:
    """Find the cells whose patches overlap the box."""
    top, left = (max(0, (px - 1) // 2) for px in (box.top, box.left))
    return Rect(top, min(h, box.bottom // 2 + 1), left, min(w, box.right // 2 + 1))


# Stages


class _Stage(Protocol):
    """Writes the next `count` rows of queries into `out`, which is flat."""

    def write(self, count: int, out: Tensor) -> None: ...


class _Window:
    """A sum along a diagonal over the rows of a source: to each row, the one before and the one after are added.

    `distance` is that of two neighbours on the diagonal in the flat array; `row` is a row's length.
    """

    def __init__(self, source: _Stage, row: int, distance: int, block: int, like: Tensor) -> None:
        self.source, self.row, self.distance = source, row, distance
        self.slack = max(0, distance - row)
        self.flat = like.new_zeros((block + 2) * row + 2 * self.slack)
        source.write(2, self._rows(0, 2))

    def write(self, count: int, out: Tensor) -> None:
        self.source.write(count, self._rows(2, 2 + count))
        start, length = self.slack + self.row, count * self.row
        middle, before, after = (self.flat[start + d : start + d + length] for d in (0, -self.distance, self.distance))
        torch.add(middle, before, out=out)
        out += after
        self._rows(0, 2).copy_(self._rows(count, count + 2).clone() if count < 2 else self._rows(count, count + 2))

    def _rows(self, first: int, last: int) -> Tensor:
        return self.flat[self.slack + first * self.row : self.slack + last * self.row]


class _Products:
    """Products of single cells, summed over the three columns of a patch.

    Queries are `queries` (rows x columns x C), keys the cells with a column of zeros behind each row and a row of zeros
    behind all of them; row number `first` comes first, and rows beyond the image are zeros.
    """

    def __init__(self, queries: Tensor, keys: Tensor, first: int) -> None:
        self.queries, self.keys, self.next = queries, keys, first

    def write(self, count: int, out: Tensor) -> None:
        h, columns, _ = self.queries.shape
        row = columns * len(self.keys)
        top, bottom = max(self.next, 0), min(self.next + count, h)
        out = out.view(count, row)
        if top >= bottom:
            out.zero_()
        else:
            single = product(self.queries[top:bottom].flatten(0, 1), self.keys).flatten()
            inside = out[top - self.next : bottom - self.next].flatten()
            _sum_along(single, len(self.keys) + 1, inside)
            out[: top - self.next] = 0
            out[bottom - self.next :] = 0
        self.next += count


def _sum_along(x: Tensor, distance: int, out: Tensor) -> None:
    """Write to `out`: x plus x shifted by `distance` in both directions; values beyond the ends are 0."""
    torch.add(x[distance:], x[:-distance], out=out[distance:])
    out[:distance] = x[:distance]
    out[:-distance] += x[distance:]


class _Similarity:
    """Products of patches and keys, without the columns of zeros: as far as `margin` before the first key and behind
    the last one there are zeros instead. Rows beyond the image are zeros."""

    def __init__(self, scores: _Scores, first: int) -> None:
        self.scores, self.next = scores, first
        columns, grid = scores.queries.shape[1], scores.grid
        row = columns * grid
        products = _Products(scores.queries, scores.keys, first - 1)
        self.window = _Window(products, row, row + scores.w + 1, scores.block, scores.keys)
        self.patches = scores.keys.new_empty(scores.block * row)

    def write(self, count: int, out: Tensor) -> None:
        s = self.scores
        patches = self.patches[: count * s.queries.shape[1] * s.grid]
        self.window.write(count, patches)
        patches = patches.view(count, -1, s.h + 1, s.w + 1)[:, 1:-1, : s.h, : s.w]
        out = out.view(count, s.columns, -1)
        torch.mul(patches, s.inverse, out=out[:, :, s.margin : s.margin + s.h * s.w].view(count, -1, s.h, s.w))
        out[: max(0, -self.next)] = 0
        out[max(0, s.h - self.next) :] = 0
        self.next += count


class _AlongRows:
    """Scores with those of the next and previous query at the next and previous key, row by row.

    The sum along columns that follows continues at the other end: before the first row of keys, the last row is copied,
    shifted by one column, and after the last row, the first. The rows of queries are treated in the same way (`ends`).
    """

    def __init__(self, scores: _Scores, first: int, ends: tuple[Tensor | None, Tensor | None] = (None, None)) -> None:
        self.scores, self.next, self.ends = scores, first, ends
        row = scores.columns * scores.keyed
        similarity = _Similarity(scores, first - 1)
        self.window = _Window(similarity, row, scores.keyed + 1, scores.block, scores.keys)

    def write(self, count: int, out: Tensor) -> None:
        s = self.scores
        self.window.write(count, out)
        rows = out.view(count, s.columns, s.keyed)
        for row, end in ((-1, self.ends[0]), (s.h, self.ends[1])):
            if end is not None and self.next <= row < self.next + count:
                rows[row - self.next] = end
        last, first = rows[..., -2 * s.w : -s.w], rows[..., s.w : 2 * s.w]
        before, behind = rows[..., : s.w], rows[..., -s.w :]
        before[..., 1:], before[..., 0] = last[..., :-1], 0
        behind[..., :-1], behind[..., -1] = first[..., 1:], 0
        self.next += count


class _Scores:
    """The scores of the queries in a box of cells, block by block."""

    def __init__(self, features: Tensor, variant: Variant, cells: Rect, memory: int) -> None:
        fine = halve(features, variant)
        self.h, self.w = fine.shape[-2:]
        self.cells = self._wide(cells, variant)
        # Sums along rows need a neighbour on both sides, unless whole rows are computed.
        spare = int(variant.fuse and self.cells != Rect(self.cells.top, self.cells.bottom, 0, self.w))
        self.first = self.cells.left - spare
        self.columns = self.cells.right + spare - self.first
        self.margin = self.w if variant.fuse else 0
        self.keyed = self.h * self.w + 2 * self.margin
        self.inverse = (1 / lengths(fine, variant))[0]
        around = functional.pad(fine[0], (1, 1)).permute(1, 2, 0)
        self.queries = around[:, self.first : self.first + self.columns + 2].contiguous()
        self.keys = functional.pad(fine[0], (0, 1, 0, 1)).permute(1, 2, 0).flatten(0, 1).contiguous()
        self.grid = len(self.keys)
        held = memory // (self.queries.shape[1] * self.grid * fine.element_size())
        self.block = min(max(2, (held - _MARGINS) // _BUFFERS), BLOCK, max(2, self.cells.bottom - self.cells.top))
        self.fuse = variant.fuse
        self.stage: _Stage = self._fuse() if variant.fuse else _Similarity(self, self.cells.top)
        self.block_scores = self.keys.new_empty(self.block * self.columns * self.keyed)

    def _wide(self, cells: Rect, variant: Variant) -> Rect:
        """Extend the box to whole rows if fusing continues around the ends of rows or columns."""
        inner = cells.top > 0 and cells.left > 0 and cells.bottom < self.h and cells.right < self.w
        return cells if inner or not variant.fuse else Rect(cells.top, cells.bottom, 0, self.w)

    def _fuse(self) -> _Stage:
        row, top, bottom = self.columns * self.keyed, self.cells.top, self.cells.bottom
        above = self._move(self.h - 1, 1) if top == 0 else None
        below = self._move(0, -1) if bottom == self.h else None
        rows = _AlongRows(self, top - 1, (above, below))
        return _Window(rows, row, row + self.w, self.block, self.keys)

    def _move(self, row: int, by: int) -> Tensor:
        """Compute a row of queries, shifted by one column, as the continuation of the columns."""
        flat = self.keys.new_empty(self.columns * self.keyed)
        _AlongRows(self, row).write(1, flat)
        rows = flat.view(self.columns, self.keyed).roll(by, 0)
        rows[0 if by > 0 else -1] = 0
        return rows

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Yield the first row and the number of rows of each block."""
        for row in range(self.cells.top, self.cells.bottom, self.block):
            yield row, min(self.block, self.cells.bottom - row)

    def write(self, count: int) -> Tensor:
        """Compute the next rows: count x columns of the box x h x w."""
        out = self.block_scores[: count * self.columns * self.keyed]
        self.stage.write(count, out)
        spare = self.cells.left - self.first
        rows = out.view(count, self.columns, self.keyed)[:, spare : self.columns - spare]
        keyed = rows[..., self.margin : self.margin + self.h * self.w]
        return keyed.view(*rows.shape[:2], self.h, self.w)


class _Paste:
    """Computes weights from scores, and output features from weights.

    Weights are on the grid of blocks of 2 x 2 px, which has a column and a row more than the grid of cells. All blocked
    keys have the score 0 in the softmax, or none at all where the variant excludes them. They are replaced by one key
    in the last corner, whose score is the logarithm of their number, so that each of them gets a weight of exactly 0.
    """

    def __init__(
        self, scores: _Scores, known: Tensor, features: Tensor, needed: Tensor | None, variant: Variant
    ) -> None:
        self.scores, self.grid, self.known = scores, scores.grid, known
        like, cells = scores.keys, scores.cells
        self.columns = cells.right - cells.left + 1
        self.row = self.columns * self.grid
        self.factor = SCALE * known.to(like.dtype)
        self.blocked = torch.zeros_like(self.factor).masked_fill(~known, -math.inf)
        self.logits = like.new_full((scores.block, self.columns, scores.h + 1, scores.w + 1), -math.inf)
        unknown = int((~known).sum())
        counts = unknown > 0 and (variant.blocked == "zeroed" or not bool(known.any()))
        self.logits[..., -1, -1] = math.log(unknown) if counts else -math.inf
        self.logits[:, -1, 0, 0] = 0
        self.weights = like.new_empty(scores.block * self.row)
        self.slack = scores.w + 1
        self.pairs = like.new_zeros(self.slack + (scores.block + 1) * self.row)
        self.values, self.used = to_blocks(features)[0], None
        if unknown > _MANY * len(known.flatten()):
            # Leave out the blocks that belong to no known patch.
            reached = functional.pad(known[None, None].to(like.dtype), (1, 1, 1, 1))
            reached = functional.max_pool2d(reached, 2, 1).flatten()
            self.used = reached.nonzero()[:, 0]
            self.values = self.values[self.used]
        self.values = self.values.t().contiguous()
        self.needed = None
        if needed is not None:
            self.needed = functional.max_pool2d(functional.pad(needed[None].to(like.dtype), (1, 1, 1, 1)), 2)[0] > 0

    def rows(
        self, row: int, count: int, drawn: Tensor, best: Tensor, weight: Tensor, keys: Tensor, weights_of: Tensor
    ) -> None:
        """Process the next rows of queries, the first of which has the number `row`."""
        s, cells = self.scores, self.scores.cells
        logits = self.logits[:count]
        torch.addcmul(self.blocked, s.write(count), self.factor, out=logits[:, :-1, : s.h, : s.w])
        weights = self.weights[: count * self.row]
        torch.softmax(logits.view(count, self.columns, -1), -1, out=weights.view(count, self.columns, -1))
        of_cells = weights.view(count, self.columns, -1)
        of_cells[:, -1] = 0
        of_cells[..., -1] = 0
        found = argmax(of_cells[:, :-1])
        across = slice(cells.left, cells.right)
        weight[row : row + count, across] = of_cells[:, :-1].gather(-1, found[..., None])[..., 0]
        best[row : row + count, across] = self._number(found)
        if keys.shape[-1]:
            several, values = rank_keys(of_cells[:, :-1], found, keys.shape[-1])
            keys[row : row + count, across] = self._number(several)
            weights_of[row : row + count, across] = values
        new = self.pairs[self.slack + self.row : self.slack + (count + 1) * self.row]
        torch.add(weights[self.grid + 1 :], weights[: -self.grid - 1], out=new[self.grid + 1 :])
        new[: self.grid + 1] = weights[: self.grid + 1]
        self._draw(row, count, drawn)

    def _number(self, found: Tensor) -> Tensor:
        """Return the numbers of keys from their places on the grid of blocks, which has a column more."""
        return found // (self.scores.w + 1) * self.scores.w + found % (self.scores.w + 1)

    def last_row(self, drawn: Tensor) -> None:
        """Add the lower halves of the patches of the last row."""
        self.pairs[self.slack + self.row : self.slack + 2 * self.row] = 0
        self._draw(self.scores.cells.bottom, 1, drawn)

    def _draw(self, row: int, count: int, drawn: Tensor) -> None:
        start, length, distance = self.slack + self.row, count * self.row, self.row + self.scores.w + 1
        sums = self.pairs[start : start + length] + self.pairs[start - distance : start - distance + length]
        self.pairs[self.slack : self.slack + self.row] = self.pairs[start + length - self.row : start + length]
        sums, across = sums.view(-1, self.grid), slice(self.scores.cells.left, self.scores.cells.right + 1)
        seen = None if self.needed is None else self.needed[row : row + count, across]
        if seen is not None:
            if not seen.any():
                return
            sums = sums[seen.flatten()]
        if self.used is not None:
            if not len(self.used):
                return
            sums = sums.index_select(1, self.used)
        blocks = product(sums.to(self.values.dtype), self.values)
        if seen is None:
            drawn[row : row + count, across] = blocks.view(count, self.columns, -1)
        else:
            drawn[row : row + count, across][seen] = blocks


def product(rows: Tensor, columns: Tensor) -> Tensor:
    """Compute `rows` (m x k) times the transpose of `columns` (n x k).

    On the processor as a convolution of 1 x 1 px, which oneDNN computes up to twice as fast on chips that MKL is not
    made for; PyTorch gives it to oneDNN only where there are several threads.
    """
    if rows.device.type != "cpu" or rows.dtype == torch.float64 or torch.get_num_threads() == 1:
        return rows @ columns.t()
    image = rows.t()[None, :, :, None].contiguous(memory_format=torch.channels_last)
    drawn = functional.conv2d(image, columns[:, :, None, None])
    return drawn.permute(0, 2, 3, 1).reshape(len(rows), len(columns))


def argmax(x: Tensor) -> Tensor:
    """Find the index of the first largest value along the last axis; on the processor by NumPy, ten times as fast."""
    if x.device.type != "cpu":
        return x.argmax(-1)
    return torch.from_numpy(x.numpy().argmax(-1))

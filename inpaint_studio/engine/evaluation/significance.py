"""Whether one model is better than another, or was only lucky with these photos.

The two models are compared photo by photo with a randomisation test (Efron and Tibshirani 1993, chapter 15): if they
were equal, it would be chance which of the two fills of a photo came from which. So the two are swapped in every
possible way, or in 10,000 random ones where there are more, and p is the share of them in which the models differ at
least as much as they do. Among several comparisons some p are small by chance; Holm's correction (Holm 1979, "A Simple
Sequentially Rejective Multiple Test Procedure") makes it that among equal models anything is marked in at most 5 % of
all tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.evaluation.bootstrap import LEVEL

ALPHA = 1 - LEVEL  # largest chance of any mark in a table of equal models
SWAPS = 10_000  # random ones, the actual result among them, where not all are tried
_ALL_UP_TO = 13  # photos, of which all 8192 swaps are tried
_BLOCK = 1 << 22  # numbers in memory at a time


def swap_test(differences: NDArray[Any], seed: int = 0) -> NDArray[np.float64]:
    """Return p for each column of N x K differences between two models: a photo in each row, a figure in each column.

    Two-sided. What is not finite is left out of its column; p is 1 where nothing is left.
    """
    values = np.where(np.isfinite(differences), differences, 0.0).astype(np.float64)  # 0 stays 0 when swapped
    # Equal ones count, whatever rounding the order of a sum brings.
    limit = np.abs(values.sum(axis=0)) - 1e-9 * np.abs(values).sum(axis=0)
    reached, total = np.zeros(values.shape[1], np.int64), 0
    for signs in _sign_blocks(len(values), seed):
        reached += (np.abs(signs @ values) >= limit).sum(axis=0)
        total += len(signs)
    return np.asarray(reached / total, np.float64)


def correct(p: Sequence[float]) -> list[float]:
    """Return p of several comparisons, corrected by Holm (1979): each to be held against the level of all together."""
    order = np.argsort(p, kind="stable")
    corrected = [1.0] * len(order)
    least = 0.0
    for rank, place in enumerate(order.tolist()):
        least = max(least, (len(order) - rank) * float(p[place]))
        corrected[place] = min(1.0, least)
    return corrected


def _sign_blocks(rows: int, seed: int) -> Iterator[NDArray[np.floating[Any]]]:
    """Yield matrices of +1 and -1, a swap in each row; the first row of all swaps nothing."""
    if rows <= _ALL_UP_TO:
        numbers = np.arange(1 << rows)[:, None]
        yield 1.0 - 2.0 * ((numbers >> np.arange(rows)) & 1)
        return
    random = np.random.default_rng(seed)
    yield np.ones((1, rows))
    block = max(1, _BLOCK // rows)
    for first in range(1, SWAPS, block):
        bits = np.unpackbits(np.frombuffer(random.bytes(-(-min(block, SWAPS - first) * rows // 8)), np.uint8))
        yield 1.0 - 2.0 * bits[: min(block, SWAPS - first) * rows].reshape(-1, rows)

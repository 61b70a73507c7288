"""KID, the kernel inception distance (Binkowski et al. 2018, "Demystifying MMD GANs"): for few photos, where FID errs.

It is the squared maximum mean discrepancy of the features of Inception under the kernel (x . y / d + 1)^3 with d
features (their section 4). Fills and photos come in pairs, so the estimate is the U-statistic of pairs (Gretton et al.
2012, "A Kernel Two-Sample Test", lemma 6), which their code calls "u-statistic": unbiased at any number of photos, and
0 for fills that equal their photos. It may be below 0 where fills and photos are alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST_FOR_KID = 4  # photos
SUBSETS = 100  # and photos in each at most: as in the authors' code
SUBSET_SIZE = 1000
_IN_MEMORY = 4096  # photos up to which one matrix holds all pairs


class KernelDistance(NamedTuple):
    """KID over all photos, what each adds to it, and the standard deviation between random subsets of the photos.

    `parts` are the pseudo-values of the jackknife (Efron and Tibshirani 1993, section 11.5): their mean is KID, and
    they can be treated as figures of single photos where it is asked how sure it is.
    """

    parts: NDArray[np.float64]
    spread: float

    @property
    def mean(self) -> float:
        """KID: the value that the mean over ever more subsets comes to."""
        return float(self.parts.mean())


def kernel_distance(fills: NDArray[np.float64], truths: NDArray[np.float64], seed: int = 0) -> KernelDistance:
    """Return KID of N x D features of fills and of their photos, in the same order; N is at least `LEAST_FOR_KID`.

    A subset is half of the photos, at most 1000, so that the subsets of few photos differ. The same seed and number
    give the same subsets.
    """
    count = len(fills)
    size = min(SUBSET_SIZE, max(2, count // 2))
    random = np.random.default_rng(seed)
    pairs = _pair_values(fills, truths) if count <= _IN_MEMORY else None
    values = []
    for _ in range(SUBSETS):
        chosen = random.permutation(count)[:size]
        own = _pair_values(fills[chosen], truths[chosen]) if pairs is None else pairs[np.ix_(chosen, chosen)]
        values.append((own.sum() - np.trace(own)) / (size * (size - 1)))
    sums = _sum_pairs(fills, truths) if pairs is None else pairs.sum(axis=1) - np.diag(pairs)
    total = sums.sum()
    without = (total - 2 * sums) / ((count - 1) * (count - 2))  # KID of the other photos, for each
    return KernelDistance(total / (count - 1) - (count - 1) * without, float(np.std(values, ddof=1)))


def _sum_pairs(fills: NDArray[Any], truths: NDArray[Any]) -> NDArray[np.float64]:
    """Return the sum of each photo's pairs with all others, a block of rows at a time."""
    sums = np.zeros(len(fills))
    for first in range(0, len(fills), _IN_MEMORY):
        rows = slice(first, first + _IN_MEMORY)
        mine, own = fills[rows], truths[rows]
        pairs = _kernel(mine, fills) + _kernel(own, truths) - _kernel(mine, truths) - _kernel(own, fills)
        places = np.arange(len(mine))
        sums[rows] = pairs.sum(axis=1) - pairs[places, places + first]
    return sums


def compare_photos(
    one: NDArray[np.float64], other: NDArray[np.float64], truths: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each photo adds to KID of `one` minus KID of `other`, over all photos; the difference is their mean.

    Swapping the two fills of a photo changes the sign of its part and no other, so these parts can be tested as
    differences of any other figure are. (With f the kernel's feature map, M the mean of f(one) and f(other), and D half
    their difference, swapping is D to -D; what is even in D cancels between the two, and the rest is linear in D.)
    """
    parts = np.zeros(len(one))
    for first in range(0, len(one), _IN_MEMORY):
        rows = slice(first, first + _IN_MEMORY)
        mine, others = one[rows], other[rows]
        kernels = (
            _kernel(mine, one) - _kernel(others, one) + _kernel(mine, other) - _kernel(others, other)
            - 2 * (_kernel(mine, truths) - _kernel(others, truths))
        )  # fmt: skip
        places = np.arange(len(mine))
        parts[rows] = kernels.sum(axis=1) - kernels[places, places + first]
    return parts / (len(one) - 1)


def _pair_values(fills: NDArray[Any], truths: NDArray[Any]) -> NDArray[np.float64]:
    """Return Gretton's h of each two photos: how alike their fills are and they themselves, less fill with photo."""
    across = _kernel(fills, truths)
    return _kernel(fills, fills) + _kernel(truths, truths) - across - across.T


def _kernel(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray((one @ other.T / one.shape[1] + 1) ** 3, np.float64)

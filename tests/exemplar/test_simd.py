"""The vector operations compared with NumPy."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.exemplar.patchmatch import _measure
from inpaint_studio.exemplar.pyramid import buffer


@given(seed=st.integers(0, 2**31), height=st.integers(7, 20), width=st.integers(7, 40))
@settings(max_examples=30, deadline=None)
def test_distances_are_sums_of_squared_differences(seed: int, height: int, width: int) -> None:
    random = np.random.default_rng(seed)
    pixels = buffer(height, width)
    pixels[:] = random.integers(0, 256, pixels.shape)
    centres = [(r, c) for r in range(3, height - 3) for c in range(3, width - 3)]
    picks = random.integers(0, len(centres), (8, 2))
    flat = np.array([[centres[i][0] * width + centres[i][1] for i in pair] for pair in picks], np.int32)
    found = np.empty(8, np.int32)
    _measure(pixels, width, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1]), found, 0, 8)
    for (one, other), distance in zip(picks, found, strict=True):
        patches = [pixels[r - 3 : r + 4, c - 3 : c + 4].astype(int) for r, c in (centres[one], centres[other])]
        assert distance == ((patches[0] - patches[1]) ** 2).sum()

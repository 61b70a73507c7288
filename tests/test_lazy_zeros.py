"""Zeros that take memory only where they are written."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.lazy_zeros import LEAST, lazy_zeros


def resident() -> int:
    """The resident memory of this process, MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


@pytest.mark.parametrize("shape", [(3, 4), (0, 7), (LEAST // 512, 2, 700)])
@pytest.mark.parametrize("dtype", [np.uint8, np.bool_, np.int32, np.float32])
def test_they_are_arrays_of_zeros_that_can_be_written(shape, dtype):
    zeros = lazy_zeros(shape, dtype)
    assert (zeros.shape, zeros.dtype, zeros.flags.c_contiguous) == (shape, dtype, True)
    assert not zeros.any()
    zeros[...] = 1
    assert zeros.all()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system has no /proc")
def test_they_take_memory_where_they_are_written_until_they_are_freed():
    before = resident()
    planes = [lazy_zeros((4000, 6000), np.int32) for _ in range(4)]
    assert not any(plane[::100].any() for plane in planes)
    assert resident() - before < 20
    planes[0][1000:3000] = 7
    assert 40 < resident() - before < 70
    planes.clear()
    assert resident() - before < 20


def test_without_room_they_raise_what_numpy_raises():
    with pytest.raises(MemoryError):
        lazy_zeros((1 << 30, 1 << 30), np.uint8)

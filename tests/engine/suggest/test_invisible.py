"""Suggestions in a cut-out: what is fully transparent is not seen, whatever colours are hidden there."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.masks.suggest.kinds import find
from inpaint_studio.engine.ticket import Ticket
from tests.engine.suggest import scenes

SIZE = scenes.SIZES[0]


def make(kind: str) -> np.ndarray:
    """A sky with wires, spots or a stamp."""
    coverage = {
        "dust": lambda: scenes.spots(SIZE, 3)[0],
        "wires": lambda: scenes.wire(SIZE, 3, 3),
        "text": lambda: scenes.stamp(SIZE, "'98 11 25", 12),
    }[kind]()
    return scenes.finish(scenes.over(scenes.sky(SIZE, 3), coverage, (30, 30, 30)), 3)


@pytest.mark.parametrize("kind", ["dust", "wires", "text"])
def test_nothing_is_found_where_nothing_is_seen(kind: str) -> None:
    photo = make(kind)
    opaque = find(kind, np.dstack([photo, np.full(SIZE, 255, np.uint8)]), None, Ticket())
    assert opaque
    assert find(kind, np.dstack([photo, np.zeros(SIZE, np.uint8)]), None, Ticket()) == []
    visible = np.zeros(SIZE, np.uint8)
    visible[:, SIZE[1] // 2 :] = 1  # hardly to be seen, but not hidden
    half = find(kind, np.dstack([photo, visible]), None, Ticket())
    assert half
    marked = scenes.join(half, SIZE)
    assert not marked[visible == 0].any()
    assert marked.sum() < scenes.join(opaque, SIZE).sum()

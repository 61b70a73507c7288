"""Planes that are kept in little memory."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.session.kept_plane import KeptPlane

BOX = Box(20, 30, 80, 120)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("kind", [np.bool_, np.uint8])
def test_it_is_the_same_plane_again(kind: type, packed: bool) -> None:
    plane = np.zeros((200, 300), kind)
    plane[BOX.slices] = np.random.default_rng(0).integers(0, 2, (BOX.height, BOX.width))
    plane[20, 30] = plane[79, 119] = 1
    kept = KeptPlane(plane)
    if packed:
        kept.pack()
    assert kept.box == BOX
    whole = kept.whole()
    assert whole.dtype == kind
    np.testing.assert_array_equal(whole, plane)
    for box in (Box(0, 0, 10, 10), Box(50, 100, 150, 200), BOX, Box(0, 0, 200, 300)):
        np.testing.assert_array_equal(kept.part(box), plane[box.slices])
    plane[50, 50] = not plane[50, 50]
    assert kept.whole()[50, 50] != plane[50, 50]


def test_an_empty_and_a_plain_plane_take_nearly_nothing() -> None:
    empty, full = KeptPlane(np.zeros((200, 300), np.bool_)), KeptPlane(np.ones((200, 300), np.bool_))
    for plane in (empty, full):
        plane.pack()
    assert not empty.whole().any()
    assert full.whole().all()
    assert empty.nbytes == 0
    assert full.nbytes < 2000

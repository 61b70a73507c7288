"""Boxes of pixels."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inpaint_studio.engine.geometry import Box

edges = st.integers(-20, 20)
boxes = st.builds(
    lambda t, left, h, w: Box(t, left, t + h, left + w), edges, edges, st.integers(0, 15), st.integers(0, 15)
)


def fill_box(box: Box) -> np.ndarray:
    plane = np.zeros((120, 120), bool)
    plane[box.shift(50, 50).slices] = True
    return plane


def test_the_bounding_box_of_a_plane():
    plane = np.zeros((9, 12), bool)
    assert Box.of(plane) is None
    plane[2, 3] = plane[5, 10] = True
    box = Box.of(plane)
    assert box == Box(2, 3, 6, 11)
    assert (box.height, box.width, box.area) == (4, 8, 32)
    assert plane[box.slices].sum() == 2


@given(boxes, boxes)
def test_intersection_and_union_agree_with_the_pixels(one, other):
    assert one.overlaps(other) == bool((fill_box(one) & fill_box(other)).any())
    np.testing.assert_array_equal(fill_box(one.intersection(other)), fill_box(one) & fill_box(other))
    both = fill_box(one) | fill_box(other)
    assert Box.of(fill_box(one.union(other))) == Box.of(both)


@given(boxes, st.integers(1, 15), st.integers(1, 15))
def test_clipping_to_an_image(box, height, width):
    clipped = box.clip(height, width)
    assert clipped.area == sum(box.contains(row, col) for row in range(height) for col in range(width))


def test_padding_and_shifting():
    assert Box(1, 2, 3, 4).pad(2).shift(1, -1) == Box(0, -1, 6, 5)
    assert Box(0, 0, 2, 2).pad(-2).empty

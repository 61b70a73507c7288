"""Boxes round what is in a plane, and the free pixel that is nearest."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar.planes import box_round, find_nearest


@pytest.mark.parametrize(
    ("margin", "box"),
    [(0, np.s_[2:5, 3:9]), (2, np.s_[0:7, 1:11]), (4, np.s_[0:9, 0:12])],
    ids=["tight", "with a margin", "cut off at the borders"],
)
def test_a_box_has_its_margin_inside_the_plane(margin: int, box: tuple[slice, slice]) -> None:
    plane = np.zeros((9, 12), np.bool_)
    plane[2, 8] = plane[4, 3] = True

    assert box_round(plane, margin) == box


@pytest.mark.parametrize("blocked", [0.5, 0.95, 0.995])
@pytest.mark.parametrize("kind", [np.bool_, np.uint8])
def test_the_pixel_found_is_free_and_hardly_farther_away_than_the_nearest(blocked: float, kind: type) -> None:
    random = np.random.default_rng(7)
    plane = (random.random((80, 60)) < blocked).astype(kind)
    plane[40, 20] = 0
    rows, columns = np.nonzero(np.ones_like(plane))
    free = np.argwhere(plane == 0)

    to_rows, to_columns = find_nearest(plane, rows, columns)

    least = np.sqrt(((np.argwhere(np.ones_like(plane))[:, None] - free) ** 2).sum(axis=2).min(axis=1))
    assert not plane[to_rows, to_columns].any()
    assert (np.hypot(to_rows - rows, to_columns - columns) <= 1.05 * least).all()


def test_a_free_pixel_is_its_own_nearest() -> None:
    plane = np.array([[1, 0, 1, 1]], np.uint8)

    assert [places.tolist() for places in find_nearest(plane, np.array([0, 0]), np.array([1, 3]))] == [[0, 0], [1, 1]]

"""Paths of the magnetic lasso on drawn edges, and the masks of the outlines made of them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.outline import mask_of
from inpaint_studio.engine.masks.scissors import SIDE, PathMap, find_window, map_paths
from inpaint_studio.opencv import cv2

SIZE = 240
MIDDLE, RADIUS = 120.0, 70.0
RECTANGLE = 40.0, 60.0, 200.0, 180.0  # left, top, right, bottom
Distance = Callable[[np.ndarray], np.ndarray]


def disc_distance(points: np.ndarray) -> np.ndarray:
    return np.abs(np.hypot(*(points - MIDDLE).T) - RADIUS)


def rectangle_distance(points: np.ndarray) -> np.ndarray:
    left, top, right, bottom = RECTANGLE
    x, y = points.T
    outside = np.hypot(np.maximum(np.maximum(left - x, x - right), 0), np.maximum(np.maximum(top - y, y - bottom), 0))
    inside = np.minimum(np.minimum(x - left, right - x), np.minimum(y - top, bottom - y))
    return np.where(outside > 0, outside, np.abs(inside))


def draw(shape: str, blur: float, contrast: float, noise: float, texture: float = 0.0, scale: int = 1) -> np.ndarray:
    """An orange shape on grey, all lengths times `scale`; blur and texture in px."""
    rows, columns = np.mgrid[: SIZE * scale, : SIZE * scale] + 0.5
    points = np.stack([columns, rows], -1).reshape(-1, 2) / scale
    inside = np.hypot(*(points - MIDDLE).T) < RADIUS
    if shape == "rectangle":
        left, top, right, bottom = RECTANGLE
        inside = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > top) & (points[:, 1] < bottom)
    alpha = inside.reshape(rows.shape).astype(np.float32)
    alpha = cv2.GaussianBlur(alpha, (0, 0), blur) if blur else alpha
    random = np.random.default_rng(2)
    image = 100 + contrast * alpha[..., None] * np.array([1.0, 0.8, 0.5])
    if texture:
        waves = cv2.GaussianBlur(random.normal(0, 1, rows.shape).astype(np.float32), (0, 0), 3.0)
        image += (texture * waves / waves.std())[..., None]
    return np.clip(image + random.normal(0, noise, image.shape), 0, 255).astype(np.uint8)


def around(shape: str) -> list[tuple[float, float]]:
    """Places on the edge, one after another."""
    if shape == "disc":
        turns = np.linspace(0, 2 * math.pi, 6, endpoint=False)
        return [(MIDDLE + RADIUS * math.cos(turn), MIDDLE + RADIUS * math.sin(turn)) for turn in turns]
    left, top, right, bottom = RECTANGLE
    return [(left, top), (MIDDLE, top), (right, top), (right, MIDDLE), (right, bottom), (left, bottom), (left, MIDDLE)]


def trace(photo: np.ndarray, places: list[tuple[float, float]], zoom: float) -> tuple[list[np.ndarray], list[float]]:
    """Go round the places and back to the first one."""
    paths, scales = [], []
    for place, following in zip(places, [*places[1:], places[0]], strict=True):
        found = map_paths(photo, place, following, zoom)
        assert found is not None
        paths.append(found.path_to(following))
        scales.append(found.scale)
    return paths, scales


EDGES = {
    "sharp": (0.0, 100.0, 2.0, 0.0),
    "blurred": (2.0, 100.0, 3.0, 0.0),
    "soft": (4.0, 100.0, 3.0, 0.0),
    "faint": (1.0, 20.0, 4.0, 0.0),
    "in texture": (1.0, 60.0, 3.0, 12.0),
}


@pytest.mark.parametrize("shape", ["disc", "rectangle"])
@pytest.mark.parametrize("edge", EDGES)
def test_the_path_follows_the_edge(shape: str, edge: str) -> None:
    photo = draw(shape, *EDGES[edge])
    distance: Distance = disc_distance if shape == "disc" else rectangle_distance
    for path in trace(photo, around(shape), 1.0)[0]:
        off = distance(path)
        assert off.max() < (3.0 if edge == "soft" else 2.0)  # a soft edge is 10 px wide
        assert off.mean() < 1.0
        steps = np.abs(np.diff(path, axis=0)).max(axis=1)
        assert steps.max() <= 1.5


def test_a_path_runs_from_the_anchor_to_the_target() -> None:
    photo = draw("rectangle", *EDGES["sharp"])
    found = map_paths(photo, (40.0, 60.0), (200.0, 60.0), 1.0)
    assert found is not None
    path = found.path_to((200.25, 61.5))
    assert tuple(path[0]) == (40.0, 60.0)
    assert tuple(path[-1]) == (200.25, 61.5)
    assert found.path_to((40.0, 60.0)).shape == (1, 2)


def test_on_a_photo_shown_small_the_outline_is_put_on_its_edge() -> None:
    scale = 6
    photo = draw("disc", 1.0, 90.0, 3.0, scale=scale)
    places = [(scale * x + 5, scale * y - 4) for x, y in around("disc")]  # the user has missed the edge a little
    paths, scales = trace(photo, places, 1 / scale)
    assert set(scales) == {1 / scale}
    found = mask_of(photo, paths, scales, 0)
    assert found is not None
    box, mask = found
    rows, columns = np.nonzero(mask)
    edge = np.stack([columns + box.left + 0.5, rows + box.top + 0.5], -1)
    off = np.hypot(*(edge - MIDDLE * scale).T) - RADIUS * scale
    assert off.max() < 2.5
    missing = np.pi * (RADIUS * scale) ** 2 - np.count_nonzero(off < 0)
    assert missing / (2 * np.pi * RADIUS * scale) < 1.0  # px of the rim, on the mean


def test_far_ends_are_searched_at_a_smaller_scale_and_near_ones_round_both() -> None:
    size = (4000, 6000)
    box, scale = find_window(size, (1000.0, 1000.0), (1100.0, 1050.0), 1.0)
    assert (box.height, box.width, scale) == (SIDE, SIDE, 1.0)
    assert box.contains(1000, 1000)
    assert box.contains(1050, 1100)
    box, scale = find_window(size, (1000.0, 1000.0), (5000.0, 1000.0), 1.0)
    assert scale == pytest.approx(0.75 * SIDE / 4000)
    assert box.contains(1000, 1000)
    assert box.contains(1000, 5000)
    box, scale = find_window(size, (3000.0, 2000.0), (3000.0, 2000.0), 0.25)
    assert (box.height, box.width, scale) == (4 * SIDE, 4 * SIDE, 0.25)
    assert find_window(size, (5.0, 5.0), (5.0, 5.0), 3.0) == (Box(0, 0, 261, 261), 1.0)


def test_a_point_is_drawn_to_the_strongest_edge_within_its_reach() -> None:
    photo = draw("disc", *EDGES["blurred"])
    found = PathMap(photo, (MIDDLE + RADIUS - 6, MIDDLE), Box(0, 0, SIZE, SIZE), 1.0, reach=10)
    assert found.anchor == pytest.approx((MIDDLE + RADIUS, MIDDLE), abs=2)
    assert disc_distance(np.array([found.snap((MIDDLE, MIDDLE - RADIUS + 7), 10)]))[0] < 1.5
    assert found.snap((MIDDLE, MIDDLE), 10) == (MIDDLE, MIDDLE)  # nothing but noise there
    assert found.snap((MIDDLE, MIDDLE - RADIUS + 7), 0) == (MIDDLE, MIDDLE - RADIUS + 7)


def test_places_outside_the_window_are_not_covered() -> None:
    found = PathMap(draw("disc", *EDGES["sharp"]), (60.0, 60.0), Box(20, 20, 120, 120), 1.0)
    assert found.covers((119.5, 20.0))
    assert not found.covers((120.0, 60.0))
    assert tuple(found.path_to((500.0, 60.0))[-1]) == (119.5, 60.5)
    assert found.is_coarse((60.0, 60.0), 1.0) is False
    assert PathMap(draw("disc", *EDGES["sharp"]), (60.0, 60.0), Box(0, 0, SIZE, SIZE), 0.5).is_coarse((60.0, 60.0), 1.0)


def test_a_cancelled_search_gives_nothing() -> None:
    assert map_paths(draw("disc", *EDGES["sharp"]), (60.0, 60.0), (60.0, 60.0), 1.0, 0.0, lambda: True) is None


def test_a_grey_photo_without_any_edge_gives_straight_paths() -> None:
    found = map_paths(np.full((100, 120, 4), 90, np.uint8), (10.0, 50.5), (100.0, 50.5), 1.0, 5.0)
    assert found is not None
    assert found.anchor == (10.0, 50.5)
    np.testing.assert_allclose(found.path_to((100.0, 50.5))[:, 1], 50.5, atol=1.0)


def test_the_mask_is_what_the_outline_encloses_grown() -> None:
    photo = np.zeros((100, 120, 3), np.uint8)
    square = np.array([(20.5, 30.5), (60.5, 30.5), (60.5, 70.5), (20.5, 70.5), (20.5, 30.5)])
    found = mask_of(photo, [square[:3], square[2:]], [1.0, 1.0], 0)
    assert found is not None
    box, mask = found
    assert Box.of(mask) == Box(30, 20, 71, 61).shift(-box.top, -box.left)
    assert np.count_nonzero(mask) == 41 * 41
    grown = mask_of(photo, [square], [1.0], 4)
    assert grown is not None
    assert Box.of(grown[1]) == Box(26, 16, 75, 65).shift(-grown[0].top, -grown[0].left)


def test_what_is_gone_round_twice_belongs_to_the_mask() -> None:
    photo = np.zeros((100, 120, 3), np.uint8)
    corners = [(20, 20), (80, 20), (80, 80), (20, 80), (20, 30), (40, 30), (40, 50), (25, 50), (25, 25), (20, 20)]
    found = mask_of(photo, [np.array(corners, np.float64) + 0.5], [1.0], 0)
    assert found is not None
    box, mask = found
    assert (mask[Box(26, 26, 80, 80).shift(-box.top, -box.left).slices] == 255).all()


def test_a_path_there_and_back_encloses_nothing() -> None:
    photo = np.zeros((100, 120, 3), np.uint8)
    line = np.array([(20.5, 30.5), (60.5, 30.5)])
    assert mask_of(photo, [line, line[::-1]], [1.0, 1.0], 3) is None
    assert mask_of(photo, [line - 200, line[::-1] - 200], [1.0, 1.0], 0) is None

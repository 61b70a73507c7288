"""Sharp corners of guide lines: where lines have them, and that the fill keeps them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from inpaint_studio.exemplar.fill import EFFORTS, fill
from inpaint_studio.exemplar.lines.corners import beside, intersect, sharpen
from inpaint_studio.exemplar.lines.path import normals, resample_sharp
from inpaint_studio.exemplar.lines.vectorise import polylines
from inpaint_studio.opencv import cv2
from tests.exemplar.images import disc, texture

SIZE = (180, 240)
APEX = np.array([120.0, 62.0])  # column, row
FINE = 4  # samples a pixel when the scene is drawn


def draw(*lines: Sequence[Sequence[float]] | np.ndarray) -> np.ndarray:
    raster = np.zeros(SIZE, np.uint8)
    for number, line in enumerate(lines, start=1):
        cv2.polylines(raster, [np.rint(line).astype(np.int32)], False, number, 3)
    return raster


def wedge(turn: float) -> np.ndarray:
    """A line that comes from below, turns by so many degrees in APEX, and leaves below: 3 x 2 (column, row)."""
    half = math.radians((180 - turn) / 2)
    way = 200 * np.array([math.sin(half), math.cos(half)])
    return np.array([APEX + way * np.array([-1, 1]), APEX, APEX + way])


def scene(line: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """A picture with a dark rod of that width along a line, 0: with a dark field below it; and where it is dark."""
    image = cv2.addWeighted(texture(*SIZE, 0), 0.3, np.full((*SIZE, 3), 255, np.uint8), 0.55, 0)
    fine = np.zeros((SIZE[0] * FINE, SIZE[1] * FINE), np.uint8)
    below = [(line[-1][0], SIZE[0]), (line[0][0], SIZE[0])]
    cv2.fillPoly(fine, [np.rint(np.array([*line, *below]) * FINE).astype(np.int32)], 255)
    if width:
        away = cv2.distanceTransform(255 - cv2.Canny(fine, 50, 150), cv2.DIST_L2, 5)
        fine = np.where(away <= FINE * width / 2, np.uint8(255), np.uint8(0))
    share = cv2.resize(fine, SIZE[::-1], interpolation=cv2.INTER_AREA)[..., None] / 255
    return (image * (1 - share) + (25 if width else image * 0.25) * share).astype(np.uint8), share[..., 0] > 0.5


def refill(image: np.ndarray, hole: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Fill the hole along a line; returns where the result is dark."""
    erased = image.copy()
    erased[hole] = (255, 0, 255)
    result = fill(erased, hole, lines=draw(line), threads=1, effort=EFFORTS["fast"])
    assert result.notes == ()
    return np.asarray(result.image.max(axis=2) < 110)


@pytest.mark.parametrize("off", [(0, 0), (2, 3), (-3, -3)])
@pytest.mark.parametrize("turn", [60, 90, 120])
@pytest.mark.parametrize("width", [4, 0])
def test_a_sharp_corner_stays_sharp_in_the_fill(width: float, turn: int, off: tuple[int, int]) -> None:
    image, dark = scene(wedge(turn), width)
    hole = np.roll(disc(*SIZE, 34), -22, axis=0)
    found = refill(image, hole, wedge(turn) + np.array(off))
    rows, columns = np.indices(SIZE)
    near = hole & (np.hypot(rows - APEX[1], columns - APEX[0]) < 14)
    assert ((found != dark) & near).sum() < 0.2 * (dark & near).sum()
    tops = [np.flatnonzero((plane & hole).any(axis=1))[0] for plane in (found, dark)]
    assert abs(tops[0] - tops[1]) <= 3


def test_two_corners_in_one_hole() -> None:
    stairs = np.array([(-20.0, 60.0), (100.0, 60.0), (140.0, 110.0), (260.0, 110.0)])
    image, dark = scene(stairs, 4)
    hole = disc(*SIZE, 45)
    for off in (0, 2):
        found = refill(image, hole, stairs + off)
        away = cv2.distanceTransform((~dark).astype(np.uint8), cv2.DIST_L2, 5)
        assert away[found & hole].max() < 4  # nothing runs on beyond a corner
        far = cv2.distanceTransform((~found).astype(np.uint8), cv2.DIST_L2, 5)
        assert far[dark & hole].max() < 4


@pytest.mark.parametrize("off", [0, 1])
@pytest.mark.parametrize("width", [4, 0])
@pytest.mark.parametrize("centre", [(62, 154), (74, 150)])  # row, column: the corner is outside, and on the rim
def test_a_corner_beside_the_hole_does_not_bend_what_runs_into_it(
    centre: tuple[int, int], width: float, off: int
) -> None:
    image, dark = scene(wedge(80), width)
    hole = np.roll(disc(*SIZE, 30), (centre[0] - 90, centre[1] - 120), (0, 1))
    found = refill(image, hole, wedge(80) + np.array([off, 2 * off]))
    assert ((found != dark) & hole).sum() < 0.15 * (dark & hole).sum()


@pytest.mark.parametrize("turn", [45, 60, 90, 120])
def test_a_bend_of_straight_parts_is_a_corner(turn: int) -> None:
    for line in (wedge(turn), wedge(turn)[:, ::-1] * 0.8):
        (drawn,), _ = polylines(draw(line))
        points, sharp = sharpen(drawn.points)
        assert sharp.sum() == 1
        assert np.abs(points[sharp][0] - line[1][::-1]).max() < 2


@pytest.mark.parametrize("radius", [15, 20, 30, 45, 60, 80])
def test_a_circle_has_no_corners(radius: int) -> None:
    for start in range(4):
        turns = np.linspace(start, start + 3, 200)
        arc = np.stack([120 + radius * np.cos(turns), 90 + radius * np.sin(turns)], axis=1)
        (drawn,), _ = polylines(draw(arc))
        assert not sharpen(drawn.points)[1].any()


def test_a_straight_line_and_a_line_that_turns_back_have_no_corners() -> None:
    straight = np.array([(10, 10), (50, 50), (90, 92)], np.float32)
    back = np.array([(10, 10), (80, 80), (14, 18)], np.float32)
    for line in (straight, back):
        points, sharp = sharpen(line)
        assert not sharp.any()
        assert np.array_equal(points, line)


def test_a_corner_rounded_by_the_pen_is_put_back() -> None:
    cut = np.array([(0, 0), (0, 47), (3, 50), (50, 50)], np.float32)
    points, sharp = sharpen(cut)
    assert points.tolist() == [[0, 0], [0, 50], [50, 50]]
    assert sharp.tolist() == [False, True, False]


def test_a_path_goes_through_its_corners_and_has_a_direction_on_each_side() -> None:
    line = np.array([(0, 0), (0, 50), (50, 50)], np.float32)
    path, flags = resample_sharp(line, np.array([False, True, False]))
    (bend,) = np.flatnonzero(flags)
    assert path[bend].tolist() == [0, 50]
    assert np.hypot(*np.diff(path, axis=0).T) == pytest.approx(1, abs=0.05)
    across = normals(path, (int(bend),))
    assert np.allclose(across[: bend + 1], [1, 0], atol=1e-5)
    assert np.allclose(across[bend + 1 :], [0, -1], atol=1e-5)
    assert np.flatnonzero(beside(path, (int(bend),), 5)).tolist() == list(range(bend - 5, bend + 6))


def test_parallel_lines_do_not_meet() -> None:
    way = np.array([3.0, 1.0], np.float32)
    assert intersect(np.zeros(2, np.float32), way, np.ones(2, np.float32), way) is None

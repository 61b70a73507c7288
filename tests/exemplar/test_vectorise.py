"""Drawn lines, turned back into polylines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from inpaint_studio.exemplar.lines import vectorise
from inpaint_studio.opencv import cv2


def _draw(points: list[tuple[int, int]], number: int = 1, thickness: int = 3, size: int = 120) -> np.ndarray:
    """Points are (column, row), as OpenCV draws them."""
    raster = np.zeros((size, size), np.uint8)
    cv2.polylines(raster, [np.array(points, np.int32)], False, number, thickness)
    return raster


def polylines(raster: np.ndarray) -> list[np.ndarray]:
    return [line.points for line in vectorise.polylines(raster)[0]]


def _farthest(points: list[tuple[int, int]], line: np.ndarray) -> float:
    """The largest distance from a drawn point to the polyline."""
    dense = np.concatenate([np.linspace(a, b, 50) for a, b in pairwise(line)])
    return max(float(np.hypot(*(dense - (row, column)).T).min()) for column, row in points)


@pytest.mark.parametrize("thickness", [1, 3, 7])
def test_a_bent_line_is_one_polyline(thickness: int) -> None:
    points = [(10, 20), (60, 25), (100, 90)]
    found = polylines(_draw(points, thickness=thickness))
    assert len(found) == 1
    assert _farthest(points, found[0]) <= thickness


def test_lines_with_different_numbers_are_separate_even_where_they_cross() -> None:
    raster = _draw([(10, 60), (110, 60)], number=1)
    other = _draw([(60, 10), (60, 110)], number=2)
    raster[other > 0] = 2
    found = polylines(raster)
    assert len(found) == 2
    assert _farthest([(12, 60), (108, 60)], found[0]) <= 2
    assert _farthest([(60, 12), (60, 108)], found[1]) <= 2


def test_lines_of_one_number_that_do_not_touch_are_two() -> None:
    raster = np.maximum(_draw([(10, 20), (110, 20)]), _draw([(10, 90), (110, 90)]))
    assert len(polylines(raster)) == 2


def test_specks_are_not_lines() -> None:
    raster = np.zeros((40, 40), np.uint8)
    raster[20, 20] = 1
    assert polylines(raster) == []
    assert polylines(np.zeros((40, 40), np.uint8)) == []


def test_a_line_at_the_very_border() -> None:
    raster = np.zeros((30, 30), np.uint8)
    raster[0, :] = 1
    (line,) = polylines(raster)
    assert np.ptp(line[:, 1]) == 29
    assert (line[:, 0] == 0).all()


@pytest.mark.parametrize("points", [[(10, 12), (100, 97)], [(12, 100), (60, 30), (104, 20)], [(30, 10), (36, 110)]])
def test_a_thick_line_is_followed_once(points: list[tuple[int, int]]) -> None:
    """Steps and side branches of the thinned line must not lead back along it."""
    (line,) = polylines(_draw(points))
    drawn = np.hypot(*np.diff(np.array(points, float), axis=0).T).sum()
    assert np.hypot(*np.diff(line, axis=0).T).sum() == pytest.approx(drawn, rel=0.1)


def test_a_line_keeps_its_number() -> None:
    found, notes = vectorise.polylines(_draw([(10, 60), (110, 60)], number=9))
    assert [line.number for line in found] == [9]
    assert notes == []


def test_a_loop_comes_back_to_its_start() -> None:
    raster = np.zeros((120, 120), np.uint8)
    cv2.circle(raster, (60, 60), 40, 1, 3)
    (line,) = polylines(raster)
    assert np.hypot(*(line[0] - line[-1])) <= 1
    assert np.abs(np.hypot(*(line - 60).T) - 40).max() <= 3


def test_what_is_not_a_line_gets_a_note() -> None:
    area = np.ones((120, 120), np.uint8)
    assert "too broad" in vectorise.polylines(area)[1][0]
    scribble = (np.random.default_rng(0).random((120, 120)) < 0.2).astype(np.uint8)
    assert "too many pieces" in vectorise.polylines(scribble)[1][0]
    speck = np.zeros((40, 40), np.uint8)
    speck[20, 20] = 4
    assert "Guide line 4 is too short" in vectorise.polylines(speck)[1][0]

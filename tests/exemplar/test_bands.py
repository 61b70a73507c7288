"""The band of a guide line: how broad the picture is that is continued along it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from inpaint_studio.engine.fill.pixel_grid import ENLARGED, GridModel, find_grid
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.exemplar.fill import EFFORTS, Filled, fill
from inpaint_studio.models.base.interface import Fill, Guide, Options
from inpaint_studio.models.exemplar import Exemplar
from inpaint_studio.opencv import cv2
from tests.exemplar.images import disc, texture

SIZE = (180, 240)
HOLE = np.roll(disc(*SIZE, 34), -5, axis=0)


def arc(radius: float) -> np.ndarray:
    """A bent rod, N x 2 (column, row)."""
    turns = np.linspace(-1.2, 1.2, 40)
    return np.array([(120 + radius * math.sin(turn), 230 - radius * math.cos(turn)) for turn in turns])


INNER, OUTER = arc(130), arc(165)  # farther apart than the two edges of a bar that are found by themselves


def scene() -> np.ndarray:
    image = cv2.addWeighted(texture(*SIZE, 0), 0.3, np.full((*SIZE, 3), 255, np.uint8), 0.55, 0)
    for rod in (INNER, OUTER):
        cv2.polylines(image, [np.rint(rod * 16).astype(np.int32)], False, (25, 25, 25), 4, cv2.LINE_AA, 4)
    return image


def refill(**choices: dict[int, int]) -> Filled:
    """Fill the hole along the inner rod."""
    image, lines = scene(), np.zeros(SIZE, np.uint8)
    image[HOLE] = (255, 0, 255)
    cv2.polylines(lines, [np.rint(INNER[5:-5]).astype(np.int32)], False, 1, 3)
    return fill(image, HOLE, lines=lines, threads=1, effort=EFFORTS["fast"], **choices)


def gaps(image: np.ndarray, rod: np.ndarray) -> float:
    """The share of a rod's points in the hole that have nothing dark within 2 px."""
    near = cv2.dilate((image.max(axis=2) < 110).astype(np.uint8), np.ones((5, 5), np.uint8))
    inside = ((rod >= 0) & (rod < SIZE[::-1])).all(axis=1)
    columns, rows = rod[inside].astype(int).T
    there = HOLE[rows, columns]
    return float((near[rows, columns][there] == 0).mean())


def test_a_broad_band_continues_all_that_runs_beside_the_line() -> None:
    usual, broad = refill(), refill(bands={1: 90})
    assert gaps(usual.image, INNER) == gaps(broad.image, INNER) == 0
    assert gaps(usual.image, OUTER) > 0.3
    assert gaps(broad.image, OUTER) == 0


def test_the_usual_band_changes_nothing_and_that_of_another_line_neither() -> None:
    usual = refill()
    assert np.array_equal(refill(bands={1: 8}).image, usual.image)
    assert np.array_equal(refill(bands={2: 90}).image, usual.image)


@pytest.mark.parametrize("width", [2, 192])
def test_the_narrowest_and_the_broadest_band_continue_the_line(width: int) -> None:
    result = refill(bands={1: width})
    assert result.notes == ()
    assert gaps(result.image, INNER) == 0


def test_the_model_passes_the_band_on() -> None:
    image, lines = scene(), np.zeros(SIZE, np.uint8)
    cv2.polylines(lines, [np.rint(INNER[5:-5]).astype(np.int32)], False, 1, 3)
    options = Options(quality="fast", threads=1, line_bands={1: 90})
    result = Exemplar().fill(image, HOLE, Guide(lines=lines), options, Ticket())
    assert gaps(np.asarray(result.image), OUTER) == 0


def test_in_pixel_art_the_band_is_counted_in_pixels_of_the_photo() -> None:
    seen: list[Options] = []

    class Recorder(Exemplar):
        def fill(self, *arguments: Any) -> Fill:
            seen.append(arguments[3])
            return super().fill(*arguments)

    blocks = np.random.default_rng(0).integers(0, 4, (24, 24)) * 60
    image = np.repeat(np.repeat(blocks.astype(np.uint8), 8, 0), 8, 1)[..., None].repeat(3, 2)
    hole = np.zeros(image.shape[:2], np.bool_)
    hole[80:112, 80:112] = True
    grid = find_grid(image, ~hole)
    assert grid is not None
    lines = np.zeros(hole.shape, np.uint8)
    lines[96, 40:150] = 1
    options = Options(quality="fast", threads=1, line_bands={1: 64})
    GridModel(Recorder(), grid).fill(image, hole, Guide(lines=lines), options, Ticket())
    assert seen[0].line_bands == {1: 64 * ENLARGED / 8}

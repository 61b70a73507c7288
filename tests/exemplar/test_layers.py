"""Photos in layers: an animal before a horizon, a person between trees and pavement. Each layer goes on behind it."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar import layers, prior, pyramid
from inpaint_studio.exemplar.diffusion import diffuse
from inpaint_studio.exemplar.fill import EFFORTS, fill
from inpaint_studio.exemplar.layers import MOST, measure_layers
from inpaint_studio.opencv import cv2

SKY, SAND, WATER, GRASS = (150, 186, 226), (205, 184, 140), (70, 110, 140), (86, 122, 52)
LEAVES, PAVEMENT = (50, 92, 40), (178, 172, 165)
ROUGH = {GRASS: 20, LEAVES: 28}  # grey values by which they vary; the others by 4


def paint(random: np.random.Generator, bands: list[tuple[tuple[int, int, int], float]], wave: float) -> tuple:
    """Return 240 x 340 x 3 uint8 of bands (colour, first row) with wavy borders, and the number of each pixel's."""
    rows, columns = np.mgrid[:240, :340]
    image, number = np.zeros((240, 340, 3)), np.zeros((240, 340), int)
    for index, (colour, top) in enumerate(bands):
        grain = cv2.GaussianBlur(random.standard_normal((240, 340)), (0, 0), 1.2)
        textured = colour + (grain / grain.std() * ROUGH.get(colour, 4))[..., None] * (1, 1, 0.7)
        inside = rows >= top + wave * np.sin(columns / 40 + index)
        image[inside], number[inside] = textured[inside], index
    return np.clip(cv2.GaussianBlur(image, (0, 0), 0.5), 0, 255).astype(np.uint8), number


def landscape(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sky over sand or water over grass with small white animals; a hole as a large one; the bands' numbers."""
    random = np.random.default_rng(seed)
    horizon = int(random.integers(55, 80))
    grass = horizon + int(random.integers(20, 40))
    image, number = paint(random, [(SKY, -9), ((SAND, WATER)[seed % 2], horizon), (GRASS, grass)], 3)
    for _ in range(4):
        middle = int(random.integers(20, 320)), int(random.integers(grass + 20, 230))
        cv2.ellipse(image, middle, (8, 5), 0, 0, 360, (235, 230, 225), -1)
    hole = np.zeros((240, 340), np.uint8)
    column, row = int(random.integers(110, 220)), grass + 18
    cv2.ellipse(hole, (column, row), (62, 36), 0, 0, 360, 1, -1)
    cv2.ellipse(hole, (column + 60, row - 18), (20, 17), 0, 0, 360, 1, -1)
    for leg in (-44, -26, 24, 42):
        hole[row : row + 60, column + leg - 5 : column + leg + 5] = 1
    return image, hole != 0, number


def street(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return trees over pavement; a hole as a person who stands before both; the bands' numbers."""
    random = np.random.default_rng(seed)
    kerb = int(random.integers(90, 130))
    image, number = paint(random, [(LEAVES, -9), (PAVEMENT, kerb)], 2)
    hole = np.zeros((240, 340), np.uint8)
    column = int(random.integers(110, 230))
    cv2.ellipse(hole, (column, kerb), (28, 62), 0, 0, 360, 1, -1)
    cv2.circle(hole, (column, kerb - 64), 19, 1, -1)
    hole[kerb : kerb + 60, column - 26 : column + 26] = 1
    return image, hole != 0, number


def share_wrong(photo: tuple[np.ndarray, np.ndarray, np.ndarray], seed: int) -> float:
    """Fill; return the share of the hole that looks like another band, leaving out 7 px beside the bands' borders."""
    image, hole, number = photo
    filled = fill(np.where(hole[..., None], 0, image).astype(np.uint8), hole, seed=seed, threads=1).image
    inner = [cv2.erode((number == band).astype(np.uint8), np.ones((15, 15), np.uint8)) != 0 for band in range(3)]
    means = [image[band & ~hole].mean(axis=0) if band.any() else np.full(3, 1e3) for band in inner]
    smooth = cv2.GaussianBlur(filled, (0, 0), 2).astype(float)
    nearest = np.argmin([((smooth - mean) ** 2).sum(axis=-1) for mean in means], axis=0)
    judged = hole & np.logical_or.reduce(inner)
    return float((nearest != number)[judged].mean())


@pytest.mark.parametrize("seed", [0, 1, 4, 10, 13])
def test_grass_stays_grass_where_an_animal_stood_before_the_horizon(seed: int) -> None:
    assert share_wrong(landscape(seed), seed % 3) < 0.015


@pytest.mark.parametrize("seed", range(4))
def test_pavement_stays_pavement_before_trees(seed: int) -> None:
    assert share_wrong(street(seed), seed % 3) < 0.01


def coarsest(image: np.ndarray, hole: np.ndarray) -> list[pyramid.Level]:
    plane = hole.astype(np.uint8)
    return pyramid.build(np.where(hole[..., None], 0, image).astype(np.uint8), plane, plane)


def test_layers_are_measured_by_rows_and_by_columns() -> None:
    image, hole, _ = street(0)
    above = measure_layers(coarsest(image, hole)[-1])
    beside = measure_layers(coarsest(np.rot90(image).copy(), np.rot90(hole).copy())[-1])
    assert above > 8
    assert beside == pytest.approx(1 / above, rel=0.3)
    assert beside >= 1 / MOST
    assert above <= MOST


def test_a_photo_without_layers_has_none() -> None:
    hole = np.zeros((120, 160), bool)
    hole[40:80, 60:100] = True
    noise = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    assert measure_layers(coarsest(noise, hole)[-1]) == 1
    assert measure_layers(coarsest(np.full((120, 160, 3), 90, np.uint8), hole)[-1]) == 1
    rows, columns = np.mgrid[:120, :160]
    slanting = np.repeat(((rows + columns) // 2)[..., None], 3, 2).astype(np.uint8)
    assert measure_layers(coarsest(slanting, hole)[-1]) == 1


def test_nothing_known_around_the_hole_has_no_layers() -> None:
    image, hole, _ = street(0)
    level = coarsest(image, hole)[-1]
    assert measure_layers(pyramid.Level(level.pixels, level.hole, np.ones_like(level.hole))) == 1
    assert measure_layers(pyramid.Level(level.pixels, np.zeros_like(level.hole), level.blocked)) == 1


def test_the_start_runs_on_along_the_rows() -> None:
    """Light over dark: with equal sides the border is smeared over the hole, along the rows it stays where it was."""
    image = np.full((160, 240, 3), 200, np.uint8)
    image[80:] = 60
    hole = np.zeros((160, 240), bool)
    hole[40:120, 80:160] = True
    found = coarsest(image, hole)
    inside = found[-1].hole != 0
    rows = np.mgrid[: inside.shape[0], : inside.shape[1]][0]
    off = []
    for sideways in (1.0, layers.MOST):
        guess = diffuse(found, sideways)
        assert guess is not None
        off.append(np.abs(guess[..., 0] - np.where(rows * 160 < 80 * inside.shape[0], 200, 60))[inside].mean())
    assert off[1] < 0.5 * off[0]


def test_rows_cost_more_and_columns_less_in_a_photo_of_layers() -> None:
    image, hole, _ = street(0)
    level = coarsest(image, hole)[-1]
    plain = prior.cost_of_distance(level, 3, True, 12)
    layered = prior.cost_of_distance(level, 3, True, 12, 16.0)
    assert layered.row == pytest.approx(4 * plain.row, abs=4)
    assert layered.column == pytest.approx(plain.column / 4, abs=1)


def test_fast_fills_know_layers_too() -> None:
    image, hole, number = street(1)
    damaged = np.where(hole[..., None], 0, image).astype(np.uint8)
    filled = fill(damaged, hole, effort=EFFORTS["fast"], threads=1).image
    below = cv2.erode((number == 1).astype(np.uint8), np.ones((21, 21), np.uint8)) != 0
    assert (filled[hole & below].mean(axis=1) > 110).mean() > 0.99

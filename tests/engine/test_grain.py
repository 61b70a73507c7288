"""Grain in thin holes: scratches on film keep the grain of their surroundings, and clean pictures get none."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.grain import keep_grain
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import AUTO, Options
from inpaint_studio.opencv import cv2


def film(height: int, width: int, strength: float, blob: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a grainy grey picture with slow light and one round shape, and the same without grain.

    `blob` is the sigma in px over which the grain is blurred; 0 for white noise.
    """
    rows, columns = np.mgrid[:height, :width]
    clean = 90 + 60 * columns / width + 30 * rows / height
    clean += 30 * (np.hypot(rows - height / 2, columns - width / 4) < height / 4)
    grain = np.random.default_rng(seed).normal(0, 1, (height, width))
    if blob:
        grain = cv2.GaussianBlur(grain, (0, 0), blob)
    pixels = clean + strength * grain / grain.std()
    return np.repeat(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)[..., None], 3, axis=2), clean


def scratch(height: int, width: int, thick: int, slant: int) -> np.ndarray:
    """Return H x W bool: a line from the top to the bottom, `thick` px wide and `slant` px aslant."""
    line = np.zeros((height, width), np.uint8)
    middle = width * 5 // 8
    cv2.line(line, (middle - slant // 2, 0), (middle + slant // 2, height - 1), 255, thick)
    return line > 0


@pytest.mark.parametrize("model", [AUTO, "exemplar", "telea", "navier-stokes"])
@pytest.mark.parametrize(
    ("size", "strength", "blob", "thick", "slant"),
    [
        ((160, 240), 5, 0, 1, 0),
        ((200, 200), 12, 0, 2, 40),
        ((240, 320), 20, 0.6, 4, 0),
        ((300, 180), 10, 1, 2, 0),
        ((180, 260), 8, 1, 5, 60),
    ],
)
def test_a_scratch_keeps_the_grain(model, size, strength, blob, thick, slant):
    pixels, clean = film(*size, strength, blob, seed=thick)
    hole = scratch(*size, thick, slant)
    damaged = pixels.copy()
    damaged[hole] = 250
    result = fill(Request(damaged, hole, model, options=Options("fast", threads=1)), Ticket())
    near = (cv2.dilate(hole.view(np.uint8), np.ones((1, 41))) > 0) & ~hole
    grain = result.pixels[..., 0] - clean
    assert 0.85 < grain[hole].std() / grain[near].std() < 1.15
    assert abs(grain[hole].mean() - grain[near].mean()) < 0.3 * strength
    np.testing.assert_array_equal(result.pixels[~hole], damaged[~hole])
    again = fill(Request(damaged, hole, model, options=Options("fast", threads=2)), Ticket())
    np.testing.assert_array_equal(result.pixels, again.pixels)


@pytest.mark.parametrize(("thick", "slant"), [(3, 0), (4, 20)])
def test_fine_detail_of_coarse_grain_is_as_strong_as_beside_the_scratch(thick, slant):
    """Without the slow part of the grain, and over several pictures: single ones differ by chance."""
    shares = []
    for seed in range(4):
        pixels, _ = film(240, 320, 8, 1.6, seed)
        hole = scratch(240, 320, thick, slant)
        damaged = pixels.copy()
        damaged[hole] = 250
        filled = fill(Request(damaged, hole, options=Options("fast", threads=1)), Ticket()).pixels[..., 0]
        ring = (cv2.dilate(hole.view(np.uint8), np.ones((1, 25))) > 0) & ~hole
        fine = [image - cv2.GaussianBlur(image, (0, 0), 3) for image in (filled.astype(float), pixels[..., 0] / 1.0)]
        shares.append(fine[0][hole].std() / fine[1][ring].std())
    assert 0.9 < np.mean(shares) < 1.1


@pytest.mark.parametrize("thick", [3, 7, 12])
def test_a_scratch_across_places_of_all_kinds_keeps_the_grain_in_each_that_is_plain(thick):
    """A sky above a city: what is strong in the city does not hide that the sky has grain."""
    random = np.random.default_rng(1)
    noise = cv2.GaussianBlur(random.normal(0, 1, (400, 240)), (0, 0), 0.8)
    clean = np.full((400, 240), 150.0) + np.linspace(0, 30, 400)[:, None]
    clean[200:] += 60 * cv2.GaussianBlur(random.normal(0, 4, (200, 240)), (0, 0), 2)
    grainy = np.clip(np.rint(clean + 8 * noise / noise.std()), 0, 255).astype(np.uint8)
    pixels = np.repeat(grainy[..., None], 3, axis=2)
    hole = scratch(400, 240, thick, 30)
    damaged = pixels.copy()
    damaged[hole] = 250
    result = fill(Request(damaged, hole, options=Options("fast", threads=1)), Ticket())
    sky = np.zeros_like(hole)
    sky[:140] = True
    near = (cv2.dilate(hole.view(np.uint8), np.ones((1, 41))) > 0) & ~hole
    grain = result.pixels[..., 0] - clean
    assert 0.85 < grain[hole & sky].std() / grain[near & sky].std() < 1.15


@pytest.mark.parametrize("strength", [0, 0.4])
def test_a_picture_without_grain_stays_clean(strength):
    pixels, clean = film(160, 240, strength, 0, seed=1)
    hole = scratch(160, 240, 3, 20)
    result = fill(Request(pixels, hole, options=Options(threads=1)), Ticket())
    assert np.abs(result.pixels[..., 0] - clean)[hole].max() < 3


def test_lines_of_a_drawing_are_not_taken_for_grain():
    """Flat ground between strong lines: whatever is lost of them beside the hole is no grain."""
    drawing = np.full((120, 160, 3), 245, np.uint8)
    drawing[::17] = 20
    drawing[:, ::23] = 20
    hole = scratch(120, 160, 3, 0)
    filled = drawing.copy()
    filled[hole] = 245
    assert keep_grain(filled, drawing, hole, ~hole, Ticket()) is filled


def test_excluded_pixels_give_no_grain():
    """The left half has stripes that must not be copied; the right half has the grain."""
    pixels, clean = film(160, 240, 8, 0, seed=2)
    hole = scratch(160, 240, 2, 0)
    middle = 240 * 5 // 8
    pixels[:, : middle - 4] = np.where(np.arange(middle - 4) % 2, 255, 0)[:, None]
    known = np.ones_like(hole)
    known[:, : middle - 4] = False
    filled = pixels.copy()
    filled[hole] = np.rint(clean[hole])[:, None]
    out = keep_grain(filled, pixels, hole, known, Ticket())
    assert np.abs(out[..., 0] - clean)[hole].max() < 6 * 8
    assert 0.85 < (out[..., 0] - clean)[hole].std() / 8 < 1.15


def test_the_search_for_grain_can_be_cancelled_although_there_is_none():
    """A mesh of thin lines is looked at in many blocks."""
    clean = np.full((256, 320, 3), 120, np.uint8)
    hole = np.zeros((256, 320), np.bool_)
    hole[::30] = hole[:, ::30] = True
    reports: list[float] = []
    ticket = Ticket(lambda fraction, _: reports.append(fraction))
    assert keep_grain(clean, clean, hole, ~hole, ticket) is clean
    assert len(reports) == 4 * 5

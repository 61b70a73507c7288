"""A hole that is too tight: its rim still shows the soft edge of what should go, which must not tint the fill."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.rim import TOO_TIGHT, find_tight_rim
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Options
from inpaint_studio.opencv import cv2
from tests.exemplar import images


def ground(height: int, width: int, noise: float, trend: float, seed: int) -> np.ndarray:
    """Return H x W x 3 floats: a colour that changes by `trend` levels per px to the right, with noise."""
    base = np.array([150, 140, 120]) + trend * (np.arange(width) - width / 2)[None, :, None]
    return base + np.random.default_rng(seed).normal(0, noise, (height, width, 3))


def cover(height: int, width: int, shape: str, radius: int, blur: float) -> np.ndarray:
    """Return H x W: how much a soft thing in the middle covers, from 0 to 1."""
    plane = np.zeros((height, width), np.uint8)
    if shape == "letters":
        cv2.putText(plane, "fish", (width // 2 - radius * 2, height // 2 + 12), 0, radius / 12, 255, radius // 5)
    elif shape == "star":
        turns = np.linspace(0, 2 * np.pi, 11)[:-1]
        reach = radius * np.where(np.arange(10) % 2, 0.6, 1.3)
        points = np.stack([width / 2 + reach * np.cos(turns), height / 2 + reach * np.sin(turns)], -1)
        cv2.fillPoly(plane, [np.rint(points).astype(np.int32)], 255)
    else:
        cv2.circle(plane, (width // 2, height // 2), radius, 255, -1)
    return cv2.GaussianBlur(plane.astype(np.float32) / 255, (0, 0), blur)


@pytest.mark.parametrize("model", ["exemplar", "telea"])
@pytest.mark.parametrize("mask_from", [0.5, 0.2, 0.05])
@pytest.mark.parametrize(
    ("shape", "radius", "blur", "colour", "noise", "trend"),
    [
        ("disc", 40, 2, (20, 20, 25), 3, 0),
        ("disc", 25, 1.5, (250, 245, 230), 2, 0.1),
        ("star", 45, 2, (200, 30, 40), 5, 0),
        ("letters", 30, 2, (10, 20, 60), 3, 0),
    ],
)
def test_the_edge_of_what_goes_does_not_tint_the_fill(model, mask_from, shape, radius, blur, colour, noise, trend):
    clean = ground(200, 260, noise, trend, seed=radius)
    alpha = cover(200, 260, shape, radius, blur)
    pixels = np.rint(clean * (1 - alpha[..., None]) + np.array(colour) * alpha[..., None]).astype(np.uint8)
    hole = alpha > mask_from
    result = fill(Request(pixels, hole, model, options=Options("fast", threads=1)), Ticket())
    error = (result.pixels - clean)[hole].mean(axis=0)
    assert np.abs(error).max() < (2.5 if model == "exemplar" else 4)  # the noise alone is worth 0.1 to 0.4
    assert TOO_TIGHT in result.notes
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])


@pytest.mark.parametrize("trend", [0.3, -0.4])
def test_a_trend_of_the_ground_is_no_edge(trend):
    clean = ground(200, 260, 1, trend, seed=1)
    alpha = cover(200, 260, "disc", 40, 2)
    pixels = np.rint(clean * (1 - alpha[..., None]) + 20 * alpha[..., None]).astype(np.uint8)
    hole = alpha > 0.3
    tight = find_tight_rim(pixels, hole, ~hole)
    assert tight is not None
    width = tight.plane[100, 130:].sum()
    assert 2 <= width <= 5, "about two sigmas of the blur"
    even = np.rint(clean).astype(np.uint8)
    even[hole] = 20
    assert find_tight_rim(even, hole, ~hole) is None


def far_out(height: int, width: int) -> np.ndarray:
    """Return H x W: the distance from the middle, px."""
    rows, columns = np.mgrid[:height, :width]
    return np.hypot(rows - height // 2, columns - width // 2)


@pytest.mark.parametrize("colour", [(20, 20, 25), (250, 245, 235)])
@pytest.mark.parametrize("trend", [0.8, -0.8])
def test_light_that_grows_towards_the_hole_from_all_sides_is_no_edge(trend, colour):
    """A spotlight, or a vignette: the width of the soft edge is that on even ground."""
    noise = np.random.default_rng(3).normal(0, 1, (220, 220, 3))
    alpha = cover(220, 220, "disc", 40, 2)[..., None]
    hole = alpha[..., 0] > 0.3
    widths = []
    for each in (0, trend):
        clean = 135 + each * (far_out(220, 220) - 48)[..., None] + noise
        pixels = np.rint(clean * (1 - alpha) + np.array(colour) * alpha).astype(np.uint8)
        tight = find_tight_rim(pixels, hole, ~hole)
        assert tight is not None
        widths.append(int(tight.plane[110, 110:].sum()))
    assert abs(widths[0] - widths[1]) <= 1
    assert widths[0] >= 3


@pytest.mark.parametrize("band", [3, 5, 7])
@pytest.mark.parametrize("colour", [(120, 110, 95), (140, 130, 110)])
def test_a_frame_of_one_colour_round_the_hole_is_no_soft_edge(band, colour):
    """It lies between the thing and its ground in colour, but does not fade with the distance."""
    pixels = np.rint(ground(200, 200, 1, 0, seed=band)).astype(np.uint8)
    reach = far_out(200, 200)
    pixels[reach <= 40 + band] = colour
    pixels[reach <= 40] = 20, 20, 25
    hole = reach <= 40
    assert find_tight_rim(pixels, hole, ~hole) is None


@pytest.mark.parametrize("name", ["texture", "dusk", "lit", "stripes"])
@pytest.mark.parametrize("radius", [12, 30, 50])
@pytest.mark.parametrize("inside", ["as it was", "black", "a thing with a sharp edge"])
def test_a_clean_rim_is_trusted(name, radius, inside):
    pixels = getattr(images, name)(200, 260)
    thing = images.disc(200, 260, radius)
    if inside == "black":
        pixels[thing] = 0
    if inside == "a thing with a sharp edge":
        pixels[thing] = 250, 240, 60
    for reach in (1, 7):
        hole = cv2.dilate(thing.view(np.uint8), np.ones((reach, reach), np.uint8)) > 0
        assert find_tight_rim(pixels, hole, np.ones_like(hole)) is None


def test_a_hole_that_was_grown_enough_brings_no_note():
    alpha = cover(200, 260, "disc", 40, 2)[..., None]
    clean = ground(200, 260, 3, 0, seed=0)
    pixels = np.rint(clean * (1 - alpha) + 20 * alpha).astype(np.uint8)
    hole = alpha[..., 0] > 0.001
    result = fill(Request(pixels, hole, "exemplar", options=Options("fast", threads=1)), Ticket())
    assert TOO_TIGHT not in result.notes


def test_the_request_is_not_written_to():
    alpha = cover(120, 120, "disc", 30, 2)[..., None]
    pixels = np.rint(ground(120, 120, 3, 0, seed=0) * (1 - alpha) + 20 * alpha).astype(np.uint8)
    hole = alpha[..., 0] > 0.5
    before = hole.copy()
    fill(Request(pixels, hole, "exemplar", options=Options("fast", threads=1)), Ticket())
    np.testing.assert_array_equal(hole, before)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 40), (40, 3), (25, 25)])
def test_small_photos_are_measured_too(height, width):
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (height, width, 3), np.uint8)
    hole = random.random((height, width)) < 0.5
    find_tight_rim(pixels, hole, np.ones_like(hole))
    find_tight_rim(pixels, hole, np.zeros_like(hole))

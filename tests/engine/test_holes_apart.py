"""Holes far from each other, filled in one go, are filled as each would be alone."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.opencv import cv2


def make_bands(height, width, seed, colours=((150, 175, 205), (95, 110, 80), (40, 70, 120))):
    """Return a photo of as many bands of soft noise as there are colours, from top to bottom, and its band numbers."""
    random = np.random.default_rng(seed)
    number = np.minimum(np.arange(height) * len(colours) // height, len(colours) - 1)
    noise = cv2.GaussianBlur(random.standard_normal((height, width, 1)).astype(np.float32), (0, 0), 1.5)[..., None]
    image = np.array(colours, np.float32)[number][:, None] + 30 * noise
    return np.clip(image, 0, 255).astype(np.uint8), number


def fill_hole(pixels, hole, model="exemplar", guide=None, **options):
    options = Options(threads=1, **options)
    return fill(Request(pixels, hole, model, guide or Guide(), options), Ticket())


@pytest.mark.parametrize("model", ["exemplar", "auto"])
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("unit", [60, 90])
def test_two_bars_are_filled_as_each_alone(unit, seed, model):
    """Two long bars, as when two lines of text are brushed over: one in the sky, one in the water."""
    pixels, _ = make_bands(6 * unit, 8 * unit, seed)
    upper, lower = np.zeros(pixels.shape[:2], bool), np.zeros(pixels.shape[:2], bool)
    upper[unit : 2 * unit, unit : 7 * unit] = True
    lower[4 * unit : 5 * unit, unit : 7 * unit] = True
    pixels[upper | lower] = (255, 0, 255)
    together = fill_hole(pixels, upper | lower, model, seed=seed).pixels.astype(int)
    for bar in (upper, lower):
        # Alone, but for what must not be copied in any case.
        alone = fill_hole(pixels, bar, model, Guide(donors=(upper | lower) & ~bar), seed=seed).pixels.astype(int)
        np.testing.assert_array_equal(together[bar], alone[bar])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_source_comes_from_the_surroundings_of_the_other_hole(seed):
    pixels, band = make_bands(420, 640, seed)
    hole = np.zeros(pixels.shape[:2], bool)
    hole[40:100, 60:580] = hole[300:360, 60:580] = True
    flow = fill_hole(pixels, hole, seed=seed).flow
    for row, column in np.argwhere(hole)[::97]:
        source = flow.source_of(int(row), int(column))
        assert abs(band[source[0]] - band[row]) <= 1, "water in the sky, or sky in the water"

"""Holes far from each other, filled in one go, are filled as each would be alone."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.apart import divide_hole
from inpaint_studio.engine.fill.regions import inscribed_radius
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.geometry import Box
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


def draw_stroke(shape, start, end, width):
    plane = np.zeros(shape, np.uint8)
    cv2.line(plane, start, end, 1, width)
    return plane > 0


@pytest.mark.parametrize("model", ["exemplar", "auto"])
@pytest.mark.parametrize("tilt", [160, 280])
def test_strokes_side_by_side_are_filled_as_each_alone(tilt, model):
    """Parallel slanted strokes, whose boxes overlap."""
    pixels, _ = make_bands(420, 560, tilt)
    strokes = [draw_stroke(pixels.shape[:2], (100, top), (460, top + tilt), 24) for top in (20, 125)]
    both = strokes[0] | strokes[1]
    pixels[both] = (255, 0, 255)
    result = fill_hole(pixels, both, model)
    assert len(result.regions) == 2
    for stroke in strokes:
        alone = fill_hole(pixels, stroke, model, Guide(donors=both & ~stroke)).pixels
        np.testing.assert_array_equal(result.pixels[stroke], alone[stroke])
    np.testing.assert_array_equal(result.pixels[~both], pixels[~both])
    assert result.flow is not None
    assert result.flow.hole.sum() == both.sum()


def test_a_spot_inside_a_ring_is_filled_by_itself():
    pixels, _ = make_bands(400, 400, 3)
    rows, columns = np.mgrid[:400, :400]
    away = np.hypot(rows - 200, columns - 200)
    ring, spot = (away > 120) & (away < 150), away < 20
    pixels[ring | spot] = (255, 0, 255)
    result = fill_hole(pixels, ring | spot)
    assert len(result.regions) == 2
    for hole in (ring, spot):
        alone = fill_hole(pixels, hole, guide=Guide(donors=(ring | spot) & ~hole)).pixels
        np.testing.assert_array_equal(result.pixels[hole], alone[hole])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_source_comes_from_the_surroundings_of_the_other_hole(seed):
    pixels, band = make_bands(420, 640, seed)
    hole = np.zeros(pixels.shape[:2], bool)
    hole[40:100, 60:580] = hole[300:360, 60:580] = True
    flow = fill_hole(pixels, hole, seed=seed).flow
    for row, column in np.argwhere(hole)[::97]:
        source = flow.source_of(int(row), int(column))
        assert abs(band[source[0]] - band[row]) <= 1, "water in the sky, or sky in the water"


@pytest.mark.parametrize("model", ["exemplar", "auto"])
def test_holes_of_a_photo_without_any_whole_patch_are_filled(model):
    """A strip of 5 px: colours are spread, and the other hole beside this one is no reason to refuse."""
    pixels = np.random.default_rng(0).integers(100, 150, (5, 400, 3), np.uint8)
    hole = np.zeros((5, 400), bool)
    hole[:, 50:150] = hole[:, 220:320] = True
    pixels[hole] = 255, 0, 255
    filled = fill_hole(pixels, hole, model).pixels
    assert (np.abs(filled[hole].astype(int) - 125) <= 30).all()
    np.testing.assert_array_equal(filled[~hole], pixels[~hole])


def test_strokes_side_by_side_have_the_planes_and_radii_of_each():
    strokes = [draw_stroke((420, 560), (100, top), (460, top + 160), width) for top, width in ((20, 10), (125, 40))]
    both = strokes[0] | strokes[1]
    found = divide_hole(both, lambda: cv2.distanceTransform(both.view(np.uint8), cv2.DIST_L2, 5), lambda _radius: 16)
    assert len(found) == 2
    for stroke, one in zip(strokes, sorted(found, key=lambda one: one.box.top), strict=True):
        plane = np.zeros_like(both)
        plane[one.box.slices] = one.plane
        np.testing.assert_array_equal(plane, stroke)
        assert one.box == Box.of(stroke)
        assert one.radius == pytest.approx(inscribed_radius(stroke))


def test_strokes_whose_surroundings_touch_stay_together():
    both = draw_stroke((420, 560), (100, 20), (460, 180), 10) | draw_stroke((420, 560), (100, 125), (460, 285), 40)
    assert divide_hole(both, lambda: np.zeros(both.shape, np.float32), lambda _radius: 60) == []

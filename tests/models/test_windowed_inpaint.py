"""OpenCV's diffusion in calls of bounded size: exact where holes are small or thin, bounded where they are large."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled
from inpaint_studio.models.base import windowed_inpaint
from inpaint_studio.models.base.windowed_inpaint import march
from inpaint_studio.opencv import cv2
from tests import synthetic

METHODS = pytest.mark.parametrize("method", [cv2.INPAINT_TELEA, cv2.INPAINT_NS], ids=["telea", "navier-stokes"])
MOST_OF_A_CALL = 150_000  # px; at some 4 microseconds each that is half a second


def silent(_share: float) -> None:
    pass


def in_one_call(image, unknown, method):
    return cv2.inpaint(image, unknown.view(np.uint8), windowed_inpaint.RADIUS, method)


def scratch(height, width, thickness):
    plane = np.zeros((height, width), np.uint8)
    cv2.line(plane, (0, height // 5), (width - 1, 4 * height // 5), 1, thickness)
    cv2.line(plane, (width // 3, 0), (width // 2, height - 1), 1, thickness)
    return plane > 0


@METHODS
@pytest.mark.parametrize(
    "unknown",
    [
        synthetic.disc(300, 320, 90),
        np.random.default_rng(3).random((300, 500)) < 0.003,
        scratch(500, 700, 5),
        synthetic.frame(300, 400, 3),
        synthetic.disc(5, 9),
    ],
    ids=["disc", "specks", "scratch", "frame", "tiny"],
)
def test_small_and_thin_holes_come_out_as_from_one_call(unknown, method):
    image = synthetic.photo(*unknown.shape)
    np.testing.assert_array_equal(march(image, unknown, method, silent).pixels, in_one_call(image, unknown, method))


@METHODS
@pytest.mark.parametrize("axis", [0, 1], ids=["row", "column"])
def test_a_photo_of_one_row_is_filled_as_three_like_it_are(axis, method):
    """OpenCV reads beside an image with a side of 1 px, so that the colours depended on what lay there in memory."""
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (9, 9, 3), np.uint8)
    unknown = np.zeros((9, 9), bool)
    unknown[4, 4] = True
    image, unknown = image.take([4], axis), unknown.take([4], axis)
    three = in_one_call(image.repeat(3, axis), unknown.repeat(3, axis), method)
    for size in random.integers(1, 40, (200, 2)):
        random.integers(0, 256, (*size, 3), np.uint8)  # leaves other bytes in memory
        np.testing.assert_array_equal(march(image, unknown, method, silent).pixels, three.take([1], axis))


@METHODS
def test_a_wide_scratch_shows_no_cuts(method):
    unknown = scratch(500, 700, 15)
    image = synthetic.photo(500, 700)
    step = march(image, unknown, method, silent).pixels.astype(int) - in_one_call(image, unknown, method)
    assert np.abs(step).max() <= 4
    assert (step != 0).mean() < 0.001


@pytest.fixture
def calls(monkeypatch):
    """How many pixels each call of ``cv2.inpaint`` fills."""
    sizes = []
    plain = cv2.inpaint

    def counted(image, mask, *rest):
        sizes.append(int(np.count_nonzero(mask)))
        return plain(image, mask, *rest)

    monkeypatch.setattr(windowed_inpaint.cv2, "inpaint", counted)
    return sizes


def mostly_hole(height, width):
    unknown = np.ones((height, width), bool)
    unknown[:3] = False
    unknown[height // 2 : height // 2 + 5, width // 2 : width // 2 + 5] = False
    return unknown


def test_no_call_is_long_and_a_cancel_takes_effect_before_each(calls):
    unknown = mostly_hole(1100, 1301)
    reports = []
    march(synthetic.photo(*unknown.shape), unknown, cv2.INPAINT_TELEA, reports.append)
    assert max(calls) < MOST_OF_A_CALL
    assert sum(calls) < unknown.sum() / 3
    assert len(reports) > len(calls)
    assert reports == sorted(reports)
    assert (reports[0], reports[-1]) == (0, 1)


def test_many_small_holes_do_not_make_a_long_call(calls):
    unknown = np.zeros((800, 800), bool)
    for top in range(10, 700, 200):
        for left in range(10, 700, 200):
            unknown[top : top + 180, left : left + 180] = True
    march(synthetic.photo(800, 800), unknown, cv2.INPAINT_TELEA, silent)
    assert 0 < max(calls) < MOST_OF_A_CALL


def test_a_net_of_known_pixels_costs_little_more_than_a_wide_hole(calls, monkeypatch):
    """Everything is near a known pixel then, and only the coarser pictures are worth the whole work."""
    unknown = np.ones((700, 700), bool)
    unknown[::40, ::40] = False
    monkeypatch.setattr(windowed_inpaint, "MOST_RIM", 100_000)
    march(synthetic.photo(700, 700), unknown, cv2.INPAINT_NS, silent)
    assert max(calls) < MOST_OF_A_CALL
    assert sum(calls) < 1.2 * unknown.sum()


def test_cancelled_at_the_next_report():
    unknown = mostly_hole(600, 700)
    image = synthetic.photo(600, 700)
    before = image.copy()
    ticket = Ticket()

    def report(share: float) -> None:
        if share > 0.4:
            ticket.cancel()
        ticket.report(share)

    with pytest.raises(Cancelled):
        march(image, unknown, cv2.INPAINT_TELEA, report)
    np.testing.assert_array_equal(image, before)


@METHODS
@pytest.mark.parametrize("size", [(700, 601), (1, 900), (900, 1), (401, 2), (333, 777)], ids=str)
def test_large_holes_of_any_shape(size, method):
    unknown = np.ones(size, bool)
    unknown[0, 0] = unknown[-1, -1] = False
    image = synthetic.photo(*size)
    pixels, sources = march(image, unknown, method, silent)
    np.testing.assert_array_equal(pixels[~unknown], image[~unknown])
    rows, columns = np.nonzero(unknown)
    assert not unknown[rows + sources[0][unknown], columns + sources[1][unknown]].any()


@METHODS
def test_inside_a_large_hole_nothing_shows_where_the_scales_meet(method):
    """On a smooth gradient every step from pixel to pixel is small, in the hole as well as across its rim."""
    y, x = np.mgrid[:500, :600]
    image = np.stack([40 + y / 4, 200 - x / 4, 60 + (x + y) / 8], axis=2).astype(np.uint8)
    unknown = np.zeros((500, 600), bool)
    unknown[100:400, 120:480] = True
    image[unknown] = 255
    pixels = march(image, unknown, method, silent).pixels.astype(int)
    for axis in (0, 1):
        steps = np.abs(np.diff(pixels[90:410, 110:490], axis=axis))
        assert np.percentile(steps, 99.5) <= 8
        assert steps.max() <= 40


def test_sources_are_the_nearest_known_pixels_of_small_holes():
    unknown = synthetic.disc(120, 140, 20)
    _, sources = march(synthetic.photo(120, 140), unknown, cv2.INPAINT_TELEA, silent)
    far = np.hypot(*sources)[unknown]
    depth = cv2.distanceTransform(unknown.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[unknown]
    assert np.abs(far - depth).max() < 1.5
    assert not sources[:, ~unknown].any()

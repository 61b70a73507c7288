"""Holes in drawings of thin strokes on one colour: the ground stays exact, and the strokes join."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled
from inpaint_studio.exemplar.fill import fill as fill_alone
from inpaint_studio.exemplar.line_art import draw
from inpaint_studio.models.base.interface import Options
from inpaint_studio.opencv import cv2
from tests import synthetic

WHITE = (255, 255, 255)
SCALE = 16  # of OpenCV's fixed-point coordinates


def draw_lines(size, lines, ground=WHITE, thickness=2):
    image = np.full((*size, 3), ground, np.uint8)
    for start, end, colour in lines:
        points = [tuple(round(value * SCALE) for value in point) for point in (start, end)]
        cv2.line(image, *points, colour, thickness, cv2.LINE_AA, 4)
    return image


def draw_star(size, count, seed, ground=WHITE):
    """Draw `count` lines that cross near the middle, at well different angles, each in its own dark colour."""
    random = np.random.default_rng(seed)
    height, width = size
    reach = float(height + width)
    lines = []
    for number in range(count):
        angle = np.pi * (number + random.uniform(0.1, 0.6)) / count
        x, y = width / 2 + random.uniform(-4, 4), height / 2 + random.uniform(-4, 4)
        way = reach * np.cos(angle), reach * np.sin(angle)
        colour = tuple(int(value) for value in random.integers(0, 120, 3))
        lines.append(((x - way[0], y - way[1]), (x + way[0], y + way[1]), colour))
    return draw_lines(size, lines, ground)


def leave_out(image, plane):
    """Stand in for the filler of a ground that is not exact."""
    return image, np.zeros((2, *plane.shape), np.int32)


def fill_hole(image, hole, seed=0):
    damaged = image.copy()
    damaged[hole] = (255, 0, 255)
    return fill(Request(damaged, hole, "exemplar", options=Options(seed=seed, threads=1)), Ticket())


def check_lines(filled, truth, hole, ground):
    """White stays exactly white away from the lines, and on the middle of each line there is ink of its colour."""
    ink = (truth != ground).any(axis=2)
    around = cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) != 0
    assert (filled[hole & ~around] == ground).all()
    middle = (np.abs(truth.astype(int) - ground).sum(axis=2) > 400) & hole
    assert np.abs(filled[middle].astype(int) - truth[middle]).mean() < 40


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("radius", "count"), [(16, 3), (16, 4), (40, 3), (40, 4), (40, 6)])
def test_crossing_lines_join_and_white_stays_white(radius, count, seed):
    size = (200, 240)
    truth = draw_star(size, count, seed)
    hole = synthetic.disc(*size, radius=radius)
    check_lines(fill_hole(truth, hole, seed).pixels, truth, hole, WHITE)


SLANTING = {  # lines that run beside the rim before they reach the hole: at a corner, or along a flat side
    "corner": ([((30, 40), (270, 170)), ((40, 180), (260, 20)), ((150, 5), (155, 195))], (75, 125, 110, 190)),
    "flat": ([((0, 54), (300, 134)), ((157, 0), (159, 200)), ((240, 0), (70, 200))], (83, 117, 98, 202)),
    "steep": ([((54, 0), (134, 300)), ((0, 157), (200, 159)), ((0, 240), (200, 70))], (98, 202, 83, 117)),
}


@pytest.mark.parametrize("colour", [(0, 0, 0), (40, 70, 90)])
@pytest.mark.parametrize("name", SLANTING)
def test_lines_that_run_beside_the_rim_join(name, colour):
    lines, (top, bottom, left, right) = SLANTING[name]
    truth = draw_lines((300, 300), [(*line, colour) for line in lines])
    hole = np.zeros(truth.shape[:2], bool)
    hole[top:bottom, left:right] = True
    filled = fill_hole(truth, hole).pixels
    check_lines(filled, truth, hole, WHITE)
    assert np.abs(filled[hole].astype(int) - truth[hole]).mean() < 2  # they go on straight


@pytest.mark.parametrize("ground", [(246, 246, 248), (20, 30, 60)])
def test_any_one_colour_may_be_the_ground(ground):
    size = (150, 150)
    lines = [
        ((10, 20), (140, 130), (200, 40, 40)),
        ((0, 75), (150, 75), (40, 160, 40)),
        ((75, 0), (75, 150), (0, 0, 0)),
    ]
    truth = draw_lines(size, lines, ground)
    hole = np.zeros(size, bool)
    hole[50:100, 45:110] = True
    filled = fill_hole(truth, hole).pixels
    ink = cv2.dilate((truth != ground).any(axis=2).astype(np.uint8), np.ones((3, 3), np.uint8)) != 0
    assert (filled[hole & ~ink] == ground).all()
    assert np.abs(filled[hole].astype(int) - truth[hole]).mean() < 3


@pytest.mark.parametrize("seed", [0, 1])
def test_hard_lines_stay_hard(seed):
    random = np.random.default_rng(seed)
    truth = np.full((160, 160, 3), 255, np.uint8)
    for number in range(3):
        angle = np.pi * (number + random.uniform(0.2, 0.5)) / 3
        way = np.rint(200 * np.array([np.cos(angle), np.sin(angle)])).astype(int)
        cv2.line(truth, (80 - way[0], 80 - way[1]), (80 + way[0], 80 + way[1]), (0, 0, 0), 2)
    hole = synthetic.disc(160, 160, radius=30)
    filled = fill_hole(truth, hole).pixels
    assert set(np.unique(filled)) == {0, 255}
    assert (filled != truth).any(axis=2).sum() < 0.1 * (truth[hole] == 0).all(axis=1).sum() + 10


def test_upright_lines_are_exact():
    size = (120, 120)
    truth = np.full((*size, 3), 255, np.uint8)
    truth[40:42] = truth[:, 70:72] = 0
    truth[90:92] = (200, 0, 0)
    hole = np.zeros(size, bool)
    hole[25:100, 50:85] = True
    found = fill_hole(truth, hole)
    wrong = (found.pixels != truth).any(axis=2)
    assert wrong.sum() <= 4  # where two colours cross either may be on top


def test_a_ring_goes_on_as_a_ring():
    rows, columns = np.mgrid[:200, :200]
    away = np.abs(np.hypot(rows - 100, columns - 100) - 60)
    truth = np.repeat((255 * np.clip(away - 0.5, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)
    hole = np.zeros((200, 200), bool)
    hole[25:60, 80:125] = True
    filled = fill_hole(truth, hole).pixels
    assert np.abs(filled[hole].astype(int) - truth[hole]).mean() < 6


def test_a_stroke_of_two_colours_keeps_its_sides():
    rows, columns = np.mgrid[:120, :160]
    across = rows - 60 - 0.3 * (columns - 80)
    truth = np.full((120, 160, 3), 255, np.uint8)
    truth[(across >= -3) & (across < 0)], truth[(across >= 0) & (across < 3)] = (200, 0, 0), (0, 0, 200)
    hole = np.zeros(truth.shape[:2], bool)
    hole[40:80, 60:105] = True
    filled = fill_hole(truth, hole).pixels
    inner = hole & (np.abs(np.abs(across) - 1.5) < 0.7)
    assert (filled[inner] == truth[inner]).all(axis=1).mean() > 0.9


def test_sources_show_what_was_copied():
    truth = draw_star((200, 240), 3, 5)
    hole = synthetic.disc(200, 240, radius=30)
    flow = fill_hole(truth, hole).flow
    sources = np.array([flow.source_of(int(row), int(column))[:2] for row, column in np.argwhere(hole)])
    assert not hole[sources[:, 0], sources[:, 1]].any()
    ink = (truth[hole] < 100).all(axis=1)
    assert (truth[sources[ink, 0], sources[ink, 1]] < 160).all(axis=1).mean() > 0.9


def compress(image, quality):
    """Return `image` as a JPEG file shows it; OpenCV's order of channels does not matter here."""
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def add_noise(image, strength, seed):
    noise = np.random.default_rng(seed).normal(0, strength, image.shape)
    return np.clip(np.rint(image * 0.94 + 8 + noise), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("ground", [WHITE, (250, 243, 224), (150, 60, 25)])
@pytest.mark.parametrize("damage", ["jpeg 90", "jpeg 70", "noise"])
@pytest.mark.parametrize("count", [2, 4])
def test_lines_join_in_damaged_drawings(count, damage, ground):
    size = (200, 240)
    truth = draw_star(size, count, count, ground)
    damaged = add_noise(truth, 2, count) if damage == "noise" else compress(truth, int(damage.split()[1]))
    hole = synthetic.disc(*size, radius=24)
    filled = fill_hole(damaged, hole).pixels.astype(int)
    ink = (truth != ground).any(axis=2)
    blank = hole & (cv2.dilate(ink.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0)
    base = np.median(damaged[~ink], axis=0)
    assert np.abs(filled[blank] - base).max(axis=1).mean() < 5
    assert (np.abs(filled[blank] - base).max(axis=1) > 40).mean() < 0.01
    strength = np.abs(truth.astype(int) - ground).sum(axis=2)
    middle = hole & (strength > 0.8 * strength.max())
    assert (np.abs(filled[middle] - base).sum(axis=1) > 0.5 * strength[middle]).mean() > 0.95


def test_lines_that_cross_beside_the_hole_join():
    size = (160, 160)
    lines = [((20, 22), (140, 122), (0, 0, 0)), ((70, 10), (66, 150), (0, 0, 0)), ((0, 82), (160, 75), (0, 0, 0))]
    truth = draw_lines(size, lines)
    hole = np.zeros(size, bool)
    hole[64:102, 58:104] = True
    check_lines(fill_hole(truth, hole).pixels, truth, hole, WHITE)


@pytest.mark.parametrize("damage", ["none", "jpeg 85"])
@pytest.mark.parametrize("text", ["Zoom in", "Actual size", "Find small text"])
def test_a_word_goes_although_its_box_cuts_the_next(text, damage):
    truth = np.full((90, 320, 3), 38, np.uint8)
    words, at = text.split(), 20
    boxes = []
    for word in words:
        cv2.putText(truth, word, (at, 50), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (215, 215, 215), 1, cv2.LINE_AA)
        width = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)[0][0]
        boxes.append((at, at + width))
        at += width + 3
    hole = np.zeros(truth.shape[:2], bool)
    hole[33:60, boxes[1][0] - 7 : boxes[1][1] + 6] = True
    shown = truth if damage == "none" else compress(truth, 85)
    filled = fill(Request(shown, hole, "exemplar", options=Options(threads=1)), Ticket()).pixels
    assert np.abs(filled[hole].astype(int) - 38).max() <= (0 if damage == "none" else 16)


def test_anything_else_is_left_to_the_patches():
    hole = synthetic.disc(120, 120, radius=15)
    photo = synthetic.photo(120, 120)
    noisy = add_noise(draw_star((120, 120), 3, 0), 16, 0)
    block = np.full((120, 120, 3), 255, np.uint8)
    block[:, :60] = 0
    ending = draw_lines((120, 120), [((0, 60), (60, 60), (0, 0, 0))])
    for image in (photo, noisy, block, ending):
        assert draw(image, hole, hole, leave_out) is None
    star = draw_star((120, 120), 3, 0)
    assert draw(star, hole, hole, leave_out) is not None
    assert draw(star, hole, hole | (np.arange(120) < 50), leave_out) is None


@pytest.mark.parametrize("seed", range(3))
def test_hairs_on_an_uneven_surface_are_no_drawing(seed):
    """Dark fur in a photo: hairs cross it, but between them no colour is the ground's."""
    size = (160, 160)
    uneven = cv2.GaussianBlur(np.random.default_rng(seed).normal(0, 1, size), (0, 0), 1.5)
    fur = np.repeat((45 + 8.5 * uneven / uneven.std())[..., None], 3, axis=2).astype(np.uint8)
    hairs = draw_star(size, 2, seed, (0, 0, 0))
    image = cv2.add(fur, hairs // 2)
    hole = synthetic.disc(*size, radius=20)
    assert draw(image, hole, hole, leave_out) is None


def test_a_guide_line_that_is_not_followed_changes_nothing():
    truth, hole = draw_star((160, 160), 3, 1), synthetic.disc(160, 160, radius=20)
    elsewhere = np.zeros((160, 160), np.uint8)
    elsewhere[5, 5:40] = 1
    bare, lined = (fill_alone(truth, hole, lines=each, threads=1) for each in (None, elsewhere))
    np.testing.assert_array_equal(bare.image, lined.image)


def test_long_slanted_lines_join_in_a_large_hole():
    """To compare each pixel of the hole with each point of the lines would take minutes."""
    size = (1000, 1100)
    truth = draw_lines(size, [((0, 90), (1099, 940), (20, 30, 90)), ((80, 999), (1000, 0), (90, 20, 20))])
    hole = np.zeros(size, bool)
    hole[120:880, 120:960] = True
    check_lines(fill_hole(truth, hole).pixels, truth, hole, WHITE)


def test_a_drawing_can_be_cancelled_at_every_stroke():
    truth = draw_star((200, 240), 6, 1)
    hole = synthetic.disc(200, 240, radius=40)
    reports = []
    draw(truth, hole, hole, leave_out, lambda: reports.append(1))
    assert len(reports) > 6

    def refuse():
        raise Cancelled

    with pytest.raises(Cancelled):
        draw(truth, hole, hole, leave_out, refuse)

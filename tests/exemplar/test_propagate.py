"""Guide lines: what they continue, where they may be drawn, and what happens to rasters that are not lines."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inpaint_studio.exemplar.fill import EFFORTS, Filled, fill
from inpaint_studio.exemplar.lines.propagate import lay
from inpaint_studio.opencv import cv2
from tests.exemplar.images import disc, texture

Points = list[tuple[float, float]]  # (column, row)
SIZE = (180, 240)
CENTRE = (120, 90)
DARK = 25


def _canvas(*rods: Points, thickness: int = 3, seed: int = 0) -> np.ndarray:
    """Draw dark rods with smooth edges on a bright uneven background."""
    image = cv2.addWeighted(texture(*SIZE, seed), 0.3, np.full((*SIZE, 3), 255, np.uint8), 0.55, 0)
    for rod in rods:
        points = np.rint(np.array(rod) * 16).astype(np.int32)
        cv2.polylines(image, [points], False, (DARK, DARK, DARK), thickness, cv2.LINE_AA, 4)
    return image


def _draw(*lines: Points, thickness: int = 3) -> np.ndarray:
    raster = np.zeros(SIZE, np.uint8)
    for number, line in enumerate(lines, start=1):
        cv2.polylines(raster, [np.rint(line).astype(np.int32)], False, number, thickness)
    return raster


def _erase(image: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Return the image with another colour in the hole, so that the true pixels cannot leak."""
    image = image.copy()
    image[hole] = (255, 0, 255)
    return image


def _fill(image: np.ndarray, hole: np.ndarray, lines: np.ndarray | None, effort: str = "fast") -> Filled:
    return fill(_erase(image, hole), hole, lines=lines, threads=1, effort=EFFORTS[effort])


def _gaps(image: np.ndarray, rod: Points, hole: np.ndarray, reach: int = 2) -> float:
    """Return the share of a rod's points in the hole that have nothing dark within `reach` px."""
    dark = (image.max(axis=2) < 110).astype(np.uint8)
    near = cv2.dilate(dark, np.ones((2 * reach + 1,) * 2, np.uint8))
    dense = np.concatenate([np.linspace(a, b, 60) for a, b in pairwise(rod)])
    columns, rows = np.rint(dense).astype(int).T
    inside = (columns >= 0) & (rows >= 0) & (columns < SIZE[1]) & (rows < SIZE[0])
    columns, rows = columns[inside], rows[inside]
    in_hole = hole[rows, columns]
    return float((near[rows, columns][in_hole] == 0).mean())


def _strays(image: np.ndarray, rods: list[Points], hole: np.ndarray, reach: int = 6) -> int:
    """Count the dark pixels of the hole that are farther than `reach` px from every rod."""
    near = _draw(*rods, thickness=2 * reach + 1) > 0
    return int(((image.max(axis=2) < 110) & hole & ~near).sum())


def _arc() -> Points:
    return [(120 + 75 * float(np.sin(a)), 150 - 75 * float(np.cos(a))) for a in np.linspace(-1.5, 1.5, 40)]


STRAIGHT: Points = [(0, 60), (239, 120)]


@pytest.mark.parametrize("effort", sorted(EFFORTS))
@pytest.mark.parametrize(
    "hand",
    [
        [(50, 76), (190, 111)],  # 4 px beside the rod
        [(50, 70), (118, 94), (190, 104)],  # on one side, then on the other
        [(84, 78), (150, 101)],  # hardly longer than the hole
    ],
)
def test_a_thin_rod_continues_straight_however_the_line_was_drawn(hand: Points, effort: str) -> None:
    image, hole = _canvas(STRAIGHT), disc(*SIZE, 36)
    result = _fill(image, hole, _draw(hand), effort)
    assert _gaps(result.image, STRAIGHT, hole) == 0
    assert _strays(result.image, [STRAIGHT], hole) == 0
    assert result.notes == ()


def test_a_bend_is_followed_where_a_fill_without_lines_cuts_it_short() -> None:
    image, hole = _canvas(_arc()), disc(*SIZE, 40)
    hole |= np.roll(disc(*SIZE, 30), -30, axis=0)
    bare, guided = _fill(image, hole, None), _fill(image, hole, _draw([(x + 2, y + 2) for x, y in _arc()[::4]]))
    assert _gaps(bare.image, _arc(), hole) > 0.2
    assert _gaps(guided.image, _arc(), hole) < 0.05


def test_a_step_between_two_fields_stays_a_step() -> None:
    image = _canvas()
    true = 60 + np.arange(SIZE[1]) * 0.25
    below = np.arange(SIZE[0])[:, None] > true
    image[below] //= 3
    hole = disc(*SIZE, 42)
    result = _fill(image, hole, _draw([(40, 74), (120, 86), (200, 107)]))
    wrong = ((result.image.max(axis=2) < 120) != below) & hole
    assert wrong.sum(axis=0).max() <= 4


def test_lines_that_cross_are_both_continued() -> None:
    rods: list[Points] = [STRAIGHT, [(150, 0), (90, 179)]]
    image, hole = _canvas(*rods), disc(*SIZE, 34)
    lines = _draw([(60, 78), (185, 104)], [(142, 34), (103, 148)])
    result = _fill(image, hole, lines)
    for rod in rods:
        assert _gaps(result.image, rod, hole) < 0.03
    assert _strays(result.image, rods, hole) == 0


def test_a_line_known_on_one_side_runs_on_as_far_as_it_was_drawn() -> None:
    image = _canvas(STRAIGHT)
    hole = np.zeros(SIZE, np.bool_)
    hole[50:150, 140:] = True
    result = _fill(image, hole, _draw([(70, 80), (200, 113)]))
    assert _gaps(result.image, [(140, 95.1), (196, 109.2)], hole, reach=3) == 0


def test_a_line_drawn_from_rim_to_rim_reaches_out_of_the_hole() -> None:
    image, hole = _canvas(STRAIGHT), disc(*SIZE, 36)
    rim = _draw([(88, 82), (152, 98)])
    rim[~hole] = 0
    result = _fill(image, hole, rim)
    assert result.notes == ()
    assert _gaps(result.image, STRAIGHT, hole) == 0


def test_a_loop_closes_what_the_hole_took_of_it() -> None:
    ring: Points = [(110 + 40 * float(np.cos(a)), 90 + 40 * float(np.sin(a))) for a in np.linspace(0, 2 * np.pi, 60)]
    image, hole = _canvas(ring), np.roll(disc(*SIZE, 30), 30, axis=1)
    result = _fill(image, hole, _draw([(x + 2, y) for x, y in ring[::4]] + [ring[0]]))
    assert _gaps(result.image, ring, hole) < 0.05


def test_a_line_along_the_border_of_the_picture() -> None:
    rod: Points = [(0, 4), (239, 4)]
    image = _canvas(rod)
    hole = np.zeros(SIZE, np.bool_)
    hole[:30, 90:150] = True
    result = _fill(image, hole, _draw([(50, 6), (190, 5)]))
    assert _gaps(result.image, rod, hole) == 0


def test_one_line_through_two_holes() -> None:
    image = _canvas(STRAIGHT)
    hole = np.roll(disc(*SIZE, 20), (-12, -50), (0, 1)) | np.roll(disc(*SIZE, 20), (12, 50), (0, 1))
    result = _fill(image, hole, _draw([(20, 68), (225, 120)]))
    assert _gaps(result.image, STRAIGHT, hole) == 0


def test_a_line_along_the_edge_of_a_bar_continues_the_whole_bar() -> None:
    bar: Points = [(0, 70), (239, 110)]
    image, hole = _canvas(bar, thickness=12), disc(*SIZE, 38)
    result = _fill(image, hole, _draw([(50, 71), (120, 87), (190, 95)]))
    wrong = ((result.image.max(axis=2) < 110) != (image.max(axis=2) < 110)) & hole
    assert wrong.sum() < 0.15 * (hole & (image.max(axis=2) < 110)).sum()


def _lay(image: np.ndarray, hole: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the image with what the lines alone lay into the hole, and H x W bool where that is."""
    plane = hole.astype(np.uint8)
    four = cv2.cvtColor(_erase(image, hole), cv2.COLOR_RGB2RGBA)
    bands = lay(four, plane, plane, lines, 4)
    image, where = four[..., :3].copy(), np.zeros(hole.shape, np.bool_)
    where[bands.box.slices] = np.isfinite(bands.reach)
    image[where] = bands.pixels[np.isfinite(bands.reach)][:, :3]
    return image, where


@pytest.mark.parametrize("aside", [-4, -2, 2, 4])
@pytest.mark.parametrize("thickness", [1, 3, 5])
def test_what_is_laid_joins_the_rod_to_the_pixel(thickness: int, aside: int) -> None:
    image, hole = _canvas(STRAIGHT, thickness=thickness), disc(*SIZE, 40)
    image, where = _lay(image, hole, _draw([(40, 70 + aside), (122, 90 - 0.8 * aside), (200, 110 + aside)]))
    assert where.any()
    assert np.abs(image.astype(int) - image)[where].mean() < 12


def test_a_bar_is_laid_in_its_full_width() -> None:
    bar: Points = [(0, 70), (239, 110)]
    image, hole = _canvas(bar, thickness=14), disc(*SIZE, 38)
    _, where = _lay(image, hole, _draw([(50, 71), (190, 95)]))
    assert where[hole & (image.max(axis=2) < 110)].mean() > 0.95


def test_a_loop_is_laid_whole_wherever_it_begins() -> None:
    image = _canvas()
    cv2.circle(image, (110, 90), 40, (DARK, DARK, DARK), -1)
    for start, hole in enumerate(np.roll(disc(*SIZE, 24), shift, (0, 1)) for shift in ((-40, -10), (40, -10), (0, 30))):
        ring = [(110 + 42 * np.cos(a), 90 + 42 * np.sin(a)) for a in np.linspace(start, start + 2 * np.pi, 20)]
        image, where = _lay(image, hole, _draw(ring))
        rows, columns = np.nonzero(hole)
        rim = np.abs(np.hypot(rows - 90, columns - 110) - 40) < 2
        assert where[rows[rim], columns[rim]].mean() > 0.9
        assert np.abs(image.astype(int) - image)[where].mean() < 18


def test_a_rod_changes_its_surroundings_where_another_line_crosses_it() -> None:
    image = _canvas()
    image[110:] //= 3
    cv2.line(image, (120, 0), (120, 179), (230, 40, 40), 5)
    hole = disc(*SIZE, 44)
    image, where = _lay(image, hole, _draw([(40, 112), (200, 108)], [(123, 20), (117, 160)]))
    aside = np.abs(np.arange(SIZE[1]) - 120)
    beside = where & (aside > 3) & (aside < 8)
    beside[104:116] = False
    assert np.abs(image.astype(int) - image)[beside].mean() < 12
    assert (image[50:130, 120, 0] > 200).mean() > 0.95


def _area() -> np.ndarray:
    return np.full(SIZE, 2, np.uint8)


def _scribble() -> np.ndarray:
    return (np.random.default_rng(0).random(SIZE) < 0.3).astype(np.uint8)


@pytest.mark.parametrize(
    ("make", "note"),
    [
        (lambda: _draw([(110, 90), (130, 90)]), "Guide line 1 touches nothing known"),
        (lambda: _draw([(110, 90), (110, 90)], thickness=1), "too short"),
        (_area, "Guide line 2 is too broad"),
        (_scribble, "too many pieces"),
    ],
)
def test_what_cannot_be_followed_is_ignored_with_a_note(make: Callable[[], np.ndarray], note: str) -> None:
    image, hole = _canvas(STRAIGHT), disc(*SIZE, 36)
    result = _fill(image, hole, make())
    assert note in result.notes[0]
    assert (result.image == _fill(image, hole, None).image).all()


def test_a_line_outside_the_hole_changes_nothing_and_gets_no_note() -> None:
    image, hole = _canvas(STRAIGHT), disc(*SIZE, 36)
    result = _fill(image, hole, _draw([(10, 20), (60, 25)]))
    assert result.notes == ()
    assert (result.image == _fill(image, hole, None).image).all()


def test_there_is_a_note_when_there_are_too_many_lines() -> None:
    image, hole = _canvas(), disc(*SIZE, 60)
    lines = np.zeros(SIZE, np.uint8)
    for number in range(70):
        lines[25 + 2 * number if number < 65 else 24, 30:210] = number + 1
    result = _fill(image, hole, lines)
    assert any("there are too many" in note for note in result.notes)


def test_lines_take_nothing_from_excluded_parts() -> None:
    image, hole = _canvas(STRAIGHT), disc(*SIZE, 36)
    donors = np.zeros(SIZE, np.bool_)
    donors[:, :100] = True
    donors &= ~hole
    result = fill(_erase(image, hole), hole, lines=_draw([(40, 70), (200, 110)]), donors=donors, threads=1)
    rows, columns = np.nonzero(hole)
    taken = rows + result.sources[0][hole], columns + result.sources[1][hole]
    assert not (donors | hole)[taken].any()
    assert _gaps(result.image, STRAIGHT, hole) < 0.1


def test_the_pixels_do_not_depend_on_the_threads() -> None:
    image, hole = _canvas(_arc()), disc(*SIZE, 40)
    lines = _draw(_arc()[::5])
    one, three = (fill(image, hole, lines=lines, threads=count) for count in (1, 3))
    assert (one.image == three.image).all()
    assert (one.sources == three.sources).all()


@st.composite
def _nonsense(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a small image, a hole, and any raster: strokes, noise, full of one value, single pixels."""
    height, width = draw(st.integers(9, 48)), draw(st.integers(9, 48))
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    image = random.integers(0, 256, (height, width, 3)).astype(np.uint8)
    hole = np.zeros((height, width), np.bool_)
    top, left = draw(st.integers(0, height - 1)), draw(st.integers(7, width - 1))
    hole[top : top + draw(st.integers(1, height)), left : left + draw(st.integers(1, width))] = True
    hole[0, width - 1] = True
    raster = np.zeros((height, width), np.uint8)
    for _ in range(draw(st.integers(0, 4))):
        points = random.integers(-5, 55, (int(random.integers(1, 6)), 2)).astype(np.int32)
        cv2.polylines(
            raster, [points], bool(random.integers(2)), int(random.integers(1, 256)), int(random.integers(1, 6))
        )
    kind = draw(st.sampled_from(["strokes", "strokes", "noise", "sparse", "full"]))
    if kind == "noise":
        raster = random.integers(0, 256, raster.shape).astype(np.uint8)
    elif kind == "sparse":
        raster[random.random(raster.shape) < 0.1] = 7
    elif kind == "full":
        raster[:] = draw(st.integers(1, 255))
    return image, hole, raster


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(_nonsense())
def test_any_raster_gives_a_fill(case: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    image, hole, raster = case
    result = _fill(image, hole, raster)
    assert (result.image == _erase(image, hole))[~hole].all()
    rows, columns = np.nonzero(hole)
    there = rows + result.sources[0][hole], columns + result.sources[1][hole]
    assert not hole[there].any()
    assert all(note.endswith(".") for note in result.notes)


@pytest.mark.parametrize("size", [7, 8, 15])
def test_the_smallest_images(size: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (size, size + 7, 3)).astype(np.uint8)
    hole = np.zeros(image.shape[:2], np.bool_)
    hole[size // 2, -2:] = True
    for raster in (np.ones(hole.shape, np.uint8), hole.astype(np.uint8), np.eye(*hole.shape, dtype=np.uint8)):
        result = _fill(image, hole, raster)
        assert (result.image[~hole] == image[~hole]).all()


def test_a_long_line_over_a_large_hole() -> None:
    """More pixels are laid than OpenCV can look up in one row."""
    image = np.full((260, 2600, 3), 200, np.uint8)
    image[118:142] = 40
    hole = np.zeros((260, 2600), np.bool_)
    hole[60:200, 100:2500] = True
    lines = np.zeros((260, 2600), np.uint8)
    cv2.line(lines, (20, 122), (2580, 121), 1, 3)
    result = fill(image, hole, lines=lines, threads=1, effort=EFFORTS["fast"])
    assert result.notes == ()
    assert (result.image[122:138, 300:2300].max(axis=2) < 110).mean() > 0.95

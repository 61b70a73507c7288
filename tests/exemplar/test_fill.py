"""The exemplar filler, called as others call it."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inpaint_studio.errors import Cancelled, NoSource
from inpaint_studio.exemplar.fill import EFFORTS, fill
from tests.exemplar.images import disc, edge, stripes, texture

FAST = EFFORTS["fast"]
BORDERS = {
    "top": np.s_[:9, 20:60],
    "left": np.s_[20:60, :9],
    "bottom right": np.s_[-9:, -9:],
    "frame": None,
}


@given(
    height=st.integers(7, 48),
    width=st.integers(7, 48),
    seed=st.integers(0, 2**31 - 1),
    share=st.floats(0.0, 0.4),
    blocky=st.booleans(),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_outside_the_hole_nothing_changes(height: int, width: int, seed: int, share: float, blocky: bool) -> None:
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (height, width, 3), np.uint8)
    if blocky:
        hole = np.zeros((height, width), bool)
        hole[: int(height * share), : int(width * share)] = True
    else:
        hole = random.random((height, width)) < share * 0.02
    image_before, hole_before = image.copy(), hole.copy()
    try:
        filled = fill(image, hole, effort=FAST, seed=seed % 7, threads=1)
    except NoSource:
        return
    assert np.array_equal(filled.image[~hole], image[~hole])
    assert np.array_equal(image, image_before)
    assert np.array_equal(hole, hole_before)
    assert not filled.sources[:, ~hole].any()
    assert ((filled.weight >= 0) & (filled.weight <= 1)).all()


def test_sources_are_the_known_pixels_that_were_copied() -> None:
    image, hole = texture(96, 128), disc(96, 128, 20)
    image[hole] = 255
    filled = fill(image, hole, threads=1)
    rows, columns = np.nonzero(hole)
    from_rows, from_columns = rows + filled.sources[0][hole], columns + filled.sources[1][hole]
    assert not hole[from_rows, from_columns].any()
    # In the last vote the best patch decides nearly alone, so the hole has the colours of the sources.
    difference = np.abs(filled.image[hole].astype(int) - image[from_rows, from_columns])
    assert np.median(difference) <= 12


@pytest.mark.parametrize("threads", [2, 16])
def test_threads_do_not_change_pixels(threads: int) -> None:
    image, hole = texture(220, 300), disc(220, 300, 60)
    image[hole] = 0
    one, many = fill(image, hole, threads=1), fill(image, hole, threads=threads)
    assert all(np.array_equal(a, b) for a, b in zip(one[:3], many[:3], strict=True))


def test_two_fills_at_once_do_not_disturb_each_other() -> None:
    from concurrent.futures import ThreadPoolExecutor

    jobs = [(texture(160, 200, seed), disc(160, 200, 35)) for seed in range(4)]
    alone = [fill(image, hole, threads=1).image for image, hole in jobs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda job: fill(job[0], job[1], threads=2).image, jobs))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_seeds_differ_and_repeat() -> None:
    image, hole = texture(160, 200), disc(160, 200, 40)
    image[hole] = 0
    fills = [fill(image, hole, seed=seed, threads=1).image for seed in (0, 1, 2, 1)]
    assert np.array_equal(fills[1], fills[3])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert (fills[one][hole] != fills[other][hole]).any(axis=1).mean() > 0.2


def test_a_repeated_pattern_is_completed() -> None:
    truth, hole = stripes(120, 160), disc(120, 160, 22)
    damaged = truth.copy()
    damaged[hole] = 0
    filled = fill(damaged, hole, threads=1)
    assert np.abs(filled.image[hole].astype(int) - truth[hole]).mean() < 6


def test_donors_are_never_copied_from() -> None:
    image, hole = texture(120, 160), disc(120, 160, 18)
    donors = np.zeros_like(hole)
    donors[:, 90:] = True
    image[donors & ~hole] = (255, 0, 255)
    image[hole] = 0
    filled = fill(image, hole, donors=donors, threads=1)
    rows, columns = np.nonzero(hole)
    assert not donors[rows + filled.sources[0][hole], columns + filled.sources[1][hole]].any()
    loud = (filled.image[hole].astype(int) @ (1, -2, 1)) > 300
    assert not loud.any()


def test_it_is_an_error_when_nothing_is_left_to_copy() -> None:
    image, hole = texture(64, 64), disc(64, 64, 10)
    with pytest.raises(NoSource, match="left to copy"):
        fill(image, hole, donors=~hole, threads=1)
    with pytest.raises(NoSource):
        fill(image, np.ones_like(hole), threads=1)


def test_an_empty_hole_changes_nothing() -> None:
    image = texture(40, 50)
    filled = fill(image, np.zeros((40, 50), bool), threads=1)
    assert np.array_equal(filled.image, image)
    assert not filled.weight.any()


@pytest.mark.parametrize("where", BORDERS)
def test_holes_at_the_border_are_filled_whole(where: str) -> None:
    image = texture(80, 100)
    hole = np.zeros((80, 100), bool)
    if BORDERS[where] is None:
        hole[:5] = hole[-5:] = True
        hole[:, :5] = hole[:, -5:] = True
    else:
        hole[BORDERS[where]] = True
    marked = np.where(hole[..., None], np.array([255, 0, 255], np.uint8), image)
    filled = fill(marked, hole, threads=1)
    left = (filled.image[hole] == (255, 0, 255)).all(axis=1)
    assert not left.any()
    assert (filled.weight[hole] > 0).all()


def test_single_pixels_are_filled() -> None:
    image = np.full((60, 60, 3), 90, np.uint8)
    hole = np.zeros((60, 60), bool)
    hole[::15, ::15] = True
    image[hole] = 255
    assert (fill(image, hole, threads=1).image == 90).all()


def test_cancelling_stops_at_any_report() -> None:
    image, hole = texture(64, 64), disc(64, 64, 12)
    reports: list[float] = []
    fill(image, hole, effort=FAST, threads=1, report=lambda fraction, _note: reports.append(fraction))
    assert reports == sorted(reports)
    assert reports[0] >= 0
    assert reports[-1] < 1

    for stop_at in (0, len(reports) // 2, len(reports) - 1):
        seen = 0

        def report(_fraction: float, _note: str, stop_at: int = stop_at) -> None:
            nonlocal seen
            if seen == stop_at:
                raise Cancelled
            seen += 1

        with pytest.raises(Cancelled):
            fill(image, hole, effort=FAST, threads=1, report=report)


def test_a_guide_line_continues_an_edge_through_a_bend() -> None:
    truth, edge_row = edge(200, 300)
    hole = np.zeros((200, 300), bool)
    hole[60:150, 110:200] = True
    damaged = truth.copy()
    damaged[hole] = 0
    lines = np.zeros((200, 300), np.uint8)
    for column in range(80, 230):
        lines[int(edge_row[column]) + 3, column] = 1  # drawn beside the edge, to which it is moved
    guided = fill(damaged, hole, lines=lines, threads=1)
    assert guided.notes == ()
    without = fill(damaged, hole, threads=1)

    def wrong(image: np.ndarray) -> float:
        dark, should = image[..., 0] < 120, truth[..., 0] < 120
        return float((dark != should)[hole].mean())

    assert wrong(guided.image) < 0.03
    assert wrong(guided.image) < wrong(without.image) / 3


def test_a_line_that_touches_nothing_known_is_ignored_with_a_note() -> None:
    image, hole = texture(100, 100), disc(100, 100, 30)
    lines = np.zeros((100, 100), np.uint8)
    lines[50, 40:60] = 3
    guided = fill(image, hole, lines=lines, threads=1)
    assert len(guided.notes) == 1
    assert "ignored" in guided.notes[0]
    assert np.array_equal(guided.image, fill(image, hole, threads=1).image)


def test_a_large_image_takes_little_memory() -> None:
    """20 bytes a pixel of the image: 4 for its colours, the rest for the search and the seams of a hole of 15 %."""
    image, hole = texture(900, 1200), disc(900, 1200, 230)
    fill(texture(64, 64), disc(64, 64, 10), effort=FAST, threads=1)  # imports what is needed
    tracemalloc.start(1)
    try:
        fill(image, hole, effort=FAST, threads=1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak / hole.size < 20

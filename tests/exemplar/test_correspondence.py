"""Matching a finished fill with the known part."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.errors import Cancelled
from inpaint_studio.exemplar.correspondence import Matched, match
from inpaint_studio.exemplar.fill import EFFORTS, fill
from tests.exemplar.images import disc, stripes, texture


def _pointed_at(found: Matched, hole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.nonzero(hole)
    return rows + found.sources[0][hole], columns + found.sources[1][hole]


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    seed=st.integers(0, 2**31 - 1),
    share=st.floats(0.0, 1.0),
    blocked=st.floats(0.0, 1.0),
    blocky=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_sources_are_always_known(
    height: int, width: int, seed: int, share: float, blocked: float, blocky: bool
) -> None:
    random = np.random.default_rng(seed)
    image = random.integers(0, 256, (height, width, 3), np.uint8)
    hole, donors = np.zeros((2, height, width), bool)
    if blocky:
        hole[: round(height * share), : round(width * share)] = True
        donors[round(height * (1 - blocked)) :] = True
    else:
        hole = random.random((height, width)) < share
        donors = random.random((height, width)) < blocked * 0.05
    found = match(image, hole, donors=donors, seed=seed % 7, threads=1)
    assert found.sources.dtype == np.int32
    assert found.weight.dtype == np.float32
    assert ((found.weight >= 0) & (found.weight <= 1)).all()
    assert not found.sources[:, ~hole].any()
    assert not found.weight[~hole].any()
    if (hole | donors).all():
        assert not found.sources.any()
        assert not found.weight.any()
        return
    rows, columns = _pointed_at(found, hole)
    assert ((rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)).all()
    assert not (hole | donors)[rows, columns].any()


def test_a_copy_is_found_where_it_was_taken_from() -> None:
    image = np.random.default_rng(1).integers(0, 256, (160, 200, 3), np.uint8)
    hole = np.zeros((160, 200), bool)
    hole[40:80, 50:100] = True
    image[30:90, 40:110] = image[90:150, 120:190]
    found = match(image, hole, threads=1)
    assert ((found.sources[0] == 60) & (found.sources[1] == 80))[hole].mean() > 0.98
    assert found.weight[hole].mean() > 0.98


def test_a_copy_at_the_corner_is_found_too() -> None:
    image = np.random.default_rng(1).integers(0, 256, (96, 96, 3), np.uint8)
    hole = np.zeros((96, 96), bool)
    hole[:10, :10] = True
    image[:20, :20] = image[50:70, 60:80]
    found = match(image, hole, threads=1)
    assert (found.sources[:, hole] == [[50], [60]]).all()
    assert (found.weight[hole] == 1).all()


def test_what_is_unlike_everything_else_is_hardly_trusted() -> None:
    image, hole = texture(96, 96), disc(96, 96, 16)
    alike = match(image, hole, threads=1)
    image[hole] = np.random.default_rng(0).integers(0, 256, (np.count_nonzero(hole), 3))
    unlike = match(image, hole, threads=1)
    assert alike.weight[hole].mean() > 0.5
    assert unlike.weight[disc(96, 96, 10)].max() < 0.01


def test_most_sources_of_a_fill_are_found_again_and_neighbours_stay_together() -> None:
    image, hole = stripes(160, 200), disc(160, 200, 40)
    image = np.clip(image + np.random.default_rng(0).normal(0, 8, image.shape), 0, 255).astype(np.uint8)
    filled = fill(image, hole, effort=EFFORTS["best"], threads=1)
    found = match(filled.image, hole, threads=1)
    rows, columns = _pointed_at(found, hole)
    assert np.abs(filled.image[hole].astype(int) - filled.image[rows, columns]).mean() < 10
    beside = hole[:, 1:] & hole[:, :-1]
    together = (found.sources[:, :, 1:] == found.sources[:, :, :-1]).all(axis=0)[beside]
    assert together.mean() > 0.5
    assert (found.sources == filled.sources).all(axis=0)[hole].mean() > 0.4


def test_donors_are_left_out() -> None:
    image = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)
    hole = np.zeros((120, 160), bool)
    hole[10:40, 10:40] = True
    image[5:45, 5:45] = image[70:110, 5:45]  # the best place
    donors = np.zeros_like(hole)
    donors[80:100] = True
    rows, columns = _pointed_at(match(image, hole, donors=donors, threads=1), hole)
    assert not donors[rows, columns].any()


def test_without_a_whole_known_patch_the_nearest_pixel_is_the_source() -> None:
    image = np.full((20, 20, 3), 90, np.uint8)
    image[:, 4:] = 200
    hole = np.ones((20, 20), bool)
    hole[:, 2] = False
    found = match(image, hole, threads=1)
    columns = np.broadcast_to(np.arange(20), hole.shape)
    assert not found.sources[0].any()
    assert np.array_equal(found.sources[1][hole], 2 - columns[hole])
    assert (found.weight[:, [0, 1, 3]] == 1).all()
    assert (found.weight[:, 4:] < 0.01).all()


@pytest.mark.parametrize("threads", [2, 16])
def test_threads_do_not_change_the_result(threads: int) -> None:
    image, hole = texture(220, 300), disc(220, 300, 80)
    one, many = match(image, hole, threads=1), match(image, hole, threads=threads)
    assert all(np.array_equal(a, b) for a, b in zip(one, many, strict=True))


def test_the_seed_decides() -> None:
    image, hole = texture(160, 200), disc(160, 200, 40)
    found = [match(image, hole, seed=seed, threads=1).sources for seed in (0, 1, 1)]
    assert np.array_equal(found[1], found[2])
    assert not np.array_equal(found[0], found[1])


def test_cancelling_stops_at_any_report() -> None:
    image, hole = texture(64, 64), disc(64, 64, 12)
    reports: list[float] = []
    match(image, hole, threads=1, report=lambda fraction, _note: reports.append(fraction))
    assert len(reports) > 5
    assert reports == sorted(reports)
    assert 0 <= reports[0] <= reports[-1] < 1
    for stop_at in (0, len(reports) // 2, len(reports) - 1):
        left = iter(range(stop_at))

        def report(_fraction: float, _note: str, left: object = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            match(image, hole, threads=1, report=report)


def test_a_large_hole_is_matched_quickly() -> None:
    image = texture(512, 512)
    hole = np.zeros((512, 512), bool)
    hole[128:384, 128:384] = True
    match(image, hole, threads=1)
    started = time.process_time()
    match(image, hole, threads=1)
    assert time.process_time() - started < 1.0  # 0.07 on a quiet machine

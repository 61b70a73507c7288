"""Detail for a fill drawn at a smaller size. The network is simulated: the true image is shrunk, then enlarged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.engine.evaluation.metrics import figures
from inpaint_studio.errors import Cancelled, NoSource
from inpaint_studio.exemplar.detail import EFFORTS, synthesise
from inpaint_studio.opencv import cv2
from tests.exemplar.images import disc, edge, stripes, texture

FAST = EFFORTS["fast"]


def shrink(image: np.ndarray, scale: float) -> np.ndarray:
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def enlarge(truth: np.ndarray, scale: float) -> np.ndarray:
    height, width = truth.shape[:2]
    return np.asarray(cv2.resize(shrink(truth, scale), (width, height), interpolation=cv2.INTER_CUBIC))


def erase(truth: np.ndarray, hole: np.ndarray) -> np.ndarray:
    image = truth.copy()
    image[hole] = (255, 0, 255)
    return image


def grass(height: int, width: int) -> np.ndarray:
    """Return fine blades over broad shades: what shrinking loses is alike everywhere."""
    rows, columns = np.mgrid[:height, :width]
    shade = 40 * np.sin(rows / 23) + 40 * np.cos(columns / 31)
    blades = np.random.default_rng(5).normal(0, 25, (height, width))
    blades = cv2.GaussianBlur(blades, (0, 0), 0.8) * 2
    return np.clip((110 + shade + blades)[..., None] * (0.6, 1.0, 0.5), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("scale", [0.5, 0.4, 0.3, 0.25, 0.125])
def test_coarse_colours_stay_and_sharpness_comes_back(scale: float) -> None:
    truth, hole = grass(256, 320), disc(256, 320, 50)
    drawn = enlarge(truth, scale)
    soft = np.where(hole[..., None], drawn, truth)
    filled = synthesise(erase(truth, hole), hole, drawn, scale, threads=1)
    small_hole = shrink(hole.astype(np.float32), scale) == 1
    off = shrink(filled.image.astype(np.float32), scale) - shrink(soft.astype(np.float32), scale)
    assert np.abs(off[small_hole]).mean() < 2
    after, before = figures(filled.image, truth, hole), figures(soft, truth, hole)
    assert 0.7 < after.sharpness < 1.25
    assert after.sharpness > min(0.95, before.sharpness + 0.1)
    assert after.chi2 < 0.5 * before.chi2
    assert abs(after.seam - 1) < 0.3
    assert filled.notes == ()


def test_an_edge_stays_where_it_was_drawn() -> None:
    truth, _ = edge(240, 320)
    hole = disc(240, 320, 50)
    drawn = enlarge(truth, 0.25)
    filled = synthesise(erase(truth, hole), hole, drawn, 0.25, threads=1)
    wrong = ((filled.image[..., 0] < 120) != (truth[..., 0] < 120))[hole]
    soft = ((drawn[..., 0] < 120) != (truth[..., 0] < 120))[hole]
    assert wrong.mean() < soft.mean() + 0.01
    step = figures(filled.image, truth, hole).sharpness
    assert step > 1.3 * figures(np.where(hole[..., None], drawn, truth), truth, hole).sharpness


def test_what_the_photo_does_not_show_stays_as_it_was_drawn() -> None:
    photo, hole = texture(200, 240), disc(200, 240, 40)
    strange = 255 - stripes(200, 240)
    drawn = enlarge(strange, 0.25)
    filled = synthesise(photo, hole, drawn, 0.25, threads=1)
    assert np.abs(filled.image[hole].astype(int) - drawn[hole]).mean() < 4
    assert filled.weight[hole].mean() < 0.2
    assert any("soft" in note for note in filled.notes)


def test_grey_stays_grey() -> None:
    grey = np.repeat(grass(120, 160)[..., 1:2], 3, axis=2)
    hole = disc(120, 160, 25)
    filled = synthesise(erase(grey, hole), hole, enlarge(grey, 0.25), 0.25, effort=FAST, threads=1)
    assert (filled.image == filled.image[..., :1])[hole].all()


@given(
    height=st.integers(7, 48),
    width=st.integers(7, 48),
    seed=st.integers(0, 2**31 - 1),
    scale=st.floats(0.02, 0.99),
    share=st.floats(0.02, 0.6),
    blocky=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_outside_the_hole_nothing_changes(
    height: int, width: int, seed: int, scale: float, share: float, blocky: bool
) -> None:
    random = np.random.default_rng(seed)
    image, drawn = random.integers(0, 256, (2, height, width, 3), np.uint8)
    hole, donors = random.random((2, height, width)) < [[[share * 0.02]], [[0.002]]]
    if blocky:
        hole[: round(height * share), : round(width * share)] = True
    hole[height // 2, width // 2] = True
    copies = [plane.copy() for plane in (image, drawn, hole, donors)]
    try:
        filled = synthesise(image, hole, drawn, scale, donors=donors, effort=FAST, seed=seed % 7, threads=1)
    except NoSource:
        return
    assert np.array_equal(filled.image[~hole], image[~hole])
    assert all(np.array_equal(a, b) for a, b in zip(copies, (image, drawn, hole, donors), strict=True))
    assert not filled.sources[:, ~hole].any()
    assert ((filled.weight >= 0) & (filled.weight <= 1)).all()
    assert not filled.weight[~hole].any()
    rows, columns = np.nonzero(hole)
    assert not (hole | donors)[rows + filled.sources[0][hole], columns + filled.sources[1][hole]].any()


def test_old_pixels_of_the_hole_and_the_drawing_outside_do_not_matter() -> None:
    truth, hole = grass(120, 160), disc(120, 160, 25)
    drawn = enlarge(truth, 0.25)
    one = synthesise(erase(truth, hole), hole, drawn, 0.25, effort=FAST, threads=1)
    loud = np.where(hole[..., None], drawn, np.array([0, 255, 0], np.uint8))
    other = synthesise(truth, hole, loud, 0.25, effort=FAST, threads=1)
    assert np.array_equal(one.image, other.image)


@pytest.mark.parametrize("threads", [2, 16])
def test_threads_do_not_change_pixels(threads: int) -> None:
    truth, hole = grass(220, 300), disc(220, 300, 60)
    drawn = enlarge(truth, 0.25)
    one, many = (synthesise(truth, hole, drawn, 0.25, threads=count) for count in (1, threads))
    assert all(np.array_equal(a, b) for a, b in zip(one[:3], many[:3], strict=True))


def test_seeds_differ_and_repeat() -> None:
    truth, hole = grass(160, 200), disc(160, 200, 40)
    drawn = enlarge(truth, 0.25)
    fills = [synthesise(truth, hole, drawn, 0.25, seed=seed, effort=FAST, threads=1).image for seed in (0, 1, 1)]
    assert np.array_equal(fills[1], fills[2])
    assert not np.array_equal(fills[0], fills[1])


def test_it_is_an_error_when_no_patch_is_known() -> None:
    truth, hole = grass(60, 60), disc(60, 60, 10)
    with pytest.raises(NoSource):
        synthesise(truth, hole, truth, 0.25, donors=~hole, threads=1)
    with pytest.raises(NoSource):
        synthesise(truth[:6, :6], hole[27:33, 27:33], truth[:6, :6], 0.25, threads=1)


def test_cancelling_stops_at_any_report() -> None:
    truth, hole = grass(64, 64), disc(64, 64, 12)
    reports: list[float] = []
    synthesise(truth, hole, truth, 0.25, threads=1, report=lambda fraction, _note: reports.append(fraction))
    assert reports == sorted(reports)
    assert 0 <= reports[0] <= reports[-1] < 1
    for stop_at in (0, len(reports) // 2, len(reports) - 1):
        left = iter(range(stop_at))

        def report(_fraction: float, _note: str, left: object = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            synthesise(truth, hole, truth, 0.25, threads=1, report=report)

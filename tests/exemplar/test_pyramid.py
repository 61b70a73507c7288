"""From one scale to the next: pixels, holes and texture on the way down, sources on the way up."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar import patchmatch, peel, pyramid
from inpaint_studio.exemplar.pyramid import Level
from inpaint_studio.threads import start_workers
from tests.exemplar.images import disc, stripes

SMOOTH, ROUGH = 20, 60


def level(image: np.ndarray, hole: np.ndarray, blocked: np.ndarray | None = None) -> Level:
    height, width = hole.shape
    pixels = pyramid.buffer(height, width)
    pixels[..., : image.shape[2]] = image
    plane = hole.astype(np.uint8)
    return Level(pixels, plane, plane if blocked is None else (hole | blocked).astype(np.uint8))


@pytest.mark.parametrize(
    ("children", "mean"),
    [((0, 0, 0, 1), 0), ((0, 0, 1, 1), 1), ((0, 1, 1, 1), 1), ((255, 255, 255, 254), 255), ((10, 11, 12, 13), 12)],
)
def test_means_are_rounded_to_the_nearest_number(children: tuple[int, ...], mean: int) -> None:
    image = np.repeat(np.array(children, np.uint8).reshape(2, 2, 1), 4, axis=2)
    assert pyramid.coarser(level(image, np.zeros((2, 2), bool))).pixels[0, 0].tolist() == [mean] * 4


def test_only_known_children_are_averaged_and_few_of_them_make_a_hole() -> None:
    """Coarse pixels with 0 to 3 of 4 children in the hole, and one at the border with 1 of 2."""
    values = np.arange(2 * 9, dtype=np.uint8).reshape(2, 9, 1)
    hole = np.array([[0, 0, 1, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 1, 0, 0]], bool)
    coarse = pyramid.coarser(level(values, hole))
    assert coarse.hole.tolist() == [[0, 0, 1, 1, 1]]
    assert coarse.pixels[0, :, 0].tolist() == [
        round((0 + 1 + 9 + 10) / 4),
        round((3 + 11 + 12) / 3),
        14,  # half of 13 + 14, rounded up
        16,
        17,
    ]
    blocked = pyramid.coarser(level(values, np.zeros_like(hole), hole))
    assert blocked.blocked.tolist() == [[0, 0, 1, 1, 1]]
    assert not blocked.hole.any()


def test_the_fourth_channel_is_the_strength_of_texture() -> None:
    """Its value is the mean step between neighbours (here 1 and 4), times the gain."""
    image = np.zeros((40, 80, 3), np.uint8)
    image[:, :40] = (np.arange(40) % 40)[None, :, None]
    image[:, 40:] = (4 * np.arange(40))[None, :, None]
    found = pyramid.texture(image, np.zeros((40, 80), np.uint8), 5)
    assert found[20, SMOOTH] == pytest.approx(pyramid.TEXTURE_GAIN, abs=1)
    assert found[20, ROUGH] == pytest.approx(4 * pyramid.TEXTURE_GAIN, abs=1)
    assert 40 <= found[20, ROUGH] < 255
    levels = pyramid.build(image, disc(40, 80, 5).astype(np.uint8), disc(40, 80, 5).astype(np.uint8))
    assert levels[0].pixels[20, ROUGH, 3] > 2 * levels[0].pixels[20, SMOOTH, 3] > 0


def test_sources_keep_their_place_on_the_way_up() -> None:
    """A source is the same way off at every scale, also for odd rows and columns."""
    hole = disc(96, 128, 14)
    fine = level(stripes(96, 128), hole)
    coarse = pyramid.coarser(fine)
    height, width = coarse.shape
    rows, columns = coarse.targets // width, coarse.targets % width
    down, across = np.where(rows < height // 2, -11, 11), np.where(columns < width // 2, -14, 14)
    field = patchmatch.Field(coarse, ((rows + down) * width + columns + across).astype(np.int32))
    source = patchmatch.finer(field, fine, 0)
    from_rows, from_columns = source // fine.shape[1], source % fine.shape[1]
    rows, columns = fine.targets // fine.shape[1], fine.targets % fine.shape[1]
    np.testing.assert_array_equal(from_rows - rows, np.where(rows < 48, -22, 22))
    np.testing.assert_array_equal(from_columns - columns, np.where(columns < 64, -28, 28))


def test_the_first_fill_goes_from_outside_in() -> None:
    """Each pixel is chosen by known ones around it; the middle first would be chosen by none."""
    truth, hole = stripes(72, 96), disc(72, 96, 12)
    damaged = truth.copy()
    damaged[hole] = 0
    found = level(damaged, hole)
    with start_workers(1, lambda: None) as workers:
        peel.peel(found, 0, workers)
    difference = found.pixels[..., :3][hole].astype(int) - truth[hole]
    assert np.abs(difference).max() <= 2


@pytest.mark.parametrize(("blur", "at_once"), [(5, 2000), (17, 5000), (33, 64)])
def test_texture_and_depth_are_the_same_in_strips(monkeypatch: pytest.MonkeyPatch, blur: int, at_once: int) -> None:
    random = np.random.default_rng(blur)
    image = random.integers(0, 256, (210, 90, 3), np.uint8)
    image[:100] //= 17
    hole = (random.random((210, 90)) < 0.01).astype(np.uint8)
    hole[50:110, 20:60] = 1
    places = np.flatnonzero(hole).astype(np.int32) - 1
    whole = pyramid.texture(image, hole, blur), pyramid.depth_at(hole, places)
    assert whole[0].any()
    assert whole[1].max() > 10
    monkeypatch.setattr(pyramid, "AT_ONCE", at_once)
    in_strips = pyramid.texture(image, hole, blur), pyramid.depth_at(hole, places)
    assert all(np.array_equal(*pair) for pair in zip(whole, in_strips, strict=True))


def test_colours_are_taken_in_the_memory_of_the_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    image = np.random.default_rng(0).integers(0, 256, (37, 50, 4), np.uint8)
    for at_once in (1, 300, 1 << 20):
        monkeypatch.setattr(pyramid, "AT_ONCE", at_once)
        made = level(image, np.zeros((37, 50), bool))
        colours = made.take_colours()
        assert np.array_equal(colours, image[..., :3])
        assert np.shares_memory(colours, made.pixels)

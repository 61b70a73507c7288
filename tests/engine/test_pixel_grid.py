"""Pixel art and drawn patterns: the fill stays on the grid, takes only colours of the picture, and blends nothing."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.pattern import find_periods
from inpaint_studio.engine.fill.pixel_grid import GridModel, PixelGrid, find_grid
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.worn_grid import find_worn_grid
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import AUTO, Fill, Guide, Options, Traits
from inpaint_studio.models.base.registry import Registry, registry
from inpaint_studio.opencv import cv2
from tests.exemplar import images

FAST = Options("fast", threads=1)


def pixel_art(blocks: int, side: int, seed: int, start: tuple[int, int] = (0, 0)) -> np.ndarray:
    """Return a landscape of squares and discs in six colours; blocks of `side` px, the first ones cut by `start` px."""
    random = np.random.default_rng(seed)
    colours = random.integers(0, 256, (6, 3), np.uint8)
    small = np.zeros((blocks, blocks), np.intp)
    small[blocks // 2 :] = 1
    rows, columns = np.mgrid[:blocks, :blocks]
    for _ in range(blocks // 2):
        size, colour = random.integers(2, 8), random.integers(0, 6)
        row, column = random.integers(0, blocks - 8, 2)
        if random.random() < 0.5:
            small[row : row + size, column : column + size] = colour
        else:
            small[(rows - row) ** 2 + (columns - column) ** 2 < size**2 / 4] = colour
    big = np.kron(colours[small], np.ones((side, side, 1), np.uint8))
    return np.ascontiguousarray(big[start[0] :, start[1] :])


def is_on_grid(pixels: np.ndarray, side: int, start: tuple[int, int]) -> bool:
    """Return whether every block has one colour."""
    padded = np.pad(pixels, ((start[0], -(pixels.shape[0] + start[0]) % side), (start[1], 0), (0, 0)), "edge")
    padded = padded[:, : padded.shape[1] // side * side]
    blocks = padded.reshape(padded.shape[0] // side, side, -1, side, pixels.shape[2])
    return bool((blocks == blocks[:, :1, :, :1]).all())


def disc(shape: tuple[int, ...], row: float, column: float, radius: float) -> np.ndarray:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


@pytest.mark.parametrize("model", [AUTO, "exemplar", "telea"])
@pytest.mark.parametrize(
    ("blocks", "side", "seed", "start"),
    [
        (60, 4, 0, (0, 0)),
        (60, 4, 1, (3, 1)),
        (50, 3, 2, (0, 2)),
        (40, 8, 3, (5, 0)),
        (24, 16, 4, (0, 0)),
        (70, 2, 5, (1, 0)),
    ],
)
def test_pixel_art_stays_on_its_grid(model, blocks, side, seed, start):
    picture = pixel_art(blocks, side, seed, start)
    hole = disc(picture.shape, picture.shape[0] * 0.47, picture.shape[1] * 0.55, picture.shape[0] * 0.13)
    damaged = picture.copy()
    damaged[hole] = 255, 0, 255
    result = fill(Request(damaged, hole, model, options=FAST), Ticket())
    assert is_on_grid(result.pixels, side, start)
    known = {tuple(colour) for colour in np.unique(damaged[~hole], axis=0)}
    assert {tuple(colour) for colour in np.unique(result.pixels[hole], axis=0)} <= known
    np.testing.assert_array_equal(result.pixels[~hole], damaged[~hole])
    assert result.flow is not None
    rows, columns = np.nonzero(result.flow.hole)
    rows, columns = rows + result.flow.box.top, columns + result.flow.box.left
    offsets = result.flow.offsets[:, result.flow.hole]
    assert not hole[rows + offsets[0], columns + offsets[1]].any()


def compress(picture: np.ndarray, quality: int) -> np.ndarray:
    """Return `picture` as a JPEG file shows it; OpenCV's order of channels does not matter here."""
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def dither(picture: np.ndarray, side: int) -> np.ndarray:
    """Darken every second block of the lower half."""
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    odd = ((rows // side + columns // side) % 2 == 1) & (rows > picture.shape[0] / 2)
    return np.where(odd[..., None], picture // 3, picture)


@pytest.mark.parametrize("model", [AUTO, "telea"])
@pytest.mark.parametrize("quality", [95, 90, 75])
@pytest.mark.parametrize(("side", "start", "dithered"), [(4, (0, 0), False), (5, (2, 3), True), (8, (3, 1), False)])
def test_compressed_pixel_art_stays_on_its_grid(model, quality, side, start, dithered):
    picture = pixel_art(50, side, side)
    picture = np.ascontiguousarray((dither(picture, side) if dithered else picture)[start[0] :, start[1] :])
    damaged = compress(picture, quality)
    hole = disc(picture.shape, picture.shape[0] * 0.45, picture.shape[1] * 0.5, 5 * side)
    damaged[hole] = 255, 0, 255
    result = fill(Request(damaged, hole, model, options=FAST), Ticket())
    rows, columns = ((np.arange(length) + first) // side for length, first in zip(hole.shape, start, strict=True))
    blocks = (rows[:, None] * 1000 + columns)[hole]
    colours = result.pixels[hole].astype(int)
    for block in np.unique(blocks):
        assert np.ptp(colours[blocks == block], axis=0).max() == 0, "a block of the fill has several colours"
    np.testing.assert_array_equal(result.pixels[~hole], damaged[~hole])


def test_a_thin_hole_keeps_the_blocks_it_leaves_known():
    """A line of 2 px through blocks of 8 px: every block is still known, so nothing is guessed."""
    picture = pixel_art(24, 8, 6)
    hole = np.zeros(picture.shape[:2], np.bool_)
    hole[:, 99:101] = True
    damaged = picture.copy()
    damaged[hole] = 0, 255, 0
    np.testing.assert_array_equal(fill(Request(damaged, hole, options=FAST), Ticket()).pixels, picture)


@pytest.mark.parametrize("excluded", ["beside", "around", "all but a block"])
def test_no_block_is_completed_from_excluded_pixels(excluded):
    """Blocks are known beside the hole only where they are excluded, or only in part not: the others count."""
    picture = pixel_art(24, 8, 6)
    hole, donors = np.zeros(picture.shape[:2], np.bool_), np.zeros(picture.shape[:2], np.bool_)
    hole[:, 98:102] = True
    if excluded == "beside":
        donors[:, 96:98] = True
    else:
        donors[:, 96:104] = True
    if excluded == "all but a block":
        donors[:] = True
        donors[160:168, 120:128] = False
    damaged = picture.copy()
    damaged[hole] = 0, 255, 0
    result = fill(Request(damaged, hole, "exemplar", Guide(donors=donors), FAST), Ticket())
    for row, column in np.argwhere(hole):
        from_row, from_column = result.flow.source_of(int(row), int(column))[:2]
        assert not (hole | donors)[from_row, from_column]
        np.testing.assert_array_equal(result.pixels[row, column], damaged[from_row, from_column])


def test_a_sprite_keeps_its_transparency_on_the_grid():
    sprite = np.dstack([pixel_art(40, 4, 7), np.full((160, 160), 255, np.uint8)])
    opaque = np.kron(images.disc(40, 40, 14), np.ones((4, 4), np.bool_)) > 0
    sprite[~opaque] = 255, 0, 255, 0
    hole = disc(sprite.shape, 80, 130, 15)
    for model in (AUTO, "telea"):
        result = fill(Request(sprite, hole, model, options=FAST), Ticket()).pixels
        assert is_on_grid(result[..., 3:], 4, (0, 0))
        assert set(np.unique(result[..., 3])) == {0, 255}
        assert not (result[hole & (result[..., 3] > 0)][:, :3] == (255, 0, 255)).all(axis=1).any()


def test_a_block_gets_the_colour_that_most_of_its_pixels_have():
    class Copier:
        traits = Traits("copier", "Copier", "Copies red into most of a block, blue into one pixel.", values="bytes")

        def fill(self, image, hole, _guide, _options, _ticket):
            red, blue = (np.argwhere((image == colour).all(axis=2))[0] for colour in ((200, 0, 0), (0, 0, 200)))
            rows, columns = np.nonzero(hole)
            few = (rows % 3 == 0) & (columns % 3 == 0)
            sources = np.zeros((2, *hole.shape), np.int32)
            sources[:, rows, columns] = np.where(few, blue[:, None], red[:, None]) - np.stack([rows, columns])
            return Fill(image, sources=sources, weight=hole.astype(np.float32))

        def warm_up(self, ticket):
            pass

    picture = np.full((60, 60, 3), 90, np.uint8)
    picture[:6, :6], picture[:6, 12:18] = (200, 0, 0), (0, 0, 200)
    hole = np.zeros((60, 60), np.bool_)
    hole[24:42, 24:42] = True
    grid = PixelGrid((6, 6), (0, 0))
    filled = GridModel(Copier(), grid).fill(picture, hole, Guide(), FAST, Ticket()).image
    assert (filled[hole] == (200, 0, 0)).all()


def test_what_a_network_draws_is_brought_onto_the_grid(monkeypatch):
    class Network:
        traits = Traits("net", "Net", "Draws noise.", values="unit")

        def fill(self, image, _hole, _guide: Guide, _options, _ticket):
            return Fill(np.random.default_rng(0).random(image.shape, np.float32))

        def warm_up(self, ticket):
            pass

    models = {**registry().models, "net": Network()}
    monkeypatch.setattr("inpaint_studio.engine.fill.run.model_library", lambda: Registry(models))
    picture = pixel_art(40, 4, 8)
    hole = disc(picture.shape, 80, 80, 20)
    result = fill(Request(picture, hole, "net", options=FAST), Ticket()).pixels
    assert is_on_grid(result, 4, (0, 0))
    known = {tuple(colour) for colour in np.unique(picture[~hole], axis=0)}
    assert {tuple(colour) for colour in np.unique(result[hole], axis=0)} <= known


def ruled(height: int, width: int, period: tuple[int, int], thick: int, start: tuple[int, int]) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    lines = ((rows - start[0]) % period[0] < thick) | ((columns - start[1]) % period[1] < thick)
    return np.where(lines[..., None], np.array([60, 80, 120], np.uint8), np.array([240, 238, 230], np.uint8))


def chequered(height: int, width: int, side: int, start: tuple[int, int]) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    light = ((rows + start[0]) // side + (columns + start[1]) // side) % 2
    return np.where(light[..., None], np.array([200, 200, 200], np.uint8), np.array([120, 60, 40], np.uint8))


@pytest.mark.parametrize("model", [AUTO, "telea"])
@pytest.mark.parametrize(
    "picture",
    [
        ruled(240, 300, (30, 30), 1, (0, 0)),
        ruled(240, 300, (30, 30), 2, (7, 13)),
        ruled(200, 320, (24, 40), 3, (5, 1)),
        chequered(240, 300, 30, (0, 0)),
        chequered(160, 200, 8, (3, 5)),
        np.repeat(ruled(200, 40, (20, 20), 4, (0, 0))[:, 10:11], 240, axis=1),
    ],
    ids=["ruled", "ruled 2 px", "ruled 3 px", "chequered", "chequered 8 px", "stripes"],
)
def test_a_pattern_goes_on_to_the_bit(model, picture):
    hole = disc(picture.shape, picture.shape[0] * 0.5, picture.shape[1] * 0.45, 45)
    damaged = picture.copy()
    damaged[hole] = 230, 20, 20
    np.testing.assert_array_equal(fill(Request(damaged, hole, model, options=FAST), Ticket()).pixels, picture)


def test_photographs_and_drawings_without_a_grid_have_none():
    for picture in (images.texture(120, 160), images.dusk(120, 160), images.stripes(120, 160)):
        known = ~images.disc(120, 160, 20)
        assert find_grid(picture, known) is None
        assert find_worn_grid(picture, known) is None
        assert find_worn_grid(compress(picture, 20), known) is None
        assert find_periods(picture, known) is None
    drawing = np.full((120, 160, 3), 250, np.uint8)
    drawing[30:90, 40:120] = 20, 60, 200
    drawing[50:55, 60:90] = 0
    known = ~images.disc(120, 160, 8)
    assert find_grid(drawing, known) is None
    assert find_worn_grid(drawing, known) is None
    assert find_worn_grid(compress(drawing, 60), known) is None
    assert find_periods(drawing, known) is None
    flat = np.full((50, 60, 3), 9, np.uint8)
    assert find_grid(flat, np.ones((50, 60), np.bool_)) is None


def test_the_grid_and_its_phase_are_found():
    known = np.ones((157, 158), np.bool_)
    assert find_grid(pixel_art(40, 4, 0, (3, 2)), known) == PixelGrid((4, 4), (1, 2))
    wide = np.repeat(pixel_art(40, 4, 0), 2, axis=1)
    assert find_grid(wide, np.ones((160, 320), np.bool_)) == PixelGrid((4, 8), (0, 0))

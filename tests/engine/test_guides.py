"""Masks, guide lines and edges from image files."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.photo.guides import read_edges, read_lines, read_mask
from inpaint_studio.errors import InputError, PhotoError

SIZE = (20, 30)
HOLE = np.zeros(SIZE, bool)
HOLE[5:9, 7:20] = True


def rgba() -> Image.Image:
    pixels = np.full((*SIZE, 4), 255, np.uint8)
    pixels[..., 3] = HOLE * 255  # white everywhere, but visible only in the hole
    return Image.fromarray(pixels)


MASKS = {
    "8-bit": Image.fromarray(np.where(HOLE, 128, 127).astype(np.uint8)),
    "RGB": Image.fromarray(np.repeat(np.where(HOLE, 255, 0).astype(np.uint8)[..., None], 3, axis=2)),
    "RGBA": rgba(),
    "1-bit": Image.fromarray(HOLE),
    "16-bit": Image.fromarray(np.where(HOLE, 65535, 0).astype(np.uint16)),
    "palette": Image.fromarray(np.where(HOLE, 255, 0).astype(np.uint8)).convert("P"),
}


@pytest.mark.parametrize("kind", MASKS)
def test_a_mask_of_any_kind(tmp_path, kind):
    MASKS[kind].save(tmp_path / "mask.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "mask.png", SIZE), HOLE)


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (read_mask, "mask is"),
        (read_lines, "guide lines are"),
        (read_edges, "edge map is"),
    ],
)
def test_another_size_is_an_error_with_both_sizes(tmp_path, read, name):
    MASKS["8-bit"].save(tmp_path / "a.png")
    with pytest.raises(InputError, match=f"{name} 30 x 20 pixels and the photo 31 x 20"):
        read(tmp_path / "a.png", (20, 31))
    (tmp_path / "b.png").write_text("no picture")
    with pytest.raises(PhotoError):
        read(tmp_path / "b.png", (20, 31))


def test_grey_lines_keep_their_numbers(tmp_path):
    drawn = np.zeros(SIZE, np.uint8)
    drawn[3], drawn[9], drawn[:, 4] = 1, 200, 255
    Image.fromarray(drawn).save(tmp_path / "lines.png")
    np.testing.assert_array_equal(read_lines(tmp_path / "lines.png", SIZE), drawn)


def test_every_colour_is_a_line(tmp_path):
    drawn = np.zeros((*SIZE, 3), np.uint8)
    drawn[3], drawn[9], drawn[15] = (255, 0, 0), (0, 255, 0), (255, 0, 1)
    Image.fromarray(drawn).save(tmp_path / "lines.png")
    lines = read_lines(tmp_path / "lines.png", SIZE)
    assert sorted({int(lines[row, 0]) for row in (3, 9, 15)}) == [1, 2, 3]
    assert np.count_nonzero(lines) == 3 * SIZE[1]
    for row in (3, 9, 15):
        assert (lines[row] == lines[row, 0]).all()


def test_too_many_colours_for_lines(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "lines.png")
    with pytest.raises(InputError, match="at most 255 lines"):
        read_lines(tmp_path / "lines.png", SIZE)


def test_transparent_colours_are_no_lines(tmp_path):
    drawn = np.full((*SIZE, 4), (255, 0, 0, 0), np.uint8)
    drawn[4] = (0, 255, 0, 255)
    Image.fromarray(drawn).save(tmp_path / "lines.png")
    assert (read_lines(tmp_path / "lines.png", SIZE) > 0).sum() == SIZE[1]


def test_edges_are_in_unit_range(tmp_path):
    MASKS["RGB"].save(tmp_path / "edges.png")
    edges = read_edges(tmp_path / "edges.png", SIZE)
    assert edges.dtype == np.float32
    np.testing.assert_array_equal(edges, HOLE.astype(np.float32))

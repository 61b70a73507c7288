"""What files mean as masks: paint on transparency, 0 and 1, JPEGs, soft, inverted and turned masks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from inpaint_studio.engine.masks.interpret import interpret, looks_inverted, share
from inpaint_studio.engine.masks.read import check_size, is_mask_for, read_mask_file, write_mask_file
from inpaint_studio.engine.masks.shape import feather, grow, shrink
from inpaint_studio.errors import InputError, PhotoError
from tests import synthetic

Bytes = NDArray[np.uint8]

SIZE = (60, 80)
HOLE = synthetic.disc(*SIZE)
HARD = HOLE.astype(np.uint8) * 255
SOFT = feather(HARD, 8)


def paint(colour: tuple[int, int, int], alpha: Bytes) -> Bytes:
    """Paint of one colour with this opacity, over hidden green."""
    pixels = np.empty((*SIZE, 4), np.uint8)
    pixels[..., :3] = np.where(alpha[..., None] > 0, colour, (0, 255, 0))
    pixels[..., 3] = alpha
    return pixels


def on_ground(colour: tuple[int, ...], ground: tuple[int, ...], coverage: Bytes) -> Bytes:
    part = coverage[..., None] / 255
    return np.rint(part * colour + (1 - part) * np.array(ground)).astype(np.uint8)


def grey(values: Bytes) -> Bytes:
    return np.repeat(values[..., None], 3, axis=2)


@pytest.mark.parametrize("mask", [HARD, SOFT], ids=["hard", "soft"])
@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (255, 0, 0), (20, 30, 60)])
def test_paint_on_transparency_is_the_hole_whatever_its_colour(colour: tuple[int, int, int], mask: Bytes) -> None:
    assert np.array_equal(interpret(paint(colour, mask), "m.png").coverage, mask)


@pytest.mark.parametrize("mask", [HARD, SOFT], ids=["hard", "soft"])
@pytest.mark.parametrize("ground", [(0, 0, 0), (255, 255, 255), (90, 90, 200)])
def test_coloured_paint_on_an_opaque_ground(ground: tuple[int, int, int], mask: Bytes) -> None:
    read = interpret(on_ground((255, 0, 0), ground, mask), "m.png").coverage
    assert abs(read.astype(int) - mask).max() <= 1


def test_white_on_black_keeps_every_coverage() -> None:
    assert np.array_equal(interpret(grey(SOFT), "m.png").coverage, SOFT)


@pytest.mark.parametrize("value", [1, 2, 100, 128, 255])
def test_a_mask_of_zero_and_one_other_value_is_hard(value: int) -> None:
    assert np.array_equal(interpret(grey(np.where(HOLE, value, 0).astype(np.uint8)), "m.png").coverage, HARD)


def test_black_and_white_on_transparency_is_white_on_black() -> None:
    pixels = np.dstack([grey(HARD), np.full(SIZE, 255, np.uint8)])
    pixels[:, :5, 3] = 0
    expected = HARD.copy()
    expected[:, :5] = 0
    assert np.array_equal(interpret(pixels, "m.png").coverage, expected)


def test_several_colours_of_paint_are_all_the_hole() -> None:
    pixels = paint((255, 0, 0), HARD)
    pixels[:30, :, :3] = (0, 0, 255)
    assert np.array_equal(interpret(pixels, "m.png").coverage, HARD)


def test_of_a_picture_the_transparent_part_is_the_hole() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (*SIZE, 3), np.uint8)
    read = interpret(np.dstack([noise, 255 - HARD]), "cut.png")
    assert np.array_equal(read.coverage, HARD)
    assert read.notes == ("cut.png is a picture with a transparent part; that part is the hole.",)


def test_an_empty_mask_and_a_transparent_one_have_no_hole() -> None:
    for empty in (np.zeros((*SIZE, 3), np.uint8), np.zeros((*SIZE, 4), np.uint8)):
        assert not interpret(empty, "m.png").coverage.any()


def test_a_photo_is_no_mask() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (*SIZE, 3), np.uint8)
    with pytest.raises(InputError, match=r"bird.png is a photo and not a mask; paint the hole"):
        interpret(noise, "bird.png")


@pytest.mark.parametrize("quality", [30, 75, 95])
def test_a_jpeg_mask_is_clean_beside_its_rim(tmp_path: Path, quality: int) -> None:
    Image.fromarray(HARD).save(tmp_path / "m.jpg", quality=quality)
    with Image.open(tmp_path / "m.jpg") as image:
        assert len(np.unique(np.asarray(image))) > 2  # the file is noisy
    read = read_mask_file(tmp_path / "m.jpg").coverage
    wide, core = grow(HARD, 3), shrink(HARD, 3)
    assert not read[wide == 0].any()
    assert (read[core == 255] == 255).all()


def test_a_soft_jpeg_mask_stays_soft(tmp_path: Path) -> None:
    Image.fromarray(SOFT).save(tmp_path / "m.jpg", quality=90)
    read = read_mask_file(tmp_path / "m.jpg").coverage
    assert abs(read.astype(int) - SOFT)[(SOFT > 60) & (SOFT < 195)].max() < 24
    assert not read[grow(SOFT, 2) == 0].any()


def test_a_jpeg_mask_in_red(tmp_path: Path) -> None:
    Image.fromarray(on_ground((255, 0, 0), (0, 0, 0), HARD)).save(tmp_path / "m.jpg", quality=85)
    read = read_mask_file(tmp_path / "m.jpg").coverage
    assert ((read >= 128) == HOLE).mean() > 0.98


def test_inverted_masks_are_noticed() -> None:
    assert looks_inverted(255 - HARD)
    assert not looks_inverted(HARD)
    assert share(255 - HARD) == pytest.approx(1 - HOLE.mean())
    half = np.zeros(SIZE, np.uint8)
    half[:30] = 255
    assert not looks_inverted(half)


def test_a_mask_of_another_size_is_refused() -> None:
    check_size((60, 80), (60, 80))
    with pytest.raises(InputError, match=r"The mask is 40 x 30 pixels and the photo 80 x 60"):
        check_size((30, 40), (60, 80))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert write_mask_file(tmp_path / "m.png", SOFT) == ()
    with Image.open(tmp_path / "m.png") as image:
        assert image.mode == "L"
    assert np.array_equal(read_mask_file(tmp_path / "m.png").coverage, SOFT)


def test_a_file_that_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "m.png").write_text("no picture")
    with pytest.raises(PhotoError):
        read_mask_file(tmp_path / "m.png")


@pytest.mark.parametrize(
    ("ground", "paint"), [(0, 1), (1, 2), (0, 128), (30, 200), (128, 255)], ids=lambda value: str(value)
)
def test_of_two_greys_the_lighter_one_is_the_hole(tmp_path: Path, ground: int, paint: int) -> None:
    Image.fromarray(np.where(HOLE, paint, ground).astype(np.uint8)).save(tmp_path / "m.png")
    assert np.array_equal(read_mask_file(tmp_path / "m.png").coverage, HARD)


@pytest.mark.parametrize("paint", [1, 3, 200, 255, 256, 65535])
def test_masks_of_16_bits(tmp_path: Path, paint: int) -> None:
    Image.fromarray(np.where(HOLE, paint, 0).astype(np.uint16)).save(tmp_path / "m.png")
    assert np.array_equal(read_mask_file(tmp_path / "m.png").coverage, HARD)
    assert is_mask_for(tmp_path / "m.png", SIZE)


def test_paint_of_half_opacity_is_full(tmp_path: Path) -> None:
    paint = np.zeros((*SIZE, 4), np.uint8)
    paint[HOLE] = (255, 0, 0, 127)
    Image.fromarray(paint).save(tmp_path / "m.png")
    assert np.array_equal(read_mask_file(tmp_path / "m.png").coverage, HARD)


def test_a_soft_mask_of_video_levels_has_a_black_ground(tmp_path: Path) -> None:
    levels = np.rint(16 + SOFT.astype(float) * (219 / 255)).astype(np.uint8)
    Image.fromarray(levels).save(tmp_path / "m.png")
    read = read_mask_file(tmp_path / "m.png").coverage
    assert np.array_equal(read == 0, SOFT == 0)
    assert abs(read.astype(int) - SOFT).max() <= 2
    assert read.max() == 255


def test_a_grey_photo_is_no_mask(tmp_path: Path) -> None:
    grey = np.repeat(synthetic.photo(*SIZE)[..., :1], 3, axis=2)
    Image.fromarray(grey).save(tmp_path / "m.png")
    with pytest.raises(InputError, match=r"m.png is a photo and not a mask; paint the hole white on black"):
        read_mask_file(tmp_path / "m.png")


def test_a_soft_ramp_is_a_mask(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 255, SIZE[1]).astype(np.uint8), (SIZE[0], 1))
    Image.fromarray(ramp).save(tmp_path / "m.png")
    assert np.array_equal(read_mask_file(tmp_path / "m.png").coverage, ramp)

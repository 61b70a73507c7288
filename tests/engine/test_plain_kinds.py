"""Photos with few colours, one bit, greys or inks are saved as they were; only filled pixels change."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.photo import packed_tiff
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import Photo, open_photo
from tests import synthetic

HOLE = (slice(30, 62), slice(40, 81))
SOURCE = (slice(0, 32), slice(0, 41))


def write(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def scene(mode: str) -> Image.Image:
    return Image.fromarray(synthetic.photo(96, 131)).convert(mode)


def few(colours: int) -> Image.Image:
    return scene("RGB").quantize(colours, dither=Image.Dither.NONE)


def copied(photo: Photo) -> np.ndarray:
    """The photo with pixels of its own in the hole, as they are copied."""
    pixels = photo.pixels.copy()
    pixels[HOLE] = pixels[SOURCE]
    return pixels


def values(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path))


def with_copy(before: np.ndarray) -> np.ndarray:
    after = before.copy()
    after[HOLE] = before[SOURCE]
    return after


def check_outside(after: np.ndarray, before: np.ndarray) -> None:
    outside = np.ones(before.shape[:2], bool)
    outside[HOLE] = False
    np.testing.assert_array_equal(after[outside], before[outside])


def bits_of(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    return data[24], data[25]  # of the head of a PNG: bits and colour type


TIFFS: dict[str, tuple[Image.Image, dict[str, Any]]] = {
    "group4": (scene("1"), {"compression": "group4"}),
    "group3": (scene("1"), {"compression": "group3"}),
    "white is zero": (scene("1"), {"compression": "group4", "tiffinfo": {262: 0}}),
    "packbits": (scene("1"), {"compression": "packbits"}),
    "grey": (scene("L"), {"compression": "tiff_lzw"}),
    "palette": (few(64), {"compression": "tiff_lzw"}),
    "inks": (scene("CMYK"), {"compression": "tiff_lzw"}),
    "grey and alpha": (scene("LA"), {"compression": "tiff_adobe_deflate"}),
}


@pytest.mark.parametrize("kind", TIFFS)
def test_copied_pixels_of_a_tiff_keep_its_kind_and_values(tmp_path, kind):
    image, options = TIFFS[kind]
    path = write(tmp_path / "a.tif", image, **options)
    before = values(path)
    with Image.open(path) as opened:
        tags = {tag: opened.tag_v2.get(tag) for tag in (258, 259, 262, 277)}
    photo = open_photo(path)
    assert save_photo(photo, path, copied(photo)) == ()
    np.testing.assert_array_equal(values(path), with_copy(before))
    with Image.open(path) as opened:
        assert opened.mode == image.mode
        assert {tag: opened.tag_v2.get(tag) for tag in tags} == tags


def test_a_page_with_white_as_zero_is_not_turned_round_pixel_by_pixel(tmp_path, monkeypatch):
    """Pillow does that in Python, which takes many seconds for a scanned page."""
    path = write(tmp_path / "a.tif", scene("1"), compression="group4", tiffinfo={262: 0})
    photo = open_photo(path)
    load = Image.Image.load

    class NoPixel:
        def __getitem__(self, place):
            raise AssertionError("one pixel was read")

    def load_whole(image: Any) -> NoPixel:
        load(image)
        return NoPixel()

    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "load", load_whole)
        save_photo(photo, path, copied(photo))
    after = Image.open(path)
    assert (after.tag_v2[262], after.tag_v2[259]) == (0, 4)
    np.testing.assert_array_equal(np.asarray(after), with_copy(np.asarray(scene("1"))))


@pytest.mark.parametrize(("colours", "bits"), [(2, 1), (4, 2), (16, 4), (64, 8)])
def test_a_palette_and_its_numbers_stay(tmp_path, colours, bits):
    image = few(colours)
    path = write(tmp_path / "a.png", image, bits=bits, transparency=1)
    palette = Image.open(path).getpalette("RGB")
    before = values(path)
    photo = open_photo(path)
    assert photo.pixels.shape[2] == 4
    assert save_photo(photo, path, copied(photo)) == ()
    assert bits_of(path) == (bits, 3)
    after = Image.open(path)
    assert after.getpalette("RGB") == palette
    assert after.info["transparency"] == b"\xff\x00" or after.info["transparency"] == 1
    np.testing.assert_array_equal(values(path), with_copy(before))


def grey_png(bits: int, transparent: int | None = None) -> bytes:
    """A grey PNG of few bits, which Pillow does not write."""
    grey = np.asarray(scene("L")) >> (8 - bits)
    rows = np.packbits(((grey[..., None] >> np.arange(bits - 1, -1, -1)) & 1).reshape(96, -1), axis=1)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 131, 96, bits, 0, 0, 0, 0))
    hidden = b"" if transparent is None else chunk(b"tRNS", struct.pack(">H", transparent))
    pixels = zlib.compress(np.pad(rows, ((0, 0), (1, 0))).tobytes())
    return b"\x89PNG\r\n\x1a\n" + head + hidden + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("transparent", [None, 1])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_greys_of_few_bits(tmp_path, bits, transparent):
    path = tmp_path / "a.png"
    path.write_bytes(grey_png(bits, transparent))
    before = values(path)
    photo = open_photo(path)
    assert save_photo(photo, path, copied(photo)) == ()
    assert bits_of(path) == (bits, 0)
    np.testing.assert_array_equal(values(path), with_copy(before))
    np.testing.assert_array_equal(open_photo(path).pixels, copied(photo))


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
@pytest.mark.parametrize("photometric", [0, 1, 3])
@pytest.mark.parametrize("bits", [2, 4])
def test_a_tiff_of_few_bits(tmp_path, bits, photometric, compression):
    path = tmp_path / "a.tif"
    colour_map = tuple(np.random.default_rng(1).integers(0, 65536, 3 << bits).tolist()) if photometric == 3 else ()
    grey = np.asarray(scene("L")) >> (8 - bits)
    with path.open("wb+") as file:
        packed_tiff.write(file, grey, packed_tiff.PackedKind(bits, photometric, compression, colour_map), {})
    before = values(path)
    np.testing.assert_array_equal(before, grey if photometric == 3 else grey * (255 // ((1 << bits) - 1)))
    photo = open_photo(path)
    assert save_photo(photo, path, copied(photo)) == ()
    np.testing.assert_array_equal(values(path), with_copy(before))
    with Image.open(path) as image:
        assert image.tag_v2[258] == (bits,)
        assert image.tag_v2[262] == photometric
        assert image.info["compression"] == compression
        assert image.tag_v2.get(320, ()) == colour_map


def test_a_dithered_photo_is_dithered_inside_the_hole(tmp_path):
    ramp = np.tile(np.linspace(0, 255, 131).astype(np.uint8), (96, 1))
    path = write(tmp_path / "a.png", Image.fromarray(ramp).convert("1"))
    before = values(path)
    photo = open_photo(path)
    pixels = photo.pixels.copy()
    pixels[HOLE] = ramp[HOLE][..., None]  # greys, as a network makes them
    assert "black and white" in save_photo(photo, path, pixels)[0]
    after = values(path)
    assert bits_of(path) == (1, 0)
    check_outside(after, before)
    inside = after[HOLE].astype(float) * 255
    assert abs(inside.mean() - ramp[HOLE].mean()) < 3  # dithering keeps the mean; a threshold would be 20 off
    assert abs(inside[:, :14].mean() - ramp[HOLE][:, :14].mean()) < 14


def test_a_scanned_page_is_thresholded_inside_the_hole(tmp_path):
    page = np.full((96, 131), 255, np.uint8)
    for row in range(8, 90, 12):
        page[row : row + 4, 8:120] = 0
    path = write(tmp_path / "a.tif", Image.fromarray(page).convert("1"), compression="group4")
    before = values(path)
    photo = open_photo(path)
    pixels = photo.pixels.copy()
    blurred = np.asarray(Image.fromarray(page).resize((66, 48)).resize((131, 96)))
    pixels[HOLE] = blurred[HOLE][..., None]
    save_photo(photo, path, pixels)
    after = values(path)
    check_outside(after, before)
    np.testing.assert_array_equal(after[HOLE], blurred[HOLE] >= 128)


def test_a_palette_with_room_grows_for_what_is_far_from_it(tmp_path):
    smooth = np.repeat(np.linspace(0, 255, 20).astype(np.uint8), 7)[:131]
    stripes = Image.fromarray(np.tile(smooth, (96, 1))).convert("RGB").quantize(20, dither=Image.Dither.NONE)
    path = write(tmp_path / "a.png", stripes)
    before = values(path)
    photo = open_photo(path)
    pixels = photo.pixels.copy()
    pixels[HOLE] = (255, 0, 255)
    notes = save_photo(photo, path, pixels)
    assert "1 more colour" in notes[0]
    np.testing.assert_array_equal(open_photo(path).pixels, pixels)
    check_outside(values(path), before)


def test_a_full_palette_gives_its_nearest_colours(tmp_path):
    path = write(tmp_path / "a.png", few(16), bits=4)
    before, palette = values(path), Image.open(path).getpalette("RGB")
    photo = open_photo(path)
    pixels = photo.pixels.copy()
    pixels[HOLE] = synthetic.photo(96, 131)[HOLE]
    assert "16 colours" in save_photo(photo, path, pixels)[0]
    assert bits_of(path) == (4, 3)
    assert Image.open(path).getpalette("RGB") == palette
    check_outside(values(path), before)
    assert np.abs(open_photo(path).pixels[HOLE].astype(int) - pixels[HOLE]).mean() < 20


@pytest.mark.parametrize("suffix", ["png", "tif", "bmp"])
def test_a_grey_photo_stays_grey_when_a_network_tints_the_hole(tmp_path, suffix):
    path = write(tmp_path / f"a.{suffix}", scene("L"))
    before = values(path)
    photo = open_photo(path)
    pixels = copied(photo)
    pixels[HOLE] = np.clip(pixels[HOLE] + np.array([2, 0, -2]), 0, 255)
    save_photo(photo, path, pixels)
    assert Image.open(path).mode == "L"
    check_outside(values(path), before)
    assert np.abs(values(path).astype(int) - with_copy(before)).max() <= 2


def test_inks_go_through_the_profile_only_inside_the_hole(tmp_path):
    """The only CMYK profile that needs no file of others is one without a way back: then Pillow's formula is used."""
    path = write(tmp_path / "a.tif", scene("CMYK"), compression="tiff_lzw", icc_profile=b"damaged")
    before = values(path)
    photo = open_photo(path)
    pixels = photo.pixels.copy()
    pixels[HOLE] = (250, 3, 251)  # nowhere in the photo
    save_photo(photo, path, pixels)
    check_outside(values(path), before)
    assert np.abs(open_photo(path).pixels[HOLE].astype(int) - pixels[HOLE]).max() <= 1
    assert Image.open(path).info["icc_profile"] == b"damaged"


def test_a_photo_on_its_side_is_saved_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = write(tmp_path / "a.png", few(16), exif=exif)
    photo = open_photo(path)
    assert photo.size == (131, 96)
    pixels = photo.pixels.copy()
    pixels[:20, :30] = pixels[-20:, -30:]
    save_photo(photo, path, pixels)
    assert Image.open(path).mode == "P"
    np.testing.assert_array_equal(open_photo(path).pixels, pixels)


def test_another_format_is_saved_as_before(tmp_path):
    path = write(tmp_path / "a.tif", scene("CMYK"))
    photo = open_photo(path)
    save_photo(photo, tmp_path / "b.png", photo.pixels)
    assert Image.open(tmp_path / "b.png").mode == "RGB"
    np.testing.assert_array_equal(open_photo(tmp_path / "b.png").pixels, photo.pixels)

"""The other pages of a TIFF stay as they were when the first is filled and saved."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from inpaint_studio.engine.photo import tiff_pages
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import Photo, open_photo
from tests import synthetic

FIRST = synthetic.photo(64, 80)
WORDS = (np.arange(50 * 40).reshape(50, 40) * 30).astype(np.uint16)


def fill(photo: Photo) -> np.ndarray:
    pixels = photo.pixels.copy()
    pixels[10:30, 20:50] = pixels[30:50, 40:70]
    return pixels


def strips(path: Path, page: int) -> list[bytes]:
    """The data of a page as it lies in the file, compressed or not."""
    with tifffile.TiffFile(path) as file:
        found = file.pages[page]
        data = path.read_bytes()
        return [data[at : at + n] for at, n in zip(found.dataoffsets, found.databytecounts, strict=True)]


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_pages_of_any_kind_stay(tmp_path, order, big):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path, byteorder=order, bigtiff=big) as writer:
        writer.write(FIRST, photometric="rgb", compression="zlib")
        writer.write(WORDS, photometric="minisblack", description="words", metadata=None, resolution=(300, 300))
        writer.write(FIRST[:33, :65], photometric="rgb", tile=(16, 16), compression="zlib")
    old = [strips(path, 1), strips(path, 2)]
    photo = open_photo(path)
    pixels = fill(photo)
    assert save_photo(photo, path, pixels) == ()
    with tifffile.TiffFile(path) as file:
        assert len(file.pages) == 3
        np.testing.assert_array_equal(file.pages[0].asarray(), pixels)
        np.testing.assert_array_equal(file.pages[1].asarray(), WORDS)
        np.testing.assert_array_equal(file.pages[2].asarray(), FIRST[:33, :65])
        assert file.pages[1].description == "words"
        assert file.pages[1].tags["XResolution"].value == (300, 1)
    assert [strips(path, 1), strips(path, 2)] == old
    again = open_photo(path)  # once more: the file does not grow
    size = path.stat().st_size
    save_photo(again, path, again.pixels.copy())
    assert path.stat().st_size == size


def test_a_fax_of_several_pages(tmp_path):
    pages = [Image.fromarray(synthetic.photo(60, 50 + n)).convert("1") for n in range(3)]
    path = tmp_path / "fax.tif"
    pages[0].save(path, compression="group4", save_all=True, append_images=pages[1:])
    old = [strips(path, 1), strips(path, 2)]
    photo = open_photo(path)
    assert "keeps the others" in photo.notes[0]
    pixels = photo.pixels.copy()
    pixels[10:30, 10:30] = 255
    save_photo(photo, path, pixels)
    assert [strips(path, 1), strips(path, 2)] == old
    with Image.open(path) as image:
        assert image.n_frames == 3
        assert image.mode == "1"
        assert image.info["compression"] == "group4"


def test_pages_follow_samples_of_16_bits(tmp_path):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path, byteorder=">") as writer:
        writer.write(WORDS, photometric="minisblack")
        writer.write(WORDS[::-1], photometric="minisblack", compression="zlib")
    photo = open_photo(path)
    save_photo(photo, path)
    with tifffile.TiffFile(path) as file:
        np.testing.assert_array_equal(file.pages[0].asarray(), WORDS)
        np.testing.assert_array_equal(file.pages[1].asarray(), WORDS[::-1])


def test_a_smaller_copy_of_the_photo_does_not_stay(tmp_path):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(FIRST, photometric="rgb")
        writer.write(np.ascontiguousarray(FIRST[::4, ::4]), photometric="rgb", subfiletype=1)
        writer.write(WORDS, photometric="minisblack")
    photo = open_photo(path)
    notes = save_photo(photo, path, fill(photo))
    assert "smaller copy" in notes[0]
    with tifffile.TiffFile(path) as file:
        assert len(file.pages) == 2
        np.testing.assert_array_equal(file.pages[1].asarray(), WORDS)


def test_pages_that_are_damaged_do_not_keep_the_first_from_being_saved(tmp_path):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(FIRST, photometric="rgb")
        writer.write(WORDS, photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        place = file.pages[1].tags["StripByteCounts"].offset
    data = bytearray(path.read_bytes())
    data[place + 8 : place + 12] = b"\xff\xff\xff\x7f"
    data[place - 4 + 2 : place + 2] = b"\xff" * 4
    path.write_bytes(data)
    photo = open_photo(path)
    pixels = fill(photo)
    save_photo(photo, path, pixels)
    np.testing.assert_array_equal(open_photo(path).pixels, pixels)


@pytest.mark.parametrize("seed", range(30))
def test_hostile_directories(tmp_path, seed):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path, bigtiff=bool(seed % 2)) as writer:
        writer.write(FIRST, photometric="rgb")
        for _ in range(2):
            writer.write(WORDS, photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        start = file.pages[1].offset
    rng = np.random.default_rng(seed)
    data = bytearray(path.read_bytes())
    for at in rng.integers(start, min(start + 300, len(data)), 1 + seed % 3):
        data[at] = rng.integers(256)
    path.write_bytes(data)
    photo = open_photo(path)
    pixels = fill(photo)
    save_photo(photo, path, pixels)
    assert path.stat().st_size < 4 * len(data)
    np.testing.assert_array_equal(open_photo(path).pixels, pixels)


def test_another_format_has_only_the_first_page(tmp_path):
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(FIRST, photometric="rgb")
        writer.write(WORDS, photometric="minisblack")
    save_photo(open_photo(path), tmp_path / "b.png")
    np.testing.assert_array_equal(open_photo(tmp_path / "b.png").pixels, FIRST)


def test_directories_that_lie_over_each_other_are_left_out(monkeypatch):
    """A small file may claim thousands of pages with thousands of tags each."""
    monkeypatch.setattr(tiff_pages, "_MOST_TAGS", 10_000)
    tags, pages = 2000, 8
    source = bytearray(12 * (tags + pages + 2))
    struct.pack_into("<2sHI", source, 0, b"II", 42, 8)
    for page in range(pages):
        struct.pack_into("<H", source, 8 + 12 * page, tags)
        following = 8 + 12 * (page + 1) if page < pages - 1 else 0
        struct.pack_into("<I", source, 8 + 12 * page + 2 + 12 * tags, following)
    first = b"II*\0\x08\0\0\0" + bytes(6)
    file = io.BytesIO(first)
    assert tiff_pages.keep_pages(file, bytes(source)) == ("The other pages of the file could not be kept.",)
    assert file.getvalue() == first

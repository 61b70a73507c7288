"""A saved JPEG has the blocks of its file wherever nothing was changed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.jpeg_coefficients import read_coefficients
from inpaint_studio.engine.photo.jpeg_parts import Parts, Scan, take_apart
from inpaint_studio.engine.photo.photo import Photo, open_photo
from tests import synthetic

HEIGHT, WIDTH = 117, 150  # no whole MCUs
HOLE = (slice(40, 61), slice(50, 83))
FAR = 18  # px from the hole: an MCU of 16, and what the decoder mixes when it enlarges chroma
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "sequential": ("RGB", {"subsampling": 0}),
    "halved": ("RGB", {"subsampling": 2}),
    "halved across": ("RGB", {"subsampling": 1}),
    "progressive": ("RGB", {"subsampling": 2, "progressive": True}),
    "short codes": ("RGB", {"subsampling": 2, "optimize": True}),
    "restarts": ("RGB", {"subsampling": 2, "restart_marker_blocks": 3}),
    "progressive restarts": ("RGB", {"subsampling": 2, "progressive": True, "restart_marker_rows": 1}),
    "no luma": ("RGB", {"subsampling": 0, "keep_rgb": True}),
    "grey": ("L", {}),
    "progressive grey": ("L", {"progressive": True}),
    "inks": ("CMYK", {}),
}


@pytest.fixture(params=KINDS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    mode, options = KINDS[request.param]
    return write(tmp_path / "photo.jpg", mode, **options)


def write(path: Path, mode: str, **options: Any) -> Path:
    image = Image.fromarray(synthetic.photo(HEIGHT, WIDTH)).convert(mode)
    if mode == "CMYK":
        inks = np.array(image)
        inks[..., 3] = inks[..., 0] // 3 + inks[..., 1] // 3
        image = Image.fromarray(inks, "CMYK")
    image.save(path, "JPEG", quality=88, **options)
    return path


def fill(photo: Photo) -> np.ndarray:
    pixels = photo.pixels.copy()
    pixels[HOLE] = pixels[:21, :33][::-1]
    return pixels


def far_from_hole(shape: tuple[int, ...]) -> np.ndarray:
    far = np.ones(shape[:2], bool)
    far[HOLE[0].start - FAR : HOLE[0].stop + FAR, HOLE[1].start - FAR : HOLE[1].stop + FAR] = False
    return far


def decode(data: bytes) -> np.ndarray:
    """Decode to the file's own values, by another decoder than that of the blocks."""
    return np.asarray(Image.open(io.BytesIO(data)))


def scans(data: bytes) -> list[tuple[int, ...]]:
    return [
        (len(each.components), each.first, each.last, each.high, each.low, each.interval)
        for each in take_apart(data).order
        if isinstance(each, Scan)
    ]


def shape(parts: Parts) -> tuple[Any, ...]:
    return parts.kind, parts.adobe, [(each.number, each.h, each.v, each.table) for each in parts.components]


def test_far_blocks_stay_and_the_file_keeps_its_kind(file):
    before = file.read_bytes()
    photo = open_photo(file)
    assert save_photo(photo, file, fill(photo)) == ()
    after = file.read_bytes()
    assert after != before
    assert shape(take_apart(after)) == shape(take_apart(before))
    assert scans(after) == scans(before)
    old, new = decode(before), decode(after)
    far = far_from_hole(old.shape)
    np.testing.assert_array_equal(new[far], old[far])
    changed = (read_coefficients(after, take_apart(after)) != read_coefficients(before, take_apart(before))).any(axis=1)
    assert changed.sum() <= 5 * 6 * len(take_apart(before).components)  # the blocks of 8 x 8 that hold 21 x 33 px
    error = np.abs(open_photo(file).pixels.astype(int) - fill(photo))[HOLE]
    assert error.mean() < 9


def test_without_a_change_the_codes_are_those_of_the_file(file):
    before = file.read_bytes()
    save_photo(open_photo(file), file)
    parts, again = take_apart(before), take_apart(file.read_bytes())
    codes = [before[each.start : each.end] for each in parts.order if isinstance(each, Scan)]
    written = file.read_bytes()
    assert codes == [written[each.start : each.end] for each in again.order if isinstance(each, Scan)]


def test_what_was_undone_is_as_before_whatever_was_saved_meanwhile(file):
    photo = open_photo(file)
    before = decode(file.read_bytes())
    save_photo(photo, file, fill(photo))
    save_photo(photo, file)
    np.testing.assert_array_equal(decode(file.read_bytes()), before)


def test_a_second_save_loses_no_more_than_the_first(file):
    photo = open_photo(file)
    save_photo(photo, file, fill(photo))
    first = file.read_bytes()
    save_photo(photo, file, fill(photo))
    assert file.read_bytes() == first


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_stored_orientation_stays(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = write(tmp_path / "photo.jpg", "RGB", subsampling=1, exif=exif)
    old = decode(file.read_bytes())
    photo = open_photo(file)
    pixels = photo.pixels.copy()
    pixels[:8, :8] = 255 - pixels[:8, :8]
    save_photo(photo, file, pixels)
    new = decode(file.read_bytes())
    assert Image.open(file).getexif()[0x0112] == orientation
    far = np.zeros(old.shape[:2], bool)
    far[FAR:-FAR] = far[:, 2 * FAR : -2 * FAR] = True  # no corner
    np.testing.assert_array_equal(new[far], old[far])
    assert np.abs(open_photo(file).pixels[:8, :8].astype(int) - pixels[:8, :8]).mean() < 9


def test_inks_as_luma_and_chroma(tmp_path):
    """Adobe's YCCK: the same file, with the colour transform named that Pillow does not write."""
    file = write(tmp_path / "photo.jpg", "CMYK")
    data = bytearray(file.read_bytes())
    data[data.index(b"Adobe") + 11] = 2
    file.write_bytes(data)
    old = decode(bytes(data))
    photo = open_photo(file)
    save_photo(photo, file, fill(photo))
    new = decode(file.read_bytes())
    far = far_from_hole(old.shape)
    np.testing.assert_array_equal(new[far], old[far])
    assert np.abs(new[HOLE].astype(int) - old[:21, :33][::-1]).mean() < 7


def test_a_grey_jpeg_stays_grey_when_a_network_tints_the_hole(tmp_path):
    file = write(tmp_path / "photo.jpg", "L")
    photo = open_photo(file)
    pixels = fill(photo)
    pixels[HOLE] = np.clip(pixels[HOLE] + np.array([2, 0, -2]), 0, 255)
    save_photo(photo, file, pixels)
    assert Image.open(file).mode == "L"


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_are_saved_all_the_same(tmp_path, seed):
    """Bytes are changed anywhere behind the head; whatever opens is saved, with its pixels."""
    rng = np.random.default_rng(seed)
    options = list(KINDS.values())[seed % len(KINDS)]
    file = write(tmp_path / "photo.jpg", options[0], **options[1])
    data = bytearray(file.read_bytes())
    for at in rng.integers(20, len(data) - 2, 1 + seed % 4):
        data[at] = rng.integers(256)
    file.write_bytes(data)
    try:
        photo = open_photo(file)
    except Exception:  # refused, as test_hostile_files checks
        return
    pixels = fill(photo) if photo.size == (HEIGHT, WIDTH) else photo.pixels
    save_photo(photo, file, pixels)
    again = open_photo(file).pixels
    assert again.shape == pixels.shape
    assert np.abs(again.astype(int) - pixels).mean() < 12


def test_a_jpeg_whose_blocks_cannot_be_kept_is_saved_with_a_word(tmp_path):
    """Its components have the same number, which decoders allow and the standard does not."""
    file = write(tmp_path / "photo.jpg", "RGB", subsampling=0)
    data = bytearray(file.read_bytes())
    frame = data.index(b"\xff\xc0") + 10
    scan = data.index(b"\xff\xda") + 5
    assert (data[frame + 6], data[scan + 4]) == (3, 3)
    data[frame + 6] = data[scan + 4] = 2
    file.write_bytes(data)
    photo = open_photo(file)
    assert "all of it was coded again" in save_photo(photo, file, fill(photo))[0]
    assert open_photo(file).size == (HEIGHT, WIDTH)

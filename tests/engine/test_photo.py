"""Opening and saving photos: pixels and metadata are kept."""

from __future__ import annotations

import io
import os
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from inpaint_studio.engine.photo import formats
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import hole_from_alpha, open_photo, photo_from_array
from inpaint_studio.errors import InputError, PhotoError
from tests import synthetic

LOSSLESS = [suffix[1:] for each in formats.writable_formats() if each.name != "JPEG" for suffix in each.suffixes]
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation: int = 1) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "Camera"
    tags[0x8769] = {0x829A: 0.5, 0x9003: "2024:01:02 03:04:05"}
    return tags.tobytes()


def tags_of(path) -> Image.Exif:
    tags = Image.Exif()
    tags.load(open_photo(path).meta.exif)
    return tags


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    kind=st.sampled_from(["colour", "grey", "alpha"]),
    suffix=st.sampled_from(LOSSLESS),
    seed=st.integers(0, 9),
)
def test_lossless_files_keep_the_pixels(tmp_path_factory, height, width, kind, suffix, seed):
    noise = np.random.default_rng(seed)
    if kind == "alpha" and suffix == "bmp":
        suffix = "png"
    shape = {"colour": (height, width, 3), "grey": (height, width), "alpha": (height, width, 4)}[kind]
    photo = photo_from_array(noise.integers(0, 256, shape, np.uint8))
    path = tmp_path_factory.getbasetemp() / f"round.{suffix}"
    assert save_photo(photo, path) == ()
    back = open_photo(path)
    if back.pixels.shape != photo.pixels.shape:  # WebP does not keep an alpha channel that is opaque all over
        assert (photo.pixels[..., 3] == 255).all()
    np.testing.assert_array_equal(back.pixels, photo.pixels[..., : back.pixels.shape[2]])
    if suffix != "webp":
        assert back.grey == (kind == "grey")


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_reset(tmp_path, suffix, orientation):
    upright = np.zeros((24, 40, 3), np.uint8)
    upright[:8, :16] = (250, 10, 10)
    upright[16:, :8] = (10, 10, 250)
    turns = {2: "x", 3: "xy", 4: "y", 5: "t", 6: "tx", 7: "txy", 8: "ty"}.get(orientation, "")
    stored = upright  # the turns in reverse order, from upright to how a camera stores it
    for turn in reversed(turns):
        stored = {"x": stored[:, ::-1], "y": stored[::-1], "t": stored.transpose(1, 0, 2)}[turn]
    path = tmp_path / f"turned.{suffix}"
    tags = Image.Exif()
    tags[0x0112] = orientation
    extra = {"lossless": True} if suffix == "webp" else {"quality": 100, "subsampling": 0} if suffix == "jpg" else {}
    Image.fromarray(np.ascontiguousarray(stored)).save(path, exif=tags, **extra)

    photo = open_photo(path)
    assert photo.size == (24, 40)
    np.testing.assert_allclose(photo.pixels.astype(int), upright, atol=6 if suffix == "jpg" else 0)
    for other in ("jpg", "png", "webp", "tif"):
        saved = tmp_path / f"saved.{other}"
        save_photo(photo, saved)
        again = open_photo(saved)
        assert again.size == (24, 40)
        np.testing.assert_allclose(again.pixels.astype(int), photo.pixels, atol=12 if other == "jpg" else 0)
        with Image.open(saved) as image:
            # The pixels of a JPEG are not turned, so that its blocks can stay as they were.
            assert image.getexif().get(0x0112, 1) == (orientation if suffix == other == "jpg" else 1)


@pytest.mark.parametrize("target", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("source", ["jpg", "png", "webp", "tif"])
def test_camera_data_profile_and_resolution_are_kept(tmp_path, source, target):
    path = tmp_path / f"from.{source}"
    image = Image.fromarray(synthetic.photo(32, 48))
    if source == "tif":
        image.save(path, exif=exif(), icc_profile=SRGB, dpi=(300, 300))  # Pillow can do it only without compression
    else:
        image.save(path, exif=exif(), icc_profile=SRGB, **({} if source == "webp" else {"dpi": (300, 300)}))
    saved = tmp_path / f"to.{target}"
    assert save_photo(open_photo(path), saved) == ()
    tags = tags_of(saved)
    assert tags[0x010F] == "Camera"
    assert float(tags.get_ifd(0x8769)[0x829A]) == 0.5
    assert tags.get_ifd(0x8769)[0x9003] == "2024:01:02 03:04:05"
    photo = open_photo(saved)
    assert photo.meta.icc == SRGB
    if "webp" not in (source, target):
        assert photo.meta.dpi == pytest.approx((300, 300), abs=0.01)


def test_raw_camera_data_is_kept_byte_for_byte(tmp_path):
    raw = exif(6)
    Image.fromarray(synthetic.photo(16, 24)).save(tmp_path / "a.jpg", exif=raw)
    photo = open_photo(tmp_path / "a.jpg")
    differing = [i for i, (a, b) in enumerate(zip(photo.meta.exif, raw, strict=True)) if a != b]
    assert len(differing) == 1  # the orientation


def test_xmp_is_kept_and_its_orientation_reset(tmp_path):
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d tiff:Orientation="6" dc:title="Hill"/></x:xmpmeta>'
    Image.fromarray(synthetic.photo(16, 24)).save(tmp_path / "a.jpg", xmp=xmp)
    photo = open_photo(tmp_path / "a.jpg")
    for suffix in ("jpg", "png", "webp", "tif"):
        save_photo(photo, tmp_path / f"b.{suffix}")
        kept = open_photo(tmp_path / f"b.{suffix}").meta.xmp
        assert b'dc:title="Hill"' in kept
        assert b'tiff:Orientation="1"' in kept


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("quality", [60, 92])
def test_a_jpeg_keeps_its_tables_and_sampling(tmp_path, subsampling, quality):
    path = tmp_path / "a.jpg"
    Image.fromarray(synthetic.photo(160, 160)).save(path, quality=quality, subsampling=subsampling)
    photo = open_photo(path)
    save_photo(photo, tmp_path / "b.jpg")
    with Image.open(path) as source, Image.open(tmp_path / "b.jpg") as copy:
        assert copy.quantization == source.quantization
        assert copy.layer == source.layer
    error = open_photo(tmp_path / "b.jpg").pixels.astype(float) - photo.pixels
    assert 10 * np.log10(255**2 / max(np.mean(error**2), 1e-9)) > (50 if subsampling == 0 else 38)


def test_a_grey_jpeg_stays_grey(tmp_path):
    Image.fromarray(synthetic.photo(40, 40)[..., 0]).save(tmp_path / "a.jpg", quality=80)
    photo = open_photo(tmp_path / "a.jpg")
    assert photo.grey
    save_photo(photo, tmp_path / "b.jpg")
    with Image.open(tmp_path / "a.jpg") as source, Image.open(tmp_path / "b.jpg") as copy:
        assert copy.mode == "L"
        assert copy.quantization == source.quantization


def test_a_lossy_webp_is_saved_lossy_and_everything_else_lossless(tmp_path):
    Image.fromarray(synthetic.photo(64, 64)).save(tmp_path / "lossy.webp", quality=80)
    photo = open_photo(tmp_path / "lossy.webp")
    save_photo(photo, tmp_path / "again.webp")
    assert b"VP8 " in (tmp_path / "again.webp").read_bytes()[:64]
    save_photo(photo, tmp_path / "a.png")
    save_photo(open_photo(tmp_path / "a.png"), tmp_path / "b.webp")
    assert b"VP8L" in (tmp_path / "b.webp").read_bytes()[:64]


@pytest.mark.parametrize(("suffix", "name"), [("jpg", "JPEG"), ("bmp", "BMP")])
def test_transparency_is_never_dropped_silently(tmp_path, suffix, name):
    pixels = synthetic.photo(10, 10, 4)
    save_photo(photo_from_array(pixels), tmp_path / f"opaque.{suffix}")
    pixels[0, 0, 3] = 0
    with pytest.raises(PhotoError, match=f"{name} cannot hold"):
        save_photo(photo_from_array(pixels), tmp_path / f"holes.{suffix}")
    assert not (tmp_path / f"holes.{suffix}").exists()


def test_sixteen_bits_are_shown_with_eight(tmp_path):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    for suffix in ("png", "tif"):
        Image.fromarray(ramp).save(tmp_path / f"deep.{suffix}")
        photo = open_photo(tmp_path / f"deep.{suffix}")
        np.testing.assert_array_equal(photo.pixels[..., 0].ravel(), np.arange(256))
        assert photo.grey
        assert not photo.notes


def test_float_and_integer_greys(tmp_path):
    Image.fromarray(np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)).save(tmp_path / "unit.tif")
    np.testing.assert_array_equal(open_photo(tmp_path / "unit.tif").pixels[..., 1].ravel(), np.arange(256))
    Image.fromarray(np.linspace(-5, 5, 256, dtype=np.float32).reshape(16, 16)).save(tmp_path / "span.tif")
    photo = open_photo(tmp_path / "span.tif")
    np.testing.assert_array_equal(photo.pixels[..., 1].ravel(), np.arange(256))
    assert any("stretched" in note for note in photo.notes)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("1", (255, 255, 255)), ("P", (200, 40, 30)), ("CMYK", (200, 40, 30))],
)
def test_other_colour_modes(tmp_path, mode, expected):
    plain = Image.new("RGB", (20, 20), (200, 40, 30))
    image = plain.quantize(8) if mode == "P" else Image.new("1", (20, 20), 1) if mode == "1" else plain.convert(mode)
    image.save(tmp_path / "a.tif")
    pixels = open_photo(tmp_path / "a.tif").pixels
    np.testing.assert_allclose(pixels[5, 5].astype(int), expected, atol=3)


def test_lab(tmp_path):
    Image.fromarray(np.full((8, 8, 3), (136, 0, 0), np.uint8), "LAB").save(tmp_path / "lab.tif")
    photo = open_photo(tmp_path / "lab.tif")
    np.testing.assert_allclose(photo.pixels[0, 0].astype(int), (127, 127, 127), atol=4)
    assert any("Lab" in note for note in photo.notes)


def test_a_profile_for_other_colours_is_not_kept(tmp_path):
    cmyk = bytearray(SRGB)
    cmyk[16:20] = b"CMYK"
    Image.fromarray(synthetic.photo(8, 8)).save(tmp_path / "a.png", icc_profile=bytes(cmyk))
    assert open_photo(tmp_path / "a.png").meta.icc == b""


def test_palette_transparency_and_several_frames(tmp_path):
    frames = [Image.new("P", (12, 12), n) for n in (0, 1)]
    for frame in frames:
        frame.putpalette([255, 0, 0, 0, 255, 0])
    frames[0].putpixel((0, 0), 1)
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], transparency=1, loop=0)
    photo = open_photo(tmp_path / "a.gif")
    assert photo.pixels.shape == (12, 12, 4)
    assert hole_from_alpha(photo).sum() == 1
    assert any("only the first" in note for note in photo.notes)
    with pytest.raises(PhotoError, match=r"\.png"):
        save_photo(photo, tmp_path / "b.gif")


def test_without_transparency_there_is_no_hole():
    with pytest.raises(InputError, match="mask"):
        hole_from_alpha(photo_from_array(synthetic.photo(5, 5)))
    with pytest.raises(InputError, match="mask"):
        hole_from_alpha(photo_from_array(synthetic.photo(5, 5, 4)))


def test_a_jpeg_cannot_hold_long_camera_data(tmp_path):
    tags = Image.Exif()
    tags[0x010E] = "x" * 70_000
    Image.fromarray(synthetic.photo(8, 8)).save(tmp_path / "a.png", exif=tags)
    notes = save_photo(open_photo(tmp_path / "a.png"), tmp_path / "a.jpg")
    assert any("too long" in note for note in notes)


def test_damaged_camera_data_does_not_affect_the_pixels(tmp_path):
    raw = bytearray(exif(6))
    struct.pack_into("<I", raw, 10, 0xFFFFFF)  # its directory is beyond the end
    out = io.BytesIO()
    Image.fromarray(synthetic.photo(8, 12)).save(out, "JPEG", exif=bytes(raw))
    (tmp_path / "a.jpg").write_bytes(out.getvalue())
    photo = open_photo(tmp_path / "a.jpg")
    assert photo.size == (8, 12)
    for suffix in ("jpg", "png", "webp", "tif"):
        save_photo(photo, tmp_path / f"b.{suffix}")
        assert open_photo(tmp_path / f"b.{suffix}").size == (8, 12)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("n" * 300 + ".png", "cannot be read: file name too long."),
        ("d/" * 3000 + "x.png", "x.png cannot be read: file name too long."),
        ("file.png/x.png", "x.png cannot be read: not a directory."),
    ],
    ids=["name", "path", "file for a folder"],
)
@pytest.mark.skipif(os.name != "posix", reason="POSIX paths")
def test_a_path_that_the_system_refuses_is_no_damaged_photo(tmp_path, path, sentence):
    (tmp_path / "file.png").touch()
    with pytest.raises(PhotoError) as caught:
        open_photo(tmp_path / path)
    assert str(caught.value).endswith(sentence)

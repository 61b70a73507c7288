"""Photos with more than 8 bits a channel: opened with all of them, and saved as they were."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from inpaint_studio.engine.photo.deep import Depth
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import open_photo, read_pixels
from inpaint_studio.errors import PhotoError

SIZE = (37, 29)
COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}  # PNG's numbers of kinds of colours, by channels


def make_samples(channels: int, dtype: str) -> NDArray[Any]:
    values = np.random.default_rng(channels).random((*SIZE, channels))
    return (values * 65535).astype(dtype) if dtype == "uint16" else values.astype(dtype)


def spread(samples: NDArray[Any]) -> NDArray[Any]:
    """Return grey as three channels, with the opacity after them."""
    return samples[..., [0, 0, 0, 1][: samples.shape[2] + 2]] if samples.shape[2] < 3 else samples


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def write_png(path: Path, samples: NDArray[np.uint16], more: bytes = b"") -> None:
    height, width, channels = samples.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    head = struct.pack(">IIBBBBB", width, height, 16, COLOURS[channels], 0, 0, 0)
    body = chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def read_png(path: Path) -> NDArray[np.uint16]:
    """Read a 16-bit PNG without the code under test; all filters of the specification."""
    data, place, packed = path.read_bytes(), 8, b""
    width = height = channels = 0
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        assert struct.unpack_from(">I", data, place + 8 + length)[0] == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
            channels = {number: count for count, number in COLOURS.items()}[colour]
            assert bits == 16
        packed += body if kind == b"IDAT" else b""
        place += 12 + length
    row_bytes, step = width * channels * 2, channels * 2
    flat, above = zlib.decompress(packed), bytearray(row_bytes)
    rows = []
    for y in range(height):
        kind_of, row = flat[y * (row_bytes + 1)], bytearray(flat[y * (row_bytes + 1) + 1 : (y + 1) * (row_bytes + 1)])
        for x in range(row_bytes):
            left = row[x - step] if x >= step else 0
            row[x] = (row[x] + {0: 0, 1: left, 2: above[x], 3: (left + above[x]) // 2}[kind_of]) & 255
        rows.append(np.frombuffer(bytes(row), ">u2").reshape(width, channels))
        above = row
    return np.stack(rows).astype(np.uint16)


def write_tiff(path: Path, samples: NDArray[Any], **options: Any) -> None:
    channels = samples.shape[2]
    if channels in (2, 4):
        options["extrasamples"] = ["unassalpha"]
    data = samples[..., 0] if channels == 1 else samples
    if options.get("planarconfig") == "separate":
        data = np.ascontiguousarray(np.moveaxis(samples, 2, 0))
    elif channels > 1:
        options["planarconfig"] = "contig"
    tifffile.imwrite(path, data, photometric="rgb" if channels > 2 else "minisblack", **options)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_a_png_of_16_bits_is_opened_and_saved_with_all_of_them(tmp_path: Path, channels: int) -> None:
    samples = make_samples(channels, "uint16")
    write_png(tmp_path / "in.png", samples)
    photo = open_photo(tmp_path / "in.png")
    assert photo.deep is not None
    assert np.array_equal(photo.deep, spread(samples))
    assert np.array_equal(photo.pixels, np.rint(spread(samples) / 257.0))
    assert photo.grey == (channels < 3)
    assert not photo.notes
    assert save_photo(photo, tmp_path / "out.png") == ()
    assert np.array_equal(read_png(tmp_path / "out.png"), samples)


def test_a_transparent_colour_of_16_bits_is_compared_with_all_of_them(tmp_path: Path) -> None:
    samples = np.full((4, 5, 3), 1000, np.uint16)
    samples[0, 0] = samples[1, 1] = (7, 8, 9)
    samples[2, 2] = (7, 8, 10)
    write_png(tmp_path / "in.png", samples, chunk(b"tRNS", struct.pack(">HHH", 7, 8, 9)))
    photo = open_photo(tmp_path / "in.png")
    assert photo.deep is not None
    assert np.argwhere(photo.deep[..., 3] == 0).tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["uint16", "float16", "float32", "float64"])
def test_a_tiff_is_opened_and_saved_as_it_was(tmp_path: Path, dtype: str, channels: int, order: str) -> None:
    samples = make_samples(channels, dtype)
    write_tiff(tmp_path / "in.tif", samples, byteorder=order)
    photo = open_photo(tmp_path / "in.tif")
    assert photo.deep is not None
    assert np.array_equal(photo.deep, spread(samples).astype(photo.deep.dtype))
    assert not photo.notes
    assert save_photo(photo, tmp_path / "out.tif") == ()
    with tifffile.TiffFile(tmp_path / "out.tif") as saved:
        page: Any = saved.pages[0]
        assert (saved.byteorder, page.dtype, page.compression, page.planarconfig) == (order, samples.dtype, 1, 1)
        assert np.array_equal(page.asarray().reshape(samples.shape), samples)


@pytest.mark.parametrize(
    "options",
    [
        {"compression": "zlib", "predictor": True},
        {"compression": "zlib", "tile": (16, 32)},
        {"compression": "lzma", "rowsperstrip": 5},
        {"planarconfig": "separate", "compression": "zlib", "predictor": True},
        {"bigtiff": True, "rowsperstrip": 3},
    ],
    ids=lambda each: "-".join(each),
)
def test_the_layout_of_a_tiff_is_kept(tmp_path: Path, options: dict[str, Any]) -> None:
    samples = make_samples(3, "uint16")
    write_tiff(tmp_path / "in.tif", samples, **options)
    photo = open_photo(tmp_path / "in.tif")
    assert photo.deep is not None
    assert np.array_equal(photo.deep, samples)
    save_photo(photo, tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "in.tif") as before, tifffile.TiffFile(tmp_path / "out.tif") as after:
        old, new = (each.pages[0] for each in (before, after))
        for name in ("compression", "predictor", "planarconfig", "dtype"):
            assert getattr(old, name) == getattr(new, name), name
    assert np.array_equal(open_photo(tmp_path / "out.tif").deep, samples)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "raw"])
@pytest.mark.parametrize("predictor", [1, 2, 3])
def test_floats_come_back_through_every_compression(tmp_path: Path, compression: str, predictor: int) -> None:
    samples = make_samples(3, "float32")
    samples[3, 4], samples[5, 6] = (-0.25, 30.0, 1.5), np.nan
    write_tiff(tmp_path / "in.tif", samples)
    photo = open_photo(tmp_path / "in.tif")
    assert photo.depth is not None
    assert photo.depth.high == 1.0  # a few highlights do not make the photo dark
    assert photo.pixels[3, 4].tolist() == [0, 255, 255]
    depth, meta = (photo.depth, photo.meta)
    object.__setattr__(depth, "predictor", predictor)
    object.__setattr__(meta, "compression", compression)
    save_photo(photo, tmp_path / "out.tif")
    again = open_photo(tmp_path / "out.tif").deep
    assert again is not None
    assert again.tobytes() == np.ascontiguousarray(samples).tobytes()


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_colours_weighed_by_their_opacity_stay_as_they_are(tmp_path: Path, dtype: str) -> None:
    samples = make_samples(4, "float32")
    samples[..., :3] *= samples[..., 3:]
    samples[0, 0] = 0
    samples = (samples * 65535).astype(dtype) if dtype == "uint16" else samples
    tifffile.imwrite(tmp_path / "in.tif", samples, photometric="rgb", extrasamples=["assocalpha"])
    photo = open_photo(tmp_path / "in.tif")
    assert np.array_equal(photo.deep, samples)
    share = samples[..., 3:].astype(np.float64) / (65535 if dtype == "uint16" else 1)
    seen = samples[..., :3] / np.maximum(share, 1e-9) * (255 / (65535 if dtype == "uint16" else 1))
    clear = share[..., 0] > 0.1
    assert np.abs(photo.pixels[..., :3][clear] - seen[clear]).max() <= 0.52
    assert save_photo(photo, tmp_path / "out.tif") == ()
    with tifffile.TiffFile(tmp_path / "out.tif") as saved:
        page: Any = saved.pages[0]
        assert page.extrasamples == (1,)
        assert np.array_equal(page.asarray(), samples)
    save_photo(photo, tmp_path / "out.png")
    assert np.abs(read_png(tmp_path / "out.png")[..., :3][clear] - seen[clear] * 257).max() <= 2


def test_bytes_whose_bits_are_turned_are_read(tmp_path: Path) -> None:
    samples = make_samples(1, "uint16")
    turned = np.packbits(np.unpackbits(samples[..., 0].view(np.uint8)).reshape(-1, 8)[:, ::-1]).view(np.uint16)
    write_tiff(tmp_path / "in.tif", turned.reshape(samples.shape), extratags=[(65000, "H", 1, 2, True)])
    data = (tmp_path / "in.tif").read_bytes()
    (tmp_path / "in.tif").write_bytes(data.replace(struct.pack("<HH", 65000, 3), struct.pack("<HH", 266, 3)))
    photo = open_photo(tmp_path / "in.tif")
    assert np.array_equal(photo.deep, spread(samples))
    save_photo(photo, tmp_path / "out.tif")
    assert np.array_equal(tifffile.imread(tmp_path / "out.tif"), samples[..., 0])


def test_metadata_of_deep_photos_is_kept(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    samples = make_samples(3, "uint16")
    write_tiff(
        tmp_path / "in.tif", samples, resolution=(240, 240), iccprofile=profile, description="Lake", metadata=None
    )
    photo = open_photo(tmp_path / "in.tif")
    for name in ("out.tif", "out.png"):
        assert save_photo(photo, tmp_path / name) == ()
        with Image.open(tmp_path / name) as saved:
            assert saved.info["icc_profile"] == profile
            assert saved.info["dpi"] == pytest.approx((240, 240), abs=0.1)
            assert saved.getexif()[270] == "Lake"
        assert np.array_equal(open_photo(tmp_path / name).deep, samples)


def test_a_turned_photo_has_its_samples_turned(tmp_path: Path) -> None:
    samples = make_samples(3, "uint16")
    write_tiff(tmp_path / "in.tif", samples, extratags=[(274, "H", 1, 6, True)])
    photo = open_photo(tmp_path / "in.tif")
    assert np.array_equal(photo.deep, np.rot90(samples, -1))
    assert np.array_equal(photo.pixels, np.rint(np.rot90(samples, -1) / 257.0))


def test_formats_of_8_bits_name_what_they_lose(tmp_path: Path) -> None:
    write_png(tmp_path / "in.png", make_samples(3, "uint16"))
    photo = open_photo(tmp_path / "in.png")
    assert save_photo(photo, tmp_path / "out.jpg") == (
        "JPEG holds 8 bits a channel, and the photo has 16; save it as PNG or TIFF to keep them.",
    )
    write_tiff(tmp_path / "in.tif", make_samples(3, "float32"))
    photo = open_photo(tmp_path / "in.tif")
    assert save_photo(photo, tmp_path / "out.webp") == (
        "WebP holds 8 bits a channel, and the photo has floats; save it as TIFF to keep them.",
    )
    assert save_photo(photo, tmp_path / "out.png") == (
        "PNG holds 16 bits a channel, and the photo has floats; save it as TIFF to keep them.",
    )
    assert photo.deep is not None
    assert np.abs(read_png(tmp_path / "out.png") - photo.deep.astype(np.float64) * 65535).max() <= 0.51


def test_damaged_deep_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    write_tiff(tmp_path / "in.tif", make_samples(3, "float32"), compression="zlib")
    whole = (tmp_path / "in.tif").read_bytes()
    refused = 0
    for number, place in enumerate(range(4, len(whole), 97)):
        path = tmp_path / f"{number}.tif"
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            open_photo(path)
        except PhotoError:
            refused += 1
    assert refused
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PhotoError):
        open_photo(tmp_path / "cut.tif")


def test_small_pictures_of_deep_files_are_read(tmp_path: Path) -> None:
    samples = make_samples(3, "float32")
    write_tiff(tmp_path / "in.tif", samples)
    assert np.array_equal(read_pixels(tmp_path / "in.tif", "in.tif", 8), np.rint(samples * 255))


def test_levels_and_samples_are_inverse() -> None:
    every = np.arange(65536, dtype=np.uint16).reshape(64, 256, 4)
    depth = Depth()
    assert np.array_equal(depth.to_samples(depth.to_levels(every)), every)
    assert np.array_equal(depth.view(every), np.rint(every / 257.0))


def test_whole_numbers_of_32_bits_are_not_taken_for_negative_ones(tmp_path):
    values = np.linspace(0, 2**32 - 1, 64 * 64).reshape(64, 64).astype(np.uint32)
    tifffile.imwrite(tmp_path / "in.tif", values, photometric="minisblack")
    shown = open_photo(tmp_path / "in.tif").pixels[..., 0].ravel().astype(int)
    assert (shown[0], shown[-1]) == (0, 255)
    assert np.diff(shown).min() >= 0

"""HEIC, camera raw and JPEG XL: opened where the extra is installed, named where it is not."""

from __future__ import annotations

import base64
import io
import struct
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.engine.photo import decoding, extra_formats
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import open_photo
from inpaint_studio.errors import PhotoError

# 64 x 96 pixels, turned by EXIF to 96 x 64 and back: the left half red, the right half blue.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAaFtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAABxQABAAAAAAAAAHEAAgAAAAACNgABAAAAAAAAADAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA4GlwcnAAAADAaXBjbwAAAHhodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoDCBBZbq"
    "SSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABgAAAAQAAAABBw"
    "aXhpAAAAAAMICAgAAAAJaXJvdAMAAAAYaXBtYQAAAAAAAAABAAEFgQIDBIUAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAAKlt"
    "ZGF0AAAAbSgBrwY45fG/P03+JYH//+yjHof6J+4u+VqVeRMr7+FC7//lmICcOyZNSKcKdbEintPO0S21zSy8C/3HFeyEnT/cBQOV"
    "ke2nSZRVcS5oybnL7xQD7lpvL3g/LwEd92fjRMgeDKSzp6XyPoyjt8AAAAAGRXhpZgAATU0AKgAAAAgAAgEPAAIAAAAEQ2FtAAES"
    "AAMAAAABAAYAAAAAAAA="
)


def write_dng(path: Path, mosaic: np.ndarray) -> None:
    """A raw file of a sensor of red, green and blue, as short as LibRaw takes it (Adobe's DNG specification 1.4)."""
    height, width = mosaic.shape
    one = (10000, 10000)
    matrix = [value for row in np.eye(3, dtype=int) for each in row for value in (int(each) * 10000, 10000)]
    tags = {
        254: (4, [0]), 256: (4, [width]), 257: (4, [height]), 258: (3, [16]), 259: (3, [1]), 262: (3, [32803]),
        271: (2, b"Test\0"), 272: (2, b"Camera\0"), 273: (4, [0]), 274: (3, [1]), 277: (3, [1]), 278: (4, [height]),
        279: (4, [mosaic.nbytes]), 284: (3, [1]), 33421: (3, [2, 2]), 33422: (1, bytes((0, 1, 1, 2))),
        50706: (1, bytes((1, 4, 0, 0))), 50708: (2, b"Test Camera\0"), 50714: (4, [0]), 50717: (4, [65535]),
        50721: (10, matrix), 50728: (5, [*one, *one, *one]), 50778: (3, [21]),
    }  # fmt: skip
    start = 8 + 2 + 12 * len(tags) + 4
    entries, behind = b"", b""
    for tag, (kind, values) in tags.items():
        data = (
            values if isinstance(values, bytes) else struct.pack(f"<{len(values)}{'H' if kind == 3 else 'I'}", *values)
        )
        count = len(values) // (2 if kind in (5, 10) else 1)
        if len(data) > 4:
            place = start + len(behind)
            behind += data + bytes(len(data) % 2)
            data = struct.pack("<I", place)
        entries += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
    place = entries.index(struct.pack("<HHI", 273, 4, 1)) + 8
    entries = entries[:place] + struct.pack("<I", start + len(behind)) + entries[place + 4 :]
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    path.write_bytes(head + entries + bytes(4) + behind + mosaic.astype("<u2").tobytes())


def test_heic(tmp_path):
    pytest.importorskip("pi_heif")
    (tmp_path / "a.heic").write_bytes(HEIC)
    (tmp_path / "named.jpg").write_bytes(HEIC)  # as some phones send them
    for name in ("a.heic", "named.jpg"):
        photo = open_photo(tmp_path / name)
        assert photo.size == (96, 64)
        np.testing.assert_allclose(
            photo.pixels[5, 5], (20, 90, 180) if photo.pixels[5, 5, 2] > 99 else (200, 40, 30), atol=8
        )
        tags = Image.Exif()
        tags.load(photo.meta.exif)
        assert (tags[0x010F], tags.get(0x0112, 1)) == ("Cam", 1)
    save_photo(photo, tmp_path / "a.jpg", photo.pixels)
    assert open_photo(tmp_path / "a.jpg").size == (96, 64)
    assert decoding.is_image(tmp_path / "a.heic")


def test_camera_raw_is_developed_with_16_bits(tmp_path):
    pytest.importorskip("rawpy")
    mosaic = np.full((64, 96), 30000, np.uint16)
    mosaic[:, 48:] = np.linspace(2000, 4000, 48).astype(np.uint16)
    write_dng(tmp_path / "a.dng", mosaic)
    photo = open_photo(tmp_path / "a.dng")
    assert photo.size == (64, 96)
    assert photo.deep is not None
    assert photo.deep.dtype == np.uint16
    assert len(np.unique(photo.deep[:, 50:94, 1])) > 30
    assert photo.pixels[30, 10].min() > photo.pixels[30, 80].max()
    tags = Image.Exif()
    tags.load(photo.meta.exif)
    assert tags[0x010F] == "Test"
    assert save_photo(photo, tmp_path / "b.tif") == ()
    np.testing.assert_array_equal(open_photo(tmp_path / "b.tif").deep, photo.deep)
    with decoding.open_image(tmp_path / "a.dng") as image:  # as for thumbnails, with 8 bits
        assert image.size == (96, 64)
        assert image.convert("L").size == (96, 64)


def test_jpeg_xl_with_its_metadata(tmp_path):
    pytest.importorskip("jxlpy")
    import_module("jxlpy.JXLImagePlugin")
    pixels = np.full((30, 40, 3), (10, 200, 30), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JXL", lossless=True)
    tags = Image.Exif()
    tags[0x010F] = "Cam"
    boxes = b"".join(
        struct.pack(">I4s", 8 + len(body), kind) + body
        for kind, body in ((b"Exif", bytes(4) + tags.tobytes()[6:]), (b"xml ", b"<x/>"))
    )
    (tmp_path / "a.jxl").write_bytes(out.getvalue() + boxes)
    photo = open_photo(tmp_path / "a.jxl")
    np.testing.assert_array_equal(photo.pixels, pixels)
    assert photo.meta.icc
    assert photo.meta.xmp == b"<x/>"
    assert b"Cam" in photo.meta.exif


@pytest.mark.parametrize(
    ("name", "content", "title"),
    [
        ("a.heic", HEIC, "HEIC"),
        ("a.jxl", b"\xff\x0a" + bytes(50), "JPEG XL"),
        ("a.nef", b"II*\0" + bytes(50), "camera raw"),
        ("a.bin", b"FUJIFILMCCD-RAW " + bytes(50), "camera raw"),
    ],
)
def test_without_the_extra_the_message_names_it(tmp_path, monkeypatch, name, content, title):
    def missing(module: str) -> None:
        raise ImportError(module)

    monkeypatch.setattr(extra_formats, "import_module", missing)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PhotoError) as caught:
        open_photo(tmp_path / name)
    assert str(caught.value) == (
        f"{name} is a {title} file, which needs the extra 'formats': install 'inpaint-studio[formats]'."
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.heic", HEIC[:300]), ("a.jxl", b"\xff\x0a" + bytes(50)), ("a.dng", b"II*\0\x08\0\0\0\xff\xff" + bytes(80))],
)
def test_damaged_files_are_refused_in_a_sentence(tmp_path, name, content):
    for package in ("pi_heif", "jxlpy", "rawpy"):
        pytest.importorskip(package)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PhotoError) as caught:
        open_photo(tmp_path / name)
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)

"""Hostile files: an image or one sentence, quickly and within limits."""

from __future__ import annotations

import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from inpaint_studio.engine.photo import decoding
from inpaint_studio.engine.photo.photo import open_photo
from inpaint_studio.errors import PhotoError
from tests import synthetic


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *extra: bytes, data: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def read_error(path) -> str:
    with pytest.raises(PhotoError) as caught:
        open_photo(path)
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 250
    return text


def test_files_that_are_no_images(tmp_path):
    for name, body in {"empty.png": b"", "text.png": b"hello\n" * 99, "zeros.jpg": bytes(999)}.items():
        (tmp_path / name).write_bytes(body)
        assert name in read_error(tmp_path / name)
    assert "folder" in read_error(tmp_path)
    assert "no file" in read_error(tmp_path / "gone.png")


@pytest.mark.skipif(os.name != "posix", reason="POSIX files")
def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert "not a file" in read_error(tmp_path / "pipe.png")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission(tmp_path):
    (tmp_path / "a.png").write_bytes(png(1, 1, data=b"\0\0"))
    (tmp_path / "a.png").chmod(0)
    assert "permission" in read_error(tmp_path / "a.png")


@pytest.mark.parametrize("size", [(2**31 - 1, 2**31 - 1), (1_000_000, 201), (14143, 14143)], ids=str)
def test_too_many_pixels_are_refused_by_the_header(tmp_path, size):
    (tmp_path / "bomb.png").write_bytes(png(*size))
    assert f"{size[0]} x {size[1]}" in read_error(tmp_path / "bomb.png")


def test_no_pixels(tmp_path):
    (tmp_path / "none.png").write_bytes(png(0, 5))
    read_error(tmp_path / "none.png")


def test_a_text_chunk_that_decompresses_to_256_megabytes(tmp_path):
    packer = zlib.compressobj(9)
    million = bytes(1 << 20)
    packed = b"".join(packer.compress(million) for _ in range(256)) + packer.flush()
    (tmp_path / "text.png").write_bytes(png(1, 1, chunk(b"zTXt", b"Comment\0\0" + packed), data=b"\0\0"))
    read_error(tmp_path / "text.png")


def test_a_jpeg_of_very_many_scans(tmp_path, monkeypatch):
    Image.fromarray(synthetic.photo(64, 64)).save(tmp_path / "a.jpg", progressive=True)
    open_photo(tmp_path / "a.jpg")
    monkeypatch.setattr(decoding, "MAX_PASSES", 64 * 64 * 5)
    assert "scans" in read_error(tmp_path / "a.jpg")


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", "bmp", "gif"])
def test_truncated_files(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(synthetic.photo(64, 64)).save(path)
    body = path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(body[: int(len(body) * share)])
        read_error(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    suffix=st.sampled_from(["png", "jpg", "webp", "tif", "bmp", "gif"]),
    spots=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_flipped_bytes_never_crash(tmp_path, suffix, spots):
    path = tmp_path / f"fuzz.{suffix}"
    tags = Image.Exif()
    tags[0x0112] = 6
    image = Image.fromarray(synthetic.photo(12, 12))
    image.save(path, **({"exif": tags} if suffix in ("png", "jpg", "webp", "tif") else {}))
    body = bytearray(path.read_bytes())
    for place, value in spots:
        body[int(place * len(body))] = value
    path.write_bytes(bytes(body))
    try:
        photo = open_photo(path)
    except PhotoError:
        return
    assert photo.pixels.dtype == np.uint8
    assert photo.pixels.shape[2] in (3, 4)


def test_files_that_broke_decoders(data):
    """Each opens or is refused in one sentence."""
    files = sorted((data / "hostile").iterdir())
    assert len(files) >= 8
    for path in files:
        if path.suffix == ".txt":
            continue
        try:
            assert min(open_photo(path).size) >= 1
        except PhotoError:
            read_error(path)

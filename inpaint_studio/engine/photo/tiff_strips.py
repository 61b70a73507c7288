"""Code and decode the strips of a TIFF as plain bytes, and the differences that its predictors store.

libtiff, inside Pillow, does the compression: the bytes of a row stand for the pixels of a grey 8-bit image. So every
kind of sample can be read and written, also those that Pillow's own images cannot hold.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

Bytes = NDArray[np.uint8]
Samples = NDArray[np.generic]

# Pillow's names of the lossless compressions of TIFF 6.0 and its supplements, by their numbers.
COMPRESSIONS = {1: "raw", 5: "tiff_lzw", 8: "tiff_adobe_deflate", 32773: "packbits", 32946: "tiff_deflate",
                34925: "lzma", 50000: "zstd"}  # fmt: skip
NONE, DIFFERENCES, FLOAT_DIFFERENCES = 1, 2, 3  # predictors
_STRIP = 1 << 18  # bytes of a strip before it is compressed, about


def decode(strips: Sequence[bytes], compression: int, row_bytes: int, rows: int, rows_per_strip: int) -> Bytes:
    """Decompress strips to rows x row_bytes. All but the last have `rows_per_strip` rows. Raises what Pillow does."""
    if compression == 1:
        flat = np.frombuffer(b"".join(strips), np.uint8)
        return flat[: rows * row_bytes].reshape(rows, row_bytes)
    body = b"".join(strips)
    lengths = [len(strip) for strip in strips]
    starts = np.cumsum([8, *lengths[:-1]]).tolist()
    place = 8 + len(body) + len(body) % 2
    count = len(strips)
    after = place + 2 + 12 * 9 + 4
    entries = [
        (256, 4, 1, row_bytes), (257, 4, 1, rows), (258, 3, 1, 8), (259, 3, 1, compression), (262, 3, 1, 1),
        (273, 4, count, after if count > 1 else starts[0]), (277, 3, 1, 1), (278, 4, 1, rows_per_strip),
        (279, 4, count, after + 4 * count if count > 1 else lengths[0]),
    ]  # fmt: skip
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *each) for each in entries) + bytes(4)
    tables = struct.pack(f"<{2 * count}I", *starts, *lengths) if count > 1 else b""
    stream = io.BytesIO(
        b"".join((struct.pack("<2sHI", b"II", 42, place), body, bytes(len(body) % 2), directory, tables))
    )
    del body
    with TiffImagePlugin.TiffImageFile(stream) as image:
        image.load()
        return np.array(image)


def encode(data: Bytes, compression: str) -> tuple[list[bytes], int]:
    """Compress rows x row_bytes; return the strips and the number of rows in each but the last."""
    rows, row_bytes = data.shape
    per_strip = max(1, min(rows, _STRIP // row_bytes))
    if compression == "raw":
        return [data[top : top + per_strip].tobytes() for top in range(0, rows, per_strip)], per_strip
    stream = io.BytesIO()
    # With a size of strips that no whole number of rows is, Pillow would choose its own.
    Image.fromarray(data).save(stream, "TIFF", compression=compression, strip_size=per_strip * row_bytes)
    stream.seek(0)
    written = stream.getbuffer()
    with TiffImagePlugin.TiffImageFile(stream) as image:
        tags: Any = getattr(image, "tag_v2")  # noqa: B009 (unknown to the types)
        places, lengths = (_numbers(tags[tag]) for tag in (273, 279))
        per_strip = int(tags.get(278, rows))
        strips = [bytes(written[start : start + length]) for start, length in zip(places, lengths, strict=True)]
    return strips, per_strip


def _numbers(value: int | tuple[int, ...]) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def undo_predictor(data: Bytes, predictor: int, dtype: np.dtype, channels: int) -> Samples:
    """Return the samples (rows x n, in this machine's byte order) of rows of bytes of `dtype`, the file's type.

    `channels` are the samples of a pixel that follow each other. Raises ValueError for an unknown predictor.
    """
    rows, native = data.shape[0], dtype.newbyteorder("=")
    if predictor == FLOAT_DIFFERENCES:
        summed = np.cumsum(data.reshape(rows, -1, channels), axis=1, dtype=np.uint8).reshape(rows, dtype.itemsize, -1)
        whole = np.ascontiguousarray(summed.transpose(0, 2, 1)).reshape(rows, -1)
        return whole.view(dtype.newbyteorder(">")).astype(native)
    if predictor == DIFFERENCES:
        steps = np.ascontiguousarray(data).view(_whole(dtype)).reshape(rows, -1, channels)
        whole_type = _whole(dtype).newbyteorder("=")
        return np.cumsum(steps, axis=1, dtype=whole_type).reshape(rows, -1).view(native)
    if predictor != NONE:
        raise ValueError("an unknown predictor")
    return np.ascontiguousarray(data).view(dtype).astype(native, copy=False)


def apply_predictor(samples: Samples, predictor: int, dtype: np.dtype, channels: int) -> Bytes:
    """Return rows of bytes of `dtype`, the file's type, of samples (rows x n): the inverse of `undo_predictor`."""
    rows = samples.shape[0]
    if predictor == FLOAT_DIFFERENCES:
        parts = np.ascontiguousarray(samples.astype(dtype.newbyteorder(">"))).view(np.uint8)
        planes = np.ascontiguousarray(parts.reshape(rows, -1, dtype.itemsize).transpose(0, 2, 1))
        steps = planes.reshape(rows, -1, channels)
        steps[:, 1:] -= steps[:, :-1].copy()
        return steps.reshape(rows, -1)
    if predictor == DIFFERENCES:
        whole = np.array(samples.astype(dtype.newbyteorder("="))).view(_whole(dtype).newbyteorder("="))
        whole = whole.reshape(rows, -1, channels)
        whole[:, 1:] -= whole[:, :-1].copy()
        return whole.reshape(rows, -1).astype(_whole(dtype)).view(np.uint8)
    return np.ascontiguousarray(samples.astype(dtype)).view(np.uint8).reshape(rows, -1)


def _whole(dtype: np.dtype) -> np.dtype:
    """Return the unsigned whole numbers of the size and byte order of `dtype`."""
    return np.dtype(f"{dtype.str[0]}u{dtype.itemsize}")

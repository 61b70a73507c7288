"""Write samples of more than 8 bits a channel to PNG and TIFF files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any, NamedTuple

import numpy as np

from inpaint_studio.engine.photo import tiff_strips
from inpaint_studio.engine.photo.deep import WORD, Depth, Samples
from inpaint_studio.engine.photo.deep_read import DeepPixels
from inpaint_studio.engine.photo.formats import DEEP, PhotoFormat
from inpaint_studio.engine.photo.meta import Meta
from inpaint_studio.texts import tr

_LEVEL = 2  # of zlib: a third of the time of level 4, for files 8 % larger (24 megapixels with grain)
_ROWS = 64  # of a PNG that are filtered at a time
_PIECE = 1 << 20  # bytes of an IDAT chunk, about


def keep_depth(deep: DeepPixels, target: PhotoFormat, meta: Meta, notes: list[str]) -> DeepPixels | None:
    """Return the samples as they can be saved in the format `target`; None where it holds 8 bits a channel.

    What is lost is added to `notes`. `meta` is that of the photo.
    """
    samples, depth, grey = deep
    if target.name not in DEEP:
        title = target.title
        if depth.is_float:
            lost = tr(
                "{format} holds 8 bits a channel, and the photo has floats; save it as TIFF to keep them.", format=title
            )
        else:
            lost = tr(
                "{format} holds 8 bits a channel, and the photo has 16; save it as PNG or TIFF to keep them.",
                format=title,
            )
        notes.append(lost)
        return None
    if target.name == "PNG":
        if depth.is_float:
            notes.append(tr("PNG holds 16 bits a channel, and the photo has floats; save it as TIFF to keep them."))
        samples, depth = depth.to_words(samples), Depth()
    if target.name == "TIFF" and meta.format != "TIFF":
        depth = replace(depth, predictor=tiff_strips.DIFFERENCES)
    red = samples[..., 0]
    grey = grey and np.array_equal(red, samples[..., 1]) and np.array_equal(red, samples[..., 2])
    return DeepPixels(samples, depth, grey)


def write_png(file: IO[bytes], around: bytes, samples: Samples, grey: bool) -> None:
    """Write 16-bit `samples` (H x W x 3|4; only one channel of colour if `grey`) as a PNG with the chunks of another.

    `around` is a PNG of the same kind of colours with any pixels: all of its chunks but those of the pixels are kept.
    """
    if grey:
        samples = samples[..., [0, 3] if samples.shape[2] == 4 else [0]]
    height, width, channels = samples.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    file.write(around[:8])
    done = False
    for kind, body in _chunks(around):
        if kind == b"IHDR":
            body = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
        elif kind == b"IDAT":
            if not done:
                for piece in _pack(samples):
                    _write_chunk(file, b"IDAT", piece)
            done = True
            continue
        _write_chunk(file, kind, body)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        yield kind, data[place + 8 : place + 8 + length]
        place += 12 + length


def _write_chunk(file: IO[bytes], kind: bytes, body: bytes) -> None:
    file.write(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))))


def _pack(samples: Samples) -> Iterator[bytes]:
    """Filter the rows and compress them (PNG specification, section 9). Each row gets the filter with least sum."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 15, 9, zlib.Z_FILTERED)
    height, width, channels = samples.shape
    pixel = 2 * channels
    above = np.zeros(width * pixel, np.uint8)
    held: list[bytes] = []
    size = 0
    for top in range(0, height, _ROWS):
        rows = np.ascontiguousarray(samples[top : top + _ROWS].astype(">u2")).view(np.uint8).reshape(-1, width * pixel)
        left = np.zeros_like(rows)
        left[:, pixel:] = rows[:, :-pixel]
        up = np.concatenate([above[None], rows[:-1]])
        candidates = np.stack([rows - left, rows - up, rows - ((left.astype(np.uint16) + up) >> 1).astype(np.uint8)])
        cost = np.abs(candidates.view(np.int8).astype(np.int16)).sum(axis=2, dtype=np.int64)
        best = cost.argmin(axis=0)
        filtered = np.empty((len(rows), width * pixel + 1), np.uint8)
        filtered[:, 0] = best + 1  # Sub, Up and Average are the types 1, 2 and 3
        filtered[:, 1:] = candidates[best, np.arange(len(rows))]
        above = rows[-1]
        held.append(packer.compress(filtered.tobytes()))
        size += len(held[-1])
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join((*held, packer.flush()))


class TiffContent(NamedTuple):
    """What a TIFF gets beside its pixels."""

    compression: str = "tiff_adobe_deflate"  # one of the names in `tiff_strips.COMPRESSIONS`
    icc: bytes = b""
    dpi: tuple[float, float] | None = None


def write_tiff(file: IO[bytes], samples: Samples, depth: Depth, grey: bool, content: TiffContent) -> None:
    """Write H x W x 3|4 samples as `depth` says the file had them; only one channel of colour if `grey`.

    The file's directory is the last thing in it. Raises OverflowError where the file would have 4 GB or more.
    """
    if grey:
        samples = samples[..., [0, 3] if samples.shape[2] == 4 else [0]]
    dtype = np.dtype(depth.order + np.dtype(depth.stored).str[1:])
    channels = samples.shape[2]
    numbers = {name: number for number, name in tiff_strips.COMPRESSIONS.items()}
    inverted = depth.inverted and grey and channels == 1 and not depth.is_float
    predictor = depth.predictor if content.compression not in ("raw", "packbits") else 1
    if predictor == tiff_strips.FLOAT_DIFFERENCES and not depth.is_float:
        predictor = tiff_strips.DIFFERENCES
    planar = depth.planar and channels > 1
    file.write((b"II" if depth.order == "<" else b"MM") + struct.pack(depth.order + "HI", 42, 0))
    places, lengths, per_strip = [], [], 1
    for plane in np.split(samples, channels, axis=2) if planar else (samples,):
        rows = plane.reshape(len(plane), -1)
        data = tiff_strips.apply_predictor(WORD - rows if inverted else rows, predictor, dtype, plane.shape[2])
        strips, per_strip = tiff_strips.encode(data, content.compression)
        for strip in strips:
            places.append(file.tell())
            lengths.append(len(strip))
            file.write(strip)
    photometric = 2 if channels >= 3 else 0 if inverted else 1
    tags: list[tuple[int, str, Any]] = [
        (256, "I", samples.shape[1]), (257, "I", samples.shape[0]), (258, "H", (depth.bits,) * channels),
        (259, "H", numbers[content.compression]), (262, "H", photometric), (273, "I", places), (277, "H", channels),
        (278, "I", per_strip), (279, "I", lengths), (284, "H", 2 if planar else 1),
        (339, "H", (3 if depth.is_float else 1,) * channels),
    ]  # fmt: skip
    if predictor != 1:
        tags.append((317, "H", predictor))
    if channels in (2, 4):
        tags.append((338, "H", 1 if depth.weighed else 2))
    if content.dpi is not None:
        tags += [(282, "Q", content.dpi[0]), (283, "Q", content.dpi[1]), (296, "H", 2)]
    if content.icc:
        tags.append((34675, "B", content.icc))
    write_directory(file, depth.order, tags)


_TYPES = {"B": 7, "H": 3, "I": 4, "Q": 5}  # TIFF's numbers of bytes, words, long words and fractions


def write_directory(file: IO[bytes], order: str, tags: list[tuple[int, str, Any]]) -> None:
    """Write the directory, values that are longer than four bytes before it, and its place into the file's head."""
    entries = []
    for tag, kind, value in sorted(tags, key=lambda each: each[0]):
        body, count = _value(order, kind, value)
        if len(body) > 4:
            place = file.seek(0, 2)
            if place % 2:
                place += file.write(b"\0")
            _check_place(place)
            file.write(body)
            body = struct.pack(order + "I", place)
        entries.append(struct.pack(order + "HHI", tag, _TYPES[kind], count) + body.ljust(4, b"\0"))
    place = file.seek(0, 2)
    if place % 2:
        place += file.write(b"\0")
    _check_place(place)
    file.write(struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4))
    file.seek(4)
    file.write(struct.pack(order + "I", place))
    file.seek(0, 2)


def _check_place(place: int) -> None:
    if place > 0xFFFF0000:
        raise OverflowError(tr("a TIFF holds less than 4 GB"))


def _value(order: str, kind: str, value: Any) -> tuple[bytes, int]:
    """Return the bytes of a tag's value, and their count."""
    if kind == "B":
        return bytes(value), len(value)
    if kind == "Q":  # a fraction, to a thousandth
        return struct.pack(order + "II", round(value * 1000), 1000), 1
    values = value if isinstance(value, list | tuple) else (value,)
    return struct.pack(f"{order}{len(values)}{kind}", *values), len(values)

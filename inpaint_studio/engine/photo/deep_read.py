"""Read the samples of photos with more than 8 bits a channel, which Pillow would cut to 8: PNG, and TIFF with floats.

A PNG is decoded twice by Pillow, once for the high and once for the low bytes. Of a TIFF the strips or tiles are read
here (see `tiff_strips`).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin, TiffImagePlugin

from inpaint_studio.engine.photo import tiff_strips
from inpaint_studio.engine.photo.deep import WORD, Depth, Samples, float_depth

_KINDS = {(1, 16): "uint16", (3, 16): "float16", (3, 32): "float32", (3, 64): "float64"}  # by SampleFormat and bits


_TURNED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))  # bytes with their bits in reverse order


class DeepPixels(NamedTuple):
    """Samples H x W x 3|4, uint16, float32 or float64, what they mean, and whether the file has no colours."""

    samples: Samples
    depth: Depth
    grey: bool


def prepare_pillow() -> None:
    """Let Pillow open TIFFs of floats with colours, half floats and deep grey with opacity; it does not decode them."""
    for prefix in (b"II", b"MM"):
        for bits in (16, 32, 64):
            for extra in ((), (0,), (1,), (2,)):
                opacity = len(extra)
                rows = [((3,), 2, (bits,) * (3 + opacity), "RGBA" if opacity else "RGB")]
                rows.append(((3,), 1, (bits,) * (1 + opacity), "LA" if opacity else "F"))
                if bits == 16 and opacity:
                    rows.append(((1,), 1, (16, 16), "LA"))
                for sample_format, photometric, each, mode in rows:
                    key = (prefix, photometric, sample_format, 1, each, extra)
                    TiffImagePlugin.OPEN_INFO.setdefault(key, (mode, mode))


def read(image: Image.Image) -> DeepPixels | None:
    """Read the samples of an image that was opened and not decoded yet; None where it has no more than 8 bits.

    None, too, for kinds that are read with 8 bits, such as CMYK. Raises anything for a damaged file.
    """
    if isinstance(image, PngImagePlugin.PngImageFile):
        return _read_png(image)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        found = _read_tiff(image)
        if found is None and _only_opened(image):
            raise ValueError("samples of a kind that is not decoded")
        return found
    return None


def _only_opened(image: TiffImagePlugin.TiffImageFile) -> bool:
    """Return whether Pillow opens the file only because of `prepare_pillow`, and cannot decode it."""
    tags: Any = image.tag_v2
    bits, formats = (set(_numbers(tags.get(tag, default))) for tag, default in ((258, 1), (339, 1)))
    return (formats == {3} and (image.mode != "F" or bits == {16})) or (image.mode == "LA" and bits == {16})


def _read_png(image: PngImagePlugin.PngImageFile) -> DeepPixels | None:
    tiles: Any = image.tile
    if len(tiles) != 1 or ";16" not in str(tiles[0][3]):
        return None
    raw = str(tiles[0][3])
    data = _whole_file(image)
    image.load()  # also what comes after the pixels, such as camera data
    key = image.info.get("transparency")
    if raw == "I;16B":
        samples = np.array(image, np.uint16)[..., None]
    elif raw == "LA;16B":  # four bytes a pixel, as they are
        samples = _decode_png(data, "RGBA").view(">u2").astype(np.uint16)
    else:
        samples = np.array(image, np.uint16)
        samples <<= 8
        samples |= _decode_png(data, raw.replace(";16B", ";16L"))
    grey = samples.shape[2] < 3
    if isinstance(key, int | tuple) and samples.shape[2] in (1, 3):
        shown = (samples != np.array(key, np.uint16)).any(axis=2, keepdims=True)
        samples = np.concatenate([samples, np.where(shown, np.uint16(WORD), np.uint16(0))], axis=2)
    return DeepPixels(_spread(samples), Depth(), grey)


def _whole_file(image: PngImagePlugin.PngImageFile) -> bytes:
    file: Any = image.fp
    place = file.tell()
    file.seek(0)
    data: bytes = file.read()
    file.seek(place)
    return data


def _decode_png(data: bytes, raw: str) -> NDArray[np.uint8]:
    """Decode the pixels of a PNG with another of Pillow's raw modes: which bytes of a pixel are kept."""
    with PngImagePlugin.PngImageFile(io.BytesIO(data)) as image:
        tile: Any = image.tile[0]
        image.tile = [tile._replace(args=raw)]
        image.load()
        return np.array(image)


def _spread(samples: Samples) -> Samples:
    """Return grey with or without opacity (H x W x 1|2) as H x W x 3|4; colours as they are."""
    if samples.shape[2] >= 3:
        return np.ascontiguousarray(samples)
    whole = np.repeat(samples[..., :1], 3, axis=2)
    return whole if samples.shape[2] == 1 else np.concatenate([whole, samples[..., 1:]], axis=2)


class _Layout(NamedTuple):
    """How a TIFF stores its samples; sizes in px."""

    size: tuple[int, int]  # height, width
    block: tuple[int, int]  # of a tile, or of a strip, which is as wide as the image
    tiled: bool
    places: tuple[int, ...]
    lengths: tuple[int, ...]
    dtype: np.dtype
    channels: int
    compression: int
    predictor: int


def _read_tiff(image: TiffImagePlugin.TiffImageFile) -> DeepPixels | None:
    tags: Any = image.tag_v2
    channels = int(tags.get(277, 1))
    bits, formats = (set(_numbers(tags.get(tag, default))) for tag, default in ((258, 1), (339, 1)))
    stored = _KINDS.get((min(formats), min(bits))) if len(bits) == len(formats) == 1 else None
    photometric, compression = int(tags.get(262, 1)), int(tags.get(259, 1))
    extra = _numbers(tags.get(338, ()))
    if stored is None or compression not in tiff_strips.COMPRESSIONS:
        return None
    base = {0: 1, 1: 1, 2: 3}.get(photometric)
    if base is None or channels - base not in (0, 1) or (channels > base and extra[:1] not in ((0,), (1,), (2,))):
        return None
    order = "<" if tags.prefix == b"II" else ">"
    weighed = channels > base and extra[:1] == (1,)
    if weighed and base == 1:
        return None
    planar = channels > 1 and int(tags.get(284, 1)) == 2
    predictor = int(tags.get(317, 1)) if compression in (5, 8, 32946, 34925, 50000) else 1
    layout = _find_layout(
        tags, np.dtype(stored).newbyteorder("<" if tags.prefix == b"II" else ">"), channels, compression, predictor
    )
    samples = _read_planes(image, layout, planar)
    inverted = photometric == 0
    if stored == "uint16":
        samples = WORD - samples if inverted and channels == 1 else samples
        depth = Depth(order=order, predictor=predictor, planar=planar, inverted=inverted, weighed=weighed)
        return DeepPixels(_spread(samples), depth, base == 1)
    if inverted:
        return None
    whole = _spread(samples.astype(np.float32) if stored == "float16" else samples)
    depth = float_depth(whole, stored, order=order, predictor=predictor, planar=planar, weighed=weighed)
    return DeepPixels(whole, depth, base == 1)


def _numbers(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _find_layout(tags: Any, dtype: Any, channels: int, compression: int, predictor: int) -> _Layout:
    width, height = int(tags[256]), int(tags[257])
    tiled = 324 in tags
    if tiled:
        block = int(tags[323]), int(tags[322])
        places, lengths = _numbers(tags[324]), _numbers(tags[325])
    else:
        block = min(height, int(tags.get(278, height))), width
        places = _numbers(tags[273])
        lengths = _numbers(tags.get(279, ()))
    if min(block) < 1 or max(block) > 1 << 20:
        raise ValueError("strips without rows")
    if not lengths and len(places) == 1:  # a single strip may come without its length
        lengths = (height * width * channels * dtype.itemsize,)
    return _Layout((height, width), block, tiled, places, lengths, dtype, channels, compression, predictor)


def _read_planes(image: TiffImagePlugin.TiffImageFile, layout: _Layout, planar: bool) -> Samples:
    """Return the samples, H x W x n, whether channels follow each other by pixel or by plane."""
    if not planar:
        return _read_blocks(image, layout, layout.channels)
    count = len(layout.places) // layout.channels
    parts = []
    for number in range(layout.channels):
        some = slice(number * count, (number + 1) * count)
        plane = layout._replace(places=layout.places[some], lengths=layout.lengths[some])
        parts.append(_read_blocks(image, plane, 1))
    return np.concatenate(parts, axis=2)


def _read_blocks(image: TiffImagePlugin.TiffImageFile, layout: _Layout, channels: int) -> Samples:
    (height, width), (tall, wide) = layout.size, layout.block
    down, across = -(-height // tall), -(-width // wide)
    if len(layout.places) < down * across or len(layout.lengths) < down * across:
        raise ValueError("strips are missing")
    samples = np.empty((height, width, channels), layout.dtype.newbyteorder("="))
    read = _reader(image)
    # Some blocks at a time: a whole row of tiles, or strips of some megabytes.
    step = across if layout.tiled else max(1, (8 << 20) // (tall * wide * channels * layout.dtype.itemsize))
    for first in range(0, down * across, step):
        last = min(first + step, down * across)
        strips = [read(layout.places[n], layout.lengths[n]) for n in range(first, last)]
        rows = tall * (last - first) if layout.tiled else min(height, last * tall) - first * tall
        row_bytes = wide * channels * layout.dtype.itemsize
        data = tiff_strips.decode(strips, layout.compression, row_bytes, rows, tall)
        values = tiff_strips.undo_predictor(data, layout.predictor, layout.dtype, channels)
        top = first // across * tall
        bottom = min(height, top + (tall if layout.tiled else rows))
        if layout.tiled:
            values = values.reshape(across, tall, wide, channels).transpose(1, 0, 2, 3)
        samples[top:bottom] = values.reshape(-1, across * wide, channels)[: bottom - top, :width]
    return samples


def _reader(image: TiffImagePlugin.TiffImageFile) -> Callable[[int, int], bytes]:
    file: Any = image._fp

    turned = int(image.tag_v2.get(266, 1)) == 2  # FillOrder: the first bit of a byte is the lowest

    def read(place: int, length: int) -> bytes:
        file.seek(place)
        data: bytes = file.read(min(length, 1 << 31))
        return data.translate(_TURNED) if turned else data

    return read

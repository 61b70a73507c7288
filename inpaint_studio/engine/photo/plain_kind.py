"""Save changed PNG, TIFF and BMP photos with a palette, one bit, greys or inks as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from inpaint_studio.engine.photo import decoding, indexed, packed_png, packed_tiff
from inpaint_studio.engine.photo.carried import Extra
from inpaint_studio.engine.photo.containers import tiff
from inpaint_studio.engine.photo.formats import format_named
from inpaint_studio.engine.photo.indexed import Indexed
from inpaint_studio.engine.photo.inks import replace_inks
from inpaint_studio.engine.photo.jpeg_kind import differences
from inpaint_studio.engine.photo.packed_tiff import PackedKind

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]
Upright = Callable[[Any], Any]  # sets an H x W x C array of the file upright

_PHOTOMETRIC = 262  # the tag PhotometricInterpretation; with its value 0 white is zero
_FAX = ("group3", "group4", "tiff_ccitt")
_LOSSLESS = ("raw", "packbits", "tiff_lzw", "tiff_adobe_deflate", *_FAX)


@dataclass(frozen=True)
class PlainFile:
    """A photo that is ready to be written: Pillow's name of its kind, how to write it, and what was lost."""

    mode: str
    write: Callable[[Any], None]
    icc: bytes = b""
    notes: tuple[str, ...] = ()


def change_file(data: bytes, pixels: Bytes, upright: Upright) -> PlainFile | None:
    """Return how to write `pixels` (H x W x 3|4, upright) in the kind of the file `data`; None if RGB is its kind.

    Raises whatever decoders raise for damaged files.
    """
    with decoding.open_bytes(data, "") as image:
        mode, info, name = image.mode, dict(image.info), str(image.format)
        if mode not in ("1", "L", "LA", "P", "CMYK"):
            return None
        bits = _bits(image, data)
        tags = dict(image.tag_v2) if isinstance(image, TiffImagePlugin.TiffImageFile) else {}
        palette = image.getpalette("RGB") if mode == "P" else None
        old = upright(decoding.to_rgb(image)[0])
        stored = upright(np.atleast_3d(np.asarray(image)))
    if old.shape != pixels.shape:
        return None
    changed = differences(pixels, old)
    options = (
        _tiff_options(info, mode, tags.get(_PHOTOMETRIC) == 0) if name == "TIFF" else dict(format_named(name).options)
    )
    if mode == "CMYK":
        profile = info.get("icc_profile") or b""
        inks = replace_inks(stored, old, pixels, changed, profile)
        return PlainFile(mode, _writer(Image.fromarray(inks, mode), name, options), bytes(profile))
    if mode == "LA":
        grey = np.asarray(Image.fromarray(np.ascontiguousarray(pixels[..., :3])).convert("L"))
        both = np.stack([np.where(changed, grey, stored[..., 0]), pixels[..., 3]], axis=2)
        return PlainFile(mode, _writer(Image.fromarray(both, mode), name, options))
    return _change_indexed(data, stored[..., 0], old, pixels, changed, _Kind(name, mode, bits, palette, options, tags))


@dataclass(frozen=True)
class _Kind:
    """What a file with values of a table is like."""

    name: str  # Pillow's name of the format
    mode: str
    bits: int
    palette: list[int] | None
    options: dict[str, Any]
    tags: dict[int, Any]  # of a TIFF


def _change_indexed(
    data: bytes, stored: NDArray[Any], old: Bytes, pixels: Bytes, changed: Plane, kind: _Kind
) -> PlainFile | None:
    step = 255 // ((1 << kind.bits) - 1) if kind.mode == "L" else 1
    values = (stored // step if step > 1 else stored).astype(np.uint8)
    table = _table(kind, values, old, data)
    if int(values.max()) >= len(table):
        return None
    photo = Indexed(values, table, kind.bits, kind.mode == "P")
    if differences(photo.colours, old).any():
        return None  # a table that does not give the colours that were shown
    photo, notes = indexed.replace(photo, pixels, changed)
    if kind.name == "PNG" and (kind.bits < 8 or kind.mode == "P" or table.shape[1] == 4):
        return PlainFile(kind.mode, _png_writer(data, photo, len(table)), notes=notes)
    if kind.name == "TIFF" and 1 < kind.bits < 8:
        return PlainFile(kind.mode, _packed_tiff_writer(photo, len(table), kind), notes=notes)
    image = Image.fromarray(photo.values * 255 if kind.mode == "1" else photo.values * step)
    if kind.mode == "1":
        image = image.convert("1", dither=Image.Dither.NONE)
        options = dict(kind.options)
        if options.pop("tiffinfo", None) is not None:
            return PlainFile(kind.mode, _white_is_zero_writer(image, options), notes=notes)
    if kind.mode == "P":
        image = Image.fromarray(photo.values, "P")
        image.putpalette(photo.table[:, :3].tobytes(), "RGB")
    return PlainFile(kind.mode, _writer(image, kind.name, kind.options), notes=notes)


def _png_writer(data: bytes, photo: Indexed, entries: int) -> Callable[[Any], None]:
    _, kind, palette, transparency = packed_png.read_structure(data)
    added = photo.table[entries:, :3].tobytes()
    if added:
        palette = palette[: 3 * entries] + added
    return lambda file: packed_png.write(file, photo.values, photo.bits, kind, palette, transparency)


def _packed_tiff_writer(photo: Indexed, entries: int, kind: _Kind) -> Callable[[Any], None]:
    colours = kind.tags.get(320, ())
    packed = PackedKind(kind.bits, int(kind.tags[_PHOTOMETRIC]), kind.options["compression"], tuple(colours))
    added = {entry: (int(r), int(g), int(b)) for entry, (r, g, b) in enumerate(photo.table[:, :3]) if entry >= entries}
    return lambda file: packed_tiff.write(file, photo.values, packed, added)


def _writer(image: Image.Image, name: str, options: dict[str, Any]) -> Callable[[Any], None]:
    return lambda file: image.save(file, name, **options)


def _white_is_zero_writer(image: Image.Image, options: dict[str, Any]) -> Callable[[Any], None]:
    """Return a writer of a TIFF of one bit in which 0 is white; Pillow turns it round in Python, pixel by pixel."""
    turned = Image.fromarray(~np.asarray(image))

    def write(file: Any) -> None:
        turned.save(file, "TIFF", **options)
        tiff.add(file, [Extra(str(_PHOTOMETRIC), bytes(2), kind=3)])

    return write


def _bits(image: Image.Image, data: bytes) -> int:
    """Return the bits of a value in the file."""
    if image.mode == "1":
        return 1
    if image.format == "PNG":
        return data[24]
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return int(image.tag_v2[258][0])
    return 8


def _table(kind: _Kind, values: Bytes, old: Bytes, data: bytes) -> Bytes:
    """Return the colours of all values, N x 3, or x 4; those in use as they were shown, with what is transparent."""
    count = 1 << kind.bits
    if kind.palette is None:
        greys = np.arange(count) * 255 // (count - 1)
        colours = np.repeat(greys[:, None], 3, axis=1).astype(np.uint8)
    else:
        colours = np.array(kind.palette, np.uint8).reshape(-1, 3)[:count]
        colours = colours[: _entries(kind, values, colours, data)]
    table = np.full((len(colours), old.shape[2]), 255, np.uint8)
    table[:, :3] = colours
    if int(values.max()) < len(table):
        table[values.ravel()] = old.reshape(-1, old.shape[2])
    return table


def _entries(kind: _Kind, values: Bytes, colours: Bytes, data: bytes) -> int:
    """Return how many entries of a palette count: those in a PNG, else all but black ones at the end without pixels."""
    if kind.name == "PNG":
        return len(packed_png.read_structure(data)[2]) // 3
    last = np.flatnonzero(colours.any(axis=1)).max(initial=0)
    return max(int(last), int(values.max())) + 1


def _tiff_options(info: dict[Any, Any], mode: str, inverted: bool) -> dict[str, Any]:
    compression = info.get("compression")
    if compression not in _LOSSLESS or (compression in _FAX and mode != "1"):
        compression = "tiff_adobe_deflate"
    options: dict[str, Any] = {"compression": compression}
    if inverted and mode in ("1", "L"):
        options["tiffinfo"] = {_PHOTOMETRIC: 0}
    return options

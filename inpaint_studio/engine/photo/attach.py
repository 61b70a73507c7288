"""Read what a file holds beside its pixels, and put it into another file that was just written."""

from __future__ import annotations

import struct
from typing import IO

from inpaint_studio.engine.photo import exif, resources
from inpaint_studio.engine.photo.carried import Extra
from inpaint_studio.engine.photo.containers import jpeg, png, tiff, webp
from inpaint_studio.engine.photo.formats import PhotoFormat
from inpaint_studio.engine.photo.meta import Meta
from inpaint_studio.texts import tr

_INCH = 0.0254  # m
_IN_OTHER_FORMS = ("COM", "APP0", "pHYs", "tIME", "tEXt", "zTXt", "iTXt", "282", "283", "296", *png.LAYOUT)
_CHANNELS = {0: (1, 2), 2: (3, 6), 3: (3, 1), 4: (2, 2), 6: (4, 6)}  # colour type of a PNG -> lengths of sBIT and bKGD


def attach(
    file: IO[bytes], target: PhotoFormat, meta: Meta, size: tuple[int, int], alpha: bool, grey: bool
) -> list[str]:
    """Put the metadata into the file that was just written as `target`; return sentences about what it cannot hold.

    `file` is open for reading and writing, and has none of this metadata yet. `size` is (height, width) in px.
    Raises OSError.
    """
    notes: list[str] = []
    # What declares the colours otherwise than a profile stays in a file of the same format alone.
    icc = meta.icc if meta.carried.format == target.name else meta.colours or meta.icc
    icc = icc if (icc[16:20] == b"GRAY") == grey else b""
    pieces = _pieces(meta, target, notes)
    if target.name == "JPEG":
        _attach_jpeg(file, meta, icc, pieces, notes)
    elif target.name == "PNG":
        pieces += [] if any(piece.name == "pHYs" for piece in pieces) or not meta.dpi else [_resolution(meta.dpi)]
        png.dress(file, meta.exif, icc, meta.xmp, _fitting(file, pieces))
    elif target.name == "WEBP":
        webp.dress(file, size, alpha, meta.exif, icc, meta.xmp, pieces)
    elif target.name == "TIFF":
        _attach_tiff(file, meta, icc, pieces, notes)
    return notes


def _attach_jpeg(file: IO[bytes], meta: Meta, icc: bytes, pieces: list[Extra], notes: list[str]) -> None:
    camera, xmp = meta.exif, meta.xmp
    if len(camera) > jpeg.MOST:
        camera = b""
        notes.append(tr("The photo's camera data is too long for a JPEG and is not in the saved file."))
    if len(xmp) + len(jpeg.XMP) > jpeg.MOST:
        xmp = b""
        notes.append(tr("The photo's XMP data is too long for a JPEG and is not in the saved file."))
    fitting = [piece for piece in pieces if len(piece.data) <= jpeg.MOST]
    jpeg.dress(file, camera, icc, xmp, fitting, meta.carried.resources)


def _attach_tiff(file: IO[bytes], meta: Meta, icc: bytes, pieces: list[Extra], notes: list[str]) -> None:
    blocks = meta.carried.resources
    captions = resources.iptc(blocks)
    own = [Extra(str(tiff.RESOURCES), blocks, kind=7)] if blocks else []
    own += [Extra(str(tiff.IPTC), captions, kind=7)] if captions else []
    own += [Extra("34675", icc, kind=7)] if icc else []
    tiff.add(file, pieces, meta.carried.order)
    tiff.add(file, own)
    try:
        exif.add_to_tiff(file, meta.exif, meta.xmp)
    except OSError:
        raise
    except Exception:  # camera data comes from outside and may be damaged in any way
        notes.append(tr("The photo's camera data was damaged and is not in the saved file."))


def _pieces(meta: Meta, target: PhotoFormat, notes: list[str]) -> list[Extra]:
    """Return the pieces for the format, with those of another format translated where it can be done."""
    carried = meta.carried
    title = target.title
    if carried.skipped:
        notes.append(tr("Some of the photo's metadata cannot be kept when its pixels change, or is too long."))
    pieces = list(carried.pieces) if carried.format == target.name else []
    if carried.format not in ("", target.name) and any(
        piece.name not in (*_IN_OTHER_FORMS, *png.COLOURS) for piece in carried.pieces
    ):
        notes.append(tr("Data that other programs put into the file is not in the saved file, as its format is new."))
    if carried.resources and target.name == "PNG":
        pieces.append(png.profile_chunk("iptc", carried.resources))
    elif carried.resources and target.name not in ("JPEG", "TIFF"):
        notes.append(
            tr("{format} cannot hold the photo's captions (IPTC); save it as JPEG to keep them.", format=title)
        )
    if carried.format == target.name or not carried.texts:
        return pieces
    if target.name == "PNG":
        pieces += [png.text_chunk(name, text) for name, text in carried.texts]
    elif target.name == "JPEG":
        texts = [text if name == "Comment" else f"{name}: {text}" for name, text in carried.texts]
        pieces += [Extra("COM", text.encode("utf-8", "replace")) for text in texts]
    else:
        notes.append(tr("{format} cannot hold the photo's text notes; save it as PNG to keep them.", format=title))
    return pieces


def _resolution(dpi: tuple[float, float]) -> Extra:
    """Make PNG's chunk of the resolution, which counts pixels a metre."""
    across, down = (min(2**31 - 1, round(each / _INCH)) for each in dpi)
    return Extra("pHYs", struct.pack(">IIB", across, down, 1))


def _fitting(file: IO[bytes], pieces: list[Extra]) -> list[Extra]:
    """Leave out what belongs to another layout of pixels than that of the PNG in `file`."""
    file.seek(25)
    colour_type = file.read(1)[0]
    lengths = dict(zip(png.LAYOUT, _CHANNELS.get(colour_type, (0, 0)), strict=True))
    return [piece for piece in pieces if len(piece.data) == lengths.get(piece.name, len(piece.data))]

"""Pixels into picture files, all at once or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from inpaint_studio import atomic
from inpaint_studio.engine.photo import exif
from inpaint_studio.engine.photo.meta import Meta
from inpaint_studio.engine.photo.photo import Photo
from inpaint_studio.errors import PhotoError

Bytes = NDArray[np.uint8]

SUFFIXES = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
}
_SIDES = {"JPEG": 65500, "WEBP": 16383, "BMP": 2**31 - 1, "TIFF": 2**31 - 1, "PNG": 2**31 - 1}  # px the format can hold
_JPEG_EXIF = 65533 - 2  # bytes of one JPEG segment


def save_photo(photo: Photo, path: str | Path, pixels: Bytes | None = None) -> tuple[str, ...]:
    """Write the photo (with `pixels` instead of its own, if not None) in the format that the file name ends in.

    The file is replaced at once or not at all. Returns sentences about what that format could not hold; raises
    PhotoError.
    """
    return save(photo.pixels if pixels is None else pixels, photo.grey, photo.meta, Path(path))


def save(pixels: Bytes, grey: bool, meta: Meta, path: Path) -> tuple[str, ...]:
    """Write H x W x 3|4 uint8 `pixels` to `path`; see `save_photo`."""
    kind = format_of(path)
    height, width = pixels.shape[:2]
    if max(height, width) > _SIDES[kind]:
        raise PhotoError(f"{kind} holds at most {_SIDES[kind]} pixels a side; save the photo as PNG or TIFF.")
    pixels = _without_idle_alpha(pixels, kind)
    image = _image(pixels, grey)
    notes: list[str] = []
    options = _WRITERS[kind](meta, image.mode, notes)
    with replacing(path) as file:
        stream: Any = _Stream(file)
        try:
            image.save(stream, kind, **options)
        except (ValueError, TypeError, OverflowError, RuntimeError):
            # Data from the source file that Pillow's writer cannot take: the pixels come first.
            file.seek(0)
            file.truncate()
            _image(pixels, grey).save(stream, kind, **_WRITERS[kind](type(meta)(), image.mode, []))
            notes.append("The photo's camera data or colour profile was damaged and is not in the saved file.")
        if kind == "TIFF" and (meta.exif or meta.xmp):
            try:
                exif.add_to_tiff(file, meta.exif, meta.xmp)
            except OSError:
                raise
            except Exception:  # camera data comes from outside and may be damaged in any way
                notes.append("The photo's camera data was damaged and is not in the saved file.")
    return tuple(notes)


class _Stream:
    """A file without its number: given that, Pillow's encoders write past Python and lose why a write failed."""

    def __init__(self, file: IO[bytes]) -> None:
        self.write, self.read, self.flush = file.write, file.read, file.flush
        self.seek, self.tell = file.seek, file.tell


def format_of(path: Path) -> str:
    """The format a file name stands for. Raises PhotoError where it is none that is written."""
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        raise PhotoError(
            f"'{path.name}' does not end in a format that can be saved; use .png, .jpg, .webp, .tif or .bmp."
        ) from None


def check_target(path: Path) -> None:
    """Raises PhotoError where `path` cannot be saved to, before the work is done and lost."""
    _target(path)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `path` when the block ends well, and leaves nothing when it does not.

    Links are followed and the mode of an existing file is kept. Raises PhotoError with a sentence.
    """
    try:
        with atomic.replacing(_target(path)) as file:
            yield file
    except OSError as error:
        raise PhotoError(f"{path.name} was not saved: {atomic.explain_write_error(error)}.") from error


def _target(path: Path) -> Path:
    """The file that `path` really is, once it is sure that it may be written."""
    try:
        target = path.resolve()
        if target.is_dir():
            raise PhotoError(f"{path} is a folder; give the name of a file in it.")
        if not target.parent.is_dir():
            raise PhotoError(f"The folder {target.parent} does not exist; make it first or choose another.")
        if target.exists() and not target.is_file():
            raise PhotoError(f"{path} is not a file that can be replaced; choose another name.")
        writable = os.access(target if target.exists() else target.parent, os.W_OK)
        if not (writable and os.access(target.parent, os.W_OK)):
            what = "file is write-protected" if target.exists() and os.access(target.parent, os.W_OK) else "folder is"
            tail = "" if what.startswith("file") else " not writable"
            raise PhotoError(f"{path.name} was not saved: the {what}{tail}; choose another.")
    except OSError as error:
        raise PhotoError(f"{path.name} was not saved: {atomic.explain_write_error(error)}.") from error
    except RuntimeError as error:  # a link that leads in a circle, up to Python 3.12
        circle = atomic.explain_write_error(OSError(errno.ELOOP, ""))
        raise PhotoError(f"{path.name} was not saved: {circle}.") from error
    return target


def _without_idle_alpha(pixels: Bytes, kind: str) -> Bytes:
    """For formats without transparency: the colours alone. Raises PhotoError where that would lose something."""
    if pixels.shape[2] == 3 or kind not in ("JPEG", "BMP"):
        return pixels
    if pixels[..., 3].min() < 255:
        raise PhotoError(f"{kind} cannot hold the photo's transparent parts; save it as PNG, WebP or TIFF.")
    return pixels[..., :3]


def _image(pixels: Bytes, grey: bool) -> Image.Image:
    """The picture for Pillow: without colour channels where the photo was grey and still is."""
    red = pixels[..., 0]
    if grey and np.array_equal(red, pixels[..., 1]) and np.array_equal(red, pixels[..., 2]):
        if pixels.shape[2] == 3:
            return Image.fromarray(np.ascontiguousarray(red))
        return Image.fromarray(np.ascontiguousarray(pixels[..., [0, 3]]))  # two channels are grey and alpha
    return Image.fromarray(np.ascontiguousarray(pixels))


def _common(meta: Meta, mode: str) -> dict[str, Any]:
    """What every format but BMP holds."""
    options: dict[str, Any] = {}
    if meta.icc and (meta.icc[16:20] == b"GRAY") == (mode in ("L", "LA")):
        options["icc_profile"] = meta.icc
    if meta.exif:
        options["exif"] = meta.exif
    return options


def _png(meta: Meta, mode: str, _notes: list[str]) -> dict[str, Any]:
    options = _common(meta, mode) | {"compress_level": 4}
    if meta.dpi:
        options["dpi"] = meta.dpi
    if meta.xmp:
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", meta.xmp.decode("utf-8", "replace"))
        options["pnginfo"] = chunks
    return options


def _jpeg(meta: Meta, mode: str, notes: list[str]) -> dict[str, Any]:
    options = _common(meta, mode)
    if len(meta.exif) > _JPEG_EXIF:
        del options["exif"]
        notes.append("The photo's camera data is too long for a JPEG and is not in the saved file.")
    if meta.xmp and len(meta.xmp) < _JPEG_EXIF - 64:
        options["xmp"] = meta.xmp
    if meta.dpi:
        options["dpi"] = meta.dpi
    # The tables of the source quantise its own coefficients to the same numbers again: the picture keeps its quality.
    if meta.format == "JPEG" and all(len(t) == 64 and min(t) >= 1 and max(t) <= 255 for t in meta.tables):
        options["qtables"] = [list(table) for table in meta.tables[: 1 if mode == "L" else 4]] or None
    if not options.get("qtables"):
        options.pop("qtables", None)
        return options | {"quality": 95, "subsampling": 0, "optimize": True}
    if mode == "RGB":
        options |= {"keep_rgb": True, "subsampling": 0} if meta.keep_rgb else {"subsampling": meta.sampling}
    return options | {"progressive": meta.progressive, "optimize": True}


def _webp(meta: Meta, mode: str, _notes: list[str]) -> dict[str, Any]:
    options = _common(meta, mode)
    if meta.xmp:
        options["xmp"] = meta.xmp
    if meta.lossy:
        return options | {"quality": 95}
    # exact: the colours under transparent pixels stay; quality is the encoder's effort here.
    return options | {"lossless": True, "exact": True, "quality": 50, "method": 2}


def _tiff(meta: Meta, mode: str, _notes: list[str]) -> dict[str, Any]:
    options = _common(meta, mode)
    options.pop("exif", None)  # added afterwards
    if meta.dpi:
        options["dpi"] = meta.dpi
    return options | {"compression": meta.compression or "tiff_adobe_deflate"}


def _bmp(meta: Meta, _mode: str, notes: list[str]) -> dict[str, Any]:
    if meta.exif or meta.icc:
        notes.append("BMP cannot hold the photo's camera data or colour profile; save it as PNG to keep them.")
    return {"dpi": meta.dpi} if meta.dpi else {}


_WRITERS: dict[str, Callable[[Meta, str, list[str]], dict[str, Any]]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "WEBP": _webp,
    "TIFF": _tiff,
    "BMP": _bmp,
}

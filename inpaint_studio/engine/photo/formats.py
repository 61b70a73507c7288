"""The photo formats: one row of `FORMATS` for each. Light: imports neither decoders nor numpy.

To add a format, add its row. Dialogs, file drops, command-line help, folders of photos, reading and saving follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from inpaint_studio.texts import tr

DEEP = ("PNG", "TIFF")  # formats that are written with more than 8 bits a channel

_ANY_SIDE = 2**31 - 1
_ALL_METADATA = frozenset({"exif", "icc", "xmp", "dpi"})


@dataclass(frozen=True)
class PhotoFormat:
    """One kind of image file. Fields after `detectable` matter only for formats that are written."""

    name: str  # Pillow's
    title: str  # for the user
    suffixes: tuple[str, ...]  # lower case, with the dot; the first is the usual one
    plugin: str = ""  # Pillow's module for it, if Pillow does not load it at once
    detectable: bool = True  # whether the content of a file is enough to recognise the format
    writable: bool = False
    extra: bool = False  # whether its decoder comes with the extra `formats`
    instead: str = ".png"  # where it is not written: the suffix that is proposed for the saved photo
    alpha: bool = True  # whether it holds transparency
    max_side: int = _ANY_SIDE  # px
    metadata: frozenset[str] = _ALL_METADATA  # what of `Meta` it holds: exif, icc, xmp, dpi
    options: Mapping[str, Any] = field(default_factory=dict)  # quality and the like, for Pillow's `save`


# Detection tries the formats in this order; dialogs and sentences list them in this order.
FORMATS = (
    PhotoFormat("PNG", "PNG", (".png",), writable=True, options={"compress_level": 4}),
    PhotoFormat(
        "JPEG",
        "JPEG",
        (".jpg", ".jpeg", ".jpe", ".jfif"),
        writable=True,
        alpha=False,
        max_side=65500,
        options={"quality": 95, "subsampling": 0, "optimize": True},
    ),
    PhotoFormat(
        "WEBP",
        "WebP",
        (".webp",),
        "WebPImagePlugin",
        writable=True,
        max_side=16383,
        metadata=_ALL_METADATA - {"dpi"},
        options={"quality": 95},
    ),
    PhotoFormat(
        "TIFF",
        "TIFF",
        (".tif", ".tiff"),
        "TiffImagePlugin",
        writable=True,
        options={"compression": "tiff_adobe_deflate"},
    ),
    PhotoFormat("BMP", "BMP", (".bmp",), writable=True, alpha=False, metadata=frozenset({"dpi"})),
    PhotoFormat("DIB", "DIB", (".dib",), detectable=False),
    PhotoFormat("GIF", "GIF", (".gif",)),
    PhotoFormat("PPM", "PPM", (".ppm",)),
    PhotoFormat("TGA", "TGA", (".tga",), "TgaImagePlugin", detectable=False),
    PhotoFormat("AVIF", "AVIF", (".avif",), "AvifImagePlugin", instead=".jpg"),
    PhotoFormat("HEIF", "HEIC", (".heic", ".heif", ".hif"), extra=True, instead=".jpg"),
    PhotoFormat("JXL", "JPEG XL", (".jxl",), extra=True),
    PhotoFormat(
        "RAW",
        "camera raw",
        (
            ".dng",
            ".cr2",
            ".cr3",
            ".crw",
            ".nef",
            ".nrw",
            ".arw",
            ".raf",
            ".rw2",
            ".orf",
            ".pef",
            ".srw",
            ".iiq",
            ".3fr",
        ),
        extra=True,
        detectable=False,
        instead=".tif",
    ),
    PhotoFormat("JPEG2000", "JPEG 2000", (".jp2",), "Jpeg2KImagePlugin"),
)


def format_named(name: str) -> PhotoFormat:
    """Return the format with that name of Pillow's. Raises KeyError."""
    return {each.name: each for each in FORMATS}[name]


def find_format(name: str) -> PhotoFormat | None:
    """Return the format with that name of Pillow's; None if there is none."""
    return next((each for each in FORMATS if each.name == name), None)


def format_of(path: PurePath | str) -> PhotoFormat | None:
    """Return the format that a file name's suffix stands for; None if it stands for none."""
    suffix = PurePath(path).suffix.lower()
    return next((each for each in FORMATS if suffix in each.suffixes), None)


def usual_suffix(name: str) -> str:
    """Return the usual suffix of the format with that name of Pillow's; "" where that is unknown."""
    return next((each.suffixes[0] for each in FORMATS if each.name == name), "")


def writable_formats() -> list[PhotoFormat]:
    """List the formats that photos can be saved in."""
    return [each for each in FORMATS if each.writable]


def suffixes(formats: Iterable[PhotoFormat]) -> list[str]:
    """List all suffixes of `formats`."""
    return [suffix for each in formats for suffix in each.suffixes]


def dialog_filter(title: str, formats: Iterable[PhotoFormat]) -> str:
    """Make the filter of a file dialog: ``JPEG (*.jpg *.jpeg)``."""
    return f"{title} ({' '.join('*' + suffix for suffix in suffixes(formats))})"


def join_names(names: Iterable[str]) -> str:
    """Join names for a sentence: ``.png, .jpg or .bmp``."""
    *most, last = names
    return tr("{names} or {last}", names=", ".join(most), last=last) if most else last

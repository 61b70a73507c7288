"""What desktops call the files that the program opens: for each row of the program's table of formats.

A format whose decoder is not in a build is not offered to the desktop by that build.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROJECT = "ORA"  # the program's own projects


@dataclass(frozen=True)
class FileType:
    """The names of one format."""

    mime_types: tuple[str, ...]  # of Linux; freedesktop.org's first, then names that others use for it
    uniform_types: tuple[str, ...]  # of macOS
    decoder: str = ""  # the module that a build has to contain to open it; empty: it always can


TYPES = {
    "PNG": FileType(("image/png",), ("public.png",)),
    "JPEG": FileType(("image/jpeg",), ("public.jpeg",)),
    "WEBP": FileType(("image/webp",), ("org.webmproject.webp",)),
    "TIFF": FileType(("image/tiff",), ("public.tiff",)),
    "BMP": FileType(("image/bmp",), ("com.microsoft.bmp",)),
    "DIB": FileType(("image/bmp",), ("com.microsoft.bmp",)),
    "GIF": FileType(("image/gif",), ("com.compuserve.gif",)),
    "PPM": FileType(("image/x-portable-pixmap",), ("public.pbm",)),
    "TGA": FileType(("image/x-tga",), ("com.truevision.tga-image",)),
    "AVIF": FileType(("image/avif",), ("public.avif",)),
    "HEIF": FileType(("image/heif", "image/heic"), ("public.heic", "public.heif"), "pi_heif"),
    "JXL": FileType(("image/jxl",), ("public.jpeg-xl",), "jxlpy"),
    "RAW": FileType(
        (
            "image/x-adobe-dng",
            "image/x-canon-cr2",
            "image/x-canon-cr3",
            "image/x-canon-crw",
            "image/x-nikon-nef",
            "image/x-nikon-nrw",
            "image/x-sony-arw",
            "image/x-fuji-raf",
            "image/x-panasonic-rw2",
            "image/x-olympus-orf",
            "image/x-pentax-pef",
            "image/x-samsung-srw",
            "image/x-phaseone-iiq",
            "image/x-hasselblad-3fr",
        ),
        ("public.camera-raw-image",),
        "rawpy",
    ),
    "JPEG2000": FileType(("image/jp2",), ("public.jpeg-2000",)),
    PROJECT: FileType(("image/openraster",), ("org.openraster.ora",)),
}


def missing_decoders(program: Path) -> set[str]:
    """Return the formats that the build in the folder `program` cannot open.

    Python files are packed into the launcher; a decoder's compiled part lies in the folder, as _pi_heif.cpython-311.so.
    """
    places = [program, program / "_internal"]
    return {
        name
        for name, each in TYPES.items()
        if each.decoder and not any(any(place.glob(f"*{each.decoder}*")) for place in places)
    }


def mime_types(without: Iterable[str] = ()) -> list[str]:
    """List the MIME types of all formats but those in `without`."""
    return list(dict.fromkeys(mime for name, each in TYPES.items() if name not in without for mime in each.mime_types))


def uniform_types(without: Iterable[str] = ()) -> list[str]:
    """List macOS's types of all formats but those in `without`."""
    return list(
        dict.fromkeys(kind for name, each in TYPES.items() if name not in without for kind in each.uniform_types)
    )

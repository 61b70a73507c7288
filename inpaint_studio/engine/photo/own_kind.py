"""Save pixels in the kind that their file had: the blocks of a JPEG, a palette, one bit, greys, inks.

`find` is asked for it before pixels are saved as RGB. A file of a kind that cannot be kept is saved as RGB.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo import exif, jpeg_kind, plain_kind
from inpaint_studio.engine.photo.formats import PhotoFormat
from inpaint_studio.engine.photo.meta import Meta, turn_xmp
from inpaint_studio.engine.photo.photo import Photo, set_upright, turn_back

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class OwnKind:
    """How to save pixels in the kind of their file."""

    mode: str  # Pillow's
    write: Callable[[Any], None]  # writes the file without its metadata
    icc: bytes = b""  # a profile of the values in the file, where it is not that of `Meta`
    orientation: int = 1  # EXIF's, of the pixels as they are saved
    notes: tuple[str, ...] = ()  # sentences about what could not be kept

    def describe(self, meta: Meta) -> Meta:
        """Return the metadata of the upright photo as it goes with what is saved."""
        camera = exif.turned(meta.exif, self.orientation)
        return replace(meta, exif=camera, xmp=turn_xmp(meta.xmp, self.orientation), icc=self.icc or meta.icc)


def find(photo: Photo, pixels: Bytes, target: PhotoFormat) -> OwnKind | None:
    """Return how to save `pixels` (H x W x 3|4 uint8, upright) in the kind of the photo's file.

    None where the file was of another format than `target`, is gone, or is of a kind that RGB holds as well.
    """
    finder = _FINDERS.get(target.name)
    if finder is None or photo.stored is None or photo.meta.format != target.name or pixels.shape[:2] != photo.size:
        return None
    with suppress(Exception):  # decoders of hostile files raise anything; such a file is saved as RGB
        return finder(photo, photo.stored.read(), pixels)
    return None


def _find_jpeg(photo: Photo, data: bytes, pixels: Bytes) -> OwnKind:
    coded, mode, profile = jpeg_kind.code_changes(data, turn_back(pixels[..., :3], photo.orientation))
    return OwnKind(
        mode, lambda file: file.write(coded), icc=profile if mode == "CMYK" else b"", orientation=photo.orientation
    )


def _find_plain(photo: Photo, data: bytes, pixels: Bytes) -> OwnKind | None:
    found = plain_kind.change_file(data, pixels, lambda array: set_upright(array, photo.orientation))
    return None if found is None else OwnKind(found.mode, found.write, icc=found.icc, notes=found.notes)


_FINDERS: dict[str, Callable[[Photo, bytes, Bytes], OwnKind | None]] = {
    "JPEG": _find_jpeg,
    "PNG": _find_plain,
    "TIFF": _find_plain,
    "BMP": _find_plain,
}

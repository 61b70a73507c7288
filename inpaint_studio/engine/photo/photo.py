"""A photo in memory, and how to open one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo import contents, decoding, exif, stored
from inpaint_studio.engine.photo.colours import bytes_to_srgb, find_space
from inpaint_studio.engine.photo.deep import Depth, Samples
from inpaint_studio.engine.photo.meta import Meta, read_colours, read_meta, turn_meta
from inpaint_studio.engine.photo.stored import StoredFile
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Photo:
    """Upright 8-bit pixels, H x W x 3, or x 4 with transparency, and the metadata of the file."""

    pixels: Bytes
    grey: bool = False  # whether the file had no colours
    meta: Meta = field(default_factory=Meta)
    path: Path | None = None
    notes: tuple[str, ...] = ()  # sentences about what opening changed
    orientation: int = 1  # EXIF's, 1 to 8, of the file's pixels before they were set upright
    stored: StoredFile | None = None  # the file as it was opened; None if the photo is not from a file
    deep: Samples | None = None  # the samples of more than 8 bits that `pixels` show; H x W x 3|4, uint16 or floats
    depth: Depth | None = None  # what the values of `deep` mean; None without

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.pixels.shape[0], self.pixels.shape[1]


def open_photo(path: str | Path) -> Photo:
    """Open the photo in this file and turn it upright. Raises PhotoError with a sentence for every other file."""
    path = Path(path)
    with decoding.explain_errors(path):
        photo, orientation = _decode(path)
        # Pillow's own copy of the pixels is freed by now; three copies at a time would be too many.
        pixels = set_upright(photo.pixels, orientation)
        deep = None if photo.deep is None else set_upright(photo.deep, orientation)
        return replace(photo, pixels=pixels, deep=deep, orientation=orientation, stored=stored.keep(path))


def read_pixels(source: Path | bytes, name: str, least: int) -> Bytes:
    """Read only the upright pixels of an image file or of one in memory as sRGB, H x W x 3, or x 4 with transparency.

    A JPEG whose shorter side is much longer than `least` px is decoded at a half, a quarter or an eighth of its size,
    never below `least`, which is faster. Raises PhotoError with a sentence that contains `name`.
    """
    with decoding.explain_errors(Path(name)):
        opened = decoding.open_bytes(source, name) if isinstance(source, bytes) else decoding.open_image(source)
        with opened as image:
            scale = least / min(image.size)
            if image.format in ("JPEG", "MPO") and scale < 1:
                image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
            space = find_space(read_colours(image, source))
            pixels, _, _ = decoding.to_rgb(image)
            _, orientation = exif.read(image)
        upright: Bytes = set_upright(bytes_to_srgb(space, pixels), orientation)
        return upright


def photo_from_array(rgb: Bytes) -> Photo:
    """Make a photo without a file. `rgb` is H x W, H x W x 3 or H x W x 4 uint8; it is copied."""
    pixels = np.repeat(rgb[..., None], 3, axis=2) if rgb.ndim == 2 else np.array(rgb, np.uint8, order="C")
    return Photo(pixels, grey=rgb.ndim == 2)


def hole_from_alpha(photo: Photo) -> Plane:
    """Return the transparent part: H x W, True where alpha is below 128. Raises InputError if there is none."""
    hole = photo.pixels[..., 3] < 128 if photo.pixels.shape[2] == 4 else None
    if hole is None or not hole.any():
        raise InputError(tr("The photo has no transparent part; give a mask that is white where the hole is."))
    return hole


def _decode(path: Path) -> tuple[Photo, int]:
    """Return the photo as stored in the file, not upright yet, and its orientation (1-8)."""
    with decoding.open_image(path) as image:
        meta = read_meta(image, path)
        samples = depth = None
        deep, notes = decoding.read_deep(image)
        if deep is None:
            pixels, grey, notes = decoding.to_rgb(image)
        else:
            samples, depth, grey = deep
            pixels = depth.view(samples)
        camera, orientation = exif.read(image)
        notes += contents.further_contents(image, path)
        notes += contents.further_pages(image)
    meta = turn_meta(meta, orientation, camera)
    return Photo(pixels, grey, meta, path, tuple(notes), deep=samples, depth=depth), orientation


def turn_back(pixels: Bytes, orientation: int) -> Bytes:
    """Return upright pixels as a file with this orientation (1 to 8) stores them."""
    rows, columns = orientation in (3, 4, 7, 8), orientation in (2, 3, 6, 7)
    pixels = pixels[:: -1 if rows else 1, :: -1 if columns else 1]
    return np.ascontiguousarray(pixels.transpose(1, 0, 2) if orientation >= 5 else pixels)


def set_upright(pixels: Samples, orientation: int) -> Any:
    """Return pixels (H x W x C) that a file with this orientation (1 to 8) stores, upright."""
    if orientation == 1:
        return pixels
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    rows, columns = orientation in (3, 4, 7, 8), orientation in (2, 3, 6, 7)
    return np.ascontiguousarray(pixels[:: -1 if rows else 1, :: -1 if columns else 1])

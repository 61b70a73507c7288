"""Read a mask file for a photo, and write one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from inpaint_studio.engine.masks.interpret import MaskReading, interpret
from inpaint_studio.engine.masks.shape import INSIDE
from inpaint_studio.engine.masks.turns import turn_mask, upright_turn
from inpaint_studio.engine.photo import encoding
from inpaint_studio.engine.photo.photo import Photo, open_photo, photo_from_array
from inpaint_studio.errors import InputError
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

_CLEAR = 16  # steps from 0 or 255 up to which a coverage is clear
_MOSTLY = 0.9  # share of a mask that is clear; the rest is its rim


def read_mask_file(path: str | Path, marks: str = mark("the hole")) -> MaskReading:
    """Read a mask of any size: what it marks, and sentences about it. Raises PhotoError, and as `interpret` does.

    `marks` names what is marked in the sentences.
    """
    return _interpret(Path(path), open_photo(path), marks)


def read_area(path: str | Path, size: tuple[int, int], marks: str) -> tuple[NDArray[np.bool_], tuple[str, ...]]:
    """Read a part of a photo of `size` (height and width) from a mask of any kind: H x W, and sentences about it.

    Raises PhotoError, and InputError where the mask is not of that size, or no mask; `marks` names the part then.
    """
    coverage, notes, _ = read_mask_file(path, marks)
    check_size(coverage.shape, size, marks)
    return coverage >= INSIDE, notes


def is_mask_for(path: Path, size: tuple[int, int]) -> bool:
    """Return whether the image in this file is a mask for a photo of `size`, rather than another photo.

    It is one where it has the photo's sides, perhaps turned, and nearly all of it is clearly hole or clearly not.
    Raises PhotoError where the file cannot be read.
    """
    photo = open_photo(path)
    if photo.size not in (size, size[::-1]):
        return False
    try:
        coverage, notes, _ = _interpret(path, photo, tr("the hole"))
    except InputError:
        return False
    clear = (coverage <= _CLEAR) | (coverage >= 255 - _CLEAR)
    return not notes and 0 < float(coverage.mean()) < 255 and bool(clear.mean() >= _MOSTLY)


def write_mask_file(path: Path, mask: Bytes) -> tuple[str, ...]:
    """Save `mask` (H x W, 0..255), white where the hole is; return sentences about it. Raises PhotoError."""
    return encoding.save_photo(photo_from_array(mask), path)


def check_size(mask: tuple[int, ...], photo: tuple[int, int], marks: str = mark("the mask")) -> None:
    """Raise InputError where `mask`, which `marks` names, does not have the height and width of `photo`."""
    if tuple(mask) != tuple(photo):
        marks = tr(marks)
        there, here = (f"{shape[1]} x {shape[0]}" for shape in (mask, photo))
        values = {"marks": marks[0].upper() + marks[1:], "there": there, "here": here}
        lying = tuple(mask) == tuple(photo)[::-1]
        if lying and marks.endswith("s"):
            text = mark("{marks} are {there} pixels and the photo {here}: one of them lies on its side; turn it.")
        elif lying:
            text = mark("{marks} is {there} pixels and the photo {here}: one of them lies on its side; turn it.")
        elif marks.endswith("s"):
            text = mark("{marks} are {there} pixels and the photo {here}; they must be of one size.")
        else:
            text = mark("{marks} is {there} pixels and the photo {here}; they must be of one size.")
        raise InputError(tr(text, None, **values))


def _interpret(path: Path, photo: Photo, marks: str) -> MaskReading:
    """Return what `photo`, the image in the file at `path`, means as a mask. Raises as `interpret` does."""
    pixels = photo.pixels
    if not pixels[..., :3].any():  # so are the lowest of 16 bits, in 8
        pixels = _read_faint(path, photo)
    lossy = photo.meta.format == "JPEG" or photo.meta.lossy
    return interpret(pixels, path.name, lossy, marks)._replace(orientation=photo.orientation)


def _read_faint(path: Path, photo: Photo) -> Bytes:
    """Return the pixels of a black `photo`, whose file is at `path`, white where it has any value above 0.

    Masks of 0 and 1 with 16 bits a pixel are black once they are reduced to 8 bits.
    """
    with Image.open(path) as image:
        if not image.mode.startswith("I"):
            return photo.pixels
        marked = np.where(np.asarray(image) > 0, np.uint8(255), np.uint8(0))
    turned = turn_mask(marked, upright_turn(photo.orientation))
    return np.repeat(turned[..., None], 3, axis=2)

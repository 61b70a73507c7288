"""Read masks, guide lines and edges from image files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo.photo import open_photo
from inpaint_studio.errors import InputError
from inpaint_studio.exemplar.packed import pack
from inpaint_studio.texts import mark, tr

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]
Size = tuple[int, int]  # height and width

MOST_LINES = 255


def read_mask(path: str | Path, size: Size) -> Plane:
    """Read the hole from a mask file: H x W, True where the image is white (128 and above).

    Transparent pixels are black. Raises PhotoError where the file cannot be read, InputError where it is not of `size`
    (height, width).
    """
    return _grey(path, size, "mask") >= 128


def read_any_mask(path: str | Path) -> Plane:
    """Read the hole from a mask file of any size, as `read_mask` does. Raises PhotoError where it cannot be read."""
    return _to_grey(open_photo(path).pixels) >= 128


def read_edges(path: str | Path, size: Size) -> NDArray[np.float32]:
    """Read an edge map in [0, 1], H x W; errors as in `read_mask`."""
    return _grey(path, size, mark("edge map")).astype(np.float32) / np.float32(255)


def read_lines(path: str | Path, size: Size) -> Bytes:
    """Read the number of the guide line at each pixel, H x W, 0 where there is none.

    In a grey image every value except 0 is the number of a line; in a coloured one every colour except black is a
    line. Errors as in `read_mask`, and InputError where there are too many colours.
    """
    pixels = _read_pixels(path, size, mark("guide lines"))
    colours = pixels[..., :3]
    if pixels.shape[2] == 4:
        colours = np.where(pixels[..., 3:] >= 128, colours, 0)
    red = colours[..., 0]
    if np.array_equal(red, colours[..., 1]) and np.array_equal(red, colours[..., 2]):
        return np.ascontiguousarray(red)
    drawn = colours.any(axis=2)
    kinds, numbers = np.unique(pack(colours[drawn]), return_inverse=True)
    if len(kinds) > MOST_LINES:
        raise InputError(
            tr(
                "{name} has {count} colours and each is a guide line; draw at most {most_lines} "
                "lines, without soft edges, and save them as PNG.",
                name=Path(path).name,
                count=len(kinds),
                most_lines=MOST_LINES,
            )
        )
    lines = np.zeros(size, np.uint8)
    lines[drawn] = numbers + 1
    return lines


def _read_pixels(path: str | Path, size: Size, what: str) -> Bytes:
    pixels = open_photo(path).pixels
    check_size(pixels.shape, size, what)
    return pixels


def _grey(path: str | Path, size: Size, what: str) -> Bytes:
    """Return the brightness of an image, H x W, over black where it is transparent."""
    return _to_grey(_read_pixels(path, size, what))


def _to_grey(pixels: Bytes) -> Bytes:
    grey = np.empty(pixels.shape[:2], np.uint8)
    for top in range(0, len(pixels), 256):  # in strips: 32-bit integers of the whole image are large
        rows = pixels[top : top + 256].astype(np.uint32)
        light = (77 * rows[..., 0] + 150 * rows[..., 1] + 29 * rows[..., 2]) >> 8
        grey[top : top + 256] = light if rows.shape[2] == 3 else light * rows[..., 3] // 255
    return grey


def check_size(shape: tuple[int, ...], size: Size, what: str) -> None:
    """Raise InputError where the height and width in `shape` are not `size`; `what` names the image, as "mask"."""
    if tuple(shape[:2]) != tuple(size):
        values = {"what": tr(what), "there": f"{shape[1]} x {shape[0]}", "here": f"{size[1]} x {size[0]}"}
        text = mark("The {what} is {there} pixels and the photo {here}; they must be of one size.")
        if what.endswith("s"):
            text = mark("The {what} are {there} pixels and the photo {here}; they must be of one size.")
        raise InputError(tr(text, None, **values))

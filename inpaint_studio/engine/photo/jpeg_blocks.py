"""Code the changed samples of a JPEG again, in the blocks that hold them; all other blocks stay as they are.

In such a block the unchanged samples are those of the file, before they were rounded and clipped, so that only the
quantisation touches them. T.81 is the standard, ITU-T T.81 (1992).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.photo.jpeg_coefficients import Coefficients
from inpaint_studio.engine.photo.jpeg_parts import Component, Parts

Bytes = NDArray[np.uint8]
Plane = NDArray[np.bool_]
Floats = NDArray[np.float32]

_CHUNK = 4096  # blocks at a time
_MOST = 1023  # of a coefficient of 8-bit samples, which has ten bits (T.81, F.1.2.2.1)

# JFIF 1.02, "Conversion to and from RGB".
_TO_YCC = np.array(
    [[0.299, 0.587, 0.114], [-0.168735892, -0.331264108, 0.5], [0.5, -0.418687589, -0.081312411]], np.float32
)
_YCC_ZERO = np.array([0, 128, 128], np.float32)


def _cosines() -> Floats:
    """Return the matrix of the one-dimensional DCT (T.81, A.3.3)."""
    k, n = np.mgrid[:8, :8]
    matrix = np.cos((2 * n + 1) * k * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return np.asarray(matrix, np.float32)


def _zigzag() -> NDArray[np.int64]:
    """Return the index in rows of each of the 64 coefficients in zigzag order (T.81, figure A.6)."""
    places = [(row, column) for row in range(8) for column in range(8)]
    places.sort(key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]))
    return np.array([row * 8 + column for row, column in places])


_DCT = _cosines()
_ZIGZAG = _zigzag()


def replace_samples(parts: Parts, coefficients: Coefficients, pixels: Bytes, changed: Plane) -> int:
    """Code the pixels that are `changed` (H x W) into `coefficients`; returns the number of blocks that were coded.

    `pixels`: H x W x 1, 3 or 4 uint8, the values of the components as they are meant: grey, RGB, or the inks with 255
    for none. H and W are those of the file.
    """
    ycc = is_ycc(parts)
    return sum(
        _replace_component(parts, index, coefficients, pixels, changed, ycc) for index in range(len(parts.components))
    )


def touched_pixels(parts: Parts, changed: Plane) -> Plane:
    """Return which pixels may differ when `changed` ones were coded: their MCUs, and a rim where chroma is smoothed."""
    across, down = 8 * parts.most_h, 8 * parts.most_v
    height, width = changed.shape
    padded = np.zeros((-(-height // down) * down, -(-width // across) * across), np.bool_)
    padded[:height, :width] = changed
    mcus = padded.reshape(-1, down, padded.shape[1] // across, across).any(axis=(1, 3))
    whole = mcus.repeat(down, axis=0).repeat(across, axis=1)
    for _ in range(2):  # libjpeg mixes each sample with its neighbours when it enlarges chroma
        grown = whole.copy()
        grown[1:] |= whole[:-1]
        grown[:-1] |= whole[1:]
        grown[:, 1:] |= whole[:, :-1]
        grown[:, :-1] |= whole[:, 1:]
        whole = grown
    return whole[:height, :width]


def is_ycc(parts: Parts) -> bool:
    """Return whether the first components are luma and chroma, by the rules of libjpeg's `default_decompress_parms`."""
    if len(parts.components) < 3:
        return False
    if len(parts.components) == 4:
        return parts.adobe == 2
    if parts.jfif:
        return True
    if parts.adobe is not None:
        return parts.adobe != 0
    return [each.number for each in parts.components] != [ord("R"), ord("G"), ord("B")]


def _replace_component(
    parts: Parts, index: int, coefficients: Coefficients, pixels: Bytes, changed: Plane, ycc: bool
) -> int:
    component = parts.components[index]
    sy, sx = parts.most_v // component.v, parts.most_h // component.h
    rows, columns = _touched_blocks(component, changed, sy, sx)
    for start in range(0, len(rows), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        _replace_blocks(component, index, coefficients, (rows[chunk], columns[chunk]), pixels, changed, (sy, sx), ycc)
    return len(rows)


def _touched_blocks(
    component: Component, changed: Plane, sy: int, sx: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows and columns of the blocks over changed pixels; their samples cover sy x sx pixels each."""
    height, width = changed.shape
    down, across = 8 * sy, 8 * sx
    whole = np.zeros((component.down * down, component.across * across), np.bool_)
    whole[:height, :width] = changed
    # What lies outside the photo repeats its last row and column.
    whole[:height, width:] = changed[:, -1:]
    whole[height:] = whole[height - 1]
    rows, columns = np.nonzero(whole.reshape(component.down, down, component.across, across).any(axis=(1, 3)))
    return rows, columns


def _replace_blocks(
    component: Component,
    index: int,
    coefficients: Coefficients,
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    pixels: Bytes,
    changed: Plane,
    scale: tuple[int, int],
    ycc: bool,
) -> None:
    rows, columns = places
    sy, sx = scale
    y = np.minimum(rows[:, None] * 8 * sy + np.arange(8 * sy), changed.shape[0] - 1)[:, :, None]
    x = np.minimum(columns[:, None] * 8 * sx + np.arange(8 * sx), changed.shape[1] - 1)[:, None, :]
    values = pixels[y, x]
    if ycc and index < 3:
        plane = values[..., :3].astype(np.float32) @ _TO_YCC[index] + _YCC_ZERO[index]
    else:
        plane = values[..., index].astype(np.float32)
    new = plane.reshape(-1, 8, sy, 8, sx).mean(axis=(2, 4)) - 128
    is_new = changed[y, x].reshape(-1, 8, sy, 8, sx).any(axis=(2, 4))
    assert component.steps is not None
    steps = component.steps.astype(np.float32)
    at = component.first + rows * component.across + columns
    natural = np.empty((len(at), 64), np.float32)
    natural[:, _ZIGZAG] = coefficients[at] * steps
    old = _DCT.T @ natural.reshape(-1, 8, 8) @ _DCT
    samples = np.where(is_new, new, old)
    levels = np.rint((_DCT @ samples @ _DCT.T).reshape(-1, 64)[:, _ZIGZAG] / steps)
    coefficients[at] = np.clip(levels, -_MOST, _MOST).astype(np.int16)

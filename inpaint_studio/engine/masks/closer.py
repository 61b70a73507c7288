"""Decide pixel by pixel which of two colours near by is closer: along the border of an object, at full size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.bool_]
    Raster = NDArray[np.uint8]
    Field = NDArray[np.float32]


def choose_closer(mask: Raster, pixels: Raster, open_: Plane, one: Field, other: Field) -> None:
    """Set `mask` (H x W) to 255 where `pixels` (H x W x 3) are closer to `one` than to `other`, else to 0, in place.

    `open_` (h x w) is where that is done, at the size of a small copy; elsewhere `mask` stays as it is. `one` and
    `other` are colours at each place of the copy, h x w x 3. Nothing of the size of the photo is made, which may be
    large.
    """
    columns = np.arange(mask.shape[1]) * open_.shape[1] // mask.shape[1]
    _choose(mask, pixels, open_, one, other, columns)


@kernel
def _choose(mask: Raster, pixels: Raster, open_: Plane, one: Field, other: Field, columns: NDArray[np.int64]) -> None:
    """Go through all pixels; `columns` is the column of the copy for each one of the photo."""
    height, width = mask.shape
    for row in range(height):
        y = row * open_.shape[0] // height
        for column in range(width):
            x = columns[column]
            if open_[y, x]:
                to_one, to_other = np.float32(0), np.float32(0)
                for channel in range(3):
                    value = np.float32(pixels[row, column, channel])
                    to_one += (value - one[y, x, channel]) ** 2
                    to_other += (value - other[y, x, channel]) ** 2
                mask[row, column] = 255 if to_one < to_other else 0

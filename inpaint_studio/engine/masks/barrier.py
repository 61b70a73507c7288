"""How strong the barrier of colours is round each pixel of a loop: what is like the ground all the way out has none.

The minimum barrier distance (Strand and others 2013) of a path is the range of each channel along it; a pixel's is the
least of all paths to the outside. Background with changing colours has little of it, an object with an edge has much,
whatever their colours are. It is found in a few raster scans (Zhang and others 2015, "Minimum Barrier Salient Object
Detection at 80 FPS", algorithm 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from inpaint_studio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.float32]

_SCANS = 4  # there and back twice; the paper has 3


def barrier(image: Field, inside: NDArray[np.bool_]) -> Field:
    """Return the barrier distance of every pixel to the outside of `inside`, in levels, summed over the channels.

    `image`: H x W x C. It is 0 outside, and infinite where there is no outside.
    """
    values = np.ascontiguousarray(image, np.float32)
    distance = np.where(inside, np.inf, 0).astype(np.float32)
    highest, lowest = values.copy(), values.copy()
    for number in range(_SCANS):
        _scan(values, distance, highest, lowest, number % 2 == 0)
    return distance


@kernel
def _scan(values: Field, distance: Field, highest: Field, lowest: Field, forward: bool) -> None:
    """Let every pixel take the path of a neighbour that was scanned before, where that has a lower barrier."""
    height, width, channels = values.shape
    step = -1 if forward else 1
    for down in range(height):
        row = down if forward else height - 1 - down
        for across in range(width):
            column = across if forward else width - 1 - across
            for turn in range(2):
                y, x = row + step * (1 - turn), column + step * turn
                if not (0 <= y < height and 0 <= x < width):
                    continue
                cost = np.float32(0)
                for channel in range(channels):
                    value = values[row, column, channel]
                    cost += max(highest[y, x, channel], value) - min(lowest[y, x, channel], value)
                if cost < distance[row, column] and distance[y, x] < np.inf:
                    distance[row, column] = cost
                    for channel in range(channels):
                        value = values[row, column, channel]
                        highest[row, column, channel] = max(highest[y, x, channel], value)
                        lowest[row, column, channel] = min(lowest[y, x, channel], value)

"""Colours as numbers, one for each pixel: they are compared and counted several times faster than channel by channel.

The first channel counts most. So numbers are sorted as colours are: by red, where that is equal by green, and then by
blue.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Colours = NDArray[np.uint32]


def pack(pixels: Bytes) -> Colours:
    """Return the colours of `pixels` (... x C, of 1 to 4 channels) as numbers (...).

    Equal colours are equal numbers. Red, green and blue are the number 65536 red + 256 green + blue.
    """
    channels = pixels.shape[-1]
    four = np.zeros((*pixels.shape[:-1], 4), np.uint8)
    for channel in range(channels):
        four[..., channels - 1 - channel] = pixels[..., channel]
    return np.asarray(four.view("<u4")[..., 0], np.uint32)


def unpack(colour: int, channels: int) -> Bytes:
    """Return the colour (`channels` values) that `pack` made a number of."""
    return np.frombuffer(colour.to_bytes(channels, "big"), np.uint8)


def most_frequent(pixels: Bytes) -> tuple[Bytes, float]:
    """Return the colour (C) that most of `pixels` (n x C, not empty) have exactly, and their share, 0 to 1.

    Of several that are equally frequent it is the one whose number is least.
    """
    colours, counts = np.unique(pack(pixels), return_counts=True)
    most = int(counts.argmax())
    return unpack(int(colours[most]), pixels.shape[1]), float(counts[most] / len(pixels))

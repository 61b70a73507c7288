"""Samples with more than 8 bits a channel, and their relation to the 8-bit pixels that are shown and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Samples: TypeAlias = NDArray[Any]  # H x W x 3|4, uint16, float32 or, where the file has 64 bits, float64

WORD = 65535  # the largest 16-bit sample: white
_FARTHEST = 1e6  # times the range from black to white: float samples that lie farther away count as so far
_LARGEST = 1e30  # black and white lie nearer than that to 0, so that levels are float32 numbers
_FAINTEST = np.float32(1e-3)  # levels of opacity; what is weighed by less has no colour
_ROWS = 256  # rows that are converted at a time, so that no float plane of the whole photo is made


@dataclass(frozen=True)
class Depth:
    """What the samples of a deep photo mean, and how its file stored them.

    The samples `low` and `high` are 0 and 255 in the 8-bit pixels; those of the opacity are 0 and `opaque`. Float
    samples may lie beyond.
    """

    stored: str = "uint16"  # numpy's name of the file's sample type: uint16, float16, float32 or float64
    low: float = 0.0
    high: float = float(WORD)
    opaque: float = float(WORD)
    order: str = "<"  # byte order of a TIFF: "<" or ">"
    predictor: int = 1  # of a TIFF: 1 none, 2 differences, 3 differences of the bytes of floats (TIFF 6.0, section 14)
    planar: bool = False  # whether a TIFF stores one channel after the other
    inverted: bool = False  # whether 0 is white in a grey TIFF; the samples in memory are not inverted
    weighed: bool = False  # whether colours are multiplied by their opacity (ExtraSamples 1), in memory, too

    @property
    def bits(self) -> int:
        """Bits of a sample in the file."""
        return 8 * np.dtype(self.stored).itemsize

    @property
    def is_float(self) -> bool:
        """Whether the samples are floats."""
        return self.stored.startswith("float")

    def to_levels(self, samples: Samples) -> Floats:
        """Convert h x w x 3|4 samples to float32 levels of 255; those of floats may lie beyond 0 and 255.

        Values that are no numbers become 0, infinite ones the nearest end.
        """
        levels = samples.astype(np.float32)
        if self.is_float:
            levels = np.nan_to_num(levels, copy=False, nan=self.low, posinf=self.high, neginf=self.low)
            reach = np.float32(_FARTHEST * (self.high - self.low))
            np.clip(levels, self.low - reach, self.high + reach, out=levels)
        if self.low:
            levels[..., :3] -= np.float32(self.low)
        levels[..., :3] *= np.float32(255 / (self.high - self.low))
        levels[..., 3:] *= np.float32(255 / self.opaque)
        if self.weighed and levels.shape[2] == 4:
            levels[..., :3] *= 255 / np.maximum(levels[..., 3:], _FAINTEST)
        return levels

    def to_samples(self, levels: Floats) -> Samples:
        """Convert h x w x 3|4 levels of 255 to samples: the inverse of `to_levels`, exact for 16 bits."""
        samples = levels.astype(np.float32)
        if self.weighed and levels.shape[2] == 4:
            samples[..., :3] *= levels[..., 3:] / np.float32(255)
        samples[..., :3] *= np.float32((self.high - self.low) / 255)
        samples[..., 3:] *= np.float32(self.opaque / 255)
        if self.low:
            samples[..., :3] += np.float32(self.low)
        return samples if self.is_float else np.clip(np.rint(samples), 0, WORD).astype(np.uint16)

    def view(self, samples: Samples) -> Bytes:
        """Return the 8-bit pixels of H x W x 3|4 samples."""
        pixels = np.empty(samples.shape, np.uint8)
        for top in range(0, len(samples), _ROWS):
            rows = slice(top, top + _ROWS)
            pixels[rows] = np.clip(np.rint(self.to_levels(samples[rows])), 0, 255)
        return pixels

    def to_words(self, samples: Samples) -> Samples:
        """Return the samples in 16 bits, not weighed; floats beyond black and white are cut."""
        if not self.is_float and not self.weighed:
            return samples
        words = np.empty(samples.shape, np.uint16)
        for top in range(0, len(samples), _ROWS):
            rows = slice(top, top + _ROWS)
            words[rows] = np.clip(np.rint(self.to_levels(samples[rows]) * np.float32(WORD / 255)), 0, WORD)
        return words


def float_depth(samples: Samples, stored: str, **layout: Any) -> Depth:
    """Return the depth of H x W x 3|4 float samples: black and white are chosen by their range.

    White is 1, 255 or 65535, the least of them that all but one in a hundred samples lie below: highlights may lie
    beyond. Where many are below 0, the whole range is stretched. Raises ValueError where no sample is a number.
    """
    colours = samples[..., :3]
    step = max(1, colours.shape[0] * colours.shape[1] // 1_000_000)
    some = colours.reshape(-1, 3)[::step]
    some = some[np.isfinite(some)]
    if not some.size:
        raise ValueError("no sample is a number")
    least, most = (float(value) for value in np.quantile(some, (0.01, 0.99)))
    high = next((white for white in (1.0, 255.0, 65535.0) if most <= white), most)
    low = 0.0
    if least < -0.01 * high:
        low, high = float(some.min()), float(some.max())
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    if high <= low:
        high = low + 1.0
    opaque = 1.0
    if samples.shape[2] == 4:
        opaque = next((top for top in (1.0, 255.0) if np.nanmax(samples[..., 3], initial=0.0) <= top), float(WORD))
    return Depth(stored, low, high, opaque, **layout)

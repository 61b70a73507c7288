"""Find known pixels beside the hole that still show the edge of what should go: the hole was drawn too tight.

A soft object reaches over the rim of its hole by some pixels. A filler that trusts them spreads the object's colours
through the fill. They are found by measuring rings inside and outside the rim: the outer rings say how the ground goes
on towards the rim, and the rings next to it must agree with that; where they are mixed with what lies in the hole they
lose their say, and are filled as if they were hole. The photo outside the hole stays as it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.models.base.interface import Bytes, Plane
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import mark, tr

TOO_TIGHT = mark("The hole may be too tight; grow it by 3 px.")
_NEAR = (0.0, 2.0)  # px from the hole: the ring that is tested
_FAR = (8.0, 12.0)  # ground that a blurred edge does not reach; so many px beside the hole may lose their say
_FARTHER = (12.0, 18.0)  # ground beyond, for the trend towards the rim
_INSIDE = (1.5, 6.0)  # px deep in the hole: what should go
_BETWEEN = (sum(_FARTHER) - sum(_FAR)) / 2  # px
_ALONG = 15  # px to each side over which a ring is averaged, along the rim
_FEWEST = 8  # pixels of a ring in that window, without which nothing is said
_CONTRAST = 12.0  # levels of 255 between the hole and its ground, below which nothing is decided
_MIXED = 0.01  # share of the hole's colours in a ring, from which on it is mixed
_SURE = 3.0  # times the usual disagreement between two rings of ground
_MOST_OF_RIM = 0.6  # share of the measured rim that must be mixed
_ENOUGH_OF_RIM = 0.25  # share of the rim that can be measured: letters stand too close for it between them
_LARGE = 200_000  # pixels
_FAINT = 0.7  # levels of 255: a ring that is mixed by less keeps its say
_FADED = 0.02  # of the strongest ring, the same
_FADES = 0.9  # each ring is mixed by at most this share of the one before
_SEEN = 3.0  # levels of 255 in the ring that stays, from which on the user gets a note

Floats = NDArray[np.float32]


class TightRim(NamedTuple):
    """Pixels that lose their say (H x W, True there, none in the hole), and a sentence for the user or ""."""

    plane: Plane
    note: str


def find_tight_rim(region: Bytes, hole: Plane, known: Plane) -> TightRim | None:
    """Measure the rim of `hole` (H x W) in `region` (H x W x 3 uint8); None where the rim can be trusted.

    `known` is H x W, False where pixels say nothing. The pixels in the hole are those of the photo before the fill.
    """
    around = Box.of(hole)
    if around is None or hole.all():
        return None
    window = around.pad(int(_FARTHER[1])).clip(*hole.shape).slices
    rings = _Rings(np.ascontiguousarray(region[window]), hole[window], known[window] & ~hole[window])
    if not rings.are_mixed():
        return None
    width, strongest = rings.measure_width()
    if width == 0:
        return None
    plane = np.zeros_like(hole)
    plane[window] = rings.free & (rings.outside_by <= width)
    return TightRim(plane, tr(TOO_TIGHT) if strongest >= _SEEN else "")


class _Rings:
    """The rings round a hole, averaged along the rim."""

    def __init__(self, pixels: Bytes, inside: Plane, free: Plane) -> None:
        self.pixels, self.free = pixels, free
        self.outside_by = np.asarray(cv2.distanceTransform((~inside).view(np.uint8), cv2.DIST_L2, 5), np.float32)
        depth = cv2.distanceTransform(inside.view(np.uint8), cv2.DIST_L2, 5)
        least = min(_INSIDE[0], float(depth.max()) / 2)  # thin strokes are not as deep
        self._thing = _Means(pixels, inside & (depth > least) & (depth <= _INSIDE[1]))
        self._far = _Means(pixels, self._ring(*_FAR))
        self._farther = _Means(pixels, self._ring(*_FARTHER))

    def are_mixed(self) -> bool:
        """Return whether most of the rim is mixed with what lies in the hole.

        Where only a small part is, it may be a line of the photo that runs along the rim.
        """
        rim = self._ring(*_NEAR)
        ground = self._ground_at(np.nonzero(rim))
        near, _ = _Means(self.pixels, rim).at(ground.places)
        square = (ground.contrast**2).sum(axis=1)
        clear = ground.known & (square >= _CONTRAST**2)
        known = np.count_nonzero(ground.known)
        least = max(_ALONG, _MOST_OF_RIM * known)
        if known < _ENOUGH_OF_RIM * clear.size or np.count_nonzero(clear) < least:
            return False
        contrast, square = ground.contrast[clear], square[clear]
        share = ((near - ground.expect(np.float32(sum(_NEAR) / 2)))[clear] * contrast).sum(axis=1) / square
        usual = np.abs((ground.trend[clear] * contrast).sum(axis=1)) * np.float32(_BETWEEN) / square
        limit = max(_MIXED, _SURE * float(np.median(usual)))
        return bool(np.count_nonzero(share > limit) >= least)

    def measure_width(self) -> tuple[int, float]:
        """Return how many px from the hole the ground is mixed, and by how many levels of 255 where it is most.

        An edge fades with the distance. Where the rings do not, they show something else, and the width is 0.
        """
        before = strongest = 0.0
        for distance in range(1, int(_FAR[0]) + 1):
            ground = self._ground_at(np.nonzero(self._ring(distance - 1, distance)))
            if not ground.known.any():
                return distance - 1, strongest
            error = self.pixels[ground.places] - ground.expect(np.float32(distance - 0.5))
            along = (error * ground.contrast).sum(axis=1) / np.maximum(np.linalg.norm(ground.contrast, axis=1), 1)
            levels = float(along[ground.known].mean())
            strongest = max(strongest, levels)
            if levels < max(_FAINT, _FADED * strongest):
                return distance - 1, strongest
            if distance > 1 and levels > _FADES * before:
                return (distance - 1 if distance > 2 else 0), strongest
            before = levels
        return int(_FAR[0]), strongest

    def _ring(self, nearest: float, farthest: float) -> Plane:
        return np.asarray(self.free & (self.outside_by > nearest) & (self.outside_by <= farthest))

    def _ground_at(self, places: Any) -> _Ground:
        far, is_far = self._far.at(places)
        farther, is_farther = self._farther.at(places)
        thing, is_thing = self._thing.at(places)
        return _Ground(places, far, (far - farther) / np.float32(_BETWEEN), thing - far, is_far & is_farther & is_thing)


class _Ground(NamedTuple):
    """How the ground goes on to `places` (rows and columns of n pixels)."""

    places: Any
    far: Floats  # n x 3: its colour in the far ring
    trend: Floats  # n x 3: change for each px towards the hole
    contrast: Floats  # n x 3: colour of the thing in the hole minus that of the ground
    known: Plane  # n

    def expect(self, distance: np.float32) -> Floats:
        """Return the colours (n x 3) of the ground at `distance` px from the hole."""
        return np.asarray(self.far + self.trend * (np.float32(sum(_FAR) / 2) - distance), np.float32)


class _Means:
    """The mean colour of the pixels in `where` (H x W) round each pixel.

    In a large image every other row and column is enough.
    """

    def __init__(self, pixels: Bytes, where: Plane) -> None:
        self._step = step = 1 if where.size < _LARGE else 2
        mask = np.ascontiguousarray(where[::step, ::step]).view(np.uint8)
        some = np.zeros((*mask.shape, 3), np.uint8)
        cv2.copyTo(np.ascontiguousarray(pixels[::step, ::step]), mask, some)
        side = (2 * _ALONG // step + 1, 2 * _ALONG // step + 1)
        self._sum, self._count = (
            cv2.boxFilter(plane, cv2.CV_32F, side, normalize=False, borderType=cv2.BORDER_CONSTANT)
            for plane in (some, mask)
        )

    def at(self, places: Any) -> tuple[Floats, Plane]:
        """Return the means (n x 3) at `places` (rows and columns), and where there are enough pixels for one (n)."""
        own = tuple(place // self._step for place in places)
        count = self._count[own]
        return self._sum[own] / np.maximum(count, 1)[:, None], count >= _FEWEST

"""Make the image at every scale, with the pixels that may be copied and those to be found.

The fourth channel beside red, green and blue is the strength of texture around a pixel: it distinguishes smooth from
rough places of the same colour at coarse scales (the texture feature of Newson et al. 2014, section 3.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.planes import box_round
from inpaint_studio.exemplar.simd import CHANNELS, REACH, SIDE, SLACK
from inpaint_studio.jit import kernel
from inpaint_studio.opencv import cv2

TEXTURE_GAIN = 12.0  # measured: sharpness against PSNR
COARSEST_RADIUS = 14.0  # px of the coarsest level: largest radius of the hole there
COARSEST_THIN_RADIUS = 5.0  # the same for holes that are not wider at full size, such as text
SMALLEST_SIDE = 24  # of the coarsest level, px
MOST_TEXTURE_BLUR = 33
AT_ONCE = 1_000_000  # pixels that are looked at together, so that what is temporary stays small
KNOWN_OF_FOUR = 3  # a coarse pixel with fewer known children is hole

Image = NDArray[np.uint8]
Plane = NDArray[np.uint8]


@dataclass
class Level:
    """One scale.

    `pixels` is H x W x 4 uint8, made by `buffer`; `hole` and `blocked` (not to be copied, the hole included) are
    H x W, 1 inside.
    """

    pixels: Image
    hole: Plane
    blocked: Plane

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in px."""
        height, width = self.hole.shape
        return height, width

    @property
    def flat(self) -> NDArray[np.uint8]:
        """The bytes of `pixels` as one row, for kernels."""
        return self.pixels.reshape(-1)

    @cached_property
    def valid(self) -> Plane:
        """H x W: 1 where a whole patch centred there may be copied."""
        near = cv2.dilate(self.blocked, np.ones((SIDE, SIDE), np.uint8))
        return _inside(np.equal(near, 0, out=near.view(np.bool_)).view(np.uint8))

    @cached_property
    def targets(self) -> NDArray[np.int32]:
        """Flat positions of the centres of patches that touch the hole and lie wholly in the image; ascending."""
        touching = _inside(cv2.dilate(self.hole, np.ones((SIDE, SIDE), np.uint8)))
        return np.flatnonzero(touching).astype(np.int32)

    def take_colours(self) -> Image:
        """Return red, green and blue, H x W x 3, in the memory of `pixels`, which must not be used any more."""
        height, width = self.shape
        flat = self.flat
        colours = flat[: height * width * 3].reshape(height, width, 3)
        step = max(1, AT_ONCE // width)
        for top in range(0, height, step):  # what is written lies before what is still to be read
            colours[top : top + step] = cv2.cvtColor(self.pixels[top : top + step], cv2.COLOR_RGBA2RGB)
        return colours

    def forget_patches(self) -> None:
        """Free `valid` and `targets`, which are made again where they are needed."""
        for name in ("valid", "targets"):
            self.__dict__.pop(name, None)

    @cached_property
    def holes(self) -> NDArray[np.int32]:
        """Flat positions of the hole's pixels, ascending."""
        return np.flatnonzero(self.hole).astype(np.int32)


def depth_at(hole: Plane, places: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return the distance, px, from each of the flat positions `places` to the outside of the hole; 0 outside."""
    deep, top, left = _depth(hole)
    found = np.zeros(places.size, np.float32)
    for first in range(0, places.size, AT_ONCE):
        some = slice(first, first + AT_ONCE)
        rows, columns = places[some] // hole.shape[1] - top, places[some] % hole.shape[1] - left
        inside = (rows >= 0) & (columns >= 0) & (rows < deep.shape[0]) & (columns < deep.shape[1])
        found[some][inside] = deep[rows[inside], columns[inside]]
    return found


def _depth(hole: Plane) -> tuple[NDArray[np.float32], int, int]:
    """Return the distances to the outside in the hole's bounding box with a border of 1 px; and its top and left."""
    box = box_round(hole, 1)
    part = np.ascontiguousarray(hole[box])
    return np.asarray(cv2.distanceTransform(part, cv2.DIST_L2, 3), np.float32), box[0].start, box[1].start


def build(image: Image, hole: Plane, blocked: Plane) -> list[Level]:
    """Make all levels, finest first, of an H x W x 3 image of which something is known.

    `hole` and `blocked` are H x W uint8, 1 inside; `blocked` includes the hole.
    """
    steps = steps_for(hole)
    height, width = hole.shape
    pixels = buffer(height, width)
    cv2.cvtColor(image, cv2.COLOR_RGB2RGBA, dst=pixels)
    cv2.insertChannel(texture(image, hole, min(2**steps | 1, MOST_TEXTURE_BLUR)), pixels, 3)
    levels = [Level(pixels, hole, blocked)]
    for _ in range(steps):
        levels.append(coarser(levels[-1]))
    return levels


def steps_for(hole: Plane) -> int:
    """Return how many times to halve an image until its hole (H x W, not empty) is small enough to start there."""
    radius = float(_depth(hole)[0].max())
    coarsest = COARSEST_RADIUS if radius > COARSEST_RADIUS else COARSEST_THIN_RADIUS
    steps = 0
    while radius / 2**steps > coarsest and min(hole.shape) / 2 ** (steps + 1) >= SMALLEST_SIDE:
        steps += 1
    return steps


def build_filled(image: Image, hole: Plane, blocked: Plane, steps: int, roughness: Plane | None = None) -> list[Level]:
    """Make `steps` + 1 levels of an image whose hole is already filled: all pixels are averaged.

    A coarse pixel is hole (or blocked) where any of its children is, so that each child has a parent. `roughness`
    (H x W) is the finest level's fourth channel, None for zeros.
    """
    pixels = buffer(*hole.shape)
    cv2.cvtColor(image, cv2.COLOR_RGB2RGBA, dst=pixels)
    cv2.insertChannel(np.zeros_like(hole) if roughness is None else roughness, pixels, 3)
    levels = [Level(pixels, hole, blocked)]
    for _ in range(steps):
        fine = levels[-1]
        height, width = fine.shape
        even = cv2.copyMakeBorder(fine.pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
        pixels = buffer((height + 1) // 2, (width + 1) // 2)
        cv2.resize(even, (pixels.shape[1], pixels.shape[0]), dst=pixels, interpolation=cv2.INTER_AREA)
        levels.append(Level(pixels, _any_of_four(fine.hole), _any_of_four(fine.blocked)))
    return levels


def _any_of_four(plane: Plane) -> Plane:
    height, width = plane.shape
    even = np.asarray(cv2.copyMakeBorder(plane, 0, height % 2, 0, width % 2, cv2.BORDER_CONSTANT), np.uint8)
    return np.ascontiguousarray(even[::2, ::2] | even[1::2, ::2] | even[::2, 1::2] | even[1::2, 1::2])


def buffer(height: int, width: int) -> Image:
    """Make an H x W x 4 image of zeros, followed by the `SLACK` bytes that `simd` may read."""
    flat = np.zeros(height * width * CHANNELS + SLACK, np.uint8)
    return flat[: height * width * CHANNELS].reshape(height, width, CHANNELS)


def _inside(plane: NDArray[Any]) -> Plane:
    """Set the plane to 0, in place, where a patch would reach over the border of the image, and return it."""
    for border in (np.s_[:REACH], np.s_[-REACH:], np.s_[:, :REACH], np.s_[:, -REACH:]):
        plane[border] = 0
    return np.asarray(plane, np.uint8)


def texture(image: Image, hole: Plane, blur: int) -> Plane:
    """Return the mean gradient of the known pixels in `blur` x `blur` px around each, times a gain; H x W uint8.

    Large images are measured in strips, so that there are no float planes of their size.
    """
    height, width = hole.shape
    step, reach = max(1, AT_ONCE // width), blur // 2 + 2  # a gradient reaches 1 px, and so does what is near the hole
    if height <= step:
        return _texture(image, hole, blur)
    found = np.empty(hole.shape, np.uint8)
    for top in range(0, height, step):
        bottom = min(height, top + step)
        first = max(0, top - reach)
        part = slice(first, min(height, bottom + reach))
        found[top:bottom] = _texture(image[part], hole[part], blur)[top - first : bottom - first]
    return found


def _texture(image: Image, hole: Plane, blur: int) -> Plane:
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    across = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 1, 0), alpha=1 / 8)
    down = cv2.convertScaleAbs(cv2.Sobel(grey, cv2.CV_16S, 0, 1), alpha=1 / 8)
    gradient = cv2.add(across, down)
    known = cv2.bitwise_not(cv2.dilate(hole, np.ones((3, 3), np.uint8)) * 255)
    cv2.bitwise_and(gradient, known, dst=gradient)
    # 16 bits keep the fraction that 8 would round away in smooth places.
    mean = cv2.boxFilter(gradient, cv2.CV_32F, (blur, blur))
    share = cv2.boxFilter(known, cv2.CV_32F, (blur, blur))
    np.maximum(share, 2.55, out=share)
    np.divide(mean, share, out=mean)
    return np.asarray(cv2.convertScaleAbs(mean, alpha=255 * TEXTURE_GAIN), np.uint8)


def coarser(level: Level) -> Level:
    """Make the level of half the size; only known pixels are averaged."""
    height, width = ((side + 1) // 2 for side in level.shape)
    pixels = buffer(height, width)
    hole = np.empty((height, width), np.uint8)
    blocked = np.empty((height, width), np.uint8)
    _halve(level.pixels, level.hole, level.blocked, pixels, hole, blocked)
    return Level(pixels, hole, blocked)


@kernel
def _halve(fine: Image, fine_hole: Plane, fine_blocked: Plane, coarse: Image, hole: Plane, blocked: Plane) -> None:
    """Average the known pixels of each four; a coarse pixel is hole where too few are known."""
    height, width = fine_hole.shape
    for row in range(hole.shape[0]):
        for column in range(hole.shape[1]):
            red = green = blue = rough = count = possible = free = 0
            for y in range(2 * row, min(2 * row + 2, height)):
                for x in range(2 * column, min(2 * column + 2, width)):
                    possible += 1
                    free += fine_blocked[y, x] == 0
                    if fine_hole[y, x] == 0:
                        count += 1
                        red += fine[y, x, 0]
                        green += fine[y, x, 1]
                        blue += fine[y, x, 2]
                        rough += fine[y, x, 3]
            if count > 0:
                half = count // 2
                coarse[row, column, 0] = (red + half) // count
                coarse[row, column, 1] = (green + half) // count
                coarse[row, column, 2] = (blue + half) // count
                coarse[row, column, 3] = (rough + half) // count
            hole[row, column] = count * 4 < KNOWN_OF_FOUR * possible
            blocked[row, column] = free * 4 < KNOWN_OF_FOUR * possible

"""Fill the hole of the coarsest level for the first time: colours by diffusion, the strength of texture by a rule.

In place of the diffused colours those of a picture can be taken, which another model drew of the whole hole.

Measured on 144 holes of photos: against patches laid from outside in (`peel`) the diffused colours gain 0.46 dB, and
on flat ground they cannot bring anything that is not beside the hole. The strength of texture, the fourth channel,
decides whether smooth or rough patches are looked for. Beside plain rims it is diffused too, so that no letters come
onto blank paper; beside busy ones patches know it better, for a mean of textures is too smooth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.diffusion import diffuse
from inpaint_studio.exemplar.peel import peel
from inpaint_studio.exemplar.pyramid import Level, Plane
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Workers

# Median strength of texture beside a hole, at the coarsest level, from which on it is busy. Measured: beside plainer
# rims the peel loses 1.5 dB, beside busier ones its textures are sharper. The exact value matters little: on the 42
# holes of eval for which 20, 30, 40 and 60 decide differently, with two seeds, PSNR is 22.10, 22.09, 22.10 and 22.11
# dB, sharpness .818, .817, .816 and .812, chi2 .0193, .0192, .0195 and .0202.
BUSY = 40
RIM = 2  # px of the coarsest level in which that median is taken
TEXTURE = 3  # the channel
# Where patches show another surface than the colours that were diffused, such as sand where there should be grass,
# their texture belongs to that surface and would bring it back. Measured on 144 holes: 0.04 dB more.
SURFACE = 5  # px: over squares of this side colours are averaged before they are compared
SAME_SURFACE = 30.0  # grey values by which the means of one surface may differ
# Votes average patches, which weakens their texture; so the search begins with somewhat more. Measured on 144 holes:
# 1.0 loses 0.03 of the sharpness, 1.2 loses 0.04 dB.
MORE_TEXTURE = 1.1


def start(
    levels: list[Level],
    seed: int,
    workers: Workers,
    fixed: Plane | None = None,
    sideways: float = 1.0,
    drawn: NDArray[np.float32] | None = None,
) -> NDArray[np.float32] | None:
    """Fill the hole of the coarsest of `levels` (finest first) in place, and return the colours it began with.

    These are H x W x 3 in [0, 255] of that level; None where patches alone decided.

    Pixels of the hole in `fixed` (H x W of that level, 1 inside) are already filled: guide lines were laid there, and
    the holes that they run through are filled by patches, which continue them. `seed` varies the texture.
    `sideways` as in `diffuse`. `drawn` (h x w x 3 in [0, 255], of any size) is a picture of the whole image whose
    colours are taken in place of diffused ones, in guided holes too.
    """
    level = levels[-1]
    guess = diffuse(levels, sideways, None if drawn is None else _scale(drawn, level.shape))
    if guess is None:  # only excluded pixels around: nothing to diffuse
        peel(level, seed, workers, fixed)
        return None
    count, numbers = cv2.connectedComponents(level.hole, connectivity=8)
    busy = _find_busy(level, count, np.asarray(numbers, np.int32))
    guided = np.zeros(count, np.bool_)
    if fixed is not None:
        guided[numbers[fixed != 0]] = True
        guided[0] = False
    busy |= guided
    if busy.any():
        peel(level, seed, workers, fixed)
    first = np.rint(guess).astype(np.uint8)
    theirs = busy[numbers] & _agree(level, guess)
    first[theirs, TEXTURE] = level.pixels[theirs, TEXTURE]
    first[..., TEXTURE] = np.minimum(np.rint(MORE_TEXTURE * first[..., TEXTURE]), 255)
    smooth = (level.hole != 0) & ~guided[numbers]
    if drawn is not None:
        smooth = (level.hole != 0) if fixed is None else (level.hole != 0) & (fixed == 0)
    level.pixels[smooth] = first[smooth]
    return np.ascontiguousarray(guess[..., :TEXTURE])


def _scale(drawn: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Bring a picture (h x w x 3) to the size of the coarsest level."""
    how = cv2.INTER_AREA if drawn.shape[0] > shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(drawn, (shape[1], shape[0]), interpolation=how), np.float32)


def _find_busy(level: Level, count: int, numbers: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return for each of the `count` connected holes (`numbers` H x W, 0 outside) whether its surroundings are busy."""
    square = np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    beside = np.where(level.blocked != 0, 0, cv2.dilate(numbers.astype(np.float32), square)).astype(np.int32)
    rows, columns = np.nonzero(beside)
    of_hole = beside[rows, columns]
    order = np.argsort(of_hole, kind="stable")
    strength = level.pixels[rows, columns, TEXTURE][order]
    ends = np.searchsorted(of_hole[order], np.arange(count + 1))
    busy = np.zeros(count, np.bool_)
    for number in range(1, count):
        own = strength[ends[number] : ends[number + 1]]
        busy[number] = own.size > 0 and float(np.median(own)) > BUSY
    return busy


def _agree(level: Level, guess: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return H x W: where the patches in the hole of `level` show about the same colours as `guess` (H x W x 4)."""
    hole = (level.hole != 0).astype(np.float32)
    apart = (level.pixels[..., :TEXTURE] - guess[..., :TEXTURE]) * hole[..., None]
    share = np.maximum(cv2.blur(hole, (SURFACE, SURFACE)), 1e-3)
    mean = np.asarray(cv2.blur(apart, (SURFACE, SURFACE)), np.float32) / share[..., None]
    return np.asarray(np.abs(mean).max(axis=-1) < SAME_SURFACE, np.bool_)

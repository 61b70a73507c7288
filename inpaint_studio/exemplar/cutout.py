"""Fill a photo with transparency: opacity is copied with the colours, and colours hidden under none of it are not.

Patches are compared on the photo laid over a colour that is far from all of its own, so that a silhouette shows
wherever it runs. The votes and the seams then use colours weighed by their opacity (premultiplied alpha: Porter and
Duff 1984, section 3): invisible pixels weigh nothing there.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar import poisson
from inpaint_studio.exemplar.fill import SHARP, Filled, fill
from inpaint_studio.exemplar.patchmatch import Field
from inpaint_studio.exemplar.pyramid import Image
from inpaint_studio.exemplar.vote import Votes
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Workers

# The colours among which the ground is chosen.
GROUNDS = tuple((red, green, blue) for red, green, blue in product((0, 128, 255), repeat=3))
COMPARED = 4000  # visible pixels with which each of them is compared
UNLIKE = 0.05  # share of the pixels that may be more like the ground than the distance by which it is chosen
NEARLY = 8  # levels of 255: opacity so near to none or to all becomes that
FAINT = 64  # levels of 255: below this opacity colours from before the blending of the seams are more exact


def fill_cutout(image: Image, hole: NDArray[np.bool_], **arguments: Any) -> Filled:
    """Fill `hole` (H x W) of `image` (H x W x 4 uint8, not premultiplied) with colours and opacity.

    `arguments` are those of `fill`. The filled image is H x W x 4, equal to the input outside the hole; invisible
    pixels of the hole are black. Raises as `fill` does.
    """
    known = ~hole
    ground = choose_ground(image, known)
    opacity = np.ascontiguousarray(image[..., 3])
    binary = bool(np.isin(opacity[known], (0, 255)).all())
    painted = image.copy()

    def finish(field: Field, votes: Votes, rounds: int, workers: Workers) -> None:
        where = field.level.hole != 0
        filled = _finish(field, votes, rounds, workers, image)
        painted[where] = _snap(filled, binary)[where]

    result = fill(over(image, ground), hole, finish=finish, **arguments)
    return result._replace(image=painted)


def over(image: Image, ground: tuple[int, int, int]) -> Image:
    """Lay `image` (H x W x 4) over one colour; returns H x W x 3."""
    share = image[..., 3:].astype(np.uint16)
    mixed = image[..., :3] * share + np.array(ground, np.uint16) * (255 - share)
    return ((mixed + 127) // 255).astype(np.uint8)


def choose_ground(image: Image, known: NDArray[np.bool_]) -> tuple[int, int, int]:
    """Choose the colour that is farthest from those of the visible pixels of `image` (H x W x 4) in `known`."""
    seen = image[known & (image[..., 3] > 0)][:, :3].astype(np.int32)
    if seen.size == 0:
        return GROUNDS[0]
    seen = seen[:: -(-len(seen) // COMPARED)]

    def distance(ground: tuple[int, int, int]) -> float:
        return float(np.quantile(((seen - ground) ** 2).sum(axis=1), UNLIKE))

    return max(GROUNDS, key=distance)


def _finish(field: Field, votes: Votes, rounds: int, workers: Workers, image: Image) -> NDArray[np.float32]:
    """Vote on premultiplied colours and opacity, and blend the seams of both.

    Returns H x W x 5 in [0, 255], meaningful in the hole: colours, opacity after the votes, opacity after the seams.
    """
    pixels = field.level.pixels
    pixels[..., :3] = over(image, (0, 0, 0))
    pixels[..., 3] = image[..., 3]
    votes.fix(None)
    votes.colour(workers, SHARP)
    voted = pixels.astype(np.float32)
    poisson.smooth_seams(field, rounds, workers)
    weighed = pixels[..., :3].astype(np.float32)
    pixels[..., :3] = pixels[..., 3:]
    poisson.smooth_seams(field, rounds, workers)
    blended = pixels[..., 0].astype(np.float32)
    faint = (blended < FAINT)[..., None]
    opacity = np.where(faint, voted[..., 3:], blended[..., None])
    colours = np.where(faint, voted[..., :3], weighed) / np.maximum(opacity, 1)
    return np.dstack([np.minimum(255 * colours, 255), voted[..., 3], blended]).astype(np.float32)


def _snap(filled: NDArray[np.float32], binary: bool) -> Image:
    """Make H x W x 4 uint8 of what `_finish` returns; `binary` where the photo knows no half opacity."""
    voted, blended = filled[..., 3], filled[..., 4]
    opacity = np.where(voted <= NEARLY, 0, np.where(voted >= 255 - NEARLY, 255, blended))
    if binary:
        opacity = np.where(voted >= 128, 255, 0)
    out: Image = np.rint(np.dstack([filled[..., :3], opacity])).astype(np.uint8)
    cv2.copyTo(np.zeros_like(out), (out[..., 3] == 0).view(np.uint8), out)
    return out

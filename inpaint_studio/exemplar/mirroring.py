"""Let the filler copy from the mirrored photo, too: it fills a photo beside which its own mirror image is laid.

The search, the votes and the seams need not know of it: the mirror image is a part of the photo like any other. Between
both lies a strip that must not be copied, so that no patch shows parts of both. At the end the sources in the mirror
image become the true pixels that they show. Left and right are exchanged, never top and bottom: light comes from above.

Measured on 36 holes in photos of all kinds ("best"), before near sources were preferred (`prior`): 18.42 instead of
18.24 dB, sharpness .870 instead of .887, chi2 .0186 instead of .0194, a fifth more time. So it is an option, and off by
default.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.exemplar.planes import find_nearest

# px at the coarsest scale between photo and mirror image: what a coarse pixel of the photo averages must not reach into
# the mirror image.
GAP = 2


class Unfolded(NamedTuple):
    """The photo with its mirror image at its right; every plane has the width of both and of the gap between.

    The hole is open in the photo only. In the mirror image it is blocked, and shows the nearest known colours.
    """

    image: NDArray[Any]  # of the type of the photo
    hole: NDArray[np.bool_]
    donors: NDArray[np.bool_]
    lines: NDArray[np.uint8] | None
    width: int  # of the photo
    gap: int


def unfold(
    image: NDArray[Any],
    hole: NDArray[np.bool_],
    donors: NDArray[np.bool_] | None,
    lines: NDArray[np.uint8] | None,
    steps: int,
) -> Unfolded:
    """Lay the mirror image beside the photo (H x W x 3|4); `steps` is the number of times that it will be halved."""
    height, width = hole.shape
    # The mirror image begins at a whole pixel of every scale.
    period = 2**steps
    gap = -width % period + GAP * period
    whole = np.zeros((height, 2 * width + gap, image.shape[2]), image.dtype)
    shown = _with_known_colours(image, hole)
    whole[:, :width] = image
    whole[:, width : width + gap] = shown[:, -1:]  # patches at the border see it: never what is in the hole
    whole[:, width + gap :] = shown[:, ::-1]
    blocked = np.zeros(whole.shape[:2], np.bool_)
    blocked[:, width : width + gap] = True
    blocked[:, width + gap :] = hole[:, ::-1]
    if donors is not None:
        blocked[:, :width] |= donors
        blocked[:, width + gap :] |= donors[:, ::-1]
    return Unfolded(whole, _widen(hole, width + gap), blocked, None if lines is None else _widen(lines, width + gap),
                    width, gap)  # fmt: skip


def fold_sources(sources: NDArray[np.signedinteger[Any]], hole: NDArray[np.bool_], unfolded: Unfolded) -> NDArray[Any]:
    """Return the offsets (2 x H x W) of the photo; those into its mirror image become those to the true pixels."""
    width = unfolded.width
    folded = sources[:, :, :width].copy()
    columns = np.broadcast_to(np.arange(width), folded.shape[1:])
    reached = folded[1] + columns
    mirrored = hole & (reached >= width + unfolded.gap)
    true = 2 * width + unfolded.gap - 1 - reached
    folded[1][mirrored] = (true - columns)[mirrored]
    return folded


def widen_picture(drawn: NDArray[np.float32], unfolded: Unfolded) -> NDArray[np.float32]:
    """Return a picture of the photo (h x w x 3) as one of both; what lies beside the photo has no meaning."""
    more = (unfolded.width + unfolded.gap) / unfolded.width
    return np.pad(drawn, ((0, 0), (0, round(more * drawn.shape[1])), (0, 0)), mode="edge")


def _widen(plane: NDArray[Any], by: int) -> NDArray[Any]:
    """Return the plane with columns of zeros at its right."""
    return np.pad(plane, ((0, 0), (0, by)))


def _with_known_colours(image: NDArray[Any], hole: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the image with the nearest known colours in the hole: coarse scales mix them into the known pixels."""
    if hole.all():
        return image
    result = image.copy()
    result[hole] = image[find_nearest(hole, *np.nonzero(hole))]
    return result

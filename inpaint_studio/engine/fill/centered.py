"""For networks that fill only the middle of a square: where to put the square so that a hole is in its middle."""

from __future__ import annotations

import math

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Plane, Traits
from inpaint_studio.texts import tr

_STEPS = 8  # squares to try between the largest and the smallest


def middle_box(traits: Traits) -> Box:
    """Return the part that a centred model fills of an image of its fixed size, in px of that image."""
    assert traits.fixed_size is not None
    assert traits.centred is not None
    margin = round(traits.fixed_size * (1 - traits.centred) / 2)
    return Box.whole(traits.fixed_size, traits.fixed_size).pad(-margin)


def growth(scale: float) -> int:
    """Return by how many px a hole grows on each side, in px of the scaled image, when an image is scaled by `scale`.

    A scaled pixel is a hole pixel if any hole pixel contributes to it: the linear kernel reaches half a pixel of the
    photo, and a dilation covers the cubic kernel (two pixels) when the image is enlarged.
    """
    return 0 if scale <= 1 else math.ceil(scale / 2) + dilation(scale) // 2


def dilation(scale: float) -> int:
    """Return the side in px of the square by which a hole is dilated after it was enlarged by `scale` > 1."""
    return 2 * math.ceil(scale) + 3


def place_square(core: Box, hole: Plane, traits: Traits) -> Box | None:
    """Find the square that a centred model sees to fill what of `hole` (H x W) lies in `core`.

    It has the model's own size if it can, else it is smaller or larger. Returns None where no square inside the photo
    has the hole in its middle and no other hole in it.
    """
    assert traits.fixed_size is not None
    least = _smallest_side(core, traits)
    most = max(least, traits.fixed_size)
    for side in np.unique(np.linspace(most, least, _STEPS).astype(int))[::-1].tolist():
        box = _square_round(core, side)
        inside = box.clip(*hole.shape) == box
        if inside and lies_in_middle(core, box, traits) and not _has_other_holes(hole, box, core):
            return box
    return None


def lies_in_middle(core: Box, square: Box, traits: Traits) -> bool:
    """Return whether `core` lies in the part that the model fills when it sees `square`."""
    assert traits.fixed_size is not None
    scale = traits.fixed_size / square.height
    more, middle = growth(scale), middle_box(traits)
    first = min(core.top - square.top, core.left - square.left) * scale - more
    last = max(core.bottom - square.top, core.right - square.left) * scale + more
    return middle.top <= math.floor(first) and math.ceil(last) <= middle.bottom


def smallest_square(core: Box, traits: Traits) -> Box:
    """Return the smallest square that has `core` in its middle; it may extend beyond the photo."""
    return _square_round(core, _smallest_side(core, traits))


def misfit_error(traits: Traits) -> InputError:
    """Return the error for a hole that cannot lie in the middle."""
    assert traits.centred is not None
    return InputError(
        tr(
            "The hole must sit in the middle of what {title} sees, a square {value:.2g} times "
            "its size that lies in the photo and has no other holes; paint it so, or choose "
            "another model.",
            title=traits.title,
            value=1 / traits.centred,
        )
    )


def _smallest_side(core: Box, traits: Traits) -> int:
    assert traits.centred is not None
    side = math.ceil(max(core.height, core.width) / traits.centred)
    while not lies_in_middle(core, _square_round(core, side), traits):
        side += 1
    return side


def _square_round(core: Box, side: int) -> Box:
    top = core.top - (side - core.height) // 2
    left = core.left - (side - core.width) // 2
    return Box(top, left, top + side, left + side)


def _has_other_holes(hole: Plane, box: Box, core: Box) -> bool:
    seen = hole[box.slices].copy()
    seen[core.shift(-box.top, -box.left).slices] = False
    return bool(seen.any())

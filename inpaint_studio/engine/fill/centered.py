"""For networks that fill the middle of a square alone: where that square lies so that a hole is in its middle."""

from __future__ import annotations

import math

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Plane, Traits

_STEPS = 8  # squares that are tried between the largest and the smallest


def middle(traits: Traits) -> Box:
    """The part of a picture of the model's fixed size that it fills. The traits are those of a centred model."""
    assert traits.fixed_size is not None
    assert traits.centred is not None
    margin = round(traits.fixed_size * (1 - traits.centred) / 2)
    return Box.whole(traits.fixed_size, traits.fixed_size).pad(-margin)


def growth(scale: float) -> int:
    """How many px a hole grows on each side, in the scaled picture, where a picture is scaled by `scale`.

    Every pixel that an unknown one has a share in is unknown: the linear kernel reaches half a pixel of the photo, the
    cubic one (two, when a picture grows) is allowed for by a dilation.
    """
    return 0 if scale <= 1 else math.ceil(scale / 2) + dilation(scale) // 2


def dilation(scale: float) -> int:
    """Side in px of the square by which a hole is dilated after it grew by `scale` > 1."""
    return 2 * math.ceil(scale) + 3


def centred(core: Box, hole: Plane, traits: Traits) -> Box | None:
    """The square that a centred model sees to fill what of `hole` (H x W) lies in `core`.

    As large as the model's own size where it can, else smaller or larger; None where no square inside the photo has the
    hole in its middle and no other hole in it.
    """
    assert traits.fixed_size is not None
    least = smallest(core, traits)
    most = max(least, traits.fixed_size)
    for side in np.unique(np.linspace(most, least, _STEPS).astype(int))[::-1].tolist():
        box = _round(core, side)
        inside = box.clip(*hole.shape) == box
        if inside and lies_in_the_middle(core, box, traits) and not _others(hole, box, core):
            return box
    return None


def smallest(core: Box, traits: Traits) -> int:
    """The side in px of the smallest square that has `core` in its middle."""
    assert traits.centred is not None
    side = math.ceil(max(core.height, core.width) / traits.centred)
    while not lies_in_the_middle(core, _round(core, side), traits):
        side += 1
    return side


def lies_in_the_middle(core: Box, square: Box, traits: Traits) -> bool:
    """Whether `core`, in the picture that the model makes of `square`, lies in the part that the model fills."""
    assert traits.fixed_size is not None
    scale = traits.fixed_size / square.height
    more, inner = growth(scale), middle(traits)
    first = min(core.top - square.top, core.left - square.left) * scale - more
    last = max(core.bottom - square.top, core.right - square.left) * scale + more
    return inner.top <= math.floor(first) and math.ceil(last) <= inner.bottom


def surroundings(core: Box, traits: Traits) -> Box:
    """The smallest square round `core` that the model would have to see; may stand out of the photo."""
    return _round(core, smallest(core, traits))


def refusal(traits: Traits) -> InputError:
    """What is told where a hole cannot lie in the middle."""
    assert traits.centred is not None
    return InputError(
        f"The hole must sit in the middle of what {traits.title} sees, a square {1 / traits.centred:.2g} times its "
        "size that lies in the photo and has no other holes; paint it so, or choose another model."
    )


def _round(core: Box, side: int) -> Box:
    top = core.top - (side - core.height) // 2
    left = core.left - (side - core.width) // 2
    return Box(top, left, top + side, left + side)


def _others(hole: Plane, box: Box, core: Box) -> bool:
    seen = hole[box.slices].copy()
    seen[core.shift(-box.top, -box.left).slices] = False
    return bool(seen.any())

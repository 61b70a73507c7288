"""Masks that lie otherwise than the photo: find out by the camera's note, turn and mirror them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inpaint_studio.texts import name_all, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.uint8]

Size = tuple[int, int]  # height and width


class Turn(NamedTuple):
    """Turn clockwise by 0, 90, 180 or 270 degrees, then swap left and right if `mirrored`."""

    degrees: int = 0
    mirrored: bool = False


# EXIF orientation -> what sets the stored picture upright (Exif 2.32, section 4.6.4 A, tag 0x0112).
_UPRIGHT = {
    1: Turn(),
    2: Turn(0, True),
    3: Turn(180),
    4: Turn(180, True),
    5: Turn(90, True),
    6: Turn(90),
    7: Turn(270, True),
    8: Turn(270),
}


class TurnHint(NamedTuple):
    """How a mask may have to be turned."""

    turn: Turn
    certain: bool  # whether it does not fit as it is
    by_camera: bool  # whether the turn is the one that set the photo upright; else it is a guess


def upright_turn(orientation: int) -> Turn:
    """Return what sets a picture with this EXIF orientation (1 to 8) upright."""
    return _UPRIGHT[orientation]


def turn_mask(mask: Mask, turn: Turn) -> Mask:
    """Return `mask` (H x W) turned and mirrored."""
    turned = np.rot90(mask, -turn.degrees // 90)
    return np.ascontiguousarray(turned[:, ::-1] if turn.mirrored else turned)


def find_turn(mask: Mask, photo: Size, orientation: int = 1) -> TurnHint | None:
    """Return how `mask` (H x W) may have to be turned for a photo of size `photo`; None where nothing hints at it.

    Masks that lie otherwise were mostly drawn by a program that does not heed the camera's note on how it was held:
    `orientation` (1 to 8) of the photo, before it was set upright. A mask that lies on its side does not fit. One that
    is upside down, mirrored, or square does; there only the camera's note hints at it. Without a note, a mask on its
    side may have to be turned by 90 degrees or by 270; 90 is returned.
    """
    fits, camera = mask.shape == tuple(photo), upright_turn(orientation)
    swaps = camera.degrees in (90, 270)
    if not fits:
        if mask.shape != tuple(photo)[::-1]:
            return None
        return TurnHint(camera, True, True) if swaps else TurnHint(Turn(90), True, False)
    if camera == Turn() or (swaps and photo[0] != photo[1]):
        return None
    return None if np.array_equal(turn_mask(mask, camera), mask) else TurnHint(camera, False, True)


def offered_turns(hint: TurnHint) -> tuple[Turn, ...]:
    """Return the turns that the user may choose from; nothing says in which direction a mask without a note goes."""
    if not hint.certain:
        return (Turn(), hint.turn)
    return (hint.turn,) if hint.turn.mirrored else (Turn(270), Turn(90))


def describe_turn(turn: Turn) -> str:
    """Return what was done to the photo, for "The photo was"."""
    parts = [tr("turned by {degrees} degrees", degrees=turn.degrees)] if turn.degrees else []
    return name_all([*parts, tr("mirrored")] if turn.mirrored else parts)

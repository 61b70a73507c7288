"""What an image file means as a mask: white on black, 0 and 1, paint on transparency, colours on a ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inpaint_studio.engine.masks.levels import DARK, LIGHT, PRESENT, is_photo, stretch
from inpaint_studio.engine.masks.shape import INSIDE
from inpaint_studio.errors import InputError
from inpaint_studio.exemplar.packed import most_frequent, pack
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

INVERTED_FROM = 0.6  # share of a photo; masks of removals seldom cover more, and inverted ones nearly all
_NOISE = 16  # steps of grey by which a JPEG of usual quality misses the black and the white beside a soft rim
_SPREAD = 24  # steps between channels up to which a pixel is grey: the rest of a JPEG's colours
_STEP = 5  # bits left out when colours are counted: paints are alike, photos are not
_PAINTS = 8  # so many colours at most are paints ...
_PAINTED = 0.9  # ... that make up this share of what is opaque
_COUNTED = 1_000_003  # pixels, a prime: no pattern of the image's width is met


class MaskReading(NamedTuple):
    """A mask as coverage, and what was noticed about it."""

    coverage: Bytes  # H x W, 0 outside the hole, 255 inside
    notes: tuple[str, ...] = ()  # sentences for the user
    orientation: int = 1  # EXIF's, 1 to 8, of the file, before it was set upright


def interpret(pixels: Bytes, name: str, lossy: bool = False, marks: str = mark("the hole")) -> MaskReading:
    """Return what the image `pixels` (H x W x 3|4) marks.

    On transparency: what is painted, in whatever colour; where black and white are both painted, the white; of a
    picture with a transparent part, that part. On an opaque ground: the white of a grey image, or what differs from
    the most common colour of a coloured one. An image of two values is a hard mask. `lossy`: the image is
    from a JPEG, whose noise beside black and white is removed. `name` is the file's, and `marks` what it marks,
    for messages.

    Raises InputError where the image is a photo and no mask.
    """
    colours = pixels[..., :3]
    alpha = pixels[..., 3] if pixels.shape[2] == 4 else None
    if alpha is not None and (alpha < 255).any():
        return _read_transparent(colours, alpha, name, marks)
    grey = _brightness(colours) if is_grey(colours) else None
    if grey is not None and not is_photo(grey):
        return MaskReading(_clean(stretch(grey), lossy))
    if grey is not None or not _is_painted(colours.reshape(-1, 3)):
        raise InputError(
            tr(
                "{name} is a photo and not a mask; paint {marks} white on black, or in any colour on transparency.",
                name=name,
                marks=marks,
            )
        )
    return MaskReading(_clean(_difference(colours), lossy))


def looks_inverted(coverage: Bytes) -> bool:
    """Return whether `coverage` would fill so much of the photo that its inverse was probably meant."""
    return share(coverage) > INVERTED_FROM


def share(coverage: Bytes) -> float:
    """Return the part of the photo that would be filled, 0..1."""
    return float(coverage.mean()) / 255 if coverage.size else 0.0


def is_grey(colours: Bytes) -> bool:
    """Return whether all pixels (H x W x 3) are grey, up to a JPEG's error."""
    red, green, blue = (np.ascontiguousarray(colours[..., channel]) for channel in range(3))
    pairs = ((red, green), (green, blue), (red, blue))
    return all(cv2.absdiff(one, other).max(initial=0) <= _SPREAD for one, other in pairs)


def _read_transparent(colours: Bytes, alpha: Bytes, name: str, marks: str) -> MaskReading:
    inside = alpha >= INSIDE
    if not inside.any():
        return MaskReading(stretch(alpha))
    # By channels, as numpy notes 16 bytes for each pixel that it picks from an array with colours.
    planes = [np.ascontiguousarray(colours[..., channel])[inside] for channel in range(3)]
    opaque = np.dstack(planes)  # 1 x N x 3
    light = np.maximum(np.maximum(planes[0], planes[1]), planes[2])
    present = ((light < DARK).mean(), (light > LIGHT).mean())
    if is_grey(opaque) and min(present) >= PRESENT:
        return MaskReading(np.asarray(cv2.multiply(_brightness(colours), alpha, scale=1 / 255), np.uint8))
    if _is_painted(opaque[0]):
        return MaskReading(stretch(alpha))
    return MaskReading(
        255 - alpha, (tr("{name} is a picture with a transparent part; that part is {marks}.", name=name, marks=marks),)
    )


def _brightness(colours: Bytes) -> Bytes:
    """Return the luma of Rec. 601, as everywhere in the program, in integers: 77, 150 and 29 of 256."""
    grey = np.empty(colours.shape[:2], np.uint8)
    for top in range(0, len(colours), 256):  # in strips: 32-bit integers of a whole photo are large
        rows = colours[top : top + 256].astype(np.uint32)
        grey[top : top + 256] = (77 * rows[..., 0] + 150 * rows[..., 1] + 29 * rows[..., 2]) >> 8
    return grey


def _clean(grey: Bytes, lossy: bool) -> Bytes:
    """Remove the noise of a JPEG beside black and white, if `lossy`.

    A mask with a thin rim is cut at half coverage; one whose greys cover more than a line is soft and is stretched.
    """
    if not lossy:
        return grey
    between = ((grey >= DARK) & (grey <= LIGHT)).view(np.uint8)
    if not cv2.erode(between, np.ones((3, 3), np.uint8)).any():
        return np.where(grey >= INSIDE, np.uint8(255), np.uint8(0))
    table = np.clip(np.rint((np.arange(256) - _NOISE) * (255 / (255 - 2 * _NOISE))), 0, 255).astype(np.uint8)
    return np.asarray(table[grey])


def _difference(colours: Bytes) -> Bytes:
    """Return how much each pixel differs from the most common colour, as a share of the largest difference."""
    common, _ = most_frequent(_thin(colours.reshape(-1, 3)))
    values = np.arange(256)
    away = np.zeros(colours.shape[:2], np.uint8)
    for channel, ground in enumerate(common.tolist()):
        np.maximum(away, abs(values - ground).astype(np.uint8)[colours[..., channel]], out=away)
    scaled: Bytes = np.rint(values * (255 / max(1, int(away.max())))).astype(np.uint8)[away]
    return scaled


def _is_painted(opaque: Bytes) -> bool:
    """Return whether a few colours make up nearly all of n x 3 pixels."""
    coarse: Bytes = np.right_shift(_thin(opaque), np.uint8(_STEP))
    counts = np.sort(np.unique(pack(coarse), return_counts=True)[1])
    return bool(counts[-_PAINTS:].sum() >= _PAINTED * counts.sum())


def _thin(pixels: Bytes) -> Bytes:
    """Return at most about a million of n x 3 pixels, evenly chosen: enough to count colours."""
    return pixels[:: max(1, len(pixels) // _COUNTED)]

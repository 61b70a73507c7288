"""Find the object in a loop, in a box or under a scribble by its colours: in a small copy, its rim at full size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.closer import choose_closer
from inpaint_studio.engine.masks.gesture import Gesture
from inpaint_studio.engine.masks.separate import separate
from inpaint_studio.engine.masks.shape import GROW, INSIDE, fill_inside, grow
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.bool_]
    Raster = NDArray[np.uint8]

_SIDE = 200  # px of the longer side of the copy that GrabCut sees; 400 is no better on the outlines, and 5 times slower
_LEAST_PART = 0.1  # a part of the object smaller than this share of its largest part is none
_LEAST_SHARE = 0.5  # GrabCut's object is believed where it has this share of the first one's pixels
_BAND = 3  # px of the small copy on both sides of the border that are decided at full size
_LEAST_MODEL = 0.02  # share of known pixels near by from which their mean colour is known


def never() -> bool:
    """Return False: the search is not cancelled."""
    return False


def find_object(
    photo: Raster, gesture: Gesture, growth: float = GROW, is_cancelled: Callable[[], bool] = never
) -> tuple[Box, Raster] | None:
    """Return the object's mask (0 or 255) with its box, grown by `growth` px; None where none is found.

    `photo`: H x W x 3 or 4. `is_cancelled` is asked between the steps; where it is true the result is None. Takes
    0.1 to 0.5 s: call it off the main thread. The same gesture gives the same mask.
    """
    height, width = photo.shape[:2]
    frame = gesture.frame(height, width)
    if frame.empty:
        return None
    pixels = np.ascontiguousarray(photo[frame.slices][..., :3])
    small = _scaled(pixels, _SIDE)
    found = _find_small(small, gesture, frame, is_cancelled)
    if found is None or is_cancelled():
        return None
    return finish(_refine(pixels, small, found), gesture, frame, growth, height, width)


def finish(
    mask: Raster, gesture: Gesture, frame: Box, growth: float, height: int, width: int
) -> tuple[Box, Raster] | None:
    """Let the strokes have their way in `mask`, which shows `frame` of a photo of that size, and grow it.

    Returns the mask with its own box; None where it is empty.
    """
    sure, not_object = gesture.draw_strokes(frame, frame.height, frame.width)
    mask[sure], mask[not_object] = 255, 0
    grown = _grow_in(mask, frame, growth, height, width)
    if grown is not None:  # what was taken out does not come back
        box, mask = grown
        mask[gesture.draw_strokes(box, box.height, box.width)[1]] = 0
    return grown


def _grow_in(mask: Raster, frame: Box, growth: float, height: int, width: int) -> tuple[Box, Raster] | None:
    """Grow a mask of `frame`, which may then reach outside of it; return it in its own box."""
    around = Box.of(mask)
    if around is None:
        return None
    reach = int(growth) + 1
    box = around.shift(frame.top, frame.left).pad(reach).clip(height, width)
    top, left = around.top + frame.top - box.top, around.left + frame.left - box.left
    placed = np.zeros((box.height, box.width), np.uint8)
    placed[top : top + around.height, left : left + around.width] = mask[around.slices]
    return box, grow(placed, growth)


def _find_small(small: Raster, gesture: Gesture, frame: Box, is_cancelled: Callable[[], bool]) -> Raster | None:
    """Return the object in `small`, a small copy of what is in `frame`, as 0 or 255."""
    height, width = small.shape[:2]
    inside = gesture.draw_loop(frame, height, width)
    if gesture.loop is not None and inside.all():  # round the whole photo: its border is the background
        inside[[0, -1]] = inside[:, [0, -1]] = False
    sure, not_object = gesture.draw_strokes(frame, height, width)
    rough = separate(small, inside, sure, not_object)
    if is_cancelled():
        return None
    labels = np.where(rough, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    if gesture.loop is not None:
        labels[~inside] = cv2.GC_BGD
    else:  # the border of the frame lies outside the object
        labels[[0, -1]] = labels[:, [0, -1]] = cv2.GC_BGD
    labels[sure] = cv2.GC_FGD
    labels[not_object] = cv2.GC_BGD
    # A loop that a hand drew is close to the object: what was found in it is better than what GrabCut makes of it.
    found = rough if gesture.is_freehand else _grab_cut(small, labels)
    if found.sum() < _LEAST_SHARE * rough.sum():
        found = rough
    return clean(found, sure)


def _grab_cut(image: Raster, labels: Raster) -> Plane:
    """Run one round of GrabCut (Rother, Kolmogorov, Blake 2004) from `labels`, which it changes."""
    is_object = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if not is_object.any() or is_object.all():
        return is_object
    ground, front = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # it begins with k-means from random centres
    cv2.grabCut(image, labels, (0, 0, 1, 1), ground, front, 1, cv2.GC_INIT_WITH_MASK)
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))


def clean(found: Plane, sure: Plane) -> Raster:
    """Remove small parts without anything sure in them, and fill what is enclosed; return 0 or 255."""
    _, labels, facts, _ = cv2.connectedComponentsWithStats(found.view(np.uint8), connectivity=8)
    areas = facts[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    kept = areas >= max(1.0, _LEAST_PART * float(areas.max()))
    kept[labels[sure & found]] = True
    return fill_inside(np.where(kept[labels], np.uint8(255), np.uint8(0)))


def _scaled(pixels: Raster, side: int) -> Raster:
    """Return `pixels` with a longer side of at most `side` px."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _refine(pixels: Raster, image: Raster, small: Raster) -> Raster:
    """Bring `small`, the object in the small copy `image`, to the size of `pixels`; decide again along its border.

    In a narrow band a pixel belongs to the side whose mean colour near by is nearer to its own: local colour models, as
    in Bai and others 2009 (Video SnapCut), of one colour each.
    """
    height, width = pixels.shape[:2]
    scale = width / small.shape[1]
    soft = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    whole = _cut(soft)
    if scale <= 1:
        return whole
    core = cv2.erode(small, _square(_BAND), borderType=cv2.BORDER_REPLICATE) > 0
    ground = cv2.dilate(small, _square(_BAND), borderType=cv2.BORDER_REPLICATE) == 0
    values = image.astype(np.float32)
    core_mean, core_known = _mean_near(values, core)
    ground_mean, ground_known = _mean_near(values, ground)
    choose_closer(whole, pixels, ~core & ~ground & core_known & ground_known, core_mean, ground_mean)
    side = 2 * round(scale) + 1
    most = cv2.blur(whole, (side, side), borderType=cv2.BORDER_REPLICATE)  # without single pixels
    return fill_inside(_cut(most))


def _cut(soft: NDArray[Any]) -> Raster:
    """Return 255 where at least half is covered, else 0; much faster than numpy's `where` for photos of 100 MP."""
    return np.asarray(cv2.threshold(soft, INSIDE - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _mean_near(values: NDArray[np.float32], plane: Plane) -> tuple[NDArray[np.float32], Plane]:
    """Return the mean colour of `plane` in the square round each pixel, H x W x 3, and where there is one."""
    span = (4 * _BAND + 1, 4 * _BAND + 1)
    weights = plane.astype(np.float32)
    share = cv2.boxFilter(weights, -1, span)
    sums = cv2.boxFilter(values * weights[..., None], -1, span)
    return np.asarray(sums / np.maximum(share, 1e-6)[..., None], np.float32), share > _LEAST_MODEL


def _square(reach: int) -> Raster:
    return np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)

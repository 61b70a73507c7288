"""Dust, spots and hairs: small parts that differ from plain surroundings.

What makes a part dust is what is round it: a ring that is plain, of one colour and free of other things, and wider
surroundings in which nothing stands out as much. Where many parts are alike and evenly spaced they are a pattern, and
many small lights in the dark are stars or a town.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.suggest.pattern import are_pattern
from inpaint_studio.engine.masks.suggest.spots import Spot, SpotLevel, find_spots, levels_of
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage, noise_of
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

Floats = NDArray[np.float32]

KIND = "dust"
MOST = 120  # parts of one photo: more is a texture
LEAST_CONTRAST, OVER_NOISE = 6.0, 5.0  # levels, and multiples of the noise
SURROUNDINGS = 0.035  # of the longer side: how far the wider surroundings reach
_BLOCK, _PLAIN_PART = 16, 0.2  # px; the part of the photo, in [0, 1], that is taken to be plain
_NOISE_FROM_MEAN = 1.2533 / 20**0.5  # the std of white noise from the mean of its absolute Laplacian, as Immerkaer
_CANDIDATES = 500  # of one sign and one level
_RING = 7.0  # px of the width of the ring; more round a large part
_SOFT = 0.45  # of the radius: how far the soft border of a part may reach beyond it
_PLAIN = 0.14  # the most that the ring may vary, against the contrast of the part
_OTHERS = 0.012  # the most of the wider surroundings that may stand out
_NEAR_THINGS, _CLEAR = 0.1, 1.6  # more of them may, the plainer the ring is: a speck in the sky beside a tree
_STANDS_OUT = 0.35  # of the contrast: what stands out in the wider surroundings
_TINT = 1.5  # the most that the part's colour may differ otherwise than in brightness, against the contrast
_HAIR = 2.6  # px: the largest half width of a hair
_SLIM = 5.0  # the least length of a hair, against its width
_LIGHTS = (75.0, 2), (110.0, 3), (130.0, 6)  # levels of a dark background; how many bright specks before it are lights
_SPECK = 64  # px of the largest speck


class _Found(NamedTuple):
    box: Box  # of `inside`, in px of its level
    inside: Plane
    level: SpotLevel
    sign: int
    contrast: float
    ground: float  # levels of the ring


def find_dust(image: WorkingImage, ticket: TicketLike) -> list[Suggestion]:
    """Find dust, spots and hairs, the clearest first. Raises Cancelled."""
    least = max(LEAST_CONTRAST, OVER_NOISE * _quiet(image.light))
    ticket.report(0.1, tr("Looking for dust and spots"))
    found: list[_Found] = []
    taken = np.zeros(image.shape, bool)
    for number, level in enumerate(levels_of(image.light)):
        noise = max(0.5, noise_of(level.light))
        reach = max(12, round(SURROUNDINGS * max(level.light.shape)))
        for sign in (1, -1):
            ticket.report(0.2 + 0.4 * number + 0.2 * (sign < 0), tr("Looking for dust and spots"))
            for spot in find_spots(level, sign, least, reach, _CANDIDATES):
                whole = _scaled(spot.box, level.scale).clip(*image.shape)
                if taken[whole.slices].any():
                    continue
                part = _check(image, level, spot, reach, least, noise)
                if part is not None:
                    found.append(part)
                    taken[_scaled(part.box, level.scale).pad(2).clip(*image.shape).slices] = True
    ticket.report(0.95, tr("Looking for dust and spots"))
    chosen = _without_patterns(found)
    if len(chosen) > MOST:
        return []
    parts = [_suggest(image, each, least) for each in chosen]
    return sorted((part for part in parts if part is not None), key=lambda each: -each.score)


def _quiet(light: Floats) -> float:
    """Estimate the noise where the photo is plain: texture, elsewhere, is no noise."""
    height, width = light.shape[0] // _BLOCK, light.shape[1] // _BLOCK
    blocks = light[: height * _BLOCK, : width * _BLOCK]
    laplacian = np.abs(cv2.Laplacian(blocks, cv2.CV_32F, ksize=1))
    means = cv2.resize(laplacian, (width, height), interpolation=cv2.INTER_AREA)
    return float(np.quantile(means, _PLAIN_PART)) * _NOISE_FROM_MEAN


def _scaled(box: Box, scale: int) -> Box:
    return Box(box.top * scale, box.left * scale, box.bottom * scale, box.right * scale)


def _check(image: WorkingImage, level: SpotLevel, spot: Spot, reach: int, least: float, noise: float) -> _Found | None:
    """Measure a part with its surroundings; None where it is not dust."""
    radius = max(1.0, 0.5 * min(max(spot.box.height, spot.box.width), 2 * float(np.sqrt(spot.inside.sum()))))
    gap, ring_width = 1.5 + _SOFT * radius, max(_RING, 1.2 * radius)
    pad = int(np.ceil(gap + ring_width)) + 1
    window = spot.box.pad(pad)
    if window.clip(*level.light.shape) != window:
        return None
    light = level.light[window.slices]
    seed = np.pad(spot.inside, pad)
    away = cv2.distanceTransform((~seed).view(np.uint8), cv2.DIST_L2, 3)
    ring = (away > gap) & (away <= gap + ring_width)
    flat = _plane_of(light, ring)
    rest = spot.sign * (flat - light)
    values = np.sort(rest[seed])
    contrast = float(values[len(values) // 2 :].mean())
    spread = float(rest[ring].std())
    if contrast < least or spread > max(_PLAIN * contrast, 1.2 * noise) or spread > 0.3 * contrast:
        return None
    if float(np.abs(rest[ring]).max()) > 0.5 * contrast + 3 * noise:  # something else lies in the ring
        return None
    inside = _around(rest > 0.3 * contrast, seed & (rest > 0.5 * contrast))
    if inside is None or (inside & (away > gap)).any() or not (_is_compact(inside) or _is_hair(inside)):
        return None
    if _others(level, window, away <= gap + 1, contrast, reach) > _OTHERS + max(
        0.0, _NEAR_THINGS - _CLEAR * spread / contrast
    ):
        return None
    if not _keeps_tint(image, level, window, inside, ring, contrast):
        return None
    box = Box.of(inside)
    assert box is not None
    return _Found(
        box.shift(window.top, window.left), inside[box.slices], level, spot.sign, contrast, float(light[ring].mean())
    )


def _plane_of(light: Floats, ring: Plane) -> NDArray[np.float64]:
    """Fit a plane to the brightness in the ring, and return it everywhere: skies and walls are not flat."""
    rows, columns = np.nonzero(ring)
    middle = rows.mean(), columns.mean()
    basis = np.stack([np.ones(len(rows)), rows - middle[0], columns - middle[1]], 1)
    solved = np.linalg.solve(basis.T @ basis + 1e-6 * np.eye(3), basis.T @ light[ring].astype(np.float64))
    y, x = np.ogrid[: light.shape[0], : light.shape[1]]
    fitted: NDArray[np.float64] = solved[0] + solved[1] * (y - middle[0]) + solved[2] * (x - middle[1])
    return fitted


def _around(plane: Plane, seed: Plane) -> Plane | None:
    """Return the connected parts of `plane` that hold a pixel of `seed`; None where there is none."""
    _, labels = cv2.connectedComponents(plane.view(np.uint8), connectivity=8)
    chosen = np.unique(labels[seed & plane])
    return np.isin(labels, chosen) if chosen.size else None


def _is_compact(inside: Plane) -> bool:
    """Whether a part is about as wide as high, and fills its box as a disc does (0.785)."""
    box = Box.of(inside)
    assert box is not None
    longer, shorter = max(box.height, box.width), min(box.height, box.width)
    return bool(longer <= 1.8 * shorter + 1 and np.count_nonzero(inside) >= 0.5 * box.area)


def _is_hair(inside: Plane) -> bool:
    """Whether a part is one thin line, straight or bent."""
    half = float(cv2.distanceTransform(np.pad(inside, 1).view(np.uint8), cv2.DIST_L2, 3).max())
    width = max(1.0, 2 * half - 1)
    return bool(half <= _HAIR and np.count_nonzero(inside) >= _SLIM * width * width)


def _others(level: SpotLevel, window: Box, own: Plane, contrast: float, reach: int) -> float:
    """Return the share of the wider surroundings that stands out from its background, in [0, 1], but for `own`."""
    wide = window.pad(reach).clip(*level.rest.shape)
    out = np.abs(level.rest[wide.slices]) > _STANDS_OUT * contrast
    out[window.shift(-wide.top, -wide.left).slices] &= ~own
    return float(out.mean())


def _keeps_tint(
    image: WorkingImage, level: SpotLevel, window: Box, inside: Plane, ring: Plane, contrast: float
) -> bool:
    """Whether a part has about the chroma of its ring: dust takes light away, or adds white."""
    colours = image.colours[_scaled(window, level.scale).slices]
    if level.scale > 1:
        target = window.width, window.height
        colours = np.asarray(cv2.resize(colours, target, interpolation=cv2.INTER_AREA), np.float32)
    change = colours[inside].mean(0) - colours[ring].mean(0)
    return bool(np.ptp(change) <= _TINT * contrast)


def _without_patterns(found: list[_Found]) -> list[_Found]:
    """Leave out what is too many or too regular for dust."""
    for ground, fewest in _LIGHTS:
        lights = [
            each.sign < 0 and each.ground < ground and np.count_nonzero(each.inside) * each.level.scale**2 <= _SPECK
            for each in found
        ]
        if sum(lights) >= fewest:
            found = [each for each, light in zip(found, lights, strict=True) if not light]
    out: list[_Found] = []
    for sign in (1, -1):
        same = [each for each in found if each.sign == sign]
        boxes = [_scaled(each.box, each.level.scale) for each in same]
        places = np.array([[(box.top + box.bottom) / 2, (box.left + box.right) / 2] for box in boxes]).reshape(-1, 2)
        sizes = np.array([np.sqrt(np.count_nonzero(each.inside)) * each.level.scale for each in same])
        pattern = are_pattern(places, sizes)
        out += [each for each, regular in zip(same, pattern.tolist(), strict=True) if not regular]
    return out


def _suggest(image: WorkingImage, part: _Found, least: float) -> Suggestion | None:
    box, inside = part.box, part.inside
    if part.level.scale > 1:
        box = _scaled(box, part.level.scale)
        inside = np.repeat(np.repeat(inside, part.level.scale, 0), part.level.scale, 1)
    return image.suggestion(KIND, inside, part.contrast / least, (box.top, box.left))

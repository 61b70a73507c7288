"""Dust and spots: small round blobs that differ from plain surroundings.

A blob is an extremum of the difference of Gaussians over place and size (Lowe 2004, "Distinctive image features from
scale-invariant keypoints", section 3); whether it is round follows from the two curvatures there (section 4.1). What
makes it dust is what is round it: a ring that is plain, of one colour, and free of other things.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

Floats = NDArray[np.float32]

KIND = "dust"
MOST = 200  # blobs of one photo
LEAST_CONTRAST, OVER_NOISE = 6.0, 5.0  # levels, and multiples of the noise
SMALLEST, LARGEST = 1.0, 16.0  # px: sigma of the Gaussian; the radius of a disc is about 1.4 times that
_STEP = 2**0.5  # from one size to the next
_ROUND = 2.2  # the largest ratio of the two curvatures
_RADIUS = 1.665  # of the disc whose response peaks at a sigma, against it: 2 sqrt(ln 2)
_BEST_SIZE = 0.85  # of the response of the next size: a radius between two sizes is tried with both
_ALONE = 0.25  # the most that the mean response over the ring may be, against the peak
_RING = 1.7, 3.6  # radii of the ring round the blob, against the radius of the blob
_LEAST_RING = 7.0  # px added to the outer radius: a ring of few pixels proves nothing
_PLAIN = 0.14  # the most that the ring may vary, against the contrast of the blob
_TINT = 1.5  # the most that the blob's colour may differ otherwise than in brightness, against the contrast


@dataclass(frozen=True)
class _Blob:
    row: int
    column: int
    radius: float  # px
    sign: int  # 1: dark


def find_dust(image: WorkingImage, ticket: TicketLike) -> list[Suggestion]:
    """Find dust and spots, the clearest first. Raises Cancelled."""
    noise = image.noise()
    least = max(LEAST_CONTRAST, OVER_NOISE * noise)
    found: list[Suggestion] = []
    taken = np.zeros(image.shape, bool)
    blobs = _find_blobs(image.light, least, ticket)
    for number, blob in enumerate(blobs):
        if number % 64 == 0:
            ticket.report(0.6 + 0.4 * number / len(blobs), "Looking for dust and spots")
        if len(found) == MOST:
            break
        if taken[blob.row, blob.column]:
            continue
        checked = _check(image, blob, least, noise)
        if checked is None:
            continue
        box, plane, score = checked
        part = image.suggestion(KIND, plane, score, (box.top, box.left))
        if part is not None:
            found.append(part)
            taken[box.pad(2).clip(*image.shape).slices] = True
    return sorted(found, key=lambda each: -each.score)


def _find_blobs(light: Floats, least: float, ticket: TicketLike) -> list[_Blob]:
    """Find extrema of the difference of Gaussians, the largest blobs first."""
    sigmas = [SMALLEST]
    while sigmas[-1] < LARGEST and sigmas[-1] * 4 < min(light.shape):
        sigmas.append(sigmas[-1] * _STEP)
    smooth = [_blur(light, sigma) for sigma in [sigmas[0] / _STEP, *sigmas, sigmas[-1] * _STEP]]
    ticket.report(0.3, "Looking for dust and spots")
    layers = [finer - coarser for finer, coarser in pairwise(smooth)]
    found = []
    disc = np.ones((3, 3), np.uint8)
    for index in range(1, len(layers) - 1):
        layer = layers[index]
        for sign in (1, -1):
            strength = -sign * layer
            peak = (strength >= cv2.dilate(strength, disc)) & (strength > 0.16 * least)
            peak &= strength >= _BEST_SIZE * -sign * layers[index - 1]
            peak &= strength >= _BEST_SIZE * -sign * layers[index + 1]
            peak &= _is_alone(layer, strength, sigmas[index - 1])
            rows, columns = np.nonzero(peak)
            kept = _are_round(strength, rows, columns)
            radius = _RADIUS * sigmas[index - 1]
            found += [
                _Blob(row, column, radius, sign)
                for row, column in zip(rows[kept].tolist(), columns[kept].tolist(), strict=True)
            ]
        ticket.report(0.3 + 0.3 * index / len(layers), "Looking for dust and spots")
    return sorted(found, key=lambda blob: -blob.radius)


def _blur(light: Floats, sigma: float) -> Floats:
    """Blur; a wide Gaussian is as good on a smaller image and much faster."""
    if sigma <= 4:
        return np.asarray(cv2.GaussianBlur(light, (0, 0), sigma), np.float32)
    height, width = light.shape
    small = cv2.resize(light, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / 4)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _is_alone(layer: Floats, strength: Floats, sigma: float) -> Plane:
    """Return where a peak stands out from its surroundings: in a texture one blob is like the next.

    A single blob is about a tenth as strong in the mean over the ring as in its middle; a texture a third or more.
    """
    side = 2 * round(_RING[1] * _RADIUS * sigma) + 1
    alone: Plane = cv2.blur(np.abs(layer), (side, side)) <= _ALONE * strength
    return alone


def _are_round(strength: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Plane:
    """Return for each peak whether both curvatures have one sign and about one size."""
    height, width = strength.shape
    inner = (rows >= 1) & (rows < height - 1) & (columns >= 1) & (columns < width - 1)
    y, x = np.clip(rows, 1, height - 2), np.clip(columns, 1, width - 2)
    xx = strength[y, x - 1] + strength[y, x + 1] - 2 * strength[y, x]
    yy = strength[y - 1, x] + strength[y + 1, x] - 2 * strength[y, x]
    xy = (strength[y - 1, x - 1] + strength[y + 1, x + 1] - strength[y - 1, x + 1] - strength[y + 1, x - 1]) / 4
    trace, determinant = xx + yy, xx * yy - xy * xy
    round_: Plane = inner & (determinant > 0) & (trace * trace * _ROUND < (_ROUND + 1) ** 2 * determinant)
    return round_


def _check(image: WorkingImage, blob: _Blob, least: float, noise: float) -> tuple[Box, Plane, float] | None:
    """Measure a blob; return its box, its pixels in that box and its score, or None where it is not dust."""
    outer = _RING[1] * blob.radius + _LEAST_RING
    reach = int(np.ceil(outer))
    box = Box(blob.row - reach, blob.column - reach, blob.row + reach + 1, blob.column + reach + 1)
    if box.clip(*image.shape) != box:
        return None
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    away = np.hypot(y, x)
    inner = _RING[0] * blob.radius + 1.5
    ring, light = (away > inner) & (away <= outer), image.light[box.slices]
    flat = _plane_of(light, ring, y, x)
    rest = blob.sign * (flat - light)
    contrast = float(rest[away <= 0.6 * blob.radius + 0.5].mean())
    spread = float(rest[ring].std())
    if contrast < least or spread > max(_PLAIN * contrast, 1.2 * noise) or spread > 0.3 * contrast:
        return None
    if float(np.abs(rest[ring]).max()) > 0.5 * contrast + 3 * noise:  # something else lies in the ring
        return None
    inside = (rest > 0.3 * contrast) & (away <= inner)
    count, labels = cv2.connectedComponents(inside.view(np.uint8), connectivity=8)
    middle = labels[reach, reach]
    if count < 2 or middle == 0:
        return None
    inside = labels == middle
    if not _is_compact(inside) or (inside & (away > inner - 1)).any():
        return None
    if not _keeps_tint(image.colours[box.slices], inside, ring, contrast):
        return None
    return box, inside, contrast / least


def _plane_of(light: Floats, ring: Plane, y: NDArray[np.int_], x: NDArray[np.int_]) -> NDArray[np.float64]:
    """Fit a plane to the brightness in the ring, and return it everywhere: skies and walls are not flat."""
    basis = np.stack([np.ones(ring.sum()), y[ring], x[ring]], 1)
    solved = np.linalg.lstsq(basis, light[ring].astype(np.float64), rcond=None)[0]
    fitted: NDArray[np.float64] = solved[0] + solved[1] * y + solved[2] * x
    return fitted


def _is_compact(inside: Plane) -> bool:
    """Whether a part is about as wide as high, and fills its box as a disc does (0.785)."""
    box = Box.of(inside)
    assert box is not None
    longer, shorter = max(box.height, box.width), min(box.height, box.width)
    return bool(longer <= 1.8 * shorter + 1 and np.count_nonzero(inside) >= 0.55 * box.area)


def _keeps_tint(colours: Floats, inside: Plane, ring: Plane, contrast: float) -> bool:
    """Whether a part has about the chroma of its ring: dust takes light away, or adds white."""
    change = colours[inside].mean(0) - colours[ring].mean(0)
    return bool(np.ptp(change) <= _TINT * contrast)

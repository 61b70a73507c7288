"""Wires: thin, long, hardly bent lines before a plain background."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.masks.suggest import ridges
from inpaint_studio.engine.masks.suggest.chains import Chain, best_chain
from inpaint_studio.engine.masks.suggest.line_profile import measure
from inpaint_studio.engine.masks.suggest.ridges import Segments, sample
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

KIND = "wires"
MOST = 24  # wires of one photo and one brightness
LEAST_CONTRAST, OVER_NOISE = 7.0, 4.0  # levels, and multiples of the noise
LEAST_LENGTH = 0.25  # of the longer side of the photo
LEAST_COVERED = 0.72  # of the length; the rest are gaps
_FLANK = 7.0  # px from the line to where its surroundings are looked at
_PLAIN = 0.35  # the most that the surroundings may vary, against the contrast of the line
_OFF_CURVE = 1.1  # px by which the line may leave a parabola, in the mean: a wire hangs in one
_MOST_SAG = 0.10  # of its length
_NEAR = 4.0  # px from a wire within which there is no second one
MOST_WIDTH = 0.004  # of the longer side
LONG = 0.6  # of the longer side: from this length on, one end may lie before the open background
ALIKE = 0.45  # the most that the two sides may differ, against the contrast
PLAIN = 0.20  # the most that the sides may change from place to place, against the contrast


def find_wires(image: WorkingImage, ticket: TicketLike) -> list[Suggestion]:
    """Find wires, the clearest first. Raises Cancelled."""
    least = max(LEAST_CONTRAST, OVER_NOISE * image.noise())
    rough = _roughness(image.light)
    found: list[Suggestion] = []
    for number, sign in enumerate((1, -1)):  # dark, bright
        ticket.report(number / 2, "Looking for wires")
        pieces = []
        for ridge in ridges.find_ridges(image.light, sign, least):
            pieces.append(ridges.link(ridge))
            ticket.report(number / 2 + 0.2 * len(pieces), "Looking for wires")
        segments = _before_plain(Segments.join(pieces), rough)
        for chain in _chains(segments, max(image.shape)):
            part = _suggest(image, chain, sign)
            found += [part] if part is not None else []
    return sorted(found, key=lambda each: -each.score)


def _roughness(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the standard deviation of the brightness in 5 x 5 px."""
    mean = cv2.blur(light, (5, 5))
    square = cv2.blur(light * light, (5, 5))
    rough: NDArray[np.float32] = np.sqrt(np.maximum(0, square - mean * mean))
    return rough


def _before_plain(segments: Segments, rough: NDArray[np.float32]) -> Segments:
    """Keep the pieces whose surroundings, on both sides, vary much less than the piece differs from them."""
    if len(segments) == 0:
        return segments
    along = segments.ends - segments.starts
    normal = np.stack([-along[:, 1], along[:, 0]], 1) / np.linalg.norm(along, axis=1)[:, None]
    sides = []
    for side in (-1, 1):
        values = []
        for part in (0.1, 0.3, 0.5, 0.7, 0.9):
            place = segments.starts + part * along + side * _FLANK * normal
            values.append(sample(rough, place[:, 0].astype(np.float32), place[:, 1].astype(np.float32)))
        sides.append(np.median(values, axis=0))
    return segments[np.maximum(*sides) <= _PLAIN * segments.contrast]


def _chains(segments: Segments, longest: int) -> Iterator[Chain]:
    """Find the lines from the longest on, each a wire by its shape."""
    run = segments.ends - segments.starts
    flat = np.abs(run[:, 0]) >= np.abs(run[:, 1])
    for level, rest in ((True, segments[flat]), (False, segments[~flat].flip())):
        for _ in range(2 * MOST):
            best = best_chain(rest, longest)
            if best is None or best[0].score < LEAST_LENGTH * LEAST_COVERED * longest * 0.8:
                break
            chain, _used = best
            if _is_wire(chain, longest):
                yield chain if level else chain.flip()
            rest = _away_from(rest, chain)


def _is_wire(chain: Chain, longest: int) -> bool:
    if chain.length < LEAST_LENGTH * longest or chain.covered < LEAST_COVERED:
        return False
    points = chain.points
    place = (points[:, 0] - points[0, 0]) / max(1.0, points[-1, 0] - points[0, 0])
    if len(points) < 3 or np.ptp(place) == 0:
        return True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.exceptions.RankWarning)
        curve = np.polyfit(place, points[:, 1], 2)
    off = points[:, 1] - np.polyval(curve, place)
    sag = abs(curve[0]) / 4
    return bool(np.sqrt(np.mean(off**2)) <= _OFF_CURVE + 0.001 * chain.length and sag <= _MOST_SAG * chain.length)


def _away_from(segments: Segments, chain: Chain) -> Segments:
    """Remove the pieces that lie on a line that was found."""
    points = chain.points
    middle = (segments.starts + segments.ends) / 2
    on_line = np.interp(middle[:, 0], points[:, 0], points[:, 1])
    inside = (middle[:, 0] >= points[0, 0] - _NEAR) & (middle[:, 0] <= points[-1, 0] + _NEAR)
    return segments[~(inside & (np.abs(middle[:, 1] - on_line) <= _NEAR))]


def _suggest(image: WorkingImage, chain: Chain, sign: int) -> Suggestion | None:
    """Draw a line as wide as the wire; None where its surroundings are not those of a wire."""
    profile = measure(image, chain.points, sign)
    longest = max(image.shape)
    allowed = 1 if chain.length >= LONG * longest else 0
    if profile.open_ends > allowed or profile.width > max(5.5, MOST_WIDTH * longest):
        return None
    if profile.unlike > ALIKE * profile.contrast or profile.rough > PLAIN * profile.contrast:
        return None
    plane = np.zeros(image.shape, np.uint8)
    cv2.polylines(plane, [np.round(chain.points).astype(np.int32)], False, 1, max(1, round(profile.width)))
    score = chain.score / (LEAST_LENGTH * LEAST_COVERED * longest)
    inside: Plane = plane > 0
    return image.suggestion(KIND, inside, score)

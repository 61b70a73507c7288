"""Wires: thin, long, hardly bent lines before a plain background."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.masks.suggest import ridges
from inpaint_studio.engine.masks.suggest.chains import Chain, best_chain
from inpaint_studio.engine.masks.suggest.line_profile import LineProfile, measure
from inpaint_studio.engine.masks.suggest.ridges import Segments, sample
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

KIND = "wires"
MOST = 24  # wires of one photo and one brightness
LEAST_CONTRAST, OVER_NOISE = 7.0, 4.0  # levels, and multiples of the noise
LEAST_LENGTH = 0.2  # of the longer side of the photo
LEAST_COVERED = 0.72  # of the length; the rest are gaps
_FLANKS = 5.0, 8.0, 12.0  # px from the line to where its surroundings are looked at: the next wire may be near
_PLAIN = 0.35  # the most that the surroundings may vary, against the contrast of the line
_OFF_CURVE = 1.1  # px by which the line may leave a parabola, in the mean: a wire hangs in one
_MOST_SAG = 0.10  # of its length
_NEAR = 4.0  # px from a wire within which there is no second one
MOST_WIDTH = 10.0, 0.006  # px, and of the longer side
SHOWN = 0.025  # of the longer side: a gap up to that is drawn
ALIKE = 0.35  # the most that the two sides may differ, against the contrast
PLAIN = 0.2  # the most that the sides may change from place to place, against the contrast
FRAMED = 0.35  # the most that a side may change from the line outwards: the border of a thing has a second line
# What speaks for a wire, and how much of it is needed. The weights are those of a logistic regression, rounded, between
# 187 lines that were painted into the skies of photographs and 239 lines of photographs without wires.
_CLEAN, _CLEAR, _LONG, _UPRIGHT, _LOW, _OPEN = -0.5, 0.5, 3.0, -3.0, -4.0, -1.0
_ACROSS = 1.5  # from border to border; the weight is chosen, not fitted
_NEEDED, _NEEDED_BESIDE = 5.5, 4.0  # beside a wire that was found, along it: wires come in bundles
_BESIDE, _ALONG = 0.1, np.deg2rad(5.0)  # of the longer side; the largest angle between both


class _Line(NamedTuple):
    """A line that may be a wire."""

    chain: Chain
    sign: int  # 1: dark
    width: float  # px
    evidence: float


def find_wires(image: WorkingImage, ticket: TicketLike) -> list[Suggestion]:
    """Find wires, the clearest first. Raises Cancelled."""
    least = max(LEAST_CONTRAST, OVER_NOISE * image.noise())
    rough = _roughness(image.light)
    lines: list[_Line] = []
    for number, sign in enumerate((1, -1)):  # dark, bright
        ticket.report(number / 2, tr("Looking for wires"))
        pieces = []
        for ridge in ridges.find_ridges(image.light, sign, least):
            pieces.append(ridges.link(ridge))
            ticket.report(number / 2 + 0.2 * len(pieces), tr("Looking for wires"))
        segments = _before_plain(Segments.join(pieces), rough)
        for chain in _chains(segments, max(image.shape)):
            line = _weigh(image, chain, sign)
            lines += [line] if line is not None else []
    ticket.report(0.95, tr("Looking for wires"))
    parts = [_suggest(image, line) for line in _choose(lines, max(image.shape))]
    return sorted((part for part in parts if part is not None), key=lambda each: -each.score)


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
        away = []
        for flank in _FLANKS:
            values = []
            for part in (0.1, 0.3, 0.5, 0.7, 0.9):
                place = segments.starts + part * along + side * flank * normal
                values.append(sample(rough, place[:, 0].astype(np.float32), place[:, 1].astype(np.float32)))
            away.append(np.median(values, axis=0))
        sides.append(np.min(away, axis=0))
    return segments[np.maximum(*sides) <= _PLAIN * segments.contrast]


def _chains(segments: Segments, longest: int) -> Iterator[Chain]:
    """Find the lines from the longest on, each a wire by its shape."""
    run = segments.ends - segments.starts
    flat = np.abs(run[:, 0]) >= np.abs(run[:, 1])
    for level, rest in ((True, segments[flat]), (False, segments[~flat].flip())):
        for _ in range(2 * MOST):
            chain = best_chain(rest, longest)
            if chain is None or chain.score < LEAST_LENGTH * LEAST_COVERED * longest * 0.8:
                break
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


def _draw(plane: NDArray[np.uint8], chain: Chain, width: int, longest_gap: float) -> None:
    """Draw the pieces of a line and its short gaps; in a long one something stands before the wire."""
    points = np.round(chain.points).astype(np.int32).tolist()
    for number, (one, other) in enumerate(pairwise(points)):
        if number % 2 == 0 or np.hypot(other[0] - one[0], other[1] - one[1]) <= longest_gap:
            cv2.line(plane, one, other, 1, width)


def _weigh(image: WorkingImage, chain: Chain, sign: int) -> _Line | None:
    """Return a line with what speaks for it; None where its surroundings cannot be those of a wire."""
    profile = measure(image, chain.points, sign)
    most_width = max(MOST_WIDTH[0], MOST_WIDTH[1] * max(image.shape))
    if profile.open_ends > 1 or profile.width > most_width or profile.contrast <= 0:
        return None
    limits = (ALIKE, profile.unlike), (PLAIN, profile.rough), (FRAMED, profile.framed)
    if any(value > limit * profile.contrast for limit, value in limits):
        return None
    return _Line(chain, sign, profile.width, _evidence(chain, profile, image))


def _choose(lines: list[_Line], longest: int) -> list[_Line]:
    """Return the lines that are wires: clear ones, and less clear ones along a wire."""
    chosen = [line for line in lines if line.evidence >= _NEEDED]
    rest = [line for line in lines if _NEEDED_BESIDE <= line.evidence < _NEEDED]
    while True:  # a bundle is followed from wire to wire
        near = [line for line in rest if any(_are_beside(line, other, longest) for other in chosen)]
        if not near:
            return chosen
        chosen += near
        rest = [line for line in rest if all(line is not other for other in near)]


def _are_beside(line: _Line, other: _Line, longest: int) -> bool:
    one, two = line.chain.points, other.chain.points
    angles = [np.arctan2(*(points[-1] - points[0])[::-1]) for points in (one, two)]
    turn = abs(np.mod(angles[0] - angles[1] + np.pi / 2, np.pi) - np.pi / 2)
    away = np.linalg.norm(one[:, None] - two, axis=2).min()
    return bool(line.sign == other.sign and turn <= _ALONG and away <= _BESIDE * longest)


def _suggest(image: WorkingImage, line: _Line) -> Suggestion | None:
    """Draw a line as wide as the wire."""
    plane = np.zeros(image.shape, np.uint8)
    _draw(plane, line.chain, max(1, round(line.width)), SHOWN * max(image.shape))
    inside: Plane = plane > 0
    return image.suggestion(KIND, inside, line.evidence / _NEEDED)


def _evidence(chain: Chain, profile: LineProfile, image: WorkingImage) -> float:
    """Return what speaks for a wire: plain sides, a clear, long line, not upright, in the upper part of the photo."""
    run = np.abs(chain.points[-1] - chain.points[0])
    height, width = image.shape
    parts = (
        _CLEAN * np.log(profile.rough / profile.contrast + 0.02),
        _CLEAR * np.sqrt(np.clip(profile.contrast / image.noise(), 3, 100)),
        _LONG * min(0.6, chain.length / max(height, width)),
        _UPRIGHT * min(0.8, float(np.arctan2(run[1], run[0]))),
        _LOW * max(0.0, float(chain.points[:, 1].mean()) / height - 0.35),
        _OPEN * profile.open_ends,
        _ACROSS * _is_across(chain, image),
    )
    return float(sum(parts))


def _is_across(chain: Chain, image: WorkingImage) -> bool:
    """Whether both ends of a line lie at the border of the photo."""
    height, width = image.shape
    near = 0.015 * max(height, width) + 2
    ends = chain.points[[0, -1]]
    away = np.min([ends[:, 0], ends[:, 1], width - 1 - ends[:, 0], height - 1 - ends[:, 1]], axis=0)
    return bool((away <= near).all())

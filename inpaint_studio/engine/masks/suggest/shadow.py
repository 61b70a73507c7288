"""The shadow beside a hole: ground that is darker than the ground round it, of the same chroma, and touches the hole.

Light that a shadow lacks dims all channels by about one factor, blue a little less than red, as the sky still lights
it (Finlayson, Hordley, Lu and Drew 2006, "On the removal of shadows from images", section 2). So on both sides of the
border of a shadow the ratio of the colours is the same all along it; the border of a darker thing is not so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion, narrow, widen
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage
from inpaint_studio.exemplar.planes import find_nearest
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

Floats = NDArray[np.float32]

KIND = "shadow"
LONGEST = 320  # px of the longer side of what is looked at
_REACH = 1.2  # how far a shadow may reach, against the longer side of the hole
_STEPS = 14  # thresholds between the shadow and the lit ground
_MOST_PARTS = 8  # that are looked at for one threshold
_LEAST_RIM = 12  # px round the hole that are needed
_DARKER = 0.22, 1.5  # of the logarithm: 20 % to 78 % darker
_CHROMA = 0.10  # the most that a channel's ratio may leave that of the brightness, as a logarithm
_SAME_RATIO = 0.16  # the largest spread of the ratio along the border, as a logarithm
_AREA = 0.10, 2.5  # of the hole
_CONTACT = 0.04, 0.65  # of the rim of the hole
_CUT = 0.10  # the most of its border that may lie at the edge of what is looked at
_STABLE = 0.72  # the overlap of the parts at two neighbouring thresholds
_EVEN = 0.30  # the largest standard deviation of the brightness inside, as a logarithm: another scene is more varied
_LEAST_SCORE = 2.0  # chosen on 60 shadows painted into photographs and 120 holes of photographs
_RIM = 2  # px round the hole that are part of the thing's soft edge


class _Part(NamedTuple):
    inside: Plane
    score: float


def find_shadow(image: WorkingImage, hole: Plane, ticket: TicketLike) -> list[Suggestion]:
    """Find the shadow beside `hole`, h x w of the working image; at most one suggestion. Raises Cancelled."""
    box = Box.of(hole)
    if box is None:
        return []
    reach = max(8, round(_REACH * max(box.height, box.width)))
    around = box.pad(reach).clip(*image.shape)
    scale = max(1.0, max(around.height, around.width) / LONGEST)
    size = max(8, round(around.width / scale)), max(8, round(around.height / scale))
    colours = cv2.resize(np.ascontiguousarray(image.colours[around.slices]), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(hole[around.slices].astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.05
    ticket.report(0.3, tr("Looking for the shadow"))
    # The texture of the ground is not part of the question: a median keeps borders and removes grass and grain.
    smooth = cv2.medianBlur(np.clip(colours, 0, 255).astype(np.uint8), 5)
    best = _best_part(np.log(smooth.astype(np.float32) + 6.0), small, ticket)
    if best is None:
        return []
    large = cv2.resize(best.inside.astype(np.float32), (around.width, around.height), interpolation=cv2.INTER_LINEAR)
    part = image.suggestion(KIND, (large > 0.4) & ~hole[around.slices], best.score, (around.top, around.left))
    return [part] if part is not None else []


def _best_part(logs: Floats, hole: Plane, ticket: TicketLike) -> _Part | None:
    """Return the part with the best score among those below every threshold; None where none is a shadow."""
    blocked = widen(hole, _RIM)
    light = logs.mean(axis=2)
    rim = widen(blocked) & ~blocked
    if np.count_nonzero(rim) < _LEAST_RIM:
        return None
    low, high = np.percentile(light[~blocked], (3, 90))
    levels = np.linspace(float(low), float(high), _STEPS)
    best: _Part | None = None
    before: list[Plane] = []
    for number, level in enumerate(levels):
        ticket.report(0.3 + 0.6 * number / _STEPS, tr("Looking for the shadow"))
        parts = _parts_at(light, blocked, rim, float(level))
        for part in parts:
            # What is a thing of its own hardly changes with the threshold (as in MSER, Matas et al. 2002).
            if not any(_overlap(part, other) >= _STABLE for other in before):
                continue
            score = _score(logs, hole, blocked, rim, part)
            if score is not None and (best is None or score > best.score):
                best = _Part(part, score)
        before = parts
    return best


def _parts_at(light: Floats, blocked: Plane, rim: Plane, level: float) -> list[Plane]:
    """Return the connected parts below `level` that touch the rim of the hole, without specks and threads."""
    dark = ((light < level) & ~blocked).view(np.uint8)
    dark = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    _, labels = cv2.connectedComponents(dark, connectivity=4)
    touching = np.unique(labels[widen(rim) & (dark > 0)])
    return [labels == label for label in touching[:_MOST_PARTS]]


def _overlap(one: Plane, other: Plane) -> float:
    return int(np.count_nonzero(one & other)) / max(1, int(np.count_nonzero(one | other)))


def _score(logs: Floats, hole: Plane, blocked: Plane, rim: Plane, part: Plane) -> float | None:
    """Return how clearly a part is a shadow, at least 1; None where it is none."""
    area = np.count_nonzero(part) / np.count_nonzero(hole)
    touched = rim & widen(part)
    contact = int(np.count_nonzero(touched)) / int(np.count_nonzero(rim))
    if not (_AREA[0] <= area <= _AREA[1] and _CONTACT[0] <= contact <= _CONTACT[1]):
        return None
    edge = np.zeros(part.shape, bool)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    border = part & ~narrow(part)
    if np.count_nonzero(part & edge) > _CUT * np.count_nonzero(border):
        return None
    lit, dark = _sides(logs, blocked, part)
    if len(lit) < 16:
        return None
    ratios = lit - dark  # N x 3
    middle = np.median(ratios, axis=0)
    darker = float(middle.mean())
    spread = float((np.percentile(ratios.mean(1), 80) - np.percentile(ratios.mean(1), 20)) / 2)
    chroma = float(np.abs(middle - darker).max())
    if not _DARKER[0] <= darker <= _DARKER[1] or chroma > _CHROMA * (0.5 + darker):
        return None
    if middle[0] < middle[2] - 0.06:  # redder in the shade than in the sun: not what the sky does
        return None
    if spread > _SAME_RATIO * (0.5 + darker):
        return None
    inner = narrow(part)
    if inner.any() and float(logs[inner].mean(axis=1).std()) > _EVEN:
        return None
    score = float(_DARKER[1] + darker / max(0.05, spread + chroma)) / 2 / _LEAST_SCORE
    return score if score >= 1 else None


def _sides(logs: Floats, blocked: Plane, part: Plane) -> tuple[Floats, Floats]:
    """Return the colours on both sides of the border of a part, N x 3 each, some px away from its soft edge.

    Every place outside is paired with the nearest place inside.
    """
    grown = part.view(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    core = narrow(part)
    wide, wider = (cv2.dilate(grown, disc, iterations=times) > 0 for times in (2, 3))
    far = cv2.dilate(blocked.view(np.uint8), disc) > 0
    outside = wider & ~wide & ~far
    if not core.any() or not outside.any():
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)
    return logs[outside], logs[find_nearest(~core, *np.nonzero(outside))]

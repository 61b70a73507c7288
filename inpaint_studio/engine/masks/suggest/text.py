"""Small text and date stamps: letters of one height, stroke width and colour in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.suggest.letters import Letter, find_letters, find_parts
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion, widen
from inpaint_studio.engine.masks.suggest.working_image import WorkingImage
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from inpaint_studio.models.base.interface import TicketLike

KIND = "text"
FEWEST = 5  # letters of a row: four alike parts in a row are windows as often as a word
_HEIGHTS = 0.55  # the lower of two letters against the higher
_STROKES = 0.6  # the thinner of two strokes against the thicker
_STROKE_ERROR = 1.5  # px: by so much the width of a stroke of few px is measured wrongly
_COLOURS = 0.35  # the most that two letters may differ, against their contrast
_APART = 1.3  # the widest gap between two letters, against the height of a row: a space and a half
_APART_STAMP, _VIVID = 2.0, 90.0  # the same between the digits of a date stamp; levels between its channels: it glows
_MOST_HEIGHT, _BELOW, _ABOVE = 1.8, 0.45, 1.5  # of a part that continues a row, against the height of the row
_FAR = 2.2  # the widest gap before a part that continues a row, against the height
_LEVEL = 0.25  # by how much the lower ends of two neighbours may differ, against the height
_ALIKE = 0.80  # the most of a row that may be one shape: a row of windows or railings is all of one
_SAME_SHAPE = 0.78  # the overlap, in [0, 1], from which two letters are of one shape
_SHAPE = 12  # px of the side to which letters are brought to compare them


def find_text(image: WorkingImage, ticket: TicketLike) -> list[Suggestion]:
    """Find rows of small text, also upright ones in photos that were turned; the clearest first. Raises Cancelled."""
    rows: list[list[Letter]] = []
    for number, sign in enumerate((1, -1)):  # dark, bright
        ticket.report(number / 2, tr("Looking for text"))
        parts = find_parts(image, sign)
        letters = find_letters(image, parts)
        ticket.report(number / 2 + 0.3, tr("Looking for text"))
        loose = _loose(image, parts)
        rows += [extend(row, loose) for row in find_rows(letters)]
        turned = [_turn(each) for each in loose]
        upright = find_rows([_turn(each) for each in letters])
        rows += [[_turn(each) for each in extend(row, turned)] for row in upright]
    found = []
    taken = np.zeros(image.shape, bool)
    for row in sorted(rows, key=len, reverse=True):
        box = _box(row)
        if taken[box.slices].mean() > 0.3:
            continue
        taken[box.slices] = True
        part = _suggest(image, row, box)
        found += [part] if part is not None else []
    return sorted(found, key=lambda each: -each.score)


def find_rows(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Join letters to rows from left to right: each is followed by the nearest that fits it."""
    ordered = sorted(letters, key=lambda each: each.box.left)
    lefts = np.array([each.box.left for each in ordered])
    follower: dict[int, int] = {}
    followed: set[int] = set()
    for index, letter in enumerate(ordered):
        reach = letter.box.right + _APART * max(letter.box.height, 1) * 2
        for other in range(index + 1, int(np.searchsorted(lefts, reach, side="right"))):
            if other not in followed and _fit(letter, ordered[other]):
                follower[index] = other
                followed.add(other)
                break
    rows = []
    for first in range(len(ordered)):
        if first in followed:
            continue
        row = [first]
        while row[-1] in follower:
            row.append(follower[row[-1]])
        rows.append([ordered[each] for each in row])
    return [row for row in rows if _is_text(row)]


def extend(row: Sequence[Letter], loose: Sequence[Letter]) -> list[Letter]:
    """Add to a row of text the parts of its colour that continue it: joined letters, dots, digits far apart."""
    height = float(np.median([each.box.height for each in row]))
    left = np.array([each.box.left for each in row], np.float64)
    lean, start = np.polyfit(left, [each.box.bottom for each in row], 1)
    colour = np.mean([each.colour for each in row], axis=0)
    contrast = float(np.median([each.contrast for each in row]))
    out, box = list(row), _box(row)
    rest = [
        each
        for each in loose
        if each.box.height <= _MOST_HEIGHT * height
        and -height <= each.box.bottom - (start + lean * each.box.left) <= _BELOW * height
        and each.box.bottom - (start + lean * each.box.left) >= each.box.height - _ABOVE * height
        and float(np.abs(each.colour - colour).max()) <= _COLOURS * contrast
    ]
    while True:
        near = [each for each in rest if _gap(box, each.box) <= _FAR * height]
        if not near:
            return out
        out += near
        box = _box([*near, row[0]]).union(box)
        rest = [each for each in rest if all(each is not other for other in near)]


def _gap(one: Box, other: Box) -> int:
    """Return the px between two boxes along a row; negative where they overlap."""
    return max(one.left, other.left) - min(one.right, other.right)


def _loose(image: WorkingImage, parts: Sequence[tuple[Box, Plane]]) -> list[Letter]:
    """Return all parts as letters whose strokes were not measured."""
    none = 0.0
    colours = ((box, inside, image.colours[box.slices][inside].mean(axis=0)) for box, inside in parts)
    return [Letter(box, inside, none, colour, none) for box, inside, colour in colours]


def _fit(one: Letter, other: Letter) -> bool:
    """Whether `other` may be the next letter after `one`."""
    higher = max(one.box.height, other.box.height)
    gap = other.box.left - one.box.right
    apart = _APART_STAMP if float(np.ptp(one.colour)) > _VIVID else _APART
    if not -0.2 * higher <= gap <= apart * higher:
        return False
    if min(one.box.height, other.box.height) < _HEIGHTS * higher:
        return False
    if abs(one.box.bottom - other.box.bottom) > max(1.5, _LEVEL * higher):
        return False
    thinner, thicker = min(one.stroke, other.stroke), max(one.stroke, other.stroke)
    if thinner < _STROKES * thicker and thicker - thinner > _STROKE_ERROR:
        return False
    away = float(np.abs(one.colour - other.colour).max())
    return away <= _COLOURS * min(one.contrast, other.contrast)


def _is_text(row: Sequence[Letter]) -> bool:
    """Whether letters in a row are written: enough of them, wider together than high, and of several shapes."""
    if len(row) < FEWEST:
        return False
    height = float(np.median([each.box.height for each in row]))
    stroke = float(np.median([each.stroke for each in row]))
    widths = [each.box.width for each in row]
    if height < 3.2 * stroke or float(np.median(widths)) > 1.6 * height or float(np.median(widths)) < 0.25 * height:
        return False
    heights = np.array([each.box.height for each in row])
    level = np.polyfit([each.box.left for each in row], [each.box.bottom for each in row], 1)
    off = np.array([each.box.bottom for each in row]) - np.polyval(level, [each.box.left for each in row])
    # Letters have few heights: those with and without a stem.
    if float(np.median(np.abs(off))) > 0.08 * height + 0.6 or float(heights.std()) > 0.22 * height + 0.5:
        return False
    return _share_of_one_shape([each.inside for each in row]) <= _ALIKE


def _share_of_one_shape(shapes: Sequence[Plane]) -> float:
    """Return the largest part of the letters, in [0, 1], that look like one of them."""
    small = [_shrink(each) for each in shapes]
    alike = [
        np.mean([float(np.minimum(one, other).sum() / np.maximum(one, other).sum()) > _SAME_SHAPE for other in small])
        for one in small
    ]
    return float(max(alike))


def _shrink(shape: Plane) -> NDArray[np.float32]:
    small = cv2.resize(shape.astype(np.float32), (_SHAPE, _SHAPE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32) + np.float32(1e-3)


def _turn(letter: Letter) -> Letter:
    """Swap rows and columns."""
    box = letter.box
    return replace(letter, box=Box(box.left, box.top, box.right, box.bottom), inside=letter.inside.T)


def _box(row: Sequence[Letter]) -> Box:
    box = row[0].box
    for letter in row:
        box = box.union(letter.box)
    return box


def _suggest(image: WorkingImage, row: Sequence[Letter], box: Box) -> Suggestion | None:
    """Return the letters of a row, with dots and accents between them, as one part."""
    plane = np.zeros((box.height, box.width), bool)
    for letter in row:
        plane[letter.box.shift(-box.top, -box.left).slices] |= letter.inside
    around = box.pad(2).clip(*image.shape)
    plane = np.pad(
        plane, ((box.top - around.top, around.bottom - box.bottom), (box.left - around.left, around.right - box.right))
    )
    colour = np.mean([each.colour for each in row], axis=0)
    contrast = float(np.median([each.contrast for each in row]))
    like = np.abs(image.colours[around.slices] - colour).max(axis=2) < 0.5 * contrast
    soft = widen(plane)
    return image.suggestion(KIND, plane | soft | like, len(row) / FEWEST, (around.top, around.left))

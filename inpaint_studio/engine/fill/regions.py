"""Which holes are filled together, by which model, and how much of the photo round them the model sees."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.apart import CELL, OneHole, cells_of, divide_hole
from inpaint_studio.engine.fill.centered import middle_box, misfit_error, place_square, smallest_square
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Bytes, Model, Plane, Traits
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr

LEAST_CONTEXT = 32  # px: the model sees at least so much round a hole, however small
_APART = 16  # px: holes of the exemplar filler that are twice as far from each other are filled one by one, at least
_SPECK = 8.0  # px: up to this inscribed radius a hole is so small that it is filled together with others beside it
_NEAR = 8  # px: up to this distance from the hole a guide line belongs to it


class HolePart(NamedTuple):
    """Holes that are filled in one run: `core` holds all of their pixels, and none of another part's but for `own`."""

    box: Box  # what the model sees: `core` and its surroundings
    core: Box  # round the holes
    radius: float  # px, of the largest circle inside the holes
    guided: bool  # whether a guide line touches them, or the user has marked what alone may be copied
    own: Plane | None = None  # of `core`, True in its holes; None where no other part has pixels there


Chooser = Callable[[HolePart], Model]  # the model for a part; its `box` may not be known yet


def plan(hole: Plane, lines: Bytes | None, choose: Chooser, only: Plane | None = None) -> list[HolePart]:
    """Divide `hole` (H x W, not empty) into parts, sorted from top to bottom. `lines` as in `Guide`, `only` as in
    `Request`.

    Parts whose models fill one part alone (see `fills_alone`) are merged where their holes are near each other. Parts
    whose models take images up to a size are merged as long as they fit. Other parts are merged until their boxes do
    not overlap. Raises InputError where a hole cannot lie in the middle of a square and its model requires that.
    """
    scene = _Scene(hole, lines, choose, only)
    parts = [scene.make_part(core) for core in _find_holes(hole)]
    if any(scene.traits_for(part).centred for part in parts):
        return sorted(_separate(parts, scene))
    if all(_size_limit(scene.traits_for(part)) for part in parts):
        return sorted(_pack(parts, scene))
    parts = _merge_touching(parts, hole.shape, scene.find_near, _unite)
    return sorted((each for part in parts for each in scene.divide(part)), key=lambda part: part.core)


def fills_alone(traits: Traits) -> bool:
    """Return whether a part is filled as if no other hole were there: its model copies, and can be kept from copying.

    The pixels of other holes are left out then. So nothing reaches a hole from the surroundings of another hole.
    """
    return traits.values == "bytes" and "donors" in traits.accepts


def plan_whole(hole: Plane, choose: Chooser) -> HolePart:
    """Make one part of the whole image, for a plain fill of `hole` (H x W).

    Raises InputError where the model takes images of another size only, or the hole in another place only.
    """
    height, width = hole.shape
    whole = Box.whole(height, width)
    part = HolePart(whole, whole, math.inf, False)
    traits = choose(part).traits
    size, around = traits.fixed_size, Box.of(hole)
    if size is not None and (height, width) != (size, size):
        raise InputError(
            tr(
                "{title} takes images of {size} x {size} pixels alone, and this one has {width} x "
                "{height}; scale it, or fill it the usual way, in regions.",
                title=traits.title,
                size=size,
                width=width,
                height=height,
            )
        )
    if traits.centred is not None and around is not None and around.intersection(middle_box(traits)) != around:
        raise misfit_error(traits)
    return part


def inscribed_radius(hole: Plane) -> float:
    """Return the radius in px of the largest circle inside `hole`. The circle may extend beyond the image's border."""
    if hole.all():
        return math.inf
    return float(cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, 5).max())


class _Scene:
    """The hole, the guide lines, the models and the part to copy from, from which parts are planned."""

    def __init__(self, hole: Plane, lines: Bytes | None, choose: Chooser, only: Plane | None) -> None:
        self.hole, self.lines, self.choose, self.only = hole, lines, choose, only
        self.only_box = None if only is None else Box.of(only)
        self.line_boxes = _find_line_boxes(lines) if lines is not None else {}

    def make_part(self, core: Box) -> HolePart:
        """Return the part of the holes in `core`."""
        near = self.hole[core.pad(1).clip(*self.hole.shape).slices]
        guided = self.only is not None or bool(self._find_lines(core))
        return self.add_context(HolePart(core, core, inscribed_radius(near), guided))

    def traits_for(self, part: HolePart) -> Traits:
        """Return the traits of the model that will fill `part`."""
        return self.choose(part).traits

    def add_context(self, part: HolePart) -> HolePart:
        """Return the same part with the box that its model sees."""
        traits = self.traits_for(part)
        seen = _pad_with_context(part.core, traits)
        for number in self._find_lines(part.core):
            seen = seen.union(self.line_boxes[number].pad(_NEAR))
        seen = self._add_only(seen.clip(*self.hole.shape), part.core, traits)
        least = traits.trained_at or 0
        if traits.fixed_size is not None:  # the network sees a square
            least = max(traits.fixed_size, seen.height, seen.width)
        return part._replace(box=_enlarge(seen, least, self.hole.shape))

    def _add_only(self, seen: Box, core: Box, traits: Traits) -> Box:
        """Enlarge the box that a model sees by the part of the photo that alone may be copied from."""
        if self.only is None or self.only_box is None or "donors" not in traits.accepts:
            return seen
        if traits.values == "unit":  # a larger box may be a smaller scale: only if there is too little inside
            inside = np.count_nonzero(self.only[seen.slices] & ~self.hole[seen.slices])
            if inside >= np.count_nonzero(self.hole[core.slices]):
                return seen
        return seen.union(self.only_box)

    def find_near(self, part: HolePart) -> Box:
        """Return the box inside which another hole is too near to be filled by itself."""
        if not fills_alone(self.traits_for(part)) or self._find_lines(part.core):
            return part.box
        return part.core.pad(self._reach(part.radius)).clip(*self.hole.shape)

    def divide(self, part: HolePart) -> list[HolePart]:
        """Divide a part that is filled alone into holes that are far from each other, whatever their boxes are."""
        if not fills_alone(self.traits_for(part)) or self._find_lines(part.core):
            return [part]
        found = divide_hole(self.hole[part.core.slices], lambda: self._find_depth(part.core), self._reach)
        return [self._make_divided(part, each) for each in found] or [part]

    def _make_divided(self, part: HolePart, hole: OneHole) -> HolePart:
        core = hole.box.shift(part.core.top, part.core.left)
        alone = bool((hole.plane == self.hole[core.slices]).all())
        return self.add_context(HolePart(core, core, hole.radius, part.guided, None if alone else hole.plane))

    def _find_depth(self, core: Box) -> NDArray[np.float32]:
        """Return the distance of each pixel of `core` to the outside of the hole, px."""
        around = core.pad(1).clip(*self.hole.shape)
        depth = cv2.distanceTransform(self.hole[around.slices].view(np.uint8), cv2.DIST_L2, 5)
        return np.asarray(depth[core.shift(-around.top, -around.left).slices], np.float32)

    def _reach(self, radius: float) -> int:
        """Return how far in px from a hole of this inscribed radius another one is too near to be filled by itself."""
        radius = min(radius, max(self.hole.shape))
        # At the size where a fill starts, a patch that is centred in the hole reaches about so far out of it.
        # Specks are filled from their rims mostly, and thousands of them are filled sooner together.
        return LEAST_CONTEXT if radius <= _SPECK else max(_APART, math.ceil(radius / 2))

    def _find_lines(self, core: Box) -> list[int]:
        """Return the numbers of the guide lines near `core`."""
        if not self.line_boxes or self.lines is None:
            return []
        numbers = np.unique(self.lines[core.pad(_NEAR).clip(*self.hole.shape).slices])
        return [int(number) for number in numbers if number]


def _separate(parts: list[HolePart], scene: _Scene) -> list[HolePart]:
    """Give each hole a square with the hole in its middle; merge holes that are too near each other for that."""
    parts = _merge_touching(parts, scene.hole.shape, lambda part: part.core, _unite)
    done: list[HolePart] = []
    while parts:
        part = parts.pop()
        traits = scene.traits_for(part)
        if traits.centred is None:
            done.append(part)
            continue
        box = place_square(part.core, scene.hole, traits)
        if box is not None:
            done.append(part._replace(box=box))
            continue
        near = [other for other in parts + done if other.core.overlaps(smallest_square(part.core, traits))]
        if not near:
            raise misfit_error(traits)
        rest = [other for other in parts + done if other not in near]
        united = [_unite([part, *near]), *rest]
        parts, done = _merge_touching(united, scene.hole.shape, lambda part: part.core, _unite), []
    return done


def _pack(parts: list[HolePart], scene: _Scene) -> list[HolePart]:
    """Merge holes that fit into one image of the largest size, as long as nothing has to be scaled down for that."""

    def join(group: list[HolePart]) -> HolePart:
        return scene.add_context(_unite(group))

    parts = sorted(_merge_touching(parts, scene.hole.shape, lambda part: part.core, join))
    cores = np.array([part.core for part in parts])
    owners = np.full(len(parts), -1)  # index in `packed` for each part
    packed: list[HolePart] = []
    for number, part in enumerate(parts):
        owners[number] = len(packed)
        for owner, other in enumerate(packed):
            limit = _size_limit(scene.traits_for(other))
            if not other.box.overlaps(part.box) or _longer_side(other.core.union(part.core)) > limit:
                continue
            both = join([other, part])
            between = (owners != owner) & _find_overlaps(cores, both.core)
            between[number] = False
            if _longer_side(both.box) <= limit and not between.any():
                packed[owner], owners[number] = both, owner
                break
        else:
            packed.append(part)
    return packed


def _find_overlaps(boxes: NDArray[np.int64], box: Box) -> NDArray[np.bool_]:
    """Mark those of `boxes` (n x 4) that share a pixel with `box`."""
    top, left, bottom, right = boxes.T
    return np.asarray((top < box.bottom) & (bottom > box.top) & (left < box.right) & (right > box.left))


def _size_limit(traits: Traits) -> int:
    """Return the longer side in px above which a region is scaled down; 0 if there is no such limit."""
    return traits.fixed_size or traits.max_side or 0


def _longer_side(box: Box) -> int:
    return max(box.height, box.width)


def _pad_with_context(box: Box, traits: Traits) -> Box:
    # A long thin hole needs to see more beside it than its own width.
    quarter = max(box.height, box.width) / 4
    sides = (max(side, quarter) for side in (box.height, box.width))
    down, across = (max(LEAST_CONTEXT, math.ceil(traits.context * side)) for side in sides)
    limit = _size_limit(traits)
    if limit:  # less context is better than a smaller scale, down to half of the context
        down, across = (
            min(reach, max(-(-reach // 2), (limit - side) // 2))
            for reach, side in ((down, box.height), (across, box.width))
        )
    return Box(box.top - down, box.left - across, box.bottom + down, box.right + across)


def _enlarge(box: Box, least: int, shape: tuple[int, ...]) -> Box:
    """Enlarge `box` to at least `least` px in height and width, inside the photo and round its middle if possible."""
    edges = []
    for first, last, size in ((box.top, box.bottom, shape[0]), (box.left, box.right, shape[1])):
        missing = max(0, min(least, size) - (last - first))
        start = min(max(0, first - missing // 2), size - (last - first) - missing)
        edges.append((start, start + last - first + missing))
    (top, bottom), (left, right) = edges
    return Box(top, left, bottom, right)


def _find_holes(hole: Plane) -> list[Box]:
    """Return boxes round the connected parts of `hole`; parts less than a cell or two apart share a box.

    That keeps the number of boxes to a few thousand at most.
    """
    around = Box.of(hole)
    if around is None:
        return []
    cells = cells_of(hole[around.slices])
    near = cv2.dilate(cells.view(np.uint8), np.ones((3, 3), np.uint8))
    boxes = []
    for cell in _component_boxes(near.astype(np.uint8, copy=False)):
        loose = Box(*(edge * CELL for edge in cell)).shift(around.top, around.left).intersection(around)
        tight = Box.of(hole[loose.slices])
        if tight is not None:
            boxes.append(tight.shift(loose.top, loose.left))
    return boxes


def _component_boxes(plane: NDArray[np.uint8]) -> list[Box]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=8)
    return [Box(y, x, y + h, x + w) for x, y, w, h, _ in stats[1:].tolist()]


def _merge_touching(
    parts: list[HolePart],
    shape: tuple[int, ...],
    get_box: Callable[[HolePart], Box],
    join: Callable[[list[HolePart]], HolePart],
) -> list[HolePart]:
    """Join parts whose boxes (from `get_box`) share a cell, until no two do."""
    while True:
        groups = _group_by_cell([get_box(part) for part in parts], shape)
        if len(groups) == len(parts):
            return parts
        members = ([parts[number] for number in group] for group in groups)
        parts = [group[0] if len(group) == 1 else join(group) for group in members]


def _group_by_cell(boxes: list[Box], shape: tuple[int, ...]) -> list[list[int]]:
    """Return groups of the numbers of boxes that share a cell."""
    # Painted on a grid: to compare all pairs is slow for thousands of boxes.
    canvas = np.zeros((-(-shape[0] // CELL), -(-shape[1] // CELL)), np.uint8)
    for box in boxes:
        canvas[_cells(box)] = 1
    _, labels = cv2.connectedComponents(canvas, connectivity=4)
    groups: dict[int, list[int]] = {}
    for number, box in enumerate(boxes):
        rows, columns = _cells(box)
        groups.setdefault(int(labels[rows.start, columns.start]), []).append(number)
    return list(groups.values())


def _unite(group: list[HolePart]) -> HolePart:
    boxes, cores, radii, guided = zip(*(part[:4] for part in group), strict=True)
    return HolePart(reduce(Box.union, boxes), reduce(Box.union, cores), max(radii), any(guided))


def _cells(box: Box) -> tuple[slice, slice]:
    return (
        slice(box.top // CELL, -(-box.bottom // CELL)),
        slice(box.left // CELL, -(-box.right // CELL)),
    )


def _find_line_boxes(lines: Bytes) -> dict[int, Box]:
    """Return the box of every guide line by its number."""
    rows, columns = lines.nonzero()
    numbers = lines[rows, columns]
    boxes = {}
    for number in np.unique(numbers):
        y, x = rows[numbers == number], columns[numbers == number]
        boxes[int(number)] = Box(int(y.min()), int(x.min()), int(y.max()) + 1, int(x.max()) + 1)
    return boxes

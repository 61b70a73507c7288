"""Which part of a photo is filled together, by which model, and how much of the photo round it the model sees."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.fill.centered import centred, refusal, surroundings
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.base.interface import Bytes, Model, Plane, Traits
from inpaint_studio.models.base.registry import AUTO, Registry
from inpaint_studio.opencv import cv2

LEAST_CONTEXT = 32  # px seen round a hole, however small
HAIRLINE = 3.0  # px: the inscribed radius up to which a hole is thin enough for diffusion
_CELL = 8  # px: holes are told apart on a grid of such cells
_NEAR = 8  # px from the hole at which a guide line belongs to it

# What `auto` prefers, best first, by whether the hole is a hairline.
_PREFERRED = {True: ("telea", "navier-stokes", "exemplar"), False: ("exemplar", "telea", "navier-stokes")}


class Part(NamedTuple):
    """Holes that are filled in one go: all of the hole's pixels in `core`, none of which lies in another part's."""

    box: Box  # what the model sees, `core` and more
    core: Box  # round the holes
    radius: float  # px, of the largest circle inside the holes
    guided: bool  # whether a guide line touches them


Chooser = Callable[[float, bool], Model]


def chooser(models: Registry, name: str) -> Chooser:
    """What picks the model of a part: the one called `name`, or with ``auto`` one by the hole. Raises UnknownModel."""
    if name != AUTO:
        model = models.get(name)
        return lambda _radius, _guided: model
    able = {name: model for name, model in models.models.items() if has_weights(model)}
    if not able:
        raise UnknownModel("No model is installed that can fill a hole; install the program anew.")

    def choose(radius: float, guided: bool) -> Model:
        known = [able[name] for name in _PREFERRED[radius <= HAIRLINE] if name in able]
        ready = known or [model for model in able.values() if not model.traits.needs_weights]
        ready = ready or list(able.values())
        # A drawn line asks for a structure to go on, however thin the hole.
        listening = [model for model in ready if "lines" in model.traits.accepts] if guided else []
        return (listening or ready)[0]

    return choose


def has_weights(model: Model) -> bool:
    """Whether `model` can compute: it needs no weights, or has some."""
    return not model.traits.needs_weights or getattr(model, "weights", None) is not None


def plan(hole: Plane, lines: Bytes | None, choose: Chooser) -> list[Part]:
    """The parts of `hole` (H x W, not empty), from the top down. `lines` as in `Guide`.

    Where a model takes pictures of any size the boxes do not overlap either: what lies near is filled together. Where
    it takes pictures up to a size, parts are filled together as long as they fit. Raises InputError where a hole
    cannot lie in the middle of a picture and its model asks for that.
    """
    scene = _Scene(hole, lines, choose)
    parts = [scene.part(core) for core in _holes(hole)]
    if any(scene.traits(part).centred for part in parts):
        return sorted(_alone(parts, scene))
    if all(_limit(scene.traits(part)) for part in parts):
        return sorted(_fitting(parts, scene))
    return sorted(_merged(parts, hole.shape, lambda part: part.box, _united))


def inscribed_radius(hole: Plane) -> float:
    """The radius in px of the largest circle inside `hole`; the picture's border does not bound it."""
    if hole.all():
        return math.inf
    return float(cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, 5).max())


class _Scene:
    """The hole, the guide lines and the models by which parts are planned."""

    def __init__(self, hole: Plane, lines: Bytes | None, choose: Chooser) -> None:
        self.hole, self.lines, self.choose = hole, lines, choose
        self.reaches = _line_boxes(lines) if lines is not None else {}

    def part(self, core: Box) -> Part:
        near = self.hole[core.pad(1).clip(*self.hole.shape).slices]
        return self.seeing(Part(core, core, inscribed_radius(near), bool(self._touching(core))))

    def traits(self, part: Part) -> Traits:
        return self.choose(part.radius, part.guided).traits

    def seeing(self, part: Part) -> Part:
        """The same part with the box that its model sees."""
        traits = self.traits(part)
        seen = _with_context(part.core, traits)
        for number in self._touching(part.core):
            seen = seen.union(self.reaches[number].pad(_NEAR))
        seen = seen.clip(*self.hole.shape)
        least = traits.trained_at or 0
        if traits.fixed_size is not None:  # what it sees becomes a square
            least = max(traits.fixed_size, seen.height, seen.width)
        return part._replace(box=_grown(seen, least, self.hole.shape))

    def _touching(self, core: Box) -> list[int]:
        if not self.reaches or self.lines is None:
            return []
        numbers = np.unique(self.lines[core.pad(_NEAR).clip(*self.hole.shape).slices])
        return [int(number) for number in numbers if number]


def _alone(parts: list[Part], scene: _Scene) -> list[Part]:
    """Each hole in the middle of a square of its own; holes that are too near for that are one."""
    parts = _merged(parts, scene.hole.shape, lambda part: part.core, _united)
    done: list[Part] = []
    while parts:
        part = parts.pop()
        traits = scene.traits(part)
        if traits.centred is None:
            done.append(part)
            continue
        box = centred(part.core, scene.hole, traits)
        if box is not None:
            done.append(part._replace(box=box))
            continue
        near = [other for other in parts + done if other.core.overlaps(surroundings(part.core, traits))]
        if not near:
            raise refusal(traits)
        rest = [other for other in parts + done if other not in near]
        parts, done = _merged([_united([part, *near]), *rest], scene.hole.shape, lambda part: part.core, _united), []
    return done


def _fitting(parts: list[Part], scene: _Scene) -> list[Part]:
    """Holes filled together where they fit into one picture of the largest size, so that there is no need to scale."""

    def join(group: list[Part]) -> Part:
        return scene.seeing(_united(group))

    parts = sorted(_merged(parts, scene.hole.shape, lambda part: part.core, join))
    cores = np.array([part.core for part in parts])
    owners = np.full(len(parts), -1)  # which of `together` each part is in
    together: list[Part] = []
    for number, part in enumerate(parts):
        owners[number] = len(together)
        for owner, other in enumerate(together):
            limit = _limit(scene.traits(other))
            if not other.box.overlaps(part.box) or _longer(other.core.union(part.core)) > limit:
                continue
            both = join([other, part])
            among = (owners != owner) & _overlapping(cores, both.core)
            among[number] = False
            if _longer(both.box) <= limit and not among.any():
                together[owner], owners[number] = both, owner
                break
        else:
            together.append(part)
    return together


def _overlapping(boxes: NDArray[np.int64], box: Box) -> NDArray[np.bool_]:
    """Which of `boxes` (n x 4) share a pixel with `box`."""
    top, left, bottom, right = boxes.T
    return np.asarray((top < box.bottom) & (bottom > box.top) & (left < box.right) & (right > box.left))


def _limit(traits: Traits) -> int:
    """The longer side in px up to which a region is not scaled down; 0 where there is no such limit."""
    return traits.fixed_size or traits.max_side or 0


def _longer(box: Box) -> int:
    return max(box.height, box.width)


def _with_context(box: Box, traits: Traits) -> Box:
    # A long thin hole needs to see more beside it than its own width.
    quarter = max(box.height, box.width) / 4
    sides = (max(side, quarter) for side in (box.height, box.width))
    down, across = (max(LEAST_CONTEXT, math.ceil(traits.context * side)) for side in sides)
    limit = _limit(traits)
    if limit:  # rather less context than a smaller scale, but half of it at least
        down, across = (
            min(reach, max(-(-reach // 2), (limit - side) // 2))
            for reach, side in ((down, box.height), (across, box.width))
        )
    return Box(box.top - down, box.left - across, box.bottom + down, box.right + across)


def _grown(box: Box, least: int, shape: tuple[int, ...]) -> Box:
    """`box` made at least so many px wide and high, as far as the photo reaches; in the middle where it can."""
    edges = []
    for first, last, size in ((box.top, box.bottom, shape[0]), (box.left, box.right, shape[1])):
        missing = max(0, min(least, size) - (last - first))
        start = min(max(0, first - missing // 2), size - (last - first) - missing)
        edges.append((start, start + last - first + missing))
    (top, bottom), (left, right) = edges
    return Box(top, left, bottom, right)


def _holes(hole: Plane) -> list[Box]:
    """Boxes round the hole's parts, parts nearer than a cell or two taken together: a few thousand at most."""
    around = Box.of(hole)
    if around is None:
        return []
    cells = hole[around.slices]
    for axis in (0, 1):
        cells = np.logical_or.reduceat(cells, np.arange(0, cells.shape[axis], _CELL), axis=axis)
    near = cv2.dilate(cells.view(np.uint8), np.ones((3, 3), np.uint8))
    boxes = []
    for cell in _boxes_of_components(near.astype(np.uint8, copy=False)):
        loose = Box(*(edge * _CELL for edge in cell)).shift(around.top, around.left).intersection(around)
        tight = Box.of(hole[loose.slices])
        if tight is not None:
            boxes.append(tight.shift(loose.top, loose.left))
    return boxes


def _boxes_of_components(plane: NDArray[np.uint8]) -> list[Box]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(plane, connectivity=8)
    return [Box(y, x, y + h, x + w) for x, y, w, h, _ in stats[1:].tolist()]


def _merged(
    parts: list[Part], shape: tuple[int, ...], by: Callable[[Part], Box], join: Callable[[list[Part]], Part]
) -> list[Part]:
    """The parts with every group joined whose boxes (which ones, `by` tells) share a cell, until none do."""
    while True:
        groups = _groups([by(part) for part in parts], shape)
        if len(groups) == len(parts):
            return parts
        members = ([parts[number] for number in group] for group in groups)
        parts = [group[0] if len(group) == 1 else join(group) for group in members]


def _groups(boxes: list[Box], shape: tuple[int, ...]) -> list[list[int]]:
    """The numbers of boxes that share a cell, group by group."""
    # Painted on a grid, as comparing all pairs is slow for thousands of them.
    canvas = np.zeros((-(-shape[0] // _CELL), -(-shape[1] // _CELL)), np.uint8)
    for box in boxes:
        canvas[_cells(box)] = 1
    _, labels = cv2.connectedComponents(canvas, connectivity=4)
    groups: dict[int, list[int]] = {}
    for number, box in enumerate(boxes):
        rows, columns = _cells(box)
        groups.setdefault(int(labels[rows.start, columns.start]), []).append(number)
    return list(groups.values())


def _united(group: list[Part]) -> Part:
    boxes, cores, radii, guided = zip(*group, strict=True)
    return Part(reduce(Box.union, boxes), reduce(Box.union, cores), max(radii), any(guided))


def _cells(box: Box) -> tuple[slice, slice]:
    return (
        slice(box.top // _CELL, -(-box.bottom // _CELL)),
        slice(box.left // _CELL, -(-box.right // _CELL)),
    )


def _line_boxes(lines: Bytes) -> dict[int, Box]:
    """The box of every guide line by its number."""
    rows, columns = lines.nonzero()
    numbers = lines[rows, columns]
    boxes = {}
    for number in np.unique(numbers):
        y, x = rows[numbers == number], columns[numbers == number]
        boxes[int(number)] = Box(int(y.min()), int(x.min()), int(y.max()) + 1, int(x.max()) + 1)
    return boxes

"""Which part of a photo is filled together, by which model, and how much of the photo round it the model sees."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.contract import Bytes, Model, Plane, Traits
from inpaint_studio.models.registry import AUTO, Registry
from inpaint_studio.opencv import cv2

LEAST_CONTEXT = 32  # px seen round a hole, however small
HAIRLINE = 3.0  # px: the inscribed radius up to which a hole is thin enough for diffusion
_CELL = 8  # px: holes are told apart on a grid of such cells
_NEAR = 8  # px from the hole at which a guide line belongs to it

# What `auto` prefers, best first, by whether the hole is a hairline.
_PREFERRED = {True: ("telea", "navier-stokes", "exemplar"), False: ("exemplar", "telea", "navier-stokes")}


class Part(NamedTuple):
    """Holes that are filled in one go: all of the hole's pixels in `box`, which no other part's box overlaps."""

    box: Box  # what the model sees
    radius: float  # px, of the largest circle inside the hole
    guided: bool  # whether a guide line touches it


Chooser = Callable[[float, bool], Model]


def chooser(models: Registry, name: str) -> Chooser:
    """What picks the model of a part: the one called `name`, or with ``auto`` one by the hole. Raises UnknownModel."""
    if name != AUTO:
        model = models.get(name)
        return lambda _radius, _guided: model
    if not models.models:
        raise UnknownModel("No model is installed; install the program anew.")

    def choose(radius: float, guided: bool) -> Model:
        known = [models.models[name] for name in _PREFERRED[radius <= HAIRLINE] if name in models.models]
        ready = known or [model for model in models.models.values() if not model.traits.needs_weights]
        ready = ready or list(models.models.values())
        # A drawn line asks for a structure to go on, however thin the hole.
        listening = [model for model in ready if "lines" in model.traits.listens] if guided else []
        return (listening or ready)[0]

    return choose


def plan(hole: Plane, lines: Bytes | None, choose: Chooser) -> list[Part]:
    """The parts of `hole` (H x W, not empty), from the top down. `lines` as in `Guide`."""
    reaches = _line_boxes(lines) if lines is not None else {}
    parts = [_part(box, hole, lines, reaches, choose) for box in _holes(hole)]
    while True:
        merged = _merge(parts, hole.shape)
        if len(merged) == len(parts):
            return sorted(merged)
        parts = merged


def inscribed_radius(hole: Plane) -> float:
    """The radius in px of the largest circle inside `hole`; the picture's border does not bound it."""
    if hole.all():
        return math.inf
    return float(cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, 5).max())


def _part(box: Box, hole: Plane, lines: Bytes | None, reaches: dict[int, Box], choose: Chooser) -> Part:
    height, width = hole.shape
    near = box.pad(_NEAR).clip(height, width)
    touching = np.unique(lines[near.slices]) if lines is not None and reaches else np.zeros(0, np.uint8)
    guided = bool(touching.any())
    radius = inscribed_radius(hole[box.pad(1).clip(height, width).slices])
    seen = _with_context(box, choose(radius, guided).traits)
    for number in touching[touching > 0]:
        seen = seen.union(reaches[int(number)].pad(_NEAR))
    return Part(seen.clip(height, width), radius, guided)


def _with_context(box: Box, traits: Traits) -> Box:
    # A long thin hole needs to see more beside it than its own width.
    quarter = max(box.height, box.width) / 4
    sides = (max(side, quarter) for side in (box.height, box.width))
    down, across = (max(LEAST_CONTEXT, math.ceil(traits.context * side)) for side in sides)
    return Box(box.top - down, box.left - across, box.bottom + down, box.right + across)


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


def _merge(parts: list[Part], shape: tuple[int, ...]) -> list[Part]:
    """One part for each group whose boxes share a cell."""
    # Painted on a grid, as comparing all pairs is slow for thousands of them.
    canvas = np.zeros((-(-shape[0] // _CELL), -(-shape[1] // _CELL)), np.uint8)
    for part in parts:
        canvas[_cells(part.box)] = 1
    _, labels = cv2.connectedComponents(canvas, connectivity=4)
    groups: dict[int, Part] = {}
    for part in parts:
        rows, columns = _cells(part.box)
        key = int(labels[rows.start, columns.start])
        other = groups.get(key, part)
        groups[key] = Part(part.box.union(other.box), max(part.radius, other.radius), part.guided or other.guided)
    return list(groups.values())


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

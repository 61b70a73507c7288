"""Sets of holes that papers test with, by name: what ``evaluate --holes`` draws.

A set is drawn as its authors' code draws it, without the limits of coverage that a training keeps
(`masks.Mixture`). Lengths in px are meant for an image whose shorter side is the set's own; a larger photo gets the
same holes, enlarged. The numbers of LaMa's sets are those of advimman/lama, configs/data_gen, under their own keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from inpaint_studio.opencv import cv2
from inpaint_studio.texts import mark, tr
from training.data.masks import KINDS, Hole, Mixture, Random, draw_centre, draw_hole

BORDER = 50 / 512  # of the shorter side, kept free without a border: PConv's test set, 50 px of 512 (section 4)
_WALK_SIDE = 512  # px: `image_size` of naoto0804/pytorch-inpainting-with-partial-conv, generate_data.py
_MOST_COVERAGE = 0.5  # `max_tamper_area` of all six files of LaMa
_LAMA_TRIES = 50  # five masks (`variants_n`) in each of ten attempts (`n_max` of bin/gen_mask_dataset.py)
_TRIES = 24  # holes drawn until one is neither empty nor the whole image
_LAMA_BOX_SHARE = 0.3 / 1.3  # `box_proba` 0.3 beside `irregular_proba` 1


class HoleSet(NamedTuple):
    """How the holes of a set are drawn, and what they are in a few words."""

    draw: Callable[[Random, int, int], Hole]
    about: str


@dataclass(frozen=True)
class LamaStrokes:
    """`irregular_kwargs` of a file of LaMa; the directions are whole radians up to 3 (`max_angle` 4) in all of them."""

    min_times: int
    max_times: int
    max_width: int
    max_len: int


@dataclass(frozen=True)
class LamaBoxes:
    """`box_kwargs` of a file of LaMa."""

    margin: int
    bbox_min_size: int
    bbox_max_size: int
    min_times: int
    max_times: int


@dataclass(frozen=True)
class LamaFile:
    """One of LaMa's files: the strokes, the boxes that take their place at times, and `out_min_size`."""

    side: int
    strokes: LamaStrokes
    boxes: LamaBoxes | None = None


LAMA: Mapping[str, LamaFile] = {
    "thin-256": LamaFile(256, LamaStrokes(4, 50, 10, 40)),  # random_thin_256.yaml
    "medium-256": LamaFile(256, LamaStrokes(4, 5, 50, 100), LamaBoxes(0, 10, 50, 1, 5)),  # random_medium_256.yaml
    "thick-256": LamaFile(256, LamaStrokes(1, 5, 100, 200), LamaBoxes(10, 30, 150, 1, 3)),  # random_thick_256.yaml
    "thin-512": LamaFile(512, LamaStrokes(4, 70, 20, 100)),  # random_thin_512.yaml
    "medium-512": LamaFile(512, LamaStrokes(4, 10, 100, 200), LamaBoxes(0, 30, 150, 1, 5)),  # random_medium_512.yaml
    "thick-512": LamaFile(512, LamaStrokes(1, 5, 250, 450), LamaBoxes(10, 30, 300, 1, 4)),  # random_thick_512.yaml
}


def draw_lama(random: Random, height: int, width: int, file: LamaFile) -> Hole:
    """Draw a hole of one of LaMa's sets; at most half of the image, as `max_tamper_area` has it.

    After `MixedMaskGenerator` of advimman/lama, saicinpainting/training/data/masks.py. Where no hole of fifty is small
    enough (a long and narrow image), the smallest one is taken.
    """
    px = min(height, width) / file.side
    best = None
    for _ in range(_LAMA_TRIES):
        is_box = file.boxes is not None and random.random() < _LAMA_BOX_SHARE
        hole = (
            _draw_boxes(random, height, width, file.boxes, px)
            if is_box and file.boxes
            else _draw_lines(random, height, width, file.strokes, px)
        )
        if hole.any() and (best is None or hole.mean() < best.mean()):
            best = hole
        if hole.any() and hole.mean() <= _MOST_COVERAGE:
            return hole
    return best if best is not None else draw_centre(random, height, width)


def _draw_lines(random: Random, height: int, width: int, style: LamaStrokes, px: float) -> Hole:
    """Draw strokes as `make_random_irregular_mask` does; `RandomIrregularMaskGenerator` adds one to `max_times`."""
    canvas = np.zeros((height, width), np.uint8)
    size = np.array([max(1, round(width / px)), max(1, round(height / px))])
    for number in range(random.integers(style.min_times, style.max_times + 2)):
        here = random.integers((0, 0), size)
        for _ in range(random.integers(1, 6)):
            angle = (0.01 + float(random.integers(4))) * (-1 if number % 2 == 0 else 1)
            length = int(random.integers(10, 10 + style.max_len))
            thick = int(random.integers(5, 5 + style.max_width))
            there = np.clip((here + length * np.array([np.sin(angle), np.cos(angle)])).astype(np.int64), 0, size)
            start, end = (np.rint(point * px).astype(int).tolist() for point in (here, there))
            cv2.line(canvas, start, end, 1, max(1, round(thick * px)))
            here = there
    return canvas.astype(bool)


def _draw_boxes(random: Random, height: int, width: int, style: LamaBoxes, px: float) -> Hole:
    """Draw boxes as `make_random_rectangle_mask` does."""
    hole = np.zeros((height, width), bool)
    rows, columns = max(1, round(height / px)), max(1, round(width / px))
    largest = min(style.bbox_max_size, rows - 2 * style.margin, columns - 2 * style.margin)
    for _ in range(random.integers(style.min_times, style.max_times + 1)):
        spans = []
        for side in (columns, rows):
            length = int(random.integers(min(style.bbox_min_size, largest), largest + 1))
            start = int(random.integers(style.margin, side - style.margin - length + 1))
            spans.append(slice(round(start * px), round((start + length) * px)))
        hole[spans[1], spans[0]] = True
    return hole


def draw_walk(random: Random, height: int, width: int) -> Hole:
    """Draw a random walk of as many steps as there are pixels, at most 512 px on the shorter side; larger is enlarged.

    After naoto0804/pytorch-inpainting-with-partial-conv, generate_data.py, which trains PConv with such holes (those of
    the paper come from videos). A step goes to one of four neighbours, or stays where the border is.
    """
    scale = min(1.0, _WALK_SIDE / min(height, width))
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    moves = random.integers(4, size=rows * columns)
    path = []
    for side, forward, backward in ((rows, 0, 1), (columns, 2, 3)):
        steps = (moves == forward).astype(np.int64) - (moves == backward)
        step = partial(_step_within, side - 1)
        places = accumulate(steps.tolist(), step, initial=int(random.integers(side)))
        path.append(np.fromiter(places, np.int64, len(steps) + 1)[1:])
    canvas = np.zeros((rows, columns), np.uint8)
    canvas[path[0], path[1]] = 1
    if scale < 1:
        return np.asarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_NEAREST), bool)
    return canvas.astype(bool)


def _step_within(last: int, place: int, step: int) -> int:
    return min(max(place + step, 0), last)


def _without_border(draw: Callable[[Random, int, int], Hole]) -> Callable[[Random, int, int], Hole]:
    """Return a function that draws in the image less its border, so that all around the hole is known."""

    def draw_inside(random: Random, height: int, width: int) -> Hole:
        shorter = min(height, width)
        margin = min(round(BORDER * shorter), (shorter - 1) // 2)
        hole = np.zeros((height, width), bool)
        inner = hole[margin : height - margin, margin : width - margin]
        inner[:] = draw(random, *inner.shape)
        return hole

    return draw_inside


def _lama(name: str) -> HoleSet:
    kind, _, side = name.partition("-")
    shapes = "strokes" if LAMA[name].boxes is None else tr("strokes, or boxes")
    return HoleSet(
        partial(draw_lama, file=LAMA[name]),
        tr("LaMa's {kind} {shapes}, meant for {side} px", kind=kind, shapes=shapes, side=side),
    )


SETS: Mapping[str, HoleSet] = {
    "mixture": HoleSet(
        draw_hole, mark("this program's own: half of them strokes, else rectangles and shapes of objects")
    ),
    **{
        name: HoleSet(partial(draw_hole, mixture=Mixture({name: 1.0})), about)
        for name, about in (
            ("brush", mark("strokes that cover 3 to 50 %")),
            ("rectangle", mark("one rectangle that covers 3 to 50 %")),
            ("object", mark("shapes like objects that users remove, 3 to 50 %")),
        )
    },
    "centre": HoleSet(draw_centre, mark("the middle 56 of 128 px: what the Context Encoder does not see")),
    "centre-half": HoleSet(
        partial(draw_centre, share=0.5), mark("the middle 128 of 256 px, for networks of fixed holes")
    ),
    "half-rectangle": HoleSet(KINDS["half rectangle"], mark("GLCIC's rectangle of 96 to 128 px of 256")),
    "free-form": HoleSet(KINDS["brush"], mark("DeepFill v2's strokes, however much they cover")),
    "free-form-inside": HoleSet(_without_border(KINDS["brush"]), mark("the same without the border")),
    "free-form-box": HoleSet(KINDS["brush and rectangle"], mark("DeepFill v2's strokes with a box")),
    "random-walk": HoleSet(draw_walk, mark("random walks, as naoto0804 trains PConv")),
    "random-walk-inside": HoleSet(_without_border(draw_walk), mark("the same without the border, 50 px of 512")),
    **{f"lama-{name}": _lama(name) for name in LAMA},
}


def draw_from(name: str, number: int, seed: int, height: int, width: int) -> Hole:
    """Draw the hole of the photo of this number: the same set, number, seed and size give the same hole.

    It covers at least one pixel and never all: sets that may draw such a hole are drawn from again. Raises KeyError for
    an unknown name.
    """
    return draw_set(np.random.default_rng([number, seed] if seed else [number]), name, height, width)


def draw_set(random: Random, name: str, height: int, width: int) -> Hole:
    """Draw one hole of the set `name`, as `draw_from` does, from a generator. Raises KeyError for an unknown name."""
    for _ in range(_TRIES):
        hole = SETS[name].draw(random, height, width)
        if hole.any() and not hole.all():
            return hole
    return draw_centre(random, height, width)

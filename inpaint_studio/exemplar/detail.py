"""Add detail to a fill that was drawn at a smaller size: its colours stay, patches of the photo make it sharp.

Patches of the drawing are matched with the photo at the size at which it was drawn. From there it works as a fill,
coarse to fine, and after every vote the coarse colours are set back to those of the drawing (back-projection, Irani and
Peleg 1991, used with patches of the image itself by Glasner et al. 2009).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.exemplar import patchmatch, poisson, pyramid
from inpaint_studio.exemplar.fill import (
    BACK,
    NEAR,
    PLAIN,
    SHARP,
    SOFT,
    SWEEPS,
    Effort,
    Filled,
    lay_out,
)
from inpaint_studio.exemplar.fine import show, vote_finely
from inpaint_studio.exemplar.mixing import mix
from inpaint_studio.exemplar.patchmatch import Field
from inpaint_studio.exemplar.planes import as_bytes
from inpaint_studio.exemplar.progress import Progress, Report
from inpaint_studio.exemplar.pyramid import Image, Level, Plane
from inpaint_studio.exemplar.simd import SIDE
from inpaint_studio.exemplar.vote import Votes
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import mark, tr
from inpaint_studio.threads import Workers, start_workers

Floats = NDArray[np.float32]

EFFORTS = {
    "best": Effort(rounds=(2, 3, 4), seam_rounds=60),
    "fast": Effort(rounds=(1, 2), seam_rounds=30),
}
ENLARGED = 0.1  # octaves by which the drawing may be enlarged where it is matched
MATCHING = 12  # sweeps at the size of the drawing, which start from random places
FINAL_PROJECTIONS = 2  # of the drawing's colours at the end; each halves the remaining difference
PHOTO_BLUR = 5  # px over which gradients of the photo are averaged, to compare how rough places are
DRAWING_BLUR = 3  # px, the same for the drawing, at its own size
# Difference between patches and drawing, as a share of the drawing's contrast: up to the first the patches are trusted
# fully, from the second on not at all. Measured: two pieces of the same grass differ by a third of their contrast.
MISS_TRUSTED, MISS_WRONG = 0.3, 0.9
MISS_NOISE = 12.0  # levels of 255, added to the contrast
MISS_BLUR = 1.5  # px of the drawing: sigma of the window in which both are measured
SOFT_BELOW = 0.5  # mean trust in the hole below which the user gets a note
DESCENT = 0.9  # share of the work that is search and vote
LITTLE_LIKE_IT = mark("The photo shows little like what was drawn, so the filled part stays soft in places.")


def synthesise(
    image: Image,
    hole: NDArray[np.bool_],
    drawn: Image,
    scale: float,
    *,
    donors: NDArray[np.bool_] | None = None,
    effort: Effort = EFFORTS["best"],
    seed: int = 0,
    threads: int | None = None,
    report: Report = lambda _fraction, _note: None,
    fine: tuple[Floats, Floats] | None = None,
) -> Filled:
    """Fill `hole` (H x W, not empty) of `image` (H x W x 3 uint8) with what `drawn` (H x W x 3, enlarged) shows there.

    `scale` (< 1) is the size at which it was drawn, relative to H x W. Pixels in `donors` are not copied. Where the
    photo shows nothing similar the drawing is kept, and `weight` falls to 0. The same arguments give the same pixels
    whatever `threads` is. `fine` are the levels with fractions that `image` and `drawn` show, H x W x 3 each, where the
    photo has more than 8 bits a channel. Raises NoSource where no whole patch is known, and whatever `report` raises.
    """
    plane = as_bytes(hole)
    blocked = plane if donors is None else as_bytes(hole | donors)
    levels = _levels(np.where(hole[..., None], drawn, image), image, plane, blocked, scale)
    finest, drawing = levels[0], _Drawing(levels, scale)
    progress = Progress(report)
    with progress.note_compilation(), start_workers(threads, progress.repeat) as workers:
        field, votes = _descend(levels, drawing, effort, seed, workers, progress)
        trusted = drawing.agreement(finest)
        taken, trust = votes.best_sources(workers)
        canvas = None if fine is None else vote_finely(field, votes.weights, fine[0], workers)
        del votes
        field.end_search()
        # Gradients decide up to the size of a pixel of the drawing; its colours decide beyond.
        rounds = math.ceil(effort.seam_rounds * min(1.0, math.sqrt(poisson.SCREEN) / scale))
        screen = max(poisson.SCREEN, scale**2)
        if canvas is None or fine is None:
            drawing.project(finest, 0)
            poisson.smooth_seams(field, rounds, workers, screen=screen)
            for _ in range(FINAL_PROJECTIONS):
                workers.report()
                drawing.project(finest, 0)
            drawing.mix(finest, trusted)
        else:
            drawing.project_finely(canvas, fine[1], hole)
            poisson.smooth_seams(field, rounds, workers, screen=screen, canvas=canvas)
            for _ in range(FINAL_PROJECTIONS):
                workers.report()
                drawing.project_finely(canvas, fine[1], hole)
            drawing.mix_finely(canvas, fine[1], hole, trusted)
            show(canvas[..., :3], finest.pixels, plane)
    sources, weight = lay_out(finest, taken, trust)
    inside = hole[drawing.box]
    weight[drawing.box] *= trusted
    image = np.asarray(cv2.cvtColor(finest.pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    soft = float(trusted[inside].mean()) < SOFT_BELOW
    exact = None if canvas is None else np.ascontiguousarray(canvas[..., :3])
    return Filled(image, sources, weight, (tr(LITTLE_LIKE_IT),) if soft else (), exact)


def _levels(image: Image, photo: Image, hole: Plane, blocked: Plane, scale: float) -> list[Level]:
    """Make the levels from the finest to the first that is not larger than the drawing was.

    Coarse levels without a whole known patch are left out.
    """
    roughness = pyramid.texture(photo, hole, PHOTO_BLUR)
    # Smooth patches of the photo are most like an enlarged drawing, and would leave the fill soft.
    steps = max(1, math.ceil(-math.log2(scale) - ENLARGED))
    levels = pyramid.build_filled(image, hole, blocked, steps, roughness)
    while min(levels[-1].shape) < SIDE or not levels[-1].valid.any():
        levels.pop()
        if not levels:
            raise NoSource(tr("No whole patch of the photo is left to take detail from."))
    return levels


class _Drawing:
    """The drawing at every level, in a box around the hole; `box` is the box at the finest level."""

    def __init__(self, levels: list[Level], scale: float) -> None:
        scales = [min(1.0, scale * 2**index) for index in range(len(levels))]
        placed = [_box(level.hole, share) for level, share in zip(levels, scales, strict=True)]
        self._boxes, self._sizes = [box for box, _ in placed], [size for _, size in placed]
        self._images = [level.pixels[box].copy() for level, box in zip(levels, self._boxes, strict=True)]
        self.box = self._boxes[0]

    def project(self, level: Level, index: int) -> None:
        """Set the coarse colours of the hole's pixels to those of the drawing; their detail stays."""
        part, drawn = level.pixels[self._boxes[index]], self._images[index]
        missing = np.asarray(cv2.subtract(drawn, part, dtype=cv2.CV_32F), np.float32)
        missing[..., 3] = 0
        small = self._shrink(missing, index)
        if small is not missing:
            missing = np.asarray(cv2.resize(small, _size(drawn), interpolation=cv2.INTER_CUBIC), np.float32)
        cv2.copyTo(cv2.add(part, missing, dtype=cv2.CV_8U), level.hole[self._boxes[index]], part)

    def agreement(self, finest: Level) -> NDArray[np.float32]:
        """Compare the votes with the drawing at its own size; return in [0, 1], over `box`, how well they agree."""
        drawn, shown = (
            self._shrink(each[..., :3].astype(np.float32), 0) for each in (self._images[0], finest.pixels[self.box])
        )
        mean = _blur(drawn)
        contrast = np.maximum(_blur(drawn * drawn) - mean * mean, 0).mean(axis=2)
        miss = _blur((drawn - shown) ** 2).mean(axis=2) / (contrast + np.float32(MISS_NOISE**2))
        share = np.clip((MISS_WRONG - miss) / np.float32(MISS_WRONG - MISS_TRUSTED), 0, 1)
        return np.asarray(cv2.resize(share, _size(self._images[0])), np.float32)

    def mix(self, finest: Level, trusted: NDArray[np.float32]) -> None:
        """Mix the hole's pixels with the drawing; `trusted` (over `box`, in [0, 1]) is the share of the pixels."""
        part, share = finest.pixels[self.box], trusted[..., None]
        mixed = part * share + self._images[0] * (1 - share)
        cv2.copyTo(np.rint(mixed).astype(np.uint8), finest.hole[self.box], part)

    def project_finely(self, canvas: Floats, drawn: Floats, hole: NDArray[np.bool_]) -> None:
        """Project levels with fractions, H x W x 4, as `project` does; `drawn` (H x W x 3) are those of the drawing."""
        part, inside = canvas[self.box], hole[self.box]
        missing = np.where(inside[..., None], drawn[self.box] - part[..., :3], np.float32(0))
        small = self._shrink(missing, 0)
        if small is not missing:
            missing = np.asarray(cv2.resize(small, _size(missing), interpolation=cv2.INTER_CUBIC), np.float32)
        part[inside, :3] += missing[inside]

    def mix_finely(self, canvas: Floats, drawn: Floats, hole: NDArray[np.bool_], trusted: NDArray[np.float32]) -> None:
        """Mix levels with fractions, H x W x 4, with those of the drawing, as `mix` does."""
        part, inside = canvas[self.box], hole[self.box]
        share = trusted[inside][:, None]
        part[inside, :3] = part[inside, :3] * share + drawn[self.box][inside] * (1 - share)

    def _shrink(self, image: NDArray[np.float32], index: int) -> NDArray[np.float32]:
        """Shrink an image of a level's box to the drawing's own size; return it as it is where that is larger."""
        if self._sizes[index] == _size(image):
            return image
        return np.asarray(cv2.resize(image, self._sizes[index], interpolation=cv2.INTER_AREA), np.float32)


def _descend(
    levels: list[Level], drawing: _Drawing, effort: Effort, seed: int, workers: Workers, progress: Progress
) -> tuple[Field, Votes]:
    """Search and vote from the coarsest level to the finest; return the finest level's field and votes."""
    rounds_at = [effort.rounds_at(index, level.targets.size) for index, level in enumerate(levels)]
    work = [rounds * level.targets.size for rounds, level in zip(rounds_at, levels, strict=True)]
    total = sum(work)
    field = _match_drawing(levels[-1], seed, workers)
    votes = Votes(field)
    for index in range(len(levels) - 1, -1, -1):
        level = levels[index]
        if index < len(levels) - 1:
            field = Field(level, patchmatch.finer(field, level, seed + index))
            votes = Votes(field)
            field.distance[:] = 0
            votes.colour(workers, PLAIN)
            drawing.project(level, index)
        elif index > 0:
            continue
        for turn in range(rounds_at[index]):
            done = sum(work[index + 1 :]) + turn * level.targets.size
            progress.at(DESCENT * done / total)
            patchmatch.measure(field, workers)
            for again in range(SWEEPS):
                salt = mix(seed, index, turn, again)
                reach = NEAR if again % 2 == 0 else max(1, NEAR // BACK)
                patchmatch.sweep(field, workers, radius=reach, forward=again % 2 == 0, salt=salt)
            last = index == 0 and turn == rounds_at[0] - 1
            votes.colour(workers, SHARP if last else SOFT)
            if not last:
                drawing.project(level, index)
    return field, votes


def _match_drawing(level: Level, seed: int, workers: Workers) -> Field:
    """Find the known patches that are most like the drawing, at its own size."""
    rgb = np.asarray(cv2.cvtColor(level.pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    # At finer levels the fourth channel is the roughness of the photo, which a drawing of this size cannot show.
    cv2.insertChannel(pyramid.texture(rgb, np.zeros_like(level.hole), DRAWING_BLUR), level.pixels, 3)
    field = Field(level, patchmatch.random_sources(level, seed))
    patchmatch.measure(field, workers)
    for turn in range(MATCHING):
        salt = mix(seed, turn)
        patchmatch.sweep(field, workers, radius=max(level.shape), forward=turn % 2 == 0, salt=salt)
    return field


def _box(hole: Plane, scale: float) -> tuple[tuple[slice, slice], tuple[int, int]]:
    """Return a box around the hole that consists of whole pixels of the drawing, and their number (x, y)."""
    slices, sizes = [], []
    for axis in (0, 1):
        touched = np.flatnonzero(hole.any(axis=1 - axis))
        side = hole.shape[axis]
        first, last = max(0, int(touched[0] * scale) - 2), math.ceil((int(touched[-1]) + 1) * scale) + 2
        last = min(last, max(1, round(side * scale)))
        slices.append(slice(round(first / scale), side if last >= round(side * scale) else round(last / scale)))
        sizes.append(last - first)
    return (slices[0], slices[1]), (sizes[1], sizes[0])


def _size(image: NDArray[Any]) -> tuple[int, int]:
    """Return width and height in OpenCV's order."""
    return image.shape[1], image.shape[0]


def _blur(image: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), MISS_BLUR), np.float32)

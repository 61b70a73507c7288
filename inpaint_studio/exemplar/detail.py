"""Detail for a picture that was drawn too small: its colours stay, the photo's own patches make it sharp.

Patches of the drawn picture are matched with the photo at the scale at which the drawing is real. From there on it
goes as in a fill, finer and finer, and after every vote the coarse colours are set back to what was drawn (the
back-projection of Irani and Peleg 1991, as Glasner et al. 2009 use it with patches of the picture itself).
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
    Progress,
    Report,
    laid_out,
)
from inpaint_studio.exemplar.mixing import mix
from inpaint_studio.exemplar.patchmatch import Field
from inpaint_studio.exemplar.pyramid import Level, Picture, Plane
from inpaint_studio.exemplar.simd import SIDE
from inpaint_studio.exemplar.vote import Votes
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Crew, crew

EFFORTS = {
    "best": Effort(rounds=(2, 3, 4), seam_rounds=60),
    "fast": Effort(rounds=(1, 2), seam_rounds=30),
}
ENLARGED = 0.1  # of a doubling that the drawing may be enlarged where it is matched
MATCHING = 12  # sweeps at the drawing's own scale, from random places to good ones
RECALLS = 2  # of the drawing at the end; each halves what is left of the difference
BUSY_BLUR = 5  # px over which the photo's gradients are averaged: told apart is how rough places are
DRAWN_BLUR = 3  # the same for the drawing, at its own scale
# What the patches miss of the drawing, as a share of its contrast: up to the first they are trusted wholly, from the
# second on not at all. Measured: a third of the contrast is what one stretch of grass misses of another.
MISS_TRUSTED, MISS_WRONG = 0.3, 0.9
MISS_NOISE = 12.0  # levels of 255, added to the contrast
MISS_BLUR = 1.5  # px of the drawing round which both are measured
SOFT_BELOW = 0.5  # of the hole's trust, on the mean: then the painter is told
DESCENT = 0.9  # of the work is search and vote
LITTLE_LIKE_IT = "The photo shows little like what was drawn, so the filled part stays soft in places."


def synthesise(
    image: Picture,
    hole: NDArray[np.bool_],
    drawn: Picture,
    scale: float,
    *,
    donors: NDArray[np.bool_] | None = None,
    effort: Effort = EFFORTS["best"],
    seed: int = 0,
    threads: int | None = None,
    report: Report = lambda _fraction, _note: None,
) -> Filled:
    """Fill `hole` (H x W, not empty) of `image` (H x W x 3 uint8) as `drawn` (the same size), which was enlarged.

    `scale` (< 1) is what the drawing's own size was of H x W. Pixels in `donors` are not copied. Where the photo shows
    nothing like it the drawing is kept, and `weight` falls to 0. The same arguments give the same pixels whatever
    `threads` is. Raises NoSource where no whole patch is known, and whatever `report` raises.
    """
    plane = hole.astype(np.uint8)
    barred = plane if donors is None else (hole | donors).astype(np.uint8)
    levels = _levels(np.where(hole[..., None], drawn, image), image, plane, barred, scale)
    finest, drawing = levels[0], _Drawing(levels, scale)
    progress = Progress(report)
    with crew(threads, progress.pulse) as hands:
        field, votes = _descend(levels, drawing, effort, seed, hands, progress)
        trusted = drawing.agreement(finest)
        taken, trust = votes.best_sources(hands)
        drawing.recall(finest, 0)
        # Gradients lead up to the size of a pixel of the drawing, its colours beyond.
        rounds = math.ceil(effort.seam_rounds * min(1.0, math.sqrt(poisson.SCREEN) / scale))
        poisson.smooth_seams(field, rounds, hands, screen=max(poisson.SCREEN, scale**2))
        for _ in range(RECALLS):
            hands.pulse()
            drawing.recall(finest, 0)
    drawing.mix(finest, trusted)
    sources, weight = laid_out(finest, taken, trust)
    inside = hole[drawing.box]
    weight[drawing.box] *= trusted
    picture = np.asarray(cv2.cvtColor(finest.pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    soft = float(trusted[inside].mean()) < SOFT_BELOW
    return Filled(picture, sources, weight, (LITTLE_LIKE_IT,) if soft else ())


def _levels(picture: Picture, photo: Picture, hole: Plane, barred: Plane, scale: float) -> list[Level]:
    """From the finest to the first that is no larger than the drawing was, or as near as a whole patch is known."""
    busy = pyramid.texture(photo, hole, BUSY_BLUR)
    # Where the drawing is enlarged at all, smooth patches of the photo are most like it, and the fill stays soft.
    steps = max(1, math.ceil(-math.log2(scale) - ENLARGED))
    levels = pyramid.build_filled(picture, hole, barred, steps, busy)
    while min(levels[-1].shape) < SIDE or not levels[-1].valid.any():
        levels.pop()
        if not levels:
            raise NoSource("No whole patch of the photo is left to take detail from.")
    return levels


class _Drawing:
    """What was drawn, at every level, in a box round the hole; `box` is that of the finest."""

    def __init__(self, levels: list[Level], scale: float) -> None:
        scales = [min(1.0, scale * 2**index) for index in range(len(levels))]
        placed = [_box(level.hole, share) for level, share in zip(levels, scales, strict=True)]
        self._boxes, self._sizes = [box for box, _ in placed], [size for _, size in placed]
        self._pictures = [level.pixels[box].copy() for level, box in zip(levels, self._boxes, strict=True)]
        self.box = self._boxes[0]

    def recall(self, level: Level, index: int) -> None:
        """Set the coarse colours of the hole's pixels to what was drawn; their detail stays."""
        part, drawn = level.pixels[self._boxes[index]], self._pictures[index]
        missing = np.asarray(cv2.subtract(drawn, part, dtype=cv2.CV_32F), np.float32)
        missing[..., 3] = 0
        small = self._shrunk(missing, index)
        if small is not missing:
            missing = np.asarray(cv2.resize(small, _size(drawn), interpolation=cv2.INTER_CUBIC), np.float32)
        cv2.copyTo(cv2.add(part, missing, dtype=cv2.CV_8U), level.hole[self._boxes[index]], part)

    def agreement(self, finest: Level) -> NDArray[np.float32]:
        """How far the votes show what was drawn, in [0, 1], over `box`; compared at the drawing's own scale."""
        drawn, shown = (
            self._shrunk(each[..., :3].astype(np.float32), 0) for each in (self._pictures[0], finest.pixels[self.box])
        )
        mean = _blurred(drawn)
        contrast = np.maximum(_blurred(drawn * drawn) - mean * mean, 0).mean(axis=2)
        miss = _blurred((drawn - shown) ** 2).mean(axis=2) / (contrast + np.float32(MISS_NOISE**2))
        share = np.clip((MISS_WRONG - miss) / np.float32(MISS_WRONG - MISS_TRUSTED), 0, 1)
        return np.asarray(cv2.resize(share, _size(self._pictures[0])), np.float32)

    def mix(self, finest: Level, trusted: NDArray[np.float32]) -> None:
        """Keep the hole's pixels as far as `trusted` (over `box`) goes, and the drawn ones for the rest."""
        part, share = finest.pixels[self.box], trusted[..., None]
        mixed = part * share + self._pictures[0] * (1 - share)
        cv2.copyTo(np.rint(mixed).astype(np.uint8), finest.hole[self.box], part)

    def _shrunk(self, picture: NDArray[np.float32], index: int) -> NDArray[np.float32]:
        """A picture of a level's box at the drawing's own scale, or as it is where that is larger."""
        if self._sizes[index] == _size(picture):
            return picture
        return np.asarray(cv2.resize(picture, self._sizes[index], interpolation=cv2.INTER_AREA), np.float32)


def _descend(
    levels: list[Level], drawing: _Drawing, effort: Effort, seed: int, hands: Crew, progress: Progress
) -> tuple[Field, Votes]:
    """The finest level's field and votes, its last vote cast."""
    rounds_at = [effort.rounds_at(index, level.targets.size) for index, level in enumerate(levels)]
    work = [rounds * level.targets.size for rounds, level in zip(rounds_at, levels, strict=True)]
    total = sum(work)
    field = _matched(levels[-1], seed, hands)
    votes = Votes(field)
    for index in range(len(levels) - 1, -1, -1):
        level = levels[index]
        if index < len(levels) - 1:
            field = Field(level, patchmatch.finer(field, level, seed + index))
            votes = Votes(field)
            field.distance[:] = 0
            votes.colour(hands, PLAIN)
            drawing.recall(level, index)
        elif index > 0:
            continue
        for turn in range(rounds_at[index]):
            done = sum(work[index + 1 :]) + turn * level.targets.size
            progress.at(DESCENT * done / total)
            patchmatch.measure(field, hands)
            for again in range(SWEEPS):
                salt = mix(seed, index, turn, again)
                reach = NEAR if again % 2 == 0 else max(1, NEAR // BACK)
                patchmatch.sweep(field, hands, radius=reach, forward=again % 2 == 0, salt=salt)
            last = index == 0 and turn == rounds_at[0] - 1
            votes.colour(hands, SHARP if last else SOFT)
            if not last:
                drawing.recall(level, index)
    return field, votes


def _matched(level: Level, seed: int, hands: Crew) -> Field:
    """The known patches most like what was drawn, at its own scale."""
    rgb = np.asarray(cv2.cvtColor(level.pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    # At finer levels the fourth channel tells the photo's own roughness, of which a drawing this small shows nothing.
    cv2.insertChannel(pyramid.texture(rgb, np.zeros_like(level.hole), DRAWN_BLUR), level.pixels, 3)
    field = Field(level, patchmatch.random_sources(level, seed))
    patchmatch.measure(field, hands)
    for turn in range(MATCHING):
        salt = mix(seed, turn)
        patchmatch.sweep(field, hands, radius=max(level.shape), forward=turn % 2 == 0, salt=salt)
    return field


def _box(hole: Plane, scale: float) -> tuple[tuple[slice, slice], tuple[int, int]]:
    """A box round the hole that begins and ends where pixels of the drawing do, and how many of them it is (x, y)."""
    slices, sizes = [], []
    for axis in (0, 1):
        touched = np.flatnonzero(hole.any(axis=1 - axis))
        side = hole.shape[axis]
        first, last = max(0, int(touched[0] * scale) - 2), math.ceil((int(touched[-1]) + 1) * scale) + 2
        last = min(last, max(1, round(side * scale)))
        slices.append(slice(round(first / scale), side if last >= round(side * scale) else round(last / scale)))
        sizes.append(last - first)
    return (slices[0], slices[1]), (sizes[1], sizes[0])


def _size(picture: NDArray[Any]) -> tuple[int, int]:
    """Width and height, as OpenCV wants them."""
    return picture.shape[1], picture.shape[0]


def _blurred(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), MISS_BLUR), np.float32)

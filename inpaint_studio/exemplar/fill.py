"""The exemplar filler: coarse to fine, at each scale search and vote in turn until they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NoSource
from inpaint_studio.exemplar import patchmatch, poisson, pyramid
from inpaint_studio.exemplar.lines.constraints import Guidance, guide
from inpaint_studio.exemplar.mixing import mix
from inpaint_studio.exemplar.patchmatch import Field
from inpaint_studio.exemplar.pyramid import Level, Picture, Plane
from inpaint_studio.exemplar.simd import SIDE
from inpaint_studio.exemplar.vote import Votes
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import Crew, crew

Report = Callable[[float, str], None]
Offsets = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Effort:
    """How much work a fill is worth.

    `rounds` of search and vote at the finest level, the next coarser and so on; the last entry serves all beyond.
    """

    rounds: tuple[int, ...]
    seam_rounds: int

    def rounds_at(self, level: int, patches: int) -> int:
        """Rounds of a level (0 is the finest) that has so many patches to match."""
        wanted = self.rounds[min(level, len(self.rounds) - 1)]
        return min(wanted, max(1, int((GUIDED / max(1, patches)) ** 2)))


EFFORTS = {
    "best": Effort(rounds=(4, 5, 8, 10, 12), seam_rounds=60),
    "fast": Effort(rounds=(1, 2, 4, 8, 12), seam_rounds=30),
}
# Patches of a level beyond which time is saved: there the coarser levels' answer leads, and the rounds fall with the
# square of the patches' number. Chosen so that 12 megapixels with a hole of 3 % still get all rounds of "best".
GUIDED = 760_000
SWEEPS = 2  # of the search between two votes
FIRST_SWEEPS = 6  # before the first vote of the coarsest level, which starts from random sources
NEAR = 6  # px: how far the two finest levels look round what they have
BACK = 4  # times nearer the search looks on the way back through the picture
SOFT, SHARP, PLAIN = 1.0, 0.05, 1e6  # sharpness of the votes: while they agree, the last, the first of a level


DESCENT = 0.95  # of the work is search and vote, the rest is the seams


class Filled(NamedTuple):
    """An H x W x 3 picture equal to the given one outside the hole, and where each pixel of the hole came from.

    `sources` is 2 x H x W signed integers, offsets (row, col), 0 outside; `weight` H x W float32 in [0, 1], 0 outside.
    `notes` are sentences for the painter.
    """

    image: Picture
    sources: Offsets
    weight: NDArray[np.float32]
    notes: tuple[str, ...] = ()


def fill(
    image: Picture,
    hole: NDArray[np.bool_],
    *,
    lines: NDArray[np.uint8] | None = None,
    donors: NDArray[np.bool_] | None = None,
    effort: Effort = EFFORTS["best"],
    seed: int = 0,
    threads: int | None = None,
    report: Report = lambda _fraction, _note: None,
) -> Filled:
    """Fill `hole` (H x W, True inside) of `image` (H x W x 3 uint8) from its known pixels that are not in `donors`.

    `lines` (H x W) are the numbers of drawn guide lines, 0 where none. `threads` None leaves one core to the window.
    The same arguments give the same pixels whatever `threads` is. Raises NoSource where no whole patch is known, and
    whatever `report` raises.
    """
    plane = hole.astype(np.uint8)
    barred = plane if donors is None else (hole | donors).astype(np.uint8)
    if not plane.any():
        return Filled(image.copy(), np.zeros((2, *plane.shape), np.int16), np.zeros(plane.shape, np.float32))
    levels = _usable(pyramid.build(image, plane, barred))
    guidance = guide(levels, lines)
    progress = Progress(report)
    with crew(threads, progress.pulse) as hands:
        field, votes, kept = _descend(levels, guidance, effort, seed, hands, progress)
        guidance.fixed.clear()  # planes as large as the picture, not wanted any more
        del levels[1:]
        taken, trust = votes.best_sources(hands)
        poisson.smooth_seams(field, effort.seam_rounds, hands, kept)
    finest = levels[0]
    picture = np.asarray(cv2.cvtColor(finest.pixels, cv2.COLOR_RGBA2RGB), np.uint8)
    result = Filled(picture, *laid_out(finest, taken, trust))
    if kept is not None:
        guidance.tell(kept, result.sources)
    return result._replace(notes=tuple(guidance.notes))


class Progress:
    """How far a fill is; asking again tells the same, and learns of cancelling."""

    def __init__(self, report: Report) -> None:
        self._report, self._fraction = report, 0.0

    def at(self, fraction: float) -> None:
        self._fraction = fraction
        self.pulse()

    def pulse(self) -> None:
        self._report(self._fraction, "")


def _usable(levels: list[Level]) -> list[Level]:
    """The levels, without the coarse ones where no whole patch is known any more."""
    if min(levels[0].shape) < SIDE or not levels[0].valid.any():
        raise NoSource("Nothing is left to copy from: leave more of the photo free of the hole and of excluded parts.")
    while not levels[-1].valid.any() or min(levels[-1].shape) < SIDE:
        levels.pop()
    return levels


def _descend(
    levels: list[Level], guidance: Guidance, effort: Effort, seed: int, hands: Crew, progress: Progress
) -> tuple[Field, Votes, Plane | None]:
    """The finest level's field and votes, and the pixels that stay as the guide lines laid them."""
    rounds_at = [effort.rounds_at(index, level.targets.size) for index, level in enumerate(levels)]
    work = sum(rounds * level.targets.size for rounds, level in zip(rounds_at, levels, strict=True))
    total, done = max(1, work), 0
    field = votes = kept = None
    for index in range(len(levels) - 1, -1, -1):
        level, fixed = levels[index], guidance.fixed[index]
        if field is None:
            patchmatch.peel(level, seed, hands, fixed)
            field = Field(level, patchmatch.random_sources(level, seed))
            votes = Votes(field, fixed)
        else:
            field = Field(level, patchmatch.finer(field, level, seed + index))
            votes = Votes(field, fixed)
            field.distance[:] = 0
            votes.colour(hands, PLAIN)
        first = index == len(levels) - 1
        rounds = rounds_at[index]
        radius = NEAR if index < 2 and not first else max(level.shape)
        for turn in range(rounds):
            progress.at(DESCENT * done / total)
            patchmatch.measure(field, hands)
            for again in range(FIRST_SWEEPS if first and turn == 0 else SWEEPS):
                salt = mix(seed, index, turn, again)
                # Far places are looked for on the way there; the way back spreads what was found.
                reach = radius if again % 2 == 0 else max(1, radius // BACK)
                patchmatch.sweep(field, hands, radius=reach, forward=again % 2 == 0, salt=salt)
            last = index == 0 and turn == rounds - 1
            if last:
                kept = guidance.kept(field)
                votes.fix(kept)
            votes.colour(hands, SHARP if last else SOFT)
            done += level.targets.size
    assert field is not None
    assert votes is not None
    return field, votes, kept


def laid_out(level: Level, taken: NDArray[np.int32], trust: NDArray[np.float32]) -> tuple[Offsets, NDArray[np.float32]]:
    """`Filled.sources` and `Filled.weight` from what `Votes.origins` tells of the hole's pixels."""
    small = max(level.shape) < 2**15
    sources = np.zeros((2, *level.shape), np.int16 if small else np.int32)
    weight = np.zeros(level.shape, np.float32)
    width = level.shape[1]
    rows, columns = level.holes // width, level.holes % width
    sources[0].reshape(-1)[level.holes] = taken // width - rows
    sources[1].reshape(-1)[level.holes] = taken % width - columns
    weight.reshape(-1)[level.holes] = trust
    return sources, weight

"""Fill a hole from coarse to fine; at each scale search and vote in turn, until they agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.errors import NOTHING_LEFT, NoSource
from inpaint_studio.exemplar import line_art, patchmatch, poisson, prior, pyramid
from inpaint_studio.exemplar.fine import colour_finely, show
from inpaint_studio.exemplar.layers import measure_layers
from inpaint_studio.exemplar.lines.constraints import LineConstraints, constrain
from inpaint_studio.exemplar.lines.propagate import NO_BANDS
from inpaint_studio.exemplar.mixing import mix
from inpaint_studio.exemplar.patchmatch import Field, Flat
from inpaint_studio.exemplar.plain import fill_plain, find_plain
from inpaint_studio.exemplar.planes import as_bytes
from inpaint_studio.exemplar.progress import Progress, Report
from inpaint_studio.exemplar.pull import FROM_LEVEL, pull
from inpaint_studio.exemplar.pyramid import Image, Level, Plane
from inpaint_studio.exemplar.simd import SIDE
from inpaint_studio.exemplar.start import start
from inpaint_studio.exemplar.vote import Votes
from inpaint_studio.lazy_zeros import lazy_zeros
from inpaint_studio.texts import tr
from inpaint_studio.threads import Workers, start_workers

Offsets = NDArray[np.signedinteger[Any]]
# Draws the whole image with its hole filled: h x w x 3 in [0, 255], of any size; None where it cannot.
Draw = Callable[[], NDArray[np.float32] | None]
Finish = Callable[[Field, Votes, int, Workers], None]


@dataclass(frozen=True)
class Effort:
    """How much work is done for a fill.

    `rounds` are the rounds of search and vote at the finest level, the next coarser and so on; the last entry counts
    for all coarser ones. `seam_rounds` is for `poisson.smooth_seams`.
    """

    rounds: tuple[int, ...]
    seam_rounds: int

    def rounds_at(self, level: int, patches: int) -> int:
        """Return the rounds of a level (0 is the finest) that has `patches` patches to match."""
        rounds = self.rounds[min(level, len(self.rounds) - 1)]
        return min(rounds, max(1, int((GUIDED / max(1, patches)) ** 2)))


EFFORTS = {
    "best": Effort(rounds=(4, 5, 8, 10, 12), seam_rounds=60),
    "fast": Effort(rounds=(1, 2, 4, 8, 12), seam_rounds=30),
}
# Patches of a level from which on time is saved: there the coarser levels have decided most, and the rounds fall with
# the square of the number of patches. Chosen so that 12 megapixels with a hole of 3 % still get all rounds of "best".
GUIDED = 760_000
SWEEPS = 2  # of the search between two votes
FIRST_SWEEPS = 6  # before the first vote of the coarsest level, which starts from random sources
NEAR = 6  # px: radius of the search at the two finest levels
BACK = 4  # the search radius is divided by this on the way back through the image
SOFT, SHARP, PLAIN = 1.0, 0.05, 1e6  # sharpness of the votes: most of them, the last, the first of a level
# Where a picture was drawn, the search follows it first: the coarsest level goes without votes but for its last
# `prior.FREE` rounds, and coarse levels are pulled towards it after each vote. Measured on 14 large holes of kept-back
# photos with the shipped network, from the rim / pulled / both: 18.32, 18.77, 18.82 dB; sharpness .839, .825, .820;
# seam 1.091, 1.035, 1.038; chi2 .018, .020, .022.
BARE = (None, NO_BANDS)  # no guide lines
DESCENT = 0.95  # share of the work that is search and vote; the rest is the seams


class Filled(NamedTuple):
    """A filled image, and where each pixel of the hole came from.

    `image` is H x W x 3 and equal to the input outside the hole. `sources` is 2 x H x W signed integers, offsets
    (row, col), 0 outside; `weight` H x W float32 in [0, 1], 0 outside. `notes` are sentences for the user. `fine` are
    the levels of the image with their fractions, H x W x 3, where they were computed; the image shows them.
    """

    image: Image
    sources: Offsets
    weight: NDArray[np.float32]
    notes: tuple[str, ...] = ()
    fine: NDArray[np.float32] | None = None


def fill(
    image: Image,
    hole: NDArray[np.bool_],
    *,
    lines: NDArray[np.uint8] | None = None,
    donors: NDArray[np.bool_] | None = None,
    effort: Effort = EFFORTS["best"],
    seed: int = 0,
    threads: int | None = None,
    report: Report = lambda _fraction, _note: None,
    finish: Finish | None = None,
    draw: Draw | None = None,
    bands: Mapping[int, int] = NO_BANDS,
    fine: NDArray[np.float32] | None = None,
) -> Filled:
    """Fill `hole` (H x W, True inside) of `image` (H x W x 3 uint8) from its known pixels that are not in `donors`.

    `lines` (H x W) are the numbers of drawn guide lines, 0 where none; `bands` is the width in px of what is continued
    along some of them. `threads` None leaves one core to the window.
    The same arguments give the same pixels whatever `threads` is. `finish` is called in place of the blending of the
    seams, with the finest level's field and votes, the rounds of blending and the workers. `draw` is called once where
    the hole is filled by patches; its colours are what the coarsest level starts from. Raises NoSource where no
    whole patch is known, and whatever `report` raises. `fine` (H x W x 3) are the levels that `image` shows, where the
    photo has more than 8 bits a channel: the hole is coloured from them, unless line art was drawn.
    """
    plane = as_bytes(hole)
    blocked = plane if donors is None else as_bytes(hole | donors)
    if not plane.any():
        nothing = np.zeros(plane.shape, np.float32)
        return Filled(image.copy(), np.zeros((2, *plane.shape), np.int16), nothing, fine=fine)
    # Where others finish, they need the sources of the whole hole.
    plain = None if finish is not None else find_plain(image if fine is None else fine, plane, blocked, lines)
    if plain is None or not plain.any():
        return _fill_rest(image, plane, blocked, (lines, bands), effort, seed, threads, report, finish, draw, fine=fine)
    image = image.copy()
    offsets = fill_plain(image, plane, plain)
    rest = plane & ~plain
    if rest.any():
        filled = _fill_rest(image, rest, blocked, (lines, bands), effort, seed, threads, report, None, draw, fine=fine)
    else:
        report(0.0, "")
        empty = np.zeros((2, *plane.shape), _offset_type(*plane.shape))
        filled = Filled(image, empty, np.zeros(plane.shape, np.float32), fine=fine)
    filled.sources[:, plain] = offsets
    filled.weight[plain] = 1.0
    if fine is None or filled.fine is None:
        return filled
    rows, columns = np.nonzero(plain)
    levels = filled.fine.copy()
    levels[rows, columns] = fine[rows + offsets[0], columns + offsets[1]]
    return filled._replace(fine=levels)


def _fill_rest(
    image: Image,
    plane: Plane,
    blocked: Plane,
    guide: tuple[NDArray[np.uint8] | None, Mapping[int, int]],
    effort: Effort,
    seed: int,
    threads: int | None,
    report: Report,
    finish: Finish | None,
    draw: Draw | None = None,
    drawn_alone: bool = True,
    fine: NDArray[np.float32] | None = None,
) -> Filled:
    """Fill a hole that needs patches; the arguments are those of `fill`, with planes of 0 and 1, and `guide` (lines,
    bands).

    Where `drawn_alone` is True, line art is drawn without them.
    """
    lines, bands = guide
    if lines is None and finish is None and drawn_alone:

        def fill_ground(image: Image, inked: NDArray[np.bool_]) -> tuple[Image, Offsets]:
            both = inked.astype(np.uint8)
            ground = _fill_rest(image, both, blocked | both, BARE, effort, seed, threads, report, None, None, False)
            return ground.image, ground.sources

        if drawn := line_art.draw(image, plane != 0, blocked != 0, fill_ground, lambda: report(0.0, "")):
            return Filled(drawn.image, drawn.sources, plane.astype(np.float32))
    progress = Progress(report)
    with progress.note_compilation():
        levels = _usable(pyramid.build(image, plane, blocked))
        constraints = constrain(levels, lines, bands)
        if lines is not None and constraints.bands is None:  # no line is followed: as if there were none
            more = finish, draw, drawn_alone, fine
            bare = _fill_rest(image, plane, blocked, BARE, effort, seed, threads, report, *more)
            return bare._replace(notes=(*constraints.notes, *bare.notes))
        with start_workers(threads, progress.repeat) as workers:
            field, votes, kept = _descend(levels, constraints, effort, seed, workers, progress, draw)
            constraints.fixed.clear()  # arrays as large as the image, not needed any more
            if finish is None:
                votes.end_votes()
            taken, trust = votes.best_sources(workers)
            if finish is not None:
                finish(field, votes, effort.seam_rounds, workers)
            elif fine is not None:
                laid = None
                if kept is not None:
                    laid = kept, np.zeros((2, *plane.shape), np.int32)
                    constraints.write_sources(*laid)
                fine = colour_finely(field, votes.weights, fine, image, laid, effort.seam_rounds, workers)
                show(fine, levels[0].pixels, plane)
            else:
                del votes
                field.end_search()
                poisson.smooth_seams(field, effort.seam_rounds, workers, kept)
            del field
    finest = levels[0]
    result = Filled(finest.take_colours(), *lay_out(finest, taken, trust), fine=fine)
    if kept is not None:
        constraints.write_sources(kept, result.sources)
    return result._replace(notes=tuple(constraints.notes))


def _usable(levels: list[Level]) -> list[Level]:
    """Drop the coarse levels in which no whole patch is known."""
    if min(levels[0].shape) < SIDE or not levels[0].valid.any():
        raise NoSource(tr(NOTHING_LEFT))
    while not levels[-1].valid.any() or min(levels[-1].shape) < SIDE:
        levels.pop()
    return levels


def _descend(
    levels: list[Level],
    constraints: LineConstraints,
    effort: Effort,
    seed: int,
    workers: Workers,
    progress: Progress,
    draw: Draw | None,
) -> tuple[Field, Votes, Plane | None]:
    """Search and vote from the coarsest level to the finest, which alone is left in `levels` then.

    Returns the finest level's field and votes, and the pixels that stay as the guide lines laid them.
    """
    rounds_at = [effort.rounds_at(index, level.targets.size) for index, level in enumerate(levels)]
    work = sum(rounds * level.targets.size for rounds, level in zip(rounds_at, levels, strict=True))
    total, done = max(1, work), 0
    field = votes = kept = None
    picture, held = None, 0  # of the coarsest level, where one was drawn; its rounds without votes
    layers = measure_layers(levels[-1])
    coarsest = len(levels) - 1
    for index in range(coarsest, -1, -1):
        level, fixed = levels[index], constraints.fixed[index]
        if field is None:
            drawn = None if draw is None else draw()
            guess = start(levels, seed, workers, fixed, layers, drawn)
            if drawn is not None:
                picture, held = guess, rounds_at[index] - prior.FREE
            field = Field(level, patchmatch.random_sources(level, seed))
            votes = Votes(field, fixed)
        else:
            field = Field(level, patchmatch.finer(field, level, seed + index))
            votes = None
            del levels[index + 1 :]  # nothing of the coarser level is needed any more
            votes = Votes(field, fixed)
            field.distance[:] = 0
            votes.colour(workers, PLAIN)
        first = index == coarsest
        rounds = rounds_at[index]
        radius = NEAR if index < 2 and not first else max(level.shape)
        for turn in range(rounds):
            progress.at(DESCENT * done / total)
            cost = prior.cost_of_distance(level, index, first, rounds - turn, layers)
            patchmatch.measure(field, workers)
            for again in range(FIRST_SWEEPS if first and turn == 0 else SWEEPS):
                salt = mix(seed, index, turn, again)
                # The way there looks for far places; the way back spreads what was found.
                reach = radius if again % 2 == 0 else max(1, radius // BACK)
                patchmatch.sweep(field, workers, radius=reach, forward=again % 2 == 0, salt=salt, cost=cost)
            last = index == 0 and turn == rounds - 1
            if last:
                kept = constraints.find_kept(field)
                votes.fix(kept)
            done += level.targets.size
            if first and turn < held:
                continue
            votes.colour(workers, SHARP if last else SOFT)
            if picture is not None and index >= FROM_LEVEL:
                pull(level, picture, fixed)
    assert field is not None
    assert votes is not None
    return field, votes, kept


def lay_out(level: Level, taken: Flat, trust: NDArray[np.float32]) -> tuple[Offsets, NDArray[np.float32]]:
    """Make `Filled.sources` and `Filled.weight` of what `Votes.best_sources` returns for the hole's pixels."""
    height, width = level.shape
    sources = lazy_zeros((2, height, width), _offset_type(height, width))
    weight = lazy_zeros((height, width), np.float32)
    sources[0].reshape(-1)[level.holes] = taken // width - level.holes // width
    sources[1].reshape(-1)[level.holes] = taken % width - level.holes % width
    weight.reshape(-1)[level.holes] = trust
    return sources, weight


def _offset_type(height: int, width: int) -> type[np.signedinteger[Any]]:
    return np.int16 if max(height, width) < 2**15 else np.int32

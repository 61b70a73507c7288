"""The authors' kinds of holes cover as much, and vary as much, as the authors' own generators (`authors_masks`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from tests.training import authors_masks
from training.data import masks, published_masks
from training.recipes import recipe_for

COUNT = 400  # holes of each
PORTS: dict[str, Callable[[np.random.RandomState], np.ndarray]] = {
    "brush": authors_masks.deepfill_brush,
    "box": authors_masks.deepfill_box,
    "brush and rectangle": authors_masks.deepfill_union,
    "half rectangle": authors_masks.glcic_rectangle,
    "wide strokes": authors_masks.lama_irregular,
    "boxes": authors_masks.lama_rectangles,
    "mixed shapes": authors_masks.comodgan,
    "centre": authors_masks.context_encoder_centre,
}


@cache
def drawn(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Holes of that kind, ours and the authors': COUNT x side x side bool each."""
    side = 128 if kind == "centre" else 256
    random, old = np.random.default_rng(5), np.random.RandomState(6)
    ours = np.stack([masks.KINDS[kind](random, side, side) for _ in range(COUNT)])
    return ours, np.stack([PORTS[kind](old) for _ in range(COUNT)])


@pytest.mark.parametrize("kind", PORTS)
def test_coverage_is_that_of_the_authors_generator(kind):
    ours, theirs = (holes.mean((1, 2)) for holes in drawn(kind))
    # Three and a half standard errors of a difference; about as much for the spread.
    error = 3.5 * (np.hypot(ours.std(), theirs.std()) / COUNT**0.5) + 1e-3
    assert ours.mean() == pytest.approx(theirs.mean(), abs=error)
    assert ours.std() == pytest.approx(theirs.std(), abs=error)


@pytest.mark.parametrize("kind", PORTS)
def test_places_are_those_of_the_authors_generator(kind):
    """How often a pixel is in the hole, over thirds of the image, mirrored images being equal."""

    def parts(holes: np.ndarray) -> np.ndarray:
        frequency = holes.mean(0)
        even = (frequency + frequency[::-1] + frequency[:, ::-1] + frequency[::-1, ::-1]) / 4
        edges = np.linspace(0, len(even), 4).astype(int)
        return np.add.reduceat(np.add.reduceat(even, edges[:-1], 0), edges[:-1], 1) / (len(even) / 3) ** 2

    ours, theirs = drawn(kind)
    np.testing.assert_allclose(parts(ours), parts(theirs), atol=0.05)


def test_every_published_generator_is_compared():
    published = {kind for kind, draw in masks.KINDS.items() if draw.__module__ == published_masks.__name__}
    assert published <= set(PORTS)


def test_holes_of_deepfill_v2_cover_as_much_as_the_papers():
    mixture = recipe_for("deepfill-v2").mixture
    random = np.random.default_rng(0)
    shares = [masks.draw_hole(random, 256, 256, mixture).mean() for _ in range(2000)]
    assert np.mean(shares) == pytest.approx(0.31, abs=0.02)


def test_holes_of_mi_gan_are_those_of_its_authors():
    assert dict(recipe_for("mi-gan").mixture.kinds) == {"mixed shapes": 1.0}
    assert recipe_for("mi-gan").mixture.coverage == (0.0, 1.0)


def test_a_box_lies_in_the_middle_of_the_authors_square():
    """The square of half the side round its centre is inside the image; the box is up to an eighth smaller."""
    random = np.random.default_rng(3)
    for _ in range(100):
        hole = published_masks.draw_box(random, 256, 256)
        for axis in (0, 1):
            covered = hole.any(axis).nonzero()[0]
            start = (covered[0] + covered[-1] + 1) // 2 - 64
            assert 0 <= start < 128
            assert covered[0] - start == start + 127 - covered[-1]
            assert 96 <= len(covered) <= 128


@pytest.mark.parametrize("side", [16, 17, 64, 100])
def test_kinds_scale_with_the_image(side):
    """Coverage at other sizes is near that at 256 px, with the share of the side that rounding may take."""
    for kind in PORTS:
        random = np.random.default_rng(2)
        small = np.mean([masks.KINDS[kind](random, side, side).mean() for _ in range(150)])
        large = drawn(kind)[0].mean()
        assert small == pytest.approx(large, abs=0.05 + 1.2 / side)

"""What the hole starts from at the coarsest level: what lies beside it, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.exemplar import fill as filler
from inpaint_studio.exemplar import pyramid
from inpaint_studio.exemplar import start as starter
from inpaint_studio.exemplar.diffusion import diffuse
from inpaint_studio.exemplar.fill import EFFORTS, fill
from inpaint_studio.exemplar.pyramid import Level
from inpaint_studio.exemplar.start import start
from inpaint_studio.opencv import cv2
from inpaint_studio.threads import start_workers
from tests.exemplar.images import bar, disc, page, shapes, texture

FAST = EFFORTS["fast"]
COLOURS = {
    "blue on white": ((58, 112, 226), (246, 246, 248)),
    "white on blue": ((246, 246, 248), (58, 112, 226)),
    "grey on black": ((90, 90, 90), (0, 0, 0)),
}


def levels_of(image: np.ndarray, hole: np.ndarray, blocked: np.ndarray | None = None) -> list[Level]:
    damaged = np.where(hole[..., None], np.uint8(0), image)
    plane = hole.astype(np.uint8)
    return pyramid.build(damaged, plane, plane if blocked is None else (blocked | hole).astype(np.uint8))


@pytest.fixture
def no_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let also holes on exactly flat ground be filled by patches."""
    monkeypatch.setattr(filler, "find_plain", lambda _image, hole, *_rest: np.zeros(hole.shape, bool))


@pytest.mark.usefixtures("no_plain")
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", COLOURS)
def test_a_flat_bar_stays_flat_whichever_way_it_lies(name: str, turned: bool) -> None:
    """Ties decided by the order of the places brought the ground outside into the bar, in one direction of two."""
    truth, hole = bar(*COLOURS[name], (40, 133))
    if turned:
        truth, hole = np.rot90(truth).copy(), np.rot90(hole).copy()
    damaged = np.where(hole[..., None], np.uint8(0), truth)
    for seed in (0, 3):
        assert np.array_equal(fill(damaged, hole, effort=FAST, seed=seed, threads=1).image, truth)


@pytest.mark.usefixtures("no_plain")
@pytest.mark.parametrize("seed", range(12))
def test_a_hole_in_one_colour_of_a_drawing_gets_that_colour(seed: int) -> None:
    truth, hole = shapes(seed)
    damaged = np.where(hole[..., None], np.uint8(0), truth)
    assert np.array_equal(fill(damaged, hole, effort=FAST, seed=seed % 3, threads=1).image, truth)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("margin", [6, 9, 14, 30])
def test_blank_paper_between_lines_of_text_stays_blank(margin: int, turned: bool) -> None:
    """At the coarsest level a narrow margin is mixed with the letters beyond it, which came into the gap."""
    truth, hole = page(margin, margin)
    if turned:
        truth, hole = np.rot90(truth).copy(), np.rot90(hole).copy()
    damaged = np.where(hole[..., None], np.uint8(0), truth)
    filled = fill(damaged, hole, effort=FAST, threads=1).image[hole]
    assert (filled > 230).all()
    assert 0.5 < filled.std() < 2.5  # the grain of the paper, and no haze


def test_diffusion_keeps_a_ramp() -> None:
    """A plane solves Laplace's equation, so it comes back."""
    rows, columns = np.mgrid[:120, :160]
    image = np.stack([rows + 20, columns + 30, 200 - columns], -1).astype(np.uint8)
    hole = disc(120, 160, 30)
    levels = levels_of(image, hole)
    found = diffuse(levels)
    assert found is not None
    truth = pyramid.build(image, np.zeros_like(hole, np.uint8) | hole, hole.astype(np.uint8))
    assert len(truth) == len(levels) > 1
    size = 2 ** (len(levels) - 1)
    mean = image.reshape(120 // size, size, 160 // size, size, 3).mean(axis=(1, 3))
    inside = levels[-1].hole != 0
    assert np.abs(found[..., :3] - mean)[inside].max() < 2


def test_diffusion_takes_nothing_from_excluded_pixels() -> None:
    image, hole = np.full((100, 140, 3), 200, np.uint8), disc(100, 140, 20)
    donors = np.zeros_like(hole)
    donors[:, :66] = True
    image[donors] = 10
    found = diffuse(levels_of(image, hole, donors))
    assert found is not None
    inside = levels_of(image, hole)[-1].hole != 0
    np.testing.assert_allclose(found[inside][:, :3], 200, atol=0.01)
    assert diffuse(levels_of(image, hole, np.ones_like(hole))) is None


def test_patches_continue_what_a_guide_line_laid() -> None:
    """Diffusion would let a dark band fade into its light ground, beside a line that says that it runs through."""
    image = np.full((120, 400, 3), 200, np.uint8)
    image[42:78] = 40
    hole = np.zeros((120, 400), bool)
    hole[20:100, 80:320] = True
    sharp = []
    for guided in (True, False):
        levels = levels_of(image, hole)
        coarse, size = levels[-1], 2 ** (len(levels) - 1)
        fixed = np.zeros_like(coarse.hole)
        if guided:
            fixed[60 // size] = coarse.hole[60 // size]
            coarse.pixels[fixed != 0] = (40, 40, 40, 0)
        with start_workers(1, lambda: None) as workers:
            start(levels, 0, workers, fixed)
        found = coarse.pixels[..., 0][coarse.hole != 0]
        assert (coarse.pixels[..., 0][fixed != 0] == 40).all()
        sharp.append(((found == 40) | (found == 200)).mean())
    assert sharp[0] > 0.8
    assert sharp[1] < 0.5


def test_each_hole_has_the_texture_of_its_own_surroundings() -> None:
    """One hole in something rough, one on something plain: the plain one stays plain."""
    image = np.full((160, 320, 3), 120, np.uint8)
    image[:, :160] = np.clip(image[:, :160] + np.random.default_rng(0).normal(0, 40, (160, 160, 3)), 0, 255)
    hole = np.zeros((160, 320), bool)
    hole[60:100, 60:100] = hole[60:100, 220:260] = True
    levels = levels_of(image, hole)
    with start_workers(1, lambda: None) as workers:
        start(levels, 0, workers)
    strength = levels[-1].pixels[..., 3]
    inside = levels[-1].hole != 0
    half = inside.shape[1] // 2
    assert strength[:, :half][inside[:, :half]].min() > 60
    assert strength[:, half:][inside[:, half:]].max() == 0


def test_a_hole_among_excluded_pixels_starts_from_patches() -> None:
    """Where a source elsewhere was chosen, what lies beside the hole says nothing."""
    image, hole = texture(100, 200), disc(100, 200, 15)
    image[:, 60:] = (255, 0, 255)
    donors = np.zeros_like(hole)
    donors[:, 60:] = True
    levels = levels_of(image, hole, donors)
    with start_workers(1, lambda: None) as workers:
        start(levels, 0, workers)
    inside = levels[-1].hole != 0
    assert (levels[-1].pixels[inside][:, 0] < 200).all()


def test_a_busy_hole_takes_the_texture_of_patches_where_they_show_the_same_surface() -> None:
    """What patches bring of sand is no texture of grass."""
    random = np.random.default_rng(3)
    image = np.clip(random.normal((90, 130, 60), 40, (160, 240, 3)), 0, 255).astype(np.uint8)
    hole = np.zeros((160, 240), bool)
    hole[50:110, 80:160] = True
    levels = levels_of(image, hole)
    inside = levels[-1].hole != 0
    found = []
    for shown in ((90, 130, 60), (210, 190, 140)):
        # Patches that show one colour without any texture stand for what they bring.
        with pytest.MonkeyPatch.context() as patch, start_workers(1, lambda: None) as workers:
            patch.setattr(starter, "peel", lambda level, *_rest, shown=shown: _lay(level, (*shown, 0)))
            start(levels, 0, workers)
        found.append(levels[-1].pixels[..., 3][inside].mean())
    assert found[0] < 5
    assert found[1] > 60


def _lay(level: Level, value: tuple[int, ...]) -> None:
    level.pixels[level.hole != 0] = value


def test_a_hole_starts_from_a_picture_that_was_drawn() -> None:
    image, hole = texture(160, 240, 1), disc(160, 240, 50)
    drawn = np.where(disc(160, 240, 30)[..., None], np.float32((200, 40, 30)), image.mean(axis=(0, 1)))
    small = cv2.resize(drawn.astype(np.float32), (120, 80), interpolation=cv2.INTER_AREA)
    levels = levels_of(image, hole)
    with start_workers(1, lambda: None) as workers:
        start(levels, 0, workers, drawn=small)
    found = cv2.resize(levels[-1].pixels, (240, 160), interpolation=cv2.INTER_NEAREST).astype(int)
    is_red = found[..., 0] > found[..., 1]
    assert is_red[disc(160, 240, 24)].all()
    assert not is_red[~disc(160, 240, 36)].any()


def test_a_picture_meets_the_rim() -> None:
    """Of a picture that is too bright everywhere nothing is left but what it shows inside the hole."""
    rows, columns = np.mgrid[:120, :160]
    image = np.stack([rows + 20, columns + 30, 200 - columns], -1).astype(np.uint8)
    levels = levels_of(image, disc(120, 160, 30))
    size = 2 ** (len(levels) - 1)
    plain = diffuse(levels)
    spot = 20 * np.exp(-((rows - 60) ** 2 + (columns - 80) ** 2) / 150)
    drawn = (image + 40 + spot[..., None]).reshape(120 // size, size, 160 // size, size, 3).mean(axis=(1, 3))
    found = diffuse(levels, 1.0, drawn.astype(np.float32))
    assert plain is not None
    assert found is not None
    inside = levels[-1].hole != 0
    lowered = spot.reshape(120 // size, size, 160 // size, size).mean(axis=(1, 3))
    more = (found - plain)[..., :3]
    np.testing.assert_allclose(more[inside], np.repeat(lowered[inside][:, None], 3, 1), atol=3)
    np.testing.assert_array_equal(found[..., 3], plain[..., 3])


def test_a_picture_does_not_cover_what_a_guide_line_laid() -> None:
    image, hole = texture(100, 200), disc(100, 200, 30)
    levels = levels_of(image, hole)
    coarse = levels[-1]
    fixed = np.zeros_like(coarse.hole)
    fixed[coarse.hole.shape[0] // 2] = coarse.hole[coarse.hole.shape[0] // 2]
    coarse.pixels[fixed != 0] = (1, 2, 3, 4)
    with start_workers(1, lambda: None) as workers:
        start(levels, 0, workers, fixed, drawn=np.full((20, 40, 3), 99, np.float32))
    assert (coarse.pixels[fixed != 0] == (1, 2, 3, 4)).all()


@pytest.mark.parametrize("make", ["flat", "line art"])
def test_no_picture_is_drawn_where_rules_decide(make: str) -> None:
    image, hole = np.full((100, 200, 3), 240, np.uint8), disc(100, 200, 20)
    if make == "line art":
        image[49:52] = 0
    calls: list[int] = []
    fill(image, hole, effort=FAST, threads=1, draw=lambda: calls.append(1))
    assert not calls

"""Colour adaptation and mirrored pieces: what they mend, and what they leave alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from inpaint_studio.exemplar.adaptation import MOST_BIAS, find_light
from inpaint_studio.exemplar.copy_style import PLAIN, CopyStyle, fill_in_style
from inpaint_studio.exemplar.fill import EFFORTS, Filled, fill
from tests.exemplar import images

SIZE = 150, 200
HOLE = images.disc(*SIZE, 35)
FAST = {"effort": EFFORTS["fast"], "threads": 1}


def vignette() -> np.ndarray:
    """A wall of soft blobs, brightest in the hole and much darker in the corners; the contrast falls with the light."""
    rows, columns = np.mgrid[:150, :200]
    far = ((rows - 65) / 100) ** 2 + ((columns - 112) / 100) ** 2
    wall = images.texture(150, 200, 5).astype(float) + 90
    return np.clip(wall * (1.1 - 0.6 * far[..., None]), 0, 255).astype(np.uint8)


def steep() -> np.ndarray:
    """A wall with grain that is brightest in the hole, and nowhere else as bright."""
    rows, columns = np.mgrid[:150, :200]
    light = (220 - 0.012 * ((rows - 75) ** 2 + (columns - 100) ** 2))[..., None] * np.ones(3)
    return np.clip(light + np.random.default_rng(4).normal(0, 3, light.shape), 0, 255).astype(np.uint8)


def symmetric() -> np.ndarray:
    """Blobs that all differ, and their mirror image at the right."""
    left = images.texture(150, 100, 7)
    return np.ascontiguousarray(np.concatenate([left, left[:, ::-1]], axis=1))


PICTURES = {
    "sky": images.dusk(*SIZE), "wall": vignette(), "steep": steep(), "symmetric": symmetric(),
    "rings": images.rings(*SIZE), "halves": images.halves(*SIZE),
}  # fmt: skip
LEFT = np.roll(images.disc(*SIZE, 14), -50, axis=1)  # a hole in the left half


@cache
def filled(name: str, style: CopyStyle, hole: str = "middle", threads: int = 1, seed: int = 0) -> Filled:
    damaged = PICTURES[name].copy()
    where = HOLE if hole == "middle" else LEFT
    damaged[where] = 0
    return fill_in_style(damaged, where, style, effort=EFFORTS["fast"], threads=threads, seed=seed)


def error(name: str, style: CopyStyle, hole: str = "middle") -> float:
    """The root mean square of the difference from the truth, levels, after texture is averaged away over 15 x 15 px.

    It is the mean of three seeds: one alone may be off by a fifth.
    """
    where = HOLE if hole == "middle" else LEFT
    errors = []
    for seed in range(3):
        difference = filled(name, style, hole, seed=seed).image.astype(float) - PICTURES[name]
        for axis in (0, 1):
            difference = sum(np.roll(difference, shift, axis) for shift in range(-7, 8)) / 15
        errors.append(np.sqrt((difference[where] ** 2).mean()))
    return float(np.mean(errors))


@pytest.mark.parametrize(("name", "gain", "most"), [("sky", 3.0, 1.0), ("steep", 3.0, 5.0), ("wall", 1.5, 6.1)])
def test_adaptation_brings_the_light_of_smooth_surfaces_nearer_to_the_truth(
    name: str, gain: float, most: float
) -> None:
    assert error(name, CopyStyle(1.0)) < min(most, error(name, PLAIN) / gain)


@pytest.mark.parametrize("name", ["rings", "halves", "symmetric"])
def test_a_rim_with_structure_is_filled_as_without_adaptation(name: str) -> None:
    assert np.array_equal(filled(name, CopyStyle(1.0)).image, filled(name, PLAIN).image)


def test_without_choices_it_is_the_plain_fill() -> None:
    damaged = PICTURES["sky"].copy()
    damaged[HOLE] = 0
    plain = fill(damaged, HOLE, effort=EFFORTS["fast"], threads=1)
    varied = filled("sky", PLAIN)
    assert all(np.array_equal(one, other) for one, other in zip(plain[:3], varied[:3], strict=True))


@pytest.mark.parametrize("style", [CopyStyle(1.0), CopyStyle(1.0, mirror=True)])
def test_nothing_outside_the_hole_changes_and_threads_do_not_matter(style: CopyStyle) -> None:
    one, two = filled("steep", style), filled("steep", style, threads=2)
    assert np.array_equal(one.image[~HOLE], PICTURES["steep"][~HOLE])
    assert all(np.array_equal(a, b) for a, b in zip(one[:3], two[:3], strict=True))


def test_the_amount_is_the_share_of_the_light_that_is_evened_out() -> None:
    image, plane = PICTURES["sky"], HOLE.astype(np.uint8)
    spread = [np.ptp(image.mean(axis=(1, 2)))]
    for amount in (0.25, 0.5, 1.0):
        light = find_light(image, plane, plane, amount)
        assert light is not None
        spread.append(np.ptp(light.even_out(image).mean(axis=(1, 2))))
    assert spread[1] == pytest.approx(0.75 * spread[0], rel=0.1)
    assert spread[2] == pytest.approx(0.5 * spread[0], rel=0.1)
    assert spread[3] < 0.15 * spread[0]


def test_colours_change_by_no_more_than_the_limit() -> None:
    """Also far from the hole, where the field would go on and on."""
    image = np.repeat(np.repeat(np.linspace(255, 0, 400)[None, :, None], 100, 0), 3, 2).astype(np.uint8)
    plane = np.zeros((100, 400), np.uint8)
    plane[40:60, 20:60] = 1
    light = find_light(image, plane, plane, 1.0)
    assert light is not None
    assert np.abs(light.even_out(image).astype(float) - image)[plane == 0].max() <= MOST_BIAS + 2


def test_the_light_comes_back_where_it_was() -> None:
    image, plane = PICTURES["sky"], HOLE.astype(np.uint8)
    light = find_light(image, plane, plane, 1.0)
    assert light is not None
    back = light.put_back(light.even_out(image), np.zeros_like(image), plane).astype(int)
    assert np.abs(back - image)[HOLE].max() <= 2  # two roundings, and the gain
    assert not back[~HOLE].any()


def test_excluded_pixels_do_not_count_as_light() -> None:
    """A lamp that must not be copied stands beside the hole; the wall's light is found as without it."""
    image = PICTURES["steep"].copy()
    lamp = np.zeros(SIZE, np.bool_)
    lamp[30:120, 20:60] = True
    image[lamp] = 255
    plane, blocked = HOLE.astype(np.uint8), (HOLE | lamp).astype(np.uint8)
    light, alone = (find_light(each, plane, blocked, 1.0) for each in (image, PICTURES["steep"]))
    assert light is not None
    assert alone is not None
    assert np.array_equal(light.numbers, alone.numbers)


def test_a_flat_picture_has_no_light_to_even_out() -> None:
    plane = HOLE.astype(np.uint8)
    assert find_light(np.full((*SIZE, 3), 120, np.uint8), plane, plane, 1.0) is None


def test_a_picture_that_is_all_hole_has_no_light() -> None:
    plane = np.ones(SIZE, np.uint8)
    assert find_light(np.zeros((*SIZE, 3), np.uint8), plane, plane, 1.0) is None


def test_mirrored_pieces_mend_a_symmetric_picture() -> None:
    assert 3 * error("symmetric", CopyStyle(mirror=True), "left") < error("symmetric", PLAIN, "left")


def test_the_flow_shows_the_true_pixels_of_mirrored_pieces() -> None:
    result = filled("symmetric", CopyStyle(mirror=True), "left")
    rows, columns = np.nonzero(LEFT)
    down, across = (each[LEFT].astype(int) for each in result.sources)
    assert (columns + across >= 0).all()
    assert (columns + across < 200).all()
    assert not LEFT[rows + down, columns + across].any()
    mirrored = (down == 0) & (2 * columns + across == 199)
    assert mirrored.mean() > 0.9
    assert result.image.shape == PICTURES["symmetric"].shape
    assert result.weight.shape == LEFT.shape


def test_what_must_not_be_copied_is_not_copied_from_the_mirror_image_either() -> None:
    image, donors = PICTURES["symmetric"].copy(), np.zeros(SIZE, np.bool_)
    image[LEFT] = 0
    donors[:, 100:] = True
    result = fill_in_style(image, LEFT, CopyStyle(mirror=True), donors=donors, **FAST)
    rows, columns = np.nonzero(LEFT)
    down, across = (each[LEFT].astype(int) for each in result.sources)
    assert not donors[rows + down, columns + across].any()


def test_a_guide_line_is_followed_beside_the_mirror_image() -> None:
    picture = images.stripes(*SIZE)
    lines = np.zeros(SIZE, np.uint8)
    lines[75, 20:180] = 1
    picture[HOLE] = 0
    result = fill_in_style(picture, HOLE, CopyStyle(1.0, mirror=True), lines=lines, **FAST)
    assert result.image[HOLE].any()
    assert np.array_equal(result.image[~HOLE], picture[~HOLE])


@pytest.mark.parametrize("width", [61, 64, 67])
def test_odd_widths_and_holes_at_the_border(width: int) -> None:
    image = images.texture(70, width, 2)
    hole = np.zeros((70, width), np.bool_)
    hole[20:50, width - 25 :] = True
    result = fill_in_style(image, hole, CopyStyle(mirror=True), **FAST)
    rows, columns = np.nonzero(hole)
    down, across = (each[hole].astype(int) for each in result.sources)
    assert (columns + across >= 0).all()
    assert (columns + across < width).all()
    assert not hole[rows + down, columns + across].any()


def test_a_thing_at_the_right_border_does_not_call_for_its_own_colours() -> None:
    """The strip between the photo and its mirror image must not show what the hole hides."""
    image = np.clip(np.random.default_rng(0).normal(128, 6, (200, 300, 3)), 0, 255).astype(np.uint8)
    red, hole = (220, 30, 30), np.zeros((200, 300), np.bool_)
    image[:50] = red
    image[60:140, 250:] = red
    hole[56:144, 246:] = True
    filled = fill_in_style(image, hole, CopyStyle(mirror=True), **FAST).image[hole]
    assert not (filled[:, 0].astype(int) - filled[:, 1] > 80).any()

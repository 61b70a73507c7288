"""Crops and what comes with them belong together: holes, and lines of the image as it is shown."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inpaint_studio.layers import canny
from training.data.colour_changes import COLOURS, WIDE_SHARE, augment
from training.data.crops import Crop, CropMaker, MixedSizes, collate
from training.data.masks import draw_hole
from training.data.photo_pixels import PhotoPixels

SEEDS = range(8)


def blocks(height: int, width: int, side: int = 18) -> np.ndarray:
    """Plain blocks of random colours, so that there are edges everywhere and no crop is like its mirror image."""
    colours = np.random.default_rng(0).integers(0, 256, (height // side + 1, width // side + 1, 3), np.uint8)
    return np.ascontiguousarray(colours.repeat(side, 0).repeat(side, 1)[:height, :width])


PIXELS = blocks(90, 120)


def crop(seed: int, **how: object) -> Crop:
    return CropMaker(64, **how).make(np.random.default_rng(seed), PhotoPixels(PIXELS))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_lines_are_those_of_the_crop_as_it_is_shown(seed: int) -> None:
    """Also where it was mirrored and its colours were changed."""
    image, _, guides = crop(seed, sketches="canny")
    lines = guides["sketch"]
    expected = canny.canny(canny.grey(image.permute(1, 2, 0).numpy()))
    assert expected.any()
    np.testing.assert_array_equal(lines[0].numpy(), expected)


def test_drawn_lines_lie_along_edges_of_the_crop_as_it_is_shown() -> None:
    """They are drawn at random, but nearer to the crop's edges than to those of the mirrored crop."""
    near, far = [], []
    for seed in SEEDS:
        image, _, guides = crop(seed, sketches="hand")
        lines = guides["sketch"]
        edges = canny.canny(canny.grey(image.permute(1, 2, 0).numpy()))
        rows, columns = np.nonzero(edges)
        for row, column in zip(*np.nonzero(lines[0].numpy()), strict=True):
            near.append(np.hypot(rows - row, columns - column).min())
            far.append(np.hypot(rows - row, 63 - columns - column).min())
    assert np.mean(near) < 0.6 * np.mean(far)


def test_some_crops_are_mirrored_and_some_are_not() -> None:
    mirrored = 0
    for seed in range(20):
        made = augment(np.random.default_rng(seed), PIXELS)[0].astype(int)
        mirrored += np.abs(made - PIXELS[:, ::-1]).mean() < np.abs(made - PIXELS).mean()
    assert 4 <= mirrored <= 16


@pytest.mark.parametrize("colours", COLOURS)
def test_the_same_random_numbers_change_colours_in_the_same_way(colours) -> None:
    for seed in SEEDS:
        one, other = (augment(np.random.default_rng(seed), PIXELS, colours)[0] for _ in range(2))
        np.testing.assert_array_equal(one, other)
        assert one.flags.c_contiguous


def test_no_changes_leave_the_colours_of_the_photo() -> None:
    for seed in SEEDS:
        made = augment(np.random.default_rng(seed), PIXELS, "none")[0]
        assert np.array_equal(made, PIXELS) or np.array_equal(made, PIXELS[:, ::-1])


def test_small_changes_are_small() -> None:
    for seed in SEEDS:
        made = augment(np.random.default_rng(seed), PIXELS, "small")[0].astype(int)
        assert 0 < min(np.abs(made - as_is).mean() for as_is in (PIXELS, PIXELS[:, ::-1])) < 25


def test_wide_changes_give_some_crops_quite_other_colours() -> None:
    """Red areas come back in every other colour; the crops that are left alone are those of small changes."""
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0], red[..., 1:] = 200, 40
    made = [augment(np.random.default_rng(seed), red, "wide")[0] for seed in range(200)]
    small = [augment(np.random.default_rng(seed), red, "small")[0] for seed in range(200)]
    changed = sum(not np.array_equal(one, other) for one, other in zip(made, small, strict=True)) / 200
    assert abs(changed - WIDE_SHARE) < 0.12
    strongest = {int(image[0, 0].argmax()) for image in made}
    weakest = {int(image[0, 0].argmin()) for image in made}
    assert strongest == weakest == {0, 1, 2}


def test_every_batch_has_one_of_the_sizes_and_all_come_up() -> None:
    sizes = MixedSizes((48, 64, 96), batch=4, seed=1)
    drawn = [sizes.of(number) for number in range(4 * 60)]
    assert all(len(set(drawn[first : first + 4])) == 1 for first in range(0, len(drawn), 4))
    assert all(10 <= drawn[::4].count(side) <= 32 for side in (48, 64, 96))
    assert drawn == [MixedSizes((48, 64, 96), batch=4, seed=1).of(number) for number in range(4 * 60)]
    assert drawn != [MixedSizes((48, 64, 96), batch=4, seed=2).of(number) for number in range(4 * 60)]


def test_a_crop_of_another_size_than_the_makers_is_whole() -> None:
    image, hole, guides = CropMaker(64, sketches="canny").make(np.random.default_rng(0), PhotoPixels(PIXELS), 48)
    assert image.shape == (3, 48, 48)
    assert hole.shape == guides["sketch"].shape == (1, 48, 48)


def test_a_batch_has_the_images_holes_and_lines_of_its_crops() -> None:
    crops = [crop(seed, sketches="canny") for seed in range(3)]
    batch = collate(crops)
    for number, (image, hole, guides) in enumerate(crops):
        torch.testing.assert_close(batch.image[number], image.float() / 255)
        assert torch.equal(batch.hole[number], hole.float())
        assert torch.equal(batch.guides["sketch"][number], guides["sketch"].float())
        assert 0 < hole.float().mean() < 0.6
    assert draw_hole(np.random.default_rng(0), 64, 64).dtype == bool

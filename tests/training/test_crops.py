"""Crops and what comes with them belong together: holes, and lines of the image as it is shown."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inpaint_studio.layers import canny
from training.data.crops import CropMaker, augment, collate
from training.data.masks import draw_hole

SEEDS = range(8)


def blocks(height: int, width: int, side: int = 18) -> np.ndarray:
    """Plain blocks of random colours, so that there are edges everywhere and no crop is like its mirror image."""
    colours = np.random.default_rng(0).integers(0, 256, (height // side + 1, width // side + 1, 3), np.uint8)
    return np.ascontiguousarray(colours.repeat(side, 0).repeat(side, 1)[:height, :width])


PIXELS = blocks(90, 120)


def crop(seed: int, **how: object) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
    return CropMaker(64, **how).make(np.random.default_rng(seed), PIXELS)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_lines_are_those_of_the_crop_as_it_is_shown(seed: int) -> None:
    """Also where it was mirrored and its colours were changed."""
    image, _, lines = crop(seed, sketches="canny")
    assert lines is not None
    expected = canny.canny(canny.grey(image.permute(1, 2, 0).numpy()))
    assert expected.any()
    np.testing.assert_array_equal(lines[0].numpy(), expected)


def test_drawn_lines_lie_along_edges_of_the_crop_as_it_is_shown() -> None:
    """They are drawn at random, but nearer to the crop's edges than to those of the mirrored crop."""
    near, far = [], []
    for seed in SEEDS:
        image, _, lines = crop(seed, sketches="hand")
        assert lines is not None
        edges = canny.canny(canny.grey(image.permute(1, 2, 0).numpy()))
        rows, columns = np.nonzero(edges)
        for row, column in zip(*np.nonzero(lines[0].numpy()), strict=True):
            near.append(np.hypot(rows - row, columns - column).min())
            far.append(np.hypot(rows - row, 63 - columns - column).min())
    assert np.mean(near) < 0.6 * np.mean(far)


def test_some_crops_are_mirrored_and_some_are_not() -> None:
    mirrored = 0
    for seed in range(20):
        made = augment(np.random.default_rng(seed), PIXELS).astype(int)
        mirrored += np.abs(made - PIXELS[:, ::-1]).mean() < np.abs(made - PIXELS).mean()
    assert 4 <= mirrored <= 16


def test_a_batch_has_the_images_holes_and_lines_of_its_crops() -> None:
    crops = [crop(seed, sketches="canny") for seed in range(3)]
    batch = collate(crops)
    for number, (image, hole, lines) in enumerate(crops):
        torch.testing.assert_close(batch.image[number], image.float() / 255)
        assert torch.equal(batch.hole[number], hole.float())
        assert batch.sketch is not None
        assert lines is not None
        assert torch.equal(batch.sketch[number], lines.float())
        assert 0 < hole.float().mean() < 0.6
    assert draw_hole(np.random.default_rng(0), 64, 64).dtype == bool

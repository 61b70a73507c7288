"""Colours diffused into holes, against Laplace's equation solved exactly, and in odd cases."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inpaint_studio.layers.diffusion import diffuse
from tests.reference.membrane import solve


def picture(height: int, width: int, seed: int = 0) -> torch.Tensor:
    noise = torch.rand(1, 3, 5, 6, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(noise, (height, width), mode="bicubic").clamp(0, 1)


def boxes(height: int, width: int, *places: tuple[int, int, int, int]) -> torch.Tensor:
    hole = torch.zeros(1, 1, height, width)
    for top, bottom, left, right in places:
        hole[..., top:bottom, left:right] = 1
    return hole


HOLES = {
    "one": boxes(48, 40, (10, 30, 12, 30)),
    "several": boxes(48, 40, (4, 14, 5, 20), (20, 36, 8, 16), (22, 40, 24, 33)),
    "at the border": boxes(47, 41, (0, 16, 0, 18), (30, 47, 20, 35)),
    "most of it": 1 - boxes(40, 40, (4, 8, 5, 9), (30, 36, 28, 39)),
    "hairline": boxes(33, 64, (16, 17, 0, 64)),
    "narrow": boxes(9, 70, (0, 9, 20, 50)),
}
# Of the error of one mean colour. In a hole that cuts a strip in two, coarse levels believe the strip's ends too much.
ERRORS = dict.fromkeys(HOLES, 0.2) | {"narrow": 0.5}


@pytest.mark.parametrize("name", HOLES)
def test_it_is_near_the_membrane(name):
    hole = HOLES[name]
    image = picture(*hole.shape[2:])
    found = diffuse(image, hole)
    exact = torch.from_numpy(solve(image[0].numpy(), hole[0, 0].numpy() > 0)).float()[None]
    inside = hole.expand_as(image) > 0
    assert torch.equal(found[~inside], image[~inside])
    error = (found - exact)[inside]
    grey = (image[~inside].mean() - exact)[inside]
    assert float(error.square().mean().sqrt()) < ERRORS[name] * float(grey.square().mean().sqrt())
    assert float(error.abs().max()) < 0.12
    assert found[inside].min() > image[~inside].min() - 0.02
    assert found[inside].max() < image[~inside].max() + 0.02


def test_a_gradual_change_goes_on_through_the_hole():
    """Exact where the answer is known by itself: between two colours at both ends lies an even change."""
    image = torch.linspace(0, 1, 32).expand(1, 1, 8, 32)
    found = diffuse(image, boxes(8, 32, (0, 8, 8, 24)))
    assert (found - image).abs().max() < 0.03


def test_each_image_of_a_batch_has_its_own_hole():
    image = torch.cat([picture(32, 32, 1), picture(32, 32, 2), picture(32, 32, 3)])
    hole = torch.cat([boxes(32, 32, (3, 20, 4, 30)), torch.zeros(1, 1, 32, 32), torch.ones(1, 1, 32, 32)])
    together = diffuse(image, hole, 0.5)
    for number in range(3):
        each = slice(number, number + 1)
        assert torch.allclose(together[each], diffuse(image[each], hole[each], 0.5), atol=1e-6)
    assert torch.equal(together[1], image[1])


@pytest.mark.parametrize("empty", [0.0, 0.5])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 64)], ids=str)
def test_where_nothing_is_known_it_is_one_colour(size, empty):
    found = diffuse(torch.rand(2, 3, *size), torch.ones(2, 1, *size), empty)
    assert torch.equal(found, torch.full((2, 3, *size), empty))


def test_a_single_known_pixel_colours_everything():
    image, hole = torch.rand(1, 3, 50, 37), torch.ones(1, 1, 50, 37)
    hole[..., 20, 30] = 0
    assert torch.allclose(diffuse(image, hole), image[..., 20, 30, None, None].expand_as(image), atol=1e-5)


def test_beyond_the_coarsest_level_it_begins_with_the_mean():
    image, hole = torch.zeros(1, 1, 8, 4096), torch.ones(1, 1, 8, 4096)
    hole[..., :8], hole[..., -8:] = 0, 0
    image[..., -8:] = 1
    found = diffuse(image, hole)
    assert np.allclose(found.mean((0, 1, 2))[[1024, 2048, 3072]], [0.25, 0.5, 0.75], atol=0.1)


def test_what_is_in_the_hole_does_not_matter_and_no_gradient_is_kept():
    image, hole = picture(24, 24).requires_grad_(True), boxes(24, 24, (5, 20, 5, 20))
    found = diffuse(image, hole)
    assert not found.requires_grad
    assert torch.equal(found, diffuse(torch.where(hole > 0, 7.0, image), hole))


def test_it_computes_in_32_bits():
    image, hole = picture(24, 24).bfloat16(), boxes(24, 24, (5, 20, 5, 20)).bfloat16()
    found = diffuse(image, hole)
    assert found.dtype == torch.float32
    assert torch.equal(found, diffuse(image.float(), hole.float()))


@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning", "ignore::DeprecationWarning")
def test_what_is_recorded_at_one_size_answers_at_another():
    recorded = torch.jit.trace(diffuse, (picture(24, 32), boxes(24, 32, (5, 20, 5, 20))), check_trace=False)
    image, hole = picture(45, 23), boxes(45, 23, (9, 30, 0, 9))
    assert torch.allclose(recorded(image, hole), diffuse(image, hole), atol=1e-6)

"""Canny edges, by scikit-image and by tensors alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from inpaint_studio.layers import canny, canny_torch
from tests.synthetic import disc


def squares(height: int, width: int, seed: int) -> np.ndarray:
    """Squares of 8 px in random colours."""
    rows, columns = -(-height // 8), -(-width // 8)
    colours = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    return colours.repeat(8, 0).repeat(8, 1)[:height, :width]


def tensors(picture: np.ndarray, hole: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    image = torch.from_numpy(picture.astype(np.float32) / 255).permute(2, 0, 1)[None]
    return image, torch.from_numpy(hole.astype(np.float32))[None, None]


def test_grey_is_rec_709():
    picture = np.eye(3, dtype=np.uint8)[None] * 255
    np.testing.assert_allclose(canny.grey(picture), [[0.2125, 0.7154, 0.0721]])
    np.testing.assert_allclose(canny.grey(np.full((2, 2, 3), 255, np.uint8)), 1)


def test_an_edge_is_found_where_it_is():
    plane = np.zeros((40, 40))
    plane[:, 20:] = 1
    found = canny.canny(plane)
    assert found[5:-5].any(1).all()
    assert set(np.nonzero(found)[1]) <= {19, 20}


def test_a_hole_has_no_edges_and_no_outline():
    picture, hole = squares(64, 80, 1), disc(64, 80)
    flat = np.where(hole, 1.0, 0.2)
    assert not canny.canny(flat, ~hole).any()
    found = canny.canny(canny.grey(picture), ~hole)
    assert found.any()
    assert not found[hole].any()


def test_what_lies_in_a_hole_does_not_matter():
    hole = disc(64, 80)
    one, other = canny.grey(squares(64, 80, 1)), canny.grey(squares(64, 80, 1))
    other[hole] = np.random.default_rng(3).random(int(hole.sum()))
    np.testing.assert_array_equal(canny.canny(one, ~hole), canny.canny(other, ~hole))


def test_nothing_known_has_no_edges():
    assert not canny.canny(np.ones((8, 8)), np.zeros((8, 8), bool)).any()


@pytest.mark.parametrize("seed", range(3))
def test_tensors_alone_find_the_same(seed):
    picture, hole = squares(72, 90, seed), disc(72, 90)
    expected = canny.canny(canny.grey(picture), ~hole)
    image, inside = tensors(picture, hole)
    grey = canny_torch.grey(image)
    np.testing.assert_allclose(grey[0, 0].numpy(), canny.grey(picture), atol=1e-6)
    found = canny_torch.canny(grey, inside, canny.SIGMA)[0, 0].numpy() > 0
    assert expected.sum() > 200
    np.testing.assert_array_equal(found, expected)


def test_tensors_alone_follow_weak_edges():
    """A step that fades along its length is kept as far as it hangs together with its strong end."""
    plane = np.zeros((30, 90))
    plane[15:] = np.linspace(0.04, 0.3, 90)
    expected = canny.canny(plane)
    found = canny_torch.canny(torch.from_numpy(plane)[None, None], torch.zeros(1, 1, 30, 90, dtype=torch.double), 2.0)
    np.testing.assert_array_equal(found[0, 0].numpy() > 0, expected)
    strong = canny_torch._STRONG
    assert 0 < expected.sum() < 90
    assert expected.any(0).sum() > (np.linspace(0.04, 0.3, 90) > strong).sum()

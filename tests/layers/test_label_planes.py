"""Label maps as planes and back."""

from __future__ import annotations

import torch

from inpaint_studio.layers.label_planes import find_majority, paint_over, resize_labels, to_labels, to_planes

MAP = torch.tensor([[[[0.0, 1, 2], [3, 9, 1]]]])


def test_planes_have_one_class_each():
    planes = to_planes(MAP, 3)
    assert planes.shape == (1, 3, 2, 3)
    assert planes.dtype == torch.float32
    assert planes[0, :, 0, 0].tolist() == [0, 0, 0]
    assert planes[0, :, 0, 2].tolist() == [0, 1, 0]
    assert planes[0, :, 1, 0].tolist() == [0, 0, 1]
    assert planes[0, :, 1, 1].tolist() == [0, 0, 0]


def test_planes_and_back():
    labels = torch.tensor([[[[2.0, 1, 3]]]])
    assert torch.equal(to_labels(to_planes(labels, 3)), labels)
    assert to_labels(torch.zeros(1, 3, 1, 2)).tolist() == [[[[1, 1]]]]


def test_scaling_mixes_no_classes():
    wide = resize_labels(torch.tensor([[[[1.0, 1, 5, 5]]]]).expand(1, 1, 4, 4), (2, 2))
    assert wide.tolist() == [[[[1, 5], [1, 5]]]]
    assert resize_labels(torch.tensor([[[[1.0, 5]]]]), (1, 4)).tolist() == [[[[1, 1, 5, 5]]]]


def test_painted_classes_win():
    painted = torch.tensor([[[[0.0, 7, 0], [0, 0, 2]]]])
    assert paint_over(MAP, painted).tolist() == [[[[0, 7, 2], [3, 9, 2]]]]
    assert paint_over(MAP, None) is MAP


def test_the_majority_of_a_cell_ignores_what_is_not_known():
    labels = torch.tensor([[[[0.0, 0, 1, 2], [0, 3, 2, 2], [0, 0, 3, 1], [0, 0, 1, 3]]]])
    assert find_majority(to_planes(labels, 3), (2, 2)).tolist() == [[[[3, 2], [0, 1]]]]

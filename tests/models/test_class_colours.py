"""The colours of classes are apart from each other, and do not change with the number of classes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from inpaint_studio.models.base.class_colours import class_colours
from inpaint_studio.opencv import cv2


def test_the_first_colours_do_not_depend_on_the_count() -> None:
    many = class_colours(255)
    assert len(set(many)) == 255
    for count in (0, 1, 8, 40):
        assert class_colours(count) == many[:count]


@pytest.mark.parametrize(("count", "least"), [(8, 35), (20, 20), (255, 4)])
def test_colours_are_well_apart_in_lab(count: int, least: float) -> None:
    colours = np.array(class_colours(count), np.float32)[None] / 255
    lab = cv2.cvtColor(colours, cv2.COLOR_RGB2LAB)[0]
    assert min(float(np.linalg.norm(one - other)) for one, other in combinations(lab, 2)) >= least


def test_none_is_nearly_black_white_or_grey() -> None:
    colours = np.array(class_colours(255), np.float32)[None] / 255
    lightness, first, second = np.moveaxis(cv2.cvtColor(colours, cv2.COLOR_RGB2LAB)[0], -1, 0)
    assert lightness.min() > 30
    assert lightness.max() < 93
    assert np.hypot(first, second).min() > 15


@pytest.mark.parametrize("count", [-1, 256])
def test_a_count_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        class_colours(count)

from __future__ import annotations

import numpy as np
import pytest
from inpaint_harmonic import Harmonic, model

from inpaint_studio.testing import ModelConformance, fill, make_disc


class TestConformance(ModelConformance):
    """What Inpaint Studio relies on."""

    def make_model(self) -> Harmonic:
        return model()


@pytest.mark.parametrize("size", [(40, 50), (61, 83), (200, 180)], ids=str)
def test_a_gradient_continues_through_the_hole(size: tuple[int, int]) -> None:
    height, width = size
    ramp = np.add.outer(np.arange(height), np.arange(width)) / (height + width) * 255
    pixels = np.repeat(np.rint(ramp).astype(np.uint8)[..., None], 3, axis=2)
    hole = make_disc(height, width)
    damaged = np.where(hole[..., None], np.uint8(0), pixels)
    result = fill(model(), damaged, hole)
    assert np.abs(result.pixels.astype(int) - pixels)[hole].max() <= 2


def test_a_filled_pixel_lies_between_the_pixels_of_the_rim() -> None:
    pixels = np.random.default_rng(1).integers(60, 180, (70, 90, 3), np.uint8)
    hole = make_disc(70, 90)
    result = fill(model(), pixels, hole)
    assert result.pixels[hole].min() >= 60
    assert result.pixels[hole].max() < 180

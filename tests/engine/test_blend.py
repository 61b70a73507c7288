"""A soft mask: full inside, blended at the rim, and not a bit changed where its coverage is 0. For every model."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.blend import blend
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.masks.shape import feather
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Options
from inpaint_studio.models.base.registry import registry
from tests import synthetic

SIZE = (60, 80)
FAST = Options(quality="fast", threads=1)
COVERAGE = feather(synthetic.disc(*SIZE).astype(np.uint8) * 255, 6)
HOLE = COVERAGE > 0
WITHOUT_WEIGHTS = sorted(name for name, model in registry().models.items() if not model.traits.needs_weights)


def mixed(filled: np.ndarray, pixels: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    share = coverage[..., None] / 255
    return share * filled + (1 - share) * pixels


@pytest.mark.parametrize("model", WITHOUT_WEIGHTS)
@pytest.mark.parametrize("plain", [False, True])
def test_every_model_is_blended_at_the_rim(model: str, plain: bool) -> None:
    pixels = synthetic.photo(*SIZE)
    hard = fill(Request(pixels, HOLE, model, options=FAST, plain=plain), Ticket()).pixels
    soft = fill(Request(pixels, HOLE, model, options=FAST, plain=plain, coverage=COVERAGE), Ticket()).pixels
    full, rim = COVERAGE == 255, HOLE & (COVERAGE < 255)
    assert np.array_equal(soft[~HOLE], pixels[~HOLE])
    assert np.array_equal(soft[full], hard[full])
    assert not np.array_equal(soft[rim], hard[rim])
    assert abs(soft[rim] - mixed(hard, pixels, COVERAGE)[rim]).max() <= 0.5


def test_a_pixel_of_the_hole_without_coverage_keeps_every_bit() -> None:
    pixels = synthetic.photo(*SIZE, 4)
    coverage = np.where(np.arange(80) < 40, COVERAGE, 0).astype(np.uint8)
    result = fill(Request(pixels, HOLE, "telea", options=FAST, coverage=coverage), Ticket()).pixels
    assert np.array_equal(result[coverage == 0], pixels[coverage == 0])


def test_transparency_is_blended_with_the_colours_that_are_seen() -> None:
    """A hidden colour has no say, and half of opaque over transparent is half transparent."""
    pixels = np.array([[[0, 0, 255, 0], [0, 0, 255, 255], [9, 8, 7, 0]]], np.uint8)
    filled = np.array([[[200, 100, 0, 255], [200, 100, 0, 255], [1, 2, 3, 0]]], np.uint8)
    blend(filled, pixels, np.array([[128, 51, 77]], np.uint8), np.ones((1, 3), bool))
    assert filled.tolist() == [[[200, 100, 0, 128], [40, 20, 204, 255], [9, 8, 7, 0]]]


def test_a_full_mask_changes_nothing() -> None:
    pixels, filled = synthetic.photo(*SIZE), synthetic.photo(*SIZE, seed=5)
    before = filled.copy()
    blend(filled, pixels, np.full(SIZE, 255, np.uint8), HOLE)
    assert np.array_equal(filled, before)


def test_a_coverage_of_another_size_is_refused() -> None:
    pixels = synthetic.photo(*SIZE)
    with pytest.raises(InputError, match="The mask's coverages cover"):
        fill(Request(pixels, HOLE, "telea", coverage=np.zeros((3, 3), np.uint8)), Ticket())
    with pytest.raises(ValueError, match="uint8"):
        fill(Request(pixels, HOLE, "telea", coverage=np.zeros(SIZE, np.float32)), Ticket())

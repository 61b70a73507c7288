"""Photos with more than 8 bits a channel are filled at their own precision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.request import Request, Result, Steering
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.photo.deep import Depth
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models.base.interface import Fill, Guide, Options, Traits
from inpaint_studio.models.base.registry import Registry, registry
from inpaint_studio.opencv import cv2

HEIGHT, WIDTH = 120, 160
ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]
HOLE = (abs(ROWS - 60) < 20) & (abs(COLUMNS - 80) < 25)
DEPTH = Depth()
FLOATS = Depth("float32", 0.0, 1.0, 1.0)


def gradient(scale: float = 1.0) -> NDArray[np.uint16]:
    """Return a sky that changes by a fraction of an 8-bit level from pixel to pixel, in a slanting direction."""
    light = 20000 + scale * (15 * ROWS + 4 * COLUMNS)
    return np.stack([light, 0.8 * light + 3000, 1.1 * light + 500], axis=2).astype(np.uint16)


def request(truth: NDArray[Any], depth: Depth = DEPTH, model: str = "exemplar", **more: Any) -> Request:
    samples = truth.copy()
    samples[HOLE] = truth[0, 0]
    return Request(depth.view(samples), HOLE, model, options=Options(device="cpu"), deep=samples, depth=depth, **more)


def run(start: Request) -> tuple[NDArray[Any], Result]:
    result = fill(start, Ticket())
    assert result.deep is not None
    assert start.deep is not None
    assert start.depth is not None
    assert result.deep.dtype == start.deep.dtype
    assert result.deep[~HOLE].tobytes() == start.deep[~HOLE].tobytes()
    assert np.array_equal(start.depth.view(result.deep), result.pixels)
    return result.deep, result


def levels_off(deep: NDArray[Any], truth: NDArray[Any], depth: Depth = DEPTH) -> float:
    """Return the root mean square error in the hole, in levels of 255."""
    error = depth.to_levels(deep)[HOLE] - depth.to_levels(truth)[HOLE]
    return float(np.sqrt((error[:, :3] ** 2).mean()))


@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_a_smooth_sky_gets_no_bands_of_an_8_bit_level(scale: float) -> None:
    truth = gradient(scale)
    deep, result = run(request(truth))
    assert levels_off(deep, truth) < 0.15  # rounded to 8 bits even the truth is 0.29 off
    assert len(np.unique(deep[HOLE][:, 0])) > 20 * len(np.unique(result.pixels[HOLE][:, 0])) / scale


@pytest.mark.parametrize("model", ["telea", "navier-stokes"])
def test_colours_are_spread_with_their_fractions(model: str) -> None:
    truth = gradient()
    deep, result = run(request(truth, model=model))
    assert len(np.unique(deep[HOLE][:, 0])) > 20 * len(np.unique(result.pixels[HOLE][:, 0]))
    rounded = fill(replace(request(truth, model=model), deep=None, depth=None), Ticket()).pixels
    assert levels_off(deep, truth) < levels_off(rounded.astype(np.uint16) * 257, truth)


@pytest.mark.parametrize("options", [{"adaptation": 1.0}, {"mirror": True}, {"adaptation": 0.5, "mirror": True}])
def test_the_style_of_copies_is_computed_with_fractions(options: dict[str, Any]) -> None:
    truth = gradient(5.0)
    start = request(truth)
    deep, _ = run(replace(start, options=replace(start.options, **options)))
    assert levels_off(deep, truth) < 0.15


def test_guide_lines_are_followed_in_deep_photos() -> None:
    truth = gradient(2.0)
    truth[56:64] += 9000
    lines = np.zeros((HEIGHT, WIDTH), np.uint8)
    lines[60, 20:140] = 1
    deep, _ = run(replace(request(truth), guide=Guide(lines=lines)))
    inside = HOLE & (abs(ROWS - 60) < 3)
    error = (deep[inside].astype(np.float64) - truth[inside]) / 257
    assert np.abs(error).mean() < 2
    assert len(np.unique(deep[inside][:, 0])) > 100


def test_a_moved_source_is_copied_with_its_samples() -> None:
    truth = gradient(2.0)
    start = replace(request(truth), steering=Steering(HOLE, (0, -50)))
    deep, result = run(replace(start, options=replace(start.options, adaptation=0.0)))
    assert result.flow is not None
    assert deep[60, 80].tolist() == truth[60, 30].tolist()
    toned, _ = run(start)
    assert levels_off(toned, truth) < levels_off(deep, truth) / 2


class Sky:
    """A network that draws the sky of these tests, from colours that it was told; it sees at most `max_side` px."""

    def __init__(self, truth: NDArray[np.uint16], max_side: int | None = None) -> None:
        self.traits = Traits("sky", "Sky", "Draws a sky.", max_side=max_side, context=1000.0, redraws=True)
        self.truth = truth.astype(np.float32) / 65535
        self.seen: NDArray[np.float32] | None = None

    def fill(self, image: Any, hole: Any, _guide: Guide, _options: Options, _ticket: Any) -> Fill:
        self.seen = image
        size = image.shape[2], image.shape[1]
        drawn = np.moveaxis(cv2.resize(self.truth, size, interpolation=cv2.INTER_AREA), 2, 0)
        return Fill(np.where(hole, drawn, image), output=drawn)

    def warm_up(self, _ticket: Any) -> None:
        pass


@pytest.mark.parametrize(("max_side", "most"), [(None, 0.02), (70, 0.15)])
def test_what_a_network_draws_is_not_rounded(max_side: int | None, most: float, monkeypatch: Any) -> None:
    """At its own size, and where it is drawn smaller and gets detail from the photo."""
    truth = gradient()
    network = Sky(truth, max_side)
    monkeypatch.setattr(engine, "model_library", lambda: Registry({"sky": network, **registry().models}))
    deep, result = run(request(truth, model="sky"))
    assert result.regions[0].scale == pytest.approx(1 if max_side is None else 70 / 160)
    assert network.seen is not None
    assert len(np.unique(network.seen[0])) > 256  # what it sees is not rounded either
    assert levels_off(deep, truth) < most
    assert len(np.unique(deep[HOLE][:, 0])) > 20 * len(np.unique(result.pixels[HOLE][:, 0]))


def test_floats_beyond_white_are_filled_as_floats() -> None:
    truth = (gradient(5.0) / 65535 + np.where(COLUMNS % 16 < 4, 3.0, 0.0)[..., None]).astype(np.float32)
    deep, _ = run(request(truth, FLOATS))
    assert deep[HOLE].max() > 3.0  # highlights are copied with their values
    assert np.isfinite(deep[HOLE]).all()


def test_floats_of_64_bits_stay_outside_to_the_bit() -> None:
    truth = gradient(5.0) / 65535 + 1e-12
    deep, _ = run(request(truth, replace(FLOATS, stored="float64")))
    assert levels_off(deep, truth, FLOATS) < 0.15


def test_what_is_no_number_is_kept_outside_and_does_not_spread() -> None:
    truth = (gradient(5.0) / 65535).astype(np.float32)
    truth[30, 40], truth[31, 60] = np.nan, np.inf
    deep, _ = run(request(truth, FLOATS))
    assert np.isfinite(deep[HOLE]).all()


def test_a_soft_rim_is_mixed_from_the_samples() -> None:
    truth = gradient()
    half = request(truth, coverage=np.where(HOLE, np.uint8(128), np.uint8(0)))
    whole, _ = run(replace(half, coverage=None))
    mixed, _ = run(half)
    assert half.deep is not None
    expected = (128 * whole[HOLE].astype(np.float64) + 127.0 * half.deep[HOLE]) / 255
    assert np.abs(mixed[HOLE] - expected).max() <= 1


def test_transparent_photos_keep_their_samples_and_become_opaque_where_filled() -> None:
    truth = np.dstack([gradient(), np.where(HOLE, 0, 65535).astype(np.uint16)])
    deep, _ = run(request(truth))
    assert (deep[HOLE][:, 3] == 65535).all()
    assert levels_off(deep, truth) < 0.15


def test_photos_of_8_bits_have_no_samples() -> None:
    assert fill(replace(request(gradient()), deep=None, depth=None), Ticket()).deep is None


def test_steps_that_8_bits_make_of_a_sky_are_no_drawing() -> None:
    """In 8 bits this sky is made of even stripes, as a ruled pattern or enlarged pixel art is."""
    truth = np.repeat((20000 + 37 * ROWS)[..., None], 3, axis=2).astype(np.uint16)
    deep, _ = run(request(truth))
    assert levels_off(deep, truth) < 0.05


def test_a_drawing_in_16_bits_is_filled_to_the_bit() -> None:
    stripes = np.where(COLUMNS // 8 % 2, 65535, 21000)
    truth = np.repeat(stripes[..., None], 3, axis=2).astype(np.uint16)
    deep, _ = run(request(truth))
    assert np.array_equal(deep, truth)

"""Plain fills: the whole image in one pass, with nothing done before or after."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.model_io import raw_arrays
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Fill, Options, Traits
from inpaint_studio.models.base.registry import Registry, registry
from tests import synthetic

SIZE = (45, 61)
PIXELS, HOLE = synthetic.photo(*SIZE), synthetic.disc(*SIZE)


class Loud:
    """A network whose raw output is out of range, and which composites as its authors did."""

    def __init__(self, **traits):
        traits = {"provides": frozenset({"attention", "coarse", "edges"}), "origin": "attention"} | traits
        self.traits = Traits("loud", "Loud", "Shouts.", **traits)

    def fill(self, image, hole, _guide, options, _ticket):
        self.image, self.hole, self.options = image, hole, options
        output = image * 3 - np.float32(0.7)
        sources = np.zeros((2, *hole.shape), np.int32)
        sources[1] = 40
        return Fill(
            np.clip(np.where(hole, output, image), 0, 1),
            coarse=image / 2,
            edges=np.full(hole.shape, 0.25, np.float32),
            sources=sources,
            weight=np.full(hole.shape, 0.5, np.float32),
            output=output,
        )

    def warm_up(self, ticket):
        pass


def fill_plain(monkeypatch, model, pixels=PIXELS, hole=HOLE, options=Options()):  # noqa: B008  (it does not change)
    monkeypatch.setattr(engine, "model_library", lambda: Registry({**registry().models, model.traits.name: model}))
    return fill(Request(pixels, hole, model.traits.name, options=options, plain=True), Ticket())


def test_the_values_are_not_changed(monkeypatch):
    model = Loud()
    result = fill_plain(monkeypatch, model)
    unit = np.moveaxis(PIXELS, 2, 0).astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(model.image, unit)
    np.testing.assert_array_equal(model.hole, HOLE)
    np.testing.assert_array_equal(result.raw.output, unit * 3 - np.float32(0.7))
    np.testing.assert_array_equal(result.raw.sources[1], 40)  # also where that is outside
    np.testing.assert_array_equal(result.pixels[~HOLE], PIXELS[~HOLE])
    expected = np.rint(np.moveaxis(result.raw.image, 0, 2) * 255)
    np.testing.assert_array_equal(result.pixels[HOLE], expected[HOLE])
    assert (result.regions[0].box, result.regions[0].scale) == ((0, 0, *SIZE), 1.0)
    assert model.options.whole
    assert model.options.precision == "float32"


def test_the_precision_of_the_options_is_kept(monkeypatch):
    model = Loud()
    fill_plain(monkeypatch, model, options=Options(precision="bfloat16"))
    assert model.options.precision == "bfloat16"


def test_the_flow_leads_to_known_pixels(monkeypatch):
    flow = fill_plain(monkeypatch, Loud()).flow
    assert flow.label == "attention"
    for row, col in np.argwhere(HOLE):
        assert not HOLE[flow.source_of(row, col)[:2]]


def test_padding_is_cropped_off_again(monkeypatch):
    model = Loud(multiple_of=16, min_side=50)
    result = fill_plain(monkeypatch, model)
    assert model.image.shape == (3, 64, 64)
    wide = np.pad(PIXELS, ((0, 19), (0, 3), (0, 0)), mode="symmetric")
    np.testing.assert_array_equal(np.rint(model.image * 255), np.moveaxis(wide, 2, 0))
    for name, plane in raw_arrays(result.raw).items():
        assert plane.shape[-2:] == SIZE, name


def test_large_images_and_small_holes_are_not_scaled(monkeypatch):
    model = Loud(max_side=32, trained_at=32)
    fill_plain(monkeypatch, model)
    assert model.image.shape == (3, *SIZE)


def test_grey_and_transparent_images(monkeypatch):
    grey = np.dstack([synthetic.grey_photo(*SIZE), np.full(SIZE, 200, np.uint8)])
    result = fill_plain(monkeypatch, Loud(), grey)
    np.testing.assert_array_equal(result.pixels[~HOLE], grey[~HOLE])
    assert (result.pixels[HOLE][:, 3] == 200).all()  # opacity that belongs to the photo is filled too


def test_the_arrays_of_a_file(monkeypatch):
    made = raw_arrays(fill_plain(monkeypatch, Loud()).raw)
    assert {name: (plane.dtype, plane.shape) for name, plane in made.items()} == {
        **dict.fromkeys(("image", "output", "coarse"), (np.float32, (3, *SIZE))),
        **dict.fromkeys(("edges", "weight"), (np.float32, SIZE)),
        "sources": (np.int32, (2, *SIZE)),
    }


def test_models_that_copy_give_the_same_form(monkeypatch):
    result = fill_plain(monkeypatch, registry().get("telea"), options=Options(threads=1))
    made = raw_arrays(result.raw)
    assert set(made) == {"image", "sources", "weight"}
    assert made["image"].dtype == np.float32
    np.testing.assert_array_equal(result.pixels, np.rint(np.moveaxis(made["image"], 0, 2) * 255))


def test_a_size_that_does_not_fit_is_an_error(monkeypatch):
    with pytest.raises(InputError, match="64 x 64 pixels alone, and this one has 61 x 45"):
        fill_plain(monkeypatch, Loud(fixed_size=64))
    centred = Loud(fixed_size=64, centred=0.5)
    pixels, hole = synthetic.photo(64, 64), np.zeros((64, 64), bool)
    hole[16:48, 16:48] = True
    fill_plain(monkeypatch, centred, pixels, hole)
    hole[15, 20] = True
    with pytest.raises(InputError, match="middle"):
        fill_plain(monkeypatch, centred, pixels, hole)


def test_a_plain_fill_needs_the_name_of_a_model():
    with pytest.raises(InputError, match="name the model"):
        fill(Request(PIXELS, HOLE, plain=True), Ticket())


def test_only_the_edges(monkeypatch):
    result = fill_plain(monkeypatch, Loud(), options=Options(only="edges"))
    np.testing.assert_array_equal(result.pixels, PIXELS)
    assert (result.edges[0].pixels == 0.25).all()
    with pytest.raises(InputError, match="no edges"):
        fill_plain(monkeypatch, Loud(provides=frozenset()), options=Options(only="edges"))

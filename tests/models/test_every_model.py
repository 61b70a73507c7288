"""What every model must fulfil: each test runs over all models of the registry."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill.model_io import raw_arrays
from inpaint_studio.engine.flow.flow import MATCHED
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Fill, Guide, Model, Options
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from inpaint_studio.testing import FAST, ModelConformance, fill, make_arguments
from tests.models.weighted import randomised, weighted
from tests.synthetic import disc, frame, photo

MODELS = list(registry().models.values())
NETWORKS = [model for model in MODELS if isinstance(model, NetworkModel)]


def named(models: list[Model]):
    return pytest.mark.parametrize("model", models, ids=[model.traits.name for model in models], indirect=True)


every_model = named(MODELS)


@pytest.fixture
def model(request) -> Model:
    """One of the registry's models; a network has small random weights."""
    return weighted(request.param)


def answer_of(model: Model, options: Options = FAST, grey: bool = False) -> Fill:
    """The model's own answer, without the engine."""
    image, hole = make_arguments(model)
    if grey:
        image = np.repeat(image[:1], 3, axis=0)
    return model.fill(image, hole, Guide(), options, Ticket())


@named([model for model in MODELS if not model.traits.needs_weights])  # random weights know nothing
def test_a_hole_of_one_pixel(model):
    pixels = np.full((40, 40, 3), 90, np.uint8)
    pixels[20, 20] = 255
    hole = np.zeros((40, 40), bool)
    hole[20, 20] = True
    result = fill(model, pixels, hole)
    assert abs(int(result.pixels[20, 20, 0]) - 90) <= 8


@every_model
class TestConformance(ModelConformance):
    """The test that ships with the program, for its own models."""

    @pytest.fixture(autouse=True)
    def _take(self, model: Model) -> None:
        self.model = model

    def make_model(self) -> Model:
        return self.model


@every_model
def test_a_hole_along_all_borders(model):
    pixels, hole = photo(60, 70), frame(60, 70)
    result = fill(model, pixels, hole)
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    assert not np.array_equal(result.pixels[hole], pixels[hole])


@every_model
def test_sources_are_known_pixels_of_the_picture(model):
    pixels, hole = photo(70, 90), disc(70, 90)
    flow = fill(model, pixels, hole).flow
    own = answer_of(model).sources is not None
    assert own or "attention" not in model.traits.provides
    assert flow.label == (model.traits.origin if own else MATCHED)
    assert flow.hole[hole[flow.box.slices]].all()
    for row, col in np.argwhere(hole):
        source = flow.source_of(row, col)
        assert source is not None
        assert not hole[source[:2]]
        assert 0 <= source[2] <= 1


@every_model
def test_a_plain_fill_of_an_odd_size(model):
    """It answers at the picture's own size, and says what it refuses: other sizes than its only one."""
    side = model.traits.fixed_size
    height, width = (side, side) if side else (75, 93)
    pixels, hole = photo(height, width), disc(height, width)
    result = fill(model, pixels, hole, plain=True)
    for name, plane in raw_arrays(result.raw).items():
        assert plane.shape[-2:] == (height, width), name
        assert np.isfinite(plane).all(), name
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    image = np.rint(np.moveaxis(result.raw.image, 0, 2) * 255)
    np.testing.assert_array_equal(result.pixels[hole], image[hole])
    if side:
        with pytest.raises(InputError, match=f"{side} x {side}"):
            fill(model, photo(side, side + 1), disc(side, side + 1), plain=True)


@named([model for model in MODELS if "edges" in model.traits.provides])
def test_only_the_edges_are_predicted(model):
    pixels, hole = photo(70, 90), disc(70, 90)
    result = fill(model, pixels, hole, options=replace(FAST, only="edges"))
    np.testing.assert_array_equal(result.pixels, pixels)
    assert result.flow is None
    (piece,) = result.edges
    assert piece.pixels.shape == (piece.box.height, piece.box.width)
    assert 0 <= piece.pixels.min() <= piece.pixels.max() <= 1


@named(NETWORKS)
def test_grey_pictures_are_taken_in(model):
    answer = answer_of(model, grey=True)
    assert np.isfinite(answer.image).all()
    assert 0 <= answer.image.min() <= answer.image.max() <= 1


@named(NETWORKS)
def test_half_precision_or_a_no(model):
    exact, rough = (answer_of(model, replace(FAST, precision=p)) for p in ("float32", "bfloat16"))
    difference = np.abs(exact.image - rough.image)
    if model.halves():
        assert rough.image.dtype == np.float32
        assert difference.max() > 0
        assert difference.mean() < 0.05
    else:
        assert not difference.any()


@named(NETWORKS)
def test_weights_are_the_same_after_saving_and_loading(model, tmp_path):
    import torch

    before = model.weights.read()
    saved = store.save(
        before, name="again", system=model.system.traits.name, config=model.weights.config, home=tmp_path
    )
    after = saved.read()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[key], after[key]) for key in before)
    one, other = (answer_of(each).image for each in (model, model.with_weights(saved)))
    np.testing.assert_array_equal(one, other)


@named(NETWORKS)
def test_gradients_reach_every_parameter(model):
    """Of the paper's own pass over two pictures, whose arguments go by name."""
    import torch

    system = model.system
    network = system.build(system.small)
    network.load_state_dict(randomised(network))
    traits = system.settle(system.traits, system.small)
    side = traits.fixed_size or -(-max(64, traits.min_side) // traits.multiple_of) * traits.multiple_of
    noise = torch.Generator().manual_seed(0)
    hole = torch.zeros(2, 1, side, side)
    hole[..., side // 4 : side // 2, side // 4 : side // 2] = 1
    image, grey, edges = (torch.rand(2, channels, side, side, generator=noise) for channels in (3, 1, 1))
    tensors = {"image": image, "hole": hole, "known": 1 - hole, "grey": grey, "edges": (edges > 0.9).float()}
    parameters = inspect.signature(network.forward).parameters
    answer = network.train()(**{name: value for name, value in tensors.items() if name in parameters})
    sum((part.float() ** 2).mean() for part in tensors_of(answer) if part.requires_grad).backward()
    unreached = [name for name, value in network.named_parameters() if value.grad is None or not value.grad.any()]
    assert not unreached


def tensors_of(answer):
    """Every tensor of a network's answer, however it is packed."""
    if answer is None:
        return
    if not isinstance(answer, tuple | list):
        yield answer
        return
    for part in answer:
        yield from tensors_of(part)

"""What every model must keep to, whoever wrote it: each test runs over all that the registry finds."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.model_io import raw_arrays
from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.flow.flow import MATCHED
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import Cancelled, InputError, NoSource
from inpaint_studio.models.base.interface import Guide, Model, Options
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import AUTO, Registry, registry
from tests.models.weighted import randomised, weighted
from tests.synthetic import disc, frame, grey_photo, photo

MODELS = list(registry().models.values())
NETWORKS = [model for model in MODELS if isinstance(model, NetworkModel)]
FAST = Options(quality="fast", threads=1)


def named(models: list[Model]):
    return pytest.mark.parametrize("model", models, ids=[model.traits.name for model in models], indirect=True)


every_model = named(MODELS)


@pytest.fixture
def model(request, monkeypatch) -> Model:
    """One of the registry's models as the engine finds it: a network with small random weights."""
    ready = weighted(request.param)
    found = Registry({**registry().models, ready.traits.name: ready})
    monkeypatch.setattr(engine, "model_library", lambda: found)
    return ready


def filled(model: Model, pixels, hole, guide=Guide(), options=FAST, plain=False) -> Result:  # noqa: B008
    """The fill; a model that asks for the hole in the middle may refuse, in its own words."""
    request = Request(pixels, hole, model.traits.name, guide, options, plain)
    try:
        return engine.fill(request, Ticket())
    except InputError as error:
        if model.traits.centred is None or "middle" not in str(error):
            raise
        pytest.skip("this hole cannot be in the middle of what the model sees")


def drawn(model: Model, pixels, hole, options=FAST):
    """What the model answers without the engine."""
    return model.fill(*given(model, pixels, hole), Guide(), options, Ticket())


class Counting(Ticket):
    """Notes what is reported, and is cancelled at the report of this number."""

    def __init__(self, last: int | None = None) -> None:
        super().__init__()
        self.last, self.fractions = last, []

    def report(self, fraction: float, note: str = "") -> None:
        if len(self.fractions) == self.last:
            self.cancel()
        self.fractions.append(fraction)
        super().report(fraction, note)


def side_of(traits) -> int:
    """Of the smallest square that a model takes, but 64 px at least."""
    return traits.fixed_size or -(-max(64, traits.min_side) // traits.multiple_of) * traits.multiple_of


def given(model: Model, pixels, hole):
    """A picture in the form the model takes, for calling it without the engine."""
    if model.traits.values == "bytes":
        return pixels, hole
    side = side_of(model.traits)
    grey = (pixels == pixels[..., :1]).all()
    pixels = grey_photo(side, side) if grey else photo(side, side)
    return np.ascontiguousarray(np.moveaxis(pixels, 2, 0), np.float32) / np.float32(255), disc(side, side)


@every_model
def test_traits_are_complete(model):
    traits = model.traits
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", traits.name)
    assert traits.name != AUTO
    assert traits.title
    assert traits.summary.endswith(".")
    assert len(traits.summary) <= 120
    assert traits.licence
    assert traits.multiple_of >= 1
    assert traits.context >= 0


@every_model
@pytest.mark.parametrize("size", [(1, 2), (2, 1), (1, 9), (7, 1), (5, 5), (13, 17), (64, 51), (33, 130)], ids=str)
def test_any_size_is_filled_and_nothing_else_changes(model, size):
    pixels, hole = photo(*size), disc(*size)
    before = pixels.copy()
    result = filled(model, pixels, hole)
    assert result.pixels.shape == pixels.shape
    assert result.pixels.dtype == np.uint8
    np.testing.assert_array_equal(result.pixels[~hole], before[~hole])
    np.testing.assert_array_equal(pixels, before)


@named([model for model in MODELS if not model.traits.needs_weights])  # random weights know nothing
def test_a_hole_of_one_pixel(model):
    pixels = np.full((40, 40, 3), 90, np.uint8)
    pixels[20, 20] = 255
    hole = np.zeros((40, 40), bool)
    hole[20, 20] = True
    result = filled(model, pixels, hole)
    assert abs(int(result.pixels[20, 20, 0]) - 90) <= 8


@every_model
@pytest.mark.parametrize("size", [(1, 1), (48, 48)], ids=str)
def test_a_hole_that_is_everything(model, size):
    pixels, hole = photo(*size), np.ones(size, bool)
    if model.traits.needs_weights:  # a network may dream up a picture
        result = filled(model, pixels, hole)
        assert result.pixels.shape == (*size, 3)
        assert result.flow is None
    else:
        with pytest.raises(NoSource):
            filled(model, pixels, hole)


@every_model
def test_no_hole_changes_nothing(model):
    image, hole = given(model, photo(48, 48), disc(48, 48))
    answer = model.fill(image, np.zeros_like(hole), Guide(), FAST, Ticket())
    np.testing.assert_allclose(answer.image, image, atol=0 if model.traits.values == "bytes" else 0.02)


@every_model
def test_a_hole_along_all_borders(model):
    pixels, hole = photo(60, 70), frame(60, 70)
    result = filled(model, pixels, hole)
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    assert not np.array_equal(result.pixels[hole], pixels[hole])


@every_model
def test_grey_stays_grey(model):
    hole = disc(50, 60)
    result = filled(model, grey_photo(50, 60), hole)
    assert (result.pixels == result.pixels[..., :1]).all()


@every_model
def test_what_lies_in_the_hole_does_not_matter(model):
    hole = disc(50, 60)
    one, other = photo(50, 60), photo(50, 60)
    other[hole] = (255, 0, 255)
    first, second = (filled(model, pixels, hole).pixels for pixels in (one, other))
    np.testing.assert_array_equal(first, second)


@every_model
def test_the_same_pixels_again_and_with_more_threads(model):
    pixels, hole = photo(90, 110), disc(90, 110)
    options = [Options("fast", 7, threads=threads) for threads in (1, 1, 3)]
    first, again, others = (filled(model, pixels, hole, options=each).pixels for each in options)
    np.testing.assert_array_equal(first, again)
    # torch splits a sum by threads, so that its last digit may differ, and then a colour where it is rounded.
    assert np.abs(first.astype(int) - others).max() <= (1 if model.traits.needs_weights else 0)


@named([model for model in MODELS if "seeds" in model.traits.provides])
def test_another_seed_is_another_fill(model):
    pixels, hole = photo(90, 110), disc(90, 110)
    one, other = (filled(model, pixels, hole, options=Options("fast", seed)).pixels for seed in (1, 2))
    assert not np.array_equal(one, other)


@every_model
def test_cancelled_at_every_report(model):
    image, hole = given(model, photo(64, 64), disc(64, 64))
    before = image.copy()
    whole = Counting()
    model.fill(image, hole, Guide(), FAST, whole)
    assert whole.fractions
    assert 0 <= min(whole.fractions) <= max(whole.fractions) <= 1
    assert whole.fractions == sorted(whole.fractions)
    for last in range(len(whole.fractions)):
        with pytest.raises(Cancelled):
            model.fill(image, hole, Guide(), FAST, Counting(last))
    np.testing.assert_array_equal(image, before)


@every_model
def test_warm_up_can_be_cancelled_and_repeated(model):
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        model.warm_up(ticket)
    model.warm_up(Ticket())


@named([model for model in MODELS if "donors" in model.traits.accepts])
def test_donors_are_never_sampled(model):
    pixels, hole = photo(80, 100), disc(80, 100)
    donors = np.zeros((80, 100), bool)
    donors[:, 60:] = True
    donors[:20, :30] = True
    pixels[donors] = (255, 0, 255)  # nothing else in the picture is near it
    result = filled(model, pixels, hole, Guide(donors=donors & ~hole))
    if model.traits.values == "bytes":  # a network paints what it likes
        colours = result.pixels[hole].astype(int)
        assert not ((colours[:, 0] > 170) & (colours[:, 1] < 40) & (colours[:, 2] > 170)).any()
    for row, col in np.argwhere(hole):
        source = result.flow.source_of(row, col)
        assert source is None or not donors[source[:2]]


@named([model for model in MODELS if "donors" in model.traits.accepts and not model.traits.needs_weights])
def test_nothing_left_to_sample_is_an_error(model):
    hole = disc(60, 60)
    with pytest.raises(NoSource):
        filled(model, photo(60, 60), hole, Guide(donors=~hole))


@every_model
def test_sources_are_known_pixels_of_the_picture(model):
    pixels, hole = photo(70, 90), disc(70, 90)
    flow = filled(model, pixels, hole).flow
    own = "attention" in model.traits.provides or model.traits.values == "bytes"
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
    result = filled(model, pixels, hole, plain=True)
    for name, plane in raw_arrays(result.raw).items():
        assert plane.shape[-2:] == (height, width), name
        assert np.isfinite(plane).all(), name
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    image = np.rint(np.moveaxis(result.raw.image, 0, 2) * 255)
    np.testing.assert_array_equal(result.pixels[hole], image[hole])
    if side:
        with pytest.raises(InputError, match=f"{side} x {side}"):
            filled(model, photo(side, side + 1), disc(side, side + 1), plain=True)


@named([model for model in MODELS if "edges" in model.traits.provides])
def test_only_the_edges_are_predicted(model):
    pixels, hole = photo(70, 90), disc(70, 90)
    result = filled(model, pixels, hole, options=replace(FAST, only_edges=True))
    np.testing.assert_array_equal(result.pixels, pixels)
    assert result.flow is None
    (piece,) = result.edges
    assert piece.pixels.shape == (piece.box.height, piece.box.width)
    assert 0 <= piece.pixels.min() <= piece.pixels.max() <= 1


@named(NETWORKS)
def test_grey_pictures_are_taken_in(model):
    answer = drawn(model, grey_photo(48, 48), disc(48, 48))
    assert np.isfinite(answer.image).all()
    assert 0 <= answer.image.min() <= answer.image.max() <= 1


@named(NETWORKS)
def test_half_precision_or_a_no(model):
    exact, rough = (
        drawn(model, photo(48, 48), disc(48, 48), replace(FAST, precision=p)) for p in ("float32", "bfloat16")
    )
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
    one, other = (drawn(each, photo(48, 48), disc(48, 48)).image for each in (model, model.using(saved)))
    np.testing.assert_array_equal(one, other)


@named(NETWORKS)
def test_gradients_reach_every_parameter(model):
    """Of the paper's own pass over two pictures, whose arguments go by name."""
    import torch

    system = model.system
    network = system.build(system.small)
    network.load_state_dict(randomised(network))
    side = side_of(system.settle(system.traits, system.small))
    noise = torch.Generator().manual_seed(0)
    hole = torch.zeros(2, 1, side, side)
    hole[..., side // 4 : side // 2, side // 4 : side // 2] = 1
    image, grey, edges = (torch.rand(2, channels, side, side, generator=noise) for channels in (3, 1, 1))
    given = {"image": image, "hole": hole, "known": 1 - hole, "grey": grey, "edges": (edges > 0.9).float()}
    wanted = inspect.signature(network.forward).parameters
    answer = network.train()(**{name: value for name, value in given.items() if name in wanted})
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

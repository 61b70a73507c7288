"""What every model must keep to, whoever wrote it: each test runs over all that the registry finds."""

from __future__ import annotations

import re

import numpy as np
import pytest

from inpaint_studio.engine.fill import Request, fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, NoSource
from inpaint_studio.models.contract import Guide, Model, Options
from inpaint_studio.models.registry import AUTO, registry
from tests.synthetic import disc, frame, grey_photo, photo

MODELS = list(registry().models.values())
FAST = Options(quality="fast", threads=1)


def named(models: list[Model]):
    return pytest.mark.parametrize("model", models, ids=[model.traits.name for model in models])


every_model = named(MODELS)


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


def given(model: Model, pixels, hole):
    """A picture in the form the model takes, for calling it without the engine."""
    if model.traits.values == "bytes":
        return pixels, hole
    size = model.traits.fixed_size or -(-64 // model.traits.multiple_of) * model.traits.multiple_of
    pixels, hole = photo(size, size), disc(size, size)
    return np.ascontiguousarray(np.moveaxis(pixels, 2, 0), np.float32) / np.float32(255), hole


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
    result = fill(Request(pixels, hole, model.traits.name, options=FAST), Ticket())
    assert result.pixels.shape == pixels.shape
    assert result.pixels.dtype == np.uint8
    np.testing.assert_array_equal(result.pixels[~hole], before[~hole])
    np.testing.assert_array_equal(pixels, before)


@every_model
def test_a_hole_of_one_pixel(model):
    pixels = np.full((40, 40, 3), 90, np.uint8)
    pixels[20, 20] = 255
    hole = np.zeros((40, 40), bool)
    hole[20, 20] = True
    result = fill(Request(pixels, hole, model.traits.name, options=FAST), Ticket())
    assert abs(int(result.pixels[20, 20, 0]) - 90) <= 8


@every_model
@pytest.mark.parametrize("size", [(1, 1), (48, 48)], ids=str)
def test_a_hole_that_is_everything(model, size):
    request = Request(photo(*size), np.ones(size, bool), model.traits.name, options=FAST)
    if model.traits.needs_weights:  # a network may dream up a picture
        assert fill(request, Ticket()).pixels.shape == (*size, 3)
    else:
        with pytest.raises(NoSource):
            fill(request, Ticket())


@every_model
def test_no_hole_changes_nothing(model):
    image, hole = given(model, photo(48, 48), disc(48, 48))
    answer = model.fill(image, np.zeros_like(hole), Guide(), FAST, Ticket())
    np.testing.assert_allclose(answer.image, image, atol=0 if model.traits.values == "bytes" else 0.02)


@every_model
def test_a_hole_along_all_borders(model):
    pixels, hole = photo(60, 70), frame(60, 70)
    result = fill(Request(pixels, hole, model.traits.name, options=FAST), Ticket())
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    assert not np.array_equal(result.pixels[hole], pixels[hole])


@every_model
def test_grey_stays_grey(model):
    hole = disc(50, 60)
    result = fill(Request(grey_photo(50, 60), hole, model.traits.name, options=FAST), Ticket())
    assert (result.pixels == result.pixels[..., :1]).all()


@every_model
def test_what_lies_in_the_hole_does_not_matter(model):
    hole = disc(50, 60)
    one, other = photo(50, 60), photo(50, 60)
    other[hole] = (255, 0, 255)
    first, second = (fill(Request(p, hole, model.traits.name, options=FAST), Ticket()).pixels for p in (one, other))
    np.testing.assert_array_equal(first, second)


@every_model
def test_the_same_pixels_again_and_with_more_threads(model):
    pixels, hole = photo(90, 110), disc(90, 110)
    requests = [
        Request(pixels, hole, model.traits.name, options=Options("fast", 7, threads=threads)) for threads in (1, 1, 3)
    ]
    first, *others = (fill(request, Ticket()).pixels for request in requests)
    for other in others:
        np.testing.assert_array_equal(first, other)


@named([model for model in MODELS if "seeds" in model.traits.gives])
def test_another_seed_is_another_fill(model):
    pixels, hole = photo(90, 110), disc(90, 110)
    one, other = (
        fill(Request(pixels, hole, model.traits.name, options=Options("fast", seed)), Ticket()).pixels
        for seed in (1, 2)
    )
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


@named([model for model in MODELS if "donors" in model.traits.listens])
def test_donors_are_never_sampled(model):
    pixels, hole = photo(80, 100), disc(80, 100)
    donors = np.zeros((80, 100), bool)
    donors[:, 60:] = True
    donors[:20, :30] = True
    pixels[donors] = (255, 0, 255)  # nothing else in the picture is near it
    result = fill(Request(pixels, hole, model.traits.name, Guide(donors=donors & ~hole), FAST), Ticket())
    filled = result.pixels[hole].astype(int)
    assert not ((filled[:, 0] > 170) & (filled[:, 1] < 40) & (filled[:, 2] > 170)).any()
    flow = result.flow
    if flow is not None:
        for row, col in np.argwhere(hole):
            source = flow.source_of(row, col)
            assert source is None or not donors[source[:2]]


@named([model for model in MODELS if "donors" in model.traits.listens])
def test_nothing_left_to_sample_is_an_error(model):
    hole = disc(60, 60)
    with pytest.raises(NoSource):
        fill(Request(photo(60, 60), hole, model.traits.name, Guide(donors=~hole), FAST), Ticket())


@every_model
def test_sources_are_known_pixels_of_the_picture(model):
    pixels, hole = photo(70, 90), disc(70, 90)
    flow = fill(Request(pixels, hole, model.traits.name, options=FAST), Ticket()).flow
    if flow is None:
        pytest.skip("this model does not tell its sources")
    assert flow.hole[hole[flow.box.slices]].all()
    for row, col in np.argwhere(hole):
        source = flow.source_of(row, col)
        assert source is not None
        assert not hole[source[:2]]
        assert 0 <= source[2] <= 1

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.cutout import is_cutout
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.warm_up import list_models, warm_up
from inpaint_studio.engine.flow.flow import MATCHED
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, NoHole, NoSource, UnknownModel
from inpaint_studio.models.base.interface import AUTO, Fill, Guide, LabelClass, Options, Traits
from inpaint_studio.models.base.registry import Registry, registry
from inpaint_studio.opencv import cv2
from tests import synthetic

WITHOUT_WEIGHTS = sorted(name for name, model in registry().models.items() if not model.traits.needs_weights)
FAST = Options(quality="fast", threads=1)


@pytest.fixture
def with_model(monkeypatch):
    """Return a function that adds a model to the library for this test and returns its name."""

    def register(model):
        models = {**registry().models, model.traits.name: model}
        monkeypatch.setattr(engine, "model_library", lambda: Registry(models))
        return model.traits.name

    return register


class Fake:
    """A model with the output that a test chooses; by default it paints the hole red, with sources one column left."""

    def __init__(self, values="bytes", answer=None, **traits):
        self.traits = Traits("fake", "Fake", "A fake.", values=values, **traits)
        self.answer, self.seen = answer, []

    def fill(self, image, hole, guide, _options, _ticket):
        self.seen.append((image.shape, int(hole.sum()), guide))
        if self.answer is not None:
            return self.answer(image, hole, guide)
        if self.traits.values == "unit":
            return Fill(np.full_like(image, 0.5))
        painted = np.zeros_like(image)  # outside the hole too: that must not matter
        painted[..., 0] = 255
        sources = np.zeros((2, *hole.shape), np.int32)
        sources[1] = -1
        return Fill(painted, sources=sources)

    def warm_up(self, ticket):
        pass


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(1, 48),
    width=st.integers(1, 48),
    channels=st.sampled_from([3, 4]),
    grey=st.booleans(),
    model=st.sampled_from(WITHOUT_WEIGHTS),
    share=st.floats(0.01, 0.9),
    seed=st.integers(0, 99),
)
def test_outside_the_hole_nothing_changes(height, width, channels, grey, model, share, seed):
    noise = np.random.default_rng(seed)
    pixels = noise.integers(0, 256, (height, width, channels), np.uint8)
    if grey:
        pixels[..., :3] = pixels[..., :1]
    hole = noise.random((height, width)) < share
    before = pixels.copy()
    try:
        result = fill(Request(pixels, hole, model, options=FAST), Ticket())
    except (NoHole, NoSource):
        assert not hole.any() or hole.all() or (channels == 4 and (pixels[..., 3][~hole] == 0).any())
        return
    np.testing.assert_array_equal(result.pixels[~hole], before[~hole])
    np.testing.assert_array_equal(pixels, before)
    assert result.pixels.shape == pixels.shape
    if channels == 4 and not is_cutout(pixels, hole):
        assert (result.pixels[hole][:, 3] == 255).all()


def guides(noise, shape, kinds):
    """Draw a random guide of these kinds for an image of this size."""
    drawn = noise.random(shape)
    donors, edges, labels = drawn < 0.3, drawn.astype(np.float32), (drawn * 4).astype(np.uint8)
    lines = np.zeros(shape, np.uint8)
    lines[noise.integers(shape[0])] = 1
    lines[:, noise.integers(shape[1])] = 2
    every = {"lines": lines, "edges": edges, "labels": labels, "donors": donors}
    return Guide(**{name: every[name] for name in kinds})


@settings(max_examples=60, deadline=None)
@given(
    size=st.tuples(st.integers(8, 70), st.integers(8, 70)),
    channels=st.sampled_from([3, 4]),
    model=st.sampled_from([AUTO, *WITHOUT_WEIGHTS]),
    kinds=st.sets(st.sampled_from(["lines", "edges", "labels", "donors"])),
    share=st.floats(0.02, 0.5),
    seed=st.integers(0, 2**32 - 1),
)
def test_sources_are_known_visible_and_allowed_with_every_guide(size, channels, model, kinds, share, seed):
    """The same pixels for any number of threads, and nothing outside the hole."""
    noise = np.random.default_rng(seed)
    pixels = synthetic.photo(*size, channels, seed)
    if channels == 4:
        pixels[: size[0] // 4, ..., 3] = 0
    hole = cv2.blur(noise.random(size), (7, 7)) < np.quantile(cv2.blur(noise.random(size), (7, 7)), share)
    guide = guides(noise, size, kinds)
    requests = [Request(pixels, hole, model, guide, Options("fast", seed, threads=n)) for n in (1, 2, 16)]
    try:
        result, *others = (fill(request, Ticket()) for request in requests)
    except (NoHole, NoSource):
        return
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    for other in others:
        np.testing.assert_array_equal(other.pixels, result.pixels)
    flow = result.flow
    if flow is None:
        return
    blocked = hole.copy()
    if guide.donors is not None:
        blocked |= guide.donors
    if channels == 4 and model in ("telea", "navier-stokes"):  # the exemplar filler copies transparency too
        blocked |= pixels[..., 3] == 0
    rows, columns = np.nonzero(flow.hole)
    from_rows = rows + flow.box.top + flow.offsets[0][flow.hole]
    from_columns = columns + flow.box.left + flow.offsets[1][flow.hole]
    assert (from_rows >= 0).all()
    assert (from_columns >= 0).all()
    assert not blocked[from_rows, from_columns].any()
    assert hole[flow.box.slices][flow.hole].all()


@pytest.mark.parametrize("values", ["bytes", "unit"])
def test_a_model_that_paints_everything_changes_only_the_hole(with_model, values):
    pixels, hole = synthetic.photo(90, 120), synthetic.disc(90, 120)
    result = fill(Request(pixels, hole, with_model(Fake(values))), Ticket())
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    assert not np.array_equal(result.pixels[hole], pixels[hole])


def test_the_result_of_a_fill(with_model):
    pixels, hole = synthetic.photo(300, 400), np.zeros((300, 400), bool)
    hole[50:60, 50:60] = hole[250:260, 350:370] = True
    result = fill(Request(pixels, hole, with_model(Fake()), options=Options(seed=5)), Ticket())
    assert (result.model, result.seed, result.device) == ("fake", 5, "cpu")
    assert [region.model for region in result.regions] == ["fake", "fake"]
    assert [region.scale for region in result.regions] == [1.0, 1.0]
    assert result.regions[0].box.slices == (slice(18, 92), slice(18, 92))
    assert 0 < result.seconds < 60
    assert result.cpu_seconds >= 0
    assert result.flow is not None
    assert result.flow.source_of(255, 360)[:2] == (255, 359)
    assert result.flow.source_of(150, 200) is None
    assert result.flow.label == "copied"


def test_a_class_that_no_model_knows_is_refused(with_model):
    pixels, hole = synthetic.photo(40, 50), synthetic.disc(40, 50)
    classes = (LabelClass("sky", (1, 2, 3)), LabelClass("grass", (4, 5, 6)))
    model = Fake(accepts=frozenset({"labels"}), classes=classes)
    labels = np.zeros((40, 50), np.uint8)
    labels[20, 25] = 3
    with pytest.raises(InputError, match=r"Class 3 is painted, and Fake knows 2 \(sky, grass\)"):
        fill(Request(pixels, hole, with_model(model), Guide(labels=labels)), Ticket())
    labels[20, 25] = 2
    fill(Request(pixels, hole, with_model(model), Guide(labels=labels)), Ticket())
    assert model.seen[-1][2].labels.max() == 2


def test_a_model_with_attention_labels_its_flow(with_model):
    hole = synthetic.disc(50, 50)
    name = with_model(Fake(origin="attention"))
    assert fill(Request(synthetic.photo(50, 50), hole, name), Ticket()).flow.label == "attention"
    assert fill(Request(synthetic.photo(50, 50), hole, with_model(Fake("unit"))), Ticket()).flow.label == MATCHED


def test_a_region_without_sources_is_tried_with_the_whole_photo():
    pixels, hole = synthetic.photo(400, 400), np.zeros((400, 400), bool)
    hole[190:210, 190:210] = True
    donors = np.ones((400, 400), bool)
    donors[:30, :30] = False
    for name in ("telea", "exemplar"):
        result = fill(Request(pixels, hole, name, Guide(donors=donors), FAST), Ticket())
        assert result.regions[0].box == (0, 0, 400, 400)
        np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
        row, col, _ = result.flow.source_of(200, 200)
        assert row < 30
        assert col < 30


def test_no_source_in_the_whole_photo():
    hole = synthetic.disc(60, 60)
    with pytest.raises(NoSource):
        fill(Request(synthetic.photo(60, 60), hole, "telea", Guide(donors=~hole)), Ticket())


def test_invisible_pixels_are_not_copied(with_model):
    pixels, hole = synthetic.photo(60, 60, 4), synthetic.disc(60, 60, 8)
    pixels[:, :20, 3] = 0
    model = Fake()
    fill(Request(pixels, hole, with_model(model)), Ticket())
    np.testing.assert_array_equal(model.seen[0][2].donors, pixels[..., 3] == 0)


def test_guides_that_have_no_effect_are_named(with_model):
    hole, plane = synthetic.disc(50, 50), np.ones((50, 50), np.uint8)
    name = with_model(Fake(accepts=frozenset({"donors"})))
    guide = Guide(lines=plane, edges=plane.astype(np.float32), labels=plane, donors=~hole)
    notes = fill(Request(synthetic.photo(50, 50), hole, name, guide), Ticket()).notes
    assert len(notes) == 3
    assert any("guide lines" in note for note in notes)
    assert not any("excluded" in note for note in notes)


def test_progress_runs_from_0_to_1():
    shown = []
    pixels, hole = synthetic.photo(300, 400), np.zeros((300, 400), bool)
    hole[50:60, 50:60] = hole[250:260, 350:370] = True
    fill(Request(pixels, hole, "telea"), Ticket(lambda fraction, _note: shown.append(fraction)))
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 1)


def test_cancelled_before_it_starts():
    ticket = Ticket()
    ticket.cancel()
    with pytest.raises(Cancelled):
        fill(Request(synthetic.photo(40, 40), synthetic.disc(40, 40)), ticket)


def test_wrong_requests():
    pixels, hole = synthetic.photo(40, 50), synthetic.disc(40, 50)
    with pytest.raises(NoHole):
        fill(Request(pixels, np.zeros_like(hole)), Ticket())
    with pytest.raises(UnknownModel):
        fill(Request(pixels, hole, "nothing"), Ticket())
    with pytest.raises(InputError, match="50 x 41"):
        fill(Request(pixels, np.ones((41, 50), bool)), Ticket())
    with pytest.raises(InputError, match="guide lines"):
        fill(Request(pixels, hole, guide=Guide(lines=np.zeros((3, 3), np.uint8))), Ticket())
    with pytest.raises(InputError, match="device"):
        fill(Request(pixels, hole, options=Options(device="gpu")), Ticket())
    with pytest.raises(ValueError, match="uint8"):
        fill(Request(pixels.astype(float), hole), Ticket())


def test_the_models_a_request_needs():
    hole = np.zeros((300, 400), bool)
    hole[20, 20:60] = True
    rows, columns = np.mgrid[:300, :400]
    pixels = np.stack([rows // 3, columns // 3, 200 - columns // 4], -1).astype(np.uint8)  # smooth
    assert [model.traits.name for model in list_models(Request(pixels, hole))] == ["navier-stokes"]
    hole[200:240, 200:240] = True
    assert {model.traits.name for model in list_models(Request(pixels, hole))} == {"navier-stokes", "exemplar"}
    assert [model.traits.name for model in list_models(Request(pixels, hole, "navier-stokes"))] == ["navier-stokes"]


def test_a_network_gets_the_resolved_device_and_the_options(with_model):
    received = []

    class Recording(Fake):
        def fill(self, image, hole, guide, options, ticket):
            received.append(options)
            return super().fill(image, hole, guide, options, ticket)

    hole = synthetic.disc(50, 50)
    name = with_model(Recording("unit", needs_weights=True))
    result = fill(Request(synthetic.photo(50, 50), hole, name, options=Options("fast", precision="bfloat16")), Ticket())
    assert received[0].device == result.device != "auto"
    assert received[0].precision == "bfloat16"
    assert not received[0].whole


def two_stages(image, hole, _guide):
    return Fill(image, coarse=np.where(hole, np.float32(1), image), edges=np.where(hole, 0.75, 0.25).astype(np.float32))


def test_the_first_stages_are_kept_for_every_part(with_model):
    pixels, hole = synthetic.photo(300, 400, 4), np.zeros((300, 400), bool)
    hole[50:60, 50:60] = hole[250:260, 350:370] = True
    name = with_model(Fake("unit", two_stages, provides=frozenset({"edges", "coarse"})))
    result = fill(Request(pixels, hole, name, options=FAST), Ticket())
    assert [piece.box for piece in result.coarse] == [(50, 50, 60, 60), (250, 350, 260, 370)]
    assert [piece.box for piece in result.edges] == [piece.box for piece in result.coarse]
    for piece in result.coarse:
        inside = hole[piece.box.slices]
        assert piece.pixels.dtype == np.uint8
        assert (piece.pixels[inside] == 255).all()
        np.testing.assert_array_equal(piece.pixels[~inside], pixels[piece.box.slices][~inside][:, :3])
    assert all((piece.pixels == 0.75).all() for piece in result.edges)


def test_only_the_edges(with_model):
    pixels, hole = synthetic.photo(60, 70), synthetic.disc(60, 70)
    only = Options(only="edges")
    name = with_model(Fake("unit", two_stages, provides=frozenset({"edges"})))
    result = fill(Request(pixels, hole, name, options=only), Ticket())
    np.testing.assert_array_equal(result.pixels, pixels)
    assert result.flow is None
    assert len(result.edges) == 1
    with pytest.raises(InputError, match="Telea predicts no edges"):
        fill(Request(pixels, hole, "telea", options=only), Ticket())
    with pytest.raises(InputError, match="no edges"):
        list_models(Request(pixels, hole, options=only))


def test_a_large_hole_gets_detail_from_the_photo(with_model):
    pixels, hole = synthetic.photo(150, 180), synthetic.disc(150, 180)
    name = with_model(Fake("unit", max_side=64))
    result = fill(Request(pixels, hole, name, options=FAST), Ticket())
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    region = result.regions[0]
    assert region.scale < 0.75
    assert region.detail == "copied"
    assert result.flow.label == "copied"
    assert any("detail" in note for note in result.notes)


def test_holes_that_a_network_fills_apart_come_out_whole(with_model):
    """Their boxes overlap; each hole is filled once, and from the request's pixels."""
    hole = np.zeros((200, 300), bool)
    hole[20::60, 20::60] = True
    pixels = synthetic.photo(200, 300)
    model = Fake("unit", lambda image, _hole, _guide: Fill(np.full_like(image, 0.5)), trained_at=64, max_side=64)
    result = fill(Request(pixels, hole, with_model(model), options=FAST), Ticket())
    assert len(result.regions) > 4
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])
    np.testing.assert_array_equal(result.flow.hole, hole[result.flow.box.slices])


def test_a_hole_outside_the_middle_is_refused_before_anything_is_computed(with_model):
    hole = synthetic.frame(60, 70)
    name = with_model(Fake("unit", fixed_size=32, centred=0.5))
    for function in (list_models, lambda request: fill(request, Ticket())):
        with pytest.raises(InputError, match="middle"):
            function(Request(synthetic.photo(60, 70), hole, name))


def test_a_network_is_warmed_up_with_the_options_of_the_request(with_model):
    received = []

    class Network(Fake):
        def fill(self, image, hole, guide, options, ticket):
            received.append((options.precision, options.device, options.whole, options.only, image.shape[1:]))
            return super().fill(image, hole, guide, options, ticket)

        def warm_up(self, _ticket):
            raise AssertionError("a network is warmed up by a fill")

    name = with_model(Network(values="unit", needs_weights=True, multiple_of=8, provides=frozenset({"edges"})))
    how = Options(precision="bfloat16", device="cpu", only="edges")
    hole = np.zeros((40, 50), bool)
    hole[20:24, 20:24] = True
    request = Request(np.full((40, 50, 3), 90, np.uint8), hole, name, options=how, plain=True)
    reported = []
    assert warm_up(request, Ticket(lambda fraction, _note: reported.append(fraction))) == [name]
    assert received == [("bfloat16", "cpu", True, None, (128, 128))]
    assert reported == sorted(reported)
    assert warm_up(request, Ticket(), {name}) == []
    assert len(received) == 1


def test_a_model_without_weights_is_warmed_up_by_its_own_method(with_model):
    ready = []

    class Model(Fake):
        def warm_up(self, _ticket):
            ready.append("warm")

    name = with_model(Model())
    hole = np.ones((4, 4), bool)
    assert warm_up(Request(np.zeros((4, 4, 3), np.uint8), hole, name), Ticket()) == [name]
    assert ready == ["warm"]

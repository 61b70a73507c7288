"""Networks see pictures of their own size and range; what they answer fits the photo again."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill.model_io import Frame, fill_region, match_tone, paste
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.interface import Fill, Guide, Options, Traits
from tests import synthetic


class MeanColour:
    """A small network: fills with the mean of the known pixels, and keeps its arguments."""

    def __init__(self, answer=None, **traits):
        self.traits = Traits("mean", "Mean", "Fills with the mean.", values="unit", **traits)
        self.answer = answer

    def fill(self, image, hole, guide, _options, _ticket):
        self.image, self.hole, self.guide = image, hole, guide
        if self.answer is not None:
            return self.answer(image)
        mean = image[:, ~hole].mean(axis=1)
        return Fill(np.where(hole, mean[:, None, None], image).astype(np.float32))

    def warm_up(self, ticket):
        pass


def fill_with(model, pixels, hole, guide=Guide()):  # noqa: B008  (a Guide does not change)
    return fill_region(model, pixels, hole, guide, Options(), Ticket())


@pytest.mark.parametrize(
    ("traits", "size", "seen"),
    [
        ({}, (33, 47), (33, 47)),
        ({"multiple_of": 8}, (33, 47), (40, 48)),
        ({"multiple_of": 8}, (1, 1), (8, 8)),
        ({"max_side": 64, "multiple_of": 8}, (33, 47), (40, 48)),
        ({"max_side": 64, "multiple_of": 8}, (100, 256), (32, 64)),
        ({"trained_at": 64}, (33, 147), (33, 147)),
        ({"min_side": 60, "multiple_of": 8}, (33, 70), (64, 72)),
        ({"min_side": 100}, (3, 2), (100, 100)),
        ({"fixed_size": 64}, (33, 47), (64, 64)),
        ({"fixed_size": 64}, (300, 20), (64, 64)),
    ],
    ids=str,
)
def test_the_size_a_network_sees(traits, size, seen):
    model, hole = MeanColour(**traits), synthetic.disc(*size)
    if hole.all():
        model.answer = lambda image: Fill(image)
    answer = fill_with(model, synthetic.photo(*size), hole)
    assert model.image.shape == (3, *seen)
    assert model.image.dtype == np.float32
    assert model.image.flags.c_contiguous
    assert 0 <= model.image.min() <= model.image.max() <= 1
    assert model.hole.shape == seen
    assert model.hole.dtype == bool
    assert answer.pixels.shape == (*size, 3)
    assert answer.pixels.dtype == np.uint8


@pytest.mark.parametrize("traits", [{"max_side": 50}, {"fixed_size": 97}, {"fixed_size": 190}], ids=str)
def test_no_pixel_of_the_hole_reaches_what_is_known_through_scaling(traits):
    pixels, hole = np.full((90, 120, 3), 100, np.uint8), synthetic.disc(90, 120)
    pixels[hole] = 255
    model = MeanColour(**traits)
    fill_with(model, pixels, hole)
    np.testing.assert_allclose(model.image[:, ~model.hole], 100 / 255, atol=1e-6)
    assert model.hole.any()


def test_guides_are_scaled_with_the_photo():
    lines = np.zeros((100, 200), np.uint8)
    lines[40:60] = 9
    donors = np.zeros((100, 200), bool)
    donors[:, :50] = True
    model = MeanColour(max_side=100, multiple_of=8)
    guide = Guide(lines, lines.astype(np.float32) / 9, lines, donors)
    fill_with(model, synthetic.photo(100, 200), synthetic.disc(100, 200), guide)
    assert set(np.unique(model.guide.lines)) == {0, 9}
    assert set(np.unique(model.guide.labels)) == {0, 9}
    assert model.guide.labels.dtype == np.uint8
    assert model.guide.edges.dtype == np.float32
    assert model.guide.donors[:, :25].all()
    assert not model.guide.donors[:50, 30:90].any()
    assert {plane.shape for plane in model.guide} == {(56, 104)}


@pytest.mark.parametrize("row", range(20, 40))
def test_a_thin_guide_line_stays_whole_where_the_photo_is_scaled_down(row):
    lines = np.zeros((400, 300), np.uint8)
    lines[row, 10:290] = 7
    seen = Frame.fit(Traits("net", "Net", "A network.", max_side=40), 400, 300).lines_to_network(lines)
    assert set(np.unique(seen)) == {0, 7}
    assert (seen[:, 2:28] == 7).any(axis=0).all()
    assert (seen > 0).sum(axis=0).max() <= 2


def test_offsets_come_back_in_the_pixels_of_the_region():
    sources = np.zeros((2, 32, 64), np.int32)
    sources[1] = 5
    model = MeanColour(lambda image: Fill(image, sources=sources, weight=np.ones((32, 64), np.float32)), max_side=64)
    answer = fill_with(model, synthetic.photo(64, 128), synthetic.disc(64, 128))
    assert answer.scale == 0.5
    assert answer.sources.shape == (2, 64, 128)
    assert (answer.sources[1] == 10).all()
    assert answer.weight.shape == (64, 128)


def test_padding_repeats_the_reflection_as_often_as_needed():
    pixels, hole = synthetic.photo(5, 7), synthetic.disc(5, 7)
    model = MeanColour(min_side=32)
    fill_with(model, pixels, hole)
    wide = np.pad(pixels, ((0, 27), (0, 25), (0, 0)), mode="symmetric")
    np.testing.assert_array_equal(np.rint(model.image * 255), np.moveaxis(wide, 2, 0))
    np.testing.assert_array_equal(model.hole, np.pad(hole, ((0, 27), (0, 25)), mode="symmetric"))


def test_shrink_draws_a_region_smaller():
    model = MeanColour(max_side=100)
    region, hole = synthetic.photo(60, 80), synthetic.disc(60, 80)
    filled = fill_region(model, region, hole, Guide(), Options(), Ticket(), shrink=0.5)
    assert model.image.shape == (3, 30, 40)
    assert filled.scale == 0.5
    fill_region(model, synthetic.photo(160, 200), synthetic.disc(160, 200), Guide(), Options(), Ticket(), shrink=0.5)
    assert model.image.shape == (3, 40, 50)


def test_first_stages_come_back_at_the_size_of_the_region():
    def answer(image):
        return Fill(image, coarse=image * 0 + np.float32(0.2), edges=np.full(image.shape[1:], 1.5, np.float32))

    pixels, hole = synthetic.photo(64, 128), synthetic.disc(64, 128)
    got = fill_with(MeanColour(answer, max_side=64, multiple_of=16), pixels, hole)
    assert (got.coarse == 51).all()
    assert got.coarse.shape == pixels.shape
    assert got.edges.shape == hole.shape
    assert got.edges.dtype == np.float32
    assert (got.edges == 1).all()


def test_a_wrong_tone_is_matched_to_the_ring():
    pixels, hole = np.full((80, 80, 3), 120, np.uint8), synthetic.disc(80, 80)
    dark = MeanColour(lambda image: Fill(image * 0 + np.float32(0.2)))
    np.testing.assert_allclose(fill_with(dark, pixels, hole).pixels[hole].astype(int), 120, atol=1)


def test_a_fill_without_a_seam_is_not_changed():
    pixels, hole = synthetic.photo(80, 80), synthetic.disc(80, 80)
    filled = pixels.astype(np.float32)
    np.testing.assert_array_equal(match_tone(filled, pixels, hole, ~hole), filled)
    everything = np.ones((80, 80), bool)
    np.testing.assert_array_equal(match_tone(filled, pixels, everything, ~everything), filled)


def test_a_grey_photo_is_filled_grey():
    colourful = MeanColour(lambda image: Fill(np.random.default_rng(0).random(image.shape, np.float32)))
    pixels, hole = synthetic.grey_photo(40, 50), synthetic.disc(40, 50)
    filled = fill_with(colourful, pixels, hole).pixels
    assert (filled == filled[..., :1]).all()


@pytest.mark.parametrize(
    "answer",
    [
        lambda image: Fill(image[:, 1:]),
        lambda image: Fill((image * 255).astype(np.uint8)),
        lambda image: Fill(image, sources=np.zeros((2, 3, 3), np.int32)),
        lambda image: Fill(image, sources=None, weight=np.zeros((3, 3), np.float32)),
        lambda image: Fill(image, coarse=image[:, 1:]),
        lambda image: Fill(image, output=image[:2]),
        lambda image: Fill(image, edges=image),
    ],
)
def test_an_output_of_the_wrong_form_is_an_error(answer):
    with pytest.raises(StudioError, match="gave an answer that cannot be used"):
        fill_with(MeanColour(answer), synthetic.photo(30, 30), synthetic.disc(30, 30))


def test_pasting_changes_only_the_hole():
    pixels = synthetic.photo(20, 20, 4)
    pixels[..., 3] = 77
    before, where = pixels.copy(), synthetic.disc(10, 10)
    paste(pixels, Box(5, 6, 15, 16), np.zeros((10, 10, 3), np.uint8), where)
    inside = np.zeros((20, 20), bool)
    inside[5:15, 6:16] = where
    np.testing.assert_array_equal(pixels[~inside], before[~inside])
    assert (pixels[inside] == (0, 0, 0, 255)).all()

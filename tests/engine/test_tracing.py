"""Sources of every fill: a network's own made honest, else matched afterwards; detail where it saw less."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill import sources as tracing
from inpaint_studio.engine.fill.detail import Detail
from inpaint_studio.engine.fill.model_io import Answer
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled
from inpaint_studio.models.base.interface import Options, Traits
from tests import synthetic

SIZE = (40, 50)
REGION, HOLE = synthetic.photo(*SIZE), synthetic.disc(*SIZE)
DRAWN = np.full((*SIZE, 3), 128, np.uint8)
NETWORK = Traits("net", "Net", "A network.", origin="attention")


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch):
    """What searches the picture is tested in its own place."""

    def matched(filled, hole, _donors, _options, _ticket):
        assert (filled[hole] == 128).all()
        np.testing.assert_array_equal(filled[~hole], REGION[~hole])
        return np.ones((2, *hole.shape), np.int32), np.full(hole.shape, 0.5, np.float32)

    def synthesise(region, hole, _drawn, _donors, scale, _options, _ticket):
        assert scale < 0.75
        pixels = np.where(hole[..., None], np.uint8(7), region)
        return Detail(pixels, np.full((2, *hole.shape), 99, np.int32), hole.astype(np.float32), ("A word.",))

    monkeypatch.setattr(tracing.matching, "matched", matched)
    monkeypatch.setattr(tracing.detail, "synthesise", synthesise)


def traced(answer, donors=None, traits=NETWORK, hole=HOLE):
    return tracing.trace(answer, REGION, hole, donors, traits, Options(), Ticket())


def reached(sources, hole=HOLE):
    rows, columns = np.nonzero(hole)
    return rows + sources[0][hole], columns + sources[1][hole]


def test_attention_leads_to_known_pixels_and_good_sources_stay():
    sources = np.zeros((2, *SIZE), np.int32)
    sources[1] = 25  # past the hole, and for some out of the picture
    sources[:, :18] = -900
    donors = np.zeros(SIZE, bool)
    donors[:, 45:] = True
    result = traced(Answer(DRAWN, sources, np.ones(SIZE, np.float32)), donors)
    rows, columns = reached(result.sources)
    assert not (HOLE | donors)[rows, columns].any()
    assert result.label == "attention"
    np.testing.assert_array_equal(result.pixels, DRAWN)
    good = HOLE & (np.arange(50) + 25 < 45) & (np.arange(40) >= 18)[:, None]
    assert good.any()
    assert (result.sources[1][good] == 25).all()
    assert not result.sources[:, ~HOLE].any()


def test_a_wrong_source_is_led_to_the_nearest_known_pixel():
    hole = np.zeros(SIZE, bool)
    hole[10:20, 10:20] = True
    led = tracing.allowed(np.zeros((2, *SIZE), np.int32), hole, hole)
    assert tuple(led[:, 15, 10]) == (0, -1)
    assert tuple(led[:, 19, 14]) == (1, 0)


def test_a_model_that_tells_nothing_is_matched_afterwards():
    result = traced(Answer(DRAWN))
    assert result.label == "matched afterwards"
    assert (result.sources == 1).all()
    assert not result.detailed
    copying = Traits("copying", "Copying", "Copies.", values="bytes")
    assert traced(Answer(DRAWN), traits=copying).label == "matched afterwards"


def test_a_model_that_copies_is_believed():
    copying = Traits("copying", "Copying", "Copies.", values="bytes", origin="nearest known")
    sources = np.full((2, *SIZE), 3, np.int32)
    result = traced(Answer(DRAWN, sources), traits=copying)
    assert result.sources is sources
    assert result.label == "nearest known"


def test_what_was_drawn_small_gets_the_photos_detail():
    sources = np.zeros((2, *SIZE), np.int32)
    result = traced(Answer(DRAWN, sources, scale=0.4))
    assert (result.pixels[HOLE] == 7).all()
    assert result.detailed
    assert result.label == "copied"
    assert "40 %" in result.notes[0]
    assert "A word." in result.notes
    rows, columns = reached(result.sources)
    assert not HOLE[rows, columns].any()
    assert not traced(Answer(DRAWN, sources, scale=0.8)).detailed


def test_without_anything_to_take_detail_from_the_drawing_stays(monkeypatch):
    nothing = Detail(DRAWN, np.zeros((2, *SIZE), np.int32), np.zeros(SIZE, np.float32), ("Nothing.",))
    monkeypatch.setattr(tracing.detail, "synthesise", lambda *_: nothing)
    result = traced(Answer(DRAWN, scale=0.4))
    np.testing.assert_array_equal(result.pixels, DRAWN)
    assert result.label == "matched afterwards"
    assert not result.detailed
    assert "enlarged" in result.notes[0]


def test_a_region_without_known_pixels_has_no_sources():
    everything = np.ones(SIZE, bool)
    for answer in (Answer(DRAWN), Answer(DRAWN, np.zeros((2, *SIZE), np.int32)), Answer(DRAWN, scale=0.1)):
        result = traced(answer, hole=everything)
        assert result.sources is None
        np.testing.assert_array_equal(result.pixels, DRAWN)
    assert traced(Answer(DRAWN), donors=~HOLE).sources is None


def test_memory_that_runs_out_costs_the_sources_alone(monkeypatch):
    def greedy(*_):
        raise MemoryError

    monkeypatch.setattr(tracing.matching, "matched", greedy)
    result = traced(Answer(DRAWN))
    np.testing.assert_array_equal(result.pixels, DRAWN)
    assert result.sources is None
    assert "memory" in result.notes[0]

    def cancelled(*_):
        raise Cancelled

    monkeypatch.setattr(tracing.matching, "matched", cancelled)
    with pytest.raises(Cancelled):
        traced(Answer(DRAWN))

"""The sources of every fill: the network's own, corrected, or matched afterwards; detail for fills drawn smaller."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.fill import sources as sources_module
from inpaint_studio.engine.fill.detail import DetailedFill
from inpaint_studio.engine.fill.model_io import RegionFill
from inpaint_studio.engine.flow.flow import redirect_blocked
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled
from inpaint_studio.models.base.interface import Options, Traits
from tests import synthetic

SIZE = (40, 50)
REGION, HOLE = synthetic.photo(*SIZE), synthetic.disc(*SIZE)
DRAWN = np.full((*SIZE, 3), 128, np.uint8)
NETWORK = Traits("net", "Net", "A network.", origin="attention")


@pytest.fixture(autouse=True)
def replaced_searches(monkeypatch):
    """Replace the searches, which have tests of their own."""

    def match_fill(filled, hole, _donors, _options, _ticket):
        assert (filled[hole] == 128).all()
        np.testing.assert_array_equal(filled[~hole], REGION[~hole])
        return np.ones((2, *hole.shape), np.int32), np.full(hole.shape, 0.5, np.float32)

    def synthesise(region, hole, _drawn, _donors, scale, _options, _ticket, _drawn_finely=None):
        assert scale < 0.75
        pixels = np.where(hole[..., None], np.uint8(7), region)
        return DetailedFill(pixels, np.full((2, *hole.shape), 99, np.int32), hole.astype(np.float32), ("A note.",))

    monkeypatch.setattr(sources_module, "match_fill", match_fill)
    monkeypatch.setattr(sources_module.detail, "synthesise", synthesise)


def trace(filled, donors=None, traits=NETWORK, hole=HOLE):
    return sources_module.trace_sources(filled, REGION, hole, donors, traits, Options(), Ticket())


def source_pixels(sources, hole=HOLE):
    rows, columns = np.nonzero(hole)
    return rows + sources[0][hole], columns + sources[1][hole]


def test_attention_leads_to_known_pixels_and_good_sources_stay():
    sources = np.zeros((2, *SIZE), np.int32)
    sources[1] = 25  # past the hole, and for some outside the region
    sources[:, :18] = -900
    donors = np.zeros(SIZE, bool)
    donors[:, 45:] = True
    result = trace(RegionFill(DRAWN, sources, np.ones(SIZE, np.float32)), donors)
    rows, columns = source_pixels(result.sources)
    assert not (HOLE | donors)[rows, columns].any()
    assert result.label == "attention"
    np.testing.assert_array_equal(result.pixels, DRAWN)
    good = HOLE & (np.arange(50) + 25 < 45) & (np.arange(40) >= 18)[:, None]
    assert good.any()
    assert (result.sources[1][good] == 25).all()
    assert not result.sources[:, ~HOLE].any()


def test_a_source_in_the_hole_is_replaced_by_the_nearest_known_pixel():
    hole = np.zeros(SIZE, bool)
    hole[10:20, 10:20] = True
    redirected = redirect_blocked(np.zeros((2, *SIZE), np.int32), hole, hole)
    assert tuple(redirected[:, 15, 10]) == (0, -1)
    assert tuple(redirected[:, 19, 14]) == (1, 0)


def test_a_fill_without_sources_is_matched_afterwards():
    result = trace(RegionFill(DRAWN))
    assert result.label == "matched afterwards"
    assert (result.sources == 1).all()
    assert not result.detailed
    copying = Traits("copying", "Copying", "Copies.", values="bytes")
    assert trace(RegionFill(DRAWN), traits=copying).label == "matched afterwards"


def test_the_sources_of_a_model_that_copies_are_kept():
    copying = Traits("copying", "Copying", "Copies.", values="bytes", origin="nearest known")
    sources = np.full((2, *SIZE), 3, np.int32)
    result = trace(RegionFill(DRAWN, sources), traits=copying)
    assert result.sources is sources
    assert result.label == "nearest known"


def test_a_fill_that_was_drawn_small_gets_detail_from_the_photo():
    sources = np.zeros((2, *SIZE), np.int32)
    result = trace(RegionFill(DRAWN, sources, scale=0.4))
    assert (result.pixels[HOLE] == 7).all()
    assert result.detailed
    assert result.label == "copied"
    assert "40 %" in result.notes[0]
    assert "A note." in result.notes
    rows, columns = source_pixels(result.sources)
    assert not HOLE[rows, columns].any()
    assert not trace(RegionFill(DRAWN, sources, scale=0.8)).detailed


def test_without_detail_to_copy_the_fill_is_only_enlarged(monkeypatch):
    nothing = DetailedFill(DRAWN, np.zeros((2, *SIZE), np.int32), np.zeros(SIZE, np.float32), ("Nothing.",))
    monkeypatch.setattr(sources_module.detail, "synthesise", lambda *_: nothing)
    result = trace(RegionFill(DRAWN, scale=0.4))
    np.testing.assert_array_equal(result.pixels, DRAWN)
    assert result.label == "matched afterwards"
    assert not result.detailed
    assert "enlarged" in result.notes[0]


def test_a_region_without_known_pixels_has_no_sources():
    everything = np.ones(SIZE, bool)
    for filled in (RegionFill(DRAWN), RegionFill(DRAWN, np.zeros((2, *SIZE), np.int32)), RegionFill(DRAWN, scale=0.1)):
        result = trace(filled, hole=everything)
        assert result.sources is None
        np.testing.assert_array_equal(result.pixels, DRAWN)
    assert trace(RegionFill(DRAWN), donors=~HOLE).sources is None


def test_running_out_of_memory_costs_only_the_sources(monkeypatch):
    def run_out(*_):
        raise MemoryError

    monkeypatch.setattr(sources_module, "match_fill", run_out)
    result = trace(RegionFill(DRAWN))
    np.testing.assert_array_equal(result.pixels, DRAWN)
    assert result.sources is None
    assert "memory" in result.notes[0]

    def cancel(*_):
        raise Cancelled

    monkeypatch.setattr(sources_module, "match_fill", cancel)
    with pytest.raises(Cancelled):
        trace(RegionFill(DRAWN))

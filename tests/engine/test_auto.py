"""The model that the program chooses by itself, by what lies round the hole, and the reason that it reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from inpaint_studio.engine.fill import run
from inpaint_studio.engine.fill.auto import TABLE, HoleLook, choose_model
from inpaint_studio.engine.fill.chooser import HoledPhoto, model_chooser
from inpaint_studio.engine.fill.regions import HolePart
from inpaint_studio.engine.fill.request import Region, Request, Result
from inpaint_studio.engine.fill.surroundings import Surroundings, look_around
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.models import lama
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import Registry, registry
from inpaint_studio.opencv import cv2
from tests.engine.test_pixel_grid import chequered, pixel_art
from tests.exemplar import images
from tests.models.weighted import weighted

SIZE = 200, 300
ROWS, COLUMNS = np.mgrid[: SIZE[0], : SIZE[1]]
SCRATCH = (np.abs(ROWS - 30 - 0.45 * COLUMNS) < 1.1) & (COLUMNS > 20) & (COLUMNS < 280)


def grainy(sigma: float = 4.0) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, sigma, (*SIZE, 1))
    return np.clip(np.full((*SIZE, 3), (120, 130, 140)) + noise, 0, 255).astype(np.uint8)


def step() -> np.ndarray:
    """A sharp edge between a bright and a dark side, which slants the other way than the scratch."""
    bright = COLUMNS > 120 + 0.3 * ROWS
    return np.where(bright[..., None], np.uint8([220, 210, 190]), np.uint8([40, 50, 60])).astype(np.uint8)


def ramp() -> np.ndarray:
    return np.stack([60 + ROWS / 2, 50 + COLUMNS / 3, 200 - COLUMNS / 4], -1).astype(np.uint8)


def fill(truth: np.ndarray, hole: np.ndarray, model: str = "auto", **changes: Any) -> Result:
    damaged = np.where(hole[..., None], np.uint8(255), truth)
    return run.fill(Request(damaged, hole, model, options=Options(threads=1), **changes), Ticket())


def chosen(result: Result) -> set[tuple[str, str]]:
    return {(region.model, region.reason) for region in result.regions}


def test_a_scratch_through_grain_keeps_the_grain() -> None:
    truth = grainy()
    result = fill(truth, SCRATCH)
    assert chosen(result) == {("exemplar", "thin hole through grain")}
    assert 0.85 < result.pixels[SCRATCH].std() / truth[SCRATCH].std() < 1.15


def test_a_scratch_across_an_edge_keeps_the_edge_sharp() -> None:
    truth = step()
    result = fill(truth, SCRATCH)
    assert chosen(result) == {("exemplar", "thin hole across an edge")}
    assert np.abs(result.pixels[SCRATCH].astype(int) - truth[SCRATCH]).max() < 20


def test_a_scratch_on_smooth_ground_is_spread() -> None:
    truth = ramp()
    result = fill(truth, SCRATCH)
    assert chosen(result) == {("navier-stokes", "thin hole on smooth ground")}
    assert np.abs(result.pixels[SCRATCH].astype(int) - truth[SCRATCH]).max() <= 3


def test_a_scratch_on_flat_ground_leaves_nothing() -> None:
    truth = np.full((*SIZE, 3), (90, 140, 200), np.uint8)
    result = fill(truth, SCRATCH)
    assert chosen(result) == {("exemplar", "thin hole on flat ground")}
    assert np.array_equal(result.pixels, truth)


def test_one_edge_across_a_long_scratch_is_enough() -> None:
    truth = np.tile(ramp()[:1], (40, 20, 1))[:, :4000]
    truth = np.sort(truth, axis=1)  # smooth all along
    truth[:, 3000:] = np.clip(truth[:, 3000:].astype(int) - 90, 0, 255)
    hole = np.zeros(truth.shape[:2], np.bool_)
    hole[20:22, 50:3900] = True
    assert look_around(truth, hole, Box.of(hole) or Box(0, 0, 0, 0)).edge > 40  # type: ignore[union-attr]
    smooth = hole & (np.arange(4000) < 2900)
    assert look_around(truth, smooth, Box.of(smooth) or Box(0, 0, 0, 0)).edge < 10  # type: ignore[union-attr]


def test_each_hole_has_a_reason_of_its_own() -> None:
    truth = np.hstack([ramp(), grainy()])
    hole = np.hstack([SCRATCH & (COLUMNS < 150), SCRATCH & (COLUMNS > 150)])
    hole[20:60, 500:540] = True
    result = fill(truth, hole)
    assert {reason for _, reason in chosen(result)} == {
        "thin hole on smooth ground", "thin hole through grain", "large hole",
    }  # fmt: skip


def test_the_hole_itself_is_not_looked_at() -> None:
    """What should go is not looked at, nor what bleeds out of it by a pixel."""
    truth = ramp()
    for colour in (0, 255):
        damaged = np.where(
            (cv2.dilate(SCRATCH.view(np.uint8), np.ones((3, 3), np.uint8)) > 0)[..., None], colour, truth
        )
        around = look_around(damaged.astype(np.uint8), SCRATCH, Box.whole(*SIZE))
        assert around is not None
        assert around.edge < 5
        assert around.grain < 1
    assert look_around(truth, np.ones(SIZE, np.bool_), Box.whole(*SIZE)) is None


@pytest.mark.parametrize("sigma", [1.0, 3.0, 8.0])
def test_grain_is_measured(sigma: float) -> None:
    around = look_around(grainy(sigma), SCRATCH, Box.whole(*SIZE))
    assert around is not None
    assert around.grain == pytest.approx(sigma, rel=0.15, abs=0.3)


def test_only_thin_holes_are_looked_at() -> None:
    looked: list[int] = []

    def look() -> Surroundings | None:
        looked.append(1)
        return None

    choose_model(registry(), HoleLook(20.0, 0.05, look=look))
    choose_model(registry(), HoleLook(60.0, 0.3, look=look))
    assert not looked
    choose_model(registry(), HoleLook(2.0, 0.01, look=look))
    assert looked == [1]


def test_of_a_thin_hole_round_which_nothing_is_known_nothing_is_claimed() -> None:
    truth = ramp()
    hole = (ROWS + 4) % 5 < 2  # no pixel is farther than 2 px from it
    assert chosen(fill(truth, hole)) == {("exemplar", "thin hole")}


def test_every_row_can_be_reached_and_the_last_fits_every_hole() -> None:
    assert TABLE[-1].fits(HoleLook(10.0, 0.05))
    smooth, grain = Surroundings(5.0, 0.5, 60.0), Surroundings(8.0, 4.0, 60.0)
    edge, flat = Surroundings(90.0, 0.5, 150.0), Surroundings(0.5, 0.1, 2.0)
    holes = [HoleLook(10.0, 0.05, guided=True), HoleLook(2.0, 0.0)]
    holes += [HoleLook(2.0, 0.0, look=lambda around=around: around) for around in (flat, smooth, grain, edge)]
    holes += [HoleLook(90.0, 0.2, look=lambda: edge), HoleLook(90.0, 0.2, is_drawing=lambda: True), HoleLook(9.0, 0.05)]
    first = [next(row for row in TABLE if row.fits(hole)).reason for hole in holes]
    assert first == [row.reason for row in TABLE]


@dataclass
class Fetched:
    """The registry with LaMa, whose weights are as `origin` and `licence` say."""

    origin: Any = "imported"
    licence: Any = "free"

    def models(self) -> Registry:
        ready = weighted(lama.model())
        assert isinstance(ready, NetworkModel)
        assert ready.weights is not None
        own = ready.with_weights(replace(ready.weights, origin=self.origin, licence=self.licence))
        return Registry({**registry().models, "lama": own})


def model_for(pixels: np.ndarray, hole: np.ndarray, models: Registry, is_cutout: bool = False) -> str:
    core = Box.of(hole)
    assert core is not None
    part = HolePart(core, core, float(cv2.distanceTransform(hole.view(np.uint8), cv2.DIST_L2, 5).max()), False)
    return model_chooser(models, "auto", HoledPhoto(pixels, hole, is_cutout))(part).traits.name


def test_large_holes_get_a_network_that_was_fetched() -> None:
    photo, large, small = images.texture(*SIZE), images.disc(*SIZE, 50), images.disc(*SIZE, 12)
    assert model_for(photo, large, Fetched().models()) == "lama"
    assert model_for(photo, small, Fetched().models()) == "exemplar"
    assert model_for(photo, large, registry()) == "exemplar"
    for other in (
        Fetched("shipped"),
        Fetched("trained"),
        Fetched(licence="non-commercial"),
        Fetched(licence="research"),
    ):
        assert model_for(photo, large, other.models()) == "exemplar"


def test_no_network_gets_what_rules_fill_to_the_bit() -> None:
    models, hole = Fetched().models(), images.disc(*SIZE, 50)
    lines = np.full((*SIZE, 3), 255, np.uint8)
    lines[99:102] = 0
    art = pixel_art(50, 6, 1)[: SIZE[0], : SIZE[1]]
    for drawing in (lines, chequered(*SIZE, 8, (0, 0)), art, np.full((*SIZE, 3), 77, np.uint8)):
        assert model_for(np.ascontiguousarray(drawing), hole, models) == "exemplar"
    assert model_for(images.texture(*SIZE), hole, models, is_cutout=True) == "exemplar"


def test_a_guide_line_decides_before_everything_else() -> None:
    lines = np.zeros(SIZE, np.uint8)
    lines[60:140, 140] = 1
    result = fill(ramp(), SCRATCH, guide=Guide(lines=lines))
    assert chosen(result) == {("exemplar", "as you guide it")}


def test_the_result_names_fillers_with_their_reasons() -> None:
    box = Box(0, 0, 1, 1)
    regions = [Region(box, 1.0, "exemplar", reason="large hole"), Region(box, 1.0, "exemplar", reason="large hole")]
    regions += [Region(box, 1.0, "exemplar", reason="thin hole through grain"), Region(box, 1.0, "telea")]
    result = replace(fill(ramp(), SCRATCH), regions=regions)
    titles = {"exemplar": "Exemplar"}
    assert result.name_fillers(titles) == "Exemplar (large hole, thin hole through grain) and telea"
    assert replace(result, regions=[], model="telea").name_fillers({}) == "telea"
    assert chosen(fill(ramp(), SCRATCH, "telea")) == {("telea", "")}

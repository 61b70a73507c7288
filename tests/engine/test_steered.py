"""Fills whose source was chosen, through the engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill.request import Request, Steering
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.fill.steered import steer_whole
from inpaint_studio.engine.fill.warm_up import warm_up
from inpaint_studio.engine.flow.flow import COPIED
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import InputError, NoHole, NoSource
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.models.base.registry import registry
from tests.exemplar.images import disc, dusk, halves

FAST = Options(quality="fast", threads=1)
SIZE = (160, 240)
HOLE = np.roll(disc(*SIZE, 30), -60, axis=1)
PART = np.roll(disc(*SIZE, 18), -60, axis=1)
OFFSET = (5, 120)


def request(model: str = "auto", steering: Steering | None = None, **more: object) -> Request:
    return Request(halves(*SIZE), HOLE, model, steering=steering or Steering(PART, OFFSET), options=FAST, **more)


@pytest.mark.parametrize("model", sorted(registry().models))
def test_a_part_is_filled_from_its_place_whatever_the_model(model: str) -> None:
    """Also for a network without weights: pixels are copied."""
    result = fill(request(model), Ticket())
    photo = halves(*SIZE)
    np.testing.assert_array_equal(result.pixels[~HOLE], photo[~HOLE])
    np.testing.assert_array_equal(result.pixels[PART], np.roll(photo, (-OFFSET[0], -OFFSET[1]), (0, 1))[PART])
    assert result.flow is not None
    assert result.flow.label == COPIED
    assert result.flow.source_of(80, 60) == (85, 180, 1.0)
    assert result.flow.source_of(80, 100) is None
    assert result.model == model
    assert [region.model for region in result.regions] == ["exemplar"]
    assert result.notes == []


def test_the_tone_follows_the_amount_of_adaptation() -> None:
    sky = dusk(*SIZE)
    offset = (4, 64)
    copied = np.roll(sky, (-offset[0], -offset[1]), (0, 1))
    usual, raw, half = (
        fill(Request(sky, HOLE, "telea", options=replace(FAST, adaptation=amount), steering=Steering(PART, offset)),
             Ticket())
        for amount in (None, 0.0, 0.5)
    )  # fmt: skip
    np.testing.assert_array_equal(raw.pixels[PART], copied[PART])
    moved = [each.pixels[PART].mean(axis=0) - copied[PART].mean(axis=0) for each in (usual, half)]
    assert np.abs(moved[0]).max() > 10
    assert moved[1] == pytest.approx(moved[0] / 2, abs=1)
    assert (usual.choices, raw.choices, half.choices) == ((), ("colours adapted by 0 %",), ("colours adapted by 50 %",))


def test_transparent_places_are_not_copied_and_the_fill_is_opaque() -> None:
    photo = np.dstack([halves(*SIZE), np.full(SIZE, 255, np.uint8)])
    photo[:, 200:, 3] = 0
    photo[HOLE, 3] = 0
    result = fill(Request(photo, HOLE, steering=Steering(PART, (5, 110)), options=FAST), Ticket())
    assert (result.pixels[HOLE, 3] == 255).all()
    assert not result.pixels[:, 200:, 3].any()
    with pytest.raises(NoSource):
        fill(Request(photo, HOLE, steering=Steering(PART, (5, 158)), options=FAST), Ticket())


def test_excluded_parts_are_not_copied() -> None:
    donors = np.zeros(SIZE, np.bool_)
    donors[:, 150:] = True
    with pytest.raises(NoSource):
        fill(request(guide=Guide(donors=donors)), Ticket())


def test_a_guide_line_is_left_out_with_a_note() -> None:
    lines = np.zeros(SIZE, np.uint8)
    lines[80] = 1
    notes = fill(request(guide=Guide(lines=lines)), Ticket()).notes
    assert len(notes) == 1
    assert "guide lines" in notes[0]


def test_a_far_place_is_seen_too() -> None:
    """The two places lie so far apart that what is between them is most of the photo."""
    photo = np.random.default_rng(0).integers(126, 130, (1200, 1400, 3), np.uint8)
    hole = np.zeros((1200, 1400), np.bool_)
    hole[20:60, 20:60] = True
    donors = np.zeros((1200, 1400), np.bool_)
    donors[1100:, 1300:1326] = True
    whole = fill(Request(photo, hole, steering=Steering(hole, (1100, 1300)), options=FAST), Ticket())
    without = fill(
        Request(photo, hole, steering=Steering(hole, (1100, 1300)), guide=Guide(donors=donors), options=FAST), Ticket()
    )
    np.testing.assert_array_equal(whole.pixels[30:50, 30:50], photo[1130:1150, 1330:1350])
    np.testing.assert_array_equal(without.pixels[30:50, 30:50], photo[1130:1150, 1330:1350])
    rows, columns = np.nonzero(hole)
    for result, blocked in ((whole, hole), (without, hole | donors)):
        assert result.flow is not None
        y, x = (at + result.flow.offsets[axis].ravel() for axis, at in enumerate((rows, columns)))
        assert not blocked[y, x].any()
        assert ((y > 1000) & (x > 1200)).any()
        rim = (y < 200) & (x < 200)
        assert rim.any()
        assert ((y > 1000) | rim).all()


def test_the_middle_of_a_hole_comes_from_the_place_that_was_named() -> None:
    steering = steer_whole(HOLE, 85, 180)
    assert steering.offset == (5, 120)
    np.testing.assert_array_equal(steering.part, HOLE)
    with pytest.raises(InputError, match="outside the photo"):
        steer_whole(HOLE, 85, 240)
    with pytest.raises(NoHole):
        steer_whole(np.zeros(SIZE, np.bool_), 85, 180)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ({"steering": Steering(PART, (0, 0))}, InputError),
        ({"plain": True, "model": "telea"}, InputError),
        ({"steering": Steering(PART[:-1], OFFSET)}, ValueError),
        ({"steering": Steering(PART.astype(np.uint8), OFFSET)}, ValueError),
    ],
)
def test_wrong_requests_are_refused(broken: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        fill(request(**broken), Ticket())


def test_the_filler_is_made_ready_for_it() -> None:
    assert warm_up(request("telea"), Ticket()) == ["exemplar"]

"""How far a training gets in a given time, from its speed."""

from __future__ import annotations

import pytest

from inpaint_studio.protocol.events import EstimateEvent, parse
from inpaint_studio.protocol.speed import Pace

VALUES = {"seconds_per_step": 8.0, "batch": 4, "photos": 120, "overhead_seconds": 30.0}


def read_pace(values: dict[str, object]) -> Pace | None:
    event = parse({"event": "estimate", **values})
    assert isinstance(event, EstimateEvent)
    return Pace.from_event(event)


def test_steps_fill_the_time_after_the_overhead():
    pace = Pace(seconds_per_step=8.0, batch=4, photos=120, overhead_seconds=40.0)
    assert pace.steps(600) == 70
    assert pace.visits(600) == pytest.approx(70 * 4 / 120)
    assert pace.steps(40) == pace.steps(1) == 0
    assert pace.visits(0) == 0


def test_measurements_take_their_share_of_the_time():
    assert Pace(1.0, 4, 120, 0.0, measuring_seconds=5.0).steps(650) == 600  # one a minute
    assert Pace(1.0, 4, 120, 0.0, measuring_seconds=20.0).steps(800) == 720  # a tenth of the time at most


def test_a_pace_is_read_from_its_event():
    assert read_pace(VALUES | {"size": 256}) == Pace(8.0, 4, 120, 30.0)
    assert read_pace(VALUES | {"measuring_seconds": 2}) == Pace(8.0, 4, 120, 30.0, 2.0)
    assert read_pace(VALUES | {"first_phase_seconds": 2}) == Pace(8.0, 4, 120, 30.0, 0.0, 2.0)


def test_a_training_without_a_length_has_the_pace_of_its_first_phase():
    pace = Pace(8.0, 4, 120, 0.0, first_phase_seconds=2.0)
    assert (pace.steps(800), pace.in_first_phase().steps(800)) == (100, 400)
    assert Pace(8.0, 4, 120, 0.0).in_first_phase() == Pace(8.0, 4, 120, 0.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds_per_step": 0},
        {"seconds_per_step": float("nan")},
        {"seconds_per_step": None},
        {"batch": "4"},
        {"batch": True},
        {"photos": -3},
        {"overhead_seconds": float("inf")},
    ],
)
def test_an_event_without_its_numbers_is_no_pace(wrong):
    assert read_pace(VALUES | wrong) is None


def test_a_tiny_time_for_a_step_is_limited():
    pace = read_pace(VALUES | {"seconds_per_step": 1e-300})
    assert pace is not None
    assert pace.steps(3600) > 0

"""How far a training gets, by its pace."""

from __future__ import annotations

import pytest

from inpaint_studio.protocol.events import EstimateEvent, parse
from inpaint_studio.protocol.speed import Pace

FACTS = {"seconds_per_step": 8.0, "batch": 4, "photos": 120, "overhead_seconds": 30.0}


def read_pace(values: dict[str, object]) -> Pace | None:
    event = parse({"event": "estimate", **values})
    assert isinstance(event, EstimateEvent)
    return Pace.from_event(event)


def test_steps_are_what_is_left_of_the_time():
    pace = Pace(seconds_per_step=8.0, batch=4, photos=120, overhead_seconds=40.0)
    assert pace.steps(600) == 70
    assert pace.visits(600) == pytest.approx(70 * 4 / 120)
    assert pace.steps(40) == pace.steps(1) == 0
    assert pace.visits(0) == 0


def test_measuring_takes_its_time_again_and_again():
    assert Pace(1.0, 4, 120, 0.0, measuring_seconds=20.0).steps(800) == 600


def test_a_pace_is_told_by_the_facts_of_its_event():
    assert read_pace(FACTS | {"size": 256}) == Pace(8.0, 4, 120, 30.0)
    assert read_pace(FACTS | {"measuring_seconds": 2}) == Pace(8.0, 4, 120, 30.0, 2.0)


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
def test_what_is_no_pace_is_none(wrong):
    assert read_pace(FACTS | wrong) is None


def test_the_fastest_there_is_still_counts():
    pace = read_pace(FACTS | {"seconds_per_step": 1e-300})
    assert pace is not None
    assert pace.steps(3600) > 0

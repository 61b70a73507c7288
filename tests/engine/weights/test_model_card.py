from __future__ import annotations

import json

import pytest

from inpaint_studio.engine.weights.model_card import HeldOutFigures, ModelCard, format_held_out

FIGURES = HeldOutFigures(64, 200, 20.25, 19.5, 0.75, 1.5)
STAGES = [{"title": "At 64 px", "steps": 12000, "batch": 16, "size": 64}]
FACTS = {
    "title": "A set",
    "photos_used": "9 photos (9 scene).",
    "machine": "one core",
    "trained": "2026-11-30T10:00:00",
    "bad_at": "Faces.",
    "stages": json.dumps(STAGES),
    "held_out": format_held_out(FIGURES),
}


def test_a_card_is_read_as_it_was_written():
    card = ModelCard.of(FACTS)
    assert card is not None
    assert card.held_out == FIGURES
    assert card.stages == ("At 64 px: 12,000 steps of 16 crops of 64 px",)
    assert dict(card.rows())["Trained on"] == "2026-11-30 on one core"
    assert ModelCard.of({"title": "A set"}) is None


@pytest.mark.parametrize(
    "held_out",
    ["", "[", "[1]", "{}", "null", "9" * 400]
    + [
        json.dumps({**json.loads(FACTS["held_out"]), "crops": value})
        for value in (10**400, float("inf"), float("nan"), True, "9", [9])
    ],
)
def test_figures_that_are_none_are_left_out(held_out):
    card = ModelCard.of(FACTS | {"held_out": held_out})
    assert card is not None
    assert card.held_out is None
    assert "Measured" not in dict(card.rows())


@pytest.mark.parametrize("stages", ["", "[", "{}", "null", "9" * 400, "[9]", "[" * 100_000])
def test_stages_that_are_none_are_left_out(stages):
    card = ModelCard.of(FACTS | {"stages": stages})
    assert card is not None
    assert card.stages == ()


@pytest.mark.parametrize("number", [-1, 10**400, 1.5, True, "9", None])
def test_a_number_of_a_stage_that_is_none_is_not_shown(number):
    card = ModelCard.of(FACTS | {"stages": json.dumps([{**STAGES[0], "steps": number}])})
    assert card is not None
    assert card.stages == ("At 64 px: ? steps of 16 crops of 64 px",)

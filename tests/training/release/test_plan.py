"""The plans of the shipped sets: those of the program are sound, and a wrong one is a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from tests.training.release.conftest import PLAN
from training.recipe import change_settings
from training.recipes import recipe_for
from training.release.plan import parse_plan, plan_names, read_plan
from training.run.setup import make_plan


@pytest.mark.parametrize("name", plan_names())
def test_each_plan_of_the_program_can_be_run(name):
    plan = read_plan(name)
    model = registry().models[plan.system]
    assert isinstance(model, NetworkModel)
    assert name not in registry().models
    assert plan.bad_at
    recipe = recipe_for(plan.system)
    for course in plan.courses.values():
        built = model.system.table.complete(model.system.table.parse(dict(course.config)))
        traits = model.system.settle(model.system.traits, built)
        for number, stage in enumerate(course.stages):
            start = None if number == 0 else Path("before.safetensors")
            request = plan.request(course, number, Path("photos"), Path("run"), start)
            assert (request.size, request.batch, request.steps) == (stage.size, stage.batch, stage.steps)
            assert request.configuration() == ({} if start else dict(course.config))
            change_settings(recipe.Settings(), request.assignments())
            assert make_plan(request).steps == stage.steps
            assert stage.size % traits.multiple_of == 0


def test_a_card_has_its_own_stages_or_those_of_the_processor():
    plan = parse_plan("tiny", tomllib.loads(PLAN))
    assert plan.course("cuda").config == {"width": "6"}
    assert plan.course("processor").config == {"width": "4", "sketch": "true"}
    without = parse_plan("tiny", tomllib.loads(PLAN[: PLAN.index("[cuda")]))
    assert without.course("cuda") is without.course("processor")


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('system = "deepfill-v2"', "", "'system' is missing"),
        ("steps = 3", "", "each stage needs a whole number 'steps'"),
        ("steps = 3", 'steps = "3"', "each stage needs a whole number 'steps'"),
        ("steps = 3", "steps = 3\nlength = 4", "a stage has a line that is not known: 'length'"),
        ("seed = 3", "seed = 3\nsed = 4", "the file has a line that is not known: 'sed'"),
        ('take = "last"', 'take = "first"', "'take' must be"),
        ("others = 0.25", "others = 2", "'others' must be a share from 0 to 1"),
        ('title = "A tiny set"', f'title = "{50 * "x"}"', "at most 40 characters"),
        ("[config]", "[config", "plan"),
    ],
)
def test_a_wrong_plan_is_a_sentence(before, after, sentence, nothing_made):
    assert before in PLAN
    nothing_made.plan.write_text(PLAN.replace(before, after, 1))
    with pytest.raises(InputError, match=sentence) as raised:
        read_plan("tiny")
    assert str(raised.value).startswith(f"The plan {nothing_made.plan} is not right: ")

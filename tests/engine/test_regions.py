from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.regions import LEAST_CONTEXT, chooser, inscribed_radius, plan
from inpaint_studio.errors import UnknownModel
from inpaint_studio.models.contract import Traits
from inpaint_studio.models.registry import Registry


def model(name: str, **traits) -> SimpleNamespace:
    return SimpleNamespace(traits=Traits(name, name, "A model.", **traits))


def registry(*names: str) -> Registry:
    listens = {"exemplar": frozenset({"lines", "donors"})}
    return Registry({name: model(name, listens=listens.get(name, frozenset())) for name in names})


def chosen(hole, lines=None, names=("exemplar", "navier-stokes", "telea"), model="auto"):
    choose = chooser(registry(*names), model)
    return [(part.box, choose(part.radius, part.guided).traits.name) for part in plan(hole, lines, choose)]


def blank(height=600, width=800):
    return np.zeros((height, width), bool)


def test_every_pixel_of_the_hole_is_in_one_part_and_no_two_overlap():
    hole = np.random.default_rng(1).random((300, 400)) < 0.0005
    hole[100:140, 200:230] = True
    boxes = [box for box, _ in chosen(hole)]
    count = np.zeros(hole.shape, int)
    for box in boxes:
        count[box.slices] += 1
    assert count.max() == 1
    assert (count[hole] == 1).all()


def test_parts_that_lie_apart_are_filled_apart():
    hole = blank()
    hole[50:60, 50:60] = True
    hole[500:520, 700:730] = True
    boxes = [box for box, _ in chosen(hole)]
    assert len(boxes) == 2
    assert boxes[0] == Box(50, 50, 60, 60).pad(LEAST_CONTEXT)
    assert boxes[1] == Box(500 - 32, 700 - 32, 520 + 32, 730 + 32)


def test_parts_whose_context_meets_are_filled_together():
    hole = blank()
    hole[50:60, 50:60] = True
    hole[50:60, 120:130] = True
    assert [box for box, _ in chosen(hole)] == [Box(18, 18, 92, 162)]


def test_context_grows_with_the_hole_and_stays_in_the_picture():
    hole = blank()
    hole[0:100, 300:500] = True
    assert [box for box, _ in chosen(hole)] == [Box(0, 100, 200, 700)]


def test_a_long_thin_hole_sees_more_beside_it_than_its_width():
    hole = blank()
    hole[300:310, 100:700] = True
    (box, _), *_ = chosen(hole)
    assert box.height == 10 + 2 * 150


@pytest.mark.parametrize(("width", "name"), [(1, "telea"), (5, "telea"), (6, "telea"), (9, "exemplar")])
def test_auto_takes_diffusion_for_hairlines(width, name):
    hole = blank()
    hole[100:400, 200 : 200 + width] = True
    assert [found for _, found in chosen(hole)] == [name]


def test_auto_chooses_for_each_part():
    hole = blank()
    hole[20:22, 20:60] = True
    hole[400:440, 400:440] = True
    assert [name for _, name in chosen(hole)] == ["telea", "exemplar"]


def test_auto_makes_do_with_what_there_is():
    hole = blank()
    hole[20:22, 20:60] = True
    assert chosen(hole, names=("exemplar",))[0][1] == "exemplar"
    assert chosen(hole, names=("navier-stokes", "exemplar"))[0][1] == "navier-stokes"
    hole[100:200, 100:200] = True
    assert chosen(hole, names=("telea",))[0][1] == "telea"
    assert chosen(hole, names=("theirs",))[0][1] == "theirs"
    with pytest.raises(UnknownModel):
        chooser(Registry(), "auto")


def test_auto_follows_a_line_through_a_hairline():
    hole, lines = blank(), np.zeros((600, 800), np.uint8)
    hole[300:303, 100:200] = True
    lines[280:330, 150] = 9
    assert chosen(hole, lines) == [(Box(268, 0, 338, 300), "exemplar")]
    assert chosen(hole, lines)[0][0].contains(329, 150)


def test_a_part_sees_the_whole_of_its_lines_and_no_others():
    hole, lines = blank(), np.zeros((600, 800), np.uint8)
    hole[300:320, 300:320] = True
    lines[310, 100:330] = 1
    lines[20, :] = 2
    (box, _), *_ = chosen(hole, lines)
    assert box.left == 92
    assert box.top == 300 - 32


def test_a_named_model_fills_every_part():
    hole = blank()
    hole[20:22, 20:60] = True
    hole[400:440, 400:440] = True
    assert {name for _, name in chosen(hole, model="navier-stokes")} == {"navier-stokes"}
    with pytest.raises(UnknownModel):
        chosen(hole, model="nothing")


def test_inscribed_radius():
    hole = blank(50, 50)
    hole[10:31, 10:40] = True
    assert inscribed_radius(hole) == pytest.approx(11, abs=0.5)
    assert inscribed_radius(np.ones((3, 3), bool)) == np.inf
    edge = blank(50, 50)
    edge[:, :9] = True  # the border of the picture does not make it thin
    assert inscribed_radius(edge) == pytest.approx(9, abs=0.5)


def test_thousands_of_specks_are_planned_at_once():
    hole = blank(2000, 3000)
    hole[::50, ::50] = True
    assert len(chosen(hole)) == 1
    hole = blank(2000, 3000)
    hole[::100, ::100] = True
    assert len(chosen(hole)) == 600

"""How a hole is divided into parts, and which model each part gets."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from inpaint_studio.engine.fill.centered import lies_in_middle, middle_box
from inpaint_studio.engine.fill.chooser import model_chooser
from inpaint_studio.engine.fill.model_io import Frame
from inpaint_studio.engine.fill.regions import LEAST_CONTEXT, HolePart, inscribed_radius, plan
from inpaint_studio.engine.geometry import Box
from inpaint_studio.errors import InputError, UnknownModel
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.registry import Registry


def model(name: str, **traits) -> SimpleNamespace:
    return SimpleNamespace(traits=Traits(name, name, "A model.", **traits))


def registry(*names: str) -> Registry:
    accepts = {"exemplar": frozenset({"lines", "donors"})}
    copying = frozenset({"donors"})
    return Registry({name: model(name, values="bytes", accepts=accepts.get(name, copying)) for name in names})


def choose_models(hole, lines=None, names=("exemplar", "navier-stokes", "telea"), model="auto"):
    choose = model_chooser(registry(*names), model)
    return [(part.box, choose(part).traits.name) for part in plan(hole, lines, choose)]


def plan_parts(hole, lines=None, **traits):
    """Return the parts of `hole` for a network with these traits."""
    return plan(hole, lines, model_chooser(Registry({"net": model("net", **traits)}), "net"))


def make_plane(height=600, width=800):
    return np.zeros((height, width), bool)


@pytest.mark.parametrize("accepts", [frozenset(), frozenset({"donors"})], ids=["together", "alone"])
def test_every_pixel_of_the_hole_is_in_one_part_and_no_two_overlap(accepts):
    hole = np.random.default_rng(1).random((300, 400)) < 0.0005
    hole[100:140, 200:230] = True
    count = np.zeros(hole.shape, int)
    for part in plan_parts(hole, values="bytes", accepts=accepts):
        count[(part.core if accepts else part.box).slices] += 1
    assert count.max() == 1
    assert (count[hole] == 1).all()


def test_distant_holes_are_separate_parts():
    hole = make_plane()
    hole[50:60, 50:60] = True
    hole[500:520, 700:730] = True
    boxes = [box for box, _ in choose_models(hole)]
    assert len(boxes) == 2
    assert boxes[0] == Box(50, 50, 60, 60).pad(LEAST_CONTEXT)
    assert boxes[1] == Box(500 - 32, 700 - 32, 520 + 32, 730 + 32)


def test_holes_whose_contexts_overlap_are_one_part():
    hole = make_plane()
    hole[50:60, 50:60] = True
    hole[50:60, 120:130] = True
    assert [part.box for part in plan_parts(hole)] == [Box(18, 18, 92, 162)]


def test_holes_that_are_copied_into_are_one_part_only_where_they_are_near():
    hole = make_plane()
    hole[50:80, 50:80] = hole[50:80, 120:150] = True
    own = Box(18, 18, 112, 112), Box(18, 88, 112, 182)  # they overlap
    assert [box for box, _ in choose_models(hole)] == list(own)
    near = make_plane()
    near[50:80, 50:80] = near[50:80, 110:140] = True
    assert [box for box, _ in choose_models(near)] == [Box(18, 18, 112, 172)]
    specks = make_plane()
    specks[50:60, 50:60] = specks[50:60, 120:130] = True
    assert [box for box, _ in choose_models(specks)] == [Box(18, 18, 92, 162)]
    wide = make_plane()
    wide[100:220, 100:700] = wide[280:400, 100:700] = True
    assert len(choose_models(wide)) == 1  # 60 px are little for holes of 120
    wide[280:300] = False
    assert len(choose_models(wide)) == 2


def test_holes_that_share_a_guide_line_are_one_part():
    hole, lines = make_plane(), np.zeros((600, 800), np.uint8)
    hole[50:80, 50:80] = hole[50:80, 220:250] = True
    assert len(choose_models(hole, lines)) == 2
    lines[65, 20:280] = 1
    assert len(choose_models(hole, lines)) == 1


def test_context_grows_with_the_hole_and_stays_in_the_image():
    hole = make_plane()
    hole[0:100, 300:500] = True
    assert [box for box, _ in choose_models(hole)] == [Box(0, 100, 200, 700)]


def test_a_long_thin_hole_gets_more_context_than_its_width():
    hole = make_plane()
    hole[300:310, 100:700] = True
    (box, _), *_ = choose_models(hole)
    assert box.height == 10 + 2 * 150


def test_auto_works_with_any_set_of_models():
    hole = make_plane()
    hole[20:22, 20:60] = True
    assert choose_models(hole, names=("exemplar",))[0][1] == "exemplar"
    assert choose_models(hole, names=("telea", "navier-stokes"))[0][1] == "navier-stokes"
    hole[100:200, 100:200] = True
    assert choose_models(hole, names=("telea",))[0][1] == "telea"
    assert choose_models(hole, names=("theirs",))[0][1] == "theirs"
    with pytest.raises(UnknownModel):
        model_chooser(Registry(), "auto")


def test_auto_follows_a_line_through_a_hairline():
    hole, lines = make_plane(), np.zeros((600, 800), np.uint8)
    hole[300:303, 100:200] = True
    lines[280:330, 150] = 9
    assert choose_models(hole, lines) == [(Box(268, 0, 338, 300), "exemplar")]
    assert choose_models(hole, lines)[0][0].contains(329, 150)


def test_a_part_contains_all_of_its_lines_and_no_others():
    hole, lines = make_plane(), np.zeros((600, 800), np.uint8)
    hole[300:320, 300:320] = True
    lines[310, 100:330] = 1
    lines[20, :] = 2
    (box, _), *_ = choose_models(hole, lines)
    assert box.left == 92
    assert box.top == 300 - 32


def test_a_named_model_fills_every_part():
    hole = make_plane()
    hole[20:22, 20:60] = True
    hole[400:440, 400:440] = True
    assert {name for _, name in choose_models(hole, model="navier-stokes")} == {"navier-stokes"}
    with pytest.raises(UnknownModel):
        choose_models(hole, model="nothing")


def test_inscribed_radius():
    hole = make_plane(50, 50)
    hole[10:31, 10:40] = True
    assert inscribed_radius(hole) == pytest.approx(11, abs=0.5)
    assert inscribed_radius(np.ones((3, 3), bool)) == np.inf
    edge = make_plane(50, 50)
    edge[:, :9] = True  # the border of the image does not make it thin
    assert inscribed_radius(edge) == pytest.approx(9, abs=0.5)


def test_thousands_of_specks_are_planned_quickly():
    hole = make_plane(2000, 3000)
    hole[::50, ::50] = True
    assert len(choose_models(hole)) == 1
    hole = make_plane(2000, 3000)
    hole[::100, ::100] = True
    assert len(choose_models(hole)) == 600


def test_auto_chooses_no_network_without_weights():
    bare, loaded = (model(name, needs_weights=True) for name in ("bare", "loaded"))
    bare.weights, loaded.weights = None, "some"
    core = Box(0, 0, 99, 99)
    guided, free = (HolePart(core, core, 50, each) for each in (True, False))
    assert model_chooser(Registry({"bare": bare, "loaded": loaded}), "auto")(guided) is loaded
    copying = model("theirs")
    assert model_chooser(Registry({"bare": bare, "loaded": loaded, "theirs": copying}), "auto")(free) is copying
    with pytest.raises(UnknownModel):
        model_chooser(Registry({"bare": bare}), "auto")
    assert model_chooser(Registry({"bare": bare}), "bare")(free) is bare


def test_a_network_sees_at_least_its_training_size():
    hole = make_plane()
    hole[300:310, 400:410] = True
    hole[590:595, 2:5] = True
    corner, inside = sorted((part.box for part in plan_parts(hole, trained_at=256)), key=lambda box: box.left)
    assert inside == Box(177, 277, 433, 533)
    assert corner == Box(344, 0, 600, 256)
    assert plan_parts(hole[:100, :120] | True, trained_at=256)[0].box == Box(0, 0, 100, 120)


def test_context_is_reduced_before_the_scale():
    hole = make_plane(2000, 3000)
    hole[900:1100, 1000:1200] = True
    assert plan_parts(hole)[0].box == Box(700, 800, 1300, 1400)
    assert plan_parts(hole, max_side=512)[0].box == Box(744, 844, 1256, 1356)
    assert plan_parts(hole, max_side=256)[0].box == Box(800, 900, 1200, 1300)  # half of it stays


def test_holes_far_apart_are_not_filled_as_one_large_region():
    hole = np.zeros((2000, 3000), bool)
    hole[40::90, 40::90] = True
    parts = plan_parts(hole, trained_at=256, max_side=512)
    assert len(parts) > 10
    count = np.zeros(hole.shape, int)
    for part in parts:
        assert max(part.box.height, part.box.width) <= 512
        assert part.box.intersection(part.core) == part.core
        count[part.core.slices] += 1
    assert (count[hole] == 1).all()
    near = make_plane()
    near[100:110, 100:110] = near[200:210, 180:190] = True
    assert len(plan_parts(near, trained_at=256, max_side=512)) == 1


def test_specks_everywhere_are_never_scaled():
    hole = np.zeros((1500, 2000), bool)
    for row, col in np.random.default_rng(0).integers(0, (1490, 1990), (200, 2)):
        hole[row : row + 6, col : col + 6] = True
    count = np.zeros(hole.shape, int)
    for part in plan_parts(hole, trained_at=256, max_side=512):
        assert max(part.box.height, part.box.width) <= 512
        count[part.core.slices] += 1
    assert (count[hole] == 1).all()


def test_a_network_of_one_size_gets_squares():
    hole = make_plane()
    hole[300:310, 100:700] = True
    (part,) = plan_parts(hole, trained_at=256, fixed_size=256)
    assert part.box.height == 600  # all there is
    hole = make_plane()
    hole[300:400, 300:310] = True
    (part,) = plan_parts(hole, trained_at=256, fixed_size=256)
    assert (part.box.height, part.box.width) == (256, 256)


CENTRED = {"trained_at": 128, "fixed_size": 128, "centred": 0.5}


@pytest.mark.parametrize("share", [0.5, 0.4375])
@pytest.mark.parametrize("size", [(1, 1), (7, 30), (64, 64), (63, 20), (65, 65), (150, 90), (199, 200)], ids=str)
def test_the_hole_lies_in_the_middle(size, share):
    traits = CENTRED | {"centred": share}
    hole = make_plane()
    hole[250 : 250 + size[0], 300 : 300 + size[1]] = True
    (part,) = plan_parts(hole, **traits)
    assert part.box.height == part.box.width
    assert part.box.clip(*hole.shape) == part.box
    if max(size) <= 128 * share - 2:
        assert part.box.height == 128
    seen = model("net", **traits).traits
    assert lies_in_middle(part.core, part.box, seen)
    entered = Frame.fit(seen, *hole[part.box.slices].shape).hole_to_network(hole[part.box.slices])
    inner = middle_box(seen)
    entered[inner.slices] = False
    assert not entered.any()


def test_a_smaller_square_is_used_if_a_larger_does_not_fit():
    hole = make_plane()
    hole[30:40, 300:310] = True
    (part,) = plan_parts(hole, **CENTRED)
    assert 20 <= part.box.height <= 70
    hole[:] = False
    hole[100:110, 100:110] = hole[100:110, 150:160] = True
    parts = plan_parts(hole, **CENTRED)
    assert len(parts) == 2
    assert all(part.box.height < 128 for part in parts)


def test_holes_too_near_each_other_become_one_part():
    hole = make_plane()
    hole[100:120, 100:120] = hole[100:120, 132:152] = True
    (part,) = plan_parts(hole, **CENTRED)
    assert part.core == Box(100, 100, 120, 152)


def test_a_hole_that_cannot_be_in_the_middle_is_an_error():
    border, large, beside = make_plane(), make_plane(), make_plane()
    border[0:10, 50:60] = True
    large[100:500, 100:500] = True
    beside[100:300, 100:300] = beside[200:210, 310:320] = beside[590:600, 300:310] = True
    for hole in (border, large, beside):
        with pytest.raises(InputError, match="in the middle of what net sees, a square 2 times its size"):
            plan_parts(hole, **CENTRED)

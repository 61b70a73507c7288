"""Costs and pictures of blocks, and the report."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.errors import InputError
from inpaint_studio.layers.attention.registry import BLOCKS
from tests.training.ablation.conftest import SmallRun, make_base
from training.ablation import cost, pictures, report
from training.ablation.measure import open_held_out
from training.ablation.plan import make_plan
from training.ablation.scenes import SCENES, open_scene


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_is_a_square_with_a_hole_in_it(scene) -> None:
    image, hole = open_scene(scene, 64)
    assert image.shape == (1, 3, 64, 64)
    assert 0 <= float(image.min()) < float(image.max()) <= 1
    rows, columns = np.nonzero(hole[0, 0].numpy())
    left, top, right, _ = scene.square
    unit = 64 / (right - left)
    assert (columns.min(), rows.min()) == (round((scene.hole[0] - left) * unit), round((scene.hole[1] - top) * unit))
    assert 0.03 < float(hole.mean()) < 0.3
    assert not hole[..., [0, -1], :].any()


def test_offsets_are_coloured_in_the_hole_alone() -> None:
    photo, hole = np.full((8, 8, 3), 200, np.uint8), np.zeros((8, 8), bool)
    hole[2:6, 2:6] = True
    offsets = np.zeros((2, 2, 2), np.float32)
    offsets[1, :, 1] = 5.0
    drawn = pictures.draw_offsets(offsets, photo, hole)
    assert (drawn[~hole] == 70).all()
    assert (drawn[2:6, 2:4] == 255).all()  # no offset is white
    assert not (drawn[2:6, 4:6] == 255).all(axis=-1).any()


def test_bars_are_ranked() -> None:
    units = np.linspace(0.1, 1.0, 20, dtype=np.float32)
    image = pictures.draw_bars(units)
    blue = (image == (126, 178, 221)).all(axis=-1)
    step = image.shape[0] / 10
    lengths = [int(blue[round(step * (place + 0.5)) - 5].sum()) for place in range(10)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > lengths[-1] > 0


def test_places_are_greys_from_black_to_white() -> None:
    drawn = pictures.draw_places(np.array([[0.0, 0.5], [1.0, 2.0]], np.float32), 8)
    assert [int(drawn[y, x, 0]) for y in (0, 7) for x in (0, 7)] == [0, 128, 255, 255]
    assert (drawn == drawn[..., :1]).all()


@pytest.mark.parametrize(
    ("block", "roles"),
    [
        ("none", {"fill"}),
        ("contextual", {"fill", "flow"}),
        ("self", {"fill", "flow"}),
        ("se", {"fill", "bars"}),
        ("cbam", {"fill", "places", "bars"}),
        ("danet", {"fill", "flow", "bars"}),
    ],
)
def test_a_block_is_drawn_as_what_it_attends_to(home: Path, tmp_path: Path, block: str, roles: set[str]) -> None:
    """Offsets as a flow, weights of channels as bars, weights of places as greys, and several where it has several."""
    plan = make_plan(make_base(home), ("none", block) if block != "none" else ("none", "self"), (), (0,))
    variant = next(each for each in plan.variants if each.attention == block)
    pictures.write_pictures(plan, variant, plan.start(variant).network().eval(), tmp_path)
    names = {path.stem for path in (tmp_path / "pictures").iterdir()} - {"branch-photo", "branch-hole"}
    assert {name.removeprefix(f"branch-{block}-") for name in names} == roles


def test_costs_are_those_of_the_block_at_its_place(home: Path) -> None:
    plan = make_plan(make_base(home), ("none", "self", "contextual"), (), (0,))
    _, held = open_held_out(plan)
    counted = {each.name: cost.count_cost(plan, each, held) for each in plan.variants}
    found = cost.add_own_attention(plan, counted)
    shape = (8, 16, 16)  # four times the width, at a quarter of the size
    assert found["none"].block_shape is None
    assert found["self"].block_shape == found["contextual"].block_shape == shape
    expected = BLOCKS["self"].cost(*shape)
    assert (found["self"].block_macs, found["self"].block_bytes) == (expected.macs, 4 * expected.values)
    # The network has the block's parameters and its factor more than the one without.
    assert found["self"].parameters - found["none"].parameters == (found["self"].block_parameters or 0) + 1
    assert found["self"].macs - found["none"].macs == expected.macs
    assert found["contextual"].block_parameters == 0
    assert found["contextual"].block_macs == BLOCKS["contextual"].cost(*shape).macs


def test_the_report_needs_nothing_from_elsewhere(small_run: SmallRun) -> None:
    folder = small_run.folder
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "&lt;photos&gt;" in page
    assert not re.findall(r"(?:src|href)=\"(?!data:)", page)
    assert page.count("data:image/webp") == 2 + 3 * 2  # photo and hole, then fill and flow of each variant
    assert "hinge" in page
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert all((folder / name).is_file() for name in re.findall(r"\]\(([^)]+)\)", text))
    rows = [line for line in text.splitlines() if line.startswith("| none")]
    assert len(rows) == 2  # figures and costs
    with Image.open(folder / "branch.png") as sheet:
        assert sheet.width > 500
    assert str(small_run.home) not in page + text


def test_only_an_ablation_is_gone_on_with_and_nothing_is_overwritten(tmp_path: Path) -> None:
    report.check_folder(tmp_path / "new", resume=False)
    (tmp_path / "old").mkdir()
    report.check_folder(tmp_path / "old", resume=False)
    with pytest.raises(InputError, match="no ablation"):
        report.check_folder(tmp_path / "old", resume=True)
    (tmp_path / "old" / "holiday.jpg").touch()
    with pytest.raises(InputError, match="has other files"):
        report.check_folder(tmp_path / "old", resume=False)
    (tmp_path / "old" / "figures.json").touch()
    with pytest.raises(InputError, match="go on with --resume"):
        report.check_folder(tmp_path / "old", resume=False)
    report.check_folder(tmp_path / "old", resume=True)
    with pytest.raises(InputError, match="does not exist"):
        report.check_folder(tmp_path / "nowhere" / "deep", resume=False)
    with pytest.raises(InputError, match="is a file"):
        report.check_folder(tmp_path / "old" / "holiday.jpg", resume=False)

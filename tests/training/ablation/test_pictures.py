"""Costs and pictures of blocks, and the report."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from inpaint_studio.errors import InputError
from inpaint_studio.layers.attention.registry import build_block
from tests.training.ablation.conftest import SmallRun
from training.ablation import pictures, report
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


def test_offsets_of_a_block_become_px_of_the_image() -> None:
    network = torch.nn.Sequential(torch.nn.AvgPool2d(4), build_block("self", 3))
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad(), pictures._watch(network) as seen:  # type: ignore[arg-type]
        network(image)
    view = pictures._look(network, image, image[:, :1], seen)  # type: ignore[arg-type]
    cells = build_block("self", 3)
    cells.load_state_dict(network[1].state_dict())
    expected = cells.look(torch.nn.functional.avg_pool2d(image, 4)).offsets
    assert view.offsets is not None
    assert expected is not None
    assert np.allclose(view.offsets, 4 * expected[0].numpy())
    assert np.abs(view.offsets).max() > 0


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

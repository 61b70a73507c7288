"""The flow of a fill on the command line: as a page, as a figure, and beside that under another mask."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main
from inpaint_studio.cli.fill_flow import STRONGEST
from inpaint_studio.engine.weights import store
from inpaint_studio.models import deepfill_v2
from tests import synthetic
from tests.models.network_checks import state_of
from tests.models.weighted import install

SIZE = (90, 120)
HOLE = synthetic.disc(*SIZE)
MASKED = ("photo.png", "--mask", "mask.png", "-o", "o.png")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with a photo and masks, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(synthetic.photo(*SIZE)).save("photo.png")
    Image.fromarray(HOLE.astype(np.uint8) * 255).save("mask.png")
    Image.fromarray(np.zeros(SIZE, np.uint8)).save("black.png")
    Image.fromarray(np.full(SIZE, 255, np.uint8)).save("white.png")
    Image.fromarray(np.zeros((7, 9), np.uint8)).save("small.png")
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["fill", *arguments])
    return code, *capsys.readouterr()


def pixels(name: str) -> np.ndarray:
    with Image.open(name) as image:
        return np.asarray(image)


def test_the_flow_as_a_page_and_as_a_figure(capsys):
    common = (*MASKED, "--model", "telea", "--flow")
    assert run(capsys, *common, "flow.html")[0] == 0
    page = Path("flow.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<h2>telea</h2>" in page
    assert "photo.png, 120 × 90 px" in page
    assert run(capsys, *common, "flow.svg")[0] == 0
    assert Path("flow.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_network_lists_five_sources_of_each_pixel_in_a_page(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path))
    install(tmp_path, "deepfill-v2")
    assert run(capsys, *MASKED, "--model", "deepfill-v2", "--plain", "--flow", "flow.html")[0] == 0
    data = re.search(r'id="flows">(.*?)</script>', Path("flow.html").read_text(encoding="utf-8"))
    assert data is not None
    assert json.loads(data[1])["flows"][0]["most"] == 5


def test_the_report_lists_the_channels_that_count_most(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path))
    config = deepfill_v2.SYSTEM.small | {"attention": "se"}
    tensors = state_of(deepfill_v2.SYSTEM, config)
    store.save(tensors, name="weighing", system="deepfill-v2", config=config, licence="free", facts={})
    code, out, _ = run(capsys, *MASKED, "--model", "weighing", "--quality", "fast", "--json")
    (part,) = json.loads(out)["weighed"]
    assert (code, part["kind"], part["count"]) == (0, "channels", 16)
    weights = [weight for _, weight in part["strongest"]]
    assert weights == sorted(weights, reverse=True)
    assert len({number for number, _ in part["strongest"]}) == STRONGEST
    assert json.loads(run(capsys, *MASKED, "--model", "telea", "--json")[1])["weighed"] == []


def test_two_flows_side_by_side(capsys):
    left, right = (np.zeros(SIZE, np.uint8) for _ in range(2))
    left[:, :60], right[:, 60:] = 255, 255
    Image.fromarray(left).save("left.png")
    Image.fromarray(right).save("right.png")
    common = (*MASKED, "--model", "exemplar", "--quality", "fast", "--donors", "left.png", "--flow-donors", "right.png")
    assert run(capsys, *common, "--flow", "two.html")[0] == 0
    page = Path("two.html").read_text(encoding="utf-8")
    assert "<h2>exemplar under left.png</h2>" in page
    assert "<h2>exemplar under right.png</h2>" in page
    data = re.search(r'id="flows">(.*?)</script>', page)
    assert data is not None
    first, second = json.loads(data[1])["flows"]
    assert first["entries"] != second["entries"]
    assert run(capsys, *common, "--flow", "two.png")[0] == 0
    assert pixels("two.png").shape[1] > 2 * SIZE[1]
    only = run(capsys, *MASKED, "--model", "exemplar", "--quality", "fast", "--donors", "left.png", "--flow", "one.flo")
    assert only[0] == 0  # the photo that is saved is filled under the first mask
    saved = pixels("o.png")
    assert run(capsys, *common, "--flow", "two.svg")[0] == 0
    np.testing.assert_array_equal(pixels("o.png"), saved)


WRONG = {
    "flow of another mask alone": ([*MASKED, "--flow-donors", "black.png"], "add --flow FILE"),
    "numbers of two flows": ([*MASKED, "--flow", "f.flo", "--flow-donors", "mask.png"], "holds one flow"),
    "another mask of another size": (
        [*MASKED, "--flow", "f.svg", "--flow-donors", "small.png"],
        "The other mask is 9 x 7 pixels",
    ),
    "another mask that leaves nothing": ([*MASKED, "--flow", "f.svg", "--flow-donors", "white.png"], "Nothing is left"),
    "flow style of a figure": ([*MASKED, "--flow", "f.svg", "--flow-style", "papers"], "--flow FILE.png"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_options_are_one_line_and_leave_nothing(folder, capsys, case):
    arguments, reason = WRONG[case]
    before = sorted(folder.iterdir())
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert reason in err
    assert sorted(folder.iterdir()) == before

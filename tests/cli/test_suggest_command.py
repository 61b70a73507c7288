from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from inpaint_studio.cli import main, suggest_arguments
from inpaint_studio.engine.masks.suggest.kinds import KINDS
from tests.engine.suggest import scenes
from tests.engine.suggest.test_shadow import scene

SIZE = scenes.SIZES[0]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    photo, _, ball, _ = scene(SIZE, 0.5, 0)
    Image.fromarray(photo).save("ball.png")
    Image.fromarray(ball.astype(np.uint8) * 255).save("hole.png")
    Image.fromarray(np.zeros(SIZE, np.uint8)).save("black.png")
    Image.fromarray(np.zeros((7, 9), np.uint8)).save("small.png")
    Image.fromarray(np.eye(*SIZE, dtype=np.uint8).T).save("side.png")
    coverage, _ = scenes.spots(SIZE, 3)
    Image.fromarray(scenes.finish(scenes.sky(SIZE, 3) - 60 * coverage[..., None], 3)).save("sky.png")
    return tmp_path


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["suggest", *arguments])
    return code, *capsys.readouterr()


def test_the_kinds_are_those_of_the_engine():
    assert tuple(KINDS) == suggest_arguments.KINDS


@pytest.mark.usefixtures("folder")
def test_spots_become_a_mask(capsys):
    code, out, err = run(capsys, "sky.png", "--kind", "dust", "-o", "mask.png")
    assert (code, out, err) == (0, "mask.png (dust and spots: 6 parts)\n", "")
    coverage, _ = scenes.spots(SIZE, 3)
    with Image.open("mask.png") as image:
        assert image.mode == "L"
        mask = np.asarray(image)
    assert set(np.unique(mask)) == {0, 255}
    assert (mask[coverage > 0.5] == 255).mean() > 0.95


@pytest.mark.usefixtures("folder")
def test_the_report_of_a_shadow(capsys):
    code, out, err = run(capsys, "ball.png", "--kind", "shadow", "--mask", "hole.png", "-o", "mask.png", "--json")
    report = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert set(report) == {"output", "kind", "parts", "notes"}
    assert [set(part) for part in report["parts"]] == [{"box", "area", "score"}]
    with Image.open("mask.png") as image:
        assert report["parts"][0]["area"] == (np.asarray(image) == 255).sum()


@pytest.mark.usefixtures("folder")
def test_a_thing_is_filled_together_with_its_shadow(capsys):
    assert run(capsys, "ball.png", "--kind", "shadow", "--mask", "hole.png", "-o", "mask.png")[0] == 0
    line = ("fill", "ball.png", "--mask", "hole.png", "--mask", "mask.png", "-o", "out.png", "--quality", "fast")
    assert main([*line, "--grow", "3"]) == 0
    _, without, ball, shadow = scene(SIZE, 0.5, 0)
    with Image.open("out.png") as image:
        filled = np.asarray(image).astype(int)
    assert (filled[..., 0] - filled[..., 1])[ball | shadow].max() < 20  # nothing red is left, nor copied
    assert abs(filled[shadow].mean() - without[shadow].mean()) < 10


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("kind", "photo"), [("dust", "sky.png"), ("wires", "wires.png"), ("text", "stamp.png")])
def test_what_is_found_is_gone_once_its_mask_is_filled(capsys, kind, photo):
    clean = scenes.sky(SIZE, 3) * 0.6
    Image.fromarray(scenes.finish(scenes.over(clean, scenes.wire(SIZE, 3, 3), (250, 250, 250)), 3)).save("wires.png")
    there = scenes.stamp(SIZE, "'98 11 25", 12)
    Image.fromarray(scenes.finish(scenes.over(clean, there, (255, 150, 40)), 3)).save("stamp.png")
    assert run(capsys, photo, "--kind", kind, "-o", "mask.png")[0] == 0
    assert main(["fill", photo, "--mask", "mask.png", "-o", "out.png", "--quality", "fast"]) == 0
    with Image.open("out.png") as image, Image.open("mask.png") as mask, Image.open(photo) as before:
        filled, inside, unfilled = np.asarray(image), np.asarray(mask) > 0, np.asarray(before)
    right = scenes.sky(SIZE, 3) if kind == "dust" else clean
    assert abs(filled - right)[inside].max() < 20 < abs(unfilled - right)[inside].max()
    np.testing.assert_array_equal(filled[~inside], unfilled[~inside])


@pytest.mark.usefixtures("folder")
def test_nothing_found_is_reported_and_the_mask_is_black(capsys):
    code, out, _ = run(capsys, "sky.png", "--kind", "text", "-o", "mask.png")
    assert code == 0
    assert out == "mask.png (small text and date stamps: nothing found, so the mask is black)\n"
    with Image.open("mask.png") as image:
        assert not np.asarray(image).any()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("ball.png", "--kind", "shadow", "-o", "out.png"), "beside a hole"),
        (("ball.png", "--kind", "shadow", "--mask", "black.png", "-o", "out.png"), "black.png has no hole"),
        (("ball.png", "--kind", "shadow", "--mask", "small.png", "-o", "out.png"), "one size"),
        (("ball.png", "--kind", "shadow", "--mask", "side.png", "-o", "out.png"), "lies on its side; turn it"),
        (("ball.png", "--kind", "dust", "-o", "out.jpg"), "use .png"),
        (("ball.png", "--kind", "dust", "-o", "ball.png"), "saved over the photo"),
        (("ball.png", "--kind", "birds", "-o", "out.png"), "invalid choice"),
        (("none.png", "--kind", "dust", "-o", "out.png"), "none.png"),
    ],
)
def test_wrong_input_is_one_sentence(capsys, arguments, text):
    code, out, err = run(capsys, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert text in err

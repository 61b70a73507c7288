"""Holes that the user chose for a training: sets by name, and mask files, hostile ones among them."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.registry import registry
from tests.training.small_runs import EventRecorder, make_request
from training.data.chosen_holes import MaskFiles, find_masks, parse_sets
from training.data.hole_sets import SETS
from training.run import start_weights
from training.run.setup import set_up
from training.run.train import train


def save_mask(path: Path, hole: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(255 * hole.astype(np.uint8)).save(path)
    return path


def square(side: int, start: int, end: int) -> np.ndarray:
    hole = np.zeros((side, side), bool)
    hole[start:end, start:end] = True
    return hole


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """Two usable masks of different sizes, and five files that are none."""
    folder = tmp_path / "masks"
    save_mask(folder / "one.png", square(100, 10, 60))
    save_mask(folder / "sub" / "two.png", square(64, 0, 40)[:, :48])
    save_mask(folder / "black.png", np.zeros((9, 9), bool))
    save_mask(folder / "white.png", np.ones((9, 9), bool))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "notes.txt").write_text("no image")
    os.mkfifo(folder / "pipe.png")
    return folder


@pytest.mark.parametrize("name", SETS)
def test_every_set_can_be_trained_on(name):
    holes = pickle.loads(pickle.dumps(parse_sets(name)))
    one, two = (holes.draw(np.random.default_rng(3), 64, 64) for _ in range(2))
    assert np.array_equal(one, two)
    assert 0 < one.mean() < 1


def test_sets_are_mixed_in_their_shares():
    holes, random = parse_sets("centre:3, rectangle"), np.random.default_rng(0)
    middle = SETS["centre"].draw(random, 32, 32)
    share = np.mean([np.array_equal(holes.draw(random, 32, 32), middle) for _ in range(400)])
    assert 0.68 < share < 0.82
    assert holes.describe() == {"sets": {"centre": 3.0, "rectangle": 1.0}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("round", "no holes called 'round'; there are mixture, brush"),
        ("", "no holes called ''"),
        ("brush,brush:2", "'brush' are named twice"),
        ("brush:0", "share of the holes 'brush' must be a number above 0, not '0'"),
        ("brush:nan", "must be a number above 0"),
        ("brush:", "must be a number above 0"),
    ],
)
def test_wrong_sets_are_a_sentence(text, sentence):
    with pytest.raises(InputError, match=sentence):
        parse_sets(text)


def test_unusable_masks_are_left_out_with_a_note(masks):
    found, note = find_masks(masks)
    assert [path.name for path in found.paths] == ["one.png", "two.png"]
    assert note.startswith("5 of 7 masks are left out: black.png has no hole")
    assert note.endswith("And 2 more.")


def test_masks_are_cut_and_scaled_and_always_the_same(masks):
    found = find_masks(masks)[0]
    copy = pickle.loads(pickle.dumps(found))
    drawn = [found.draw(np.random.default_rng(number), 32, 48) for number in range(40)]
    again = [copy.draw(np.random.default_rng(number), 32, 48) for number in range(40)]
    assert all(np.array_equal(one, other) for one, other in zip(drawn, again, strict=True))
    assert all(hole.shape == (32, 48) and 0 < hole.mean() < 1 for hole in drawn)
    assert len({hole.tobytes() for hole in drawn}) > 10
    assert any(hole[0, 0] for hole in drawn)
    assert any(hole[-1, -1] for hole in drawn)  # flipped


def test_the_hole_of_a_square_mask_keeps_its_size(tmp_path):
    save_mask(tmp_path / "m.png", square(100, 10, 60))
    found = find_masks(tmp_path)[0]
    assert {found.draw(np.random.default_rng(n), 50, 50).sum() for n in range(8)} == {25 * 25}


@pytest.mark.parametrize(("hole", "count"), [(square(1000, 500, 501), 1), (~square(1000, 500, 501), 63)])
def test_a_hole_or_known_part_of_one_pixel_stays(tmp_path, hole, count):
    save_mask(tmp_path / "m.png", hole)
    assert find_masks(tmp_path)[0].draw(np.random.default_rng(0), 8, 8).sum() == count


def test_masks_that_are_gone_are_passed_over(masks):
    found = find_masks(masks)[0]
    found.paths[0].unlink()
    assert all(found.draw(np.random.default_rng(number), 16, 16).any() for number in range(8))
    found.paths[1].unlink()
    gone = MaskFiles(tuple(path.with_name("gone.png") for path in found.paths), "")
    with pytest.raises(InputError, match="cannot be read any more"):
        gone.draw(np.random.default_rng(0), 16, 16)


def test_a_folder_without_masks_is_a_sentence(tmp_path):
    with pytest.raises(InputError, match="no usable mask in"):
        find_masks(tmp_path)
    save_mask(tmp_path / "black.png", np.zeros((9, 9), bool))
    with pytest.raises(InputError, match=r"no usable mask in .* black.png has no hole"):
        find_masks(tmp_path)
    with pytest.raises(InputError, match="There is no folder"):
        find_masks(tmp_path / "none")


def test_crops_and_held_out_crops_have_the_chosen_holes(home, masks):
    start = start_weights.choose("deepfill-v2", None)
    drawn = set_up(make_request(home, holes="centre"), start)
    middle = torch.from_numpy(SETS["centre"].draw(np.random.default_rng(0), 64, 64))[None]
    assert torch.equal(drawn.held.hole[0].bool(), middle)
    assert torch.equal(drawn.crops[5][1], middle)
    own = set_up(make_request(home, masks=masks), start)
    assert own.note.startswith("5 of 7 masks")
    assert own.identity()["kind of holes"] != drawn.identity()["kind of holes"]


def test_the_holes_are_recorded_with_the_weights_and_unusable_masks_reported(home, masks):
    recorder = EventRecorder()
    settings = {"critic_width": "4", "adversarial": "0"}
    train(make_request(home, name="mine", masks=masks, steps=25, settings=settings), [recorder])
    assert any("5 of 7 masks" in event.text for event in recorder.events if event.kind == "note")
    assert json.loads(store.find("mine").facts["holes"])["masks"] == 2


@pytest.mark.usefixtures("home")
def test_a_network_for_the_middle_takes_no_other_holes(home):
    assert registry().models["context-encoder"].traits.centred
    with pytest.raises(InputError, match="fills only the middle"):
        train(make_request(home, model="context-encoder", weights="scratch", size=128, holes="brush"), [])


def test_a_resumed_training_keeps_its_holes(home):
    train(make_request(home, holes="brush"), [])
    with pytest.raises(InputError, match="another kind of holes"):
        train(make_request(home, holes="centre", resume=True), [])

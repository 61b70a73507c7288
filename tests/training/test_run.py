"""From a folder of photos to a set of weights in the list of models, in this process and in one of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, PhotoError, WeightsError
from tests.training.asking import SETTINGS, Ears, asked, process, until
from training.losses.vgg import PUBLISHED, trained
from training.run import checkpoint
from training.run.events import ASKED, LOG, to_stream
from training.run.train import SCRATCH, train


def test_a_tuned_model_stands_in_the_list_with_its_card(home):
    ears = Ears()
    saved = train(asked(home, name="mine", steps=25), [ears])
    assert saved is not None
    assert "mine" in model_library().models
    facts = store.find("mine").facts
    assert facts["base"] == "deepfill-v2-random"
    assert facts["photos"] == "7"
    assert facts["steps"] == "25"
    assert json.loads(facts["after"])["psnr"] > json.loads(facts["before"])["psnr"]
    assert not any(name in json.dumps(dict(facts)) for name in ("0.png", "3.png", str(home)))
    assert (home / "out" / "mine.safetensors").is_file()
    assert ears.of("started")["held_out"] == 1
    assert ears.of("done")["name"] == "mine"
    shown = ears.of("sample")["paths"][0]
    assert set(shown) == {"original", "hole", "before", "now"}
    assert all(Image.open(path).size == (64, 64) for path in shown.values())
    assert [json.loads(line)["event"] for line in (home / "out" / LOG).read_text().splitlines()][-1] == "done"


def test_tuning_the_tuned(home):
    first = train(asked(home, name="mine", steps=10), [])
    assert first is not None
    ears = Ears()
    second = train(asked(home, model="mine", name="more", steps=10, out=home / "more"), [ears])
    assert ears.of("started")["base"] == first.name
    assert ears.of("started")["system"] == "deepfill-v2"
    assert ears.of("best")["before"]["psnr"] == pytest.approx(json.loads(first.facts["after"])["psnr"], abs=0.01)
    assert second is not None
    assert second.facts["base"] == first.name
    assert second.licence == first.licence


def test_nothing_better_is_not_saved(home):
    ears = Ears()
    still = {"reconstruction": "0", "coarse": "0", "adversarial": "0"}
    assert train(asked(home, settings=SETTINGS | still), [ears]) is None
    assert ears.of("done")["name"] is None
    assert len(store.sets()) == 3


def test_from_scratch_it_is_saved_as_ones_own(home, monkeypatch):
    from inpaint_studio.models import glcic

    monkeypatch.setitem(glcic.SYSTEM.paper, "width", glcic.SYSTEM.small["width"])
    saved = train(
        asked(home, model="glcic", weights=SCRATCH, steps=2, settings={"critic_width": "4", "size": "64"}), []
    )
    assert saved is not None
    assert saved.licence == "free"
    assert saved.facts["base"] == "none"


def test_resume_goes_on_and_refuses_what_is_another_training(home):
    train(asked(home, steps=3), [])
    ears = Ears()
    train(asked(home, steps=5, resume=True), [ears])
    assert ears.of("started")["step"] == 3
    assert checkpoint.load(home / "out" / checkpoint.NAME)["state"]["step"] == 5
    with pytest.raises(InputError, match="another batch"):
        train(asked(home, steps=9, batch=1, resume=True), [])
    with pytest.raises(InputError, match="another model"):
        train(asked(home, model="glcic", steps=9, resume=True), [])


@pytest.mark.parametrize("model", ["deepfill-v2", "deepfill-v2-random"])
def test_resume_needs_nothing_but_the_checkpoint(home, model):
    base = store.find("deepfill-v2-random")
    train(asked(home, model=model, weights=base.name, steps=3), [])
    wanted, found = Ears(), Ears()
    train(asked(home, model=model, weights=base.name, steps=12, out=home / "whole"), [wanted])
    store.remove(base.name)
    store.remove("deepfill-v2-photos")
    saved = train(asked(home, model=model, steps=12, resume=True, name=None), [found])
    assert saved is not None
    assert (found.of("started")["base"], saved.facts["base"]) == (base.name, base.name)
    assert (saved.config, saved.licence, saved.terms) == (base.config, base.licence, base.terms)
    assert found.of("done")["best"] == pytest.approx(wanted.of("done")["best"], abs=1e-4)


def test_a_checkpoint_that_says_nonsense_is_refused(home):
    train(asked(home, steps=1), [])
    path = home / "out" / checkpoint.NAME
    whole = checkpoint.load(path)
    for wrong in (
        {"system": None},
        {"system": "telea"},
        {"config": "[]"},
        {"config": "{"},
        {"config": None},
        {"licence": "mine"},
    ):
        state = whole["state"] | {"recipe": whole["state"]["recipe"] | wrong}
        checkpoint.save({**{key: value for key, value in whole.items() if key != "format"}, "state": state}, path)
        with pytest.raises(InputError, match="damaged"):
            train(asked(home, steps=2, resume=True), [])
    checkpoint.save({"state": 3}, path)
    with pytest.raises(InputError, match="damaged"):
        train(asked(home, steps=2, resume=True), [])


def test_what_cannot_begin_is_told(home):
    empty = home / "empty"
    empty.mkdir()
    blocked = home / "file"
    blocked.touch()
    for how, said in (
        ({"photos": empty}, "no usable photo"),
        ({"photos": home / "nowhere"}, "no folder"),
        ({"out": blocked / "out"}, "Nothing can be written"),
        ({"model": "telea"}, "not a network"),
        ({"settings": {"los": "1"}}, "no setting 'los'"),
        ({"settings": {"rate": "fast"}}, "'fast' is no value"),
        ({"precision": "float8"}, "no precision"),
        ({"weights": "glcic-random"}, "belong to glcic"),
        ({"resume": True}, "nothing to resume"),
    ):
        with pytest.raises(InputError, match=said):
            train(asked(home, **how), [])
    with pytest.raises(WeightsError, match="no weights called"):
        train(asked(home, weights="none-such"), [])
    with pytest.raises(WeightsError, match="no name for weights"):
        train(asked(home, name="My photos"), [])


def test_what_was_learnt_is_kept_when_the_photos_go(home, monkeypatch):
    ears = Ears()
    given = asked(home, name="mine", steps=1000, evaluate_seconds=0.0)

    def listen(event: str, facts: dict[str, Any]) -> None:
        ears(event, facts)
        if event == "best" and facts["step"]:
            monkeypatch.setattr("training.data.thumbnails.Thumbnails.get", gone)

    def gone(_self: Any, path: Path) -> Any:
        raise PhotoError(f"There is no file {path} any more.")

    with pytest.raises(InputError, match="None of the photos"):
        train(given, [listen])
    assert ears.of("failed")["name"] == "mine"
    assert "mine" in model_library().models


def test_features_that_are_missing_are_named_with_file_and_address(home, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(home / "torch"))
    with pytest.raises(InputError) as told:
        train(asked(home, model="partial-conv", size=128, settings={}), [])
    assert PUBLISHED["vgg16"].file in str(told.value)
    assert PUBLISHED["vgg16"].url in str(told.value)
    assert "--without" in str(told.value)
    wrong = home / "vgg.pth"
    wrong.write_bytes(b"no vgg")
    with pytest.raises(InputError, match="not the file"):
        trained("vgg16", wrong)
    plain = asked(home, model="partial-conv", size=128, settings={}, without=("perceptual", "style"), steps=1)
    train(plain, [])


def test_events_are_lines_of_json():
    out = io.StringIO()
    to_stream(out)("best", {"figures": {"psnr": 20.5}})
    assert json.loads(out.getvalue()) == {"event": "best", "figures": {"psnr": 20.5}}


# In a process of its own


def test_stop_on_stdin_ends_it_in_order(home):
    with process(home) as running:
        until(running, "progress", 2)
        assert running.stdin is not None
        running.stdin.write("stop\n")
        running.stdin.flush()
        assert until(running, "stopped")["step"] >= 2
    assert running.returncode == 0
    assert (home / "out" / checkpoint.NAME).is_file()


def test_ctrl_c_ends_it_in_order(home):
    with process(home) as running:
        until(running, "progress", 1)
        running.send_signal(signal.SIGINT)
        until(running, "stopped")
    assert running.returncode == 0


def test_killed_and_resumed_it_is_the_run_that_was_never_killed(home):
    ears = Ears()
    train(asked(home, weights="deepfill-v2-random", out=home / "whole", steps=6), [ears])
    wanted = {facts["step"]: facts["losses"] for kind, facts in ears.events if kind == "progress"}
    with process(home, "--from", "deepfill-v2-random", "--steps", "6", "--save-minutes", "0") as running:
        until(running, "saved", 3)
        running.kill()
    resumed = Ears()
    train(asked(home, steps=6, resume=True), [resumed])
    found = {facts["step"]: facts["losses"] for kind, facts in resumed.events if kind == "progress"}
    assert found
    for step, losses in found.items():
        assert losses == pytest.approx(wanted[step], abs=1e-6), step


def test_a_window_started_later_finds_it_and_stops_it(home):
    with process(home) as running:
        until(running, "progress", 1)
        facts = json.loads((home / "out" / "run.json").read_text())
        assert facts["pid"] == running.pid
        (home / "out" / ASKED).write_text("stop\n")
        until(running, "stopped")
    assert running.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="gloo between processes is tried where it is used")
def test_two_processes_give_the_losses_of_one_with_twice_the_batch(home):
    ears = Ears()
    train(asked(home, weights="deepfill-v2-random", steps=3, batch=4, out=home / "one"), [ears])
    wanted = {facts["step"]: facts["losses"] for kind, facts in ears.events if kind == "progress"}
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone", "-m"]
    command += ["inpaint_studio", "train", "deepfill-v2", "--photos", str(home / "photos"), "-o", str(home / "two")]
    command += ["--size", "64", "--batch", "4", "--steps", "3", "--workers", "0", "--set", "critic_width=4", "--events"]
    command += ["--from", "deepfill-v2-random"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=False, timeout=240
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {told["step"]: told["losses"] for told in lines if told["event"] == "progress"}
    assert done.returncode == 0, done.stderr[-2000:]
    assert set(found) >= {1, 3}
    for step, losses in found.items():
        assert losses == pytest.approx(wanted[step], abs=1e-4)

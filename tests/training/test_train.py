"""From a folder of photos to weights in the model library, in this process and in one of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from safetensors.torch import load_file

from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, PhotoError, WeightsError
from inpaint_studio.protocol.run_folder import RunFolder, RunRecord
from tests.training.small_runs import LEARNING, SETTINGS, EventRecorder, make_request, read_until, start_process
from training.data import photos
from training.data.masks import Mixture
from training.losses.vgg import VGG_FILES, load_features
from training.run import checkpoint, validation
from training.run.state import TrainingState
from training.run.train import train


def test_trained_weights_are_in_the_library_with_their_record(home):
    recorder = EventRecorder()
    saved = train(make_request(home, name="mine", steps=10, settings=LEARNING), [recorder])
    assert saved is not None
    assert "mine" in model_library().models
    facts = store.find("mine").facts
    assert facts["base"] == "deepfill-v2-random"
    assert facts["photos"] == "7"
    assert facts["steps"] == "10"
    assert json.loads(facts["after"])["psnr"] > json.loads(facts["before"])["psnr"]
    assert not any(name in json.dumps(dict(facts)) for name in ("0.png", "3.png", str(home)))
    assert (home / "out" / "mine.safetensors").is_file()
    assert recorder.of("started").held_out == 1
    assert recorder.of("done").name == "mine"
    sample = recorder.of("sample").paths[0]
    assert set(sample) == {"original", "hole", "before", "now"}
    assert all(Image.open(path).size == (64, 64) for path in sample.values())
    lines = RunFolder(home / "out").events.read_text().splitlines()
    assert json.loads(lines[-1])["event"] == "done"


def test_trained_weights_can_be_trained_further(home):
    first = train(make_request(home, name="mine", steps=10, settings=LEARNING), [])
    assert first is not None
    recorder = EventRecorder()
    again = make_request(home, model="mine", name="more", steps=10, settings=LEARNING, output=home / "more")
    second = train(again, [recorder])
    assert recorder.of("started").base == first.name
    assert recorder.of("started").system == "deepfill-v2"
    assert recorder.of("best").before.psnr == pytest.approx(json.loads(first.facts["after"])["psnr"], abs=0.01)
    assert second is not None
    assert second.facts["base"] == first.name
    assert second.licence == first.licence


def test_fine_tuned_no_better_than_the_start_nothing_is_saved(home):
    recorder = EventRecorder()
    no_losses = {"reconstruction": "0", "coarse": "0", "adversarial": "0"}
    assert train(make_request(home, settings=SETTINGS | no_losses), [recorder]) is None
    assert recorder.of("done").name is None
    assert "no better than with the weights it started from; your models are as before" in recorder.of("done").unsaved
    assert len(store.sets()) == 3


@pytest.mark.parametrize("steps", [0, 2])
def test_from_scratch_no_better_than_a_spread_of_colours_nothing_is_saved(home, small_glcic, steps):
    """After a stop before or after a step: random weights are never saved in the library."""
    recorder, reached = EventRecorder(), threading.Event()
    request = make_request(home, **small_glcic, name="mine", steps=None)

    def watch(event: Any) -> None:
        if event.kind in ("best", "progress") and event.step >= steps:
            reached.set()

    def commands() -> Iterator[str]:
        """Stop when that step was taken."""
        assert reached.wait(60)
        yield "stop\n"

    assert train(request, [recorder, watch], commands()) is None
    end = recorder.of("stopped")
    assert (end.name, end.path) == (None, None)
    assert "your models are as before" in end.unsaved
    assert "mine" not in model_library().models
    assert len(store.sets()) == 3
    assert {path.name for path in (home / "out").glob("*.safetensors")} <= {"last.safetensors"}


def test_from_scratch_better_than_a_spread_of_colours_it_is_saved_as_the_users_own(home, small_glcic, monkeypatch):
    monkeypatch.setattr(validation, "measure_colour_spread", lambda _held: 0.0)  # worse than any network
    recorder = EventRecorder()
    saved = train(make_request(home, **small_glcic, steps=10, evaluate_seconds=0.0), [recorder])
    assert saved is not None, recorder.of("done").unsaved
    assert recorder.of("done").unsaved == ""
    assert saved.licence == "free"
    assert saved.facts["base"] == "none"


@pytest.mark.parametrize(("above", "reason"), [(-0.1, "than by spreading the colours"), (0.1, "")])
def test_weights_from_scratch_must_be_better_than_spread_colours(home, above, reason):
    held = photos.open_folder(home / "photos").held_out(64, None, Mixture(), None)
    best = validation.measure_colour_spread(held) + above
    state = TrainingState(step=9, measured_step=9, best_step=9, decided=1, before={"psnr": best - 5})
    state.best, state.best_figures = best, {"psnr": best}
    found = validation.find_reason_against_saving(state, held, from_scratch=True)
    assert (reason in found) if reason else found == ""
    assert validation.find_reason_against_saving(state, held, from_scratch=False) == ""


def test_resume_continues_and_refuses_another_training(home):
    train(make_request(home, steps=3), [])
    recorder = EventRecorder()
    train(make_request(home, steps=5, resume=True), [recorder])
    assert recorder.of("started").step == 3
    assert checkpoint.load(RunFolder(home / "out").checkpoint)["state"]["step"] == 5
    with pytest.raises(InputError, match="another batch"):
        train(make_request(home, steps=9, batch=1, resume=True), [])
    with pytest.raises(InputError, match="another model"):
        train(make_request(home, model="glcic", steps=9, resume=True), [])


@pytest.mark.parametrize("model", ["deepfill-v2", "deepfill-v2-random"])
def test_resume_needs_nothing_but_the_checkpoint(home, model):
    base = store.find("deepfill-v2-random")
    learn: dict[str, Any] = {"model": model, "settings": LEARNING | {"adversarial": "0"}}
    train(make_request(home, **learn, weights=base.name, steps=3), [])
    found = EventRecorder()
    train(make_request(home, **learn, weights=base.name, steps=12, output=home / "whole"), [])
    store.remove(base.name)
    store.remove("deepfill-v2-photos")
    saved = train(make_request(home, **learn, steps=12, resume=True), [found])
    assert saved is not None
    assert (found.of("started").base, saved.facts["base"]) == (base.name, base.name)
    assert (saved.config, saved.licence, saved.terms) == (base.config, base.licence, base.terms)
    last, expected = (load_file(RunFolder(home / name).last) for name in ("out", "whole"))
    assert max(float((last[key] - value).abs().max()) for key, value in expected.items()) < 1e-5


def test_a_checkpoint_with_wrong_values_is_refused(home):
    train(make_request(home, steps=1), [])
    path = RunFolder(home / "out").checkpoint
    whole = checkpoint.load(path)
    for wrong in (
        {"system": None},
        {"system": "telea"},
        {"config": "[]"},
        {"config": "{"},
        {"config": None},
        {"licence": "mine"},
    ):
        state = whole["state"] | {"identity": whole["state"]["identity"] | wrong}
        checkpoint.save({**{key: value for key, value in whole.items() if key != "format"}, "state": state}, path)
        with pytest.raises(InputError, match="damaged"):
            train(make_request(home, steps=2, resume=True), [])
    checkpoint.save({"state": 3}, path)
    with pytest.raises(InputError, match="damaged"):
        train(make_request(home, steps=2, resume=True), [])


def test_a_training_that_cannot_begin_is_refused_in_a_sentence(home):
    empty = home / "empty"
    empty.mkdir()
    blocked = home / "file"
    blocked.touch()
    for options, message in (
        ({"photos": empty}, "no usable photo"),
        ({"photos": home / "nowhere"}, "no folder"),
        ({"output": blocked / "out"}, "Nothing can be written"),
        ({"model": "telea"}, "not a network that can be trained; there are .*deepfill-v2"),
        ({"settings": {"los": "1"}}, "no setting 'los'"),
        ({"settings": {"rate": "fast"}}, "'fast' is no value"),
        ({"precision": "float8"}, "no precision"),
        ({"weights": "glcic-random"}, "belong to glcic"),
        ({"resume": True}, "nothing to resume"),
    ):
        with pytest.raises(InputError, match=message):
            train(make_request(home, **options), [])
    with pytest.raises(WeightsError, match="no weights called"):
        train(make_request(home, weights="none-such"), [])
    with pytest.raises(WeightsError, match="cannot be a name of weights"):
        train(make_request(home, name="My photos"), [])


def test_what_was_learned_is_saved_when_the_photos_disappear(home, monkeypatch):
    recorder = EventRecorder()
    request = make_request(home, name="mine", steps=1000, settings=LEARNING, evaluate_seconds=0.0)

    def listen(event: Any) -> None:
        recorder(event)
        if event.kind == "best" and event.step:
            monkeypatch.setattr("training.data.thumbnails.Thumbnails.get", gone)

    def gone(_self: Any, path: Path) -> Any:
        raise PhotoError(f"There is no file {path} any more.")

    with pytest.raises(InputError, match="None of the photos"):
        train(request, [listen])
    assert recorder.of("failed").name == "mine"
    assert "mine" in model_library().models


def test_the_error_for_missing_features_names_file_and_address(home, monkeypatch):
    monkeypatch.setenv("TORCH_HOME", str(home / "torch"))
    with pytest.raises(InputError) as error:
        train(make_request(home, model="partial-conv", size=128, settings={}), [])
    assert VGG_FILES["vgg16"].name in str(error.value)
    assert VGG_FILES["vgg16"].url in str(error.value)
    assert "--without" in str(error.value)
    wrong = home / "vgg.pth"
    wrong.write_bytes(b"no vgg")
    with pytest.raises(InputError, match="not the file"):
        load_features("vgg16", wrong)
    plain = make_request(
        home, model="partial-conv", size=128, settings={}, without_losses=("perceptual", "style"), steps=1
    )
    train(plain, [])


# In a process of its own


def test_stop_on_stdin_ends_it_in_order(home):
    with start_process(home) as running:
        read_until(running, "progress", 2)
        assert running.stdin is not None
        running.stdin.write("stop\n")
        running.stdin.flush()
        assert read_until(running, "stopped")["step"] >= 2
    assert running.returncode == 0
    assert (RunFolder(home / "out").checkpoint).is_file()


def test_ctrl_c_ends_it_in_order(home):
    with start_process(home) as running:
        read_until(running, "progress", 1)
        running.send_signal(signal.SIGINT)
        read_until(running, "stopped")
    assert running.returncode == 0


def test_killed_and_resumed_it_equals_a_run_that_was_never_killed(home):
    recorder = EventRecorder()
    train(make_request(home, weights="deepfill-v2-random", output=home / "whole", steps=6), [recorder])
    expected = recorder.losses()
    with start_process(home, "--from", "deepfill-v2-random", "--steps", "6", "--save-minutes", "0") as running:
        read_until(running, "saved", 3)
        running.kill()
    resumed = EventRecorder()
    train(make_request(home, steps=6, resume=True), [resumed])
    found = resumed.losses()
    assert found
    for step, losses in found.items():
        assert losses == pytest.approx(expected[step], abs=1e-6), step


def test_a_window_started_later_can_find_and_stop_it(home):
    with start_process(home) as running:
        read_until(running, "progress", 1)
        record = RunRecord.parse(RunFolder(home / "out").record.read_bytes())
        assert record is not None
        assert record.pid == running.pid
        RunFolder(home / "out").commands.write_text("stop\n")
        read_until(running, "stopped")
    assert running.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="gloo between processes is tried where it is used")
def test_two_processes_give_the_losses_of_one_with_twice_the_batch(home):
    recorder = EventRecorder()
    train(make_request(home, weights="deepfill-v2-random", steps=3, batch=4, output=home / "one"), [recorder])
    expected = recorder.losses()
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone", "-m"]
    command += ["inpaint_studio", "train", "deepfill-v2", "--photos", str(home / "photos"), "-o", str(home / "two")]
    command += ["--size", "64", "--batch", "4", "--steps", "3", "--workers", "0", "--set", "critic_width=4", "--events"]
    command += ["--from", "deepfill-v2-random"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"}, check=False, timeout=240
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {line["step"]: line["losses"] for line in lines if line["event"] == "progress"}
    assert done.returncode == 0, done.stderr[-2000:]
    assert set(found) >= {1, 3}
    for step, losses in found.items():
        assert losses == pytest.approx(expected[step], abs=1e-4)

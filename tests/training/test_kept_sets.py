"""What a training leaves: its best and its last weights, each with a record of its own step, and their discriminators.

Also what the next training makes of them.
"""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from inpaint_studio.engine.weights import discriminators, store
from inpaint_studio.engine.weights.importer import import_files
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.small_runs import LEARNING, EventRecorder, make_request
from training.recipe import Phase
from training.run import checkpoint, validation
from training.run.moment import phases_left
from training.run.train import train
from training.run.trainer import Trainer

ROOT = Path(__file__).parents[2]
FACTS = (
    "base",
    "steps",
    "generator_steps",
    "phase",
    "phase_steps",
    "whole",
    "before",
    "after",
    "photos",
    "run",
    "trained_at",
)


def learn(home: Path, recorder: EventRecorder | None = None, **options: Any) -> Weights:
    """A training that gets better; returns its best weights."""
    saved = train(make_request(home, **({"name": "mine", "settings": LEARNING} | options)), [recorder or (lambda _: 0)])
    assert saved is not None
    return saved


def last_of(home: Path) -> Weights:
    return store.read_header(RunFolder(home / "out").last, name="last")


# The record


def test_a_set_records_its_own_step_and_what_was_measured_there(home, monkeypatch):
    """The best of step 2 keeps its step, though two more follow."""
    figures = iter([10.0, 11.0, 12.0, 9.0, 9.5, 9.5])
    measure = validation.measure

    def pretend(*arguments: Any) -> Any:
        return measure(*arguments)._replace(crops={"psnr": [next(figures)], "l1": [0.25]})

    monkeypatch.setattr("training.run.trainer.measure", pretend)
    recorder = EventRecorder()
    best = learn(home, recorder, evaluate_seconds=0.0)
    assert [best.facts[name] for name in ("steps", "generator_steps", "phase", "whole")] == ["2", "2", "all", "yes"]
    assert json.loads(best.facts["after"])["psnr"] == 12.0
    assert best.trained_at == 256  # its start was made for 256 px, and the crops of this training are smaller
    last = last_of(home)
    assert last.facts["steps"] == "4"
    assert json.loads(last.facts["after"])["psnr"] == 9.5
    end = recorder.of("done")
    assert (end.step, end.best_step, end.last) == (4, 2, last.path)
    assert any(not torch.equal(value, last.read()[key]) for key, value in best.read().items())


def test_a_last_set_that_was_not_measured_claims_no_figures(home, monkeypatch):
    monkeypatch.setattr(Trainer, "_evaluate", lambda _self: None)
    assert train(make_request(home, steps=2), []) is None
    assert json.loads(last_of(home).facts["after"]) == {}


def test_the_last_weights_are_imported_with_their_record(home):
    learn(home)
    last = last_of(home)
    imported = import_files([last.path]).weights
    assert imported.name == "mine-last"
    assert (imported.origin, imported.licence, imported.terms) == ("trained", last.licence, last.terms)
    assert {name: imported.facts[name] for name in FACTS} == {name: last.facts[name] for name in FACTS}
    assert imported.facts["base"] == "deepfill-v2-random"
    assert discriminators.read(imported).keys() == {"critic"}


def test_the_files_of_the_best_few_are_sets_with_their_record(home, small_glcic):
    """Also of a network whose batch norms count in whole numbers."""
    begin = make_request(home, **small_glcic | {"steps": 3, "evaluate_seconds": 0.0, "keep_best": 1, "name": "mine"})
    train(begin, [])
    (file,) = RunFolder(home / "out").best.iterdir()
    step = int(file.name.split("-")[1])
    imported = import_files([file]).weights
    assert (imported.name, imported.origin, imported.system) == (f"mine-step-{step}", "trained", "glcic")
    assert imported.facts["steps"] == str(step)
    assert f"psnr-{json.loads(imported.facts['after'])['psnr']:.4f}" in file.name
    assert {name: imported.facts[name] for name in FACTS} == {
        name: store.read_header(file, name="x").facts[name] for name in FACTS
    }
    assert discriminators.FACT not in imported.facts


def test_a_training_that_took_no_step_leaves_nothing(home, monkeypatch):
    monkeypatch.setattr(Trainer, "_take_steps", lambda _self, _batches: "stopped")
    recorder = EventRecorder()
    assert train(make_request(home), [recorder]) is None
    end = recorder.of("stopped")
    assert end.last is None
    assert "your models are as before" in end.unsaved
    assert not RunFolder(home / "out").last.exists()


def test_a_new_training_in_the_folder_replaces_the_last_weights(home, monkeypatch):
    learn(home)
    assert RunFolder(home / "out").last.is_file()
    monkeypatch.setattr(Trainer, "_take_steps", lambda _self, _batches: "stopped")
    train(make_request(home), [])
    assert not RunFolder(home / "out").last.exists()
    assert not RunFolder(home / "out").last_discriminators.exists()


def test_with_a_full_disk_the_training_ends_well_without_them(home, monkeypatch):
    save = store.save

    def full(*arguments: Any, **how: Any) -> Weights:
        if how.get("file") is not None:
            raise store.NotSaved("The weights were not saved: the disk is full.")
        return save(*arguments, **how)

    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("training.run.save.store.save", full)
    monkeypatch.setattr("training.run.save.discriminators.save", no_room)
    recorder = EventRecorder()
    saved = learn(home, recorder)
    notes = " ".join(event.text for event in recorder.events if event.kind == "note")
    assert "The last weights could not be kept: The weights were not saved: the disk is full." in notes
    assert "The discriminators of 'mine' could not be kept (the disk is full" in notes
    assert recorder.of("done").last is None
    assert saved in store.sets()
    assert store.problems() == []


@pytest.mark.parametrize("kind", ["best", "last"])
def test_killed_while_they_are_written_the_old_ones_stay(home, kind):
    learn(home)
    old = {path: path.read_bytes() for path in [store.find("mine").path, last_of(home).path]}
    program = (
        "import os, signal, safetensors.torch as st\n"
        "from pathlib import Path\n"
        "from tests.training.small_runs import LEARNING, make_request\n"
        "from training.run import save, train\n"
        "write = st.save_file\n"
        "def killed(tensors, path, facts):\n"
        "    write(tensors, path, facts)\n"
        f"    if facts.get('kept') == {kind!r}:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "st.save_file = killed\n"
        f"train.train(make_request(Path({str(home)!r}), name='mine', settings=LEARNING, steps=6, resume=True), [])\n"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode < 0
    last, best = last_of(home).path, store.find("mine").path
    assert best.read_bytes() == old[best]
    assert (last.read_bytes() == old[last]) == (kind == "last")
    assert store.problems() == []


# Resumed trainings


@pytest.mark.parametrize("renamed", [False, True])
def test_a_resumed_training_replaces_its_own_set_whatever_it_is_called(home, renamed):
    learn(home)
    name = store.rename("mine", "birds").name if renamed else "mine"
    saved = learn(home, steps=8, resume=True)
    assert saved.name == name
    assert int(saved.facts["steps"]) > 4
    assert sorted(each.name for each in store.sets() if each.origin == "trained") == [name]
    assert discriminators.read(saved).keys() == {"critic"}


def test_a_resumed_training_never_replaces_another_set(home):
    first = learn(home)
    import_files([last_of(home).path], "copy")
    second = learn(home, output=home / "other")
    assert (second.name, second.facts["run"] == first.facts["run"]) == ("mine-2", False)
    store.remove("mine")
    store.rename("mine-2", "mine")
    resumed = learn(home, steps=8, resume=True)
    assert resumed.name == "mine-2"
    assert store.find("mine").facts["run"] == second.facts["run"]
    assert store.find("copy").facts["kept"] == "last"


def test_a_checkpoint_of_another_version_is_a_sentence(home):
    train(make_request(home, steps=1), [])
    path = RunFolder(home / "out").checkpoint
    state = torch.load(path, weights_only=True)
    torch.save(state | {"format": checkpoint.FORMAT - 1}, path)
    with pytest.raises(InputError, match=r"another version of the program .* can be trained further"):
        train(make_request(home, steps=2, resume=True), [])


# Phases


def test_a_training_goes_on_in_the_phase_where_its_base_stopped(home, small_glcic):
    train(make_request(home, **small_glcic, name="early", minutes=None, steps=4), [])
    base = last_of(home)
    assert base.facts["whole"] == "yes"
    recorder = EventRecorder()

    def stop(event: Any) -> None:
        if event.kind == "progress" and event.step == 2:
            (home / "first" / "commands").write_text("stop\n")

    train(make_request(home, **small_glcic, name="early", steps=None, output=home / "first"), [stop])
    base = import_files([home / "first" / "last.safetensors"]).weights
    assert (base.facts["phase"], base.facts["whole"]) == ("completion", "no")
    assert base.facts["phase_steps"] == base.facts["steps"] == base.facts["generator_steps"]
    assert base.trained_at == 64  # it was trained from nothing
    small_glcic |= {"model": base.name, "weights": None}
    train(make_request(home, **small_glcic, steps=4, output=home / "next"), [recorder])
    notes = [event.text for event in recorder.events if event.kind == "note"]
    assert "'early-last' stopped in the phase 'completion' of its training; this one goes on there." in notes
    phases = [event.phase for event in recorder.events if event.kind == "progress"]
    assert phases[0] == "completion"
    assert phases[-1] == "joint"


def test_the_phases_that_are_left_share_the_new_training():
    phases = (Phase("a", 0.5, 100), Phase("b", 0.3, 60), Phase("c", 0.2))
    left = phases_left(phases, "b", 20)
    assert [(phase.name, phase.steps) for phase in left] == [("b", 40), ("c", None)]
    assert [phase.share for phase in left] == pytest.approx([0.6, 0.4])
    assert phases_left(phases, "b", 900)[0].steps == 1
    assert phases_left(phases, "z", 0) == ()

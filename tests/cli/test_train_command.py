"""``inpaint-studio train`` as it is typed, and what it prints."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from inpaint_studio.cli import main
from inpaint_studio.cli.train import _Terminal
from inpaint_studio.protocol.events import DoneEvent, EstimateEvent, FailedEvent, Scores, StoppedEvent
from tests.models.weighted import install

ESTIMATE = EstimateEvent(
    seconds_per_step=7.94,
    batch=4,
    size=256,
    photos=120,
    held_out=13,
    device="cpu",
    overhead_seconds=40.0,
    measuring_seconds=0.0,
)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--steps", "0"), "--steps must be 1 or more"),
        (("--minutes", "0"), "--minutes must be a number above 0"),
        (("--save-minutes", "nan"), "--save-minutes must be a number of 0 or more"),
        (("--save-minutes", "-1"), "--save-minutes must be a number of 0 or more"),
        (("--seed", "5000000000"), "--seed must be 4294967295 or less"),
        (("--size", "100000"), "--size must be 4096 or less"),
        (("--set", "rate"), "write --set NAME=VALUE"),
        (("--estimate", "--resume"), "leave --resume out"),
    ],
)
def test_wrong_options_are_one_sentence(tmp_path, capsys, options, message):
    assert main(["train", "deepfill-v2", "--photos", str(tmp_path), *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_training_that_cannot_begin_reports_one_event(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    assert main(["train", "deepfill-v2", "--photos", str(tmp_path / "nowhere"), "--steps", "1", "--events"]) == 2
    output = capsys.readouterr()
    (event,) = [json.loads(line) for line in output.out.splitlines()]
    assert (event["event"], event["code"]) == ("failed", "")
    assert "no folder" in event["reason"]
    assert "no folder" in output.err


def test_missing_features_have_a_code(tmp_path, capsys, monkeypatch):
    """The window offers to go on without them by this code."""
    monkeypatch.setenv("INPAINT_STUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    install(tmp_path / "data", "partial-conv")
    command = ["train", "partial-conv", "--photos", "resources/samples", "--size", "128", "--steps", "1", "--events"]
    assert main([*command, "-o", str(tmp_path / "out")]) == 2
    (event,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (event["event"], event["code"]) == ("failed", "missing_features")
    assert "--" not in event["reason"]


@pytest.mark.parametrize("kind", [DoneEvent, StoppedEvent, FailedEvent])
def test_the_terminal_explains_why_nothing_was_saved(capsys, kind):
    reason = "The held-out photos are filled no better than by an untrained network; your models are as before."
    with _Terminal() as terminal:
        terminal.show(kind(step=3, before=Scores(9.0), best=9.0, unsaved=reason))
    printed = " ".join(capsys.readouterr().err.split())
    assert reason in printed
    assert "Saved as" not in printed


@pytest.mark.parametrize(("name", "best", "named"), [(None, 0, True), ("mine", 2, True), ("mine", 3, False)])
def test_the_terminal_names_the_file_of_the_last_weights(capsys, name, best, named):
    with _Terminal() as terminal:
        terminal.show(DoneEvent(step=3, name=name, best_step=best, last=Path("/a b/last.safetensors")))
    printed = " ".join(capsys.readouterr().err.split())
    sentence = "The weights of the last step, 3, are kept; add them with: inpaint-studio models import '/a b/last"
    assert (sentence in printed) == named


def test_an_estimate_is_a_sentence_or_two(capsys):
    with _Terminal() as terminal:
        terminal.show(ESTIMATE)
    assert capsys.readouterr().out == (
        "One step of 4 crops of 256 px takes 7.9 s here on cpu. 10 minutes are about 70 steps: each of the 120 photos "
        "to train on is used 2.3 times; 1 hour is about 450 steps: 15 times; 8 hours are about 3600 steps: 120 "
        "times.\n"
    )


def test_an_estimate_is_about_the_requested_time(capsys):
    with _Terminal(1.0) as terminal:
        terminal.show(replace(ESTIMATE, seconds_per_step=0.25, batch=1, photos=1))
    assert capsys.readouterr().out == (
        "One step of one crop of 256 px takes 250 ms here on cpu. 1 minute is about 80 steps: the one photo is used "
        "80 times.\n"
    )

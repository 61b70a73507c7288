"""``inpaint-studio train`` as it is typed, and what it says on a terminal."""

from __future__ import annotations

import pytest

from inpaint_studio.cli import main
from inpaint_studio.cli.train import _Terminal

FACTS = {
    "seconds_per_step": 7.94,
    "batch": 4,
    "size": 256,
    "photos": 120,
    "held_out": 13,
    "device": "cpu",
    "overhead_seconds": 40.0,
}


@pytest.mark.parametrize(
    ("options", "said"),
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
def test_what_cannot_be_asked_for_is_told_in_a_sentence(tmp_path, capsys, options, said):
    assert main(["train", "deepfill-v2", "--photos", str(tmp_path), *options]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


def test_an_estimate_is_a_sentence_or_two(capsys):
    with _Terminal() as terminal:
        terminal.listen("estimate", FACTS)
    assert capsys.readouterr().out == (
        "One step of 4 crops of 256 px takes 7.9 s here on cpu. 10 minutes are about 70 steps: each of the 120 photos "
        "it learns from is seen 2.3 times; 1 hour is about 450 steps: 15 times; 8 hours are about 3600 steps: 120 "
        "times.\n"
    )


def test_an_estimate_tells_of_the_time_that_is_asked_for(capsys):
    with _Terminal(1.0) as terminal:
        terminal.listen("estimate", FACTS | {"seconds_per_step": 0.25, "batch": 1, "photos": 1})
    assert capsys.readouterr().out == (
        "One step of one crop of 256 px takes 250 ms here on cpu. 1 minute is about 80 steps: the one photo is seen "
        "80 times.\n"
    )

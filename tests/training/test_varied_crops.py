"""Trainings whose crops vary more, in size and colour: the same again, resumed, from their file, or refused."""

from __future__ import annotations

import re

import pytest

from inpaint_studio.errors import InputError
from inpaint_studio.protocol import request as requests
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.protocol.run_folder import RunFolder
from tests.training.small_runs import EventRecorder, make_request
from training.data import colour_changes
from training.run import setup, start_weights
from training.run.train import train

VARIED = {"model": "deepfill-v2", "weights": "scratch", "size": 96, "more_sizes": ("64", "80"), "colours": "wide"}


def losses(home, folder, **options):
    recorder = EventRecorder()
    defaults = VARIED | {"config": ("width=4",), "output": home / folder}
    train(make_request(home, **(defaults | options)), [recorder])
    return recorder, recorder.losses()


def set_up(home, **options):
    request = make_request(home, **(VARIED | {"config": ("width=4",)} | options))
    return setup.set_up(request, start_weights.choose("deepfill-v2", "scratch", request.configuration()))


def test_a_resumed_training_draws_the_same_sizes_and_colours(home):
    _, expected = losses(home, "whole", steps=3)
    losses(home, "part", steps=1)
    _, found = losses(home, "part", steps=3, resume=True)
    assert found == {step: values for step, values in expected.items() if step > 1}


def test_the_file_of_a_training_repeats_it(home):
    recorder, expected = losses(home, "first", steps=2)
    started = recorder.of("started")
    assert (started.size, started.smaller_sizes, started.colours) == (96, "64,80", "wide")
    file = RunFolder(home / "first").request
    again = TrainingRequest.from_argv(["--config-file", str(file), "-o", str(home / "again"), "--report-seconds", "0"])
    assert (again.size, again.smaller_sizes(), again.colours) == (96, (64, 80), "wide")
    recorder = EventRecorder()
    train(again, [recorder])
    assert recorder.losses() == expected


def test_batches_are_of_all_sizes_and_measured_at_the_largest(home):
    made = set_up(home)
    stream = made.stream(0)
    sides = [next(stream).image.shape[-1] for _ in range(16)]
    assert set(sides) == {64, 80, 96}
    later = made.stream(5)
    assert [next(later).image.shape[-1] for _ in range(11)] == sides[5:]
    assert made.size == made.held.image.shape[-1] == 96


def test_a_resume_must_keep_them(home):
    losses(home, "out", steps=1)
    for changed, expected in (
        ({"more_sizes": ("64",)}, "other smaller sizes (64, 80, now 64)"),
        ({"more_sizes": ()}, "other smaller sizes (64, 80, now none)"),
        ({"colours": "none"}, "other changes of colour (wide, now none)"),
    ):
        text = f"That training was started with {expected}; resume it with the same ones, or start again."
        with pytest.raises(InputError, match=re.escape(text)):
            losses(home, "out", steps=2, resume=True, **changed)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"more_sizes": ("64", "96")}, "--more-sizes are smaller than the 96 px of --size, and 96 is not."),
        ({"more_sizes": ("68",)}, "takes images of 64 px or more in steps of 8, not 68; use 64."),
        ({"model": "deepfill-v1"}, "deepfill-v1 is trained on crops of one size; leave out --more-sizes."),
    ],
    ids=str,
)
def test_sizes_that_cannot_be(home, options, expected):
    with pytest.raises(InputError, match=re.escape(expected)):
        train(make_request(home, **(VARIED | options)), [])


@pytest.mark.parametrize("text", ["31", "5000", "a", "6e1", "²", "-64", "9" * 5000])
def test_more_sizes_are_whole_numbers(text):
    with pytest.raises(InputError, match="--more-sizes must be whole numbers from 32 to 4096 with commas between them"):
        TrainingRequest.from_argv(["deepfill-v2", "--photos", "x", f"--more-sizes={text}"])


def test_colours_are_one_of_three():
    with pytest.raises(InputError, match=r"--colours must be none, small or wide, not .loud."):
        TrainingRequest.from_argv(["deepfill-v2", "--photos", "x", "--colours", "loud"])
    assert requests.COLOURS == colour_changes.COLOURS

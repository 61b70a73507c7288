"""A request for a training is the same as an object and on the command line."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.request import TrainingRequest

names = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,30}", fullmatch=True)
files = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40).map(Path)
plain = st.text(st.characters(exclude_characters="=,\0", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=9)
settings = st.tuples(plain.filter(bool), plain).map("=".join)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


requests = st.builds(
    TrainingRequest,
    model=names,
    photos=files,
    output=optional(files),
    weights=optional(names),
    weights_hash=optional(st.text("0123456789abcdef", min_size=64, max_size=64)),
    name=optional(names),
    steps=optional(st.integers(1, 10**9)),
    minutes=optional(st.floats(0, 1e6, exclude_min=True)),
    patience=optional(st.integers(1, 1000)),
    size=optional(st.integers(32, 4096)),
    batch=optional(st.integers(1, 10**6)),
    devices=st.integers(1, 64),
    nodes=st.integers(1, 64),
    precision=st.sampled_from(["auto", "float32", "bfloat16", "float16"]),
    masks=optional(files),
    labels=optional(files),
    config=st.lists(settings, max_size=4).map(tuple),
    settings=st.lists(settings, max_size=4).map(tuple),
    without_losses=st.lists(plain.filter(bool), max_size=3).map(tuple),
    vgg=optional(files),
    workers=optional(st.integers(0, 64)),
    background=st.booleans(),
    save_minutes=st.floats(0, 1e6),
    evaluate_seconds=st.floats(0, 1e12),
    report_seconds=st.floats(0, 1e6),
    compile=st.booleans(),
    schedule=st.sampled_from(["constant", "plateau", "cosine"]),
    warm_up=st.integers(0, 10**6),
    clip=optional(st.floats(0, 1e9, exclude_min=True)),
    log=st.lists(plain.filter(bool), max_size=3).map(tuple),
    seed=st.integers(0, 2**32 - 1),
    resume=st.booleans(),
)


requests |= st.builds(replace, requests, masks=st.none(), holes=names)


@limits(deadline=None)
@given(requests)
def test_arguments_give_the_same_request(request):
    assert TrainingRequest.from_argv(request.to_argv()) == request


@limits(deadline=None)
@given(requests)
def test_the_command_of_a_process_gives_the_same_request_with_absolute_paths(request):
    command = request.command()
    assert command[0] == "train"
    assert "--events" in command
    files = {name: getattr(request, name) for name in ("photos", "vgg", "masks", "labels")}
    absolute = {name: path.absolute() for name, path in files.items() if path is not None}
    expected = replace(request, **absolute, background=True)
    assert TrainingRequest.from_argv(command[1:]) == expected


@limits(deadline=None)
@given(requests, names, st.integers(0, 99))
def test_requests_that_differ_in_name_and_length_alone_are_timed_in_the_same_way(request, name, seed):
    other = replace(request, name=name, steps=3, minutes=7.0, patience=2, seed=seed, resume=False, output=None)
    assert other.estimate_command() == request.estimate_command()
    assert "--estimate" in request.estimate_command()
    assert replace(request, size=(request.size or 64) + 1).estimate_command() != request.estimate_command()


def test_defaults_are_absent():
    request = TrainingRequest("net", Path("photos"))
    assert request.to_argv() == ["net", "--photos=photos"]
    assert TrainingRequest.from_argv(["net", "--photos", "photos"]) == request


def test_every_field_has_an_option():
    for field in fields(TrainingRequest):
        assert TrainingRequest.__annotations__[field.name].count("Option(") == 1, field.name


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "MODEL and --photos DIR must be given"),
        (["net"], "--photos DIR must be given"),
        (["--photos=x"], "MODEL must be given"),
        (["net", "--photos=x", "--steps=0"], "--steps must be 1 or more"),
        (["net", "--photos=x", "--steps=many"], "--steps"),
        (["net", "--photos=x", "--minutes=inf"], "--minutes must be a number of 1000000 or less"),
        (["net", "--photos=x", "--minutes=nan"], "--minutes must be a number above 0"),
        (["net", "--photos=x", "--set=rate"], "write --set NAME=VALUE"),
        (["net", "--photos=x", "--set==1"], "write --set NAME=VALUE"),
        (["net", "--photos=x", "--holes=brush", "--masks=y"], "leave out either"),
        (["net", "--photos=x", "--config=width"], "write --config NAME=VALUE"),
        (["net", "--photos=x", "--colour=red"], "--colour"),
        (["net", "--photos=x", "--estimate", "--resume"], "leave --resume out"),
    ],
)
def test_wrong_arguments_are_one_sentence(argv, message):
    with pytest.raises(InputError, match=message) as error:
        TrainingRequest.from_argv(argv)
    assert "\n" not in str(error.value)


def test_assignments_are_read_by_name():
    request = TrainingRequest("net", Path("x"), settings=("rate = 0.1", "gan=hinge=x"))
    assert request.assignments() == {"rate": "0.1", "gan": "hinge=x"}


def test_lists_that_are_written_twice_add_up():
    argv = ["lama", "--photos", "p", "--without", "perceptual", "--without", "style", "--log", "wandb", "--log=mlflow"]
    request = TrainingRequest.from_argv(argv)
    assert (request.without_losses, request.log) == (("perceptual", "style"), ("wandb", "mlflow"))

"""The file of a training: what is written is read again; other options come on top; hostile files are a sentence."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from inpaint_studio.errors import InputError
from inpaint_studio.protocol import run_file
from inpaint_studio.protocol.request import TrainingRequest
from tests.protocol.test_request import requests

values = st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
names = st.text("abcdefgh_.", min_size=1, max_size=9)


def save(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, *more: str) -> TrainingRequest:
    return TrainingRequest.from_argv([f"--config-file={path}", *more])


@given(requests, st.dictionaries(names, values, max_size=4))
@profile(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_what_is_written_is_read_again(tmp_path, request_, chosen):
    files = {name: getattr(request_, name) for name in ("photos", "masks", "vgg", "labels")}
    absolute: Any = {name: file.absolute() for name, file in files.items() if file is not None}
    request = replace(request_, output=None, resume=False, settings=(), config=(), **absolute)
    path = tmp_path / "run.toml"
    fields: dict[str, Any] = dict(vars(request)) | {"settings": chosen, "config": {"width": 8, "widths": [8, 4]}}
    fields = {name: value for name, value in fields.items() if name not in ("output", "resume")}
    run_file.write(path, fields, {"torch": "2.x"})
    found = read(path)
    texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in chosen.items()}
    assert found.assignments() == texts
    assert all(type(value)(float(texts[name])) == value for name, value in chosen.items() if type(value) is float)
    assert found.configuration() == {"width": "8", "widths": "8,4"}
    assert replace(found, settings=(), config=()) == request


def test_other_options_come_on_top(tmp_path):
    text = (
        'format = 1\nmodel = "net"\nphotos = "pictures"\nsteps = 7\nminutes = 3\nwithout_losses = ["style"]\n'
        "[settings]\nrate = 0.1\nlosses.l1 = 2\nsame = true\n[config]\nwidth = 8\n[about]\ntorch = 1\n"
    )
    path = save(tmp_path / "run.toml", text)
    found = read(path)
    assert replace(found, settings=(), config=()) == TrainingRequest(
        "net", tmp_path / "pictures", steps=7, minutes=3.0, without_losses=("style",)
    )
    assert found.assignments() == {"rate": "0.1", "losses.l1": "2", "same": "true"}
    assert found.configuration() == {"width": "8"}
    more = read(
        path, "other", "--set=rate=0.5", "--steps=9", "--photos=here", "--without=perceptual", "--config=width=4"
    )
    assert (more.model, more.photos, more.steps, more.minutes) == ("other", Path("here"), 9, 3.0)
    assert more.assignments()["rate"] == "0.5"
    assert more.configuration() == {"width": "4"}
    assert more.without_losses == ("perceptual",)


def test_an_option_voids_what_it_replaces(tmp_path):
    path = save(tmp_path / "run.toml", GOOD + "holes = 'brush'\nweights = 'old'\nweights_hash = 'ab'\n")
    found = read(path, "--masks=mine", "--from=new")
    assert (found.holes, found.masks) == (None, Path("mine"))
    assert (found.weights, found.weights_hash) == ("new", None)
    assert read(path, "--from-sha256=cd").weights_hash == "cd"


GOOD = 'format = 1\nmodel = "net"\nphotos = "x"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it has no line 'format = 1'"),
        ("format = true", "no line 'format = 1'"),
        ("format = 0", "no line 'format = 1'"),
        ("format = 2\nnew_thing = 1", "written by a newer Inpaint Studio; update the program"),
        ("format = 1\nphotos = 'x'", "MODEL must be given"),
        (GOOD + "colour = 1", "a line that is not known here: 'colour'"),
        (GOOD + "resume = true", "not known here: 'resume'"),
        (GOOD + "output = 'x'", "not known here: 'output'"),
        (GOOD + "steps = 1.5", "'steps' must be a whole number, not 1.5"),
        (GOOD + "steps = true", "'steps' must be a whole number"),
        (GOOD + "steps = 0", "--steps must be 1 or more"),
        (GOOD + "minutes = 'long'", "'minutes' must be a number, not long"),
        (GOOD + "minutes = nan", "--minutes must be a number above 0"),
        (GOOD + "minutes = 1" + "0" * 400, "'minutes' is too large"),
        (GOOD + "seed = 99999999999", "--seed must be"),
        (GOOD + "name = 3", "'name' must be a text"),
        (GOOD + "masks = ''", "'masks' must be a path"),
        (GOOD + 'vgg = "a\\u0000b"', "'vgg' must be a path"),
        (GOOD + "without_losses = 'style'", "'without_losses' must be a list of texts"),
        (GOOD + "without_losses = [1]", "'without_losses' must be a list of texts"),
        (GOOD + "settings = 3", r"'settings' must be a table, \[settings\]"),
        (GOOD + "[settings]\nrate = inf", "'settings.rate' must be a text, a number"),
        (GOOD + "[settings]\nrate = 2020-01-01", "'settings.rate' must be"),
        (GOOD + "[settings]\nrate = [[1]]", "'settings.rate' must be"),
        (GOOD + "[settings]\na.b.c.d.e.f = 1", "'settings.a.b.c.d.e' must be"),
        (GOOD + "[config]\nwidth = 1" + "0" * 5000, "no TOML file|'config.width' must be"),
        ("model = ", "is no TOML file that can be used"),
        ("a = " + "[" * 100_000, "nested too deeply|no TOML file"),
        ("#" * (1 << 19), "too large to be the file"),
        (GOOD + "holes = 'brush'\nmasks = 'x'", "leave out either"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        read(save(tmp_path / "run.toml", text))
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 600


def test_what_is_no_file_is_one_sentence(tmp_path):
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    os.mkfifo(tmp_path / "pipe.toml")
    for name, sentence in (
        ("none.toml", "There is no file"),
        ("bytes.toml", "is no TOML file"),
        ("pipe.toml", "cannot be read"),
        ("", "cannot be read"),
    ):
        with pytest.raises(InputError, match=sentence):
            read(tmp_path / name)

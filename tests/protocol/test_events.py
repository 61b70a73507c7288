"""Events survive being written and read, and hostile ones do no harm."""

from __future__ import annotations

import importlib.util
import json
import math
from dataclasses import fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpaint_studio.protocol.events import (
    EVENTS,
    MAX_LOSSES,
    Event,
    EventReader,
    ProgressEvent,
    SampleEvent,
    Scores,
    StartedEvent,
    encode,
    parse,
)
from inpaint_studio.protocol.run_folder import SAMPLE_ROLES

DOCS = Path(__file__).resolve().parents[2] / "docs"

words = st.text(st.characters(min_codepoint=33, max_codepoint=0xD7FF, exclude_categories=["Cc", "Zs", "Zl", "Zp"]))
texts = st.lists(words.filter(bool), max_size=4).map(" ".join)
amounts = st.floats(0, 1e8)
paths = words.map(lambda name: Path("/runs", name.replace("/", "") or "x"))
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(0, 10**11),
    float: amounts,
    Path: paths,
    Scores: st.builds(Scores, st.none() | amounts, st.none() | amounts),
}
VALUES |= {kind | None: st.none() | values for kind, values in list(VALUES.items())}
VALUES[dict[str, float | None]] = st.dictionaries(words.map(lambda text: text[:40]), st.floats(-1e8, 1e8), max_size=8)
VALUES[tuple[dict[str, Path], ...]] = st.lists(
    st.fixed_dictionaries(dict.fromkeys(SAMPLE_ROLES, paths)), max_size=3
).map(tuple)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def events(draw: Any) -> Event:
    kind = draw(st.sampled_from(list(EVENTS.values())))
    hints = get_type_hints(kind)
    return kind(**{field.name: draw(VALUES[hints[field.name]]) for field in fields(kind)})


@given(events())
def test_an_event_that_is_written_can_be_read(event):
    assert parse(json.loads(encode(event))) == event


@given(st.lists(events(), max_size=4), st.integers(1, 50))
def test_events_are_read_in_pieces_of_any_size(sent, size):
    data = "".join(encode(event) + "\n" for event in sent).encode()
    reader = EventReader()
    found = [event for start in range(0, len(data), size) for event in reader.read(data[start : start + size])]
    assert found == sent


@given(st.sampled_from(list(EVENTS)), st.dictionaries(st.text(), json_values, max_size=3), st.data())
def test_any_values_give_an_event_within_its_bounds(kind, extra, data):
    values = {field.name: data.draw(json_values) for field in fields(EVENTS[kind])}
    event = parse({**extra, **values, "event": kind})
    assert event is not None
    assert event == parse(json.loads(encode(event)))
    for name, hint in get_type_hints(type(event)).items():
        value = getattr(event, name)
        if hint in (int, float):
            assert 0 <= value < 1e12
        if hint is str:
            assert len(value) <= 1000


@given(json_values)
def test_other_json_is_not_an_event(value):
    if not isinstance(value, dict) or value.get("event") not in EVENTS:
        assert parse(value) is None


@pytest.mark.parametrize("line", [b"", b"\xff\xfe", b"[" * 100_000, b'{"event": "pro', b"{}", b'{"event": ["best"]}'])
def test_broken_lines_are_skipped(line):
    reader = EventReader()
    assert list(reader.read(line + b"\n")) == []
    assert [event.kind for event in reader.read(b'{"event": "paused"}\n')] == ["paused"]


def test_a_line_without_end_does_not_fill_the_memory():
    reader = EventReader()
    for _ in range(30):
        assert list(reader.read(b"x" * 100_000)) == []
    assert len(reader._rest) <= 1 << 20


def test_what_is_not_finite_is_written_as_null():
    event = ProgressEvent(1, None, 1.0, math.inf, {"l1": math.nan, "critic": -2.0})
    assert json.loads(encode(event)) == {
        "event": "progress",
        "step": 1,
        "steps": None,
        "seconds": 1.0,
        "seconds_left": None,
        "losses": {"l1": None, "critic": -2.0},
        "phase": "",
        "phase_number": 1,
        "phases": 1,
        "phase_done": None,
        "rate": 1.0,
    }


def test_a_phase_is_named_with_its_number_and_its_share():
    event = ProgressEvent(7, None, 1.0, None, {}, "edges", 1, 5, None)
    assert event.phase_text == "phase 1 of 5: edges"
    assert replace(event, phase_done=0.409).phase_text == "phase 1 of 5: edges, 40 % done"
    assert replace(event, phase_done=1.0).phase_text == "phase 1 of 5: edges, 99 % done"
    assert replace(event, phases=1).phase_text == ""


def test_losses_are_bounded_in_number_and_length_of_name():
    losses = {f"{number:050d}": 1.0 for number in range(100)}
    event = parse({"event": "progress", "losses": losses})
    assert isinstance(event, ProgressEvent)
    assert len(event.losses) <= MAX_LOSSES
    assert all(len(name) <= 40 for name in event.losses)


def test_samples_outside_their_folder_are_left_out():
    good = {role: f"/run/samples/01-{role}.png" for role in SAMPLE_ROLES}
    bad = [good | {"now": path} for path in ("/etc/passwd", "/run/samples/../x.png", "/run/samples/in/x.png", "x.png")]
    event = parse({"event": "sample", "paths": [*bad, good, {"now": "/run/samples/01-now.png"}, 3]})
    assert isinstance(event, SampleEvent)
    assert event.paths_in(Path("/run/samples")) == [{role: Path(path) for role, path in good.items()}]


def test_every_field_has_a_type_and_a_meaning():
    for event in EVENTS.values():
        assert event.__doc__
        for name, hint in get_type_hints(event, include_extras=True).items():
            assert name == "kind" or hint.__metadata__[0], f"{event.__name__}.{name}"
    assert isinstance(parse({"event": "started"}), StartedEvent)


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_events", DOCS / "make_events.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documentation_is_up_to_date():
    generator = _generator()
    assert generator.FILE.read_text(encoding="utf-8") == generator.make(), "run: python docs/make_events.py"

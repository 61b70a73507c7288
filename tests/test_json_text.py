"""JSON that strict parsers read, whatever bytes a file's name holds."""

from __future__ import annotations

import io
import json
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inpaint_studio.json_text import escape_undecodable, to_json
from inpaint_studio.protocol.events import EventReader, NoteEvent, SampleEvent, Scores
from inpaint_studio.protocol.run_folder import SAMPLE_ROLES, RunFolder
from training.run.events import Reporter, write_to

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(anything)
def test_it_is_utf_8_and_holds_no_unpaired_surrogate(value):
    text = to_json(value)
    text.encode("ascii")
    json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8")  # fails where a surrogate is unpaired


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("photo.png", "photo.png"),
        ("b\udcfe\udc80.png", r"b\xfe\x80.png"),
        ("\ud800ö", r"\ud800ö"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_undecodable_bytes_are_written_with_their_digits(text, escaped):
    assert escape_undecodable(text) == escaped
    assert json.loads(to_json({text: [text]})) == {escaped: [escaped]}


def test_numbers_and_structure_stay():
    assert to_json({"a": [1, 2.5, None, True, ("x",)]}) == '{"a": [1, 2.5, null, true, ["x"]]}'


@pytest.mark.skipif(sys.platform == "win32", reason="names of any bytes")
def test_the_events_of_a_training_in_such_a_folder(tmp_path):
    """Stream and log hold valid JSON, and the window still finds the sample images by it."""
    folder = tmp_path / os.fsdecode(b"run \xff")
    folder.mkdir()
    samples = folder / "samples"
    row = {role: samples / f"01-{role}.png" for role in SAMPLE_ROLES}
    stream = io.StringIO()
    write_to(stream)(SampleEvent(3, (row,), Scores(20.0)))
    (event,) = EventReader().read(stream.getvalue().encode("utf-8"))
    assert isinstance(event, SampleEvent)
    assert event.paths_in(samples) == [row]
    Reporter(folder, []).emit(NoteEvent(str(folder)))
    log = RunFolder(folder).events.read_bytes().decode("utf-8")
    assert json.loads(log)["text"] == str(tmp_path / r"run \xff")

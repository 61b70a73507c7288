"""Middlebury's .flo files."""

from __future__ import annotations

import numpy as np
import pytest

from inpaint_studio.engine.flow.flo_file import read_flo, write_flo
from inpaint_studio.errors import InputError
from tests.engine.flows import BOX, SHAPE, make_flow


def test_a_flo_file_keeps_the_offsets(tmp_path):
    flow = make_flow(-7, 9)
    write_flo(flow, tmp_path / "a.flo")
    back = read_flo(tmp_path / "a.flo")
    assert back.shape == SHAPE
    inner = back.box.shift(-BOX.top, -BOX.left).slices
    np.testing.assert_array_equal(back.hole, flow.hole[inner])
    np.testing.assert_array_equal(back.offsets, flow.offsets[(slice(None), *inner)])


def test_the_file_format_is_middleburys(tmp_path):
    write_flo(make_flow(-7, 9), tmp_path / "a.flo")
    raw = (tmp_path / "a.flo").read_bytes()
    assert raw[:4] == b"PIEH"
    assert np.frombuffer(raw, "<f4", 1)[0] == np.float32(202021.25)
    assert tuple(np.frombuffer(raw, "<i4", 2, 4)) == (300, 240)
    values = np.frombuffer(raw, "<f4", offset=12).reshape(240, 300, 2)
    assert tuple(values[110, 140]) == (9, -7)  # across first, then down
    assert (values[0, 0] > 1e9).all()


@pytest.mark.parametrize("body", [b"", b"PIEH", b"PIEH" + b"\xff" * 8, b"HEIP" + b"\1\0\0\0" * 2 + bytes(8)], ids=repr)
def test_other_files_are_refused(tmp_path, body):
    (tmp_path / "a.flo").write_bytes(body)
    with pytest.raises(InputError, match="flow file"):
        read_flo(tmp_path / "a.flo")
    with pytest.raises(InputError):
        read_flo(tmp_path / "none.flo")

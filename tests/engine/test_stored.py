"""The bytes of a photo's file are kept as they were opened."""

from __future__ import annotations

import numpy as np

from inpaint_studio.engine.photo import stored
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import open_photo, photo_from_array
from tests import synthetic


def test_a_photo_keeps_the_bytes_of_its_file(tmp_path):
    path = tmp_path / "a.png"
    save_photo(photo_from_array(synthetic.photo(40, 30)), path)
    before = path.read_bytes()
    photo = open_photo(path)
    path.write_bytes(b"something else")
    assert photo.stored is not None
    assert photo.stored.in_memory
    assert photo.stored.read() == before


def test_a_large_file_is_kept_outside_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(stored, "IN_MEMORY", 1000)
    path = tmp_path / "large"
    path.write_bytes(np.arange(5000, dtype=np.uint16).tobytes())
    before = path.read_bytes()
    kept = stored.keep(path)
    path.unlink()
    assert not kept.in_memory
    assert kept.read() == before
    assert kept.read() == before  # again, from the start


def test_a_photo_without_a_file_keeps_nothing():
    assert photo_from_array(synthetic.photo(8, 8)).stored is None

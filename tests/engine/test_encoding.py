"""Saving replaces a file completely or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.engine.photo import encoding, formats
from inpaint_studio.engine.photo.encoding import save_photo
from inpaint_studio.engine.photo.photo import open_photo, photo_from_array
from inpaint_studio.errors import PhotoError
from tests import synthetic

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX files")
not_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
PHOTO = photo_from_array(synthetic.photo(64, 64))
WRITABLE = [each.suffixes[0][1:] for each in formats.writable_formats()]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(b"the old file")
    return path


def is_unchanged(old: Path) -> bool:
    return old.read_bytes() == b"the old file" and list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("suffix", WRITABLE)
@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EIO, "not saved")])
def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch, suffix, number, words):
    old = tmp_path / f"photo.{suffix}"
    old.write_bytes(b"the old file")

    class Full(encoding._Stream):
        def write(self, _data):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(encoding, "_Stream", Full)
    with pytest.raises(PhotoError, match=words):
        save_photo(PHOTO, old)
    assert is_unchanged(old)


@posix
@pytest.mark.parametrize("suffix", WRITABLE)
def test_a_full_disk(tmp_path, suffix):
    """With a real limit of the system: files of this process may not exceed a kilobyte."""
    old = tmp_path / f"photo.{suffix}"
    old.write_bytes(b"the old file")
    code = (
        "import resource, sys\n"
        "from inpaint_studio.engine.photo.encoding import save_photo\n"
        "from inpaint_studio.engine.photo.photo import photo_from_array\n"
        "from inpaint_studio.errors import PhotoError\n"
        "from tests import synthetic\n"
        "photo = photo_from_array(synthetic.photo(256, 256))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
        "try:\n    save_photo(photo, sys.argv[1])\n"
        "except PhotoError as error:\n    print(error)\n"
    )
    run = [sys.executable, "-c", code, str(old)]
    answer = subprocess.run(run, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert "does not take files that large" in answer.stdout
    assert is_unchanged(old)


def test_an_interruption_leaves_the_old_file(old):
    def save_half():
        with encoding.open_replacement(old) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_half()
    assert is_unchanged(old)


def test_a_failure_at_the_last_step(old, monkeypatch):
    def fail(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(PhotoError, match="disk is full"):
        save_photo(PHOTO, old)
    assert is_unchanged(old)


def test_a_missing_folder(tmp_path):
    with pytest.raises(PhotoError, match="does not exist"):
        save_photo(PHOTO, tmp_path / "nowhere" / "a.png")


def test_a_folder_in_place_of_a_file(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(PhotoError, match="is a folder"):
        save_photo(PHOTO, tmp_path / "a.png")


@pytest.mark.parametrize("name", ["a", "a.gif", "a.png.txt", ".png"])
def test_names_without_a_known_format(tmp_path, name):
    with pytest.raises(PhotoError, match=r"\.png"):
        save_photo(PHOTO, tmp_path / name)


@not_root
def test_places_without_write_permission(old):
    old.chmod(0o444)
    with pytest.raises(PhotoError, match="write-protected"):
        save_photo(PHOTO, old)
    old.chmod(0o644)
    old.parent.chmod(0o555)
    try:
        with pytest.raises(PhotoError, match="not writable"):
            save_photo(PHOTO, old)
    finally:
        old.parent.chmod(0o755)
    assert is_unchanged(old)


@posix
def test_links_are_followed_and_the_mode_is_kept(old):
    link = old.with_name("link.png")
    link.symlink_to(old.name)
    old.chmod(0o640)
    save_photo(PHOTO, link)
    assert link.is_symlink()
    assert old.stat().st_mode & 0o777 == 0o640
    np.testing.assert_array_equal(open_photo(old).pixels, PHOTO.pixels)


@posix
def test_a_new_file_has_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "other").touch()
    save_photo(PHOTO, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_mode == (tmp_path / "other").stat().st_mode


@posix
def test_circular_links_and_other_things_than_files(tmp_path):
    (tmp_path / "a.png").symlink_to("b.png")
    (tmp_path / "b.png").symlink_to("a.png")
    with pytest.raises(PhotoError, match="circle"):
        save_photo(PHOTO, tmp_path / "a.png")
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PhotoError, match="not a file"):
        save_photo(PHOTO, tmp_path / "pipe.png")


def test_too_long_for_webp(tmp_path):
    with pytest.raises(PhotoError, match="16383"):
        save_photo(photo_from_array(np.zeros((1, 16384, 3), np.uint8)), tmp_path / "a.webp")

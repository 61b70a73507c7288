"""A file is replaced as a whole or stays as it was, whatever fails and whenever the program is killed."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inpaint_studio import atomic

ROOT = Path(__file__).resolve().parent.parent
OLD = b"the old file"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX files")
not_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with content in a folder of its own."""
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "file.bin"
    file.write_bytes(OLD)
    return file


def is_unchanged(path: Path) -> bool:
    return path.read_bytes() == OLD and list(path.parent.iterdir()) == [path]


@settings(max_examples=50, deadline=None)
@given(
    old=st.none() | st.binary(max_size=100),
    new=st.binary(max_size=100) | st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
    durable=st.booleans(),
    temporary=st.sampled_from([None, "rest.part"]),
)
def test_the_content_is_replaced_and_nothing_else_stays(tmp_path_factory, old, new, durable, temporary):
    path = tmp_path_factory.mktemp("write") / "file.bin"
    if old is not None:
        path.write_bytes(old)
    options = {} if temporary is None else {"temporary": temporary}
    atomic.write(path, new, durable=durable, **options)
    assert path.read_bytes() == (new if isinstance(new, bytes) else new.encode())
    assert list(path.parent.iterdir()) == [path]


@settings(max_examples=50, deadline=None)
@given(pieces=st.lists(st.binary(max_size=20), max_size=8), fails_at=st.integers(0, 7), overwrite=st.booleans())
def test_a_block_that_fails_at_any_point_changes_nothing(tmp_path_factory, pieces, fails_at, overwrite):
    path = tmp_path_factory.mktemp("fail") / "file.bin"
    if overwrite:
        path.write_bytes(OLD)

    def write() -> None:
        with atomic.open_replacement(path, overwrite=overwrite) as file:
            for number, piece in enumerate(pieces):
                if number == fails_at:
                    raise KeyboardInterrupt
                file.write(piece)

    if fails_at < len(pieces):
        with pytest.raises(KeyboardInterrupt):
            write()
        assert is_unchanged(path) if overwrite else list(path.parent.iterdir()) == []
    else:
        write()
        assert path.read_bytes() == b"".join(pieces)
        assert list(path.parent.iterdir()) == [path]


STEPS = ["os.open", "os.fsync", "pathlib.Path.open", "pathlib.Path.chmod", "pathlib.Path.replace"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS], ids=os.strerror)
def test_an_error_of_the_system_at_any_step_changes_nothing(path, monkeypatch, step, number):
    def fail(*_args, **_options):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(step, fail)
        with pytest.raises(OSError, match=os.strerror(number)):
            atomic.write(path, b"new")
    assert is_unchanged(path)


def test_an_interruption_while_the_temporary_file_is_created_leaves_nothing(path, monkeypatch):
    create = os.open

    def interrupted(*arguments: Any) -> int:
        os.close(create(*arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "open", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic.write(path, b"new")
    monkeypatch.undo()
    assert is_unchanged(path)


def test_a_temporary_file_that_another_program_creates_first_is_left_to_it(path, monkeypatch):
    create, other = os.open, path.with_name("fixed.part")

    def second(*arguments: Any) -> int:
        other.write_bytes(b"of another")
        return create(*arguments)

    monkeypatch.setattr(os, "open", second)
    with pytest.raises(FileExistsError):
        atomic.write(path, b"new", temporary=other.name)
    monkeypatch.undo()
    assert other.read_bytes() == b"of another"
    other.unlink()
    assert is_unchanged(path)


@posix
def test_a_new_file_whose_name_was_taken_meanwhile(path):
    new = path.with_name("new.bin")

    def write() -> None:
        with atomic.open_replacement(new, overwrite=False) as file:
            file.write(b"mine")
            new.write_bytes(b"theirs")

    with pytest.raises(FileExistsError):
        write()
    assert new.read_bytes() == b"theirs"
    assert sorted(path.parent.iterdir()) == [path, new]


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_a_file_that_is_there_is_not_replaced_without_permission(path, monkeypatch, links):
    if not links:

        def refuse(*_):
            raise OSError(errno.EOPNOTSUPP, "Operation not supported")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    with pytest.raises(FileExistsError):
        atomic.write(path, b"new", overwrite=False)
    assert is_unchanged(path)
    atomic.write(path.with_name("new.bin"), b"new", overwrite=False)
    assert path.with_name("new.bin").read_bytes() == b"new"


@posix
@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_a_link_to_nothing_counts_as_a_file_that_is_there(path, monkeypatch, links):
    if not links:

        def refuse(*_):
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
    link, elsewhere = path.with_name("link"), path.with_name("elsewhere")
    link.symlink_to(elsewhere)
    with pytest.raises(FileExistsError):
        atomic.write(link, b"new", overwrite=False)
    assert link.is_symlink()
    assert not elsewhere.exists()


def test_of_many_who_make_one_file_at_once_one_succeeds(path):
    new, ready, results = path.with_name("new.bin"), threading.Barrier(8), []

    def make(number: int) -> None:
        ready.wait(timeout=30)
        try:
            atomic.write(new, bytes([number]), overwrite=False)
        except FileExistsError:
            return
        results.append(number)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [new.read_bytes()] == [bytes([number]) for number in results]
    assert sorted(path.parent.iterdir()) == [path, new]


KILLED = """
import os, signal, sys
from pathlib import Path
from inpaint_studio import atomic
path, moment = Path(sys.argv[1]), sys.argv[2]
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if moment == "syncing":
    os.fsync = kill
if moment == "renaming":
    Path.replace = kill
with atomic.open_replacement(path) as file:
    file.write(b"half of the new file")
    if moment == "writing":
        kill()
"""


@posix
@pytest.mark.parametrize("moment", ["writing", "syncing", "renaming"])
def test_a_killed_program_leaves_the_old_file(path, moment):
    run = subprocess.run([sys.executable, "-c", KILLED, str(path), moment], cwd=ROOT, check=False)
    assert run.returncode == -signal.SIGKILL
    assert path.read_bytes() == OLD
    [rest] = set(path.parent.iterdir()) - {path}
    assert rest.name.startswith(".inpaint-")
    assert rest.suffix == ".part"
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"


def test_the_rest_of_a_killed_program_is_deleted_where_the_name_is_fixed(path):
    rest = path.with_name("file.part")
    rest.write_bytes(b"half of another, longer file")
    atomic.write(path, b"new", temporary=rest.name)
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


@posix
def test_a_link_under_the_name_of_the_temporary_file_is_not_followed(path, tmp_path):
    other = tmp_path / "other"
    other.write_bytes(OLD)
    path.with_name("file.part").symlink_to(other)
    atomic.write(path, b"new", temporary="file.part")
    assert (path.read_bytes(), other.read_bytes()) == (b"new", OLD)


@posix
def test_links_are_followed(path, tmp_path):
    link, future = tmp_path / "link", tmp_path / "future"
    link.symlink_to(path)
    future.symlink_to(path.with_name("new.bin"))
    atomic.write(link, b"new")
    atomic.write(future, b"first")
    assert link.is_symlink()
    assert future.is_symlink()
    assert (path.read_bytes(), path.with_name("new.bin").read_bytes()) == (b"new", b"first")


@posix
def test_links_that_lead_in_a_circle(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)) as error:
        atomic.write(tmp_path / "a", b"new")
    assert "circle" in atomic.explain_write_error(error.value)


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o400, 0o755], ids=oct)
def test_the_mode_of_an_old_file_is_kept_and_its_content_never_more_readable(path, mode):
    path.chmod(mode)
    with atomic.open_temporary_path(path) as temporary:
        temporary.write_bytes(b"new")
        assert not stat.S_IMODE(temporary.stat().st_mode) & ~(mode | 0o600)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
def test_a_new_file_has_the_requested_mode_less_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        atomic.write(tmp_path / "any", b"new")
        atomic.write(tmp_path / "own", b"new", mode=0o600)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "any").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o600


@posix
def test_content_is_on_the_disk_before_the_rename(path, monkeypatch):
    calls = []
    sync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (calls.append("sync"), sync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda *files: (calls.append("rename"), replace(*files))[1])
    atomic.write(path, b"new")
    assert calls == ["sync", "rename", "sync"]
    calls.clear()
    atomic.write(path, b"newer", durable=False)
    assert calls == ["rename"]


@not_root
def test_a_folder_that_cannot_be_written(path):
    path.parent.chmod(0o555)
    try:
        with pytest.raises(OSError, match=os.strerror(errno.EACCES)) as error:
            atomic.write(path, b"new")
    finally:
        path.parent.chmod(0o755)
    assert "not writable" in atomic.explain_write_error(error.value)
    assert is_unchanged(path)


def test_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(FileNotFoundError):
        atomic.write(tmp_path / "nowhere" / "file.bin", b"new")


def test_every_error_has_a_reason():
    assert "disk is full" in atomic.explain_write_error(OSError(errno.ENOSPC, "No space left on device"))
    assert atomic.explain_write_error(OSError(errno.EIO, "Input/output error")) == "input/output error"
    assert atomic.explain_write_error(OSError("Odd")) == "odd"
    assert atomic.explain_write_error(OSError()) == "the disk failed"

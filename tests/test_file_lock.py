"""One holder at a time; a killed holder does not keep the lock."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from inpaint_studio.file_lock import try_lock

ROOT = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX locks")
HOLDER = """
import sys, time
from pathlib import Path
from inpaint_studio.file_lock import try_lock
with try_lock(Path(sys.argv[1])) as held:
    print(held, flush=True)
    sys.stdin.read()
"""


def start_holder(path: Path) -> subprocess.Popen:
    """A process that holds the lock until its stdin is closed."""
    run = [sys.executable, "-c", HOLDER, str(path)]
    process = subprocess.Popen(run, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "True\n"
    return process


def is_free(path: Path) -> bool:
    with try_lock(path) as held:
        return held


def test_one_holder_at_a_time_in_one_process(tmp_path):
    path = tmp_path / "lock"
    with try_lock(path) as held:
        assert held
        assert not is_free(path)
        assert path.exists()
    assert not path.exists()
    assert is_free(path)


def test_one_holder_at_a_time_among_processes(tmp_path):
    path = tmp_path / "lock"
    with start_holder(path) as holder:
        assert not is_free(path)
        assert path.exists()
        holder.communicate(timeout=60)
    assert not path.exists()
    assert is_free(path)


def test_a_killed_holder_does_not_keep_it(tmp_path):
    path = tmp_path / "lock"
    with start_holder(path) as holder:
        holder.kill()
        holder.wait(timeout=60)
        if os.name == "posix":
            assert path.exists()
    assert is_free(path)
    assert not path.exists()


def test_it_is_free_after_an_error(tmp_path):
    path = tmp_path / "lock"
    with pytest.raises(KeyError), try_lock(path):
        raise KeyError
    assert is_free(path)


def test_never_two_holders_while_the_file_comes_and_goes(tmp_path):
    path, inside, most, turns = tmp_path / "lock", threading.Semaphore(1), [], []

    def work() -> None:
        for _ in range(200):
            with try_lock(path) as held:
                if held:
                    most.append(inside.acquire(blocking=False))
                    turns.append(threading.get_ident())
                    inside.release()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(most)
    assert turns
    assert is_free(path)


@posix
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP], ids=os.strerror)
def test_on_a_file_system_without_locks_every_program_gets_it(tmp_path, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refuse)
    with try_lock(tmp_path / "lock") as first, try_lock(tmp_path / "lock") as second:
        assert first
        assert second


def test_a_folder_that_does_not_exist_is_made(tmp_path):
    with try_lock(tmp_path / "new" / "lock") as held:
        assert held
        assert not is_free(tmp_path / "new" / "lock")


def test_a_name_that_is_a_folder(tmp_path):
    with pytest.raises(OSError, match="irectory"), try_lock(tmp_path):
        pass


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(PermissionError), try_lock(tmp_path / "lock"):
            pass
    finally:
        tmp_path.chmod(0o755)

"""The run folder of a training: it may be among the photos, and one training at a time writes there."""

from __future__ import annotations

import errno
import os

import pytest

from inpaint_studio.errors import InputError
from inpaint_studio.protocol.run_folder import RunFolder, runs_dir
from inpaint_studio.session.training import run_registry
from tests.training.small_runs import EventRecorder, make_request, read_until, start_process
from training.data import photos
from training.distributed import launch
from training.run import run_folder
from training.run.measure_speed import estimate
from training.run.train import train


@pytest.mark.parametrize("inner", ["out", "."])
def test_what_it_writes_among_its_photos_is_not_trained_on(home, inner):
    folder = home / "photos"
    before = photos.survey(folder).photos
    out = folder / inner
    train(make_request(home, output=out, steps=1), [])
    assert len(list((out / "samples").glob("*.png"))) == 4 * 8
    assert photos.survey(folder).photos == before
    recorder = EventRecorder()
    train(make_request(home, output=out, steps=2, resume=True), [recorder])
    assert recorder.of("started").step == 1


def test_photos_in_a_folder_called_samples_are_photos(home):
    folder = home / "photos"
    (folder / "samples").mkdir()
    (folder / "0.png").rename(folder / "samples" / "01-now.png")
    assert len(photos.survey(folder).photos) == 8
    (folder / "run.json").touch()
    (folder / "1.png").rename(folder / "samples" / "1.png")
    assert len(photos.survey(folder).photos) == 7


@pytest.mark.parametrize("options", [{}, {"resume": True}, {"name": "mine", "output": None}])
def test_a_folder_takes_one_training_at_a_time(home, options):
    train(make_request(home, **options | {"steps": 1, "resume": False}), [])
    folder = home / "out" if "output" not in options else runs_dir() / "mine"
    with run_folder.reserve(folder, first=True) as run:
        before = {path: path.read_bytes() for path in (run.checkpoint, run.events, run.record)}
        recorder = EventRecorder()
        with pytest.raises(InputError, match=r"runs in .* already; stop that one"):
            train(make_request(home, **options), [recorder])
        assert not recorder.events
        assert {path: path.read_bytes() for path in before} == before
    train(make_request(home, **options | {"steps": 2}), [])
    assert not run.lock.exists()


def test_after_a_killed_training_its_folder_can_be_used_again(home):
    with start_process(home, "--steps", "1000", "--save-minutes", "0") as running:
        read_until(running, "saved", 1)
        with pytest.raises(InputError, match="already"):
            train(make_request(home, resume=True), [])
        running.kill()
    assert RunFolder(home / "out").lock.is_file()
    recorder = EventRecorder()
    train(make_request(home, weights="deepfill-v2-random", steps=None, minutes=1e-6, resume=True), [recorder])
    assert recorder.of("done")


def test_the_lock_of_a_killed_training_is_removed_with_it(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    RunFolder(folder).lock.touch()
    run_registry.remove_files(folder, {2})
    assert not folder.exists()


def test_only_the_first_of_its_processes_keeps_others_out(home, monkeypatch):
    with run_folder.reserve(home / "out", launch.detect(1, 1).is_first) as run:
        monkeypatch.setenv("LOCAL_RANK", "1")  # as in a process that the first one starts
        with run_folder.reserve(home / "out", launch.detect(1, 1).is_first) as same:
            assert same == run
        assert run.lock.is_file()
        monkeypatch.setenv("LOCAL_RANK", "0")
        monkeypatch.setenv("NODE_RANK", "1")  # on another machine that has the same folder
        with run_folder.reserve(home / "out", launch.detect(1, 1).is_first):
            pass


def test_a_training_that_cannot_begin_leaves_no_folder(home):
    with pytest.raises(InputError, match="nothing to resume"):
        train(make_request(home, resume=True), [])
    estimate(make_request(home), [])
    assert not (home / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="POSIX locks")
def test_a_training_runs_without_a_lock_where_locks_do_not_work(home, monkeypatch):
    def refuse(_handle: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with run_folder.reserve(home / "out", first=True) as run:
        assert run == RunFolder(home / "out")

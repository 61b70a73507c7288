"""Where a training writes: beside its photos or among them, and nowhere that another one writes to."""

from __future__ import annotations

import errno
import os

import pytest

from inpaint_studio.errors import InputError
from inpaint_studio.session.training import run_registry
from tests.training.asking import Ears, asked, process, until
from training.data import photos
from training.run import checkpoint, run_folder
from training.run.events import LOG
from training.run.speed_test import estimate
from training.run.train import train


@pytest.mark.parametrize("inner", ["out", "."])
def test_what_it_writes_among_its_photos_is_not_learnt_from(home, inner):
    folder = home / "photos"
    before = photos.survey(folder).photos
    out = folder / inner
    train(asked(home, out=out, steps=1), [])
    assert len(list((out / "samples").glob("*.png"))) == 4
    assert photos.survey(folder).photos == before
    ears = Ears()
    train(asked(home, out=out, steps=2, resume=True), [ears])
    assert ears.of("started")["step"] == 1


def test_photos_are_photos_whatever_their_folder_is_called(home):
    folder = home / "photos"
    (folder / "samples").mkdir()
    (folder / "0.png").rename(folder / "samples" / "01-now.png")
    assert len(photos.survey(folder).photos) == 8
    (folder / "run.json").touch()
    (folder / "1.png").rename(folder / "samples" / "1.png")
    assert len(photos.survey(folder).photos) == 7


@pytest.mark.parametrize("how", [{}, {"resume": True}, {"name": "mine", "out": None}])
def test_a_folder_takes_one_training_at_a_time(home, how):
    train(asked(home, **how | {"steps": 1, "resume": False}), [])
    with run_folder.taken(asked(home, **how)) as folder:
        kept = {name: (folder / name).read_bytes() for name in (checkpoint.NAME, LOG, run_folder.RUN)}
        ears = Ears()
        with pytest.raises(InputError, match=r"runs in .* already; stop that one"):
            train(asked(home, **how), [ears])
        assert not ears.events
        assert {name: (folder / name).read_bytes() for name in kept} == kept
    train(asked(home, **how | {"steps": 2}), [])
    assert not (folder / run_folder.LOCK).exists()


def test_a_killed_training_leaves_its_folder_free(home):
    with process(home, "--steps", "1000", "--save-minutes", "0") as running:
        until(running, "saved", 1)
        with pytest.raises(InputError, match="already"):
            train(asked(home, resume=True), [])
        running.kill()
    assert (home / "out" / run_folder.LOCK).is_file()
    ears = Ears()
    train(asked(home, weights="deepfill-v2-random", steps=None, minutes=1e-6, resume=True), [ears])
    assert ears.of("done")


def test_the_lock_of_a_killed_training_is_put_away_with_it(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / run_folder.LOCK).touch()
    run_registry.put_away(folder, {2})
    assert not folder.exists()


def test_only_the_first_of_its_processes_keeps_others_out(home, monkeypatch):
    with run_folder.taken(asked(home)) as folder:
        monkeypatch.setenv("LOCAL_RANK", "1")  # as a process is told that the first one starts
        with run_folder.taken(asked(home)) as same:
            assert same == folder
        assert (folder / run_folder.LOCK).is_file()
        monkeypatch.setenv("LOCAL_RANK", "0")
        monkeypatch.setenv("NODE_RANK", "1")  # of another machine that sees the same folder
        with run_folder.taken(asked(home)):
            pass


def test_what_never_began_leaves_no_folder(home):
    with pytest.raises(InputError, match="nothing to resume"):
        train(asked(home, resume=True), [])
    estimate(asked(home), [])
    assert not (home / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="POSIX locks")
def test_where_nothing_can_be_locked_it_trains_without(home, monkeypatch):
    def refuse(_handle: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with run_folder.taken(asked(home)) as folder:
        assert folder == home / "out"

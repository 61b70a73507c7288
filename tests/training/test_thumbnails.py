"""The folder of small photos stays within its room, and makes room for those that are needed now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from tests.synthetic import photo
from training.data.thumbnails import Thumbnails

ROOM = 60_000  # bytes; about six of the photos below


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def photos(folder: Path, count: int) -> list[Path]:
    folder.mkdir()
    for number in range(count):
        Image.fromarray(photo(80, 100, seed=number)).save(folder / f"{number}.png")
    return sorted(folder.iterdir())


def learn(cache: Path, some: list[Path], side: int = 80, room: int = ROOM) -> None:
    """A training that sees each photo twice, and remembers one at a time."""
    small = Thumbnails(cache, side, memory=1, room=room)
    for path in [*some, *some]:
        small.get(path)


def kept(cache: Path) -> set[Path]:
    return set(cache.rglob("*.jpg"))


def used(cache: Path) -> int:
    return sum(path.stat().st_size for path in kept(cache))


def age(cache: Path) -> None:
    """What is kept was used last a long time ago, some before the rest."""
    for number, path in enumerate(sorted(kept(cache))):
        os.utime(path, (number, number))


def test_what_was_not_used_for_longest_gives_way(tmp_path, cache):
    learn(cache, photos(tmp_path / "first", 12))
    full = kept(cache)
    assert 3 <= len(full) < 12
    age(cache)
    some = photos(tmp_path / "second", 2)
    learn(cache, some)
    assert used(cache) <= ROOM
    assert len(kept(cache) - full) == 2
    gone = full - kept(cache)
    assert gone == set(sorted(full)[: len(gone)])
    assert 0 < len(gone) < len(full)


def test_what_is_used_stays(tmp_path, cache):
    some = photos(tmp_path / "first", 4)
    learn(cache, some)
    own = kept(cache)
    age(cache)
    more = photos(tmp_path / "second", 12)
    learn(cache, [*some, *more])  # more than there is room for: what comes last must do without
    assert own < kept(cache)
    assert used(cache) <= ROOM


def test_all_sizes_and_all_trainings_share_the_room(tmp_path, cache):
    some = photos(tmp_path / "photos", 8)
    one, two = Thumbnails(cache, 80, memory=1, room=ROOM), Thumbnails(cache, 72, memory=1, room=ROOM)
    for path in some:
        one.get(path)
        two.get(path)
    assert {path.relative_to(cache).parts[0] for path in kept(cache)} == {"80", "72"}
    assert used(cache) <= ROOM


def test_files_that_vanish_or_belong_to_others_do_no_harm(tmp_path, cache):
    some = photos(tmp_path / "photos", 12)
    learn(cache, some[:1])
    torn = cache / "80" / "ab" / f"ab{'0' * 30}.jpg"
    torn.parent.mkdir(exist_ok=True)
    torn.symlink_to(tmp_path / "gone")  # listed, but not there to be looked at
    others = cache / "80" / "holiday.jpg"
    others.write_bytes(b"x" * 50_000)
    os.utime(others, (1, 1))
    learn(cache, some)
    assert others.is_file()
    assert len(kept(cache) - {torn, others}) > 2

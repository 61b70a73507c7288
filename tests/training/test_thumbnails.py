"""The cache of small photos stays within its size, and deletes old files for new ones."""

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


def use(cache: Path, some: list[Path], side: int = 80, room: int = ROOM) -> None:
    """A training that uses each photo twice, and keeps one at a time in memory."""
    thumbnails = Thumbnails(cache, side, memory=1, room=room)
    for path in [*some, *some]:
        thumbnails.get(path)


def files(cache: Path) -> set[Path]:
    return set(cache.rglob("*.jpg"))


def size(cache: Path) -> int:
    return sum(path.stat().st_size for path in files(cache))


def age(cache: Path) -> None:
    """Make the files look as if they were last used a long time ago, one after the other."""
    for number, path in enumerate(sorted(files(cache))):
        os.utime(path, (number, number))


def test_the_files_that_were_not_used_for_longest_are_deleted(tmp_path, cache):
    use(cache, photos(tmp_path / "first", 12))
    full = files(cache)
    assert 3 <= len(full) < 12
    age(cache)
    some = photos(tmp_path / "second", 2)
    use(cache, some)
    assert size(cache) <= ROOM
    assert len(files(cache) - full) == 2
    gone = full - files(cache)
    assert gone == set(sorted(full)[: len(gone)])
    assert 0 < len(gone) < len(full)


def test_files_in_use_stay(tmp_path, cache):
    some = photos(tmp_path / "first", 4)
    use(cache, some)
    own = files(cache)
    age(cache)
    more = photos(tmp_path / "second", 12)
    use(cache, [*some, *more])  # more than there is room for: the last ones are not cached
    assert own < files(cache)
    assert size(cache) <= ROOM


def test_all_sizes_and_all_trainings_share_the_cache(tmp_path, cache):
    some = photos(tmp_path / "photos", 8)
    one, two = Thumbnails(cache, 80, memory=1, room=ROOM), Thumbnails(cache, 72, memory=1, room=ROOM)
    for path in some:
        one.get(path)
        two.get(path)
    assert {path.relative_to(cache).parts[0] for path in files(cache)} == {"80", "72"}
    assert size(cache) <= ROOM


def test_files_that_disappear_or_belong_to_others_do_no_harm(tmp_path, cache):
    some = photos(tmp_path / "photos", 12)
    use(cache, some[:1])
    dangling = cache / "80" / "ab" / f"ab{'0' * 30}.jpg"
    dangling.parent.mkdir(exist_ok=True)
    dangling.symlink_to(tmp_path / "gone")  # listed, but it leads nowhere
    others = cache / "80" / "holiday.jpg"
    others.write_bytes(b"x" * 50_000)
    os.utime(others, (1, 1))
    use(cache, some)
    assert others.is_file()
    assert len(files(cache) - {dangling, others}) > 2

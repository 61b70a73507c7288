"""Faults of the packed program's start: one sentence and a log; and reports of crashes, without names of files."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.loud_photo import find_disc, mark_disc, write_photo
from tests.e2e.screen import Screen, wait_until
from tests.packaged.package import Package

pytestmark = pytest.mark.packaged
STATE = Path(".local", "state", "inpaint-studio")


@pytest.fixture
def damageable(package: Package) -> Iterator[Package]:
    """The same files in a second folder, in which some can be replaced."""
    folder = package.folder.with_name("damaged")
    shutil.copytree(package.folder, folder, copy_function=os.link, symlinks=True)
    for base, _, _ in os.walk(folder):
        Path(base).chmod(0o755)
    yield replace(package, folder=folder)
    shutil.rmtree(folder)


def _only_sentence(text: str) -> str:
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("inpaint-studio: ")
    return lines[0]


@pytest.mark.parametrize(("screen", "words"), [({}, "DISPLAY is not set"), ({"DISPLAY": ":987"}, "':987'")])
def test_no_screen(package: Package, home: Path, screen: dict[str, str], words: str) -> None:
    done = package.run(home, **screen)
    assert done.returncode == 2
    assert words in _only_sentence(done.stderr)
    assert list((home / STATE / "logs").glob("start-*.log"))


@pytest.mark.parametrize("name", ["libQt6Widgets.so.6", "cv2.abi3.so"])
@pytest.mark.parametrize("whole", [0.0, 0.3])  # of the file; 0: it is missing
def test_a_damaged_library(damageable: Package, home: Path, name: str, whole: float) -> None:
    """A library that is cut off would end the process by a signal as soon as it is loaded."""
    path = next(each for each in damageable.folder.rglob(name) if not each.is_symlink())
    content = path.read_bytes()
    path.unlink()
    if whole:
        path.write_bytes(content[: int(whole * len(content))])
    for arguments in ((), ("fill", "x.png", "-o", "y.png")):
        done = damageable.run(home, *arguments, DISPLAY=":987")
        assert done.returncode == 2
        assert f"its part {name} is missing or cut off" in _only_sentence(done.stderr)


def test_a_crash_is_offered_as_a_report_without_names(package: Package, home: Path) -> None:
    folder = home / "SECRET folder"
    folder.mkdir()
    photo = folder / "SECRET photo.png"
    write_photo(photo)
    with Screen(1520, 1000) as screen, package.start(home, photo, DISPLAY=screen.name) as program:
        screen.focus("SECRET photo.png")
        mark_disc(screen)
        screen.press("Return")
        wait_until(lambda: list((home / STATE).glob("journals/*/journal")), "the journal of the work")
        program.send_signal(signal.SIGSEGV)
        program.wait(60)
    with Screen(1520, 1000) as screen, package.start(home, photo, DISPLAY=screen.name) as program:
        screen.focus("SECRET photo.png")
        find_disc(screen)
        wait_until(lambda: list((home / STATE / "reports").glob("report-*.txt")), "the report")
        program.kill()
    reports = [path.read_text(encoding="utf-8") for path in (home / STATE / "reports").glob("report-*.txt")]
    assert any("Segmentation fault" in text for text in reports)
    texts = [*reports, *(path.read_text(encoding="utf-8") for path in (home / STATE / "logs").rglob("*.log*"))]
    assert not [text for text in texts if "SECRET" in text or str(home) in text]

"""The packed program's window on a virtual screen: fill, flow, save, fine-tune, and taking over from 0.1.0."""

from __future__ import annotations

import json
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.loud_photo import find_disc, is_grass, is_loud, mark_disc, write_photo
from tests.e2e.screen import Screen, wait_until
from tests.exemplar.images import disc, texture
from tests.packaged.package import Package

pytestmark = pytest.mark.packaged
OLD_HOME = Path(__file__).parent / "data" / "home-0.1.0.tar.xz"
SETTINGS = Path(".config", "inpaint-studio", "settings.toml")
PATIENCE = 240.0  # s: a training takes its time on a loaded machine
LEFT, RIGHT = 60, 1130  # px: between the tools and the panels of the first window, 1440 px wide
CANVAS = np.s_[:, LEFT:RIGHT]
BAR, ABOVE_TEXT = 66, 56  # px: rows of the message bar, through the middle of its buttons and above their text


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen(1520, 1000) as made:
        yield made


def _write_settings(home: Path, **settings: str) -> None:
    path = home / SETTINGS
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()), encoding="utf-8")


@pytest.mark.parametrize("model", ["exemplar", "mi-gan"])
def test_brush_fill_flow_save_quit(package: Package, home: Path, screen: Screen, model: str) -> None:
    photo = home / "meadow.png"
    write_photo(photo)
    _write_settings(home, model=model)
    before, first = np.asarray(Image.open(photo)), photo.read_bytes()
    with package.start(home, photo, DISPLAY=screen.name) as program:
        screen.focus("meadow.png")
        middle = mark_disc(screen)
        screen.press("Return")
        wait_until(lambda: is_grass(screen.screenshot()[middle]), "the filled hole")
        filled = screen.screenshot()
        screen.press("a")
        wait_until(lambda: (screen.screenshot()[middle] != filled[middle]).any(), "the flow view")
        screen.press("a")
        wait_until(lambda: is_grass(screen.screenshot()[middle]), "the photo again")
        screen.press("Control_L", "s")
        wait_until(lambda: photo.read_bytes() != first, "the saved file")
        screen.press("Control_L", "q")
        assert program.wait(60) == 0
        assert "Traceback" not in program.communicate()[0]
    after = np.asarray(Image.open(photo))
    assert not is_loud(after).any()
    far = ~disc(480, 640, 120)
    assert np.array_equal(after[far], before[far])
    assert tomllib.loads((home / SETTINGS).read_text(encoding="utf-8"))["model"] == model


def test_fine_tune_two_steps_and_stop(package: Package, home: Path, screen: Screen) -> None:
    """The window starts the program again for the training, and that starts processes that load photos."""
    if package.variant == "lite":
        pytest.skip("no training in the build without torch")
    photo, folder = home / "meadow.png", home / "photos"
    write_photo(photo)
    folder.mkdir()
    for number in range(6):
        Image.fromarray(np.roll(texture(160, 160), 9 * number, 0)).save(folder / f"{number}.png")
    _write_settings(home, keys=json.dumps({"fine-tune": ["F9"]}))
    with package.start(home, photo, DISPLAY=screen.name) as program:
        screen.focus("meadow.png")
        find_disc(screen)
        screen.press("F9")
        screen.focus("Fine-tune")
        _choose_folder(screen, folder)
        _press_start(screen)
        wait_until(lambda: _last_step(home) >= 2, "two steps of the training", PATIENCE)
        screen.press("Return")  # the button that stops it has the focus
        wait_until(lambda: _kinds(home) & {"done", "stopped"}, "the end of the training", PATIENCE)
        wait_until(lambda: len(package.processes()) == 1, "the end of the processes of the training")
        assert "saved" in _kinds(home)
        screen.focus("meadow.png")
        screen.press("Control_L", "q")
        assert program.wait(60) == 0
        assert "Traceback" not in program.communicate()[0]


def _choose_folder(screen: Screen, folder: Path) -> None:
    """The button that shows the dialog has the focus at first."""
    screen.press("space")
    screen.focus("Choose the folder")
    screen.type(str(folder))
    screen.press("Return")
    screen.focus("Fine-tune")


def _press_start(screen: Screen) -> None:
    """Click on the lower right button once, when it is on: then the photos are found. Afterwards it is "Stop"."""
    left, top, width, height = screen.place("Fine-tune")
    x, y = left + width - 90, top + height - 32

    def is_on() -> bool:
        red, _, blue = map(int, screen.screenshot()[y, x + 40])
        return blue > red + 60

    wait_until(is_on, "the button that starts")
    screen.drag([(x, y)])


def _events(home: Path) -> list[dict[str, object]]:
    logs = home.glob(".local/share/inpaint-studio/training/*/events.jsonl")
    lines = [line for log in logs for line in log.read_text(encoding="utf-8").splitlines(keepends=True)]
    return [json.loads(line) for line in lines if line.endswith("\n")]


def _kinds(home: Path) -> set[object]:
    return {event["event"] for event in _events(home)}


def _last_step(home: Path) -> int:
    return max((int(str(event["step"])) for event in _events(home) if event["event"] == "progress"), default=0)


def test_work_settings_and_weights_of_0_1_0_are_taken_over(package: Package, home: Path, screen: Screen) -> None:
    with tarfile.open(OLD_HOME) as old:
        old.extractall(home, filter="data")
    with package.start(home, DISPLAY=screen.name) as program:
        screen.focus("Inpaint Studio")
        x = wait_until(lambda: _first_button(screen.screenshot()), "the offer to bring the work back")
        screen.drag([(x, BAR)])
        screen.focus("meadow.png")
        screen.press("Control_L", "z")
        wait_until(lambda: is_loud(screen.screenshot()[CANVAS]).sum() > 500, "the photo without its hole")
        screen.press("Control_L", "y")
        wait_until(lambda: not is_loud(screen.screenshot()[CANVAS]).any(), "the hole that was drawn in 0.1.0")
        screen.press("Control_L", "z")  # nothing is left to save
        wait_until(lambda: is_loud(screen.screenshot()[CANVAS]).sum() > 500, "the photo without its hole again")
        screen.press("Control_L", "q")
        assert program.wait(60) == 0
        assert "Traceback" not in program.communicate()[0]
    settings = tomllib.loads((home / SETTINGS).read_text(encoding="utf-8"))
    assert (settings["brush_size"], settings["theme"]) == (77, "light")
    listed = package.run(home, "models", "list")
    assert "garden" in listed.stdout
    if package.variant != "lite":
        out = home / "out.png"
        Image.fromarray(disc(160, 200, 12).astype(np.uint8) * 255).save(home / "mask.png")
        fill = ("fill", home / "meadow.png", "--mask", home / "mask.png", "--model", "garden", "-o", out)
        done = package.run(home, *fill)
        assert done.returncode == 0, done.stderr
        assert out.is_file()


def _first_button(shot: NDArray[np.uint8]) -> int | None:
    """The middle of the first of two buttons in a light message bar, px from the left; None without such a bar."""
    row = shot[CANVAS][ABOVE_TEXT].astype(int)
    bar = np.nonzero((row > 245).all(axis=-1))[0]
    if len(bar) < 200:
        return None
    inside = row[bar[0] : bar[-1]]
    grey = np.nonzero((inside > 200).all(axis=-1) & (inside < 240).all(axis=-1))[0]
    runs = [run for run in np.split(grey, np.nonzero(np.diff(grey) > 1)[0] + 1) if len(run) > 40]
    return LEFT + int(bar[0]) + int(runs[0].mean()) if len(runs) == 2 else None

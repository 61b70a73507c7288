"""The keys of the real program under keyboard layouts without Latin letters, or without digits, and under Dvorak."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

if sys.platform != "linux" or shutil.which("Xvfb") is None or shutil.which("setxkbmap") is None:
    pytest.skip("needs Xvfb and setxkbmap, which Linux has", allow_module_level=True)

from tests.e2e.loud_photo import CANVAS, is_loud, mark_disc
from tests.e2e.program import running
from tests.e2e.screen import Screen, wait_until
from tests.exemplar.images import disc, texture


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A small textured photo, shown enlarged at first, with a loud disc of 12 px radius in its middle."""
    pixels = texture(120, 160)
    pixels[disc(120, 160, 12)] = (255, 0, 255)
    path = tmp_path / "meadow.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def screen() -> Iterator[Screen]:
    with Screen() as made:
        yield made


@pytest.mark.parametrize("layout", ["ru", "gr", "il", "fr", "us(dvorak)", "us"])
def test_undo_zoom_and_quit(screen: Screen, photo: Path, tmp_path: Path, layout: str) -> None:
    """`Screen.press` names keys as a US keyboard does: it looked them up before the layout was changed."""
    own = {"us(dvorak)": {"z": "slash", "q": "x", "h": "j"}, "fr": {"z": "w", "q": "a"}}.get(layout, {})
    undo, leave, hand = (own.get(key, key) for key in "zqh")
    variant = layout.replace("(", " -variant ").rstrip(")").split()
    subprocess.run(["setxkbmap", "-display", screen.name, *variant], check=True, timeout=60)

    def loud() -> int:
        return int(is_loud(screen.screenshot()[CANVAS]).sum())

    with running(screen, tmp_path, photo) as program:
        screen.focus("meadow.png")
        wait_until(lambda: loud() > 2000, "the enlarged photo on the screen")
        mark_disc(screen)
        screen.press(hand)  # a letter, after which the layout is known
        screen.press("Control_L", undo)
        wait_until(lambda: loud() > 2000, "the disc after Ctrl+Z")
        screen.press("Control_L", "1")
        wait_until(lambda: 200 < loud() < 1000, "the disc at its actual size")
        screen.press("Control_L", leave)
        assert program.wait(30) == 0
    assert "Traceback" not in program.communicate()[0]

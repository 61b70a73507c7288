"""The real program as a user starts it: open a photo, brush over something, fill, look at the flow, save, quit."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

if sys.platform != "linux" or shutil.which("Xvfb") is None:
    pytest.skip("needs Xvfb, which Linux has", allow_module_level=True)

from tests.e2e.program import running
from tests.e2e.screen import Screen, wait_until
from tests.exemplar.images import disc, texture

LOUD = (255, 0, 255)
CANVAS = np.s_[:, :960]  # left of the panels, whose colour wheel has every colour


def _loud(screenshot: np.ndarray) -> np.ndarray:
    """The pixels of a screenshot in the loud colour, or with the hole's overlay half over it."""
    return (np.abs(screenshot.astype(int) - LOUD) < 24).all(axis=-1)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A textured photo with a loud disc of 30 px radius in its middle."""
    pixels = texture(480, 640)
    pixels[disc(480, 640, 30)] = LOUD
    path = tmp_path / "meadow.png"
    Image.fromarray(pixels).save(path)
    return path


def test_brush_fill_look_save_quit(photo: Path, tmp_path: Path) -> None:
    before = np.asarray(Image.open(photo))
    with Screen() as screen, running(screen, tmp_path, photo) as program:
        screen.focus("meadow.png")
        wait_until(lambda: _loud(screen.screenshot()[CANVAS]).sum() > 500, "the photo on the screen")
        rows, columns = np.nonzero(_loud(screen.screenshot()[CANVAS]))
        _brush_over(screen, rows, columns)
        wait_until(lambda: not _loud(screen.screenshot()[CANVAS]).any(), "the hole over the disc")
        marked = screen.screenshot()
        screen.press("Return")
        middle = (int(rows.mean()), int(columns.mean()))
        wait_until(lambda: _green(screen.screenshot()[middle]), "the filled hole")
        wait_until(lambda: (screen.screenshot() != marked).any(), "a repaint")

        filled = screen.screenshot()
        screen.press("a")
        wait_until(lambda: (screen.screenshot()[middle] != filled[middle]).any(), "the flow view")
        screen.press("a")
        wait_until(lambda: _green(screen.screenshot()[middle]), "the photo again")

        first = photo.read_bytes()
        screen.press("Control_L", "s")
        wait_until(lambda: photo.read_bytes() != first, "the saved file")
        screen.press("Control_L", "q")
        assert program.wait(30) == 0
        output = program.communicate()[0]
    assert "Traceback" not in output
    after = np.asarray(Image.open(photo))
    assert after.shape == before.shape
    assert not _loud(after).any()
    far = ~disc(480, 640, 120)
    assert np.array_equal(after[far], before[far])
    assert not list(tmp_path.glob(".*meadow*"))


def _brush_over(screen: Screen, rows: np.ndarray, columns: np.ndarray) -> None:
    """Zigzag over the bounding box of these screen pixels."""
    top, bottom, left, right = int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())
    points = []
    for turn, y in enumerate(range(top, bottom + 8, 8)):
        ends = [(left, y), (right, y)]
        points += ends if turn % 2 == 0 else ends[::-1]
    screen.drag(points)


def _green(pixel: np.ndarray) -> bool:
    """Like the photo's texture: green above red above blue, none of them loud."""
    red, green, blue = (int(value) for value in pixel)
    return green > red > blue and green < 225

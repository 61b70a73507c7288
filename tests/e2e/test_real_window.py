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

from tests.e2e.loud_photo import is_grass, is_loud, mark_disc, write_photo
from tests.e2e.program import running
from tests.e2e.screen import Screen, wait_until
from tests.exemplar.images import disc


def test_brush_fill_look_save_quit(tmp_path: Path) -> None:
    photo = tmp_path / "meadow.png"
    write_photo(photo)
    before = np.asarray(Image.open(photo))
    with Screen() as screen, running(screen, tmp_path, photo) as program:
        screen.focus("meadow.png")
        middle = mark_disc(screen)
        marked = screen.screenshot()
        screen.press("Return")
        wait_until(lambda: is_grass(screen.screenshot()[middle]), "the filled hole")
        wait_until(lambda: (screen.screenshot() != marked).any(), "a repaint")

        filled = screen.screenshot()
        screen.press("a")
        wait_until(lambda: (screen.screenshot()[middle] != filled[middle]).any(), "the flow view")
        screen.press("a")
        wait_until(lambda: is_grass(screen.screenshot()[middle]), "the photo again")

        first = photo.read_bytes()
        screen.press("Control_L", "s")
        wait_until(lambda: photo.read_bytes() != first, "the saved file")
        screen.press("Control_L", "q")
        assert program.wait(30) == 0
        output = program.communicate()[0]
    assert "Traceback" not in output
    after = np.asarray(Image.open(photo))
    assert after.shape == before.shape
    assert not is_loud(after).any()
    far = ~disc(480, 640, 120)
    assert np.array_equal(after[far], before[far])
    assert not list(tmp_path.glob(".*meadow*"))

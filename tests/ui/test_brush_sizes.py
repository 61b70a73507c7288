"""The sizes of brush and eraser: each tool has its own, and another photo gets what looks as large."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from inpaint_studio.session.brush_sizes import MOST_SIZES, NAMES, BrushSizes
from inpaint_studio.session.raster import HOLE
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui.tools import TOOLS
from tests.ui.studio import Studio


def open_photo(studio: Studio, width: int, height: int) -> float:
    """Open a photo of that size; return the zoom at which it is seen whole."""
    path = studio.folder / f"{width}x{height}.png"
    Image.fromarray(np.full((height, width, 3), 90, np.uint8)).save(path)
    studio.open(path)
    return studio.window.canvas.zoom


def sizes(studio: Studio) -> tuple[int, int]:
    return studio.settings.get("brush_size"), studio.settings.get("eraser_size")


def test_brush_and_eraser_keep_sizes_of_their_own(studio: Studio) -> None:
    numbers = studio.window.column.tool.numbers
    studio.settings.set("brush_size", 40)
    studio.press("E")
    assert numbers["eraser_size"].isVisible()
    assert not numbers["brush_size"].isVisible()
    numbers["eraser_size"].setValue(10)
    assert studio.settings.get("brush_size") == 40
    for _ in range(2):
        studio.press("]")
    assert studio.settings.get("eraser_size") == 14
    assert numbers["eraser_size"].value() == 14
    studio.press("B")
    assert numbers["brush_size"].isVisible()
    assert not numbers["eraser_size"].isVisible()
    studio.brush((100, 75))
    drawn = int((studio.session.document.raster(HOLE) > 127).sum())
    studio.press("E")
    studio.brush((100, 75))
    erased = drawn - int((studio.session.document.raster(HOLE) > 127).sum())
    assert drawn / erased == pytest.approx((40 / 14) ** 2, rel=0.05)


def test_a_brush_looks_as_large_in_a_larger_photo(studio: Studio) -> None:
    studio.settings.set("brush_size", 40)
    studio.settings.set("eraser_size", 20)
    zoom = open_photo(studio, 3000, 2000)
    assert zoom < 0.5
    assert sizes(studio) == (round(40 / zoom), round(20 / zoom))
    assert studio.window.column.tool.numbers["brush_size"].value() == round(40 / zoom)
    open_photo(studio, 300, 200)  # shown larger than it is, which the brush does not follow
    assert sizes(studio) == (40, 20)


def test_a_photo_of_a_size_that_was_open_gets_what_was_set_for_it(studio: Studio) -> None:
    open_photo(studio, 3000, 2000)
    studio.settings.set("brush_size", 17)
    studio.press("E")
    studio.press("]")
    large = sizes(studio)
    studio.open(studio.photo)
    studio.settings.set("brush_size", 61)
    small = sizes(studio)
    open_photo(studio, 2000, 3000)  # upright
    assert sizes(studio) == large
    studio.open(studio.make_photo("other.png"))
    assert sizes(studio) == small


def test_the_sizes_are_there_again_in_the_next_run(tmp_path: Path) -> None:
    def run() -> tuple[BrushSizes, Settings]:
        settings = Settings(tmp_path / "settings.toml")
        return BrushSizes(settings, lambda height, width: 600 / max(height, width)), settings

    memory, settings = run()
    memory.open(4000, 6000)
    assert settings.get("brush_size") == 600  # 60 px of the screen
    settings.set("brush_size", 100)
    memory.open(400, 600)
    assert settings.get("brush_size") == 10
    settings.set("brush_size", 33)
    settings.save()
    memory, settings = run()
    memory.open(2000, 3000)
    assert settings.get("brush_size") == 165  # as large as the 33 px in the photo before
    memory.open(4000, 6000)
    assert settings.get("brush_size") == 100


def test_what_was_set_before_there_was_a_memory_stays(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("brush_size = 90\n")
    settings = Settings(tmp_path / "settings.toml")
    BrushSizes(settings, lambda *_: 0.1).open(4000, 6000)
    assert settings.get("brush_size") == 90
    assert settings.get("eraser_size") == 600


@pytest.mark.parametrize(
    "text", ["", " \n\n", "x", "6000x4000", "6000x4000 a b\n1x", "-1x2 3 4", "9" * 5000 + "x1 2 3"]
)
def test_a_damaged_memory_is_no_memory(tmp_path: Path, text: str) -> None:
    settings = Settings(tmp_path / "settings.toml")
    settings.set("brush_sizes", text)
    BrushSizes(settings, lambda *_: 1.0).open(40, 60)
    assert settings.get("brush_size") == 60
    assert settings.get("brush_sizes") == "60x40 60 60"


def test_the_memory_does_not_grow_for_ever(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.toml")
    memory = BrushSizes(settings, lambda *_: 1.0)
    for side in range(1, 60):
        memory.open(side, side)
    lines = settings.get("brush_sizes").splitlines()
    assert len(lines) == MOST_SIZES
    assert lines[0].startswith("59x59 ")


def test_the_size_keys_change_what_is_seen_alone(studio: Studio) -> None:
    """A tool without a size leaves that of the brush, which its panel does not show, as it is."""
    actions, canvas = studio.window.actions_, studio.window.canvas
    before = sizes(studio)
    for tool in TOOLS.values():
        studio.press(tool.key)
        options = canvas.tool.active_options
        sized = any(name in options for name in (*NAMES, "line_band"))
        assert actions["larger"].isEnabled() == actions["smaller"].isEnabled() == sized, tool.name
        hard = "brush_hardness" in options
        assert actions["harder"].isEnabled() == actions["softer"].isEnabled() == hard, tool.name
        if not sized:
            studio.press("]")
            turn_wheel(studio)
            assert sizes(studio) == before, tool.name
    studio.press("B")
    turn_wheel(studio)
    assert sizes(studio)[0] > before[0]
    studio.press("D")
    assert actions["larger"].isEnabled()
    studio.settings.set("sampling_shape", "lasso")
    assert not actions["larger"].isEnabled()


def turn_wheel(studio: Studio) -> None:
    """Turn the wheel by a notch over the photo while Ctrl is held."""
    canvas, place = studio.window.canvas, QPointF(studio.at(100, 75))
    modifiers, phase = Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase
    button = Qt.MouseButton.NoButton
    event = QWheelEvent(place, canvas.mapToGlobal(place), QPoint(), QPoint(0, 120), button, modifiers, phase, False)
    QApplication.sendEvent(canvas, event)

"""Two candidates side by side over the photo, by the window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from tests.ui.driver import grab
from tests.ui.studio import Studio

LEFT_SIDE, RIGHT_SIDE = (85, 70), (115, 72)  # places in the hole, at both sides of its middle


@pytest.fixture
def compared(studio: Studio) -> Studio:
    """Two candidates, the greys 10 and 11, of which the second is in the photo; compared by the key."""
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.press("X")
    settle(studio)
    return studio


def settle(studio: Studio) -> None:
    studio.qtbot.waitUntil(lambda: studio.window.canvas.background.idle)
    QTest.qWait(0)


def grey(studio: Studio, place: tuple[int, int]) -> int:
    """What the canvas shows at a place of the photo."""
    picture = studio.window.canvas.grab().toImage()
    at = studio.window.canvas.viewport.to_widget(*place) * picture.devicePixelRatio()
    return QColor(picture.pixel(at.toPoint())).red()


def split(studio: Studio) -> QPoint:
    return studio.at(studio.window.canvas.compare.split, 40)


def pixels(studio: Studio) -> np.ndarray:
    """What the canvas shows, H x W x 3."""
    settle(studio)
    return grab(studio.window.canvas)


def test_the_key_shows_the_one_in_the_photo_at_the_left_and_its_neighbour_at_the_right(compared: Studio) -> None:
    assert compared.window.actions_["compare"].isChecked()
    assert (grey(compared, LEFT_SIDE), grey(compared, RIGHT_SIDE)) == (11, 10)
    compared.press("X")
    assert (grey(compared, LEFT_SIDE), grey(compared, RIGHT_SIDE)) == (11, 11)
    assert not compared.window.actions_["compare"].isChecked()


def test_the_labels_name_the_model_and_the_seed_and_stay_at_their_side(compared: Studio) -> None:
    compare = compared.window.canvas.compare
    assert compare.label(1) == "2  Quick filler, seed 1"
    assert compare.label(0) == "1  Quick filler, seed 0"
    shown = pixels(compared)
    compared.press("X")
    changed = (shown != pixels(compared)).any(axis=2)
    x = compared.at(compare.split, 0).x()
    above = changed[: compared.at(0, 60).y()]  # the split itself and the labels
    for side in (above[:, : x - 6], above[:, x + 6 :]):
        columns = np.flatnonzero(side.any(axis=0))
        assert 100 < columns.max() - columns.min() < 260


def test_the_split_is_dragged_and_no_tool_paints_meanwhile(compared: Studio) -> None:
    canvas = compared.window.canvas
    steps = len(compared.session.document.history)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, split(compared))
    QTest.mouseMove(canvas, compared.at(60, 40))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, compared.at(60, 40))
    assert canvas.compare.split == pytest.approx(60, abs=1)
    assert (grey(compared, LEFT_SIDE), grey(compared, RIGHT_SIDE)) == (10, 10)
    assert len(compared.session.document.history) == steps
    compared.brush((30, 30), (40, 30))  # elsewhere the tool works
    assert len(compared.session.document.history) == steps + 1


def test_choosing_the_one_at_the_right_exchanges_both(compared: Studio) -> None:
    compared.press(",")
    settle(compared)
    assert (grey(compared, LEFT_SIDE), grey(compared, RIGHT_SIDE)) == (10, 11)


def test_shift_click_on_a_thumbnail_compares_with_it(studio: Studio) -> None:
    studio.fill()
    for _ in range(2):
        studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    thumbnail = studio.window.column.candidates.thumbnails[0]
    QTest.mouseClick(thumbnail, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier)
    settle(studio)
    assert (grey(studio, LEFT_SIDE), grey(studio, RIGHT_SIDE)) == (12, 10)
    assert studio.session.fills.candidate_index == 2


def test_escape_undo_and_another_photo_end_it(compared: Studio) -> None:
    compare = compared.window.canvas.compare
    compared.press("Esc")
    assert not compare.on
    compared.press("X")
    assert compare.on
    compared.press("Ctrl+Z")
    assert not compare.on
    compared.press("Ctrl+Shift+Z")
    compared.press("X")
    assert compare.on
    compared.open(compared.make_photo("cat.png", 90))
    assert not compare.on


def test_one_candidate_cannot_be_compared(studio: Studio) -> None:
    studio.fill()
    assert not studio.window.actions_["compare"].isEnabled()
    studio.press("X")
    assert not studio.window.canvas.compare.on

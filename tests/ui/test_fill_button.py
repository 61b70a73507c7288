"""The button at the foot of the panels: dim without a hole, Cancel with the progress while a fill runs."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.fill_button import FillButton
from tests.ui.studio import Studio


@pytest.fixture
def button(studio: Studio) -> FillButton:
    return studio.window.column.fill


def click(button: FillButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_is_dim_without_a_hole(studio: Studio, button: FillButton) -> None:
    assert not button.isEnabled()
    assert button.toolTip().startswith("Mark something")
    studio.brush()
    assert button.isEnabled()
    assert button.toolTip() == "Fill the hole with the chosen model (Enter)"
    studio.press("Ctrl+Z")
    assert not button.isEnabled()
    studio.fill()
    assert not button.isEnabled()
    studio.press("Ctrl+Z")  # the hole is there again
    assert button.isEnabled()


def test_it_fills_and_then_cancels(studio: Studio, button: FillButton) -> None:
    studio.filler.gate.clear()
    studio.brush()
    before = studio.session.document.raster("photo").copy()
    click(button)
    assert studio.session.fills.is_busy
    assert (button.text().strip(), button.accessibleName()) == ("Cancel", "Cancel the fill")
    assert "(Esc)" in button.toolTip()
    studio.qtbot.waitUntil(lambda: button.fraction == 0.5)
    click(button)
    assert not studio.session.fills.is_busy
    assert np.array_equal(studio.session.document.raster("photo"), before)
    assert button.text().strip() == "Fill the hole"
    assert button.isEnabled()
    assert studio.window.status.message == "Cancelled."


def test_it_shows_how_much_is_done(studio: Studio, button: FillButton) -> None:
    studio.filler.gate.clear()
    studio.brush()
    click(button)
    studio.qtbot.waitUntil(lambda: button.fraction == 0.5)
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    image, line = button.grab().toImage(), button.height() - 3
    accent = QColor(theme.ACCENT).rgb()
    assert image.pixelColor(button.width() // 4, line).rgb() == accent
    assert image.pixelColor(3 * button.width() // 4, line).rgb() != accent


def test_what_is_drawn_meanwhile_does_not_set_it_back(studio: Studio, button: FillButton) -> None:
    studio.brush()
    studio.filler.gate.clear()
    click(button)
    studio.qtbot.waitUntil(lambda: button.fraction == 0.5)
    studio.session.document.clear_hole()
    studio.brush((30, 20), (40, 20))
    assert button.fraction == 0.5


def test_a_double_click_fills(studio: Studio, button: FillButton) -> None:
    studio.filler.gate.clear()
    studio.brush()
    click(button)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert studio.session.fills.is_busy


def test_enter_held_on_it_fills_once(studio: Studio, button: FillButton) -> None:
    studio.filler.gate.clear()
    studio.brush()
    button.setFocus()
    studio.press("Return", button)
    assert studio.session.fills.is_busy
    repeated = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(button, repeated)
    assert studio.session.fills.is_busy


def test_the_photo_gets_the_focus_when_it_becomes_dim(studio: Studio, button: FillButton) -> None:
    studio.brush()
    button.setFocus()
    studio.wait_fill(lambda: studio.press("Return", button))
    assert not button.isEnabled()
    assert studio.window.focusWidget() is studio.window.canvas

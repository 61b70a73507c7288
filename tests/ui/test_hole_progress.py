"""The ring at the hole that is being filled."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from inpaint_studio.ui import theme
from inpaint_studio.ui.hole_progress import HoleProgress
from tests.ui.studio import Studio


@pytest.fixture
def ring(studio: Studio) -> HoleProgress:
    """The ring of a fill that has come half of its way and goes no further."""
    studio.filler.gate.clear()
    studio.brush()
    studio.press("Return")
    ring = studio.window.hole_progress
    studio.qtbot.waitUntil(lambda: ring.isVisible() and ring.fraction == 0.5)
    return ring


def middle(ring: HoleProgress) -> QPointF:
    return QPointF(ring.geometry().topLeft()) + QPointF(ring.width(), ring.height()) / 2


def test_it_lies_at_the_hole_and_follows_the_view(studio: Studio, ring: HoleProgress) -> None:
    canvas = studio.window.canvas
    for _ in range(2):
        away = middle(ring) - canvas.viewport.to_widget(100, 72.5)  # the middle of the stroke
        assert away.manhattanLength() < 3 * canvas.zoom
        canvas.zoom_to(2 * canvas.zoom)
        canvas.pan(120, -60)
    canvas.pan(4000, 0)
    seen = canvas.rect().contains(canvas.viewport.to_widget(100, 72.5).toPoint())
    assert ring.isVisible() == seen


def test_it_is_half_closed_at_half_of_the_way(ring: HoleProgress) -> None:
    image = ring.grab().toImage()
    assert image.pixelColor(33, 20) == QColor(theme.ACCENT)  # three o'clock
    assert image.pixelColor(7, 20) == QColor(theme.EDGE)  # nine o'clock


def test_it_goes_when_the_fill_is_cancelled(studio: Studio, ring: HoleProgress) -> None:
    studio.press("Esc")
    assert not ring.isVisible()


def test_it_goes_when_the_fill_arrives(studio: Studio, ring: HoleProgress) -> None:
    studio.wait_fill(studio.filler.gate.set)
    assert not ring.isVisible()


def test_a_quick_fill_shows_none(studio: Studio) -> None:
    studio.filler.gate.clear()
    studio.brush()
    studio.press("Return")
    assert studio.session.fills.is_busy
    assert not studio.window.hole_progress.isVisible()
    studio.press("Esc")
    assert not studio.window.hole_progress.isVisible()


def test_it_moves_on_to_the_next_hole_of_the_queue(studio: Studio, ring: HoleProgress) -> None:
    first, fills = middle(ring), studio.session.fills
    studio.brush((30, 20), (40, 20))
    studio.press("Ctrl+Return")
    assert fills.waiting == 1
    assert middle(ring) == first
    fills.drop(lambda job: job.hole.box == fills.box)
    assert fills.waiting == 0
    assert fills.box is not None
    assert fills.box.right < 100  # the second stroke
    place = studio.window.canvas.viewport.to_widget(fills.box.left, fills.box.top)
    opposite = studio.window.canvas.viewport.to_widget(fills.box.right, fills.box.bottom)
    assert (middle(ring) - (place + opposite) / 2).manhattanLength() <= 2

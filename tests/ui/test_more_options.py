"""The options under "More" in the model panel, by the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.studio import Studio


@pytest.fixture
def more(studio: Studio):
    return studio.window.column.model.more


def unfold(more) -> None:
    QTest.mouseClick(more.head, Qt.MouseButton.LeftButton)


def test_they_are_folded_away_and_off_at_first(studio: Studio, more) -> None:
    assert not more.adaptation.isVisible()
    studio.fill()
    options = studio.filler.requests[-1].options
    assert (options.adaptation, options.mirror) == (0.0, False)


def test_they_travel_in_the_request(studio: Studio, more) -> None:
    unfold(more)
    assert more.adaptation.isVisible()
    more.adaptation.setFocus()
    QTest.keyClicks(more.adaptation, "60")
    QTest.keyClick(more.adaptation, Qt.Key.Key_Return)
    assert studio.window.canvas.hasFocus()
    QTest.mouseClick(more.mirror, Qt.MouseButton.LeftButton)
    studio.fill()
    options = studio.filler.requests[-1].options
    assert (options.adaptation, options.mirror) == (0.6, True)


def test_they_are_disabled_for_a_model_that_does_not_heed_them(studio: Studio, more) -> None:
    unfold(more)
    assert more.adaptation.isEnabled()  # with the automatic choice
    studio.session.models.name = "quick"
    assert not more.adaptation.isEnabled()
    assert not more.mirror.isEnabled()
    assert "does not copy" in more.mirror.toolTip()

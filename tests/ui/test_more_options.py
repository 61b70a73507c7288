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
    assert (options.adaptation, options.mirror) == (None, False)


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


def test_the_usual_adaptation_has_a_name_and_escape_brings_it_back(studio: Studio, more) -> None:
    unfold(more)
    assert more.adaptation.text() == "as usual"
    more.adaptation.setFocus()
    QTest.keyClicks(more.adaptation, "0")
    QTest.keyClick(more.adaptation, Qt.Key.Key_Return)
    assert more.adaptation.text() == "0 %"
    studio.fill()
    assert studio.filler.requests[-1].options.adaptation == 0.0
    studio.settings.set("adaptation", -1)
    more.adaptation.setFocus()
    QTest.keyClicks(more.adaptation, "30")
    QTest.keyClick(more.adaptation, Qt.Key.Key_Escape)
    assert more.adaptation.text() == "as usual"
    assert more.adaptation.value() == -1


def test_they_are_disabled_for_a_model_that_does_not_heed_them(studio: Studio, more) -> None:
    unfold(more)
    assert more.adaptation.isEnabled()  # with the automatic choice
    studio.session.models.name = "quick"
    assert more.adaptation.isEnabled()  # sources may be moved in its fills
    assert "move a source" in more.adaptation.toolTip()
    assert not more.mirror.isEnabled()
    assert "does not copy" in more.mirror.toolTip()

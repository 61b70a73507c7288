"""The options under "More" in the model panel, by the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.session.fake_library import FakeLibrary, Network, weights
from tests.ui.studio import Studio, apply_theme


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


def start_titles(more) -> list[str]:
    return [more.start.itemText(row) for row in range(more.start.count())]


def choose_start(more, title: str) -> None:
    more.start.setCurrentIndex(start_titles(more).index(title))
    more.start.activated.emit(more.start.currentIndex())


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary(
        Network("free", "Free", weights("f", "free")),
        Network("unclear", "Unclear", weights("u", "unclear", "unclear", "no word")),
    )


@pytest.fixture
def networks(qtbot: Any, qapp: Any, tmp_path: Path, library: FakeLibrary) -> Iterator[Studio]:
    apply_theme(qapp)
    made = Studio(qtbot, tmp_path, library)
    made.show()
    yield made
    made.close()


def test_the_start_is_chosen_among_networks_with_weights(qtbot: Any, networks: Studio) -> None:
    more = networks.window.column.model.more
    qtbot.waitUntil(lambda: more.start.count() > 2)
    unfold(more)
    # "Net" has no weights, and the licence of "Unclear" was not accepted.
    assert start_titles(more) == ["Automatic", "None", "Free"]
    networks.fill()
    assert networks.filler.requests[-1].options.start == "auto"
    for title, name in (("Free", "free"), ("None", "none")):
        choose_start(more, title)
        assert networks.window.canvas.hasFocus()
        networks.fill()
        assert networks.filler.requests[-1].options.start == name
    assert networks.settings.get("start") == "none"


def test_a_start_that_is_gone_stays_in_sight(networks: Studio) -> None:
    more = networks.window.column.model.more
    networks.settings.set("start", "lost")
    assert more.start.currentText() == "lost (not found)"
    choose_start(more, "Automatic")
    assert networks.settings.get("start") == "auto"


def test_the_start_is_disabled_for_a_model_that_does_not_copy(studio: Studio, more) -> None:
    unfold(more)
    assert more.start.isEnabled()
    studio.session.models.name = "quick"
    assert not more.start.isEnabled()
    assert "does not copy" in more.start.toolTip()

"""Suggestions change nothing until they are accepted; each accepted one is a step of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.suggest.kinds import KINDS
from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.session import suggestions
from inpaint_studio.session.raster import HOLE
from inpaint_studio.session.session import Session
from tests.engine.suggest import scenes

SIZE = scenes.SIZES[0]


@pytest.fixture
def sky(session: Session) -> Session:
    """A session on a photo with six spots."""
    coverage, _ = scenes.spots(SIZE, 3)
    pixels = scenes.finish(scenes.sky(SIZE, 3) - 60 * coverage[..., None], 3)
    session.document.load(photo_from_array(pixels))
    return session


def search(qtbot: Any, session: Session, kind: str = "dust") -> None:
    assert session.hole.suggestions.find(kind)
    qtbot.waitUntil(lambda: not session.hole.suggestions.is_searching)


def messages(session: Session) -> list[str]:
    found: list[str] = []
    session.hole.suggestions.status.connect(lambda status: found.append(status.text))
    return found


def test_the_kinds_are_those_of_the_engine() -> None:
    assert {name: kind.title for name, kind in KINDS.items()} == suggestions.TITLES
    assert [name for name, kind in KINDS.items() if kind.needs_hole] == [suggestions.NEEDS_HOLE]


def test_a_search_changes_nothing(qtbot: Any, sky: Session) -> None:
    texts = messages(sky)
    search(qtbot, sky)
    assert len(sky.hole.suggestions.parts) == 6
    assert not sky.document.has_hole
    assert not sky.document.can_undo
    assert texts == [
        "Looking for dust and spots… (Esc stops)",
        "Dust and spots: suggestion 1 of 6. "
        "Y accepts, Shift+Y accepts all, N refuses, PgDown shows the next, Esc drops all.",
    ]


def test_an_accepted_part_is_hole_and_one_step(qtbot: Any, sky: Session) -> None:
    search(qtbot, sky)
    part = sky.hole.suggestions.present
    assert part is not None
    sky.hole.suggestions.accept()
    hole = sky.document.raster(HOLE)
    expected = np.zeros(SIZE, np.uint8)
    expected[part.box.slices] = 255 * part.inside
    np.testing.assert_array_equal(hole, expected)
    assert sky.document.undo_text == "Accept a suggestion"
    assert len(sky.hole.suggestions.parts) == 5
    sky.document.undo()
    assert not sky.document.has_hole
    assert not sky.document.can_undo


def test_no_part_is_accepted_in_the_middle_of_a_stroke(qtbot: Any, sky: Session) -> None:
    search(qtbot, sky)
    live = sky.document.live_edit(HOLE)
    live.write(Box(0, 0, 5, 5), np.full((5, 5), 255, np.uint8))
    sky.hole.suggestions.accept()
    assert len(sky.hole.suggestions.parts) == 6
    assert live.commit("Brush")
    sky.document.undo()
    assert not sky.document.has_hole
    assert not sky.document.can_undo


def test_parts_are_accepted_and_refused_in_any_order(qtbot: Any, sky: Session) -> None:
    search(qtbot, sky)
    every = sky.hole.suggestions.parts
    texts = messages(sky)
    sky.hole.suggestions.step(1)
    assert sky.hole.suggestions.present is every[1]
    sky.hole.suggestions.refuse()
    assert sky.hole.suggestions.present is every[2]
    sky.hole.suggestions.step(-1)
    sky.hole.suggestions.step(-1)
    assert sky.hole.suggestions.present is every[5]
    sky.hole.suggestions.accept()
    for _ in range(4):
        sky.hole.suggestions.refuse()
    assert sky.hole.suggestions.present is None
    assert texts[-1] == "Suggestions accepted: 1."
    assert (sky.document.raster(HOLE) > 0).sum() == every[5].inside.sum()


def test_a_shadow_needs_a_hole_and_any_search_a_photo(sky: Session) -> None:
    texts = messages(sky)
    assert not sky.hole.suggestions.find("shadow")
    assert texts == ["Mark the thing first; then its shadow can be found."]
    sky.document.photo = None
    assert not sky.hole.suggestions.find("dust")


def test_a_cancelled_search_brings_nothing(qtbot: Any, sky: Session) -> None:
    texts = messages(sky)
    assert sky.hole.suggestions.find("dust")
    sky.hole.suggestions.cancel()
    assert not sky.hole.suggestions.is_searching
    lane = sky.queues.memory.lane("suggestions")
    qtbot.waitUntil(lambda: lane.idle)
    assert sky.hole.suggestions.parts == ()
    assert texts[-1] == "Stopped looking."


def test_another_photo_drops_the_parts(qtbot: Any, sky: Session) -> None:
    search(qtbot, sky)
    sky.document.load(photo_from_array(np.full((60, 80, 3), 90, np.uint8)))
    assert sky.hole.suggestions.parts == ()


def test_nothing_found_is_reported(qtbot: Any, sky: Session) -> None:
    texts = messages(sky)
    search(qtbot, sky, "text")
    assert texts[-1] == "Nothing was found when looking for small text and date stamps."

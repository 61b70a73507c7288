"""A candidate is shown large on the photo while the pointer rests on its thumbnail; any two can be compared."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from inpaint_studio.session.candidates import MAX_CANDIDATES
from inpaint_studio.session.raster import PHOTO
from inpaint_studio.ui.panels.thumbnail import Thumbnail
from tests.ui.studio import Studio
from tests.ui.test_candidates import greys, shown
from tests.ui.test_compare import LEFT_SIDE, RIGHT_SIDE, grey, settle

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def filled(studio: Studio) -> Studio:
    """Three candidates, the greys 10 to 12, of which the last is in the photo."""
    studio.fill()
    for _ in range(2):
        studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    return studio


def thumbnail(studio: Studio, number: int) -> Thumbnail:
    return studio.window.column.candidates.thumbnails[number]


def enter(studio: Studio, number: int) -> None:
    middle = QPointF(thumbnail(studio, number).rect().center())
    QApplication.sendEvent(thumbnail(studio, number), QEnterEvent(middle, middle, middle))
    settle(studio)


def leave(studio: Studio, number: int) -> None:
    QApplication.sendEvent(thumbnail(studio, number), QEvent(QEvent.Type.Leave))
    settle(studio)


def sides(studio: Studio) -> tuple[int, int]:
    return grey(studio, LEFT_SIDE), grey(studio, RIGHT_SIDE)


def test_the_candidate_under_the_pointer_is_shown_on_the_photo_and_nothing_is_changed(filled: Studio) -> None:
    before, state = filled.session.document.raster(PHOTO).copy(), filled.session.document.history.state
    assert sides(filled) == (12, 12)
    enter(filled, 0)
    assert sides(filled) == (10, 10)
    leave(filled, 0)
    enter(filled, 1)
    assert sides(filled) == (11, 11)
    leave(filled, 1)
    assert sides(filled) == (12, 12)
    assert np.array_equal(filled.session.document.raster(PHOTO), before)
    assert filled.session.document.history.state == state
    assert filled.session.fills.candidate_index == 2


def test_the_keyboard_shows_them_as_well(filled: Studio) -> None:
    thumbnail(filled, 1).setFocus(Qt.FocusReason.TabFocusReason)
    settle(filled)
    assert sides(filled) == (11, 11)
    filled.window.canvas.setFocus()
    settle(filled)
    assert sides(filled) == (12, 12)


def test_it_names_the_candidate_that_is_shown(filled: Studio) -> None:
    plain = filled.window.canvas.grab().toImage()
    enter(filled, 2)  # the same pixels
    named = filled.window.canvas.grab().toImage()
    assert named != plain
    leave(filled, 2)
    assert filled.window.canvas.grab().toImage() == plain


def test_a_click_chooses_what_is_shown(filled: Studio) -> None:
    enter(filled, 0)
    QTest.mouseClick(thumbnail(filled, 0), Qt.MouseButton.LeftButton)
    settle(filled)
    leave(filled, 0)
    assert sides(filled) == (10, 10)
    assert shown(filled) == [True, False, False]


def test_undo_another_photo_and_deletion_end_it(filled: Studio) -> None:
    enter(filled, 0)
    filled.session.fills.delete_candidate(0)
    settle(filled)
    assert sides(filled) == (12, 12)
    enter(filled, 0)
    assert sides(filled) == (11, 11)
    filled.press("Ctrl+Z", filled.window.canvas)
    settle(filled)
    assert greys(filled) == set()
    assert not set(sides(filled)) & {10, 11, 12}
    filled.press("Ctrl+Shift+Z", filled.window.canvas)
    enter(filled, 0)
    filled.open(filled.make_photo("cat.png", 90))
    settle(filled)
    assert sides(filled) == (90, 90)


def test_the_source_of_a_pixel_is_that_of_the_candidate_that_is_shown(filled: Studio) -> None:
    """By the keyboard, so that the pointer may be on the photo meanwhile; also beside a split."""
    document, compare = filled.session.document, filled.window.canvas.compare
    for compared in (False, True):
        compare.show(compared)
        assert compare.flows_at(0) is document.flows
        thumbnail(filled, 0).setFocus(Qt.FocusReason.TabFocusReason)
        assert compare.flows_at(0) is not document.flows
        filled.window.canvas.setFocus()


def test_it_ends_where_another_candidate_comes_under_the_pointer(filled: Studio) -> None:
    """A click there would choose another one than the photo shows."""
    while filled.session.fills.candidate_count < MAX_CANDIDATES:
        filled.wait_fill(lambda: filled.press("Ctrl+Return"))
    enter(filled, 5)
    assert sides(filled) == (15, 15)
    filled.wait_fill(lambda: filled.press("Ctrl+Return"))  # the oldest goes, the others move up
    settle(filled)
    assert sides(filled) == (22, 22)
    enter(filled, 5)
    assert sides(filled) == (16, 16)


def test_it_stays_while_more_candidates_come(filled: Studio) -> None:
    enter(filled, 1)
    filled.wait_fill(lambda: filled.press("Ctrl+Return"))
    settle(filled)
    assert sides(filled) == (11, 11)
    leave(filled, 1)
    assert sides(filled) == (13, 13)


def test_the_keys_that_step_show_what_they_choose(filled: Studio) -> None:
    enter(filled, 0)
    QTest.mouseClick(thumbnail(filled, 0), Qt.MouseButton.LeftButton)
    filled.press(".")
    settle(filled)
    assert sides(filled) == (11, 11)


def test_any_two_are_compared_and_the_thumbnails_name_their_sides(filled: Studio) -> None:
    QTest.mouseClick(thumbnail(filled, 0), Qt.MouseButton.LeftButton, SHIFT)
    settle(filled)
    assert sides(filled) == (12, 10)
    assert [each.side for each in filled.window.column.candidates.thumbnails[:3]] == ["right", "", "left"]
    QTest.mouseClick(thumbnail(filled, 1), Qt.MouseButton.LeftButton)
    settle(filled)
    assert sides(filled) == (11, 10)
    assert [each.side for each in filled.window.column.candidates.thumbnails[:3]] == ["right", "left", ""]
    enter(filled, 2)  # for a look; the split comes back
    assert sides(filled) == (12, 12)
    leave(filled, 2)
    assert sides(filled) == (11, 10)
    filled.press("X", filled.window.canvas)
    assert [each.side for each in filled.window.column.candidates.thumbnails[:3]] == ["", "", ""]


def test_the_button_of_the_section_compares(filled: Studio) -> None:
    section = filled.window.column.candidates_section
    (button,) = (each for each in section.findChildren(QToolButton) if each.defaultAction() is not None)
    assert button.isVisible()
    button.click()
    settle(filled)
    assert sides(filled) == (12, 11)
    button.click()
    assert sides(filled) == (12, 12)


def test_four_more_come_beside_the_one_in_the_photo(filled: Studio) -> None:
    filled.window.column.candidates.more.click()
    filled.qtbot.waitUntil(lambda: not filled.session.fills.is_busy)
    assert [each.seed for each in filled.session.fills.candidates] == list(range(7))
    assert greys(filled) == {12}
    assert shown(filled) == [False, False, True, False, False, False, False]
    assert len(filled.session.document.history) == 2


def test_four_more_of_a_new_hole_begin_with_its_fill(studio: Studio) -> None:
    studio.brush()
    studio.window.column.candidates.more.click()
    studio.qtbot.waitUntil(lambda: not studio.session.fills.is_busy)
    assert [each.seed for each in studio.session.fills.candidates] == [1, 2, 3, 4]
    assert greys(studio) == {11}


def test_what_is_still_to_come_is_shown_and_one_undo_takes_all_four_back(filled: Studio) -> None:
    panel = filled.window.column.candidates
    filled.filler.gate.clear()
    panel.more.click()
    assert panel.details.whole == "3 more to come"
    filled.press("Ctrl+Z", filled.window.canvas)
    assert not filled.session.fills.is_busy
    assert panel.details.whole == "Quick filler, seed 2, 0.1 s"
    assert greys(filled) == {12}

"""The candidates of a hole by the window: they follow undo and redo, and can be kept and deleted."""

from __future__ import annotations

import numpy as np

from inpaint_studio.session.raster import PHOTO
from tests.ui.studio import Studio

SECOND = ((30, 30), (50, 35))


def greys(studio: Studio) -> set[int]:
    """The greys that fills have put into the photo."""
    return set(np.unique(studio.session.document.raster(PHOTO))) - {200}


def shown(studio: Studio) -> list[bool]:
    """For each thumbnail that is in sight: whether it is marked as the one in the photo."""
    return [each.isChecked() for each in studio.window.column.candidates.thumbnails if not each.isHidden()]


def fill_three_times(studio: Studio) -> None:
    studio.fill()
    for _ in range(2):
        studio.wait_fill(lambda: studio.press("Ctrl+Return"))


def test_candidates_of_an_undone_fill_are_gone_and_come_back_with_redo(studio: Studio) -> None:
    fill_three_times(studio)
    studio.press(",")
    assert shown(studio) == [False, True, False]
    studio.press("Ctrl+Z")
    assert shown(studio) == []
    assert not greys(studio)
    studio.press("Ctrl+Shift+Z")
    assert shown(studio) == [False, True, False]
    assert greys(studio) == {11}
    studio.window.column.candidates.thumbnails[2].click()
    assert shown(studio) == [False, False, True]
    assert greys(studio) == {12}


def test_undo_shows_the_candidates_of_the_fill_before(studio: Studio) -> None:
    fill_three_times(studio)
    studio.brush(*SECOND)
    studio.wait_fill(lambda: studio.press("Return"))
    assert shown(studio) == [True]
    studio.press("Ctrl+Z")
    assert shown(studio) == [False, False, True]
    assert all(each.image is not None for each in studio.window.column.candidates.thumbnails[:3])
    studio.press("Ctrl+Z")  # the stroke
    assert shown(studio) == [False, False, True]
    studio.press(",")
    assert greys(studio) == {11}


def test_undo_of_an_exchange_that_is_a_step_marks_the_candidate_before(studio: Studio) -> None:
    """Refine a part after a fill, exchange, then undo: never are two marked, and each click does something."""
    fill_three_times(studio)
    studio.brush(*SECOND)
    studio.press(",")
    assert (shown(studio), greys(studio)) == ([False, True, False], {11})
    studio.press("Ctrl+Z")
    assert (shown(studio), greys(studio)) == ([False, False, True], {12})
    studio.press("Ctrl+Shift+Z")
    assert (shown(studio), greys(studio)) == ([False, True, False], {11})
    studio.window.column.candidates.thumbnails[0].click()
    assert (shown(studio), greys(studio)) == ([True, False, False], {10})


def test_a_click_on_the_one_in_the_photo_leaves_it_marked(studio: Studio) -> None:
    fill_three_times(studio)
    studio.window.column.candidates.thumbnails[2].click()
    assert shown(studio) == [False, False, True]


def test_thumbnails_show_each_candidate_and_not_the_photo_as_it_is_now(studio: Studio) -> None:
    fill_three_times(studio)
    pictures = [each.image for each in studio.window.column.candidates.thumbnails[:3]]
    middles = [each.pixelColor(each.width() // 2, each.height() // 2).red() for each in pictures]
    assert middles == [10, 11, 12]


def test_a_thumbnail_names_model_seed_and_time(studio: Studio) -> None:
    fill_three_times(studio)
    panel = studio.window.column.candidates
    assert "Quick filler, seed 2, 0.1 s" in panel.thumbnails[2].toolTip()
    assert "Quick filler, seed 2, 0.1 s" in panel.thumbnails[2].accessibleName()
    assert panel.text == "3 of 3, seed 2"
    assert panel.details.whole == "Quick filler, seed 2, 0.1 s"


def test_delete_removes_the_one_in_the_photo_and_shows_its_neighbour(studio: Studio) -> None:
    fill_three_times(studio)
    panel = studio.window.column.candidates
    panel.delete.click()
    assert (shown(studio), greys(studio)) == ([False, True], {11})
    panel.thumbnails[0].click()
    panel.delete.click()
    assert (shown(studio), greys(studio)) == ([True], {11})
    assert not panel.delete.isEnabled()  # undo takes the last one back


def test_a_deleted_candidate_comes_back_where_undo_puts_it_into_the_photo(studio: Studio) -> None:
    fill_three_times(studio)
    studio.brush(*SECOND)
    studio.press(",")  # a step of its own
    panel = studio.window.column.candidates
    studio.session.fills.delete_candidate(2)
    assert shown(studio) == [False, True]
    studio.press("Ctrl+Z")
    assert greys(studio) == {12}
    assert shown(studio) == [False, False, True]
    assert panel.text == "3 of 3, seed 2"


def test_kept_candidates_stay_when_there_are_too_many(studio: Studio) -> None:
    studio.fill()
    panel = studio.window.column.candidates
    panel.keep.click()
    for _ in range(13):
        studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    fills = studio.session.fills
    assert fills.candidate_count == 12
    assert [each.seed for each in fills.candidates] == [0, *range(3, 14)]
    studio.session.fills.show_candidate(0)
    assert panel.keep.isChecked()
    studio.session.fills.show_candidate(1)
    assert not panel.keep.isChecked()


def test_another_photo_has_no_candidates(studio: Studio) -> None:
    fill_three_times(studio)
    studio.open(studio.make_photo("cat.png", 90))
    panel = studio.window.column.candidates
    assert (shown(studio), panel.text, panel.details.whole) == ([], "", "")
    assert not panel.keep.isEnabled()


def test_a_part_of_a_finished_fill_is_brushed_and_filled_on_the_result(studio: Studio) -> None:
    studio.settings.set("brush_size", 40)
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.settings.set("brush_size", 10)
    studio.session.models.seed = 5
    studio.brush((95, 70), (100, 72))
    studio.wait_fill(lambda: studio.press("Return"))
    request = studio.filler.requests[-1]
    assert not request.hole[60, 95]
    assert (request.pixels[60, 95] == 11).all()  # the first fill, and not the photo as it was before
    assert greys(studio) == {11, 15}
    assert shown(studio) == [True]  # it has candidates of its own
    studio.press("Ctrl+Z")
    assert greys(studio) == {11}
    assert shown(studio) == [False, True]
    studio.press("Ctrl+Z")  # the stroke
    studio.press(",")
    assert greys(studio) == {10}


def test_the_buttons_are_in_sight_in_a_small_window(studio: Studio) -> None:
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    panel, column = studio.window.column.candidates, studio.window.column
    assert (studio.window.width(), studio.window.height()) == (1280, 800)
    for button in (panel.keep, panel.delete, panel.all_models):
        assert button.visibleRegion().boundingRect() == button.rect(), button.text()
        assert button.mapTo(column, button.rect().bottomLeft()).y() < column.fill.parentWidget().y()

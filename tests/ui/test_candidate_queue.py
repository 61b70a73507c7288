"""One hole filled by all models that are ready, by the window: a queue whose fills arrive as candidates."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inpaint_studio.session import candidates
from inpaint_studio.session.fill_controller import NO_HOLE
from inpaint_studio.session.raster import PHOTO
from tests.ui.studio import Studio


def fillers(studio: Studio) -> list[str]:
    return [each.filler for each in studio.session.fills.candidates]


def ready(studio: Studio) -> list[str]:
    """The names of the models that can fill now: two that copy, and a network with free weights."""
    return ["quick", "slow", *(each.name for each in studio.session.models.listed if each.weights is not None)]


def queue_all(studio: Studio) -> None:
    """Press the button and wait until nothing is left to fill."""
    QTest.mouseClick(studio.window.column.candidates.all_models, Qt.MouseButton.LeftButton)
    studio.qtbot.waitUntil(lambda: not studio.session.queue.running)


def test_every_ready_model_fills_the_hole_once(studio: Studio) -> None:
    studio.brush()
    queue_all(studio)
    assert sorted(fillers(studio)) == sorted(ready(studio))
    assert studio.session.fills.candidate_index == 0
    assert [request.model for request in studio.filler.requests] == fillers(studio)
    assert len({tuple(np.argwhere(request.hole)[0]) for request in studio.filler.requests}) == 1
    for request in studio.filler.requests[1:]:  # from the photo as it was before the first fill
        assert (request.pixels == 200).all()
    studio.press("Ctrl+Z")
    assert (studio.session.document.raster(PHOTO) == 200).all()


def test_models_that_have_filled_it_are_left_out_and_the_photo_stays_as_it_is(studio: Studio) -> None:
    studio.session.models.name = "slow"
    studio.fill()
    before = studio.session.document.raster(PHOTO).copy()
    queue_all(studio)
    assert fillers(studio)[0] == "slow"
    assert sorted(fillers(studio)) == sorted(ready(studio))
    assert studio.session.fills.candidate_index == 0
    assert np.array_equal(studio.session.document.raster(PHOTO), before)
    requests = len(studio.filler.requests)
    queue_all(studio)
    assert len(studio.filler.requests) == requests


def test_each_appears_as_it_arrives_and_one_can_choose_meanwhile(studio: Studio) -> None:
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.filler.gate.clear()
    panel = studio.window.column.candidates
    panel.all_models.click()
    assert studio.session.queue.running
    assert panel.all_models.text() == "Cancel"
    assert panel.details.whole == f"1 of {len(ready(studio)) - 1}: Slow filler"
    panel.thumbnails[0].click()  # the queue goes on
    assert studio.session.queue.running
    assert studio.session.fills.candidate_index == 0
    studio.filler.gate.set()
    studio.qtbot.waitUntil(lambda: not studio.session.queue.running)
    assert fillers(studio)[:3] == ["quick", "quick", "slow"]
    assert len(fillers(studio)) == len(ready(studio)) + 1
    assert panel.all_models.text() == "All models"


def test_escape_and_the_button_end_the_queue(studio: Studio) -> None:
    panel = studio.window.column.candidates
    for end in (lambda: studio.press("Esc", studio.window.canvas), panel.all_models.click):
        studio.brush()
        studio.filler.gate.clear()
        panel.all_models.click()
        assert studio.session.queue.running
        end()
        assert not studio.session.queue.running
        assert not studio.session.fills.is_busy
        studio.filler.gate.set()
    assert fillers(studio) == []
    assert (studio.session.document.raster(PHOTO) == 200).all()


def test_another_fill_ends_the_queue(studio: Studio) -> None:
    studio.brush()
    studio.filler.gate.clear()
    studio.window.column.candidates.all_models.click()
    studio.press("Return", studio.window.canvas)
    assert not studio.session.queue.running
    assert studio.session.fills.is_busy
    studio.filler.gate.set()
    studio.qtbot.waitUntil(lambda: not studio.session.fills.is_busy)
    assert len(fillers(studio)) == 1


def test_a_model_that_fails_is_left_out_and_named_at_the_end(studio: Studio) -> None:
    failed: list[str] = []
    studio.session.fills.failed.connect(failed.append)
    for name, title in (("quick", "Quick filler"), ("slow", "Slow filler")):  # the first and a later one
        studio.filler.fails = name
        studio.brush()
        queue_all(studio)
        assert sorted(fillers(studio)) == sorted(each for each in ready(studio) if each != name)
        assert failed.pop() == f"{title}: Nothing is left to fill the hole from."
        assert not failed
        assert studio.window.message.text == f"{title}: Nothing is left to fill the hole from."
        count = len(ready(studio))
        assert studio.window.status.message == f"{count - 1} of {count} models have filled the hole."
        studio.press("Ctrl+Z", studio.window.canvas)
        assert studio.window.message.text == ""


def test_where_every_model_fails_the_hole_stays_and_each_is_named(studio: Studio) -> None:
    studio.filler.fails = True
    studio.brush()
    queue_all(studio)
    assert fillers(studio) == []
    assert studio.session.document.has_hole
    assert len(studio.window.message.text.splitlines()) == len(ready(studio))
    assert not studio.session.fills.is_busy


def test_undo_another_photo_and_closing_end_the_queue(studio: Studio) -> None:
    studio.brush()
    studio.filler.gate.clear()
    studio.window.column.candidates.all_models.click()
    studio.press("Ctrl+Z", studio.window.canvas)
    assert not studio.session.queue.running
    assert not studio.session.fills.is_busy
    assert fillers(studio) == []
    studio.brush()
    studio.window.column.candidates.all_models.click()
    studio.open(studio.make_photo("cat.png", 90))
    assert not studio.session.queue.running
    assert studio.window.column.candidates.all_models.text() == "All models"
    studio.brush()
    studio.window.column.candidates.all_models.click()
    studio.close()
    assert (studio.session.document.raster(PHOTO) == 90).all()


def test_one_can_compare_delete_and_mark_while_the_queue_runs(studio: Studio) -> None:
    studio.fill()
    studio.wait_fill(lambda: studio.press("Ctrl+Return"))
    studio.filler.gate.clear()
    panel, compare = studio.window.column.candidates, studio.window.canvas.compare
    panel.all_models.click()
    studio.press("X", studio.window.canvas)
    assert compare.on
    panel.delete.click()  # the one at the left; that at the right takes its place
    assert not compare.on
    assert studio.session.queue.running
    studio.brush((30, 30), (50, 35))
    studio.filler.gate.set()
    studio.qtbot.waitUntil(lambda: not studio.session.queue.running)
    assert fillers(studio) == ["quick", *(name for name in ready(studio) if name != "quick")]
    assert studio.session.document.has_hole
    studio.press("X", studio.window.canvas)
    assert compare.on
    studio.press("Ctrl+Z", studio.window.canvas)  # the stroke
    assert compare.on
    studio.press("Ctrl+Z", studio.window.canvas)
    assert not compare.on
    assert (studio.session.document.raster(PHOTO) == 200).all()


def test_without_a_hole_nothing_starts_and_a_message_shows_what_to_do(studio: Studio) -> None:
    with studio.qtbot.waitSignal(studio.session.status) as shown:
        studio.window.column.candidates.all_models.click()
    assert not studio.session.queue.running
    assert shown.args[0].text == NO_HOLE


def test_a_fill_that_cannot_be_put_into_the_photo_does_not_leave_the_queue_running(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(candidates, "apply_fill", fail)
    studio.brush()
    with studio.qtbot.capture_exceptions() as found:
        studio.window.column.candidates.all_models.click()
        studio.qtbot.waitUntil(lambda: not studio.session.fills.is_busy)
    assert [kind for kind, *_ in found] == [MemoryError] * len(ready(studio))
    assert not studio.session.queue.running
    assert studio.window.column.candidates.all_models.text() == "All models"
    assert studio.session.document.has_hole

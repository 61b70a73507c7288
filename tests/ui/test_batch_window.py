"""File > Batch: many photos are filled from the window, with progress, Cancel and a table at the end."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from inpaint_studio.engine.batch.job import HowToFill, digest_file
from inpaint_studio.engine.batch.pool import Numbered, Step
from inpaint_studio.session.batch_controller import BatchController
from inpaint_studio.ui.batch.window import BatchWindow
from inpaint_studio.ui.dialogs.unsaved import BatchRunsDialog
from tests.engine.batch.scene import BOX, HOW, HerePool, pixels, ramp, write_mask, write_photo


class WaitingPool(HerePool):
    """Fills with Telea in place of the model that the window knows; after the first photo it waits for the gate."""

    def __init__(self, how: HowToFill, gate: threading.Event) -> None:
        super().__init__(HOW)
        self.meant, self.gate = how, gate

    def run(self, jobs: Iterable[Numbered]) -> Iterator[Step | None]:
        jobs = list(jobs)
        files = {number: (digest_file(job.photo), digest_file(job.mask)) for number, job in jobs}
        for number, step in enumerate(super().run(jobs)):
            while number == 2 and not self.gate.wait(0.005):
                yield None
            if step.outcome is None:
                yield step
            else:
                yield step._replace(outcome=step.outcome._replace(key=self.meant.key(*files[step.number])))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    for name in ("a", "b"):
        write_photo(folder / f"{name}.png")
        write_mask(folder / f"{name}_mask.png")
    return folder


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


@pytest.fixture
def window(studio, qtbot, gate) -> Iterator[BatchWindow]:
    made_for: list[tuple[HowToFill, int]] = []

    def make_pool(how: HowToFill, workers: int) -> WaitingPool:
        made_for.append((how, workers))
        return WaitingPool(how, gate)

    studio.session.models.name = "quick"
    made = BatchWindow(studio.session, studio.window, BatchController(make_pool=make_pool))
    made.made_for = made_for
    studio.window.batch_controls.take(made)
    qtbot.addWidget(made)
    made.show_in_front()
    yield made
    gate.set()
    made.controller.stop()


def choose(window: BatchWindow, qtbot, photos: Path) -> None:
    with qtbot.waitSignal(window.controller.planned):
        window.setup.photos.take(photos)


def rows(window: BatchWindow) -> list[list[str]]:
    table = window.progress_page.table
    return [[table.topLevelItem(row).text(column) for column in range(4)] for row in range(table.topLevelItemCount())]


def test_a_folder_is_filled_and_ends_with_a_table(window, qtbot, photos, gate):
    assert not window.setup.start.isEnabled()
    write_photo(photos / "lonely.png")
    choose(window, qtbot, photos)
    assert window.setup.output.path == photos.with_name("scans filled")
    assert window.setup.found.text().startswith("2 photos to fill. 1 photo")
    assert "There is no mask for lonely.png." in window.setup.found.text()
    window.setup.workers.setValue(2)
    window.setup.start.click()
    assert window.page is window.progress_page
    qtbot.waitUntil(lambda: len(rows(window)) == 2)
    assert window.progress_page.cancel.isVisible()
    assert window.progress_page.text.text().startswith("2 of 3 photos")
    with qtbot.waitSignal(window.controller.ended):
        gate.set()
    assert [row[1] for row in rows(window)] == ["failed", "filled", "filled"]
    assert window.progress_page.text.text().startswith("2 filled, 1 failed in")
    assert not window.progress_page.cancel.isVisible()
    assert (pixels(photos.with_name("scans filled") / "a.png") != ramp())[BOX].any()
    how, workers = window.made_for[0]
    assert (how.model, how.options.ranked, how.options.threads, workers) == ("quick", 0, None, 2)
    window.progress_page.again.click()
    assert window.page is window.setup


def test_cancel_keeps_what_is_done_and_the_next_run_goes_on(window, qtbot, photos, gate):
    choose(window, qtbot, photos)
    window.setup.start.click()
    qtbot.waitUntil(lambda: len(rows(window)) == 1)
    with qtbot.waitSignal(window.controller.ended):
        window.progress_page.cancel.click()
    assert [row[1] for row in rows(window)] == ["filled", "not reached"]
    assert window.progress_page.text.text().startswith("1 filled, 1 not reached")
    gate.set()
    window.progress_page.again.click()
    qtbot.waitUntil(window.setup.start.isEnabled)
    with qtbot.waitSignal(window.controller.ended):
        window.setup.start.click()
    assert [row[1] for row in rows(window)] == ["skipped", "filled"]


def test_masks_suggestions_and_wrong_folders(window, qtbot, photos, tmp_path):
    choose(window, qtbot, photos)
    with qtbot.waitSignal(window.controller.unusable):
        window.setup.masks.take(tmp_path / "gone")
    assert "There is no folder or mask" in window.setup.found.text()
    assert not window.setup.start.isEnabled()
    with qtbot.waitSignal(window.controller.planned):
        window.setup.masks.take(photos / "a_mask.png")
    with qtbot.waitSignal(window.controller.planned):
        window.setup.suggest.setCurrentIndex(window.setup.suggest.findData("text"))
        window.setup.suggest.activated.emit(1)
    assert window.setup.choices.suggest == ("text",)
    with qtbot.waitSignal(window.controller.unusable):
        window.setup.output.take(photos)
    assert "would replace the file" in window.setup.found.text()


def test_a_batch_that_breaks_off_reports_why(window, qtbot, photos):
    choose(window, qtbot, photos)
    window.setup.output.take(photos / "a.png" / "below")
    qtbot.waitUntil(window.setup.start.isEnabled)
    with qtbot.waitSignal(window.controller.ended):
        window.setup.start.click()
    assert "Nothing can be written to" in window.progress_page.text.text()
    assert [row[1] for row in rows(window)] == ["not reached", "not reached"]


def test_the_action_opens_it_with_the_folder_of_the_photo(studio, qtbot):
    studio.press("Ctrl+Shift+B")
    made = next(each for each in QApplication.topLevelWidgets() if isinstance(each, BatchWindow) and each.isVisible())
    qtbot.addWidget(made)
    assert made.setup.photos.path == studio.photo.parent
    assert made.setup.how.text().endswith("as chosen in the main window.")
    named = [made.setup.photos.line, made.setup.masks.line, made.setup.suggest, made.setup.output.line]
    assert all(control.accessibleName() for control in [*named, made.setup.workers, made.progress_page.table])
    labels = [label.buddy() for label in made.setup.findChildren(QLabel) if label.buddy() is not None]
    assert labels == [*named, made.setup.workers]
    made.controller.stop()


# Closing the main window while it runs


def begin(window: BatchWindow, qtbot, photos: Path) -> None:
    choose(window, qtbot, photos)
    window.setup.start.click()
    qtbot.waitUntil(lambda: len(rows(window)) == 1)


def question_of(studio) -> BatchRunsDialog:
    """Try to close the main window; gives the question that keeps it."""
    studio.session.document.mark_saved()
    studio.window.close()
    assert studio.window.isVisible()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, BatchRunsDialog)
    return dialog


def test_closing_the_main_window_asks_about_a_batch_and_one_may_stay(studio, window, qtbot, photos):
    begin(window, qtbot, photos)
    question = question_of(studio)
    studio.window.close()
    assert QApplication.activeModalWidget() is question
    question.stay.click()
    assert studio.window.isVisible()
    assert window.controller.is_running


def test_stopped_at_closing_the_main_window_goes_once_the_batch_has_ended(studio, window, qtbot, photos):
    begin(window, qtbot, photos)
    question_of(studio).stop.click()
    qtbot.waitUntil(lambda: not studio.window.isVisible())
    assert not window.controller.is_running
    assert [row[1] for row in rows(window)] == ["filled", "not reached"]


def test_left_running_the_batch_goes_on_without_the_main_window(studio, window, qtbot, photos, gate):
    begin(window, qtbot, photos)
    question_of(studio).leave.click()
    assert not studio.window.isVisible()
    assert window.isVisible()
    with qtbot.waitSignal(window.controller.ended):
        gate.set()
    assert [row[1] for row in rows(window)] == ["filled", "filled"]


def test_the_question_goes_when_the_batch_ends_and_the_main_window_stays(studio, window, qtbot, photos, gate):
    begin(window, qtbot, photos)
    question_of(studio)
    with qtbot.waitSignal(window.controller.ended):
        gate.set()
    assert QApplication.activeModalWidget() is None
    assert studio.window.isVisible()

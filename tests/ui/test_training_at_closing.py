"""Closing the window while a training runs: the question, the effect of each choice, and that no work is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from PySide6.QtWidgets import QApplication

from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.ui.dialogs.unsaved import UnsavedDialog
from inpaint_studio.ui.window import MainWindow
from tests.session.training_runs import PATIENCE
from tests.ui.training_studio import TrainingStudio


def question_of(studio: TrainingStudio) -> Any:
    """Try to close the window; gives the question that keeps it."""
    studio.session.document.mark_saved()
    studio.window.close()
    assert studio.window.isVisible()
    return studio.window.training_controls._question


def test_closing_asks_and_one_may_stay(studio):
    studio.begin()
    question = question_of(studio)
    studio.window.close()  # shows the question
    assert studio.window.training_controls._question is question
    question.stay.click()
    assert studio.window.isVisible()
    assert studio.tuning.running


def test_stopped_at_closing_the_window_goes_once_it_has_ended(studio):
    studio.begin()
    run = studio.run
    question_of(studio).stop.click()
    studio.qtbot.waitUntil(lambda: not studio.window.isVisible(), timeout=PATIENCE)
    assert (run.end, run.saved) == ("stopped", "pupil-photos")
    assert not studio.page.isVisible()


def test_left_running_the_next_window_finds_it(studio, qtbot, monkeypatch):
    studio.begin()
    pid = studio.tuning._process.processId()
    question_of(studio).leave.click()
    assert not studio.window.isVisible()
    assert psutil.pid_exists(pid)
    studio.session = Session(Settings(studio.folder / "next.toml"), None, None)
    monkeypatch.setattr(studio.session.worker, "start", lambda: None)
    studio.window = MainWindow(studio.session)
    studio.window.show()
    with qtbot.waitSignal(studio.tuning.found, timeout=PATIENCE):
        studio.session.start()
    studio.until_step(5)
    assert studio.window.status.message == "The fine-tuning 'pupil-photos' went on meanwhile."
    button = studio.window.training_controls.button
    assert button.isVisible()
    button.click()
    watch = studio.page.progress_page
    assert studio.page.page is watch
    qtbot.waitUntil(lambda: len(watch.samples.grid.rows) == 2)
    assert watch.figures.text() == "20.0 dB → 21.5 dB"
    watch.action_bar.stop.click()
    studio.end()
    os.waitpid(pid, 0)  # it is a child of this process still
    assert studio.run.saved == "pupil-photos"


# What comes between the answer and the end


@contextmanager
def held_up(studio: TrainingStudio) -> Iterator[None]:
    """A training that cannot answer meanwhile; it ends after."""
    assert studio.tuning._process is not None
    pid = studio.tuning._process.processId()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
    studio.end()


def unsaved() -> UnsavedDialog:
    """The question whether unsaved work shall be lost."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, UnsavedDialog)
    return dialog


def test_strokes_made_before_it_has_stopped_cause_a_question(studio):
    studio.begin()
    with held_up(studio):
        question_of(studio).stop.click()
        studio.brush()
    assert studio.window.isVisible()
    assert studio.session.document.modified
    unsaved().cancel.click()
    assert studio.window.isVisible()
    assert studio.window.status.message.startswith("Fine-tuning 'pupil-photos': Better by")


def test_discarded_changes_cause_no_second_question(studio):
    studio.begin()
    studio.brush()
    with held_up(studio):
        studio.window.close()
        unsaved().discard.click()
        studio.window.training_controls._question.stop.click()
        assert studio.window.isVisible()
    assert not studio.window.isVisible()


def test_discarded_changes_cause_a_question_again_after_staying(studio):
    studio.begin()
    studio.brush()
    studio.window.close()
    unsaved().discard.click()
    studio.window.training_controls._question.stay.click()
    studio.window.close()
    unsaved().cancel.click()
    assert studio.window.isVisible()


def test_the_question_goes_when_the_training_ends_and_the_window_stays(studio):
    studio.begin()
    question_of(studio)
    studio.tuning.stop()
    studio.end()
    assert studio.window.training_controls._question is None
    assert studio.window.isVisible()


def test_one_may_stay_after_having_it_stopped(studio):
    studio.begin()
    with held_up(studio):
        question_of(studio).stop.click()
        question_of(studio).stay.click()
    assert studio.window.isVisible()


def test_closed_twice_it_closes_once_the_training_has_ended(studio):
    studio.begin()
    with held_up(studio):
        question_of(studio).stop.click()
        question_of(studio)
    assert studio.window.training_controls._question is None
    assert not studio.window.isVisible()


def test_it_stays_open_if_the_training_cannot_be_stopped(studio, monkeypatch):
    studio.begin()
    monkeypatch.setattr(studio.tuning, "stop", lambda: studio.tuning.failed.emit("It could not be asked to stop."))
    question_of(studio).stop.click()
    assert studio.window.status.message == "It could not be asked to stop."
    monkeypatch.undo()
    studio.tuning.stop()
    studio.end()
    assert studio.window.isVisible()

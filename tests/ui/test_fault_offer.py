"""Faults in the window: a message with a report, and the program goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from inpaint_studio import fault_reports, fault_watch
from inpaint_studio.fault_watch import FaultWatch
from inpaint_studio.session.session import Session
from inpaint_studio.ui.dialogs.report import ReportDialog
from inpaint_studio.ui.fault_offer import FaultOffer
from inpaint_studio.ui.window import MainWindow


@pytest.fixture
def watch() -> Iterator[FaultWatch]:
    with fault_watch.watching("window") as found:
        yield found


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    session = Session()
    made = MainWindow(session)
    qtbot.addWidget(made)
    yield made
    session.close()


def _report(window: QWidget) -> ReportDialog:
    return next(each for each in window.findChildren(ReportDialog))


def test_an_error_in_the_window_is_a_message_that_shows_its_report(
    qtbot: QtBot, watch: FaultWatch, window: MainWindow
) -> None:
    FaultOffer(window, window.message, watch, safe=False)
    watch.report(ValueError("SECRET.jpg"))
    qtbot.waitUntil(lambda: "part of the program failed" in window.message.text)
    window.message.button.click()
    dialog = _report(window)
    assert "ValueError" in dialog.text.toPlainText()
    assert "SECRET" not in dialog.text.toPlainText()
    assert fault_reports.list_new() == []
    dialog.delete.click()
    assert fault_reports.list_reports() == []


def test_a_crash_of_the_last_time_is_offered_once(window: MainWindow, watch: FaultWatch) -> None:
    fault_reports.write([("Fault", "The program crashed.")], new=True)
    offer = FaultOffer(window, window.message, watch, safe=False)
    offer.look()
    assert "crashed the last time" in window.message.text
    window.message.dismiss()
    assert fault_reports.list_new() == []
    offer.look()
    assert window.message.text == ""


def test_a_safe_start_is_explained(window: MainWindow, watch: FaultWatch) -> None:
    path = fault_reports.write([("Fault", "The program crashed.")], new=True)
    assert isinstance(path, Path)
    FaultOffer(window, window.message, watch, safe=True).look()
    assert "graphics driver" in window.message.text
    window.message.other.click()
    assert fault_reports.list_reports() == []

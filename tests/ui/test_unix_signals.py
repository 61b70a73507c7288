"""Ctrl+C and a polite kill."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from inpaint_studio.ui.unix_signals import INTERRUPTED, SignalHandler

if sys.platform == "win32":
    pytest.skip("a process cannot interrupt itself alone there", allow_module_level=True)


class Stubborn(QWidget):
    """A window with unsaved work: closing it shows a question and does not close it."""

    questions = 0

    def closeEvent(self, event: QCloseEvent) -> None:
        self.questions += 1
        event.ignore()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window(qtbot: QtBot, number: signal.Signals) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    before = signal.getsignal(number)
    interrupts = SignalHandler(window)
    os.kill(os.getpid(), number)
    qtbot.waitUntil(lambda: not window.isVisible())
    interrupts.stop()
    assert signal.getsignal(number) is before


def test_the_second_signal_does_not_ask(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window, statuses = Stubborn(), []
    qtbot.addWidget(window)
    window.show()
    monkeypatch.setattr(QApplication, "exit", statuses.append)
    interrupts = SignalHandler(window)
    os.kill(os.getpid(), signal.SIGINT)
    qtbot.waitUntil(lambda: window.questions == 1)
    assert statuses == []
    os.kill(os.getpid(), signal.SIGINT)
    qtbot.waitUntil(lambda: statuses == [INTERRUPTED])
    interrupts.stop()

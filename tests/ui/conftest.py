"""Widgets are tested without a screen unless the caller names a platform."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.ui.training_studio import TrainingStudio

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def nothing_left_on_screen() -> Iterator[None]:
    """Hide and delete the windows and tips that a test has left, and release its mouse button.

    Without a screen Qt gives a move of the pointer to the first window there, and takes it for a drag while a button is
    pressed, whichever test left them. And a switch of the theme reaches every window there is, hidden or not.
    """
    yield
    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

    if QApplication.instance() is not None:
        for window in QApplication.topLevelWidgets():
            window.hide()
            if isinstance(window, QMainWindow):
                window.deleteLater()
        beside = QWidget()
        QTest.mouseRelease(beside, Qt.MouseButton.LeftButton)
        beside.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainingStudio]:
    """A window on a photo, with quick fillers and networks whose trainings are pretended.

    Files that need another photo, filler or library have their own.
    """
    from tests.session.training_runs import prepare, pretend
    from tests.ui.studio import apply_theme
    from tests.ui.training_studio import TrainingStudio

    prepare(tmp_path, monkeypatch)
    pretend(monkeypatch)
    apply_theme(qapp)
    made = TrainingStudio(qtbot, tmp_path)
    made.show()
    yield made
    made.close()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the handlers of windows made afterwards are called with (name, argument), in place of what they do."""
    from inpaint_studio.ui.actions import entries
    from inpaint_studio.ui.handlers import Handlers

    made: list[tuple[str, Any]] = []

    def recorder(name: str) -> Any:
        def record(_self: Any, *arguments: Any) -> None:
            made.append((name, arguments[0] if arguments else None))

        return record

    for name in {row.handler for row in entries() if row.handler}:
        monkeypatch.setattr(Handlers, name, recorder(name))
    return made

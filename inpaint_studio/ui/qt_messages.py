"""What Qt says by itself goes to the log; where it would abort the start, a sentence is shown in its place."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from inpaint_studio.redaction import redact
from inpaint_studio.texts import tr

_log = logging.getLogger(__name__)
_LEVELS = {
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class QtMessages:
    """Listens to Qt. `give_up` ends the program with a sentence; it is called until the window has `started`."""

    def __init__(self, give_up: Callable[[str], object]) -> None:
        self._give_up = give_up
        self._starting = True
        qInstallMessageHandler(self._on_message)

    def note_started(self) -> None:
        """Let Qt end the program by itself from now on: a report of the crash follows."""
        self._starting = False

    def stop(self) -> None:
        """Listen no more; Qt must not call Python while it ends."""
        qInstallMessageHandler(None)

    def _on_message(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        level = _LEVELS.get(kind)
        if level is None:
            return
        _log.log(level, redact(text))
        if os.environ.get("INPAINT_STUDIO_TRACEBACK") and sys.stderr is not None:
            print(text, file=sys.stderr)
        if kind == QtMsgType.QtFatalMsg and self._starting:
            self._give_up(describe_abort(os.environ.get("QT_QPA_PLATFORM", "")))


def describe_abort(platform: str) -> str:
    """Return the sentence for a start that Qt would abort, with the `platform` that the environment asks for."""
    if platform:
        return tr(
            "Qt cannot show a window by '{platform}', which QT_QPA_PLATFORM asks for; unset it and start again.",
            platform=platform,
        )
    return tr("Qt cannot show a window on this machine; 'inpaint-studio doctor' says what it lacks.")

"""The program and the desktop round it: under which name the desktop knows it, and the files it asks to open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

# The name of packaging/linux/*.desktop, the bundle identifier on macOS, and the AppUserModelID on Windows: by it a
# desktop finds the icon and the pinned entry for a window.
APP_ID = "io.github.inpaint_studio.InpaintStudio"


def introduce(app: QApplication) -> None:
    """Tell the desktop which program this is. To be called before the first window is made."""
    app.setApplicationName("inpaint-studio")  # on X11 also the class of the windows
    app.setDesktopFileName(APP_ID)
    if sys.platform == "win32":
        import ctypes

        # Without it the windows are grouped with those of Python, when Python runs the program.
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)


class StudioApplication(QApplication):
    """Opens the files that the desktop asks the running program to open, as macOS does by an event.

    At the start such an event may come before the window can open anything: the newest file waits for `open_files_by`.
    An event filter would do the same, but Python would be called for every event of every object.
    """

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._open: Callable[[Path], None] | None = None
        self._waiting: Path | None = None

    def open_files_by(self, open_path: Callable[[Path], None]) -> Path | None:
        """Let `open_path` open files from now on; return the file that has waited for that, None if there is none."""
        self._open = open_path
        waiting, self._waiting = self._waiting, None
        return waiting

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():  # it is empty where an address is no file here
            self._take(Path(event.file()))
            return True
        return super().event(event)

    def _take(self, path: Path) -> None:
        if self._open is None:
            self._waiting = path
        else:
            self._open(path)

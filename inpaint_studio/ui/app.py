"""Start the program with its window."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inpaint_studio import fault_reports, fault_watch, language, lazy, log_file, paths, start_face, start_reasons
from inpaint_studio.errors import StartFault
from inpaint_studio.fault_watch import FaultWatch
from inpaint_studio.texts import tr
from inpaint_studio.ui import graphics

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from inpaint_studio.session.settings import Settings
    from inpaint_studio.ui.window import MainWindow

SAMPLE = "perched-osprey.jpg"
_AFTER_RECOVERY = 1500  # ms after the first paint; unsaved work is found earlier, and is offered first
_SCALE = "QT_SCALE_FACTOR"  # multiplies the size that the screen asks for


def run(photo: Path | None = None) -> int:
    """Show the window on `photo`, or on a sample photo, until it is closed; gives the exit status.

    Raises StartFault if this machine has no screen or lacks something that Qt needs.
    """
    log_file.start("window")
    crashed = fault_watch.collect()
    with fault_watch.watching("window") as watch:
        return _run(photo, watch, crashed)


def _run(photo: Path | None, watch: FaultWatch, crashed: bool) -> int:
    gc.disable()  # until the GcTimer is there; a collection now would only delay the first frame
    # A fill needs Python's global lock hundreds of times, briefly; a busy window holds it for whole frames. With the
    # default switch interval of 5 ms a fill of 0.9 s took 2.0 s under a busy window, with this one 1.6 s.
    sys.setswitchinterval(0.0005)
    lazy.postpone("numpy")
    safe = graphics.leave_driver_alone(crashed)
    if safe:
        graphics.avoid_driver()
    end_start = _watch_start(watch)
    fault = screen_fault()
    if fault is not None:
        raise StartFault(fault)
    from PySide6.QtCore import Qt

    from inpaint_studio.session.settings import Settings
    from inpaint_studio.ui.desktop import StudioApplication
    from inpaint_studio.ui.gc_timer import GcTimer
    from inpaint_studio.ui.qt_messages import QtMessages
    from inpaint_studio.ui.unix_signals import SignalHandler

    messages = QtMessages(partial(_give_up, watch))
    settings = Settings()
    settings.problems += _folder_problem()
    with scaled(int(settings.get("ui_scale"))):
        app = StudioApplication(sys.argv[:1])
    # Keep the corners of quick strokes: Qt would drop all waiting moves but the newest. (Its X11 plug-in switches that
    # on when it starts, so this comes after the application is made.)
    app.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    app.setAttribute(Qt.ApplicationAttribute.AA_CompressTabletEvents, False)
    window = make_window(app, photo, settings)
    window.first_painted.connect(watch.note_painted)
    window.first_painted.connect(end_start)
    window.first_painted.connect(messages.note_started)
    _offer_reports(window, watch, safe)
    window.show()
    gc_timer, signals = GcTimer(app), SignalHandler(window)
    ended = True
    try:
        status = app.exec()
    finally:
        ended = window.session.close()  # in case the window was never closed; waits for a save under way
        signals.stop()
        gc_timer.stop()
        messages.stop()
    return end_program(status, ended)


def _give_up(watch: FaultWatch, sentence: str) -> None:
    """End a start that Qt would abort, with a sentence in place of a crash."""
    watch.end()
    start_reasons.show_fault(StartFault(sentence))
    os._exit(2)


def _folder_problem() -> list[str]:
    """Return a sentence where the folder of unsaved work, logs and reports cannot be written; else nothing."""
    folder, written = paths.state_dir(), fault_reports.folder()
    if written is not None and written.is_relative_to(folder):
        return []
    return [tr("The folder {folder} cannot be written: unsaved work will be lost after a crash.", folder=folder)]


def _watch_start(watch: FaultWatch) -> Callable[[], None]:
    """Say a sentence if this process crashes before its window is on the screen; returns what ends the watch."""
    if watch.path is None:
        return lambda: None
    sentence = tr("Inpaint Studio crashed while it started. Start it again: it will leave the graphics driver alone.")
    return start_face.watch_start(fault_watch.has_crashed, watch.path, sentence)


def _offer_reports(window: MainWindow, watch: FaultWatch, safe: bool) -> None:
    """Offer the reports of faults, after unsaved work has been looked for."""
    from PySide6.QtCore import QTimer

    from inpaint_studio.ui.fault_offer import FaultOffer

    offer = FaultOffer(window, window.message, watch, safe)
    window.first_painted.connect(lambda: QTimer.singleShot(_AFTER_RECOVERY, offer.look))


def end_program(status: int, ended: bool) -> int:
    """Return `status`. If not `ended`, a thread of Qt still runs and Qt would abort: exit with `status` at once."""
    if not ended:
        logging.shutdown()
        os._exit(status)
    return status


@contextmanager
def scaled(percent: int) -> Iterator[None]:
    """Let an application that is made inside be shown in this size, against what the screen asks for.

    Qt reads it from the environment when the application is made, and then only; processes that it starts do not get
    it. What the user has put there goes before the setting.
    """
    if percent == 100 or _SCALE in os.environ:
        yield
        return
    os.environ[_SCALE] = f"{percent / 100:g}"
    try:
        yield
    finally:
        del os.environ[_SCALE]


def make_window(app: QApplication, photo: Path | None, settings: Settings | None = None) -> MainWindow:
    """Make the window, with the theme; it opens `photo` (None: a sample) as soon as it is on screen.

    `settings` are the user's where None are given.
    """
    from inpaint_studio.session.session import Session
    from inpaint_studio.ui import desktop, icons, theme
    from inpaint_studio.ui.window import MainWindow

    desktop.introduce(app)
    _paint_in_srgb()
    _translate_qt(app)
    session = Session(settings)
    theme.ThemeSwitch(app, session.settings)
    window = MainWindow(session)
    if photo is None:
        window.welcome()

    def start() -> None:
        lazy.load("numpy")
        from inpaint_studio.ui.screen_profile import follow_screen

        follow_screen(window, window.canvas)
        app.setWindowIcon(icons.app_icon())
        requested = app.open_files_by(window.files.open_path) if isinstance(app, desktop.StudioApplication) else None
        window.start(photo or requested or paths.resources() / "samples" / SAMPLE)

    window.first_painted.connect(start)
    return window


def _paint_in_srgb() -> None:
    """Let macOS turn what is painted, which is sRGB, into the colours of the screen."""
    from PySide6.QtGui import QColorSpace, QSurfaceFormat

    if sys.platform == "darwin":
        form = QSurfaceFormat.defaultFormat()
        form.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
        QSurfaceFormat.setDefaultFormat(form)


def _translate_qt(app: QApplication) -> None:
    """Let Qt word its own buttons and dialogs in the language of the program, where it has it."""
    from PySide6.QtCore import QLibraryInfo, QTranslator

    translator = QTranslator(app)
    if translator.load(f"qtbase_{language.present()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)


def screen_fault() -> str | None:
    """Find out why this machine cannot show a window: one line that says what to do, or None if it can.

    Qt aborts the process when it cannot load its platform plug-in, so this is checked beforehand.
    """
    try:
        from PySide6.QtCore import QLibraryInfo
        from PySide6.QtWidgets import QApplication  # noqa: F401  (needs libraries of the system)
    except ImportError as error:
        return _library_fault(str(error))
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    display = os.environ.get("DISPLAY")
    if not display:
        return tr(
            "There is no screen to show a window on (DISPLAY is not set); 'inpaint-studio fill' works without one."
        )
    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / "libqxcb.so"
    return _plugin_fault(plugin) or _display_fault(display)


def _plugin_fault(plugin: Path) -> str | None:
    import ctypes

    if not plugin.is_file():  # the system's own Qt has it elsewhere
        return None
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return _library_fault(str(error))
    return None


def _display_fault(display: str) -> str | None:
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return None
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    # Left open: an X server that resets when its last client disconnects would refuse Qt a moment later.
    connection = xcb.xcb_connect(None, None)
    if xcb.xcb_connection_has_error(connection):
        return tr("The screen '{display}' cannot be reached; set DISPLAY to one that can.", display=display)
    return None


def _library_fault(reason: str) -> str:
    """Make the line about missing system libraries: all of them, with the command that installs them."""
    from inpaint_studio.engine.machine.qt_libraries import find_missing_libraries, suggest_command

    missing = find_missing_libraries()
    if not missing:
        return tr("Qt does not start on this machine: {reason}.", reason=reason)
    command = suggest_command(missing)
    names = ", ".join(missing)
    if command:
        return tr("Qt lacks {names} for its window; install them with: {command}.", names=names, command=command)
    return tr("Qt lacks {names} for its window; install them with your system's package manager.", names=names)

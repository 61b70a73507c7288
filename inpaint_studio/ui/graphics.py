"""How Qt draws after a start that crashed: without the graphics driver, until the program or the system is another."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import MutableMapping
from pathlib import Path

from inpaint_studio import __version__, fault_reports

_FILE = "without-driver.txt"  # beside the reports; it names the program and the system whose start crashed
_WITHOUT_DRIVER = {
    "QT_XCB_GL_INTEGRATION": "none",
    "QT_WAYLAND_DISABLE_HW_INTEGRATION": "1",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "QT_OPENGL": "software",
}


def leave_driver_alone(crashed: bool) -> bool:
    """Return whether this start has to avoid the driver: the last one crashed, or one before it on the same system.

    Without that memory every other start would crash.
    """
    folder = fault_reports.folder()
    if folder is None:
        return crashed
    file, now = folder / _FILE, f"{__version__} {platform.release()}"
    if crashed:
        with contextlib.suppress(OSError):
            file.write_text(now, encoding="utf-8")
    return crashed or _read(file) == now


def avoid_driver(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let Qt draw without the driver, where the user has not chosen how; on a Wayland desktop through X11."""
    if environment.get("WAYLAND_DISPLAY") and environment.get("DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "xcb")
    for name, value in _WITHOUT_DRIVER.items():
        environment.setdefault(name, value)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

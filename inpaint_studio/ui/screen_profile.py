"""The colour profile of a screen, as the system knows it."""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from inpaint_studio.session.screen_colours import set_screen

_MOST = 16 << 20  # bytes of a profile
_CARDINAL = 6  # X11's type of numbers, Xatom.h

_log = logging.getLogger(__name__)


def follow_screen(window: QWidget, canvas: QWidget) -> None:
    """Show the photo in the colours of the screen that `window`, which is shown, is on now, and of each later one."""

    def show_on(screen: QScreen) -> None:
        if set_screen(read_screen_profile(screen)):
            canvas.update()

    handle = window.windowHandle()
    if handle is not None:
        handle.screenChanged.connect(show_on)
        show_on(handle.screen())


def read_screen_profile(screen: QScreen) -> bytes:
    """Return the profile of a screen; b"" where there is none, or the system itself converts sRGB (Wayland, macOS)."""
    profile = b""
    with suppress(Exception):  # libraries of the system may be missing, and answer anything; sRGB is right for most
        if sys.platform == "win32":
            profile = _read_windows(screen.name())
        elif QGuiApplication.platformName() == "xcb":
            profile = read_x11(QGuiApplication.screens().index(screen))
    if profile:
        _log.info("the screen %s has a colour profile of %d bytes", screen.name(), len(profile))
    return profile


def read_x11(number: int) -> bytes:
    """Return the profile of a screen by its number: a property of the root window (ICC Profiles in X, version 0.4)."""
    x11: Any = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    pointer, long = ctypes.c_void_p, ctypes.c_long
    x11.XOpenDisplay.restype, x11.XOpenDisplay.argtypes = pointer, [ctypes.c_char_p]
    x11.XDefaultRootWindow.restype, x11.XDefaultRootWindow.argtypes = ctypes.c_ulong, [pointer]
    x11.XInternAtom.restype, x11.XInternAtom.argtypes = ctypes.c_ulong, [pointer, ctypes.c_char_p, ctypes.c_int]
    x11.XFree.argtypes, x11.XCloseDisplay.argtypes = [pointer], [pointer]
    x11.XGetWindowProperty.argtypes = [
        pointer, ctypes.c_ulong, ctypes.c_ulong, long, long, ctypes.c_int, ctypes.c_ulong,
        *(pointer,) * 5,
    ]  # fmt: skip
    display = x11.XOpenDisplay(None)
    if not display:
        return b""
    try:
        name = f"_ICC_PROFILE_{number}" if number else "_ICC_PROFILE"
        atom = x11.XInternAtom(display, name.encode(), 1)
        if not atom:
            return b""
        kind, form, count, left, data = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_ulong(), ctypes.c_ulong(), pointer()
        into = [ctypes.byref(each) for each in (kind, form, count, left, data)]
        root = x11.XDefaultRootWindow(display)
        x11.XGetWindowProperty(display, root, atom, 0, _MOST // 4, 0, _CARDINAL, *into)
        if not data.value:
            return b""
        profile = ctypes.string_at(data.value, count.value) if form.value == 8 else b""
        x11.XFree(data)
        return profile
    finally:
        x11.XCloseDisplay(display)


def _read_windows(name: str) -> bytes:
    windll: Any = getattr(ctypes, "windll")  # noqa: B009 (only on Windows)
    context = windll.gdi32.CreateDCW(name, None, None, None)
    try:
        path, size = ctypes.create_unicode_buffer(1024), ctypes.c_ulong(1024)
        found = windll.gdi32.GetICMProfileW(context, ctypes.byref(size), path)
        file = Path(path.value)
        return file.read_bytes() if found and file.stat().st_size <= _MOST else b""
    finally:
        windll.gdi32.DeleteDC(context)

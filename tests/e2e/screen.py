"""A virtual screen of its own, whose mouse and keyboard the tests operate."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np
from Xlib import XK, X, display
from Xlib.error import BadWindow
from Xlib.ext import xtest

_PAUSE = 5  # ms before a press: a hand is not faster, and Qt sees no double click where both come at the same time
PATIENCE = 60.0  # s: a loaded machine compiles slowly


def wait_until(happened: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Return the first true result of `happened`; fail with `what` where there is none in time."""
    end = time.monotonic() + patience
    pause = threading.Event()
    while time.monotonic() < end:
        if result := happened():
            return result
        pause.wait(0.02)
    raise AssertionError(f"waited {patience:.0f} s for {what}")


class Screen:
    """Xvfb on a free display number, closed at the end of the `with`."""

    def __init__(self, width: int = 1280, height: int = 800) -> None:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.name = f":{number}"
        self._display = display.Display(self.name)
        self._root = self._display.screen().root

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.close()
        self._server.terminate()
        self._server.wait(10)

    def screenshot(self) -> np.ndarray:
        """The screen as H x W x 3 uint8 RGB."""
        size = self._root.get_geometry()
        image = self._root.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF)
        pixels = np.frombuffer(image.data, np.uint8).reshape(size.height, size.width, 4)
        return np.ascontiguousarray(pixels[..., 2::-1])

    def focus(self, title: str) -> None:
        """Give the keyboard to the window whose title contains `title`, once it is open."""
        self._find(title).set_input_focus(X.RevertToParent, X.CurrentTime)
        self._display.sync()

    def _find(self, title: str) -> Any:
        def found() -> Any:
            for window in self._root.query_tree().children:
                with contextlib.suppress(BadWindow):  # it closed since
                    name = window.get_full_text_property(self._display.intern_atom("_NET_WM_NAME"))
                    if name and title in name and window.get_attributes().map_state == X.IsViewable:
                        return window
            return None

        return wait_until(found, f"a window called {title}")

    def drag(self, points: list[tuple[int, int]], button: int = 1, held: tuple[str, ...] = ()) -> None:
        """Press a button at the first point (x, y), move through the others, release; keys are `held` meanwhile.

        One point is a click. Buttons: 1 left, 3 right.
        """
        codes = [self._code(key) for key in held]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        self._move(*points[0])
        xtest.fake_input(self._display, X.ButtonPress, button, _PAUSE)
        for x, y in points[1:]:
            self._move(x, y)
        xtest.fake_input(self._display, X.ButtonRelease, button)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def _move(self, x: int, y: int) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.sync()

    def press(self, *keys: str) -> None:
        """Press keys together, e.g. ``press("Control_L", "s")``."""
        codes = [self._code(key) for key in keys]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def type(self, text: str) -> None:
        """Type ASCII text, key by key."""
        for sign in text:
            code, shifted = next(found for found in self._display.keysym_to_keycodes(ord(sign)) if found[1] < 2)
            codes = [self._code("Shift_L"), code] if shifted else [code]
            for each in codes:
                xtest.fake_input(self._display, X.KeyPress, each)
            for each in reversed(codes):
                xtest.fake_input(self._display, X.KeyRelease, each)
        self._display.sync()

    def place(self, title: str) -> tuple[int, int, int, int]:
        """Return left, top, width and height, in px, of the window whose title contains `title`, once it is open."""
        window = self._find(title)
        size, corner = window.get_geometry(), window.translate_coords(self._root, 0, 0)
        return -corner.x, -corner.y, size.width, size.height

    def _code(self, key: str) -> int:
        return int(self._display.keysym_to_keycode(XK.string_to_keysym(key)))

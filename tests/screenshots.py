"""Pictures of the real window for the README: ``python -m tests.screenshots OUTDIR``.

Runs the program on its sample photo with the person's hands played by Qt's test events, on the display there is or
without one. Everything shown is what the program does; only the waiting is done for it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

_PATH = ((985, 320), (975, 460), (900, 560), (850, 700), (800, 880), (765, 1010), (750, 1120))
_WING = ((900, 430), (830, 490), (760, 560), (730, 680), (715, 800))
_BACK = ((860, 960), (930, 860), (1000, 700), (1045, 580), (1010, 480), (985, 380))
_FEET = ((870, 930), (960, 900))
_BRUSH = 190  # px of the photo
_POINTER = (930, 640)
_SIZES = ((1280, 800), (2560, 1440))
_PATIENCE = 180_000  # ms for the fill, whose first run may compile


def main(argv: list[str] | None = None) -> int:
    """Write the pictures into a folder; 1 where the fill did not come."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--model", default="auto", help="that fills (default: auto)")
    parser.add_argument(
        "--network", default="deepfill-v2", help="whose fill and attention are shown, too (default: deepfill-v2)"
    )
    parser.add_argument("--large", action="store_true", help="also at 2560 x 1440, and what the README does not show")
    options = parser.parse_args(argv)
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_CONFIG_HOME"] = home  # default settings only
        os.environ["XDG_STATE_HOME"] = home  # and no work that a program which ended left behind
        return _Shoot(options, _SIZES if options.large else _SIZES[:1]).run()


class _Shoot:
    """One run of the program before the camera."""

    def __init__(self, options: argparse.Namespace, sizes: tuple[tuple[int, int], ...]) -> None:
        from PySide6.QtWidgets import QApplication

        from inpaint_studio.ui.app import make_window

        self.folder, self.network, self.sizes = options.folder, options.network, sizes
        self.app = QApplication(sys.argv[:1])
        self.window = make_window(self.app, None)
        self.window.session.models.name = options.model

    def run(self) -> int:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        window = self.window
        window.resize(*_SIZES[0])
        window.show()
        window.activateWindow()  # keys go to the active window
        self.until(window.isActiveWindow)
        self.until(lambda: window.document.photo is not None)
        self.until(lambda: window.status.message == "Ready")
        if len(self.sizes) > 1:
            self.pictures("start")
        self.before = self.photo()
        window.session.settings.set("brush_size", _BRUSH)
        for path in (_PATH, _BACK, _WING, _FEET):
            self.brush(path)
        self.pictures("hole")
        if not self.fill():
            return self.close(1)
        if len(self.sizes) > 1:
            self.pictures("filled")
        self.pair()
        QTest.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.until(lambda: window.session.fills.candidate_count == 2)
        self.flow("flow")
        drawn = self.draw()
        self.sheet()
        return self.close(0 if drawn else 1)

    def fill(self) -> bool:
        """Press Enter and wait for the fill; False where it did not come."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        window = self.window
        QTest.keyClick(window.canvas, Qt.Key.Key_Return)
        if not self.until(lambda: bool(window.document.flows) or bool(window.message.text)) or window.message.text:
            print(window.message.text or "the fill did not come", file=sys.stderr)
            return False
        self.park()
        return True

    def draw(self) -> bool:
        """The same hole with a network: its fill, and where its attention looked. False where it cannot fill."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        window = self.window
        while not window.document.has_hole and window.document.can_undo:
            QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        window.session.models.name = self.network
        if window.session.models.blocked_reason:
            print(window.session.models.blocked_reason, file=sys.stderr)
            return False
        if not self.fill():
            return False
        self.pictures("network")
        self.flow("attention")
        return True

    def flow(self, name: str) -> None:
        """The flow view with the source of one pixel; it is switched off again."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        window = self.window
        coloured: list[float] = []
        window.canvas.flowColoured.connect(coloured.append)  # the colours are made in a thread
        QTest.keyClick(window.canvas, Qt.Key.Key_A)
        self.until(lambda: bool(coloured))
        window.canvas.flowColoured.disconnect(coloured.append)
        self.pictures(name, self.point)
        QTest.keyClick(window.canvas, Qt.Key.Key_A)
        self.park()

    def point(self) -> None:
        """Move the pointer to a filled pixel, from elsewhere: to where it is already would be no movement."""
        from PySide6.QtTest import QTest

        for place in ((_POINTER[0] - 40, _POINTER[1] - 40), _POINTER):
            QTest.mouseMove(self.window.canvas, self.at(place))

    def until(self, true: Callable[[], bool]) -> bool:
        from PySide6.QtCore import QEventLoop, QTimer

        for _ in range(_PATIENCE // 20):
            if true():
                return True
            # Not QTest.qWait: it keeps the interpreter while it sleeps, which the fill needs.
            pause = QEventLoop()
            QTimer.singleShot(20, pause.quit)
            pause.exec()
        return False

    def at(self, point: tuple[int, int]):  # type: ignore[no-untyped-def]
        return self.window.canvas.viewport.to_widget(*point).toPoint()

    def brush(self, path: tuple[tuple[int, int], ...]) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        canvas, left, none = self.window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(canvas, left, none, self.at(path[0]))
        for point in path[1:]:
            QTest.mouseMove(canvas, self.at(point))
        QTest.mouseRelease(canvas, left, none, self.at(path[-1]))

    def park(self) -> None:
        """Take the pointer off the photo."""
        from PySide6.QtCore import QEvent
        from PySide6.QtWidgets import QApplication

        QApplication.sendEvent(self.window.canvas, QEvent(QEvent.Type.Leave))

    def pictures(self, name: str, arrange: Callable[[], object] | None = None) -> None:
        """The window in both sizes."""
        from PySide6.QtTest import QTest

        for width, height in self.sizes:
            self.window.resize(width, height)
            QTest.qWait(300)
            self.until(lambda: self.window.canvas.background.idle)  # smaller pictures of the photo are made in a thread
            if arrange is not None:
                arrange()
                QTest.qWait(100)
            self.window.grab().save(str(self.folder / f"{name}-{width}x{height}.jpg"), quality=92)
        self.window.resize(*_SIZES[0])
        QTest.qWait(100)

    def photo(self):  # type: ignore[no-untyped-def]
        """Copy the photo as it is now."""
        from inpaint_studio.session.qimage import view
        from inpaint_studio.session.raster import PHOTO

        return view(self.window.document.raster(PHOTO)).copy()

    def pair(self) -> None:
        """Before and after side by side."""
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QImage, QPainter

        gap, height = 16, 450
        both = [
            picture.scaledToHeight(height, Qt.TransformationMode.SmoothTransformation)
            for picture in (self.before, self.photo())
        ]
        pair = QImage(2 * both[0].width() + gap, height, QImage.Format.Format_RGB32)
        pair.fill(Qt.GlobalColor.white)
        qpainter = QPainter(pair)
        qpainter.drawImage(0, 0, both[0])
        qpainter.drawImage(both[0].width() + gap, 0, both[1])
        qpainter.end()
        pair.save(str(self.folder / "before-after.jpg"), quality=90)

    def sheet(self) -> None:
        """The F1 sheet."""
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        from inpaint_studio.ui.dialogs.keys import KeysDialog

        self.window.handlers.show_keys()
        QTest.qWait(200)
        sheet = next(widget for widget in QApplication.topLevelWidgets() if isinstance(widget, KeysDialog))
        sheet.grab().save(str(self.folder / "keys.png"))
        sheet.close()

    def close(self, status: int) -> int:
        self.window.document.mark_saved()
        self.window.close()
        return status


if __name__ == "__main__":
    sys.exit(main())

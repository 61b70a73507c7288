"""How large windows and dialogs may be, so that they and their frames stay on the screen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

# px of title and borders that a desktop draws round a window; a window has none before it is shown, so this is an
# allowance for the larger ones: GNOME's title is 37 px high, that of Windows 31 px with borders of 8 px.
_FRAME = QSize(16, 48)


class FittingDialog(QDialog):
    """A dialog that is moved and made smaller where it would reach beyond the screen."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        keep_on_screen(self)


def room_for(window: QWidget) -> QSize:
    """Return the largest size that `window` may have on its screen, px without the frame."""
    return _screen(window).size() - _FRAME


def keep_on_screen(window: QWidget) -> None:
    """Make `window` no larger than its screen allows, and move it so that all of it is seen."""
    if window.isMaximized() or window.isFullScreen():
        return
    screen = _screen(window)
    window.resize(window.size().boundedTo(screen.size() - _FRAME))
    size = window.size() + _FRAME
    left = max(screen.left(), min(window.x(), screen.right() + 1 - size.width()))
    top = max(screen.top(), min(window.y(), screen.bottom() + 1 - size.height()))
    if (left, top) != (window.x(), window.y()):
        window.move(left, top)


def _screen(window: QWidget) -> QRect:
    """Return what of its screen `window` may cover. Before it is shown, its screen is that where its middle is."""
    there = None if window.windowHandle() is not None else QGuiApplication.screenAt(window.geometry().center())
    return (there or window.screen()).availableGeometry()

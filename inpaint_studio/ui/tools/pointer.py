"""Where a mouse or pen is on the photo, read from Qt's events."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPointingDevice, QTabletEvent

from inpaint_studio.ui.canvas.viewport import Viewport

_RIGHT = Qt.MouseButton.RightButton


class Pointer(NamedTuple):
    """The position of a mouse or pen in image coordinates, its pressure, and the modifier keys that are held."""

    x: float
    y: float
    place: QPointF  # on the widget, logical px
    pressure: float = 1.0  # 0..1; a mouse always presses fully
    pen: bool = False
    erase: bool = False  # the right button or the pen's eraser end
    shift: bool = False
    alt: bool = False

    @classmethod
    def from_mouse(cls, event: QMouseEvent, viewport: Viewport, button: Qt.MouseButton | None) -> Pointer:
        """Read a mouse event; `button` is the one of the gesture under way, for moves."""
        if event.button() != Qt.MouseButton.NoButton:
            button = event.button()
        return cls._at(event.position(), event.modifiers(), viewport)._replace(erase=button == _RIGHT)

    @classmethod
    def from_tablet(cls, event: QTabletEvent, viewport: Viewport, button: Qt.MouseButton | None) -> Pointer:
        """Read a pen event; `button` is the one that counts for it."""
        eraser_end = event.pointerType() == QPointingDevice.PointerType.Eraser
        pointer = cls._at(event.position(), event.modifiers(), viewport)
        return pointer._replace(pressure=event.pressure(), pen=True, erase=eraser_end or button == _RIGHT)

    @classmethod
    def _at(cls, place: QPointF, modifiers: Qt.KeyboardModifier, viewport: Viewport) -> Pointer:
        x, y = viewport.to_image(place)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        return cls(x, y, place, shift=shift, alt=bool(modifiers & Qt.KeyboardModifier.AltModifier))

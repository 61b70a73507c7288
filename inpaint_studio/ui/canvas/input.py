"""From Qt's events to what they mean on the canvas: tool gestures, panning, zooming."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from inpaint_studio.ui.canvas.viewport import View
from inpaint_studio.ui.tools import Pointer, Tool

WHEEL_ZOOM = 1.2  # for one notch
WHEEL_SIZE = 1.12
ARROW = 48  # logical px
_NOTCH = 120
_FOR_TOOL = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Delete}
_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_PAINTS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


class PointingWidget(QWidget):
    """Reads mouse, pen, wheel, touchpad and keys; what moves or paints is the heir's."""

    gestureBegan = Signal()  # a tool was put to the photo

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = View()
        self.pointer: Pointer | None = None  # the newest place; None while the pointer is elsewhere
        self._panning_from: QPointF | None = None
        self._space_held = False
        self._button: Qt.MouseButton | None = None  # of the tool's gesture
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)

    # For the heir

    @property
    def tool(self) -> Tool:
        raise NotImplementedError

    @property
    def has_photo(self) -> bool:
        raise NotImplementedError

    def pan(self, dx: float, dy: float) -> None:
        raise NotImplementedError

    def zoom_at(self, place: QPointF, zoom: float) -> None:
        raise NotImplementedError

    def fit(self) -> None:
        raise NotImplementedError

    def scale_brush(self, factor: float) -> None:
        raise NotImplementedError

    def set_show_original(self, on: bool) -> None:
        raise NotImplementedError

    def pointer_moved(self) -> None:
        """`pointer` is new."""
        raise NotImplementedError

    # Tool gestures

    def _press(self, button: Qt.MouseButton, pointer: Pointer, twice: bool = False) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._button is not None or self._panning_from is not None:
            return  # one gesture at a time
        if button == Qt.MouseButton.MiddleButton or (self._space_held and button == Qt.MouseButton.LeftButton):
            self._panning_from = pointer.place
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif button in _PAINTS and self.has_photo:
            self._button = button
            self._move_to(pointer)
            self.gestureBegan.emit()
            (self.tool.double_click if twice else self.tool.press)(pointer)

    def _move(self, pointer: Pointer) -> None:
        if self._panning_from is not None:
            way = pointer.place - self._panning_from
            self._panning_from = pointer.place
            self.pan(way.x(), way.y())
        elif self._button is not None:
            self.tool.drag(pointer)
        elif self.has_photo:
            self.tool.hover(pointer)
        self._move_to(pointer)

    def _release(self, button: Qt.MouseButton, pointer: Pointer) -> None:
        if self._panning_from is not None:
            if button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton):
                self._panning_from = None
                self.show_cursor()
        elif button == self._button:
            self._button = None
            self.tool.release(pointer)
        self._move_to(pointer)

    def _move_to(self, pointer: Pointer) -> None:
        self.pointer = pointer
        self.pointer_moved()

    def show_cursor(self) -> None:
        """The cursor of the tool, or the hand while Space is held."""
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._space_held else self.tool.cursor)

    def drop_stroke(self) -> bool:
        """Drop the gesture under way; False where there was none."""
        self._button = None
        return self.tool.cancel()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event.button(), self._of_mouse(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press(event.button(), self._of_mouse(event), twice=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(self._of_mouse(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(event.button(), self._of_mouse(event))

    def tabletEvent(self, event: QTabletEvent) -> None:
        pointer = self._pointer(event.position(), event.modifiers())
        tail = event.pointerType() == QPointingDevice.PointerType.Eraser
        button = event.button() if event.type() != QEvent.Type.TabletMove else self._button
        pointer = pointer._replace(
            pressure=event.pressure(), pen=True, erase=tail or button == Qt.MouseButton.RightButton
        )
        if event.type() == QEvent.Type.TabletPress:
            self._press(event.button(), pointer)
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(event.button(), pointer)
        else:
            self._move(pointer)
        event.accept()  # or Qt sends the same once more as a mouse event

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer = None
        self.pointer_moved()
        super().leaveEvent(event)

    def _of_mouse(self, event: QMouseEvent) -> Pointer:
        button = event.button() if event.button() != Qt.MouseButton.NoButton else self._button
        return self._pointer(event.position(), event.modifiers())._replace(erase=button == Qt.MouseButton.RightButton)

    def _pointer(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        x, y = self.view.to_image(place)
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        return Pointer(x, y, place, shift=shift, alt=bool(modifiers & Qt.KeyboardModifier.AltModifier))

    # Wheel and touchpad

    def wheelEvent(self, event: QWheelEvent) -> None:
        by_fingers = event.deviceType() == QInputDevice.DeviceType.TouchPad
        touchpad = event.hasPixelDelta() and (by_fingers or event.phase() != Qt.ScrollPhase.NoScrollPhase)
        # With Alt held some systems turn the wheel sideways.
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.scale_brush(WHEEL_SIZE ** (turned / _NOTCH))
        elif touchpad:
            self.pan(event.pixelDelta().x(), event.pixelDelta().y())
        else:
            self.zoom_at(event.position(), self.view.zoom * WHEEL_ZOOM ** (turned / _NOTCH))
        event.accept()

    def _native_gesture(self, event: QNativeGestureEvent) -> bool:
        kind = event.gestureType()
        if kind == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_at(event.position(), self.view.zoom * max(0.1, 1 + event.value()))
        elif kind == Qt.NativeGestureType.SmartZoomNativeGesture:
            if self.view.fitted:
                self.zoom_at(event.position(), 1.0)
            else:
                self.fit()
        elif kind == Qt.NativeGestureType.PanNativeGesture:
            self.pan(event.delta().x(), event.delta().y())
        else:
            return False
        return True

    # Keys

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            return self._native_gesture(event)
        if isinstance(event, QKeyEvent):
            key = event.key()
            if event.type() == QEvent.Type.ShortcutOverride and key in _FOR_TOOL and self.tool.busy:
                event.accept()  # so that it comes as a key press and not as the window's shortcut
                return True
            if key == Qt.Key.Key_Tab and event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                if not event.isAutoRepeat():
                    self.set_show_original(event.type() == QEvent.Type.KeyPress)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = True
                self.show_cursor()
        elif key in _ARROWS:
            far = 4 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dx, dy = _ARROWS[key]
            self.pan(dx * ARROW * far, dy * ARROW * far)
        elif key in _FOR_TOOL and self.tool.busy:
            self.tool.key_pressed(key)
        elif key == Qt.Key.Key_Escape and self.drop_stroke():
            pass
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = False
                if self._panning_from is None:
                    self.show_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_held = False  # their release goes elsewhere
        self.set_show_original(False)
        self.show_cursor()
        super().focusOutEvent(event)

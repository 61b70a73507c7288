"""Translates Qt's events into actions on the canvas: tool gestures, panning, zooming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QInputDevice,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from inpaint_studio.texts import tr
from inpaint_studio.ui.canvas.viewport import Viewport
from inpaint_studio.ui.tools import Pointer, Tool

if TYPE_CHECKING:
    from inpaint_studio.ui.canvas.compare import CompareView

WHEEL_ZOOM = 1.2  # factor for one notch
WHEEL_SIZE = 1.12  # factor for one notch
ARROW_STEP = 48  # logical px that an arrow key pans by
LARGE_NUDGE = 10  # px of the photo by which Shift and an arrow key move what a tool has chosen
_NOTCH = 120  # of QWheelEvent.angleDelta
_TOOL_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Delete}
_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_PAINT_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


class InputWidget(QWidget):
    """Reads mouse, pen, wheel, touchpad and keys; the subclass moves and paints."""

    gestureBegan = Signal()  # a gesture of the tool has started on the photo

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Photo"))
        self.viewport = Viewport()
        self.pointer: Pointer | None = None  # the newest position; None while the pointer is outside the widget
        self.compare: CompareView | None = None  # its split takes the pointer where it is near
        self._panning_from: QPointF | None = None
        self._space_held = False
        self._button: Qt.MouseButton | None = None  # the button of the tool's gesture under way
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)

    # To be implemented by the subclass

    @property
    def tool(self) -> Tool:
        raise NotImplementedError

    @property
    def has_photo(self) -> bool:
        raise NotImplementedError

    def on_view_moved(self) -> None:
        """React to a change of `viewport`: the photo is shown elsewhere, or larger or smaller."""
        raise NotImplementedError

    def scale_brush(self, factor: float) -> None:
        raise NotImplementedError

    def set_show_original(self, on: bool) -> None:
        raise NotImplementedError

    def follow_pointer(self) -> None:
        """React to a move of the pointer; `pointer` is the new position."""
        raise NotImplementedError

    # The view

    @property
    def zoom(self) -> float:
        """Device px per image px."""
        return self.viewport.zoom

    def fit(self) -> None:
        """Show the whole photo."""
        self.viewport.fit()
        self.on_view_moved()

    def zoom_to(self, zoom: float) -> None:
        """Show the photo at `zoom` (1.0: one device px per image px), centred on the pointer or the middle."""
        place = self.pointer.place if self.pointer is not None else self.viewport.center
        self.zoom_at(place, zoom)

    def zoom_at(self, place: QPointF, zoom: float) -> None:
        """Change the zoom and keep the pixel at `place`, logical px, where it is; a step across 100 % stops there."""
        before = self.viewport.zoom
        if abs(before - 1) > 1e-6 and (before - 1) * (zoom - 1) < 0 and zoom / before < 1.5 and before / zoom < 1.5:
            zoom = 1.0
        self.viewport.zoom_at(place, zoom)
        self.on_view_moved()

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by logical px."""
        self.viewport.pan(dx, dy)
        self.on_view_moved()

    # Tool gestures

    def _press(self, button: Qt.MouseButton, pointer: Pointer, double: bool = False) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._button is not None or self._panning_from is not None:
            return  # one gesture at a time
        if button == Qt.MouseButton.MiddleButton or (self._space_held and button == Qt.MouseButton.LeftButton):
            self._panning_from = pointer.place
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.compare is not None and self.compare.press(pointer.place, self.viewport):
            pass
        elif button in _PAINT_BUTTONS and self.has_photo:
            self._button = button
            self._set_pointer(pointer)
            self.gestureBegan.emit()
            (self.tool.double_click if double else self.tool.press)(pointer)

    def _move(self, pointer: Pointer) -> None:
        if self._panning_from is not None:
            moved = pointer.place - self._panning_from
            self._panning_from = pointer.place
            self.pan(moved.x(), moved.y())
        elif self._button is not None:
            self.tool.drag(pointer)
        elif self.compare is not None and self.compare.move(pointer.x):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif self.has_photo:
            self.tool.hover(pointer)
            if self.compare is not None and self.compare.on:
                self._show_split_cursor(pointer)
        self._set_pointer(pointer)

    def _release(self, button: Qt.MouseButton, pointer: Pointer) -> None:
        if self._panning_from is not None:
            if button in (Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton):
                self._panning_from = None
                self.show_cursor()
        elif self.compare is not None and self.compare.release():
            self.show_cursor()
        elif button == self._button:
            self._button = None
            self.tool.release(pointer)
        self._set_pointer(pointer)

    def _show_split_cursor(self, pointer: Pointer) -> None:
        """Show over the split of two candidates that it can be dragged."""
        if self.compare is not None and self.compare.has_cursor(pointer.place, self.viewport):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif self.cursor().shape() == Qt.CursorShape.SplitHCursor:
            self.show_cursor()

    def _set_pointer(self, pointer: Pointer) -> None:
        self.pointer = pointer
        self.follow_pointer()

    def show_cursor(self) -> None:
        """Show the cursor of the tool, or the hand while Space is held."""
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._space_held else self.tool.cursor)

    def drop_stroke(self) -> bool:
        """Drop the gesture under way; False if there was none."""
        self._button = None
        return self.tool.cancel()

    def take_back(self) -> bool:
        """Take back the last point of the gesture under way, or all of it; False if there was none."""
        if self.tool.busy and self.tool.handle_key(Qt.Key.Key_Backspace):
            return True
        return self.drop_stroke()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event.button(), Pointer.from_mouse(event, self.viewport, self._button))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press(event.button(), Pointer.from_mouse(event, self.viewport, self._button), double=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(Pointer.from_mouse(event, self.viewport, self._button))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(event.button(), Pointer.from_mouse(event, self.viewport, self._button))

    def tabletEvent(self, event: QTabletEvent) -> None:
        button = event.button() if event.type() != QEvent.Type.TabletMove else self._button
        pointer = Pointer.from_tablet(event, self.viewport, button)
        if event.type() == QEvent.Type.TabletPress:
            self._press(event.button(), pointer)
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(event.button(), pointer)
        else:
            self._move(pointer)
        event.accept()  # otherwise Qt sends it again as a mouse event

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer = None
        self.follow_pointer()
        super().leaveEvent(event)

    # Wheel and touchpad

    def wheelEvent(self, event: QWheelEvent) -> None:
        from_touchpad = event.deviceType() == QInputDevice.DeviceType.TouchPad
        touchpad = event.hasPixelDelta() and (from_touchpad or event.phase() != Qt.ScrollPhase.NoScrollPhase)
        # While Alt is held, some systems report the wheel as horizontal.
        turned = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.scale_brush(WHEEL_SIZE ** (turned / _NOTCH))
        elif touchpad:
            self.pan(event.pixelDelta().x(), event.pixelDelta().y())
        else:
            self.zoom_at(event.position(), self.viewport.zoom * WHEEL_ZOOM ** (turned / _NOTCH))
        event.accept()

    def _native_gesture(self, event: QNativeGestureEvent) -> bool:
        kind = event.gestureType()
        if kind == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_at(event.position(), self.viewport.zoom * max(0.1, 1 + event.value()))
        elif kind == Qt.NativeGestureType.SmartZoomNativeGesture:
            if self.viewport.fitted:
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
            if event.type() == QEvent.Type.ShortcutOverride and key in _TOOL_KEYS and self.tool.busy:
                event.accept()  # so that Qt sends a key press instead of triggering a shortcut of the window
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
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            dx, dy = _ARROWS[key]  # the photo's way, against that of the arrow
            nudge = LARGE_NUDGE if shift else 1
            if not self.tool.nudge(-dy * nudge, -dx * nudge):
                step = ARROW_STEP * (4 if shift else 1)
                self.pan(dx * step, dy * step)
        elif key in _TOOL_KEYS and self.tool.busy:
            self.tool.handle_key(key)
        elif key == Qt.Key.Key_Escape and self.drop_stroke():
            pass
        elif event.matches(QKeySequence.StandardKey.Undo) and self.take_back():
            pass  # the first gesture: there is no step yet, so the shortcut of the window is off
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in _ARROWS and not event.isAutoRepeat():
            self.tool.end_nudge()
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = False
                if self._panning_from is None:
                    self.show_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_held = False  # another widget receives the release of the key
        self.set_show_original(False)
        self.show_cursor()
        super().focusOutEvent(event)

"""Drives a canvas as the user does, in image coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.raster import HOLE
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker
from inpaint_studio.ui.canvas.canvas import Canvas

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)
Point = tuple[float, float]


def pen(tail: bool = False) -> QPointingDevice:
    """A graphics tablet's pen, or the eraser at its other end."""
    kind = QPointingDevice.PointerType.Eraser if tail else QPointingDevice.PointerType.Pen
    capabilities = QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure
    device_type = QPointingDevice.DeviceType.Stylus
    return QPointingDevice(
        f"pen {tail}", 7 + tail, device_type, kind, capabilities, 1, 2, "", QPointingDeviceUniqueId()
    )


def touchpad() -> QPointingDevice:
    capabilities = QPointingDevice.Capability.Position | QPointingDevice.Capability.PixelScroll
    kind = QPointingDevice.PointerType.Finger
    device_type = QPointingDevice.DeviceType.TouchPad
    return QPointingDevice("touchpad", 20, device_type, kind, capabilities, 2, 0, "", QPointingDeviceUniqueId())


def grab(widget: QWidget) -> np.ndarray:
    """What a widget shows, H x W x 3."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


class Driver:
    """A session with a canvas of 800 x 600 on a photo."""

    def __init__(self, qtbot, folder: Path, photo: np.ndarray, fill=None, registry=Registry) -> None:
        self.qtbot = qtbot
        self.session = Session(Settings(folder / "settings.toml"), FillWorker(fill=fill, registry=registry))
        self.settings, self.document = self.session.settings, self.session.document
        self.settings.set("brush_hardness", 100)
        self.canvas = Canvas(self.session)
        self.viewport = self.canvas.viewport
        qtbot.addWidget(self.canvas)
        self.canvas.resize(800, 600)
        self.canvas.show()
        self.document.load(photo_from_array(photo))
        self.settle()
        # Events do not keep their device alive.
        self._touchpad = touchpad()
        self._pens = {False: pen(), True: pen(tail=True)}

    def close(self) -> None:
        self.session.close()

    def settle(self) -> None:
        """Wait until all work in the background is done and painted."""
        self.qtbot.waitUntil(lambda: self.canvas.background.idle)
        QGuiApplication.processEvents()

    @property
    def hole(self) -> np.ndarray:
        """Where the document's hole is."""
        return self.document.raster(HOLE) >= 128

    def place(self, x: float, y: float) -> QPointF:
        return self.viewport.to_widget(x, y)

    def grab(self) -> np.ndarray:
        """What the canvas shows, H x W x 3."""
        return grab(self.canvas)

    def colour_at(self, x: float, y: float) -> QColor:
        """What the canvas shows at an image point."""
        place = self.place(x, y)
        return QColor(*self.grab()[int(place.y()), int(place.x())].tolist())

    # Mouse

    def mouse(self, kind: QEvent.Type, place: QPointF, button=LEFT, held=None, modifiers=NONE) -> None:
        if held is None:
            held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        which = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
        event = QMouseEvent(kind, place, self.canvas.mapToGlobal(place), which, held, modifiers)
        QGuiApplication.sendEvent(self.canvas, event)

    def press(self, x: float, y: float, button=LEFT, modifiers=NONE) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, self.place(x, y), button, modifiers=modifiers)

    def move(self, x: float, y: float, button=LEFT, modifiers=NONE) -> None:
        self.mouse(QEvent.Type.MouseMove, self.place(x, y), button, modifiers=modifiers)

    def hover(self, x: float, y: float) -> None:
        self.mouse(QEvent.Type.MouseMove, self.place(x, y), LEFT, Qt.MouseButton.NoButton)

    def release(self, x: float, y: float, button=LEFT, modifiers=NONE) -> None:
        self.mouse(QEvent.Type.MouseButtonRelease, self.place(x, y), button, modifiers=modifiers)

    def drag(self, *points: Point, button=LEFT, modifiers=NONE) -> None:
        self.press(*points[0], button, modifiers)
        for point in points[1:]:
            self.move(*point, button, modifiers)
        self.release(*points[-1], button, modifiers)

    def click(self, *points: Point, button=LEFT, modifiers=NONE) -> None:
        for point in points:
            self.drag(point, button=button, modifiers=modifiers)

    def double_click(self, x: float, y: float) -> None:
        """Send the events of a double click as Qt does: press, release, double click, release."""
        self.click((x, y))
        self.mouse(QEvent.Type.MouseButtonDblClick, self.place(x, y))
        self.release(x, y)

    # Pen, wheel, touchpad, keys

    def pen(self, points: Iterable[tuple[float, float, float]], tail: bool = False) -> None:
        """A stroke of the pen through (x, y, pressure)."""
        steps = list(points)
        self._tablet(QEvent.Type.TabletPress, *steps[0], tail, LEFT, LEFT)
        for step in steps[1:]:
            self._tablet(QEvent.Type.TabletMove, *step, tail, Qt.MouseButton.NoButton, LEFT)
        self._tablet(QEvent.Type.TabletRelease, *steps[-1], tail, LEFT, Qt.MouseButton.NoButton)

    def _tablet(self, kind, x, y, pressure, tail, button, held) -> None:
        place = self.place(x, y)
        device, away = self._pens[tail], self.canvas.mapToGlobal(place)
        event = QTabletEvent(kind, device, place, away, pressure, 0, 0, 0, 0, 0, NONE, button, held)
        QGuiApplication.sendEvent(self.canvas, event)
        assert event.isAccepted()

    def wheel(self, x: float, y: float, notches: float, modifiers=NONE) -> None:
        place = self.place(x, y)
        angle = QPoint(0, round(120 * notches))
        phase = Qt.ScrollPhase.NoScrollPhase
        away = self.canvas.mapToGlobal(place)
        event = QWheelEvent(place, away, QPoint(), angle, Qt.MouseButton.NoButton, modifiers, phase, False)
        QGuiApplication.sendEvent(self.canvas, event)

    def scroll(self, dx: int, dy: int) -> None:
        """Two fingers on a touchpad."""
        place = QPointF(400, 300)
        event = QWheelEvent(
            place,
            self.canvas.mapToGlobal(place),
            QPoint(dx, dy),
            QPoint(8 * dx, 8 * dy),
            Qt.MouseButton.NoButton,
            NONE,
            Qt.ScrollPhase.ScrollUpdate,
            False,
            Qt.MouseEventSource.MouseEventNotSynthesized,
            self._touchpad,
        )
        QGuiApplication.sendEvent(self.canvas, event)

    def pinch(self, x: float, y: float, by: float) -> None:
        place = self.place(x, y)
        kind = Qt.NativeGestureType.ZoomNativeGesture
        away = self.canvas.mapToGlobal(place)
        event = QNativeGestureEvent(kind, self._touchpad, 2, place, place, away, by, QPointF())
        QGuiApplication.sendEvent(self.canvas, event)

    def key(self, key: Qt.Key, kind=QEvent.Type.KeyPress, modifiers=NONE, repeated: bool = False) -> bool:
        """One event of a key; True where the canvas took it."""
        event = QKeyEvent(kind, key, modifiers, "", repeated)
        QGuiApplication.sendEvent(self.canvas, event)
        return event.isAccepted()

    def key_up(self, key: Qt.Key) -> bool:
        return self.key(key, QEvent.Type.KeyRelease)

"""A button that shows a candidate as a small picture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton

from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme

SIDE = 58  # px
_SIDES = {"left": mark("Left"), "right": mark("Right")}
_BAND = 17  # px: height of the word along the bottom


class Thumbnail(QAbstractButton):
    """One candidate: the filled hole with its surroundings."""

    pointed_at = Signal(bool)  # the pointer, or the focus by the keyboard, has come or gone

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.kept = False
        self.side = ""  # of the split, on which it is compared: "left", "right", or neither
        self.shift = False  # held while the button is clicked by the mouse
        self.setFixedSize(SIDE, SIDE)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        super().mouseReleaseEvent(event)
        self.shift = False

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.pointed_at.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed_at.emit(self.hasFocus())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.pointed_at.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed_at.emit(self.underMouse())

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        qpainter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 4, 4)
        qpainter.fillPath(shape, QColor(theme.FIELD))
        if self.image is not None:
            qpainter.save()
            qpainter.setClipPath(shape)
            qpainter.drawImage(frame, self.image)
            qpainter.restore()
        if self.side:
            self._paint_side(qpainter, frame)
        if self.kept:  # a dot in the corner
            qpainter.setPen(QPen(QColor(theme.FIELD), 1))
            qpainter.setBrush(QColor(theme.ACCENT))
            qpainter.drawEllipse(QRectF(frame.right() - 12, frame.top() + 4, 8, 8))
            qpainter.setBrush(Qt.BrushStyle.NoBrush)
        edge = theme.ACCENT if self.isChecked() else theme.TEXT if self.hasFocus() else theme.EDGE
        qpainter.setPen(QPen(QColor(edge), 2 if self.isChecked() or self.hasFocus() else 1))
        qpainter.drawPath(shape)
        if self.hasFocus():  # a light and a dark line, one of which is seen on any picture
            for inset, ink in ((2.5, theme.TEXT), (4.0, theme.ON_ACCENT), (5.5, theme.FIELD)):
                qpainter.setPen(QPen(QColor(ink), 1.5))
                qpainter.drawRoundedRect(frame.adjusted(inset, inset, -inset, -inset), 3, 3)

    def _paint_side(self, qpainter: QPainter, frame: QRectF) -> None:
        """Paint on which side of the split this one is compared, as a word along the bottom."""
        band = frame.adjusted(1, frame.height() - _BAND, -1, -1)
        qpainter.fillRect(band, QColor(0, 0, 0, 170))
        qpainter.setFont(theme.small(self.font()))
        qpainter.setPen(QColor(255, 255, 255))
        qpainter.drawText(band, Qt.AlignmentFlag.AlignCenter, tr(_SIDES[self.side]))

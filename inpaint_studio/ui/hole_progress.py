"""A ring at the hole that is being filled: it closes as the fill goes on. No unfinished pixels are shown."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inpaint_studio.session.fill_jobs import FillJobs
from inpaint_studio.ui import theme
from inpaint_studio.ui.canvas.canvas import Canvas

_SIDE = 40  # px
_RING = 26  # px: diameter
_LINE = 4  # px
_DELAY = 400  # ms: a quicker fill shows none
_FULL, _TOP = 360 * 16, 90 * 16  # angles of Qt: sixteenths of a degree, against the clock from three o'clock


class HoleProgress(QWidget):
    """Lies over the middle of what is seen of the hole, follows the view, and lets the mouse through."""

    def __init__(self, canvas: Canvas, fills: FillJobs) -> None:
        super().__init__(canvas)
        self._canvas, self._fills = canvas, fills
        self.fraction = 0.0  # of the fill: how much is done, in [0, 1]
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_DELAY)
        self._wait.timeout.connect(self._place)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(_SIDE, _SIDE)
        self.hide()
        fills.busy.connect(self._on_busy)
        fills.progress.connect(self._on_progress)
        canvas.zoomChanged.connect(self._place)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:
        if busy:
            self._wait.start()
        else:
            self._wait.stop()
            self.hide()

    @Slot(float, str)
    def _on_progress(self, fraction: float, _note: str) -> None:
        self.fraction = fraction
        self._place()  # the next fill may be about another hole
        self.update()

    @Slot()
    def _place(self) -> None:
        """Move to the middle of what is seen of the hole; hide where nothing of it is."""
        box = self._fills.box
        if box is None or self._wait.isActive():
            return
        to_widget, view = self._canvas.viewport.to_widget, QRectF(self._canvas.rect())
        seen = QRectF(to_widget(box.left, box.top), to_widget(box.right, box.bottom)) & view
        self.setVisible(not seen.isEmpty())
        self.move((seen.center() - QPointF(_SIDE, _SIDE) / 2).toPoint())

    def paintEvent(self, _event: QPaintEvent) -> None:
        qpainter = QPainter(self)
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.FIELD)
        ground.setAlpha(215)
        qpainter.setPen(Qt.PenStyle.NoPen)
        qpainter.setBrush(ground)
        qpainter.drawEllipse(self.rect())
        ring = QRectF(0, 0, _RING, _RING)
        ring.moveCenter(QRectF(self.rect()).center())
        qpainter.setBrush(Qt.BrushStyle.NoBrush)
        qpainter.setPen(QPen(QColor(theme.EDGE), _LINE))
        qpainter.drawEllipse(ring)
        qpainter.setPen(QPen(QColor(theme.ACCENT), _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        qpainter.drawArc(ring, _TOP, -round(_FULL * self.fraction))

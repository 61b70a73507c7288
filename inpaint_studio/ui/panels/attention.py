"""What a network's attention weighed, in the flow panel: the strongest channels or entries of a memory as bars, and the
places as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.section import soft_label

if TYPE_CHECKING:
    from inpaint_studio.engine.flow.weighed import WeighedPart

ROWS = 8  # bars
_PICTURE = 84  # px, longer side of the picture of places; as the colour wheel beside which it stands
_GAP = 6  # px beside a bar
_HEADS = {
    "channels": mark("The channels that count most, of {count}:"),
    "memory": mark("The entries of its memory that count most, of {count}:"),
}
_PLACES = mark("How much each place counts: white the most, black the least.")


class UnitBars(QWidget):
    """A ranked list: number of a unit, a bar as long as its weight compared with the first one, and the weight."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(theme.small(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.rows: list[tuple[int, float]] = []

    def show_rows(self, rows: list[tuple[int, float]]) -> None:
        """Show these numbers and weights, the greatest weight first."""
        self.rows = rows
        self.setAccessibleName(", ".join(f"{number}: {_percent(weight)}" for number, weight in rows))
        self.setFixedHeight(len(rows) * self._row_height())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        del event
        if not self.rows:
            return
        qpainter = QPainter(self)
        metrics, height = QFontMetrics(self.font()), self._row_height()
        number_width = max(metrics.horizontalAdvance(str(number)) for number, _ in self.rows)
        weight_width = max(metrics.horizontalAdvance(_percent(weight)) for _, weight in self.rows)
        left, right = number_width + _GAP, self.width() - weight_width - _GAP
        longest = max(self.rows[0][1], 1e-12)
        aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, (number, weight) in enumerate(self.rows):
            top = place * height
            qpainter.setPen(QColor(theme.SOFT))
            qpainter.drawText(QRectF(0, top, number_width, height), aligned, str(number))
            qpainter.drawText(QRectF(right + _GAP, top, weight_width, height), aligned, _percent(weight))
            length = max(1.0, (right - left) * max(weight, 0.0) / longest)
            qpainter.fillRect(QRectF(left, top + 3, length, height - 6), QColor(theme.ACCENT))
        qpainter.end()

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).lineSpacing() + 4


class AttentionPanel(QWidget):
    """The weights of one part of a fill; hidden where it has none."""

    def __init__(self) -> None:
        super().__init__()
        self._part: WeighedPart | None = None
        self._head = soft_label(wrap=True)
        self.bars = UnitBars()
        self._picture = QLabel()
        self._picture.setAccessibleName(tr("Picture of how much each place counts"))
        self._caption = soft_label(tr(_PLACES), wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._head, self.bars, self._picture, self._caption):
            column.addWidget(part)
        self.hide()

    @property
    def head(self) -> str:
        """The sentence above the bars; "" where there are none."""
        return self._head.text()

    @property
    def picture(self) -> QPixmap | None:
        """The picture of the places; None where there is none."""
        return None if self._picture.pixmap().isNull() else self._picture.pixmap()

    def show_part(self, part: WeighedPart | None) -> None:
        """Show these weights; None hides the panel."""
        if part is self._part:
            return
        self._part = part
        units = None if part is None else part.units
        self._head.setText("" if units is None else tr(_HEADS[units.kind], count=len(units.weights)))
        self.bars.show_rows([] if part is None else part.rank_units(ROWS))
        self._picture.setPixmap(QPixmap() if part is None or part.places is None else self._draw(part))
        for widget, shown in (
            (self._head, units is not None),
            (self.bars, units is not None),
            (self._picture, self.picture is not None),
            (self._caption, self.picture is not None),
        ):
            widget.setVisible(shown)
        self.setVisible(part is not None)

    def _draw(self, part: WeighedPart) -> QPixmap:
        assert part.places is not None
        height, width = part.places.shape
        image = QImage(part.places.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
        ratio = self.devicePixelRatioF()
        side = round(_PICTURE * ratio)
        pixmap = QPixmap.fromImage(image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap


def _percent(weight: float) -> str:
    return f"{100 * weight:.1f} %"

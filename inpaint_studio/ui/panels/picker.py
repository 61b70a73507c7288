"""The list of models: two lines each, with a mark if weights are missing or the licence restricts their use."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QIcon,
    QPainter,
    QPen,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from inpaint_studio.session.weights_manager import ModelInfo
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme

_NAME = Qt.ItemDataRole.UserRole
_SUMMARY = Qt.ItemDataRole.UserRole + 1
_MARK = Qt.ItemDataRole.UserRole + 2
_ICON = Qt.ItemDataRole.UserRole + 3  # its name; a heading has none
_DIMMED = Qt.ItemDataRole.UserRole + 4
_AUTO = (
    "auto",
    mark("Automatic"),
    mark("Chooses by the size of the hole and what lies round it, and names the reason."),
)
_NETWORKS = mark("Networks")
_ROW = 46  # px
_HEADING = 30  # px
_POPUP = 470  # px
_ICON_SIZE = 18  # px of a row's icon

Index = QModelIndex | QPersistentModelIndex


class _Rows(QStyledItemDelegate):
    """Paints two lines for a model, its title with a mark and its summary; a heading has one line."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_POPUP - 24, _ROW if index.data(_ICON) else _HEADING)

    def paint(self, qpainter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        usable = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        qpainter.save()
        qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not index.data(_ICON):
            self._paint_heading(qpainter, rect, str(index.data()))
        else:
            if usable and state & QStyle.StateFlag.State_Selected:
                qpainter.setPen(Qt.PenStyle.NoPen)
                qpainter.setBrush(QColor(theme.BAND))
                qpainter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
            self._paint_row(qpainter, rect, index, usable)
        qpainter.restore()

    def _paint_heading(self, qpainter: QPainter, rect: QRect, text: str) -> None:
        font = theme.small(qpainter.font())
        font.setWeight(QFont.Weight.DemiBold)
        qpainter.setFont(font)
        qpainter.setPen(QColor(theme.LINE))
        qpainter.drawLine(rect.left() + 4, rect.top() + 3, rect.right() - 4, rect.top() + 3)
        qpainter.setPen(QColor(theme.SOFT))
        qpainter.drawText(rect.adjusted(10, 6, -10, -2), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_row(self, qpainter: QPainter, rect: QRect, index: Index, usable: bool) -> None:
        sign = QRect(QPoint(rect.left() + 10, rect.center().y() - _ICON_SIZE // 2), QSize(_ICON_SIZE, _ICON_SIZE))
        dimmed = not usable or bool(index.data(_DIMMED))
        icons.icon(str(index.data(_ICON))).paint(
            qpainter, sign, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Disabled if dimmed else QIcon.Mode.Normal
        )
        inner = rect.adjusted(10 + _ICON_SIZE + 10, 6, -10, -6)
        title = QRect(inner)
        if index.data(_MARK):
            title.setRight(_draw_mark(qpainter, inner, str(index.data(_MARK))) - 8)
        qpainter.setPen(QColor(theme.TEXT if usable else theme.FAINT))
        text = QFontMetrics(qpainter.font()).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, title.width())
        qpainter.drawText(title, Qt.AlignmentFlag.AlignTop, text)
        qpainter.setFont(theme.small(qpainter.font()))
        qpainter.setPen(QColor(theme.SOFT if usable else theme.FAINT))
        summary = QFontMetrics(qpainter.font()).elidedText(
            str(index.data(_SUMMARY)), Qt.TextElideMode.ElideRight, inner.width()
        )
        qpainter.drawText(inner, Qt.AlignmentFlag.AlignBottom, summary)


def _draw_mark(qpainter: QPainter, room: QRect, text: str) -> int:
    """Draw `text` in an outline at the right end of the upper line of `room`; gives its left edge."""
    qpainter.save()
    qpainter.setFont(theme.small(qpainter.font()))
    metrics = QFontMetrics(qpainter.font())
    width = metrics.horizontalAdvance(text) + 14
    pill = QRect(room.right() - width, room.top() - 1, width, metrics.height() + 2)
    qpainter.setPen(QPen(QColor(theme.EDGE), 1))
    qpainter.setBrush(Qt.BrushStyle.NoBrush)
    qpainter.drawRoundedRect(pill.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), pill.height() / 2, pill.height() / 2)
    qpainter.setPen(QColor(theme.SOFT))
    qpainter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    qpainter.restore()
    return pill.left()


class ModelPicker(QComboBox):
    """All models with their descriptions: the built-in fillers, then the networks by age, then broken plug-ins.

    A broken plug-in is disabled and shows its reason. A network without weights can be chosen: the panel then shows how
    to get them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Model"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(120)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_Rows(self))
        self.view().setMinimumWidth(_POPUP)
        self.setMaxVisibleItems(10)
        self.currentTextChanged.connect(lambda title: self.setToolTip(tr("{title}: the model that fills", title=title)))

    def show_models(self, models: Iterable[ModelInfo], broken: dict[str, str]) -> None:
        """Show these models; `broken`: names of broken plug-ins, each with its reason."""
        models = list(models)
        networks = [model for model in models if model.traits.needs_weights]
        self._rows.clear()
        self._rows.appendRow(_item(_AUTO[0], tr(_AUTO[1]), tr(_AUTO[2]), icon="sparkles"))
        for model in models:
            if model not in networks:
                self._rows.appendRow(_row(model, "puzzle"))
        if networks:
            heading = QStandardItem(tr(_NETWORKS))
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            self._rows.appendRow(heading)
        for model in sorted(networks, key=lambda model: (model.traits.year or 9999, model.title)):
            self._rows.appendRow(_row(model, "network"))
        for name, reason in broken.items():
            item = _item("", name, tr("Cannot be used: {reason}", reason=reason), icon="triangle-alert")
            item.setEnabled(False)
            self._rows.appendRow(item)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the wheel scrolls the column and must not change the model

    @property
    def chosen(self) -> str:
        """The name of the model shown."""
        return str(self.currentData(_NAME) or "")

    @property
    def summary(self) -> str:
        """The summary of the model shown."""
        return str(self.currentData(_SUMMARY) or "")

    def choose(self, name: str) -> None:
        """Show the model of that name as chosen, if it is in the list."""
        index = self.findData(name, _NAME)
        if index >= 0:
            self.setCurrentIndex(index)

    def mark_of(self, name: str) -> str:
        """The mark beside the model of that name, or ""."""
        return str(self.itemData(self.findData(name, _NAME), _MARK) or "")


def _row(model: ModelInfo, icon: str) -> QStandardItem:
    item = _item(model.name, model.title, tr(model.traits.summary), model.mark, icon)
    item.setData(model.missing, _DIMMED)
    return item


def _item(name: str, title: str, summary: str, mark: str = "", icon: str = "") -> QStandardItem:
    item = QStandardItem(title)
    item.setData(name, _NAME)
    item.setData(summary, _SUMMARY)
    item.setData(mark, _MARK)
    item.setData(icon, _ICON)
    item.setData(summary, Qt.ItemDataRole.ToolTipRole)
    spoken = f"{title}, {mark}." if mark else f"{title}."
    item.setData(f"{spoken} {summary}", Qt.ItemDataRole.AccessibleTextRole)
    return item

"""The list of models: two lines each, with a mark for those that lack weights or whose licence asks for care."""

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
from inpaint_studio.ui import icons, theme

_NAME = Qt.ItemDataRole.UserRole
_SUMMARY = Qt.ItemDataRole.UserRole + 1
_MARK = Qt.ItemDataRole.UserRole + 2
_ICON = Qt.ItemDataRole.UserRole + 3  # its name; a heading has none
_DIMMED = Qt.ItemDataRole.UserRole + 4
_AUTO = ("auto", "Automatic", "Hairlines by diffusion, everything else by the best filler there is.")
_NETWORKS = "Networks"
_ROW = 46  # px
_HEADING = 30  # px
_POPUP = 470  # px
_SIGN = 18  # px of a row's icon

Index = QModelIndex | QPersistentModelIndex


class _Rows(QStyledItemDelegate):
    """Two lines a model, its title with a mark and what it is; a heading has one."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_POPUP - 24, _ROW if index.data(_ICON) else _HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        usable = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not index.data(_ICON):
            self._paint_heading(painter, rect, str(index.data()))
        else:
            if usable and state & QStyle.StateFlag.State_Selected:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.BAND))
                painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
            self._paint_row(painter, rect, index, usable)
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect, text: str) -> None:
        font = theme.small(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(theme.LINE))
        painter.drawLine(rect.left() + 4, rect.top() + 3, rect.right() - 4, rect.top() + 3)
        painter.setPen(QColor(theme.SOFT))
        painter.drawText(rect.adjusted(10, 6, -10, -2), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_row(self, painter: QPainter, rect: QRect, index: Index, usable: bool) -> None:
        sign = QRect(QPoint(rect.left() + 10, rect.center().y() - _SIGN // 2), QSize(_SIGN, _SIGN))
        dimmed = not usable or bool(index.data(_DIMMED))
        icons.icon(str(index.data(_ICON))).paint(
            painter, sign, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Disabled if dimmed else QIcon.Mode.Normal
        )
        inner = rect.adjusted(10 + _SIGN + 10, 6, -10, -6)
        title = QRect(inner)
        if index.data(_MARK):
            title.setRight(_paint_mark(painter, inner, str(index.data(_MARK))) - 8)
        painter.setPen(QColor(theme.TEXT if usable else theme.FAINT))
        words = QFontMetrics(painter.font()).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, title.width())
        painter.drawText(title, Qt.AlignmentFlag.AlignTop, words)
        painter.setFont(theme.small(painter.font()))
        painter.setPen(QColor(theme.SOFT if usable else theme.FAINT))
        summary = QFontMetrics(painter.font()).elidedText(
            str(index.data(_SUMMARY)), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom, summary)


def _paint_mark(painter: QPainter, room: QRect, text: str) -> int:
    """Draw `text` in an outline at the right end of the room's upper line; gives its left edge."""
    painter.save()
    painter.setFont(theme.small(painter.font()))
    metrics = QFontMetrics(painter.font())
    width = metrics.horizontalAdvance(text) + 14
    pill = QRect(room.right() - width, room.top() - 1, width, metrics.height() + 2)
    painter.setPen(QPen(QColor(theme.EDGE), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(pill.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor(theme.SOFT))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return pill.left()


class ModelPicker(QComboBox):
    """All models with their descriptions: the built-in fillers, then the networks by age, then broken plug-ins.

    A broken plug-in is greyed and tells its reason. A network without weights can be chosen: how to get them is told
    then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Model")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumWidth(120)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setItemDelegate(_Rows(self))
        self.view().setMinimumWidth(_POPUP)
        self.setMaxVisibleItems(10)

    def show_models(self, models: Iterable[ModelInfo], broken: dict[str, str]) -> None:
        """`broken`: name and reason."""
        models = list(models)
        networks = [model for model in models if model.traits.needs_weights]
        self._rows.clear()
        self._rows.appendRow(_item(*_AUTO, icon="sparkles"))
        for model in models:
            if model not in networks:
                self._rows.appendRow(_row(model, "puzzle"))
        if networks:
            heading = QStandardItem(_NETWORKS)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            self._rows.appendRow(heading)
        for model in sorted(networks, key=lambda model: (model.traits.year or 9999, model.title)):
            self._rows.appendRow(_row(model, "network"))
        for name, reason in broken.items():
            item = _item("", name, f"Cannot be used: {reason}", icon="triangle-alert")
            item.setEnabled(False)
            self._rows.appendRow(item)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # a wheel that scrolls the column must not change the model

    @property
    def chosen(self) -> str:
        """The name of the model shown."""
        return str(self.currentData(_NAME) or "")

    @property
    def summary(self) -> str:
        return str(self.currentData(_SUMMARY) or "")

    def choose(self, name: str) -> None:
        """Show the model of that name, where it is in the list."""
        index = self.findData(name, _NAME)
        if index >= 0:
            self.setCurrentIndex(index)

    def mark_of(self, name: str) -> str:
        """The mark that stands beside the model of that name."""
        return str(self.itemData(self.findData(name, _NAME), _MARK) or "")


def _row(model: ModelInfo, icon: str) -> QStandardItem:
    item = _item(model.name, model.title, model.traits.summary, model.mark, icon)
    item.setData(model.missing, _DIMMED)
    return item


def _item(name: str, title: str, summary: str, mark: str = "", icon: str = "") -> QStandardItem:
    item = QStandardItem(title)
    item.setData(name, _NAME)
    item.setData(summary, _SUMMARY)
    item.setData(mark, _MARK)
    item.setData(icon, _ICON)
    item.setData(summary, Qt.ItemDataRole.ToolTipRole)
    said = f"{title}, {mark}." if mark else f"{title}."
    item.setData(f"{said} {summary}", Qt.ItemDataRole.AccessibleTextRole)
    return item

"""The panel that chooses what fills: the model, how carefully, and the seed."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from inpaint_studio.session.jobs import Session
from inpaint_studio.ui import icons, look
from inpaint_studio.ui.panels.fields import NumberField, Segments
from inpaint_studio.ui.panels.section import soft_label

_NAME = Qt.ItemDataRole.UserRole
_SUMMARY = Qt.ItemDataRole.UserRole + 1
_AUTO = ("auto", "Automatic", "Hairlines by diffusion, everything else by the best filler there is.")
_ROW = 46  # px
_POPUP = 470  # px
_LARGEST_SEED = 2**31 - 1


class _Rows(QStyledItemDelegate):
    """Two lines a model: its title, and what it is."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_POPUP - 24, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        usable = bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if usable and state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.BAND))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 4, 4)
        inner = rect.adjusted(10, 6, -10, -6)
        painter.setPen(QColor(look.TEXT if usable else look.FAINT))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop, str(index.data()))
        painter.setFont(look.small(painter.font()))
        painter.setPen(QColor(look.SOFT if usable else look.FAINT))
        summary = QFontMetrics(painter.font()).elidedText(
            str(index.data(_SUMMARY)), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, Qt.AlignmentFlag.AlignBottom, summary)
        painter.restore()


class ModelPicker(QComboBox):
    """All models with their descriptions; broken plug-ins stand at the end, greyed, with their reason."""

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
        self.setMaxVisibleItems(9)

    def show_models(self, models: list[tuple[str, str, str]], broken: dict[str, str]) -> None:
        """`models`: name, title, summary. `broken`: name and reason."""
        self._rows.clear()
        for name, title, summary in models:
            self._rows.appendRow(_item(name, title, summary))
        for name, reason in broken.items():
            item = _item("", name, f"Cannot be used: {reason}")
            item.setEnabled(False)
            self._rows.appendRow(item)

    def wheelEvent(self, event) -> None:  # type: ignore[no-untyped-def]
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


def _item(name: str, title: str, summary: str) -> QStandardItem:
    item = QStandardItem(title)
    item.setData(name, _NAME)
    item.setData(summary, _SUMMARY)
    item.setData(summary, Qt.ItemDataRole.ToolTipRole)
    item.setData(f"{title}. {summary}", Qt.ItemDataRole.AccessibleTextRole)
    return item


class ModelPanel(QWidget):
    """Model, quality and seed of a session. `done` tells that a choice was made; the photo may have the keys."""

    done = Signal()
    another_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.picker = ModelPicker()
        self.picker.setToolTip("The model that fills")
        self.picker.activated.connect(self._picked)
        self._summary = soft_label(wrap=True)
        # Two lines always, so that a longer description moves nothing below it.
        self._summary.setFixedHeight(2 * QFontMetrics(self._summary.font()).lineSpacing() + 2)
        self._summary.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.quality = Segments(
            "Quality",
            {
                "fast": ("Fast", "Quick, a little less careful"),
                "best": ("Best", "As careful as the model can"),
            },
        )
        self.quality.picked.connect(self._quality_picked)
        self.seed = NumberField("Seed", 0, _LARGEST_SEED, track=False)
        self.seed.setToolTip("The same seed gives the same fill; another seed an equally good other one")
        self.seed.valueChanged.connect(self._seed_changed)
        self.seed.finished.connect(self.done)
        self.another = QPushButton(" Another one")
        self.another.setIcon(_dice())
        self.another.setToolTip("Fill again with the next seed (Ctrl+Enter)")
        self.another.setAccessibleName("Another one")
        self.another.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.another.clicked.connect(self.another_wanted)
        seed_row = QHBoxLayout()
        seed_row.setSpacing(8)
        seed_row.addWidget(self.seed, 1)
        seed_row.addWidget(self.another)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.picker)
        column.addWidget(self._summary)
        column.addWidget(_named("Quality", self.quality))
        column.addLayout(seed_row)
        session.modelsChanged.connect(self._show_models)
        session.optionsChanged.connect(self._show_options)
        self._show_models()
        self._show_options()

    @property
    def summary(self) -> str:
        """The description shown under the choice."""
        return self._summary.text()

    def _show_models(self) -> None:
        models = [(traits.name, traits.title, traits.summary) for traits in self._session.models]
        self.picker.show_models([_AUTO, *models], self._session.broken)
        self.picker.choose(self._session.model)
        self._summary.setText(self.picker.summary)

    def _show_options(self) -> None:
        self.quality.show_value(self._session.quality)
        if self.seed.value() != self._session.seed:
            self.seed.blockSignals(True)
            self.seed.setValue(self._session.seed)
            self.seed.blockSignals(False)

    def _picked(self) -> None:
        if self.picker.chosen:
            self._session.model = self.picker.chosen
            self._summary.setText(self.picker.summary)
        self.done.emit()

    def _quality_picked(self, value: str) -> None:
        self._session.quality = value  # type: ignore[assignment]
        self.done.emit()

    def _seed_changed(self, seed: int) -> None:
        self._session.seed = seed


def _dice() -> QIcon:
    return icons.icon("dices")


def _named(name: str, control: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(16)
    row.addWidget(QLabel(name))
    row.addWidget(control, 1)
    return holder

"""The palette of the labels: the classes with their colours, how they are painted, and what can be done with them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from inpaint_studio.session.raster import LABELS, PREDICTED
from inpaint_studio.session.session import Session
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.actions import Actions
from inpaint_studio.ui.elided_label import ElidedLabel
from inpaint_studio.ui.panels.fields import SegmentedControl
from inpaint_studio.ui.panels.section import ActionButton, make_soft

_MODES = {
    "brush": (mark("Brush"), mark("Paint the class with the brush")),
    "area": (mark("Area"), mark("A click gives the class to an area of one class, or to the rest of the hole")),
}
# The action and the text of its button, in rows.
_BUTTONS = (
    ("predict-labels", mark("Predict")),
    ("add-class", mark("Add class")),
    ("clear-labels", mark("Clear")),
    ("import-labels", mark("Import")),
    ("export-labels", mark("Export")),
)
_COLUMNS = 3
_ROWS = 4  # of classes that are seen at once, two in each
_ROW_HEIGHT = 24
_WIDTH = (theme.COLUMN - 2 * 12 - 24) // 2  # px of a class, beside the scroll bar
_SWATCH = 14
_HOVER = mark("Point at the photo to see what is there.")
_OWN = mark("A double click renames a class.")


class LabelPanel(QWidget):
    """The classes, the mode, and the buttons. `done`: the photo should get the keyboard focus again."""

    done = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._palette = session, session.labels.palette
        self.modes = SegmentedControl(tr("How labels are painted"), _MODES)
        self.modes.picked.connect(lambda mode: session.settings.set("label_mode", mode))
        self.modes.picked.connect(self.done)
        self.list = QListWidget()
        self.list.setObjectName("classes")
        self.list.setAccessibleName(tr("Classes"))
        self.list.setIconSize(QSize(_SWATCH, _SWATCH))
        self.list.setUniformItemSizes(True)
        self.list.setFlow(QListWidget.Flow.LeftToRight)
        self.list.setWrapping(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setGridSize(QSize(_WIDTH, _ROW_HEIGHT))
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.list.setFixedHeight(_ROWS * _ROW_HEIGHT + 6)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.currentRowChanged.connect(self._on_row)
        self.list.itemClicked.connect(self._on_clicked)
        self.list.itemChanged.connect(self._on_renamed)
        self._place = ElidedLabel(0)
        make_soft(self._place)
        self._place.set_text(tr(_HOVER))
        self.buttons: dict[str, ActionButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.modes)
        column.addWidget(self.list)
        column.addWidget(self._place)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        column.addLayout(self._grid)
        self._palette.changed.connect(self._show)
        session.settings.changed.connect(self._on_setting)
        self.modes.show_value(str(session.settings.get("label_mode")))

    def add_actions(self, actions: Actions) -> None:
        """Make the buttons."""
        for index, (name, text) in enumerate(_BUTTONS):
            button = self.buttons[name] = ActionButton(actions[name], text)
            button.setProperty("narrow", "true")
            button.setFixedHeight(theme.FIELD_HEIGHT)
            button.clicked.connect(self.done)
            self._grid.addWidget(button, index // _COLUMNS, index % _COLUMNS)

    def show_place(self, x: int, y: int, inside: bool) -> None:
        """Name the class at the pixel (x, y) of the photo that is under the pointer."""
        if self.isVisible():
            self._place.set_text(self._describe(y, x) if inside else tr(_HOVER))

    def _describe(self, row: int, col: int) -> str:
        painted, predicted = (int(self._session.document.raster(name)[row, col]) for name in (LABELS, PREDICTED))
        if not painted and not predicted:
            return tr("No class here.")
        name = self._palette.of(painted or predicted).name
        return tr("Painted: {name}.", name=name) if painted else tr("Predicted: {name}.", name=name)

    def showEvent(self, event: QShowEvent) -> None:
        """Fill the list when it is first seen: its colours need numpy, which is imported after the window is shown."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return
        classes, own = self._palette.classes, self._palette.is_own
        self.list.blockSignals(True)
        if self.list.count() != len(classes):
            self.list.clear()
            for _ in classes:
                self.list.addItem(QListWidgetItem())
        for index, each in enumerate(classes):
            item = self.list.item(index)
            item.setText(each.name)
            item.setIcon(_swatch(QColor(*each.colour), self.devicePixelRatioF()))
            paints = tr("Paint {name} (number {number}).", name=each.name, number=index + 1)
            item.setToolTip(f"{paints} {tr(_OWN)}" if own else paints)
            item.setSizeHint(QSize(_WIDTH, _ROW_HEIGHT))
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if own else flags)
        self.list.setCurrentRow(self._palette.chosen - 1)
        self.list.blockSignals(False)

    def _on_row(self, row: int) -> None:
        if row >= 0:
            self._palette.choose(row + 1)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        self._palette.choose(self.list.row(item) + 1)

    def _on_renamed(self, item: QListWidgetItem) -> None:
        if not self._palette.rename(self.list.row(item) + 1, item.text()):
            self._show()  # the name before
        self.done.emit()

    def _on_setting(self, name: str) -> None:
        if name == "label_mode":
            self.modes.show_value(str(self._session.settings.get(name)))


def _swatch(colour: QColor, ratio: float) -> QIcon:
    """Draw a rounded square of this colour."""
    drawn = QPixmap(round(_SWATCH * ratio), round(_SWATCH * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    qpainter = QPainter(drawn)
    qpainter.setRenderHint(QPainter.RenderHint.Antialiasing)
    qpainter.setPen(Qt.PenStyle.NoPen)
    qpainter.setBrush(colour)
    qpainter.drawRoundedRect(0, 0, _SWATCH, _SWATCH, 3, 3)
    qpainter.end()
    icon = QIcon(drawn)
    icon.addPixmap(drawn, QIcon.Mode.Selected)  # not tinted, as Qt would
    return icon

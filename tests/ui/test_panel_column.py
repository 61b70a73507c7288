"""The panel column keeps its places: whether it scrolls or not, and however long the names in it are."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QScrollBar, QWidget

from tests.ui.training_studio import TrainingStudio

LOW, HIGH = 560, 2400  # px: a column that scrolls, and one that shows all


def places(studio: TrainingStudio) -> dict[int, tuple[int, int]]:
    """The left edge and the width of every control in the column, px from its left."""
    column = studio.window.column
    return {
        id(widget): (widget.mapTo(column, QPoint(0, 0)).x(), widget.width())
        for widget in column.findChildren(QWidget)
        if widget.isVisible()
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parentWidget(), QScrollArea)
        and widget.parentWidget().objectName() != "qt_scrollarea_vcontainer"
    }


def resize(studio: TrainingStudio, height: int) -> QScrollBar:
    studio.window.resize(1280, height)
    QApplication.processEvents()
    return studio.window.column.findChild(QScrollArea).verticalScrollBar()


def test_the_scroll_bar_moves_nothing(studio: TrainingStudio) -> None:
    bar = resize(studio, HIGH)
    assert not bar.isVisible()
    high = places(studio)
    bar = resize(studio, LOW)
    assert bar.isVisible()
    low = places(studio)
    assert {key: low[key] for key in high} == high


def test_the_scroll_bar_covers_no_control_and_the_fill_button_ends_where_they_do(studio: TrainingStudio) -> None:
    column = studio.window.column
    bar = resize(studio, LOW)
    left = bar.mapTo(column, QPoint(0, 0)).x()
    ends = {
        name: _place(widget, column).right()
        for name, widget in (("picker", column.model.picker), ("fill", column.fill))
    }
    assert ends["picker"] == ends["fill"] < left


def test_the_column_does_not_move_sideways_to_the_control_with_the_focus(studio: TrainingStudio) -> None:
    column = studio.window.column
    resize(studio, LOW)
    bar = column.findChild(QScrollArea).verticalScrollBar()
    before = _place(column.model.picker, column).left()
    column.model.picker.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert _place(column.model.picker, column).left() == before
        if bar.value() > 0 and column.flow.isAncestorOf(QApplication.focusWidget()):
            return
    raise AssertionError("Tab does not reach the last panel")


def _place(widget: QWidget, column: QWidget) -> QRect:
    return QRect(widget.mapTo(column, QPoint(0, 0)), widget.size())

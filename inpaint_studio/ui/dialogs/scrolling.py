"""Dialogs that stay on the screen: as large as their content, but never larger than the screen allows."""

from __future__ import annotations

from itertools import product

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from inpaint_studio.ui.screen_room import FittingDialog, room_for

_MOST = 4  # columns
_GAP = 28  # px between columns
_FRAME = 1  # px round the content; it has a colour while the content has the focus
_BETWEEN = 14  # px between the sections of a column
_AROUND = QSize(56 + 12, 44 + 20 + 40)  # px of the dialog beside the columns: margins, scroll bar, foot


class ContentArea(QScrollArea):
    """Scrolls where the screen is too small for all of the content; else it looks as if it was not there."""

    def __init__(self, content: QLayout) -> None:
        super().__init__()
        self._holder = QWidget()
        self._holder.setObjectName("column")
        content.setContentsMargins(0, 0, 0, 0)
        self._holder.setLayout(content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._holder)

    def sizeHint(self) -> QSize:
        """The size of the content, with room for the scroll bar and the frame that shows the focus."""
        bar = self.verticalScrollBar().sizeHint().width()
        return self._holder.sizeHint() + QSize(bar + 2 * _FRAME, 2 * _FRAME)


class ScrollingDialog(FittingDialog):
    """A dialog with a content that scrolls where the screen is too small for it, and a foot that is always in sight."""

    def in_columns(self, sections: list[QWidget]) -> QLayout:
        """Lay sections into columns that fit the screen: as few as show everything, or as many as there is room for.

        Tab then goes through the columns as they are read.
        """
        for section in sections:
            for widget in (section, *section.findChildren(QWidget)):
                widget.ensurePolished()  # the style sheet changes the sizes
        columns = QHBoxLayout()
        columns.setSpacing(_GAP)
        for numbers in arrange([section.sizeHint() for section in sections], room_for(self) - _AROUND):
            column = QVBoxLayout()
            column.setSpacing(_BETWEEN)
            for number in numbers:
                sections[number].setParent(self)
                column.addWidget(sections[number])
            column.addStretch(1)
            columns.addLayout(column)
        return columns

    def lay_out(self, content: QLayout, foot: QLayout, spacing: int) -> None:
        """Put `foot` below `content`, px apart; the dialog gets the size for all of it, or the largest that fits."""
        self.area = ContentArea(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(28, 24, 28, 20)
        whole.setSpacing(spacing)
        whole.addWidget(self.area, 1)
        whole.addLayout(foot)
        self.ensurePolished()  # the style sheet changes the sizes
        self.resize(self.sizeHint().boundedTo(room_for(self)))


def arrange(sizes: list[QSize], room: QSize) -> list[list[int]]:
    """Divide sections of these sizes, px, into columns for `room`; gives their numbers by column.

    As few columns as show everything; where none does, as many as fit the width. There is always at least one.
    """
    best = [list(range(len(sizes)))]
    for count in range(1, _MOST + 1):
        columns = _balance(sizes, count)
        wide = sum(max(sizes[part].width() for part in column) for column in columns) + _GAP * (len(columns) - 1)
        if count > 1 and wide > room.width():
            break
        best = columns
        if max(_height(sizes, column) for column in columns) <= room.height():
            break
    return best


def _balance(sizes: list[QSize], count: int) -> list[list[int]]:
    """Divide the sections into at most `count` columns so that the highest is as low as possible."""
    ways = []
    for columns_of in product(range(count), repeat=len(sizes) - 1):  # the first is in the first column
        columns: list[list[int]] = [[] for _ in range(count)]
        for part, column in enumerate((0, *columns_of)):
            columns[column].append(part)
        ways.append(columns)
    lowest = min(ways, key=lambda columns: max(_height(sizes, column) for column in columns))
    return sorted(column for column in lowest if column)


def _height(sizes: list[QSize], column: list[int]) -> int:
    return sum(sizes[part].height() for part in column) + _BETWEEN * (len(column) - 1)

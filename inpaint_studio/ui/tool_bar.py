"""The tool bar at the left of the window, made from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inpaint_studio.ui import theme
from inpaint_studio.ui.action_views import ActionToolButton
from inpaint_studio.ui.actions import EDIT, TOOLS, VIEW, Actions
from inpaint_studio.ui.panels.section import rule

_GAP = 0  # px: with square buttons for all tools in a window 800 px high
_LOW = theme.ICON + 4  # px
WIDTH = theme.BUTTON + 2 * theme.GRID


class _Button(ActionToolButton):
    """A square button that gets lower where there is no room for all of them."""

    def __init__(self, action: QAction, on: str) -> None:
        super().__init__(action, on)
        self.setFixedWidth(theme.BUTTON)
        self.setMinimumHeight(_LOW)
        self.setMaximumHeight(theme.BUTTON)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(theme.BUTTON, theme.BUTTON)


class ToolBar(QWidget):
    """One column of buttons: the tools, undo and redo; at the bottom the buttons of the view.

    The buttons get lower in a window that is too low for them.
    """

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.buttons: dict[str, QToolButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        self._column.setSpacing(_GAP)
        self._add(actions, TOOLS)
        self._column.addWidget(rule())
        self._add(actions, EDIT)
        self._column.addStretch(1)
        self._add(actions, VIEW)

    def _add(self, actions: Actions, section: str) -> None:
        for row in actions.rows(section):
            if not row.in_tool_bar:
                continue
            toggles = section == VIEW  # a tool has the accent as its ground
            button = _Button(actions[row.id], theme.ACCENT if toggles else theme.ON_ACCENT)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(QSize(theme.ICON, theme.ICON))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if toggles:
                button.setProperty("toggle", "true")
            button.setAccessibleName(row.text.removesuffix("..."))
            button.setAccessibleDescription(row.tip)
            self.buttons[row.id] = button
            self._column.addWidget(button)

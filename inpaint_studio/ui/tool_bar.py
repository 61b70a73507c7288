"""The tool bar at the left of the window, made from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from inpaint_studio.ui import theme
from inpaint_studio.ui.actions import EDIT, TOOLS, VIEW, Actions
from inpaint_studio.ui.panels.section import rule

WIDTH = theme.BUTTON + 2 * theme.GRID


class ToolBar(QWidget):
    """One column of buttons: the tools, undo and redo; at the bottom the buttons of the view."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setObjectName("toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.buttons: dict[str, QToolButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.GRID, theme.GRID, theme.GRID, theme.GRID)
        self._column.setSpacing(4)
        self._add(actions, TOOLS)
        self._column.addSpacing(4)
        self._column.addWidget(rule())
        self._column.addSpacing(4)
        self._add(actions, EDIT)
        self._column.addStretch(1)
        self._add(actions, VIEW)

    def _add(self, actions: Actions, section: str) -> None:
        for row in actions.rows(section):
            if not row.in_tool_bar:
                continue
            button = QToolButton()
            button.setDefaultAction(actions[row.id])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setIconSize(QSize(theme.ICON, theme.ICON))
            button.setFixedSize(theme.BUTTON, theme.BUTTON)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if section == VIEW:
                button.setProperty("toggle", "true")
            button.setAccessibleName(row.text.removesuffix("..."))
            button.setAccessibleDescription(row.tip)
            self.buttons[row.id] = button
            self._column.addWidget(button)

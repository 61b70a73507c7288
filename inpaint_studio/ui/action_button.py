"""A tool button that shows an action: in the tool bar, and beside the headings of the panels."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStyleOptionToolButton, QToolButton

from inpaint_studio.ui import icons, theme

ICON_NAME = "icon_name"  # the property of an action with the name of its icon


class ActionToolButton(QToolButton):
    """Shows an action's icon, in the colour `on` while the action is checked.

    The icon of the action itself keeps the colour of texts: in a menu it lies on a dark ground, and a tick marks it.
    """

    def __init__(self, action: QAction, on: str) -> None:
        super().__init__()
        self._on = on
        self.setDefaultAction(action)

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        name = self.defaultAction().property(ICON_NAME)
        if name:
            option.icon = icons.icon(str(name), theme.TEXT, self._on)

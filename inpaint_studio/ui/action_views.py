"""How an action is shown: as a button of a bar, and in a menu, where a tick marks it while it is on."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStyleOptionToolButton, QToolButton, QWidget

from inpaint_studio.ui import icons, theme

ICON_NAME = "icon_name"  # the property of an action with the name of its icon
_TICK = 16  # px
_LEFT = 6  # px from the left edge of an entry; the style sheet keeps a column free there


def with_keys(tip: str, *keys: str) -> str:
    """Return a tool tip with the keys that do the same behind it; empty ones are left out."""
    shown = ", ".join(filter(None, keys))
    return f"{tip} ({shown})" if shown else tip


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


class TickMenu(QMenu):
    """Qt draws either a tick or an icon; here each entry that is on has a tick in a column left of the icons."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(title, parent)

    def tick_rect(self, action: QAction) -> QRect:
        """Where the tick of this entry is, px."""
        entry = self.actionGeometry(action)
        return QRect(entry.left() + _LEFT, entry.center().y() - _TICK // 2, _TICK, _TICK)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        qpainter = QPainter(self)
        for action in self.actions():
            if action.isCheckable() and action.isChecked() and action.isVisible():
                colour = theme.TEXT if action.isEnabled() else theme.FAINT
                tick = icons.icon("check", colour).pixmap(QSize(_TICK, _TICK), self.devicePixelRatioF())
                qpainter.drawPixmap(self.tick_rect(action), tick)

"""Parts of all panels: sections that fold, secondary labels, separators."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inpaint_studio.texts import tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.action_views import ActionToolButton
from inpaint_studio.ui.elided_label import ElidedLabel

_HEAD = 28  # px, with a toggle or without
_TOGGLE = 24
_ICON = 16  # px of an icon beside text


class Section(QWidget):
    """A heading that folds the body below it, with room for toggle buttons at its right."""

    def __init__(self, title: str, body: QWidget) -> None:
        super().__init__()
        self.body = body
        self.note = ElidedLabel(0, hug=True)  # a short text at the right of the heading
        make_soft(self.note)
        self.head = QToolButton()
        self.head.setText(f" {title}")
        self.head.setAccessibleName(tr("{title} section", title=title))
        self.head.setToolTip(tr("Fold or unfold {title}", title=title.lower()))
        self.head.setProperty("fold", "true")
        self.head.setCheckable(True)
        self.head.setChecked(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(14, 14))
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(4)
        top = QWidget()
        top.setFixedHeight(_HEAD)
        self._top = QHBoxLayout(top)
        self._top.setContentsMargins(0, 0, 0, 0)
        self._top.setSpacing(8)
        self._top.addWidget(self.head, 1)
        self._top.addWidget(self.note)
        column.addWidget(top)
        column.addWidget(body)
        self._fold(True)

    def add_toggle(self, action: QAction, with_text: bool = True) -> QToolButton:
        """Add a button for an action at the right of the heading, visible while the action is enabled.

        Without `with_text` it shows its icon only, to leave room for another one.
        """
        action.setIconText(f" {action.text()}")  # room beside the icon
        button = ActionToolButton(action, theme.ACCENT)
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon if with_text else style.ToolButtonIconOnly)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setProperty("flat", "true")
        button.setProperty("toggle", "true")
        button.setFixedHeight(_TOGGLE)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        button.setVisible(action.isEnabled())
        action.enabledChanged.connect(button.setVisible)
        self._top.addWidget(button)
        return button

    def _fold(self, open_: bool) -> None:
        self.body.setVisible(open_)
        name = "chevron-down" if open_ else "chevron-right"
        self.head.setIcon(icons.icon(name, theme.SOFT, theme.SOFT))


class ActionButton(QPushButton):
    """A push button for an action, with a text shorter than the action's."""

    def __init__(self, action: QAction, text: str) -> None:
        super().__init__(tr(text))
        self.setProperty("low", "true")
        self._action = action
        self.setAccessibleName(action.text())
        self._show_tip()
        action.changed.connect(self._show_tip)  # it may get other keys
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setEnabled(action.isEnabled())
        action.enabledChanged.connect(self.setEnabled)
        self.clicked.connect(lambda: action.trigger())

    @Slot()
    def _show_tip(self) -> None:
        self.setToolTip(self._action.toolTip())


def soft_label(text: str = "", wrap: bool = False) -> QLabel:
    """Make a label in the secondary colour, one step smaller."""
    label = QLabel(tr(text))
    make_soft(label)
    label.setWordWrap(wrap)
    return label


def make_soft(label: QLabel) -> None:
    """Give a label the secondary colour, one step smaller."""
    label.setProperty("soft", "true")
    label.setFont(theme.small(label.font()))


def reserved_label(lines: int, text: str = "") -> QLabel:
    """Make a secondary label with the height of `lines` lines, so that another text does not move the layout."""
    label = soft_label(text, wrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setFixedHeight(lines * QFontMetrics(label.font()).lineSpacing() + 2)
    return label


def rule() -> QWidget:
    """Make a thin line between sections."""
    line = QWidget()
    line.setObjectName("rule")
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    line.setFixedHeight(1)
    return line

"""What the panels are set in: sections that fold, secondary labels, hairlines."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inpaint_studio.ui import icons, look


class Section(QWidget):
    """A heading that folds what stands below it."""

    def __init__(self, title: str, body: QWidget) -> None:
        super().__init__()
        self.body = body
        self.note = soft_label()  # a word at the heading's right
        self.head = QToolButton()
        self.head.setText(f" {title}")
        self.head.setAccessibleName(f"{title} section")
        self.head.setToolTip(f"Fold or unfold {title.lower()}")
        self.head.setProperty("fold", "true")
        self.head.setCheckable(True)
        self.head.setChecked(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(14, 14))
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head.toggled.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 10)
        column.setSpacing(6)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.head, 1)
        top.addWidget(self.note)
        column.addLayout(top)
        column.addWidget(body)
        self._fold(True)

    def _fold(self, open_: bool) -> None:
        self.body.setVisible(open_)
        name = "chevron-down" if open_ else "chevron-right"
        self.head.setIcon(icons.icon(name, look.SOFT, look.SOFT))


def soft_label(text: str = "", wrap: bool = False) -> QLabel:
    """A label in the secondary colour, one step smaller."""
    label = QLabel(text)
    label.setProperty("soft", "true")
    label.setFont(look.small(label.font()))
    label.setWordWrap(wrap)
    return label


def rule() -> QWidget:
    """A hairline between sections."""
    line = QWidget()
    line.setObjectName("rule")
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    line.setFixedHeight(1)
    return line

"""Widgets that lie over the canvas: the hint for a first visit, and the bar that shows errors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from inpaint_studio.session.reporting import State
from inpaint_studio.texts import tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.elided_label import BreakingLabel
from inpaint_studio.ui.states import Life, States

_MARGIN = 2 * theme.GRID
_SIGN = 18  # px
_WIDEST, _NARROWEST = 560, 160  # px of the text in the message bar
_BESIDE = 160  # px of the parent's width that its text leaves to the sign, the cross and the margins


class Offer(NamedTuple):
    """A button in the message bar; it closes the message, too."""

    text: str
    tip: str
    act: Callable[[], object]


class _Floating(QWidget):
    """A widget that stays centred at the top or the bottom edge of its parent."""

    def __init__(self, over: QWidget, at_top: bool) -> None:
        super().__init__(over)
        self._over = over
        self._at_top = at_top
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        over.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Move to the right place for the parent's current size."""
        over = self._over
        width = min(self.sizeHint().width(), over.width() - 2 * _MARGIN)
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        top = _MARGIN if self._at_top else over.height() - height - 2 * _MARGIN
        self.setGeometry((over.width() - width) // 2, top, width, height)


class Hint(_Floating):
    """A short sentence for a first visit; it lets the mouse through and disappears at the first stroke."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, at_top=False)
        self.setObjectName("hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        self.setFixedHeight(36)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        brush = icons.Sign(_SIGN, icons.icon("brush"))
        self._key = QLabel()
        self._key.setProperty("key", "true")
        for part in (brush, QLabel(tr("Brush over something, press")), self._key):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_key(tr("Enter"))

    def show_key(self, key: str) -> None:
        """Name the key that fills."""
        self._key.setText(key)
        self.setAccessibleName(tr("Hint: brush over something, press {key}", key=key))


class MessageBar(_Floating):
    """A sentence at the top of the canvas that blocks nothing; it may have a button, or two.

    It stays until it is closed, or until a state that it is about is another. `done`: the photo should get the keyboard
    focus, which was in the message.
    """

    done = Signal()
    closed = Signal(str)  # the sentence that was shown, by a button, by the user or as it was outdated

    def __init__(self, over: QWidget, states: States) -> None:
        super().__init__(over, at_top=True)
        self._states, self._life = states, Life(states, ())
        states.changed.connect(self._on_states)
        self.setObjectName("messagebar")
        self._sign = icons.Sign(_SIGN)
        self._shown = ""
        self._text = BreakingLabel()
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button, self.other = QPushButton(), QPushButton()
        self._offers: dict[QPushButton, Offer | None] = {self.button: None, self.other: None}
        for button in self._offers:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self._take, button))
            button.hide()
        self._close = QToolButton()
        self._close.setIcon(icons.icon("x"))
        self._close.setIconSize(QSize(16, 16))
        self._close.setFixedSize(28, 28)
        self._close.setToolTip(tr("Close this message (Esc)"))
        self._close.setAccessibleName(tr("Close this message"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(self.dismiss)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        for button in self._offers:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._sign.setFixedHeight(28)  # as high as the first line and the cross
        self._text.setMinimumHeight(28)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, or ""."""
        return self._shown if self.isVisibleTo(self._over) else ""

    def show_message(
        self,
        text: str,
        trouble: bool = True,
        offer: Offer | None = None,
        about: tuple[State, ...] = (),
        other: Offer | None = None,
    ) -> None:
        """Show `text` as an error (`trouble`) or as plain information, with buttons for `offer` and the `other` one.

        `about`: the states that it is about; without any it stays until it is closed.
        """
        self._life = Life(self._states, about)
        name, colour = ("triangle-alert", theme.TROUBLE) if trouble else ("info", theme.ACCENT)
        self._sign.show_icon(icons.icon(name, colour))
        self._shown = text
        self._text.set_text(text)
        self.setAccessibleName(text)
        self._show_offer(self.button, offer)
        self._show_offer(self.other, other)
        self.setProperty("tone", "trouble" if trouble else "info")
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        self.raise_()
        self.place()

    def place(self) -> None:
        """Give the text a width for the parent's current size, and move to the right place."""
        shown = [button for button, offer in self._offers.items() if offer is not None]
        beside = sum(button.sizeHint().width() + self._row.spacing() for button in shown)
        room = min(_WIDEST, max(_NARROWEST, self._over.width() - _BESIDE - beside))
        self._text.setMinimumWidth(min(self._text.fontMetrics().horizontalAdvance(self._text.text()) + 4, room))
        self._row.activate()
        super().place()

    def _show_offer(self, button: QPushButton, offer: Offer | None) -> None:
        self._offers[button] = offer
        button.setVisible(offer is not None)
        if offer is not None:
            button.setText(offer.text)
            button.setAccessibleName(offer.text)
            button.setToolTip(offer.tip)

    def _take(self, button: QPushButton) -> None:
        offer = self._offers[button]
        self.dismiss()
        if offer is not None:
            offer.act()

    @Slot()
    def _on_states(self) -> None:
        if self.isVisibleTo(self._over) and self._life.over:
            self.dismiss()

    def dismiss(self) -> None:
        """Hide the message."""
        focused, text = self.window().focusWidget(), self.text
        self.hide()
        if focused in (*self._offers, self._close):
            self.done.emit()  # else Qt gives the focus to whatever comes next
        if text:
            self.closed.emit(text)

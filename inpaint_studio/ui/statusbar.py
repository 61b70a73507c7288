"""The status bar: message, progress, Cancel, device, photo, zoom and coordinates, each at a fixed place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QToolButton, QWidget

from inpaint_studio.texts import tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.elided_label import ElidedLabel

HEIGHT = 30
_ZOOMS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_BAR_WIDTHS = 48, 160  # px, in a small window and in a large one
_PASSING = 6000  # ms: time that a passing message is shown


class _Bar(QProgressBar):
    """A progress bar of a fixed width, narrower in a small window."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(_BAR_WIDTHS[0])
        self.setMaximumWidth(_BAR_WIDTHS[1])

    def sizeHint(self) -> QSize:
        return QSize(_BAR_WIDTHS[1], super().sizeHint().height())


class StatusBar(QWidget):
    """The bar at the bottom of the window. `zoom_requested` carries a factor; 0 means fit."""

    cancel_requested = Signal()
    zoom_requested = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._message = ElidedLabel(48)
        self._message.setAccessibleName(tr("Status"))
        self._lasting = ""  # the newest message that stays
        self.working = self._lasting_working = False  # the message is about work that runs
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.show_lasting)
        self.progress = _Bar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(tr("Progress"))
        self.cancel = _flat(tr("Cancel"), tr("Stop what is under way"))
        self.cancel.setIcon(icons.icon("x", theme.SOFT))
        self.cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.cancel.clicked.connect(self.cancel_requested)
        self.device = _flat("", tr("Device"))
        self.device.setAccessibleName(tr("Device"))
        self.device.setFixedWidth(theme.digits_width(self.font(), tr("CPU, 64 threads")) + 8)
        self.device.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.device_menu = QMenu(self)
        self.device.setMenu(self.device_menu)
        self.photo = _slot(tr("Size of the photo"), "00000 × 00000 px")
        self.place = _slot(tr("Coordinates"), "00000, 00000")
        self.zoom = _flat("100 %", tr("Zoom of the photo"))
        self.zoom.setAccessibleName(tr("Zoom"))
        self.zoom.setFixedWidth(theme.digits_width(self.font(), "3200.0 %") + 20)
        self.zoom.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.zoom.setMenu(self._zoom_menu())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self._message, 1)
        for part in (self.progress, self.cancel):  # the message takes their space while they are hidden
            part.hide()
            row.addWidget(part)
        self._buttons = QHBoxLayout()
        row.addLayout(self._buttons)
        slots: tuple[QWidget, ...] = (self.device, self.photo, self.zoom, self.place)
        for slot in slots:
            row.addWidget(_divider())
            row.addWidget(slot)

    def add_button(self, button: QToolButton) -> None:
        """Put a button before the device."""
        self._buttons.addWidget(button)

    @property
    def message(self) -> str:
        """The message shown, not elided."""
        return self._message.whole

    @property
    def passing(self) -> bool:
        """Whether the message shown is a passing one."""
        return self._timer.isActive()

    @property
    def lasting(self) -> str:
        """The message that is shown, or that follows the passing one."""
        return self._lasting

    @property
    def lasting_is_work(self) -> bool:
        """Whether that message is about work that runs."""
        return self._lasting_working

    def show_message(self, text: str, passing: bool = False, working: bool = False) -> None:
        """Show `text`; a passing message is replaced by the last lasting one after some seconds.

        `working`: the message is about work that runs, and becomes outdated when the work ends.
        """
        self._message.set_text(text)
        self.working = working
        if passing:
            self._timer.start(_PASSING)
        else:
            self._lasting, self._lasting_working = text, working
            self._timer.stop()

    def show_lasting(self) -> None:
        """Show the last lasting message again."""
        self._timer.stop()
        self._message.set_text(self._lasting)
        self.working = self._lasting_working

    def show_busy(self, busy: bool, what: str = "") -> None:
        """Show or hide the progress bar and Cancel; `what` says what Cancel does."""
        self.progress.setValue(0)
        self.cancel.setToolTip(what)
        self.progress.setVisible(busy)
        self.cancel.setVisible(busy)

    def show_progress(self, fraction: float) -> None:
        """Show how much is done: `fraction` in [0, 1]."""
        self.progress.setValue(round(1000 * fraction))

    def show_zoom(self, factor: float) -> None:
        """Show the zoom, device px per image px."""
        percent = 100 * factor
        self.zoom.setText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %")

    def show_place(self, x: int, y: int, inside: bool) -> None:
        """Show the photo pixel under the pointer; nothing when the pointer is outside the photo."""
        self.place.setText(f"{x}, {y}" if inside else "")

    def show_photo(self, width: int, height: int) -> None:
        """Show the size of the photo, px."""
        self.photo.setText(f"{width} × {height} px")

    def show_device(self, name: str, reason: str) -> None:
        """Show where fills are computed; the tool tip says why."""
        self.device.setText(name)
        self.device.setToolTip(reason)

    def _zoom_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(tr("Fit to window")).triggered.connect(lambda: self.zoom_requested.emit(0.0))
        menu.addSeparator()
        for factor in _ZOOMS:
            menu.addAction(f"{100 * factor:.0f} %").triggered.connect(
                lambda _=False, f=factor: self.zoom_requested.emit(f)
            )
        return menu


def _flat(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setProperty("flat", "true")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _slot(name: str, widest: str) -> QLabel:
    label = QLabel()
    label.setProperty("soft", "true")
    label.setAccessibleName(name)
    label.setToolTip(name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setFixedWidth(theme.digits_width(label.font(), widest) + 8)
    return label


def _divider() -> QWidget:
    line = QWidget()
    line.setObjectName("rule")
    line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    line.setFixedSize(1, 14)
    return line

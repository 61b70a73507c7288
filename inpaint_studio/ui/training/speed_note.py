"""How far a training gets in its time, told before it begins."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedLayout, QWidget

from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.session.training.speed import Estimate, SpeedEstimator
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.section import reserved_label, soft_label
from inpaint_studio.ui.training import messages

_NOTHING = "How far it gets in that time is measured as soon as there is a folder of photos, and a model to start from."
_TIMING = "Timing a few steps on this computer…"
_LINES = 3
_BAR = 96  # px


class PaceNote(QWidget):
    """Has a few steps timed while it is in sight; as high whatever it says."""

    def __init__(self, estimating: SpeedEstimator) -> None:
        super().__init__()
        self._estimating = estimating
        self._wanted: TrainingRequest | None = None
        self._minutes: float | None = None
        self._timed: list[str] = []  # what `_found` is of
        self._found: Estimate | str = ""  # a sentence where it failed
        self.text = reserved_label(_LINES)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)  # to and fro
        self.bar.setFixedWidth(_BAR)
        self.bar.setAccessibleName("Timing a few steps")
        self._waiting = QWidget()
        self._waiting.setFixedHeight(reserved_label(1).height())
        row = QHBoxLayout(self._waiting)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.GRID)
        row.addWidget(soft_label(_TIMING))
        row.addWidget(self.bar)
        row.addStretch(1)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.text)
        self._pages.addWidget(self._waiting)
        self.setFixedHeight(self.text.height())
        estimating.estimated.connect(self._on_told)
        estimating.failed.connect(self._on_told)
        self._refresh()

    def show_pace(self, wanted: TrainingRequest | None, minutes: float | None) -> None:
        """Tell how far that training gets in `minutes`; None: in an hour."""
        self._wanted, self._minutes = wanted, minutes
        if wanted is None:  # the next may be the same in its words alone
            self._timed = []
        self._ask()
        self._refresh()

    @property
    def busy(self) -> bool:
        """Whether the steps are being timed."""
        return self._pages.currentWidget() is self._waiting

    def _ask(self) -> None:
        if self._wanted is None or not self.isVisible() or self._wanted.estimate_command() == self._timed:
            self._estimating.cancel()
        else:
            self._estimating.ask(self._wanted)

    def _on_told(self, found: Estimate | str) -> None:
        if self._wanted is not None:
            self._timed, self._found = self._wanted.estimate_command(), found
            self._refresh()

    def _refresh(self) -> None:
        known = self._wanted is not None and self._wanted.estimate_command() == self._timed
        waiting = self._wanted is not None and not known
        self._pages.setCurrentWidget(self._waiting if waiting else self.text)
        if not known:
            told = _NOTHING
        elif isinstance(self._found, Estimate):
            told = messages.estimate(self._found, self._minutes)
        else:
            told = f"The speed could not be measured. {self._found}"
        self.text.setText(told)
        self.text.setToolTip(told if known else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not isinstance(self._found, Estimate):  # what failed is tried anew
            self._timed = []
        self._ask()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # not for a window that is made small
            self._estimating.cancel()

"""The note on how far a training gets in its time, before it starts."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedLayout, QWidget

from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.session.training.speed import Estimate, SpeedEstimator
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.panels.section import reserved_label, soft_label
from inpaint_studio.ui.training import messages

_NOTHING = mark(
    "How far it gets in that time is measured as soon as there is a folder of photos, and a model to start from."
)
_TIMING = mark("Timing a few steps on this computer…")
_LINES = 3
_BAR = 96  # px


class SpeedNote(QWidget):
    """Measures the speed of a few steps while it is visible; its height is always the same."""

    def __init__(self, estimator: SpeedEstimator) -> None:
        super().__init__()
        self._estimator = estimator
        self._request: TrainingRequest | None = None
        self._minutes: float | None = None
        self._measured: list[str] = []  # the command that `_result` was measured for
        self._result: Estimate | str = ""  # a sentence where the measurement failed
        self.text = reserved_label(_LINES)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)  # an endless animation
        self.bar.setFixedWidth(_BAR)
        self.bar.setAccessibleName(tr("Timing a few steps"))
        self._waiting = QWidget()
        self._waiting.setFixedHeight(reserved_label(1).height())
        row = QHBoxLayout(self._waiting)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.GRID)
        row.addWidget(soft_label(tr(_TIMING)))
        row.addWidget(self.bar)
        row.addStretch(1)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.text)
        self._pages.addWidget(self._waiting)
        self.setFixedHeight(self.text.height())
        estimator.estimated.connect(self._on_result)
        estimator.failed.connect(self._on_result)
        self._refresh()

    def show_speed(self, request: TrainingRequest | None, minutes: float | None) -> None:
        """Show how far that training gets in `minutes` (None: in an hour)."""
        self._request, self._minutes = request, minutes
        if request is None:  # measure again next time: the photos may have changed
            self._measured = []
        self._measure()
        self._refresh()

    @property
    def busy(self) -> bool:
        """Whether the speed is being measured."""
        return self._pages.currentWidget() is self._waiting

    def _measure(self) -> None:
        if self._request is None or not self.isVisible() or self._request.estimate_command() == self._measured:
            self._estimator.cancel()
        else:
            self._estimator.estimate(self._request)

    def _on_result(self, result: Estimate | str) -> None:
        if self._request is not None:
            self._measured, self._result = self._request.estimate_command(), result
            self._refresh()

    def _refresh(self) -> None:
        known = self._request is not None and self._request.estimate_command() == self._measured
        waiting = self._request is not None and not known
        self._pages.setCurrentWidget(self._waiting if waiting else self.text)
        if not known:
            text = tr(_NOTHING)
        elif isinstance(self._result, Estimate):
            text = messages.describe_estimate(self._result, self._minutes)
        else:
            text = tr("The speed could not be measured. {result}", result=self._result)
        self.text.setText(text)
        self.text.setToolTip(text if known else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not isinstance(self._result, Estimate):  # try again after a failure
            self._measured = []
        self._measure()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # not when the window is minimised
            self._estimator.cancel()

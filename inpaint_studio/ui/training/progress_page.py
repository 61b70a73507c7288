"""A fine-tuning while it runs and after: how far it is, the losses, the photos kept back, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from inpaint_studio.session.session import Session
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.panels.section import rule, soft_label
from inpaint_studio.ui.training import messages
from inpaint_studio.ui.training.action_bar import Foot
from inpaint_studio.ui.training.loss_plot import LossCurve
from inpaint_studio.ui.training.sample_grid import Samples

_SIGN = 20  # px
_LIKENESS = "Likeness of what it fills to the real photo; higher is better, half a dB can be seen"
_LOSSES = (
    "Its losses, smoothed; the blue line tells most. Each mark of the scale is several times the one below it; what is "
    "below 0 has no place there and is not drawn."
)
_WITHOUT = "It can go on without that file; its fills may then come out smoother, with less texture."


class WatchPage(QWidget):
    """Shows the training. `restart_requested` carries the name of a model to fine-tune further, or ""."""

    restart_requested = Signal(str)

    def __init__(self, session: Session, background: Lane) -> None:
        super().__init__()
        self._session, self._tuning = session, session.training
        self._shown: Run | None = None
        self._sign = QLabel()
        self._sign.setFixedSize(_SIGN, _SIGN)
        self.title = _line(QLabel())
        self.title.setProperty("heading", "true")
        self.about = _line(soft_label())
        self.figures = QLabel()
        font = self.figures.font()
        font.setPointSizeF(1.4 * font.pointSizeF())
        self.figures.setFont(font)
        self.figures.setFixedHeight(QFontMetrics(font).height() + 2)
        self.figures.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.figures.setAccessibleName("Likeness on photos kept back")
        self.whose = soft_label(" ")
        self.whose.setAlignment(Qt.AlignmentFlag.AlignRight)
        for label in (self.figures, self.whose):
            label.setToolTip(_LIKENESS)
        self._middle = QWidget()  # the losses and the pictures
        self.curve = LossCurve()
        self.samples = Samples(background)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Progress of the fine-tuning")
        for part in (self.bar, self._middle):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        self.foot = Foot(session)
        self._lay_out()
        self.foot.restart_requested.connect(self.restart_requested)
        self._tuning.changed.connect(self.refresh)
        self._tuning.progressed.connect(self._on_progressed)
        self._tuning.sampled.connect(self._on_sampled)
        self.refresh()

    def _lay_out(self) -> None:
        words_ = QVBoxLayout()
        words_.setSpacing(4)
        words_.addWidget(self.title)
        words_.addWidget(self.about)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.figures)
        right.addWidget(self.whose)
        head = QHBoxLayout()
        head.setSpacing(theme.GRID)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words_, 1)
        head.addLayout(right)
        left = QVBoxLayout()
        left.setSpacing(theme.GRID)
        losses = soft_label("How far off it still is, by several measures")
        losses.setToolTip(_LOSSES)
        left.addWidget(losses)
        left.addWidget(self.curve, 1)
        middle = QHBoxLayout(self._middle)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(3 * theme.GRID)
        middle.addLayout(left, 4)
        middle.addWidget(self.samples, 5)
        inner = QVBoxLayout()
        inner.setContentsMargins(3 * theme.GRID, 2 * theme.GRID, 3 * theme.GRID, 2 * theme.GRID)
        inner.setSpacing(2 * theme.GRID)
        inner.addLayout(head)
        inner.addWidget(self._middle, 1)
        inner.addWidget(self.bar)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(inner, 1)
        whole.addWidget(rule())
        whole.addWidget(self.foot)

    # What it hears

    def refresh(self) -> None:
        """Show where the training stands."""
        run = self._tuning.run
        if run is None:
            return
        if run is not self._shown:
            self._shown = run
            self.samples.clear()
            self._on_sampled()
        self._on_progressed()
        self.foot.refresh()

    def _on_sampled(self) -> None:
        if self._tuning.run is not None and self._tuning.run.samples:
            self.samples.show_samples(self._tuning.run.samples)

    def _on_progressed(self) -> None:
        run = self._tuning.run
        if run is None:
            return
        running = self._tuning.running
        self._show_sign(run, running)
        self.title.setText(_title(run, running, self._base(run)))
        self.about.setText(_about(run) if run.begun else _WITHOUT if self._tuning.lacks_features else " ")
        self.about.setToolTip(run.note)
        self.figures.setText(messages.figures(run) or ("–" if run.begun else " "))
        self.whose.setText(f"likeness, {messages.held_out(run)}" if run.measured else " ")
        self._middle.setVisible(run.begun)
        self.curve.show_curve(run.curve, run.losses, running)
        self.bar.setVisible(running)
        share = run.fraction
        busy = running and share is None and not run.paused
        self.bar.setRange(0, 0 if busy else 1000)  # goes to and fro where no end is known
        if not busy:
            self.bar.setValue(round(1000 * (share or 0.0)))
        self.foot.show_progress(run)

    def _show_sign(self, run: Run, running: bool) -> None:
        name, colour = "graduation-cap", theme.ACCENT
        if not running and run.end == "failed":
            name, colour = "triangle-alert", theme.TROUBLE
        elif not running and not run.saved:
            name, colour = "info", theme.SOFT
        self._sign.setPixmap(icons.icon(name, colour).pixmap(QSize(_SIGN, _SIGN), self.devicePixelRatioF()))

    def _base(self, run: Run) -> str:
        titles = {model.name: model.title for model in self._session.models.listed}
        return titles.get(run.model, run.model)


def _title(run: Run, running: bool, model: str) -> str:
    if running:
        return f"Fine-tuning {model}" if run.base or not run.begun else f"Training {model} from nothing"
    if run.end == "failed":
        return f"The fine-tuning of {model} {'broke off' if run.begun else 'could not begin'}"
    if run.saved:
        return f"Done: '{run.saved}' is in the list of models"
    return f"The fine-tuning of {model} ended" + ("" if run.removed else " without a gain")


def _about(run: Run) -> str:
    learnt = f"{messages.count(run.photos, 'photo')} to learn from, {run.held_out} to test it on"
    return f"{learnt} · {messages.count(run.batch, 'crop')} of {run.size} px a step · {run.device.upper()}"


def _line(label: QLabel) -> QLabel:
    """A label of one line that may be cut, lest a longer text widens the window."""
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setMinimumWidth(64)
    label.setText(" ")
    return label

"""The page of a training that runs or has ended: its progress, the losses, the held-out photos and the result."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from inpaint_studio.session.session import Session
from inpaint_studio.session.task_queue import Lane
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.elided_label import ElidedLabel
from inpaint_studio.ui.panels.section import make_soft, rule, soft_label
from inpaint_studio.ui.training import messages
from inpaint_studio.ui.training.action_bar import ActionBar
from inpaint_studio.ui.training.loss_plot import LossPlot
from inpaint_studio.ui.training.sample_grid import SampleView

_ICON = 20  # px
_LEAST_LINE = 64  # px
_LIKENESS = mark(
    "How close its fills are to the real photo; higher is better, half a dB can be seen. "
    "Sharpness below 1 is blur, a seam above 1 can be seen."
)
_LOSSES = mark(
    "Its losses, smoothed; the blue line matters most. Point at a name below to read "
    "what it measures. Each mark of the scale is several times the one below it; values "
    "of 0 and below have no place there and are not drawn."
)
_WITHOUT = mark("It can go on without that file; its fills may then come out smoother, with less texture.")


class ProgressPage(QWidget):
    """Shows the training. `restart_requested` carries the name of a model to fine-tune further, or ""."""

    restart_requested = Signal(str)

    def __init__(self, session: Session, background: Lane) -> None:
        super().__init__()
        self._session, self._training = session, session.training
        self._shown: Run | None = None
        self._sign = icons.Sign(_ICON)
        self.title = ElidedLabel(_LEAST_LINE)
        self.title.setProperty("heading", "true")
        self.about = ElidedLabel(_LEAST_LINE)
        make_soft(self.about)
        self.figures = QLabel()
        font = self.figures.font()
        font.setPointSizeF(1.4 * font.pointSizeF())
        self.figures.setFont(font)
        self.figures.setFixedHeight(QFontMetrics(font).height() + 2)
        self.figures.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.figures.setAccessibleName(tr("Likeness on photos kept back"))
        self.figures_note = soft_label(" ")
        self.figures_note.setAlignment(Qt.AlignmentFlag.AlignRight)
        for label in (self.figures, self.figures_note):
            label.setToolTip(tr(_LIKENESS))
        self._middle = QWidget()  # the losses and the images
        self.plot = LossPlot()
        self.samples = SampleView(background)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(tr("Progress of the fine-tuning"))
        for part in (self.bar, self._middle):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        self.action_bar = ActionBar(session)
        self._lay_out()
        self.action_bar.restart_requested.connect(self.restart_requested)
        self._training.changed.connect(self.refresh)
        self._training.progressed.connect(self._on_progressed)
        self._training.sampled.connect(self._on_sampled)
        self.refresh()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.title)
        texts.addWidget(self.about)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.figures)
        right.addWidget(self.figures_note)
        head = QHBoxLayout()
        head.setSpacing(theme.GRID)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(texts, 1)
        head.addLayout(right)
        left = QVBoxLayout()
        left.setSpacing(theme.GRID)
        losses = soft_label(tr("How far its fills are from the real photos, by several measures"))
        losses.setToolTip(tr(_LOSSES))
        left.addWidget(losses)
        left.addWidget(self.plot, 1)
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
        whole.addWidget(self.action_bar)

    # Changes of the training

    def refresh(self) -> None:
        """Show the state of the training."""
        run = self._training.run
        if run is None:
            return
        if run is not self._shown:
            self._shown = run
            self.samples.clear()
            self._on_sampled()
        self._on_progressed()
        self.action_bar.refresh()

    def _on_sampled(self) -> None:
        if self._training.run is not None and self._training.run.samples:
            self.samples.show_samples(self._training.run.samples)

    def _on_progressed(self) -> None:
        run = self._training.run
        if run is None:
            return
        running = self._training.running
        self._show_sign(run, running)
        self.title.set_text(_title(run, running, self._base(run)))
        without = tr(_WITHOUT) if self._training.lacks_features else " "
        self.about.set_text(_describe_setup(run) if run.begun else without, run.note)
        self.figures.setText(messages.format_figures(run) or ("–" if run.begun else " "))
        self.figures_note.setText(messages.describe_figures(run) if run.measured else " ")
        for label in (self.figures, self.figures_note):
            label.setToolTip("\n".join(filter(None, (tr(_LIKENESS), run.gain))))
        self._middle.setVisible(run.begun)
        self.plot.show_curve(run.curve, run.losses, running)
        self.bar.setVisible(running)
        fraction = run.fraction
        busy = running and fraction is None and not run.paused
        self.bar.setRange(0, 0 if busy else 1000)  # an endless animation if the duration is unknown
        if not busy:
            self.bar.setValue(round(1000 * (fraction or 0.0)))
        self.action_bar.show_progress(run)

    def _show_sign(self, run: Run, running: bool) -> None:
        name, colour = "graduation-cap", theme.ACCENT
        if not running and run.end == "failed":
            name, colour = "triangle-alert", theme.TROUBLE
        elif not running and not run.saved:
            name, colour = "info", theme.SOFT
        self._sign.show_icon(icons.icon(name, colour))

    def _base(self, run: Run) -> str:
        titles = {model.name: model.title for model in self._session.models.listed}
        return titles.get(run.model, run.model)


def _title(run: Run, running: bool, model: str) -> str:
    from_nothing = run.begun and not run.base
    if running:
        return (
            tr("Training {model} from nothing", model=model) if from_nothing else tr("Fine-tuning {model}", model=model)
        )
    if run.end == "failed":
        if not run.begun:
            return tr("The fine-tuning of {model} could not begin", model=model)
        if from_nothing:
            return tr("The training of {model} broke off", model=model)
        return tr("The fine-tuning of {model} broke off", model=model)
    if run.saved:
        return tr("Done: '{saved}' is in the list of models", saved=run.saved)
    if run.removed and from_nothing:
        return tr("The training of {model} ended", model=model)
    if run.removed:
        return tr("The fine-tuning of {model} ended", model=model)
    if from_nothing:
        return tr("The training of {model} ended without a gain", model=model)
    return tr("The fine-tuning of {model} ended without a gain", model=model)


def _describe_setup(run: Run) -> str:
    learnt = tr(
        "{photos} to learn from, {held_out} to test it on",
        photos=messages.format_count(run.photos, "photo"),
        held_out=run.held_out,
    )
    return tr(
        "{learnt} · {crops} of {size} px a step · {device}",
        learnt=learnt,
        crops=messages.format_count(run.batch, "crop"),
        size=run.size,
        device=run.device.upper(),
    )

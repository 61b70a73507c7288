"""The panel to choose the model, the quality and the seed; it shows why the chosen model cannot be used."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from inpaint_studio.session.session import Session
from inpaint_studio.texts import tr
from inpaint_studio.ui import icons
from inpaint_studio.ui.panels.fields import NumberField, SegmentedControl
from inpaint_studio.ui.panels.more import MoreOptions
from inpaint_studio.ui.panels.notice import LicenceNotice, NoWeightsNotice, UnfinishedNotice, WeightsJobNotice
from inpaint_studio.ui.panels.picker import ModelPicker
from inpaint_studio.ui.panels.section import reserved_label

_MAX_SEED = 2**31 - 1


class _Pages(QStackedWidget):
    """As high as its highest page, also while that is hidden, so that nothing below moves when another is shown."""

    def sizeHint(self) -> QSize:
        pages = (self.widget(number) for number in range(self.count()))
        hints = [page.sizeHint() for page in pages if page is not None]
        return QSize(max(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def hasHeightForWidth(self) -> bool:
        return False  # the texts of the notices have a fixed height


class ModelPanel(QWidget):
    """Model, quality and seed of a session; a notice replaces the latter two while the chosen model cannot fill.

    `done` is emitted after a choice, so that the photo gets the keyboard focus.
    """

    done = Signal()
    another_requested = Signal()
    fill_requested = Signal()
    get_requested = Signal(str)  # the model's name
    import_requested = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.picker = ModelPicker()
        self.picker.activated.connect(self._on_picked)
        self._summary = reserved_label(2)
        self.options = self._make_options()
        self.no_weights, self.job, self.licence = NoWeightsNotice(), WeightsJobNotice(), LicenceNotice()
        self.unfinished = UnfinishedNotice()
        self._pages = _Pages()
        for page in (self.options, self.no_weights, self.unfinished, self.job, self.licence):
            self._pages.addWidget(page)
        self._pages.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.picker)
        column.addWidget(self._summary)
        column.addWidget(self._pages)
        self._page: QWidget = self.options
        self._fill_requested = False  # before the licence was accepted
        self.no_weights.get.clicked.connect(lambda: self.get_requested.emit(session.models.name))
        self.no_weights.import_.clicked.connect(lambda: self.import_requested.emit(session.models.name))
        self.unfinished.resume.clicked.connect(self._resume)
        self.unfinished.discard.clicked.connect(self._discard)
        self.job.cancelled.connect(self._cancel_job)
        self.job.paused.connect(self._pause_job)
        self.licence.use.clicked.connect(self._use)
        session.models.changed.connect(self._show_models)
        session.models.optionsChanged.connect(self._show_options)
        session.fills.blocked.connect(self._on_blocked)
        session.weights.jobsChanged.connect(self._show_page)
        session.weights.progressed.connect(self._show_page)
        self._show_models()
        self._show_options()

    def _make_options(self) -> QWidget:
        """The page with quality, seed and the button for another fill."""
        self.quality = SegmentedControl(
            tr("Quality"),
            {
                "fast": (tr("Fast"), tr("Quick, a little less careful")),
                "best": (tr("Best"), tr("As careful as the model can")),
            },
        )
        self.quality.picked.connect(self._on_quality_picked)
        self.seed = NumberField(tr("Seed"), 0, _MAX_SEED, track=False)
        self.seed.setToolTip(tr("The same seed gives the same fill; another seed an equally good other one"))
        self.seed.valueChanged.connect(self._on_seed_changed)
        self.seed.finished.connect(self.done)
        self.another = QPushButton(" " + tr("Another one"))
        self.another.setIcon(icons.icon("dices"))
        self.another.setToolTip(tr("Fill the drawn hole, or the last one again, with the next seed"))
        self.another.setAccessibleName(tr("Another one"))
        self.another.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.another.clicked.connect(self.another_requested)
        self.more = MoreOptions(self._session.models)
        self.more.done.connect(self.done)
        seed_row = QHBoxLayout()
        seed_row.setSpacing(8)
        seed_row.addWidget(self.seed, 1)
        seed_row.addWidget(self.another)
        options = QWidget()
        options_column = QVBoxLayout(options)
        options_column.setContentsMargins(0, 0, 0, 0)
        options_column.setSpacing(8)
        options_column.addWidget(_label_control(tr("Quality"), self.quality))
        options_column.addLayout(seed_row)
        options_column.addWidget(self.more)
        options_column.addStretch(1)
        return options

    @property
    def summary(self) -> str:
        """The description shown under the choice."""
        return self._summary.text()

    @property
    def page(self) -> QWidget:
        """The widget below the description: the options, or a notice."""
        return self._page

    def _show_models(self) -> None:
        self.picker.show_models(self._session.models.listed, self._session.models.broken)
        self.picker.choose(self._session.models.name)
        self._summary.setText(self.picker.summary)
        self._summary.setToolTip(self.picker.summary)  # that of a plug-in may be longer
        self._fill_requested = False
        self._show_page()

    def _show_page(self) -> None:
        session = self._session
        model = session.models.chosen
        job = session.weights.job_for(model.name) if model is not None and model.missing else None
        page: QWidget = self.options
        if job is not None:
            self.job.show_job(job)
            page = self.job
        elif model is not None and model.missing:
            stopped = session.weights.unfinished_for(model.name)
            if stopped is not None:
                self.unfinished.show_download(stopped)
            self.no_weights.show_model(model)
            page = self.no_weights if stopped is None else self.unfinished
        elif model is not None and not session.models.licence_accepted:
            self.licence.show_model(model)
            page = self.licence
        self._page = page
        self._pages.setCurrentWidget(page)

    def _cancel_job(self) -> None:
        self._session.weights.cancel(self._session.weights.job_for(self._session.models.name))

    def _pause_job(self) -> None:
        job = self._session.weights.job_for(self._session.models.name)
        if job is not None:
            self._session.weights.pause(job)

    def _resume(self) -> None:
        stopped = self._session.weights.unfinished_for(self._session.models.name)
        if stopped is not None:
            self._session.weights.get(stopped.entry)

    def _discard(self) -> None:
        stopped = self._session.weights.unfinished_for(self._session.models.name)
        if stopped is not None:
            self._session.weights.discard(stopped.entry)

    def _on_blocked(self) -> None:
        self._fill_requested = True

    def _use(self) -> None:
        fill = self._fill_requested
        self._session.models.accept_licence()
        self.done.emit()
        if fill:
            self.fill_requested.emit()

    def _show_options(self) -> None:
        self.quality.show_value(self._session.models.quality)
        if self.seed.value() != self._session.models.seed:
            self.seed.blockSignals(True)
            self.seed.setValue(self._session.models.seed)
            self.seed.blockSignals(False)

    def _on_picked(self) -> None:
        if self.picker.chosen:
            self._session.models.name = self.picker.chosen
        self.done.emit()

    def _on_quality_picked(self, value: str) -> None:
        self._session.models.quality = value  # type: ignore[assignment]
        self.done.emit()

    def _on_seed_changed(self, seed: int) -> None:
        self._session.models.seed = seed


def _label_control(name: str, control: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(16)
    row.addWidget(QLabel(name))
    row.addWidget(control, 1)
    return holder

"""The page to begin a batch: photos, masks, what else is looked for, the folder of the results, and workers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.session.batch_controller import BatchChoices, BatchController
from inpaint_studio.session.session import Session
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import theme
from inpaint_studio.ui.batch.path_field import PathField
from inpaint_studio.ui.panels.fields import NumberField, Switch
from inpaint_studio.ui.panels.section import reserved_label, soft_label

if TYPE_CHECKING:
    from inpaint_studio.engine.batch.job import BatchJob

_SUGGEST = {
    "": mark("Nothing more"),
    "text": mark("Small text and date stamps"),
    "wires": mark("Wires"),
    "dust": mark("Dust and spots"),
}
_MARGIN = 3 * theme.GRID
_RESULTS = mark("{name} filled")  # the name of the folder that is proposed


class BatchSetupPage(QWidget):
    """`start_requested` carries the choices and the jobs that were planned for them."""

    start_requested = Signal(object, object)

    def __init__(self, session: Session, controller: BatchController) -> None:
        super().__init__()
        self._session, self._controller = session, controller
        self._jobs: list[BatchJob] | None = None
        self._planned: BatchChoices | None = None
        self._proposed: Path | None = None  # the folder of the results, as far as the user left it
        self.photos = PathField(tr("Photos"), tr("A folder; folders in it are searched, too"))
        self.masks = PathField(tr("Masks"), tr("Beside the photos: beach.jpg has beach_mask.png"), files=True)
        self.suggest = QComboBox()
        self.suggest.setAccessibleName(tr("Find and fill"))
        for kind, text in _SUGGEST.items():
            self.suggest.addItem(tr(text), kind)
        self.output = PathField(tr("Results"), tr("A folder for the filled photos"))
        self.workers = NumberField("", 1, max(1, os.cpu_count() or 1))
        self.workers.setAccessibleName(tr("Workers"))
        self.workers.setToolTip(
            tr("Processes that fill beside each other; each needs memory for a photo and its model")
        )
        self.workers.setMaximumWidth(96)
        self.resume = Switch(tr("Skip photos that are done"))
        self.resume.setToolTip(tr("The content of photo, mask and result decides, not their time"))
        self.resume.setChecked(True)
        self.found = reserved_label(3, tr("Choose a folder of photos."))
        self.how = soft_label(" ", wrap=True)
        self.start = QPushButton(tr("Start the batch"))
        self.start.setProperty("primary", "true")
        self.start.setDefault(True)
        self.start.clicked.connect(self._start)
        self._lay_out()
        self.photos.changed.connect(self._propose_results)
        for field in (self.photos, self.masks, self.output):
            field.changed.connect(self.plan)
        self.suggest.activated.connect(self.plan)
        controller.planned.connect(self._on_planned)
        controller.unusable.connect(self._on_unusable)
        session.models.changed.connect(self.refresh)
        session.models.optionsChanged.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(theme.GRID)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (tr("Photos"), self.photos),
            (tr("Masks"), self.masks),
            (tr("Find and fill"), self.suggest),
            (tr("Results"), self.output),
            (tr("Workers"), self.workers),
        )
        for line, (text, widget) in enumerate(rows):
            label = QLabel(text)
            label.setBuddy(widget.line if isinstance(widget, PathField) else widget)
            grid.addWidget(label, line, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(widget, line, 1)
        grid.addWidget(self.resume, len(rows), 1)
        foot = QHBoxLayout()
        foot.setSpacing(2 * theme.GRID)
        foot.addWidget(self.how, 1)
        foot.addWidget(self.start, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        whole.setSpacing(2 * theme.GRID)
        whole.addLayout(grid)
        whole.addWidget(self.found)
        whole.addStretch(1)
        whole.addLayout(foot)

    @property
    def choices(self) -> BatchChoices | None:
        """What is chosen; None while photos or results are missing."""
        photos, output = self.photos.path, self.output.path
        if photos is None or output is None:
            return None
        kind = str(self.suggest.currentData())
        suggest = (kind,) if kind else ()
        return BatchChoices(photos, output, self.masks.path, suggest, self.workers.value(), self.resume.isChecked())

    def plan(self) -> None:
        """Look for the photos and the masks."""
        self._jobs = None
        self._planned = self.choices
        if self._planned is not None:
            self.found.setText(tr("Looking through it…"))
            self._controller.plan(self._planned)
        self.refresh()

    def refresh(self) -> None:
        """Say how the photos are filled, and enable the button where there is something to do."""
        models = self._session.models
        chosen = models.chosen
        title = tr("Automatic") if models.name == AUTO else models.name if chosen is None else chosen.title
        reason = models.blocked_reason
        self.how.setText(reason or tr("They are filled by {model}, as chosen in the main window.", model=title))
        self.start.setEnabled(not reason and any(not job.fault for job in self._jobs or ()))

    def _propose_results(self) -> None:
        photos = self.photos.path
        if photos is not None and self.output.path in (None, self._proposed):
            self._proposed = photos.with_name(str(tr(_RESULTS, name=photos.name)))
            self.output.take(self._proposed)

    def _on_planned(self, choices: BatchChoices, jobs: list[BatchJob]) -> None:
        if choices != self._planned:
            return
        self._jobs = jobs
        faults = [job.fault for job in jobs if job.fault]
        text = tr("{n} photos to fill.", len(jobs) - len(faults))
        if faults:
            text = f"{text} {tr('{n} photos cannot be filled: {reason}', len(faults), reason=faults[0])}"
        self.found.setText(text)
        self.found.setToolTip("\n".join(faults[:12]))
        self.refresh()

    def _on_unusable(self, choices: BatchChoices, sentence: str) -> None:
        if choices == self._planned:
            self.found.setText(sentence)
            self.refresh()

    def _start(self) -> None:
        choices, jobs = self.choices, self._jobs
        if choices is not None and jobs:
            self.start_requested.emit(choices, jobs)

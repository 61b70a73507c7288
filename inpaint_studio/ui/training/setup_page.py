"""Where a fine-tuning begins: the photos, the model to start from, the time; everything else behind More."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from inpaint_studio.engine.weights import licences
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.protocol.request import FEATURE_LOSSES, TrainingRequest
from inpaint_studio.session.session import Session
from inpaint_studio.session.weights_manager import ModelInfo
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.panels.fields import Segments
from inpaint_studio.ui.panels.section import reserved_label, rule, soft_label
from inpaint_studio.ui.training.advanced_options import LABELS, PATIENCE, Details
from inpaint_studio.ui.training.folder_field import FolderField
from inpaint_studio.ui.training.speed_note import PaceNote

_MINUTES = {"10": 10.0, "60": 60.0, "480": 480.0, "": None}
_TIMES = {
    "10": ("10 minutes", "Enough to see which way it goes"),
    "60": ("1 hour", "Enough for a few dozen photos of one kind"),
    "480": ("Overnight", "Eight hours"),
    "": ("Until I stop", "It goes on until you stop it"),
}
_TIME_NOTES = {
    "10": "It ends by itself after 10 minutes; the best of all steps is kept.",
    "60": "It ends by itself after an hour; the best of all steps is kept.",
    "480": "It ends by itself after eight hours, with the window closed too; the best of all steps is kept.",
    "": "It goes on until you stop it, with the window closed too; the best of all steps is kept.",
}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # what weights can be called
_SETTING = re.compile(r"[A-Za-z_][\w.]*=\S+")
_WIDEST = 720  # px


class SetupPage(QWidget):
    """`start_requested` carries the `TrainingRequest` that the person asked for."""

    start_requested = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._tuning = session, session.training
        self._named = False  # by the person
        self._awaited = ""  # a model to start from as soon as it is in the list
        self.photos = FolderField(self._tuning)
        self.base = QComboBox()
        self.base.setAccessibleName("Start from")
        self.base.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.base_note = reserved_label(2)
        self.time = Segments("Time", _TIMES)
        self.time.show_value("60")
        self.time_note = reserved_label(1)
        self.pace = PaceNote(session.training.speed)
        self.more = _fold("More")
        self.details = Details()
        self.start = QPushButton("  Start")
        self.start.setIcon(icons.icon("graduation-cap", theme.ON_ACCENT))
        self.start.setIconSize(QSize(18, 18))
        self.start.setProperty("primary", "true")
        self.start.setProperty("wide", "true")
        self.start.setMinimumWidth(128)
        self.start.setAccessibleName("Start")
        self.note = soft_label()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self._minutes = "60"
        self._lay_out()
        self.photos.changed.connect(self._on_photos)
        self.base.activated.connect(self._base_picked)
        self.time.picked.connect(self._time_picked)
        self.more.toggled.connect(self._fold_details)
        self.details.changed.connect(self._refresh)
        self.details.name.textEdited.connect(self._name_edited)
        self.start.clicked.connect(self._start)
        session.models.changed.connect(self._show_models)
        self._fold_details(False)
        self._show_models()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("column")
        inner.setMaximumWidth(_WIDEST)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(theme.GRID)
        grid.setColumnMinimumWidth(0, LABELS)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.photos, 0, 0, 1, 2)
        grid.setRowMinimumHeight(1, theme.GRID)
        for line, (name, field, note) in enumerate(
            (("Start from", self.base, self.base_note), ("Time", self.time, self.time_note))
        ):
            grid.addWidget(QLabel(name), 2 + 2 * line, 0)
            grid.addWidget(field, 2 + 2 * line, 1)
            grid.addWidget(note, 3 + 2 * line, 1)
        grid.addWidget(self.pace, 6, 1)
        grid.addWidget(self.more, 7, 0, 1, 2)
        grid.addWidget(self.details, 8, 0, 1, 2)
        grid.setRowStretch(9, 1)
        holder = QWidget()
        holder.setObjectName("column")
        across = QHBoxLayout(holder)
        across.setContentsMargins(3 * theme.GRID, 3 * theme.GRID, 3 * theme.GRID, 2 * theme.GRID)
        across.addStretch(1)
        across.addWidget(inner, 1000)
        across.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus, and is scrolled to
        area.setWidget(holder)
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * theme.GRID, 2 * theme.GRID, 3 * theme.GRID, 2 * theme.GRID)
        foot.setSpacing(2 * theme.GRID)
        foot.addWidget(self.note, 1)
        foot.addWidget(self.start)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(rule())
        whole.addLayout(foot)

    # What can be started from

    @property
    def chosen(self) -> ModelInfo | None:
        name = self.base.currentData()
        return next((model for model in self._session.models.listed if model.name == name), None)

    def choose(self, name: str) -> None:
        """Start from the model of that name, where it can be trained."""
        index = self.base.findData(name)
        if index >= 0:
            self._awaited = ""
            self.base.setCurrentIndex(index)
            self._refresh()

    def go_on_from(self, name: str) -> None:
        """Start from what was just trained, which may not be in the list yet: that waits for a fill to end."""
        self._awaited = name
        self._show_models()

    def _show_models(self) -> None:
        before = self.base.currentData()
        models = [model for model in self._session.models.listed if model.traits.trainable]
        models.sort(key=lambda model: (model.missing, model.traits.year or 9999, model.title))
        self.base.clear()
        for model in models:
            self.base.addItem(f"{model.title} (no weights)" if model.missing else model.title, model.name)
        wanted = self._awaited or (before if before is not None else self._session.models.name)
        index = self.base.findData(wanted)
        if index >= 0:
            self._awaited = ""
        self.base.setCurrentIndex(index if self._awaited else max(0, index))
        self.base.setPlaceholderText(self._awaited)
        self.base.setEnabled(bool(models))
        self._refresh()

    # What is said

    def _on_photos(self) -> None:
        if not self._named:
            self.details.name.clear()
        self._refresh()

    def _base_picked(self) -> None:
        self._awaited = ""
        self._refresh()

    def _name_edited(self) -> None:
        self._named = True

    def _time_picked(self, value: str) -> None:
        self._minutes = value
        self._refresh()

    def _fold_details(self, open_: bool) -> None:
        self.details.setVisible(open_)
        self.more.setIcon(icons.icon("chevron-down" if open_ else "chevron-right", theme.SOFT, theme.SOFT))

    def _refresh(self) -> None:
        model = self.chosen
        self.time_note.setText(_TIME_NOTES[self._minutes])
        self.base_note.setText("" if model is None else _about(model))
        if model is not None and not self._named:
            system = model.weights.system if model.weights is not None else model.name
            self.details.name.setText(self._tuning.free_name(system, self.photos.folder))
        timed = self._wanted() if self.photos.usable and not self._wrong_setting else None
        self.pace.show_pace(timed, _MINUTES[self._minutes])
        hindrance = self.hindrance
        self.note.setText(hindrance)
        self.start.setEnabled(not hindrance)

    @property
    def hindrance(self) -> str:
        """What is missing before it can start, in a sentence; nothing where it can."""
        if self.photos.folder is None:
            return "Choose the folder of your photos first."
        if self.photos.found is not None and not self.photos.usable:
            return "There is no usable photo in that folder."
        if not self.photos.usable:
            return "The folder is being looked through." if self.photos.note.text().endswith("…") else "Choose another."
        if self._awaited:
            return f"'{self._awaited}' will be in the list of models in a moment."
        if self.chosen is None:
            return "The models are being looked for."
        name = self.details.name.text()
        if not _NAME.fullmatch(name):
            return "The name can have lower-case letters, digits and '-' between them."
        if self._tuning.is_taken(name):
            return f"There is a model called '{name}' already; give it another name."
        wrong = self._wrong_setting
        return f"'{wrong}' is no setting; write NAME=VALUE." if wrong else ""

    @property
    def _wrong_setting(self) -> str:
        return next((setting for setting in self.details.settings if not _SETTING.fullmatch(setting)), "")

    # Starting

    def showEvent(self, event: QShowEvent) -> None:
        """A name may have been taken, or be free again, since it was last in sight."""
        super().showEvent(event)
        self._refresh()

    def _start(self) -> None:
        self._refresh()
        wanted = self._wanted()
        if wanted is not None and not self.hindrance:
            self._named = False
            self.start_requested.emit(wanted)

    def _wanted(self) -> TrainingRequest | None:
        """What is asked for as it stands; None while there is no model or no folder."""
        model, folder = self.chosen, self.photos.folder
        if model is None or folder is None:
            return None
        details = self.details
        minutes = _MINUTES[self._minutes]
        return TrainingRequest(
            model=model.name,
            photos=folder,
            name=details.name.text(),
            minutes=minutes,
            size=_size(details.side.value(), model.traits),
            batch=details.batch.value() or None,
            workers=None if details.workers.value() < 0 else details.workers.value(),
            patience=PATIENCE if details.early.isChecked() and minutes is not None else None,
            seed=details.seed.value(),
            settings=tuple(details.settings),
            without_losses=FEATURE_LOSSES if details.without.isChecked() else (),
        )


def _about(model: ModelInfo) -> str:
    if model.missing:
        return (
            "It has no weights: it would start from nothing, which takes days on a fast card and many thousands of "
            "photos. Getting or importing weights first is the better way."
        )
    weights = model.weights
    if weights is None:
        return model.traits.summary
    told = f"It goes on from the weights '{weights.name}'."
    if model.licence != "free":
        told += f" {licences.sentence(weights.licence, weights.terms)} So it is with those made from them."
    return told


def _size(wanted: int, traits: Traits) -> int | None:
    """The next smaller size in px that the network takes, or None for the recipe's own."""
    if not wanted or traits.min_side == traits.max_side:
        return None
    return max(32, traits.min_side, wanted // traits.multiple_of * traits.multiple_of)


def _fold(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(f" {text}")
    button.setAccessibleName(text)
    button.setProperty("fold", "true")
    button.setCheckable(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(14, 14))
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button

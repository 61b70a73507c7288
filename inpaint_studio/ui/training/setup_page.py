"""The page to start a fine-tuning: the photos, the model to start from and the time; other options under More."""

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
from inpaint_studio.protocol.request import FEATURE_LOSSES, SCRATCH, TrainingRequest
from inpaint_studio.session.session import Session
from inpaint_studio.session.training.bases import order_bases
from inpaint_studio.session.training.needs import missing_features
from inpaint_studio.session.weights_manager import ModelInfo
from inpaint_studio.texts import mark, tr
from inpaint_studio.ui import icons, theme
from inpaint_studio.ui.elided_label import ElidedLabel
from inpaint_studio.ui.panels.fields import SegmentedControl
from inpaint_studio.ui.panels.section import make_soft, reserved_label, rule
from inpaint_studio.ui.training import messages
from inpaint_studio.ui.training.advanced_options import LABEL_WIDTH, PATIENCE, AdvancedOptions
from inpaint_studio.ui.training.folder_field import FolderField
from inpaint_studio.ui.training.speed_note import SpeedNote

_MINUTES = {"10": 10.0, "60": 60.0, "480": 480.0, "": None}
_TIMES = {
    "10": (mark("10 minutes"), mark("Enough to see which way it goes")),
    "60": (mark("1 hour"), mark("Enough for a few dozen photos of one kind")),
    "480": (mark("Overnight"), mark("Eight hours")),
    "": (mark("Until I stop"), mark("It goes on until you stop it")),
}
_TIME_NOTES = {
    "10": mark("It ends by itself after 10 minutes; the best of all steps is kept."),
    "60": mark("It ends by itself after an hour; the best of all steps is kept."),
    "480": mark("It ends by itself after eight hours, with the window closed too; the best of all steps is kept."),
    "": mark("It goes on until you stop it, with the window closed too; the best of all steps is kept."),
}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # names that weights can have
_SETTING = re.compile(r"[A-Za-z_][\w.]*=\S+")
_MAX_WIDTH = 720  # px
_LEAST_NOTE = 64  # px
_CENTRE = Qt.AlignmentFlag.AlignVCenter
_NOTHING = "from nothing: "  # before a model's name in the list of what to start from


class SetupPage(QWidget):
    """Chooses what to train. `start_requested` carries the request."""

    start_requested = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._training = session, session.training
        self._named = False  # the user has typed a name
        self._expected = ""  # the name of a model to start from as soon as it is listed
        self._picked = False  # the model to start from was chosen by the user, not proposed
        self.photos = FolderField(self._training)
        self.base = QComboBox()
        self.base.setAccessibleName(tr("Start from"))
        self.base.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.base.currentTextChanged.connect(self.base.setToolTip)
        self.base_note = reserved_label(3)
        self.needs = reserved_label(3)
        self.time = SegmentedControl(tr("Time"), _TIMES)
        self.time.show_value("60")
        self.time_note = reserved_label(1)
        self.speed = SpeedNote(session.training.speed)
        self.more = _fold_button(tr("More"))
        self.advanced = AdvancedOptions()
        self.start = QPushButton("  " + tr("Start"))
        self.start.setIcon(icons.icon("graduation-cap", theme.ON_ACCENT))
        self.start.setIconSize(QSize(18, 18))
        self.start.setProperty("primary", "true")
        self.start.setProperty("wide", "true")
        self.start.setMinimumWidth(128)
        self.start.setAccessibleName(tr("Start"))
        self.note = ElidedLabel(_LEAST_NOTE)
        make_soft(self.note)
        self._minutes = "60"
        self._lay_out()
        self.photos.changed.connect(self._on_photos)
        self.base.activated.connect(self._on_base_picked)
        self.time.picked.connect(self._on_time_picked)
        self.more.toggled.connect(self._fold_advanced)
        self.advanced.changed.connect(self._refresh)
        self.advanced.name.textEdited.connect(self._on_name_edited)
        self.start.clicked.connect(self._start)
        session.models.changed.connect(self._show_models)
        self._fold_advanced(False)
        self._show_models()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("column")
        inner.setMaximumWidth(_MAX_WIDTH)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * theme.GRID)
        grid.setVerticalSpacing(theme.GRID)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.photos, 0, 0, 1, 2)
        grid.setRowMinimumHeight(1, theme.GRID)
        rows = (
            (tr("Start from"), self.base),
            ("", self.base_note),
            (tr("It needs"), self.needs),
            (tr("Time"), self.time),
        )
        for line, (name, field) in enumerate((*rows, ("", self.time_note), ("", self.speed)), 2):
            if name:
                grid.addWidget(QLabel(name), line, 0, Qt.AlignmentFlag.AlignTop if field is self.needs else _CENTRE)
            grid.addWidget(field, line, 1)
        grid.addWidget(self.more, 8, 0, 1, 2)
        grid.addWidget(self.advanced, 9, 0, 1, 2)
        grid.setRowStretch(10, 1)
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
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the focus, and it scrolls to them
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

    # Models to start from

    @property
    def from_nothing(self) -> bool:
        """Whether it starts with an untrained network."""
        model = self.chosen
        return model is not None and (model.missing or str(self.base.currentData()).startswith(_NOTHING))

    @property
    def chosen(self) -> ModelInfo | None:
        """The model to start from; from nothing: the one with the structure."""
        name = str(self.base.currentData()).removeprefix(_NOTHING)
        return next((model for model in self._session.models.listed if model.name == name), None)

    def choose(self, name: str) -> None:
        """Choose the model of that name to start from, if it can be trained."""
        index = self.base.findData(name)
        if index >= 0:
            self._expected, self._picked = "", True
            self.base.setCurrentIndex(index)
            self._refresh()

    def propose(self) -> None:
        """Choose what a fine-tuning begins from best, unless it waits for a model that was just trained.

        That is the model that fills, where it learns and has weights, else what the user has picked on this page, else
        the first in the order of `bases`.
        """
        models = self._session.models
        ready = [model.name for model in models.listed if model.traits.trainable and not model.missing]
        if self._expected:
            return
        if models.name in ready:
            self.choose(models.name)
            self._picked = False
        elif not self._picked:
            self._show_models()

    def continue_from(self, name: str) -> None:
        """Choose a model that was just trained; it may not be listed yet, as listing waits for a fill to end."""
        self._expected, self._picked = name, True
        self._show_models()

    def _show_models(self) -> None:
        before = self.base.currentData()
        settings = self._session.settings
        models = order_bases(self._session.models.listed, str(settings.get("training_base")))
        self.base.clear()
        for model in models:
            self.base.addItem(
                tr("{title} (no weights)", title=model.title) if model.missing else model.title, model.name
            )
        for model in models:  # each structure once, not each set of weights
            if model.weights is not None and model.weights.system == model.name:
                self.base.addItem(tr("{title} (from nothing)", title=model.title), f"{_NOTHING}{model.name}")
        name = self._expected or (before if before is not None and self._picked else self._proposed(models))
        index = self.base.findData(name)
        if index >= 0:
            self._expected = ""
        self.base.setCurrentIndex(index if self._expected else max(0, index))
        self.base.setPlaceholderText(self._expected)
        self.base.setEnabled(bool(models))
        self._refresh()

    def _proposed(self, models: list[ModelInfo]) -> str:
        """Return the name to choose of `models`, the best base first; "" where there are none."""
        chosen = self._session.models.name
        ready = [model.name for model in models if not model.missing]
        return chosen if chosen in ready else models[0].name if models else ""

    # Notes

    def _show_needs(self) -> None:
        """Show what the training needs, before a folder is chosen; the tip says where it looks for a file."""
        model = self.chosen
        if model is None:
            self.needs.setText("")
            return
        with_texture = not self.advanced.without.isChecked()
        missing = missing_features(model, self.from_nothing) if with_texture else None
        self.needs.setText(messages.describe_needs(missing, _knows_classes(model.traits), self.from_nothing))
        self.needs.setToolTip("" if missing is None else tr("It looks for the file in {parent}", parent=missing.parent))

    def _on_photos(self) -> None:
        if not self._named:
            self.advanced.name.clear()
        self._refresh()

    def _on_base_picked(self) -> None:
        self._expected, self._picked = "", True
        self._refresh()

    def _on_name_edited(self) -> None:
        self._named = True

    def _on_time_picked(self, value: str) -> None:
        self._minutes = value
        self._refresh()

    def _fold_advanced(self, open_: bool) -> None:
        self.advanced.setVisible(open_)
        self.more.setIcon(icons.icon("chevron-down" if open_ else "chevron-right", theme.SOFT, theme.SOFT))

    def _refresh(self) -> None:
        model = self.chosen
        self.time_note.setText(tr(_TIME_NOTES[self._minutes]))
        self.base_note.setText("" if model is None else _describe_base(model, self.from_nothing))
        self._show_needs()
        self.advanced.show_table(model.table if model is not None and self.from_nothing else None)
        self.advanced.show_labels(model is not None and _knows_classes(model.traits))
        self.advanced.holes.setEnabled(model is None or model.traits.centred is None)
        if model is not None and not self._named:
            system = model.weights.system if model.weights is not None else model.name
            self.advanced.name.setText(self._training.free_name(system, self.photos.folder))
        timed = self._request() if self.photos.usable and not self._wrong_option else None
        self.speed.show_speed(timed, _MINUTES[self._minutes])
        obstacle = self.obstacle
        self.note.set_text(obstacle)
        self.start.setEnabled(not obstacle)

    @property
    def obstacle(self) -> str:
        """Why it cannot start, in a sentence; "" if it can."""
        if self.photos.folder is None:
            return tr("Choose the folder of your photos first.")
        if self.photos.found is not None and not self.photos.usable:
            return tr("There is no usable photo in that folder.")
        if not self.photos.usable:
            return tr("The folder is being looked through.") if self._training.photos.busy else tr("Choose another.")
        if self._expected:
            return tr("'{expected}' will be in the list of models in a moment.", expected=self._expected)
        if self.chosen is None:
            return tr("The models are being listed.")
        name = self.advanced.name.text()
        if not _NAME.fullmatch(name):
            return tr("The name can have lower-case letters, digits and '-' between them.")
        if self._training.is_taken(name):
            return tr("There is a model called '{name}' already; give it another name.", name=name)
        return self._wrong_option

    @property
    def _wrong_option(self) -> str:
        """What is wrong with the options under More, in a sentence; "" if nothing is."""
        wrong = next((setting for setting in self.advanced.settings if not _SETTING.fullmatch(setting)), "")
        if wrong:
            return tr("'{wrong}' is no setting; write NAME=VALUE.", wrong=wrong)
        return self.advanced.network.fault if self.from_nothing else ""

    # Starting

    def showEvent(self, event: QShowEvent) -> None:
        """Check the name again: it may have been taken, or be free again, since the page was last visible."""
        super().showEvent(event)
        self._refresh()

    def _start(self) -> None:
        self._refresh()
        request = self._request()
        if request is not None and not self.obstacle:
            self._named = self._picked = False
            self._session.settings.set("training_base", request.model)
            self.start_requested.emit(request)

    def _request(self) -> TrainingRequest | None:
        """Make the request from the fields; None while there is no model or no folder."""
        model, folder = self.chosen, self.photos.folder
        if model is None or folder is None:
            return None
        advanced = self.advanced
        minutes = _MINUTES[self._minutes]
        return TrainingRequest(
            model=model.name,
            photos=folder,
            name=advanced.name.text(),
            minutes=minutes,
            size=_crop_size(advanced.side.value(), model.traits),
            batch=advanced.batch.value() or None,
            workers=None if advanced.workers.value() < 0 else advanced.workers.value(),
            patience=PATIENCE if advanced.early.isChecked() and minutes is not None else None,
            best_by=advanced.best_by.value,
            seed=advanced.seed.value(),
            weights=SCRATCH if self.from_nothing else None,
            config=advanced.network.chosen if self.from_nothing else (),
            holes=advanced.holes.name if advanced.holes.isEnabled() else None,
            masks=advanced.holes.masks if advanced.holes.isEnabled() else None,
            labels=advanced.label_maps,
            settings=tuple(advanced.settings),
            without_losses=FEATURE_LOSSES if advanced.without.isChecked() else (),
        )


def _knows_classes(traits: Traits) -> bool:
    return "labels" in traits.accepts | traits.provides


def _describe_base(model: ModelInfo, from_nothing: bool) -> str:
    if from_nothing:
        if model.missing:
            return tr(
                "It has no weights: it would start from nothing, which takes days on a fast card and many thousands of "
                "photos. Getting or importing weights first is the better way."
            )
        return tr(
            "It starts from nothing, which takes days on a fast card and many thousands of photos. Going on from its "
            "weights is the better way."
        )
    weights = model.weights
    if weights is None:
        return tr(model.traits.summary)
    if weights.origin == "shipped":
        text = tr("It goes on from the weights '{name}', which come with the program.", name=weights.name)
    else:
        text = tr("It goes on from the weights '{name}'.", name=weights.name)
    if model.licence != "free":
        text += tr(
            " {sentence} The same holds for weights made from them.",
            sentence=licences.sentence(weights.licence, weights.terms),
        )
    return text


def _crop_size(size: int, traits: Traits) -> int | None:
    """Round `size`, px, down to one that the network accepts; None means the recipe's own."""
    if not size or traits.min_side == traits.max_side:
        return None
    return max(32, traits.min_side, size // traits.multiple_of * traits.multiple_of)


def _fold_button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(f" {text}")
    button.setAccessibleName(text)
    button.setProperty("fold", "true")
    button.setCheckable(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(14, 14))
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button

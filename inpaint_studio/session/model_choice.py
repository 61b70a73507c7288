"""What fills, and how: the chosen model, what stands between it and a fill, and the options of fills."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.models.base.interface import Options, Precision, Quality
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.weights_manager import Described, licence_key
from inpaint_studio.session.worker import FillWorker

AUTO = "auto"
PRECISIONS: dict[str, Precision] = {"auto": "auto", "32": "float32", "16": "bfloat16"}
_MOST_ACCEPTED = 200  # licences that are remembered


class Choosing(QObject):
    """The models there are and the choice among them, kept in the settings. Tells the fill thread what comes next."""

    status = Signal(str)  # a word for the status line
    modelsChanged = Signal()  # another list, another choice, or a licence was accepted
    optionsChanged = Signal()  # quality, seed, device, precision or fill on release
    hindered = Signal()  # a fill was asked for that the chosen model cannot do yet; `hindrance` says why

    def __init__(self, worker: FillWorker, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worker, self.settings = worker, settings
        self.models: list[Described] = []
        self.broken: dict[str, str] = {}  # plug-ins that could not be used: name and reason
        self._seed = 0
        worker.models_ready.connect(self._on_models)
        settings.changed.connect(self._on_setting)
        self._expect()

    # Which model

    @property
    def model(self) -> str:
        """The name of the model that fills, or "auto"."""
        return str(self.settings.get("model"))

    @model.setter
    def model(self, name: str) -> None:
        if name != self.model:
            self.settings.set("model", name)
            self._expect()
            self.modelsChanged.emit()

    @property
    def chosen(self) -> Described | None:
        """The model that fills; None where the choice is automatic."""
        return next((model for model in self.models if model.name == self.model), None)

    @property
    def predicts_edges(self) -> bool:
        """Whether the chosen model draws the edges of the hole before it fills it."""
        return self.chosen is not None and "edges" in self.chosen.traits.provides

    @property
    def follows_edges(self) -> bool:
        """Whether the chosen model fills along edges that it is given."""
        return self.chosen is not None and "edges" in self.chosen.traits.accepts

    @property
    def hindrance(self) -> str:
        """Why the chosen model cannot fill yet, in a sentence; nothing where it can."""
        chosen = self.chosen
        if chosen is not None and chosen.missing:
            return f"{chosen.title} has no weights yet; get or import them in the Model panel."
        if chosen is not None and not self.licence_accepted:
            return f"See the licence of {chosen.title}'s weights in the Model panel first, and press “Use it”."
        return ""

    @property
    def licence_accepted(self) -> bool:
        """Whether the chosen model's weights are free, or the person has seen what their licence says."""
        chosen = self.chosen
        if chosen is None or chosen.weights is None or chosen.licence == "free":
            return True
        return licence_key(chosen.weights) in str(self.settings.get("accepted_licences")).splitlines()

    def accept_licence(self) -> None:
        """Remember that the person has seen the licence of the chosen model's weights."""
        chosen = self.chosen
        if chosen is not None and chosen.weights is not None and not self.licence_accepted:
            known = str(self.settings.get("accepted_licences")).splitlines()
            lines = [*known, licence_key(chosen.weights)][-_MOST_ACCEPTED:]
            self.settings.set("accepted_licences", "\n".join(lines))
            self._expect()
            self.modelsChanged.emit()

    @Slot(object, object)
    def _on_models(self, models: list[Described], broken: dict[str, str]) -> None:
        self.models, self.broken = models, broken
        if self.model != AUTO and self.chosen is None:
            self.status.emit(f"The model '{self.model}' is not here any more; the choice is automatic now.")
            self.settings.set("model", AUTO)
        self._expect()
        self.modelsChanged.emit()

    # How

    @property
    def quality(self) -> Quality:
        return cast(Quality, self.settings.get("quality"))

    @quality.setter
    def quality(self, quality: Quality) -> None:
        self.settings.set("quality", quality)
        self.optionsChanged.emit()

    @property
    def seed(self) -> int:
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        if seed != self._seed:
            self._seed = seed
            self.optionsChanged.emit()

    @property
    def device(self) -> str:
        """Where networks compute, as torch calls it, or "auto"."""
        return str(self.settings.get("device"))

    @device.setter
    def device(self, name: str) -> None:
        self.settings.set("device", name)

    @property
    def fill_on_release(self) -> bool:
        """Whether a hole is filled as soon as the pen lifts."""
        return bool(self.settings.get("fill_on_release"))

    @fill_on_release.setter
    def fill_on_release(self, on: bool) -> None:
        self.settings.set("fill_on_release", on)
        self.optionsChanged.emit()

    def options(self, seed: int) -> Options:
        """What a fill with that seed is asked for."""
        chosen = self.chosen
        network = chosen is not None and chosen.traits.needs_weights
        # A card means nothing to the built-in fillers, and they would say so every time.
        device = self.device if network or self.device == "cpu" else "auto"
        precision = PRECISIONS[str(self.settings.get("precision"))]
        return Options(quality=self.quality, seed=seed, device=device, precision=precision)

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if name in ("device", "precision"):
            self._expect()
            self.optionsChanged.emit()

    def _expect(self) -> None:
        # Weights whose licence was not seen are not used, and so not warmed up either.
        self.worker.choose(self.model if self.licence_accepted else "", self.options(0))

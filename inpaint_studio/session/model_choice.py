"""Which model fills and with which options: the models there are, the choice among them, and its settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, Signal, Slot

from inpaint_studio.models.base.interface import AUTO, RANKED, Accepts, Choice, Only, Options, Precision, Quality
from inpaint_studio.session.reporting import Status
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.weights_manager import ModelInfo, licence_key
from inpaint_studio.session.worker import FillWorker
from inpaint_studio.texts import name_all, tr

PRECISIONS: dict[str, Precision] = {"auto": "auto", "32": "float32", "16": "bfloat16"}
_OPTIONS = ("quality", "device", "precision", "fill_on_release", "adaptation", "mirror", "start")  # settings
_MAX_LICENCES = 200  # accepted licences that are kept


class ModelChoice(QObject):
    """The models there are and the chosen one. The choice and its options are kept in the settings alone.

    The fill thread is notified of every choice, so that it loads that model before the first fill.
    """

    changed = Signal()  # another list, another choice, or a licence was accepted
    optionsChanged = Signal()  # one of `_OPTIONS`, or the seed
    status = Signal(object)  # Status

    def __init__(self, worker: FillWorker, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker, self._settings = worker, settings
        self.listed: list[ModelInfo] = []
        self.broken: dict[str, str] = {}  # plug-ins that cannot be used: name and reason
        self._seed = 0
        self._name = self.name  # as known here, to notice which model was chosen before
        self._awaited: dict[str, Callable[[ModelInfo], object] | None] = {}  # by name, not listed yet
        self._to_choose = ""  # the newest of them, to be chosen
        worker.modelsListed.connect(self._on_models)
        settings.changed.connect(self._on_setting)
        self._prepare()

    # Which model

    @property
    def name(self) -> str:
        """The name of the model that fills, or "auto"."""
        return str(self._settings.get("model"))

    @name.setter
    def name(self, name: str) -> None:
        self._to_choose = ""  # a choice that the user has made meanwhile stays
        self._settings.set("model", name)

    @property
    def chosen(self) -> ModelInfo | None:
        """The model that fills; None where the choice is automatic."""
        return next((model for model in self.listed if model.name == self.name), None)

    def use_another(self, name: str) -> None:
        """Choose what was chosen before where the weights or the model of that name, which were deleted, are in use.

        Fills start as usual where they started from the picture of that model.
        """
        if self.start == name:
            self.start = AUTO
        if self.name == name:
            self._go_back(tr("'{name}' was deleted", name=name), name)

    def follow_name(self, old: str, new: str) -> None:
        """Keep the choice where the weights or the model in use, called `old`, are called `new` now."""
        if self.start == old:
            self.start = new
        if self._settings.get("model_before") == old:
            self._settings.set("model_before", new)
        if self.name == old:
            self._name = new  # what was chosen before stays the same
            self.name = new

    def _go_back(self, why: str, gone: str) -> None:
        """Choose what was chosen before, if it can fill without the weights `gone`, and report that; else "auto"."""
        before = next((each for each in self.listed if each.name == self._settings.get("model_before")), None)
        weights = "" if before is None or before.weights is None else before.weights.name
        if before is None or before.missing or gone in (before.name, weights) or not self._is_accepted(before):
            before = None
        self.name = AUTO if before is None else before.name
        now = (
            tr("the choice of the model is automatic now")
            if before is None
            else tr("{title} fills again", title=before.title)
        )
        self.status.emit(Status.result(tr("{why}; {now}.", why=why, now=now), about=("model",)))

    def choose_when_listed(
        self, name: str, then: Callable[[ModelInfo], object] | None = None, choose: bool = True
    ) -> None:
        """Choose the model, or the model with the weights, of that name as soon as the fill thread has found it.

        Where another one is chosen meanwhile, that stays; so does the present one without `choose`. `then` is called
        with the model in any case.
        """
        self._awaited[name] = then
        self._to_choose = name if choose else self._to_choose
        self._choose_awaited()

    def is_used(self, name: str) -> bool:
        """Return whether the model or the weights of that name are chosen, or will be as soon as they are listed."""
        chosen = self.chosen
        own = chosen.weights.name if chosen is not None and chosen.weights is not None else self.name
        return name in (self.name, own, self._to_choose)

    def _choose_awaited(self) -> None:
        for name, then in list(self._awaited.items()):
            model = self._find(name)
            if model is not None:
                del self._awaited[name]
                if name == self._to_choose:
                    self.name = model.name
                if then is not None:
                    then(model)

    def _find(self, name: str) -> ModelInfo | None:
        """Return the model of that name, else the one that fills with the weights of that name."""
        weights = {model.weights.name: model for model in reversed(self.listed) if model.weights is not None}
        return next((model for model in self.listed if model.name == name), weights.get(name))

    def predicts(self, what: Only) -> bool:
        """Return whether the chosen model predicts the edges or the labels of the hole before it fills it."""
        return self.chosen is not None and what in self.chosen.traits.provides

    @property
    def follows(self) -> frozenset[Accepts]:
        """The planes of a guide that the chosen model uses; none where the choice is automatic."""
        return frozenset() if self.chosen is None else self.chosen.traits.accepts

    @property
    def blocked_reason(self) -> str:
        """Why the chosen model cannot fill yet, in a sentence; empty where it can."""
        chosen = self.chosen
        if chosen is not None and chosen.obstacle:
            return chosen.obstacle
        if chosen is not None and chosen.missing:
            return tr("{title} has no weights yet; get or import them in the Model panel.", title=chosen.title)
        if chosen is not None and not self.licence_accepted:
            return tr(
                "See the licence of {title}'s weights in the Model panel first, and press “Use it”.", title=chosen.title
            )
        return ""

    @property
    def licence_accepted(self) -> bool:
        """Whether the chosen model's weights are free, or the user has accepted their licence."""
        return self.chosen is None or self._is_accepted(self.chosen)

    def _is_accepted(self, model: ModelInfo) -> bool:
        if model.weights is None or model.licence == "free":
            return True
        return licence_key(model.weights) in str(self._settings.get("accepted_licences")).splitlines()

    def is_ready(self, model: ModelInfo) -> bool:
        """Return whether a model can fill now: it has weights and their licence is accepted, or it copies without."""
        if model.traits.needs_weights:
            return not model.missing and self._is_accepted(model)
        return model.traits.origin == "copied"

    def titles(self, names: str) -> str:
        """Return the titles of models whose names are joined by "and"; the name of one that is gone."""
        titles = {model.name: model.title for model in self.listed}
        return name_all([titles.get(name, name) for name in names.split(" and ")])

    def accept_licence(self) -> None:
        """Remember that the user has seen the licence of the chosen model's weights."""
        chosen = self.chosen
        if chosen is not None and chosen.weights is not None and not self.licence_accepted:
            known = str(self._settings.get("accepted_licences")).splitlines()
            lines = [*known, licence_key(chosen.weights)][-_MAX_LICENCES:]
            self._settings.set("accepted_licences", "\n".join(lines))

    @Slot(object, object)
    def _on_models(self, models: list[ModelInfo], broken: dict[str, str]) -> None:
        before = self.chosen
        self.listed, self.broken = models, broken
        self._choose_awaited()
        now = self.chosen
        if now is None and self.name != AUTO:
            self._go_back(tr("The model '{name}' is gone", name=self.name), self.name)
        elif now is not None and now.missing and before is not None and before.name == now.name and not before.missing:
            self._go_back(tr("The weights of {title} are gone", title=now.title), now.name)
        self._prepare()
        self.changed.emit()

    # Options

    @property
    def quality(self) -> Quality:
        """How carefully it fills."""
        return cast(Quality, self._settings.get("quality"))

    @quality.setter
    def quality(self, quality: Quality) -> None:
        self._settings.set("quality", quality)

    @property
    def seed(self) -> int:
        """The seed of the next fill."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        if seed != self._seed:
            self._seed = seed
            self.optionsChanged.emit()

    @property
    def device(self) -> str:
        """Where networks compute, as torch calls it, or "auto"."""
        return str(self._settings.get("device"))

    @device.setter
    def device(self, name: str) -> None:
        self._settings.set("device", name)

    @property
    def fill_on_release(self) -> bool:
        """Whether a hole is filled as soon as the pen lifts."""
        return bool(self._settings.get("fill_on_release"))

    @fill_on_release.setter
    def fill_on_release(self, on: bool) -> None:
        self._settings.set("fill_on_release", on)

    @property
    def adaptation(self) -> int:
        """How far copied colours are adapted to the light of smooth surfaces, in percent; -1 as usual."""
        return int(self._settings.get("adaptation"))

    @adaptation.setter
    def adaptation(self, percent: int) -> None:
        self._settings.set("adaptation", percent)

    @property
    def mirror(self) -> bool:
        """Whether mirrored pieces are copied, too."""
        return bool(self._settings.get("mirror"))

    @mirror.setter
    def mirror(self, on: bool) -> None:
        self._settings.set("mirror", on)

    @property
    def start(self) -> str:
        """The model whose picture a fill that copies starts from, "auto" or "none"."""
        return str(self._settings.get("start"))

    @start.setter
    def start(self, name: str) -> None:
        self._settings.set("start", name)

    @property
    def starters(self) -> list[ModelInfo]:
        """The models whose picture a fill can start from: networks that have weights which the user has accepted."""
        return [each for each in self.listed if each.can_start and self._is_accepted(each)]

    def heeds(self, option: Choice) -> bool:
        """Return whether that option changes fills of the chosen model; true where the choice is automatic."""
        return self.chosen is None or option in self.chosen.traits.heeds

    def options(self, seed: int, model: ModelInfo | None = None) -> Options:
        """Return the options of a fill with that seed, by the chosen model or another one."""
        chosen = model or self.chosen
        network = chosen is not None and chosen.traits.needs_weights
        # The built-in fillers do not use a graphics card, and would add a note about it to every fill.
        device = self.device if network or self.device == "cpu" else AUTO
        precision = PRECISIONS[str(self._settings.get("precision"))]
        return Options(
            quality=self.quality,
            seed=seed,
            device=device,
            precision=precision,
            adaptation=self.adaptation / 100 if self.adaptation >= 0 else None,
            mirror=self.mirror,
            start=self.start,
            ranked=RANKED,
        )

    @Slot(str)
    def _on_setting(self, name: str) -> None:
        if self.name != self._name:
            before, self._name = self._name, self.name
            self._settings.set("model_before", before)
        if name in ("model", "accepted_licences"):
            self._prepare()
            self.changed.emit()
        elif name in _OPTIONS:
            self._prepare()
            self.optionsChanged.emit()

    def _prepare(self) -> None:
        # Weights whose licence was not accepted are not used, so they are not loaded either.
        self._worker.choose(self.name if self.licence_accepted else "", self.options(0))

"""What a training begins with: a system, how its network is built, and the weights it goes on from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.weights import store
from inpaint_studio.errors import InputError, UnknownModel
from inpaint_studio.models.base.checkpoint_format import Config, Licence, Weights
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.protocol.arguments import SCRATCH, Training


@dataclass(frozen=True)
class Origin:
    """A system, and the set of weights that is gone on from, as far as it outlives that set."""

    system: System
    config: Config
    base: str | None = None  # name of the set; None: from nothing
    licence: Licence = "free"
    terms: str = "your own"
    weights: Weights | None = None  # None: none, or they stand in the checkpoint

    @property
    def name(self) -> str:
        """Of the system."""
        return self.system.traits.name

    def network(self) -> Inpainter:
        """The network; untrained where the weights come from a checkpoint. Raises WeightsError."""
        network = self.system.build(self.config)
        if self.weights is not None:
            network.load_state_dict(self.weights.read())
        return network

    def facts(self) -> dict[str, str | None]:
        """All that a checkpoint has to keep, so that nothing else is needed to go on."""
        known = {"system": self.name, "base": self.base, "config": json.dumps(self.config, sort_keys=True)}
        return known | {"licence": self.licence, "terms": self.terms}


def chosen(asked: Training) -> Origin:
    """What is asked for. Raises InputError, UnknownModel and WeightsError."""
    model = model_library().get(asked.model)
    if not isinstance(model, NetworkModel) or not model.traits.trainable:
        raise InputError(
            f"'{asked.model}' is not a network that can be trained.", "See 'inpaint-studio models list' for those."
        )
    weights = model.weights
    if asked.weights == SCRATCH:
        weights = None
    elif asked.weights is not None:
        try:
            other = model_library().get(asked.weights)
        except UnknownModel:
            other = None
        own = other.weights if isinstance(other, NetworkModel) else None
        weights = own or store.find(asked.weights)
        if weights.system != model.system.traits.name:
            raise InputError(
                f"The weights '{weights.name}' belong to {weights.system}, not to {model.system.traits.name}."
            )
    return _of(model.system, weights)


def _of(system: System, weights: Weights | None) -> Origin:
    if weights is None:
        return Origin(system, system.paper)
    return Origin(system, weights.config, weights.name, weights.licence, weights.terms, weights)


def kept(asked: Training, state: dict[str, Any], path: Path) -> Origin:
    """What the checkpoint `path` was begun with, by the facts in its `state`; the set it began with may be gone.

    Raises InputError where it is a checkpoint of something else than is asked for, or damaged.
    """
    damaged = InputError(f"{path} is damaged and cannot be resumed; start the training anew.")
    was = state["state"].get("recipe") if isinstance(state.get("state"), dict) else None
    if not isinstance(was, dict) or not isinstance(was.get("system"), str):
        raise damaged
    model = model_library().get(was["system"])
    if not isinstance(model, NetworkModel):
        raise damaged
    try:
        wanted = model_library().get(asked.model)
    except UnknownModel:  # a set that is gone since
        wanted = model
    system = model.system
    if not isinstance(wanted, NetworkModel) or wanted.system.traits.name != system.traits.name:
        raise InputError(
            f"That training was begun with another model ({system.traits.name}, now {asked.model}); "
            "resume it with the same, or start anew."
        )
    try:
        config = json.loads(was["config"])
        licence, terms = was["licence"], str(was["terms"])
    except (KeyError, TypeError, ValueError):
        raise damaged from None
    if not isinstance(config, dict) or licence not in get_args(Licence):
        raise damaged
    base = was.get("base")
    return Origin(system, config, None if base is None else str(base), licence, terms)


def agreeing(state: dict[str, Any], identity: dict[str, Any]) -> dict[str, Any]:
    """`state` of a checkpoint that is resumed. Raises InputError where it was begun with something else."""
    was = state["state"]["recipe"]
    other = [name for name in identity if was.get(name) != identity[name]]
    if other:
        raise InputError(
            f"That training was begun with another {other[0]} ({was.get(other[0])}, now {identity[other[0]]}); "
            "resume it with the same, or start anew."
        )
    return state

"""All models with the weights that are at hand: those of the registry, and one for each set of weights."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from inpaint_studio import build_info
from inpaint_studio.engine.weights import store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import AUTO, Model
from inpaint_studio.models.base.network_config import ConfigError
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import Registry, registry
from inpaint_studio.texts import tr

_Stamp = tuple[tuple[str, int, int], ...]  # path, time of change (ns) and size of every file of weights
_NetworkKey = tuple[str, int, int, str]  # a file's stamp, and the model's name


@dataclass(frozen=True)
class ModelLibrary(Registry):
    """The registry with weights. `unlisted` holds models that are found by name only and appear in no list."""

    unlisted: dict[str, Model] = field(default_factory=dict)

    def get(self, name: str) -> Model:
        """See `Registry.get`; the name of any set of weights is a model's name too."""
        return self.unlisted[name] if name in self.unlisted else super().get(name)


@dataclass
class _Snapshot:
    """The library for one state of the folders of weights, and its networks by the file of their weights."""

    registry: Registry
    stamp: _Stamp
    library: ModelLibrary
    networks: dict[_NetworkKey, NetworkModel]


_snapshot: _Snapshot | None = None
_lock = threading.Lock()


def model_library() -> ModelLibrary:
    """Return all models. Every network has its newest weights under its own name, else the shipped ones, else none.

    A set of weights with a name of its own, or older than the newest, is another model under the set's name. A training
    that was given a name makes a model beside the others: it takes the name of the network only where that has no other
    weights, so that no model changes because a training has ended or its weights were deleted. The library is built
    again when the folders of weights have changed; a network whose file is unchanged stays the same object. Does not
    import torch. Safe to call from any thread.
    """
    global _snapshot
    with _lock:
        models, stamp = registry(), store.stamp()
        if _snapshot is None or _snapshot.registry is not models or _snapshot.stamp != stamp:
            reusable = {} if _snapshot is None or _snapshot.registry is not models else _snapshot.networks
            _snapshot = _build(models, stamp, reusable)
        return _snapshot.library


def weights_of(model: Model) -> Weights | None:
    """Return the weights that a model of the library computes with; None where it has or needs none."""
    return model.weights if isinstance(model, NetworkModel) else None


def obstacle_of(model: Model) -> str:
    """Return why a network cannot compute in this build, in a sentence; empty where it can, or has no weights yet."""
    return model.obstacle if isinstance(model, NetworkModel) else ""


def _build(models: Registry, stamp: _Stamp, reusable: dict[_NetworkKey, NetworkModel]) -> _Snapshot:
    library = ModelLibrary(broken=dict(models.broken))
    snapshot = _Snapshot(models, stamp, library, {})
    files = {path: (path, time, size) for path, time, size in stamp}
    sets = [weights for weights in store.sets() if str(weights.path) in files]

    def network(model: NetworkModel, weights: Weights, name: str, title: str) -> NetworkModel:
        key = (*files[str(weights.path)], name)
        if key not in snapshot.networks:
            snapshot.networks[key] = reusable.get(key) or model.with_weights(weights, name=name, title=title)
        return snapshot.networks[key]

    def is_usable(model: Model, weights: Weights) -> bool:
        try:
            if isinstance(model, NetworkModel):
                model.system.table.restore(weights.config)
        except ConfigError as error:
            library.broken[weights.name] = tr(
                "its configuration does not fit {title} ({error})", title=model.traits.title, error=error
            )
            return False
        return True

    for name, model in models.models.items():
        own = [weights for weights in sets if weights.system == name and is_usable(model, weights)]
        if not isinstance(model, NetworkModel) or not own:
            library.models[name] = model
            continue
        # Shipped sets come first, then the others from old to new. Of named trainings alone, the first keeps the name.
        # What this build cannot compute with comes into question only where there is nothing else.
        able = [weights for weights in own if weights.is_program or build_info.has_torch()] or own
        newest = ([weights for weights in able if not _is_named_training(weights)] or able[:1])[-1]
        library.models[name] = network(model, newest, name, model.traits.title)
        for weights in own:
            if weights.name in models.models or weights.name == AUTO:
                continue
            variant = network(model, weights, weights.name, f"{model.traits.title} · {weights.name}")
            listed = weights is not newest or _is_named(weights)
            (library.models if listed else library.unlisted)[weights.name] = variant
    return snapshot


def _is_named(weights: Weights) -> bool:
    """Whether the user has given the set its name."""
    return weights.facts.get("named") == "yes"


def _is_named_training(weights: Weights) -> bool:
    return weights.origin == "trained" and _is_named(weights)

"""The models as they can be used here and now: those of the registry, each network with the weights at hand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from inpaint_studio.engine.weights import store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import Model
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import AUTO, Registry, registry


@dataclass(frozen=True)
class Shelf(Registry):
    """The registry with weights. `also` holds models that can be asked for by name and stand in no list."""

    also: dict[str, Model] = field(default_factory=dict)

    def get(self, name: str) -> Model:
        """See `Registry.get`; the name of any set of weights is a model's name too."""
        return self.also[name] if name in self.also else super().get(name)


@dataclass
class _Kept:
    """The shelf of one state of the folders, and the networks by the file that they have their weights from."""

    known: Registry
    stamp: tuple[tuple[str, int, int], ...]
    shelf: Shelf
    networks: dict[tuple[str, int, int, str], NetworkModel]


_kept: _Kept | None = None
_lock = threading.Lock()


def shelf() -> Shelf:
    """All models: every network has its newest weights under its own name, else the shipped ones, else none.

    A set of weights that was given a name, or is not the newest, is a model of its own under the set's name. Made anew
    where the folders of weights changed since; a network whose file is the same stays the same object. No torch.
    """
    global _kept
    with _lock:
        known, stamp = registry(), store.stamp()
        if _kept is None or _kept.known is not known or _kept.stamp != stamp:
            before = {} if _kept is None or _kept.known is not known else _kept.networks
            _kept = _made(known, stamp, before)
        return _kept.shelf


def _made(
    known: Registry, stamp: tuple[tuple[str, int, int], ...], before: dict[tuple[str, int, int, str], NetworkModel]
) -> _Kept:
    made = _Kept(known, stamp, Shelf(broken=dict(known.broken)), {})
    files = {path: (path, time, size) for path, time, size in stamp}
    sets = [weights for weights in store.sets() if str(weights.path) in files]

    def network(model: NetworkModel, weights: Weights, name: str, title: str) -> NetworkModel:
        key = (*files[str(weights.path)], name)
        if key not in made.networks:
            made.networks[key] = before.get(key) or model.using(weights, name=name, title=title)
        return made.networks[key]

    for name, model in known.models.items():
        own = [weights for weights in sets if weights.system == name]
        if not isinstance(model, NetworkModel) or not own:
            made.shelf.models[name] = model
            continue
        newest = own[-1]  # shipped sets come first, then the oldest
        made.shelf.models[name] = network(model, newest, name, model.traits.title)
        for weights in own:
            if weights.name in known.models or weights.name == AUTO:
                continue
            variant = network(model, weights, weights.name, f"{model.traits.title} · {weights.name}")
            listed = weights is not newest or weights.facts.get("named") == "yes"
            (made.shelf.models if listed else made.shelf.also)[weights.name] = variant
    return made


def weights_of(model: Model) -> Weights | None:
    """The weights that a model of the shelf computes with; None where it has or needs none."""
    return model.weights if isinstance(model, NetworkModel) else None

"""Which models are measured: every filler that needs no weights, and every set of weights that ships."""

from __future__ import annotations

from inpaint_studio import models
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.engine.weights import store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import AUTO
from inpaint_studio.models.base.registry import registry

YARDSTICK = "telea"  # times are also given as multiples of its time


def list_models() -> list[str]:
    """Names for ``evaluate --model``: `auto`, the fillers without weights, then the shipped sets by their systems."""
    fillers = [
        name
        for name, model in registry().models.items()
        if not model.traits.needs_weights and type(model).__module__.startswith(f"{models.__name__}.")
    ]
    shipped = sorted((weights for weights in store.sets() if weights.origin == "shipped"), key=_place)
    return [AUTO, *sorted(fillers), *(weights.name for weights in shipped)]


def weights_for(name: str) -> Weights | None:
    """The weights that a model of this name computes with; None where it has none of its own."""
    return None if name == AUTO else weights_of(model_library().get(name))


def _place(weights: Weights) -> tuple[str, str]:
    return weights.system, weights.name

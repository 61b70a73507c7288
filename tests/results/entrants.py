"""Which models are measured: every filler that needs no weights, and every set of weights that ships."""

from __future__ import annotations

from inpaint_studio import models
from inpaint_studio.engine.evaluation.entrants import parse_entrant
from inpaint_studio.engine.fill.learned_start import find_start
from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.weights import store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import AUTO, NO_START
from inpaint_studio.models.base.registry import registry

YARDSTICK = "telea"  # times are also given as multiples of its time


def list_models() -> list[str]:
    """Names for ``evaluate --model``: `auto`, the fillers without weights, then the shipped sets by their systems.

    Where a network draws what fills start from, those that heed it are measured without it, too. A network that fills
    nothing but the middle of an image is left out: these holes lie anywhere.
    """
    starts = find_start(model_library(), AUTO) is not None
    fillers = [
        name
        for name, model in registry().models.items()
        if not model.traits.needs_weights and type(model).__module__.startswith(f"{models.__name__}.")
    ]
    anywhere = (weights for weights in store.sets() if registry().models[weights.system].traits.centred is None)
    shipped = sorted((weights for weights in anywhere if weights.origin == "shipped"), key=_place)
    heeding = [name for name in fillers if starts and "start" in registry().models[name].traits.heeds]
    fillers += [f"{name}:start={NO_START}" for name in heeding]
    return [AUTO, *sorted(fillers), *(weights.name for weights in shipped)]


def weights_for(name: str) -> Weights | None:
    """The weights that a model of this name computes with; None where it has none of its own."""
    return parse_entrant(name).weights()


def _place(weights: Weights) -> tuple[str, str]:
    return weights.system, weights.name

"""How well a set of weights fills the held-out photos, for its card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inpaint_studio import paths
from inpaint_studio.engine.weights.model_card import HeldOutFigures
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.models.base.registry import registry
from inpaint_studio.protocol.request import FEATURE_LOSSES
from training.data import photos
from training.recipe import leave_out_losses
from training.recipes import recipe_for
from training.run.validation import measure, measure_colour_spread

CROPS = 64  # held-out crops that a set is measured with


def measure_set(weights: Weights, folder: Path) -> HeldOutFigures:
    """Fill `CROPS` held-out crops of the photos in `folder`, of the size that the set was trained at, and compare them.

    Beside the network stands the spread of the colours round each hole (Telea 2004). Raises InputError.
    """
    model = registry().models[weights.system]
    assert isinstance(model, NetworkModel)
    kind = recipe_for(weights.system)
    config = model.system.table.restore(weights.config)
    traits = model.system.settle(model.system.traits, config)
    size = weights.trained_at or traits.fixed_size or kind.size
    settings = leave_out_losses(kind, kind.Settings(), FEATURE_LOSSES)
    if hasattr(settings, "size"):
        settings = replace(settings, size=size)
    network = model.system.build(config)
    network.load_state_dict(weights.read())
    recipe = kind(network, settings, None, True)
    cache = paths.cache_dir()
    cache = None if cache is None else cache / "photos"
    held = photos.open_folder(folder).held_out(size, cache, recipe.mixture, recipe.wants_sketch, CROPS)
    figures = measure(recipe, network, held, lambda: None).values()
    return HeldOutFigures(
        size=size,
        crops=len(held.image),
        psnr=round(figures["psnr"], 2),
        spread=round(measure_colour_spread(held), 2),
        sharpness=round(figures.get("sharpness", 0.0), 3),
        seam=round(figures.get("seam", 0.0), 3),
    )

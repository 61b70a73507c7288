"""The discriminators at the start of a fine-tuning: kept ones go on, new ones learn alone before they teach.

An untrained discriminator would teach a trained network nonsense. So it learns alone for its first updates, while the
generator does not change at all. The papers do not fine-tune; `UPDATES` and `MOST` are ours (GLCIC, which trains its
discriminator alone too, gives it 2 % of the training).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from inpaint_studio.engine.weights import discriminators
from inpaint_studio.engine.weights.discriminators import MissingDiscriminators
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.texts import mark, name_all, tr
from training.recipe import Recipe, Update

UPDATES = 100  # of each untrained discriminator, by default
MOST = 0.1  # of a training whose length is set


def load_discriminators(recipe: Recipe, weights: Weights | None) -> tuple[list[str], str]:
    """Give the discriminators of `recipe` the weights that are kept beside `weights`.

    Return the names of those that stay untrained, and a sentence about them where the set had some.
    """
    modules = recipe.discriminators()
    if weights is None or not modules:
        return list(modules), ""
    try:
        kept = discriminators.read(weights)
    except MissingDiscriminators as error:
        return list(modules), tr("{plain} This training begins with new ones.", plain=error.plain)
    untrained = [name for name, module in modules.items() if not _load(module, kept.get(name))]
    if not kept or not untrained:
        return untrained, ""
    there, missing = ([name for name in untrained if (name in kept) is is_kept] for is_kept in (True, False))
    reasons = []
    if there:
        one = mark("The kept {names} of '{name}' has another shape than here; this training begins with a new one.")
        many = mark("The kept {names} of '{name}' have another shape than here; this training begins with a new one.")
        names = name_all(there)
        reasons.append(tr(one if len(there) == 1 else many, names=names, name=weights.name))
    if missing:
        reasons.append(
            tr(
                "'{name}' has no {names}; this training begins with a new one.",
                name=weights.name,
                names=name_all(missing),
            )
        )
    return untrained, " ".join(reasons)


def plan_warm_up(
    recipe: Recipe, optimisers: Mapping[str, Optimizer], untrained: list[str], updates: int, steps: int | None
) -> dict[str, int]:
    """Return how many updates the optimisers of untrained discriminators make alone; not more than a tenth of `steps`.

    Optimisers of the generator are left out: they cannot be used alone.
    """
    count = updates if steps is None else min(updates, int(MOST * steps))
    modules = recipe.discriminators()
    new = {id(weight) for name in untrained for weight in modules[name].parameters()}
    generator = {id(weight) for weight in recipe.modules["generator"].parameters()}
    owned = {name: {id(w) for g in each.param_groups for w in g["params"]} for name, each in optimisers.items()}
    return {name: count for name, weights in owned.items() if count and weights & new and not weights & generator}


def choose_updates(updates: list[Update], left: Mapping[str, int]) -> list[Update]:
    """Return those of a step's `updates` that are made: while a discriminator warms up, only its own."""
    alone = [update for update in updates if left.get(update.optimiser)]
    return alone or updates


@contextmanager
def kept_buffers(module: nn.Module) -> Iterator[None]:
    """Undo what the forward passes inside change of the module's buffers, such as running means."""
    before = [buffer.clone() for buffer in module.buffers()]
    try:
        yield
    finally:
        with torch.no_grad():
            for buffer, value in zip(module.buffers(), before, strict=True):
                buffer.copy_(value)


def _load(module: nn.Module, kept: Mapping[str, Tensor] | None) -> bool:
    """Load `kept` where every key and shape fits; return whether it did."""
    own = module.state_dict()
    if kept is None or {key: value.shape for key, value in kept.items()} != {k: v.shape for k, v in own.items()}:
        return False
    module.load_state_dict(dict(kept))
    return True

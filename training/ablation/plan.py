"""What an ablation trains: its variants, its seeds, and the request of each training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.network_model import System
from inpaint_studio.protocol.request import SCRATCH, TrainingRequest
from inpaint_studio.texts import tr
from training.ablation.variants import ATTENTION, AblationVariant, make_variants
from training.losses.vgg import load_features
from training.recipe import Recipe, change_settings, leave_out_losses, needs_features
from training.recipes import recipe_for
from training.run import start_weights
from training.run.start_weights import StartWeights

SIZE = 64  # px per side of the crops where the user chose none: small, as an ablation is many trainings
_NEVER = 1e12  # s between measurements during a training: only its end counts
_FOR_ALL = (  # fields of a request in which all trainings of an ablation are equal
    "model", "steps", "minutes", "size", "colours", "batch", "precision", "schedule", "warm_up", "clip", "holes",
    "config", "settings", "without_losses",
)  # fmt: skip


@dataclass(frozen=True)
class AblationPlan:
    """All trainings of an ablation. `base` is what they have in common; its name, folder and seed do not count."""

    base: TrainingRequest
    system: System
    recipe: type[Recipe]
    variants: tuple[AblationVariant, ...]
    seeds: tuple[int, ...]

    def trainings(self) -> Iterator[tuple[AblationVariant, int]]:
        """Yield variant and seed of each training, seed by seed: after each seed the variants can be compared."""
        for seed in self.seeds:
            for variant in self.variants:
                yield variant, seed

    def request(self, variant: AblationVariant, seed: int, folder: Path) -> TrainingRequest:
        """Return the request of one training, which writes into `folder` alone and measures at its ends alone."""
        return replace(
            self.base,
            output=folder,
            seed=seed,
            config=(*self.base.config, *variant.config()),
            settings=self._settings(variant),
            keep_best=0,
            evaluate_seconds=_NEVER,
            log=("none",),
        )

    def start(self, variant: AblationVariant) -> StartWeights:
        """Return the untrained network of a variant. Raises InputError where it cannot be built so."""
        request = self.request(variant, 0, Path())
        start = start_weights.choose(self.base.model, SCRATCH, request.configuration())
        implied = {k: v for k, v in self.recipe.trained_config.items() if k not in request.configuration()}
        return replace(start, config={**start.config, **implied})

    def settings(self, variant: AblationVariant) -> Any:
        """Return the settings of the recipe for a variant. Raises InputError where one of them cannot be."""
        request = self.request(variant, 0, Path())
        chosen = change_settings(self.recipe.Settings(), request.assignments())
        found = leave_out_losses(self.recipe, chosen, request.without_losses)
        return replace(found, size=self.base.size) if hasattr(found, "size") else found

    def identity(self) -> dict[str, Any]:
        """Return what must be equal where an ablation goes on, as plain values; without the names of folders."""
        values = {name: getattr(self.base, name) for name in _FOR_ALL}
        known = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        return known | {"masks": self.base.masks is not None, "photos": self.base.photos.resolve().name}

    def _settings(self, variant: AblationVariant) -> tuple[str, ...]:
        """Return the settings of all variants and, on top of them, those that this one's losses need."""
        own = dict(variant.settings)
        others = [f"{name}={value}" for name, value in self.base.assignments().items() if name not in own]
        return (*others, *(f"{name}={value}" for name, value in own.items()))


def make_plan(
    base: TrainingRequest, attention: Sequence[str], losses: Sequence[str], seeds: Sequence[int]
) -> AblationPlan:
    """Return the plan of an ablation, with all that can be checked before the first training.

    Raises InputError and its subclasses.
    """
    if base.steps is None and base.minutes is None:
        raise InputError(tr("Say how long each training is, with --steps or --minutes."))
    start = start_weights.choose(base.model, SCRATCH, base.configuration())
    if start.name != base.model:
        raise InputError(
            tr("An ablation trains from nothing, so name the network, {name}, and no set of weights.", name=start.name)
        )
    if attention and ATTENTION in base.configuration():
        raise InputError(tr("The attention is chosen twice, by --attention and by --config; leave out the second."))
    recipe, traits = recipe_for(start.name), start.system.traits
    base = replace(base, weights=SCRATCH, size=base.size or traits.fixed_size or max(SIZE, traits.min_side))
    variants = make_variants(start.system, recipe, attention, losses, base.assignments())
    plan = AblationPlan(base, start.system, recipe, variants, tuple(dict.fromkeys(seeds)))
    for variant in plan.variants:
        plan.start(variant)
    _check_features(plan)
    return plan


def _check_features(plan: AblationPlan) -> None:
    """Raise MissingFeatures where a variant needs a trained VGG that is not there, and what settings raise."""
    needs: Mapping[str, bool] = {
        variant.name: needs_features(plan.recipe, plan.settings(variant)) for variant in plan.variants
    }
    if any(needs.values()):
        assert plan.recipe.wants_features is not None
        load_features(plan.recipe.wants_features, plan.base.vgg)

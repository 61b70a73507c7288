"""Everything a training needs before its first step: processes, photos, the network and its recipe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from lightning_fabric import Fabric, seed_everything

from inpaint_studio import paths
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.protocol.arguments import Training
from training.data import photos
from training.data.crops import Numbered
from training.distributed import launch
from training.losses.vgg import trained
from training.recipe import Batch, Recipe, changed
from training.recipes import recipe_for
from training.run.start_weights import Origin
from training.run.state import Plan
from training.terms import need_features, without

_ON_PROCESSOR = 4  # pictures a step, where no card computes


@dataclass
class Prepared:
    """A training that is ready to begin, in this process."""

    asked: Training
    fabric: Fabric
    origin: Origin
    recipe: Recipe
    source: photos.Source
    crops: Numbered
    held: Batch
    size: int  # px
    share: int  # of each batch that falls to this process
    workers: int

    @property
    def first(self) -> bool:
        """Whether this process speaks and writes for all."""
        return self.fabric.global_rank == 0

    @property
    def batch(self) -> int:
        """Crops a step, of all processes."""
        return self.share * self.fabric.world_size

    def stream(self, start: int) -> Iterator[Batch]:
        """This process's share of the batches from number `start` on."""
        return photos.batches(
            self.crops,
            self.share,
            workers=self.workers,
            start=start,
            rank=self.fabric.global_rank,
            processes=self.fabric.world_size,
        )

    def identity(self) -> dict[str, Any]:
        """What a training that resumes this one must agree in, and all that it needs of the set it began with."""
        known: dict[str, Any] = {"system": self.origin.name, "size": self.size, "batch": self.batch}
        known |= {"seed": self.asked.seed, "photos": self.source.identity}
        known |= {"settings": json.dumps(asdict(self.recipe.settings), sort_keys=True)}
        return known | self.origin.facts()

    def plan(self) -> Plan:
        """How long it goes on."""
        asked = self.asked
        return Plan(
            steps=asked.steps,
            seconds=None if asked.minutes is None else 60 * asked.minutes,
            evaluate_every=asked.evaluate_seconds,
            report_every=asked.report_seconds,
            save_every=60 * asked.save_minutes,
            patience=asked.patience,
        )


def prepare(asked: Training, origin: Origin) -> Prepared:
    """Launches the processes, looks through the photos and builds the network with its recipe.

    Raises InputError and its kind for what cannot begin; nothing has been written by then.
    """
    kind = recipe_for(origin.name)
    settings = without(kind, changed(kind.Settings(), asked.settings), asked.without)
    size = _size(asked, kind, settings, origin.system.settle(origin.system.traits, origin.config))
    if hasattr(settings, "size"):
        settings = replace(settings, size=size)
    fabric = launch.fabric(asked)
    fabric.launch()
    seed_everything(asked.seed, verbose=False)
    source = photos.opened(asked.photos.absolute())
    recipe = _recipe(asked, kind, settings, origin)
    whole = asked.batch or (recipe.batch if fabric.device.type == "cuda" else _ON_PROCESSOR)
    share = _share(whole, fabric.world_size, recipe.least_batch(size))
    cache = paths.cache_dir()
    cache = cache / "photos" if cache is not None else None
    return Prepared(
        asked=asked,
        fabric=fabric,
        origin=origin,
        recipe=recipe,
        source=source,
        crops=source.crops(size, cache, recipe.mixture, recipe.wants_sketch, asked.seed),
        held=source.held_out(size, cache, recipe.mixture, recipe.wants_sketch),
        size=size,
        share=share,
        workers=asked.workers if asked.workers is not None else launch.workers(fabric),
    )


def _size(asked: Training, kind: type[Recipe], settings: Any, traits: Traits) -> int:
    """Px of the sides of all pictures. Raises InputError where the network cannot be trained on such."""
    also = settings.size if "size" in asked.settings else None
    if also is not None and asked.size not in (None, also):
        raise InputError(f"The size of the pictures is given twice, as {asked.size} and as {also} px; give one.")
    size: int = asked.size or also or traits.fixed_size or kind.size
    if traits.min_side == traits.max_side:
        if size != traits.min_side:
            raise InputError(f"{kind.system} takes pictures of {traits.min_side} px alone, not {size}; give that size.")
    elif size < traits.min_side or size % traits.multiple_of:
        near = max(traits.min_side, round(size / traits.multiple_of) * traits.multiple_of)
        needs = f"pictures of {traits.min_side} px or more" + (
            f" in steps of {traits.multiple_of}" if traits.multiple_of > 1 else ""
        )
        raise InputError(f"{kind.system} takes {needs}, not {size}; give {near}.")
    return size


def _share(whole: int, processes: int, least: int) -> int:
    """The pictures of a step for each process. Raises InputError where they are too few to learn from."""
    share = max(1, whole // processes)
    if share < least:
        each = " for each process" if processes > 1 else ""
        text = f"This network learns from {least} pictures a step or more{each}; give a batch of {least * processes}."
        raise InputError(text)
    return share


def _recipe(asked: Training, kind: type[Recipe], settings: Any, origin: Origin) -> Recipe:
    features = None
    if kind.wants_features is not None and need_features(kind, settings):
        features = trained(kind.wants_features, asked.vgg)
    elif asked.vgg is not None and not asked.vgg.is_file():
        raise InputError(f"There is no file {asked.vgg}; nothing needs one here, so leave it out.")
    return kind(origin.network(), settings, features, origin.base is not None)

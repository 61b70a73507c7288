"""Everything a training needs before its first step: processes, photos, the network and its recipe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from lightning_fabric import Fabric, seed_everything

from inpaint_studio import paths
from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.texts import tr
from training.data import chosen_holes, photos
from training.data.batch import Batch
from training.data.colour_changes import Colours
from training.data.crops import CropDataset, MixedSizes
from training.data.masks import HoleSource
from training.data.mean_colour import measure_mean_colour
from training.distributed import launch
from training.labels.labelling import Labelling
from training.losses.vgg import load_features
from training.recipe import Recipe, change_settings, leave_out_losses, needs_features
from training.recipes import recipe_for
from training.run.label_maps import choose_labels, open_photos
from training.run.moment import phases_left
from training.run.remember import cut_others
from training.run.schedule import check_schedule
from training.run.start_weights import StartWeights
from training.run.state import Plan
from training.run.validation import Judge

_BATCH_ON_PROCESSOR = 4  # images a step, where there is no graphics card
_PIXELS_OF = 256  # px per side of the crops that this number is meant for


@dataclass
class TrainingSetup:
    """A training that is ready to begin, in this process."""

    plan: Plan
    fabric: Fabric
    start: StartWeights
    recipe: Recipe
    photos: photos.PhotoSource
    crops: CropDataset
    held: Batch
    cut_others: Callable[[], Batch | None]  # of other photos, for weights that are fine-tuned
    seed: int
    size: int  # px, of the largest crops where there are several sizes
    note: str  # a sentence about masks that were left out; "": none
    share: int  # images of each batch for this process
    workers: int
    judge: Judge
    labelling: Labelling | None = None  # of the label maps; None: there are none

    @property
    def is_first(self) -> bool:
        """Whether this process reports and writes for all."""
        return self.fabric.global_rank == 0

    @property
    def batch(self) -> int:
        """Crops a step, of all processes."""
        return self.share * self.fabric.world_size

    def stream(self, number: int) -> Iterator[Batch]:
        """Yield this process's share of the batches, from batch `number` on."""
        return photos.load_batches(
            self.crops,
            self.share,
            workers=self.workers,
            start=number,
            rank=self.fabric.global_rank,
            processes=self.fabric.world_size,
        )

    def identity(self) -> dict[str, Any]:
        """Return what must be equal when this training is resumed, and all that is needed of its start weights."""
        known: dict[str, Any] = {"system": self.start.name, "size": self.size, "batch": self.batch}
        if self.crops.mixed is not None:
            known |= {"smaller sizes": ", ".join(map(str, self.crops.mixed.sides[:-1]))}
        if self.crops.maker.colours != "small":
            known |= {"changes of colour": self.crops.maker.colours}
        known |= {"seed": self.seed, "photos": self.photos.identity}
        known |= {"figure for the best weights": self.plan.best_by}
        plan = self.plan
        rates = {"schedule": plan.schedule, "warm_up": plan.warm_up, "clip": plan.clip}
        known |= {"learning rates": json.dumps(rates, sort_keys=True)}
        known |= {"kind of holes": json.dumps(self.recipe.mixture.describe(), sort_keys=True)}
        known |= {"settings": json.dumps(asdict(self.recipe.settings), sort_keys=True)}
        if self.labelling is not None:
            known |= {"label maps": self.labelling.maps} if self.labelling.maps else {}
            known |= self.labelling.facts()
        return known | self.start.identity()


def set_up(request: TrainingRequest, start: StartWeights) -> TrainingSetup:
    """Launch the processes, look through the photos, and build the network with its recipe.

    Raises InputError and its subclasses for what cannot begin; nothing has been written by then.
    """
    kind = recipe_for(start.name)
    start = _imply(kind, start, request)
    assignments = request.assignments()
    implied = start.record.continue_settings(kind.Settings())
    settings = leave_out_losses(kind, change_settings(implied, assignments), request.without_losses)
    in_settings = settings.size if "size" in assignments else None
    traits = start.system.settle(start.system.traits, start.config)
    usual = start.record.crop_size(traits) or kind.size
    size = _size(request.size, in_settings, usual, kind.system, traits)
    smaller = _smaller_sizes(request, size, kind, traits)
    if hasattr(settings, "size"):
        settings = replace(settings, size=size)
    fabric = launch.make_fabric(request.devices, request.nodes, request.precision, request.background)
    fabric.launch()
    seed_everything(request.seed, verbose=False)
    labelled = open_photos(request, kind)
    source = labelled.source
    cache = paths.cache_dir()
    cache = cache / "photos" if cache is not None else None
    start, labelling = choose_labels(kind, start, request, labelled, size, cache)
    chosen, note = _choose_holes(request, start.system.traits)
    recipe = _build_recipe(kind, settings, start, request.vgg)
    if chosen is not None:
        recipe.mixture = chosen
    batch = request.batch or _choose_batch(recipe, fabric.device.type == "cuda", start.fine_tuning, size)
    if recipe.wants_mean_colour and start.base is None:  # weights that are fine-tuned keep theirs
        _set_mean_colour(recipe, source, size, cache)
    share = _share(batch, fabric.world_size, recipe.least_batch(min(smaller, default=size)))
    crops = source.crops(size, cache, recipe.mixture, recipe.wants_sketch, request.seed)
    crops.maker = replace(crops.maker, colours=cast(Colours, request.colours))
    labels, other_labels = (
        (None, None) if labelling is None else (labelling.source, labelling.of_others(cache, 2 * size))
    )
    crops.labels = labels
    if smaller:
        crops.mixed = MixedSizes((*smaller, size), share * fabric.world_size, request.seed)
    return TrainingSetup(
        plan=make_plan(request),
        fabric=fabric,
        start=start,
        recipe=recipe,
        photos=source,
        crops=crops,
        held=source.held_out(size, cache, recipe.mixture, recipe.wants_sketch, labels=labels),
        cut_others=partial(
            cut_others, request.photos.absolute(), size, cache, recipe.mixture, recipe.wants_sketch, other_labels
        ),
        seed=request.seed,
        size=size,
        note=note,
        share=share,
        judge=Judge.load(request.best_by, size, None if labelling is None else labelling.labeller),
        labelling=labelling,
        workers=request.workers if request.workers is not None else launch.count_workers(fabric),
    )


def _set_mean_colour(recipe: Recipe, source: photos.PhotoSource, size: int, cache: Path | None) -> None:
    """Give the untrained network the mean colour of the photos."""
    first = source.crops(size, cache, recipe.mixture)
    colour = measure_mean_colour(first, source.training_count, cache)
    recipe.modules["generator"].get_buffer("mean").copy_(torch.tensor(colour))


def _choose_holes(request: TrainingRequest, traits: Traits) -> tuple[HoleSource | None, str]:
    """Return the holes that the request names (None: the recipe's own), and a sentence about unusable masks."""
    if request.holes is None and request.masks is None:
        return None, ""
    if traits.centred is not None:
        raise InputError(
            tr("{title} fills only the middle of an image; leave out --holes and --masks.", title=traits.title)
        )
    if request.holes is not None:
        return chosen_holes.parse_sets(request.holes), ""
    assert request.masks is not None
    return chosen_holes.find_masks(request.masks.absolute())


def make_plan(request: TrainingRequest) -> Plan:
    """Return how long and how often, as the request says. Raises InputError for a schedule that cannot be."""
    check_schedule(request.schedule, request.steps is not None or request.minutes is not None)
    return Plan(
        steps=request.steps,
        seconds=None if request.minutes is None else 60 * request.minutes,
        evaluate_every=request.evaluate_seconds,
        report_every=request.report_seconds,
        save_every=60 * request.save_minutes,
        patience=request.patience,
        best_by=request.best_by,
        keep_best=request.keep_best,
        schedule=request.schedule,
        warm_up=request.warm_up,
        compile=request.compile,
        clip=request.clip,
    )


def _imply(kind: type[Recipe], start: StartWeights, request: TrainingRequest) -> StartWeights:
    """Return `start` with what the recipe implies for its configuration, where the user chose nothing else."""
    if request.resume:  # the checkpoint says how its network is built
        return start
    chosen = request.configuration()
    implied = {name: value for name, value in kind.trained_config.items() if name not in chosen}
    return replace(start, config={**start.config, **implied})


def _choose_batch(recipe: Recipe, on_card: bool, fine_tuning: bool, size: int) -> int:
    """Return the crops of a step where the user chose none: the paper's number on a graphics card.

    A processor takes few. Weights that are fine-tuned on small crops get as many pixels a step as in crops of 256 px,
    and the paper's number at most.
    """
    if on_card:
        return recipe.batch
    as_many = _BATCH_ON_PROCESSOR * (_PIXELS_OF / size) ** 2 if fine_tuning else 0.0
    return max(_BATCH_ON_PROCESSOR, min(recipe.batch, round(as_many)))


def _size(requested: int | None, in_settings: int | None, usual: int, system: str, traits: Traits) -> int:
    """Return the side of the crops in px; `usual` where the user chose none.

    Raises InputError where the network cannot be trained on such crops.
    """
    if in_settings is not None and requested not in (None, in_settings):
        raise InputError(
            tr(
                "The size of the crops is set twice, to {requested} and to {in_settings} px; set one.",
                requested=requested,
                in_settings=in_settings,
            )
        )
    size: int = requested or in_settings or traits.fixed_size or usual
    if traits.min_side == traits.max_side:
        if size != traits.min_side:
            raise InputError(
                tr(
                    "{system} takes images of {min_side} px alone, not {size}; use that size.",
                    system=system,
                    min_side=traits.min_side,
                    size=size,
                )
            )
    elif size < traits.min_side or size % traits.multiple_of:
        near = max(traits.min_side, round(size / traits.multiple_of) * traits.multiple_of)
        needs = tr("images of {min_side} px or more", min_side=traits.min_side) + (
            tr(" in steps of {multiple_of}", multiple_of=traits.multiple_of) if traits.multiple_of > 1 else ""
        )
        raise InputError(
            tr("{system} takes {needs}, not {size}; use {near}.", system=system, needs=needs, size=size, near=near)
        )
    return size


def _smaller_sizes(request: TrainingRequest, size: int, kind: type[Recipe], traits: Traits) -> tuple[int, ...]:
    """Return the further sides of crops in px, below `size`. Raises InputError where the network cannot have them."""
    smaller = request.smaller_sizes()
    if smaller and (hasattr(kind.Settings(), "size") or traits.fixed_size is not None):
        raise InputError(tr("{system} is trained on crops of one size; leave out --more-sizes.", system=kind.system))
    for each in smaller:
        if each >= size:
            raise InputError(
                tr("--more-sizes are smaller than the {size} px of --size, and {each} is not.", size=size, each=each)
            )
        _size(each, None, size, kind.system, traits)
    return smaller


def _share(batch: int, processes: int, least: int) -> int:
    """Return the images of a step for each process. Raises InputError where they are too few to train on."""
    share = max(1, batch // processes)
    if share < least:
        values = {"least": least, "least_2": least * processes}
        raise InputError(
            tr("This network needs {least} images a step or more for each process; use a batch of {least_2}.", **values)
            if processes > 1
            else tr("This network needs {least} images a step or more; use a batch of {least_2}.", **values)
        )
    return share


def _build_recipe(kind: type[Recipe], settings: Any, start: StartWeights, vgg: Path | None) -> Recipe:
    features = None
    if kind.wants_features is not None and needs_features(kind, settings):
        features = load_features(kind.wants_features, vgg)
    elif vgg is not None and not vgg.is_file():
        raise InputError(tr("There is no file {vgg}; nothing needs one here, so leave it out.", vgg=vgg))
    network = start.network()
    if start.base is None:
        kind.initialise(network)
        network.begin_diffused(network.diffused)
    recipe = kind(network, settings, features, start.fine_tuning)
    if start.phase:
        recipe.phases = phases_left(recipe.phases, start.phase, start.phase_steps) or recipe.phases
    return recipe

"""Which label maps a training has, and how many classes its network gets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.class_colours import numbered_classes
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.protocol.request import SCRATCH, TrainingRequest
from inpaint_studio.texts import tr
from training.data.batch import Batch
from training.data.photos import PhotoFolder, PhotoSource, open_folder, survey
from training.labels.agreement import measure_agreement
from training.labels.labelling import CLASSES, Labelling, read_classes, read_labeller
from training.labels.map_folder import MapFolder, find_maps
from training.labels.prepare import USUAL, cluster_photos, fit_photos
from training.labels.shard_maps import find_shard_maps
from training.labels.sources import FolderLabels, FoundLabels, ShardLabels
from training.recipe import Recipe
from training.run.start_weights import StartWeights

_LISTED = 12  # names in a sentence
_LEAST = 2  # classes of a network


@dataclass(frozen=True)
class LabelledPhotos:
    """The photos of a training, and the label maps that the user has for them."""

    source: PhotoSource
    maps: MapFolder | None = None  # None: the user has none; those of shards have no files


def open_photos(request: TrainingRequest, kind: type[Recipe]) -> LabelledPhotos:
    """Return the photos of a request; where it names label maps, those that have one.

    Raises InputError where there are none, and for label maps that the recipe has no use for.
    """
    folder = request.photos.absolute()
    if request.labels is None:
        return LabelledPhotos(open_folder(folder))
    if not kind.wants_labels:
        raise InputError(tr("{system} is trained without label maps; leave out --labels.", system=kind.system))
    labels, found = request.labels.absolute(), survey(folder)
    home, inner = folder.resolve(), labels.resolve()
    if inner != home and inner.is_relative_to(home):  # the maps lie in a folder among the photos
        place = folder / inner.relative_to(home)
        found = found._replace(photos=[path for path in found.photos if not path.is_relative_to(place)])
    if found.shards and not found.photos:
        if inner != home:
            raise InputError(
                tr(
                    "The photos of {folder} lie in shards, and so must their label maps: --labels {folder}",
                    folder=folder,
                )
            )
        return LabelledPhotos(open_folder(folder), find_shard_maps(folder, found.shards))
    maps = find_maps(labels, found.photos, folder)
    source = PhotoFolder.of(folder, found._replace(photos=list(maps.maps)))
    return LabelledPhotos(replace(source, note=" ".join(filter(None, [source.note, maps.note]))), maps)


def choose_labels(
    kind: type[Recipe],
    start: StartWeights,
    request: TrainingRequest,
    photos: LabelledPhotos,
    size: int,
    cache: Path | None,
) -> tuple[StartWeights, Labelling | None]:
    """Return the label maps for crops of `size` px where the recipe needs them, and `start` with their classes.

    Weights that have classes of their own keep them. An untrained network gets as many as the label maps have, or 8
    that are made from the photos, or as many as the user chose. Raises InputError where the label maps do not fit.
    """
    if not kind.wants_labels:
        return start, None
    known, labeller = read_classes(start.label_facts), read_labeller(start.label_facts)
    owner, maps = (
        tr("The network") if start.base is None else tr("The network of '{base}'", base=start.base),
        photos.maps,
    )
    first = photos.source.crops(size, cache, kind.mixture)
    if maps is None:
        if known and labeller is None:
            text = tr("{owner} has classes of its own, but not how to find them in photos", owner=owner)
            raise InputError(tr("{text}; give label maps with --labels.", text=text))
        if labeller is None:
            start = _with_classes(start, request, kind, USUAL)
            count = start.config.get(CLASSES, USUAL)
            labeller = cluster_photos(first, photos.source.training_count, count, cache)
        return start, Labelling(labeller, FoundLabels(labeller, cache, 2 * size))
    if known:
        _check_known(maps, known, owner)
    else:
        start = _with_classes(start, request, kind, max(_LEAST, len(maps.classes)))
        known = _pad(maps, start.config.get(CLASSES), owner)
    first.labels = FolderLabels(maps.maps, known, cache, 2 * size) if maps.maps else ShardLabels(known)
    if labeller is None:
        labeller = fit_photos(first, photos.source.training_count, known, maps.identity, cache)
    return start, Labelling(labeller, first.labels, maps.identity)


def describe_labels(labelling: Labelling, held: Batch) -> str:
    """Return a sentence or two on the classes, and on how well they are found in the held-out crops themselves."""
    names = ", ".join(each.name for each in labelling.classes[:_LISTED])
    more = ", ..." if len(labelling.classes) > _LISTED else ""
    text = tr(
        "The label maps have {count} classes: {names}{more}.", count=len(labelling.classes), names=names, more=more
    )
    known = [each for each in measure_agreement(labelling.labeller, held.image, held) if not math.isnan(each)]
    if not known:
        return text
    return tr(
        "{text} The photos themselves agree with them by {sum:.2f}; fills can hardly agree more.",
        text=text,
        sum=sum(known) / len(known),
    )


def _with_classes(start: StartWeights, request: TrainingRequest, kind: type[Recipe], count: int) -> StartWeights:
    """Return `start` with `count` classes, where it is untrained and neither the user nor the recipe chose a number."""
    chosen = CLASSES in request.configuration() or CLASSES in kind.trained_config
    if start.base is not None or request.resume or chosen or CLASSES not in start.config:
        return start
    return replace(start, config={**start.config, CLASSES: count})


def _pad(maps: MapFolder, count: int | None, owner: str) -> tuple[LabelClass, ...]:
    """Return the classes of the maps, and further ones up to `count`. Raises InputError where there are more."""
    found = len(maps.classes)
    if count is not None and found > count:
        raise InputError(
            tr(
                "{owner} has {count} classes, and the label maps have {found}; choose fewer, or others.",
                owner=owner,
                count=count,
                found=found,
            )
        )
    return (*maps.classes, *numbered_classes(max(found, count or 0))[found:])


def _check_known(maps: MapFolder, known: Sequence[LabelClass], owner: str) -> None:
    """Raise InputError where the maps have a class that the weights do not know."""
    hint = tr("or start from nothing with --from {scratch}.", scratch=SCRATCH)
    if not maps.named:
        if len(maps.classes) > len(known):
            text = tr(
                "{owner} knows {count} classes, and the label maps have {count_2}",
                owner=owner,
                count=len(known),
                count_2=len(maps.classes),
            )
            raise InputError(tr("{text}; give maps with those alone, {hint}", text=text, hint=hint))
        return
    names = {each.name.casefold() for each in known}
    strange = next((each.name for each in maps.classes if each.name.casefold() not in names), None)
    if strange is not None:
        listed = ", ".join(each.name for each in known[:_LISTED]) + (", ..." if len(known) > _LISTED else "")
        text = tr(
            "The label maps have the class '{strange}', which {owner}{owner_2} does not know ({listed})",
            strange=strange,
            owner=owner[0].lower(),
            owner_2=owner[1:],
            listed=listed,
        )
        raise InputError(tr("{text}; name the classes alike, {hint}", text=text, hint=hint))

"""Which label maps a training has, and how many classes its network gets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from inpaint_studio.protocol.request import TrainingRequest
from training.data.photos import PhotoSource
from training.labels.labelling import CLASSES, Labelling, read_labeller
from training.labels.prepare import USUAL, cluster_photos
from training.labels.sources import FoundLabels
from training.recipe import Recipe
from training.run.start_weights import StartWeights


def choose_labels(
    kind: type[Recipe],
    start: StartWeights,
    request: TrainingRequest,
    source: PhotoSource,
    size: int,
    cache: Path | None,
) -> tuple[StartWeights, Labelling | None]:
    """Return the label maps for crops of `size` px where the recipe needs them, and `start` with their classes.

    Weights that have classes of their own keep them. An untrained network gets 8 that are made from the photos, or as
    many as the user chose. Raises InputError where the weights do not say how their classes are found.
    """
    if not kind.wants_labels:
        return start, None
    labeller = read_labeller(start.label_facts, f"The weights '{start.base}'")
    if labeller is None:
        chosen = CLASSES in request.configuration() or CLASSES in kind.trained_config
        if start.base is None and not chosen and CLASSES in start.config:
            start = replace(start, config={**start.config, CLASSES: USUAL})
        first = source.crops(size, cache, kind.mixture)
        count = start.config.get(CLASSES, USUAL)
        labeller = cluster_photos(first, source.training_count, count, cache)
    return start, Labelling(labeller, FoundLabels(labeller, cache, 2 * size))

"""The figures of fills of the held-out crops: by a trained network, by an untrained one, and by spread colours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inpaint_studio import paths
from inpaint_studio.engine.evaluation import metrics
from inpaint_studio.engine.evaluation.columns import COLUMNS
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.opencv import cv2
from training.ablation.plan import AblationPlan
from training.ablation.variants import AblationVariant
from training.data import chosen_holes, photos
from training.data.batch import Batch
from training.data.masks import HoleSource
from training.recipe import Recipe
from training.run.validation import measure

CROPS = 64  # held-out crops
_TELEA_RADIUS = 5  # px; of OpenCV's examples
_MEASURED = ("psnr", "ssim", "l1", "tv_ratio", "sharpness", "seam", "chi2")
FIGURES = tuple(column for column in COLUMNS if column.figure in _MEASURED)  # as the tables show them

Bytes = NDArray[np.uint8]


def open_held_out(plan: AblationPlan) -> tuple[photos.PhotoSource, Batch]:
    """Return the photos of an ablation, and the crops that no variant is trained on. Raises InputError."""
    base, recipe = plan.base, plan.recipe
    source = photos.open_folder(base.photos.absolute())
    mixture: HoleSource = recipe.mixture
    if base.holes is not None:
        mixture = chosen_holes.parse_sets(base.holes)
    elif base.masks is not None:
        mixture, _ = chosen_holes.find_masks(base.masks.absolute())
    cache = paths.cache_dir()
    cache = None if cache is None else cache / "photos"
    assert base.size is not None
    wants = build_recipe(plan, plan.variants[0], plan.start(plan.variants[0]).network()).wants_sketch
    return source, source.held_out(base.size, cache, mixture, wants, CROPS)


def build_recipe(plan: AblationPlan, variant: AblationVariant, network: Inpainter) -> Recipe:
    """Return the recipe of a variant round `network`, to fill with it; it has no features of a VGG."""
    return plan.recipe(network, plan.settings(variant), None, False)


def measure_network(plan: AblationPlan, variant: AblationVariant, network: Inpainter, held: Batch) -> dict[str, float]:
    """Fill the held-out crops and return the mean of each figure, see `compare`."""
    return compare(measure(build_recipe(plan, variant, network), network, held, lambda: None).images, held)


def measure_spread(held: Batch) -> dict[str, float]:
    """Return the figures of colours that are spread from the rim of each hole by Telea's method (2004), no network."""
    filled = []
    for image, hole in zip(held.image, held.hole[:, 0], strict=True):
        mask = (hole.numpy() > 0).astype(np.uint8)
        spread = np.asarray(cv2.inpaint(to_bytes(image), mask, _TELEA_RADIUS, cv2.INPAINT_TELEA))
        filled.append(torch.from_numpy(spread).permute(2, 0, 1).float() / 255)
    return compare(torch.stack(filled), held)


def compare(filled: Tensor, held: Batch) -> dict[str, float]:
    """Return the mean over crops of each of `FIGURES`, inside the holes; `filled` is B x 3 x S x S in [0, 1].

    What is finite for no crop is left out.
    """
    rows = [
        _compare_one(to_bytes(fill), to_bytes(truth), hole.numpy() > 0)
        for fill, truth, hole in zip(filled, held.image, held.hole[:, 0], strict=True)
    ]
    means = {}
    for column in FIGURES:
        finite = [row[column.figure] for row in rows if math.isfinite(row[column.figure])]
        if finite:
            means[column.figure] = round(float(np.mean(finite)), 6)
    return means


def _compare_one(fill: Bytes, truth: Bytes, hole: NDArray[np.bool_]) -> Mapping[str, float]:
    return metrics.figures(fill, truth, hole)._asdict() | metrics.similarity(fill, truth, hole)._asdict()


def to_bytes(image: Tensor) -> Any:
    """Return 3 x S x S in [0, 1] as S x S x 3 uint8; what is not a number is black."""
    pixels = torch.nan_to_num(image.detach().float()).clamp(0, 1).permute(1, 2, 0).cpu().numpy()
    return np.ascontiguousarray(np.rint(pixels * 255).astype(np.uint8))

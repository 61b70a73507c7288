"""Find classes by clustering photos, or fit them to the label maps of the user.

The centres are those of k-means, over the superpixels of many photos: of all of them at once, by scipy, as these few
ten thousand rows need no mini-batches.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2, vq

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.class_colours import class_colours
from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr
from training.labels.nearest_centre import NearestCentre
from training.labels.superpixels import find_regions, shrink, unweigh
from training.labels.words import choose_colours, name_classes

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

_STARTS = 4  # of k-means, of which the one with the least distances counts
_ROUNDS = 40  # of each, at most
_PER_CLASS = 4  # centres of a class that the user's maps show, at most: sky is blue, white or red
_LEAST_SHARE = 0.6  # of a superpixel that one class must have, for it to be an example of that class
_DIGITS = 3


def find_classes(images: Iterable[Bytes], count: int) -> NearestCentre:
    """Return `count` classes of the images, H x W x 3 RGB each, by clustering; the largest class is number 1.

    The same images give the same classes. Where they show fewer kinds of superpixels than `count`, the classes beyond
    are never found. Raises ValueError where there is no image.
    """
    found = [find_regions(shrink(image)) for image in images]
    if not found:
        raise ValueError("no images")
    features = np.concatenate([each.features for each in found])
    areas = np.concatenate([each.areas for each in found])
    centres = _cluster(features, count)
    nearest, _ = vq(features, centres)
    order = np.argsort(-np.bincount(nearest, areas, len(centres)), kind="stable")
    centres = np.round(centres[order], _DIGITS)
    looks = unweigh(centres).tolist()
    names, colours = name_classes(looks), choose_colours(looks)
    names += [f"class {number + 1}" for number in range(len(names), count)]
    colours += [each for each in class_colours(count + len(colours)) if each not in colours][: count - len(colours)]
    classes = tuple(LabelClass(*each) for each in zip(names, colours, strict=True))
    return NearestCentre(classes, centres, np.arange(1, len(centres) + 1, dtype=np.uint8))


def fit_classes(examples: Iterable[tuple[Bytes, Bytes]], classes: tuple[LabelClass, ...]) -> NearestCentre:
    """Return what finds the `classes` of label maps in other images, by colour and texture alone.

    `examples` are images, H x W x 3, with their maps, H x W, 0 where the class is not known. A class that no map shows
    is never found. Raises InputError where the maps show no class on an area of the size of a superpixel.
    """
    features: dict[int, list[Floats]] = {}
    for image, labels in examples:
        small = shrink(image)
        regions = find_regions(small)
        size = small.shape[1], small.shape[0]
        near = np.asarray(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST_EXACT), np.int64)
        count = len(regions.areas)
        votes = np.bincount((regions.numbers * 256 + near).ravel(), minlength=count * 256).reshape(count, 256)
        number, most = votes.argmax(1), votes.max(1)
        clear = (number > 0) & (most >= _LEAST_SHARE * regions.areas)
        for each in np.unique(number[clear]):
            features.setdefault(int(each), []).append(regions.features[clear & (number == each)])
    if not features:
        raise InputError(tr("The label maps show no class on a large enough area; paint areas, not strokes alone."))
    centres = {number: _cluster(np.concatenate(parts), _PER_CLASS) for number, parts in sorted(features.items())}
    numbers = np.repeat(np.array(list(centres), np.uint8), [len(each) for each in centres.values()])
    return NearestCentre(classes, np.round(np.concatenate(list(centres.values())), _DIGITS), numbers)


def _cluster(features: Floats, count: int) -> Floats:
    """Return the centres of at most `count` clusters, always the same ones."""
    distinct = np.unique(np.round(features, _DIGITS), axis=0)
    if len(distinct) <= count:
        return distinct
    best, least = distinct, np.inf
    for start in range(_STARTS):
        first = _choose_starts(features, count, np.random.default_rng(start))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a cluster that became empty keeps its centre
            centres, nearest = kmeans2(features, first, iter=_ROUNDS, minit="matrix")
        distance = float(((features - centres[nearest]) ** 2).sum())
        if distance < least:
            best, least = centres.astype(np.float32), distance
    return best


def _choose_starts(features: Floats, count: int, random: np.random.Generator) -> Floats:
    """Return features far from each other (Arthur and Vassilvitskii 2007, k-means++: the advantages of careful
    seeding), each drawn by the square of its distance to those before it."""
    chosen = [features[int(random.integers(len(features)))]]
    nearest = ((features - chosen[0]) ** 2).sum(1)
    for _ in range(count - 1):
        total = np.cumsum(nearest, dtype=np.float64)
        place = min(int(np.searchsorted(total, random.random() * total[-1], side="right")), len(features) - 1)
        chosen.append(features[place])
        nearest = np.minimum(nearest, ((features - chosen[-1]) ** 2).sum(1))
    return np.stack(chosen)

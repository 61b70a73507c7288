"""Crops to train on: a square of a photo with a hole, and with lines or a label map where a recipe needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, get_worker_info

from inpaint_studio.layers import canny
from training.data.batch import Batch, Sketches
from training.data.colour_changes import Colours, augment
from training.data.masks import HoleSource, Mixture, Random
from training.data.photo_pixels import PhotoPixels, cut_square
from training.data.sketches import draw_sketch
from training.labels.labeller import LabelSource

Bytes = NDArray[np.uint8]

MEASURED = 16  # held-out crops that a training is measured with

_MOST_WORKERS = 64  # with a count of their own


class Crop(NamedTuple):
    """A square of a photo, with a hole."""

    image: Tensor  # 3 x S x S uint8
    hole: Tensor  # 1 x S x S bool
    guides: Mapping[str, Tensor]  # by the names of `Batch.guides`, 1 x S x S each, bool or uint8


@dataclass(frozen=True)
class CropMaker:
    """Makes crops, in the same way from photos in folders and in shards."""

    size: int  # px
    mixture: HoleSource = field(default_factory=Mixture)
    sketches: Sketches | None = None
    augment: bool = True
    colours: Colours = "small"  # how far they are changed, where crops are augmented

    def make(self, random: Random, photo: PhotoPixels, size: int | None = None) -> Crop:
        """Make a crop of `photo`, with `size` px per side in place of the maker's.

        The same state of `random` gives the same crop; a label map changes nothing else about it.
        """
        side = size or self.size
        image, labels = cut_square(random, photo, side)
        if self.augment:
            image, labels = augment(random, image, self.colours, labels)
        hole = self.mixture.draw(random, side, side)
        guides = {"sketch": self._draw_sketch(random, image)} if self.sketches is not None else {}
        if labels is not None:
            guides["labels"] = torch.from_numpy(labels)[None]
        # A view that keeps the channels last in memory, as `collate` and the networks need them.
        return Crop(torch.from_numpy(image).permute(2, 0, 1), torch.from_numpy(hole)[None], guides)

    def _draw_sketch(self, random: Random, image: Bytes) -> Tensor:
        exact = self.sketches == "canny"
        lines = canny.canny(canny.grey(image)) if exact else draw_sketch(random, image) > 0
        return torch.from_numpy(lines)[None]


@dataclass(frozen=True)
class MixedSizes:
    """Sides of crops in turn at random: all crops of a batch have the same one, known from the number of the batch.

    Each batch has as many crops, so one of smaller crops takes less time.
    """

    sides: tuple[int, ...]  # px, each as often as the others
    batch: int  # crops a step, of all processes
    seed: int = 0

    def of(self, number: int) -> int:
        """Return the side of crop `number` in px."""
        random = np.random.default_rng([self.seed, number // self.batch, 2])
        return self.sides[int(random.integers(len(self.sides)))]


class UnreadableCount:
    """Counts photos that could not be read, in this process and, once shared, in its workers."""

    def __init__(self) -> None:
        self._counts = torch.zeros(1 + _MOST_WORKERS, dtype=torch.int64)

    def add(self) -> None:
        """Count one photo."""
        worker = get_worker_info()
        # One number for each worker: adding to a common one is not atomic.
        self._counts[0 if worker is None else 1 + worker.id % _MOST_WORKERS] += 1

    def share(self) -> None:
        """Return share the counts with workers that start later, so that their photos are counted too."""
        self._counts.share_memory_()  # type: ignore[no-untyped-call]

    def __int__(self) -> int:
        return int(self._counts.sum())


class CropDataset(Dataset[Crop]):
    """Crops numbered from 0 without end: number n is the same in every process and each time it is read."""

    seed: int
    maker: CropMaker
    mixed: MixedSizes | None = None  # None: all crops have the maker's size
    labels: LabelSource | None = None  # of the photos' label maps; None: crops have none

    def __init__(self) -> None:
        self.unreadable_count = UnreadableCount()

    @property
    def unreadable(self) -> int:
        """Number of times that a photo could not be read and another one was used in its place."""
        return int(self.unreadable_count)

    def photo(self, number: int) -> PhotoPixels:
        """Return the photo of crop `number`, with its label map where there are `labels`.

        Raises InputError where no photo is left.
        """
        raise NotImplementedError

    def fingerprint(self, count: int) -> str:
        """Return a name that is the same as long as the photos of the first `count` crops are."""
        raise NotImplementedError

    def __getitem__(self, number: int) -> Crop:
        """Return crop `number`. Raises InputError where no photo is left."""
        size = None if self.mixed is None else self.mixed.of(number)
        return self.maker.make(np.random.default_rng([self.seed, number]), self.photo(number), size)


def collate(crops: Sequence[Crop]) -> Batch:
    """Return crops as one batch of floats, the images channels last in memory."""
    images = torch.stack([crop.image.permute(1, 2, 0) for crop in crops])
    image = images.float().div_(255).permute(0, 3, 1, 2)
    hole = torch.stack([crop.hole for crop in crops]).float()
    guides = {name: torch.stack([crop.guides[name] for crop in crops]).float() for name in crops[0].guides}
    return Batch(image, hole, guides)


def cut_held_out(maker: CropMaker, photos: Sequence[tuple[int, PhotoPixels]], count: int) -> Batch:
    """Return `count` crops with holes, of the photos in turn.

    `photos` come each with a number of its own (below 2^64). A crop depends on the photo, that number, and
    how many crops of the photo came before; so it is the same whatever other photos there are.
    """
    crops = []
    for number in range(count):
        turn, place = divmod(number, len(photos))
        rank, photo = photos[place]
        crops.append(maker.make(np.random.default_rng([1, rank, turn]), photo))
    return collate(crops)

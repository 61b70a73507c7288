"""A folder of photos as crops to train on, and as crops that training never sees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from inpaint_studio.engine.survey import FEW, LEAST
from inpaint_studio.engine.survey import Survey as Survey
from inpaint_studio.engine.survey import survey as survey
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.layers import edges, vision
from inpaint_studio.opencv import cv2
from training.holes import Mixture, Random, hole
from training.recipe import Batch, Sketches
from training.sketches import sketch
from training.thumbnails import Thumbnails

vision.ensure()
import torchvision.transforms.v2.functional as colours  # noqa: E402 - only importable after the line above

HELD_OUT = (0.1, 64)  # share of the photos that is held out, and how many at most

Item = tuple[Tensor, Tensor, Tensor | None]


class Split(NamedTuple):
    """Photos to learn from, and photos to measure with."""

    training: list[Path]
    held_out: list[Path]
    note: str = ""  # a sentence where the folder is too small


def split(photos: Sequence[Path], folder: Path) -> Split:
    """Divides by photo, so that no crop of a held-out one is ever learnt from.

    Photos are ranked by their names alone, so that adding some moves few of the others across. One photo alone is
    learnt from and measured with. Raises InputError where there is none.
    """
    if not photos:
        raise InputError(f"There is no usable photo in {folder}; choose a folder with photos of {LEAST} px or more.")
    if len(photos) == 1:
        note = "There is one photo only: it is learnt from and measured with, so the figures say little; add photos."
        return Split(list(photos), list(photos), note)
    share, most = HELD_OUT
    ranked = sorted(photos, key=lambda path: _rank(path, folder))
    count = max(1, min(most, round(share * len(photos))))
    held = set(ranked[:count])
    few = f"{len(photos)} photos are few and will be learnt by heart; {FEW} or more of the same kind would help."
    learnt = [path for path in photos if path not in held]
    return Split(learnt, [path for path in photos if path in held], few if len(photos) < FEW else "")


def _rank(path: Path, folder: Path) -> bytes:
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    return hashlib.blake2b(name.as_posix().encode("utf-8", "surrogateescape"), digest_size=8).digest()


@dataclass
class Crops(Dataset[Item]):
    """Square crops of photos with holes, numbered without end: number n is always the same crop.

    Each epoch takes every photo once, in an order of its own. A photo that cannot be read any more gives way to the
    next one; `missing` counts them (of this process).
    """

    photos: list[Path]
    size: int  # px
    cache: Path | None
    mixture: Mixture = field(default_factory=Mixture)
    sketches: Sketches | None = None
    seed: int = 0
    augment: bool = True
    missing: int = 0

    def __post_init__(self) -> None:
        self._small = Thumbnails(self.cache, 2 * self.size)
        self._order: tuple[int, NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        return len(self.photos)

    def __getitem__(self, number: int) -> Item:
        """Picture 3 x S x S uint8, hole 1 x S x S bool, sketch 1 x S x S bool or None. Raises InputError where no photo
        is left."""
        random = np.random.default_rng([self.seed, number])
        picture = self._crop(random, self._pixels(number))
        if self.augment:
            picture = _varied(random, picture)
        inside = hole(random, self.size, self.size, self.mixture)
        lines = self._lines(random, picture)
        tensor = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))
        return tensor, torch.from_numpy(inside)[None], lines

    def _lines(self, random: Random, picture: NDArray[np.uint8]) -> Tensor | None:
        if self.sketches is None:
            return None
        exact = self.sketches == "canny"
        drawn = edges.canny(edges.grey(picture)) if exact else sketch(random, picture) > 0
        return torch.from_numpy(drawn)[None]

    def _pixels(self, number: int) -> NDArray[np.uint8]:
        epoch, place = divmod(number, len(self.photos))
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, np.random.default_rng([self.seed, epoch, 1]).permutation(len(self.photos))
        for step in range(len(self.photos)):
            try:
                return self._small.get(self.photos[self._order[1][(place + step) % len(self.photos)]])
            except PhotoError:
                self.missing += 1
        raise InputError("None of the photos can be read any more; is the folder still there?")

    def _crop(self, random: Random, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A square anywhere, of any scale between the whole shorter side and one pixel for one."""
        height, width = pixels.shape[:2]
        largest = min(height, width)
        least = min(self.size, largest)
        side = round(float(np.exp(random.uniform(np.log(least), np.log(largest + 1e-9)))))
        top, left = (int(random.integers(0, whole - side + 1)) for whole in (height, width))
        part = pixels[top : top + side, left : left + side]
        if side == self.size:
            return np.ascontiguousarray(part)
        way = cv2.INTER_AREA if side > self.size else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(part, (self.size, self.size), interpolation=way), np.uint8)


def _varied(random: Random, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Mirrored half of the time, its colours changed a little."""
    if random.random() < 0.5:
        picture = np.ascontiguousarray(picture[:, ::-1])
    tensor = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))
    tensor = colours.adjust_brightness(tensor, float(random.uniform(0.9, 1.1)))
    tensor = colours.adjust_contrast(tensor, float(random.uniform(0.9, 1.1)))
    tensor = colours.adjust_saturation(tensor, float(random.uniform(0.85, 1.15)))
    return np.ascontiguousarray(tensor.numpy().transpose(1, 2, 0))


class _Numbers:
    """The numbers of the crops in each batch, from a batch on, for one process of several."""

    def __init__(self, batch: int, start: int, rank: int, processes: int) -> None:
        self._batch, self._start, self._rank, self._processes = batch, start, rank, processes

    def __iter__(self) -> Iterator[list[int]]:
        number = self._start
        while True:
            first = (number * self._processes + self._rank) * self._batch
            yield list(range(first, first + self._batch))
            number += 1


def batches(
    crops: Dataset[Item], batch: int, *, workers: int = 0, start: int = 0, rank: int = 0, processes: int = 1
) -> Iterator[Batch]:
    """Batches without end, from number `start` on; the same numbers give the same batches, however many workers.

    With several processes each gets its share: all together see what one alone would with a batch as large as theirs.
    """
    loader = DataLoader(
        crops,
        batch_sampler=_Numbers(batch, start, rank, processes),
        num_workers=workers,
        collate_fn=collate,
        persistent_workers=workers > 0,
        multiprocessing_context="spawn" if workers else None,
    )
    yield from loader


def collate(items: Sequence[Item]) -> Batch:
    """Items as one batch of floats."""
    image = torch.stack([picture for picture, _, _ in items]).float().div_(255)
    inside = torch.stack([inside for _, inside, _ in items]).float()
    lines = [lines for _, _, lines in items if lines is not None]
    return Batch(image, inside, torch.stack(lines).float() if lines else None)


def held_out(
    photos: Sequence[Path],
    size: int,
    cache: Path | None,
    mixture: Mixture,
    *,
    sketches: Sketches | None = None,
    count: int = 16,
) -> Batch:
    """One crop with a hole from each of up to `count` photos, always the same; photos that are gone are left out."""
    crops = Crops(list(photos[:count]), size, cache, mixture, sketches, seed=1, augment=False)
    return collate([crops[number] for number in range(len(crops))])

"""A folder of photos as crops to train on, and as crops that training never sees.

`opened` tells what the folder holds: photos in it and in everything below it, or, where none of them is usable,
WebDataset shards at its top level (`training.data.shards`). Both are used in the same way.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset

from inpaint_studio.engine.photo.folder import HELD_OUT, LEAST, note_on
from inpaint_studio.engine.photo.folder import Survey as Survey
from inpaint_studio.engine.photo.folder import survey as survey
from inpaint_studio.errors import InputError, PhotoError, StudioError
from inpaint_studio.opencv import cv2
from training.data.crops import MEASURED, Bytes, Item, Making, Numbered, collate
from training.data.masks import Mixture
from training.data.thumbnails import Thumbnails
from training.recipe import Batch, Sketches

_AHEAD = 4  # batches that each worker has ready: some photos take much longer than others


class Source(Protocol):
    """Photos to train on, wherever they lie."""

    @property
    def training_count(self) -> int:
        """How many are learnt from; about, where `counted` says so."""

    @property
    def held_count(self) -> int:
        """How many are never learnt from."""

    @property
    def skipped(self) -> int:
        """How many pictures were looked at and cannot be used."""

    @property
    def note(self) -> str:
        """A sentence or two on what the person should know; empty where there is nothing."""

    @property
    def counted(self) -> str:
        """`training_count` in words."""

    @property
    def identity(self) -> int | str:
        """What a training that is resumed must agree in."""

    def crops(
        self, size: int, cache: Path | None, mixture: Mixture, sketches: Sketches | None = None, seed: int = 0
    ) -> Numbered:
        """What is learnt from, for `batches`."""

    def held_out(
        self, size: int, cache: Path | None, mixture: Mixture, sketches: Sketches | None = None, count: int = MEASURED
    ) -> Batch:
        """One crop with a hole from each of up to `count` photos that are not learnt from, always the same."""


def opened(folder: Path) -> Source:
    """The photos of `folder`; its shards where it holds no usable photo of its own.

    Raises InputError where it is no folder, may not be read or holds neither, or where there are shards and the
    library that reads them is missing.
    """
    found = survey(folder)
    if found.shards and not found.photos:
        from training.data.shards import ShardFolder

        return ShardFolder.of(folder, found.shards)
    return PhotoFolder.of(folder, found)


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
        return Split(list(photos), list(photos), note_on(1))
    share, most = HELD_OUT
    ranked = sorted(photos, key=lambda path: _rank(path, folder))
    count = max(1, min(most, round(share * len(photos))))
    held = set(ranked[:count])
    learnt = [path for path in photos if path not in held]
    return Split(learnt, [path for path in photos if path in held], note_on(len(photos)))


def _rank(path: Path, folder: Path) -> bytes:
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    return hashlib.blake2b(name.as_posix().encode("utf-8", "surrogateescape"), digest_size=8).digest()


@dataclass(frozen=True)
class PhotoFolder:
    """A folder of loose photos."""

    parted: Split
    skipped: int = 0
    note: str = ""

    @classmethod
    def of(cls, folder: Path, found: Survey) -> PhotoFolder:
        """Raises InputError where no photo was found."""
        parted = split(found.photos, folder)
        left = "The tar files in it are left out, as there are photos beside them." if found.shards else ""
        return cls(parted, len(found.skipped), " ".join(filter(None, [parted.note, left])))

    @property
    def training_count(self) -> int:
        return len(self.parted.training)

    @property
    def held_count(self) -> int:
        return len(self.parted.held_out)

    @property
    def counted(self) -> str:
        return str(self.training_count)

    @property
    def identity(self) -> int:
        return self.training_count

    def crops(
        self, size: int, cache: Path | None, mixture: Mixture, sketches: Sketches | None = None, seed: int = 0
    ) -> Crops:
        return Crops(self.parted.training, size, cache, mixture, sketches, seed)

    def held_out(
        self, size: int, cache: Path | None, mixture: Mixture, sketches: Sketches | None = None, count: int = MEASURED
    ) -> Batch:
        return held_out(self.parted.held_out, size, cache, mixture, sketches=sketches, count=count)


@dataclass(eq=False)
class Crops(Numbered):
    """Square crops of photos with holes, numbered without end: number n is always the same crop.

    Each epoch takes every photo once, in an order of its own. A photo that cannot be read any more gives way to the
    next one; `missing` counts them.
    """

    photos: list[Path]
    size: int  # px
    cache: Path | None
    mixture: Mixture = field(default_factory=Mixture)
    sketches: Sketches | None = None
    seed: int = 0
    augment: bool = True

    def __post_init__(self) -> None:
        super().__init__()
        self.making = Making(self.size, self.mixture, self.sketches, self.augment)
        self._small = Thumbnails(self.cache, 2 * self.size)
        self._order: tuple[int, NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        return len(self.photos)

    def pixels(self, number: int) -> Bytes:
        epoch, place = divmod(number, len(self.photos))
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, np.random.default_rng([self.seed, epoch, 1]).permutation(len(self.photos))
        for step in range(len(self.photos)):
            try:
                return self._small.get(self.photos[self._order[1][(place + step) % len(self.photos)]])
            except PhotoError:
                self.unread.add()
        raise InputError("None of the photos can be read any more; is the folder still there?")


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


class _Told(Dataset[Item]):
    """Crops whose errors come back as values: a loader would put a worker's traceback into the sentence."""

    def __init__(self, crops: Dataset[Item]) -> None:
        self._crops = crops

    def __getitems__(self, numbers: list[int]) -> list[Item] | StudioError:
        try:
            return [self._crops[number] for number in numbers]
        except StudioError as error:
            return error


def _collated(items: list[Item] | StudioError) -> Batch | StudioError:
    return items if isinstance(items, StudioError) else collate(items)


def _begin_worker(_number: int) -> None:
    """One thread for each worker, so that together they do not fight with the training for the processor. Ctrl+C is
    for the training: it ends its workers itself, when what was learnt is safe."""
    cv2.setNumThreads(1)  # the loader does the same for torch
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Taking an interpreter with torch in it apart takes a second, for each worker; it holds nothing that would be lost.
    atexit.register(os._exit, 0)


def batches(
    crops: Dataset[Item], batch: int, *, workers: int = 0, start: int = 0, rank: int = 0, processes: int = 1
) -> Iterator[Batch]:
    """Batches without end, from number `start` on; the same numbers give the same batches, however many workers.

    With several processes each gets its share: all together see what one alone would with a batch as large as theirs.
    Workers begin at once, before the first batch is asked for. Raises InputError where no photo is left.
    """
    if workers and isinstance(crops, Numbered):
        crops.unread.shared()
    loader = DataLoader(
        _Told(crops),
        batch_sampler=_Numbers(batch, start, rank, processes),
        num_workers=workers,
        collate_fn=_collated,
        worker_init_fn=_begin_worker,
        persistent_workers=workers > 0,
        prefetch_factor=_AHEAD if workers else None,
        multiprocessing_context="spawn" if workers else None,
        generator=torch.Generator(),  # else it draws from the chances that a resumed training has put back
    )
    return _given(iter(loader))


def _given(loaded: Iterator[Batch | StudioError]) -> Iterator[Batch]:
    try:
        for batch in loaded:
            if isinstance(batch, StudioError):
                raise type(batch)(*batch.args)  # another one, as that one's traceback would hold this frame
            yield batch
    finally:
        del loaded  # ends the workers here and now, not when an error's traceback is let go


def held_out(
    photos: Sequence[Path],
    size: int,
    cache: Path | None,
    mixture: Mixture,
    *,
    sketches: Sketches | None = None,
    count: int = MEASURED,
) -> Batch:
    """One crop with a hole from each of up to `count` photos, always the same; photos that are gone are left out."""
    crops = Crops(list(photos[:count]), size, cache, mixture, sketches, seed=1, augment=False)
    return collate([crops[number] for number in range(len(crops))])

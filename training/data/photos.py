"""A folder of photos as crops to train on, and as held-out crops to measure with.

`open_folder` finds what the folder holds: photos in it and in its subfolders, or, where none of them is usable,
WebDataset shards at its top level (`training.data.shards`). Both are used in the same way.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset

from inpaint_studio.engine.photo.folder import HELD_OUT, LEAST, note_on
from inpaint_studio.engine.photo.folder import Survey as Survey
from inpaint_studio.engine.photo.folder import survey as survey
from inpaint_studio.errors import InputError, PhotoError, StudioError
from inpaint_studio.opencv import cv2
from inpaint_studio.texts import tr
from training.data.batch import Batch, Sketches
from training.data.crops import MEASURED, Crop, CropDataset, CropMaker, collate, cut_held_out
from training.data.masks import HoleSource, Mixture
from training.data.photo_pixels import Part, PhotoPixels
from training.data.thumbnails import Thumbnails
from training.labels.labeller import LabelSource

_PREFETCH = 4  # batches that each worker has ready: some photos take much longer than others


class PhotoSource(Protocol):
    """Photos to train on, stored as files or in shards."""

    @property
    def training_count(self) -> int:
        """Number of photos to train on; an estimate where `counted` says so."""

    @property
    def held_count(self) -> int:
        """Number of held-out photos, which are never trained on."""

    @property
    def skipped(self) -> int:
        """Number of image files that cannot be used."""

    @property
    def note(self) -> str:
        """A sentence or two that the user should know; empty where there is nothing."""

    @property
    def counted(self) -> str:
        """`training_count` as text; begins with "about" where it is an estimate."""

    @property
    def identity(self) -> int | str:
        """What must be equal when a training is resumed."""

    def crops(
        self, size: int, cache: Path | None, mixture: HoleSource, sketches: Sketches | None = None, seed: int = 0
    ) -> CropDataset:
        """Return crops of `size` px to train on, for `load_batches`; `cache` is a folder for small copies."""

    def held_out(
        self,
        size: int,
        cache: Path | None,
        mixture: HoleSource,
        sketches: Sketches | None = None,
        count: int = MEASURED,
        labels: LabelSource | None = None,
    ) -> Batch:
        """Return `count` crops with holes of the held-out photos in turn, always the same; with `labels`, if any.

        Several of one photo where there are fewer than `count`.
        """


def open_folder(folder: Path) -> PhotoSource:
    """Return the photos of `folder`; its shards where it holds no usable photo of its own.

    Raises InputError where it is no folder, may not be read or holds neither, or where there are shards and the
    library that reads them is missing.
    """
    found = survey(folder)
    if found.shards and not found.photos:
        from training.data.shards import ShardFolder

        return ShardFolder.of(folder, found.shards)
    return PhotoFolder.of(folder, found)


class Split(NamedTuple):
    """Photos to train on, and held-out photos to measure with."""

    training: list[Path]
    held_out: list[Path]
    note: str = ""  # a sentence where the folder is too small


def split(photos: Sequence[Path], folder: Path) -> Split:
    """Divide the photos, so that no crop of a held-out one is ever trained on.

    Photos are ranked by their names alone, so that new photos move few of the old ones to the other part. A single
    photo is in both parts: a third of it is held out, see `crops.take_part`. Raises InputError where there is none.
    """
    if not photos:
        raise InputError(
            tr(
                "There is no usable photo in {folder}; choose a folder with photos of {least} px or more.",
                folder=folder,
                least=LEAST,
            )
        )
    if len(photos) == 1:
        return Split(list(photos), list(photos), note_on(1))
    share, most = HELD_OUT
    ranked = sorted(photos, key=lambda path: _rank(path, folder))
    count = max(1, min(most, round(share * len(photos))))
    held = set(ranked[:count])
    training = [path for path in photos if path not in held]
    return Split(training, [path for path in photos if path in held], note_on(len(photos)))


def _rank(path: Path, folder: Path) -> bytes:
    name = path.relative_to(folder) if path.is_relative_to(folder) else path
    return hashlib.blake2b(name.as_posix().encode("utf-8", "surrogateescape"), digest_size=8).digest()


@dataclass(frozen=True)
class PhotoFolder:
    """A folder of photo files."""

    parts: Split
    skipped: int = 0
    note: str = ""
    folder: Path | None = None

    @classmethod
    def of(cls, folder: Path, found: Survey) -> PhotoFolder:
        """Divide what a survey found. Raises InputError where no photo was found."""
        parts = split(found.photos, folder)
        ignored = tr("The tar files in it are left out, as there are photos beside them.") if found.shards else ""
        return cls(parts, len(found.skipped), " ".join(filter(None, [parts.note, ignored])), folder)

    @property
    def training_count(self) -> int:
        """The number of photos to train on."""
        return len(self.parts.training)

    @property
    def held_count(self) -> int:
        """The number of held-out photos."""
        return len(self.parts.held_out)

    @property
    def counted(self) -> str:
        """The number of photos to train on, as text for the user."""
        return str(self.training_count)

    @property
    def identity(self) -> int:
        """What must be equal when a training is resumed: the number of photos to train on."""
        return self.training_count

    def crops(
        self, size: int, cache: Path | None, mixture: HoleSource, sketches: Sketches | None = None, seed: int = 0
    ) -> PhotoCrops:
        """Return crops of `size` px of the photos to train on, see `PhotoSource.crops`."""
        part: Part = "learned" if self._is_single else "whole"
        return PhotoCrops(self.parts.training, size, cache, mixture, sketches, seed, part=part)

    def held_out(
        self,
        size: int,
        cache: Path | None,
        mixture: HoleSource,
        sketches: Sketches | None = None,
        count: int = MEASURED,
        labels: LabelSource | None = None,
    ) -> Batch:
        """Return `count` crops of the held-out photos, see `PhotoSource.held_out`."""
        part: Part = "kept back" if self._is_single else "whole"
        place: dict[str, Any] = {"folder": self.folder, "part": part, "labels": labels}
        return held_out(self.parts.held_out, size, cache, mixture, sketches=sketches, count=count, **place)

    @property
    def _is_single(self) -> bool:
        return self.parts.training == self.parts.held_out


@dataclass(eq=False)
class PhotoCrops(CropDataset):
    """Square crops of photos with holes, numbered from 0 without end: number n is always the same crop.

    Each epoch uses every photo once, in an order of its own. Where a photo cannot be read any more the next one is
    used; `unreadable` counts them.
    """

    photos: list[Path]
    size: int  # px
    cache: Path | None
    mixture: HoleSource = field(default_factory=Mixture)
    sketches: Sketches | None = None
    seed: int = 0
    augment: bool = True
    part: Part = "whole"  # of each photo

    def __post_init__(self) -> None:
        super().__init__()
        self.maker = CropMaker(self.size, self.mixture, self.sketches, self.augment)
        self._thumbnails = Thumbnails(self.cache, 2 * self.size)
        self._order: tuple[int, NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        return len(self.photos)

    def photo(self, number: int) -> PhotoPixels:
        """Return the small copy of the photo for crop `number`, see `CropDataset.photo`."""
        for step in range(len(self.photos)):
            path = self._photo(number, step)
            try:
                return _read(path, self._thumbnails, self.labels).take_part(self.part)
            except PhotoError:
                self.unreadable_count.add()
        raise InputError(tr("None of the photos can be read any more; is the folder still there?"))

    def fingerprint(self, count: int) -> str:
        """Return a name that is the same as long as paths, times and sizes of the first `count` photos are."""
        known = hashlib.blake2b(f"{self.size} {self.seed} {self.part}".encode(), digest_size=16)
        for number in range(count):
            path = self._photo(number, 0)
            with suppress(OSError):  # where it is gone its path alone is known
                status = path.stat()
                known.update(f"{status.st_mtime_ns} {status.st_size} ".encode())
            known.update(os.fsencode(path))
        return known.hexdigest()

    def _photo(self, number: int, step: int) -> Path:
        """Return the photo of crop `number`, or that `step` places after it in the order of its epoch."""
        epoch, place = divmod(number, len(self.photos))
        if self._order is None or self._order[0] != epoch:
            self._order = epoch, np.random.default_rng([self.seed, epoch, 1]).permutation(len(self.photos))
        return self.photos[int(self._order[1][(place + step) % len(self.photos)])]


def _read(path: Path, thumbnails: Thumbnails, labels: LabelSource | None) -> PhotoPixels:
    pixels = thumbnails.get(path)
    return PhotoPixels(pixels, None if labels is None else labels.find(path, pixels))


class _BatchSampler:
    """The numbers of the crops in each batch from batch `start` on, for one process of several."""

    def __init__(self, batch: int, start: int, rank: int, processes: int) -> None:
        self._batch, self._start, self._rank, self._processes = batch, start, rank, processes

    def __iter__(self) -> Iterator[list[int]]:
        number = self._start
        while True:
            first = (number * self._processes + self._rank) * self._batch
            yield list(range(first, first + self._batch))
            number += 1


class _ErrorsAsValues(Dataset[Crop]):
    """Returns errors as values: a loader would put a worker's traceback into the message of a raised one."""

    def __init__(self, crops: Dataset[Crop]) -> None:
        self._crops = crops

    def __getitems__(self, numbers: list[int]) -> list[Crop] | StudioError:
        try:
            return [self._crops[number] for number in numbers]
        except StudioError as error:
            return error


def _collate(crops: list[Crop] | StudioError) -> Batch | StudioError:
    return crops if isinstance(crops, StudioError) else collate(crops)


def _start_worker(_number: int) -> None:
    """Use one thread in each worker, to leave the processor to the training, and ignore Ctrl+C.

    The training ends its workers itself, after it has saved its weights.
    """
    cv2.setNumThreads(1)  # the loader does the same for torch
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The usual exit of an interpreter with torch takes a second for each worker; there is nothing to clean up.
    atexit.register(os._exit, 0)


def load_batches(
    crops: Dataset[Crop], batch: int, *, workers: int = 0, start: int = 0, rank: int = 0, processes: int = 1
) -> Iterator[Batch]:
    """Yield batches of `batch` crops without end, from number `start` on; the number of workers makes no difference.

    Process `rank` of `processes` gets its share: together they get the same crops as one process with a batch of `batch
    * processes`. Workers start at once, before the first batch is read. Raises InputError where no photo is left.
    """
    if workers and isinstance(crops, CropDataset):
        crops.unreadable_count.share()
    loader = DataLoader(
        _ErrorsAsValues(crops),
        batch_sampler=_BatchSampler(batch, start, rank, processes),
        num_workers=workers,
        collate_fn=_collate,
        worker_init_fn=_start_worker,
        persistent_workers=workers > 0,
        prefetch_factor=_PREFETCH if workers else None,
        multiprocessing_context="spawn" if workers else None,
        generator=torch.Generator(),  # else it changes the random state that a resumed training has restored
    )
    return _raise_errors(iter(loader))


def _raise_errors(loaded: Iterator[Batch | StudioError]) -> Iterator[Batch]:
    try:
        for batch in loaded:
            if isinstance(batch, StudioError):
                raise type(batch)(*batch.args)  # a copy, as the traceback of the first one would keep this frame alive
            yield batch
    finally:
        del loaded  # ends the workers now, not when an error's traceback is released


def held_out(
    photos: Sequence[Path],
    size: int,
    cache: Path | None,
    mixture: HoleSource,
    *,
    sketches: Sketches | None = None,
    count: int = MEASURED,
    folder: Path | None = None,
    part: Part = "whole",
    labels: LabelSource | None = None,
) -> Batch:
    """Return `count` crops with holes of the photos in turn, always the same, also where they come in another order.

    A photo is known by its name in `folder`. Missing photos are left out; raises InputError where none can be read.
    """
    thumbnails, found = Thumbnails(cache, 2 * size), []
    ranked = sorted((_rank(path, folder or path.parent), path) for path in photos)
    for rank, path in ranked[:count]:
        with suppress(PhotoError):
            found.append((int.from_bytes(rank), _read(path, thumbnails, labels).take_part(part)))
    if not found:
        raise InputError(tr("None of the held-out photos can be read any more; is the folder still there?"))
    return cut_held_out(CropMaker(size, mixture, sketches, augment=False), found, count)

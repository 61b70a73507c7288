"""WebDataset shards as photos to train on: millions of photos, in tar files that are never indexed as a whole.

Every process and worker goes through all shards in the same order (`training.data.tar_index`). It reads only headers,
and the images whose numbers are its own. So batch n is the same for any number of workers; a training is resumed by
going forward to its number, without reading an image; and no two processes use the same sample within an epoch, except
as a replacement for one that cannot be read.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inpaint_studio.engine.photo import formats
from inpaint_studio.engine.photo.folder import FEW, HELD_OUT, LEAST, note_on
from inpaint_studio.errors import InputError, PhotoError
from inpaint_studio.texts import tr
from training.data.batch import Batch, Sketches
from training.data.crops import MEASURED, CropDataset, CropMaker, cut_held_out
from training.data.masks import HoleSource
from training.data.photo_pixels import Part, PhotoPixels
from training.data.tar_index import IMAGES, ShardSample, read_samples, webdataset_library
from training.labels.labeller import LabelSource

_BUFFER = 4096  # samples that are shuffled together: only their positions, some 150 bytes each
_TRIES = 512  # samples in a row that cannot be read, after which the search ends
_MOST_SEARCHED = 20_000  # samples among which held-out ones are searched


class _Order:
    """Samples in the order in which they are trained on, numbered from 0 without end.

    Each epoch reads the shards in an order of its own and shuffles their samples within a buffer. `left_out` are the
    ranks of the keys of held-out samples.
    """

    def __init__(self, shards: Sequence[Path], left_out: frozenset[int], seed: int) -> None:
        self._shards, self._left_out, self._seed = shards, left_out, seed
        self._epoch_length: int | None = None
        self._rewind()

    def _rewind(self) -> None:
        self._samples: Iterator[ShardSample] | None = None
        self._ahead: deque[ShardSample] = deque()
        self._next = 0  # number of the first of `_ahead`, or of what `_samples` yields next

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_samples": None, "_ahead": deque(), "_next": 0}

    def at(self, number: int, further: int = 0) -> ShardSample:
        """Return sample `number + further`. Fast where the numbers rise. Raises InputError where there are none."""
        far = self._epoch_length is not None and number - self._next > self._epoch_length
        if self._samples is None or number < self._next or far:
            self._rewind()
            self._samples, self._next = self._from(number), number
        try:
            while self._next < number:
                if self._ahead:
                    self._ahead.popleft()
                else:
                    next(self._samples)
                self._next += 1
            while len(self._ahead) <= further:
                self._ahead.append(next(self._samples))
        except InputError:
            self._rewind()
            raise
        return self._ahead[further]

    def _from(self, number: int) -> Iterator[ShardSample]:
        epoch, passed = divmod(number, self._epoch_length) if self._epoch_length else (0, number)
        while True:
            length = 0
            for sample in self._epoch(epoch):
                length += 1
                if passed:
                    passed -= 1
                else:
                    yield sample
            if length == 0:
                raise InputError(
                    tr("None of the photos in the shards can be read any more; is the folder still there?")
                )
            if self._epoch_length is None:
                self._epoch_length = length
                epoch, passed = epoch + passed // length, passed % length
            epoch += 1

    def _epoch(self, epoch: int) -> Iterator[ShardSample]:
        random = np.random.default_rng([self._seed, epoch, 1])
        shards = [self._shards[place] for place in random.permutation(len(self._shards))]
        training = (sample for shard in shards for sample in read_samples(shard) if sample.rank not in self._left_out)
        shuffle = webdataset_library().detshuffle(_BUFFER, _BUFFER, seed=int(random.integers(1 << 31)))
        yield from shuffle.run(training)


class ShardCrops(CropDataset):
    """Square crops of the photos in shards with holes, numbered from 0 without end: number n is always the same crop.

    Where a photo cannot be read or is too small the next one is used; `unreadable` counts them. No photo is cached:
    among millions it takes long until one is used again.
    """

    def __init__(
        self, shards: Sequence[Path], left_out: frozenset[int], maker: CropMaker, seed: int = 0, part: Part = "whole"
    ) -> None:
        super().__init__()
        self.seed, self.maker, self.part, self.shards = seed, maker, part, tuple(shards)
        self._order = _Order(shards, left_out, seed)

    def photo(self, number: int) -> PhotoPixels:
        """Return the photo for crop `number`, scaled down to about twice the crop's size, see `CropDataset.photo`.

        Raises InputError where too many photos in a row cannot be read.
        """
        for further in range(_TRIES):
            try:
                return _read(self._order.at(number, further), self.maker.size, self.labels).take_part(self.part)
            except PhotoError:
                self.unreadable_count.add()
        raise InputError(
            tr("{tries} photos in a row cannot be read; are the shards whole, and still there?", tries=_TRIES)
        )

    def fingerprint(self, count: int) -> str:
        """Return a name that is the same as long as paths and sizes of all shards are; see `CropDataset`."""
        known = hashlib.blake2b(f"{self.maker.size} {self.seed} {count}".encode(), digest_size=16)
        for shard in self.shards:
            known.update(f"{_bytes(shard)} ".encode() + os.fsencode(shard))
        return known.hexdigest()


def _read(sample: ShardSample, size: int, labels: LabelSource | None) -> PhotoPixels:
    pixels = sample.pixels(2 * size)
    return PhotoPixels(pixels, None if labels is None else labels.find(sample, pixels))


@dataclass
class _FirstSamples:
    """The result of reading the first samples of a folder."""

    held: list[ShardSample]  # held-out samples
    count: int  # of all samples, held out or not
    exact: bool  # whether all samples were counted
    unusable: int  # images that were checked and cannot be used
    problems: list[str]  # sentences about shards

    @classmethod
    def read(cls, shards: Sequence[Path]) -> _FirstSamples:
        """Hold out one sample in ten, decided by its key alone, until there are 64.

        Where there are few samples, all are checked and at least one is held out, but never all.
        """
        share, most = HELD_OUT
        problems: list[str] = []
        held: list[ShardSample] = []
        seen: list[ShardSample] = []
        checked: dict[ShardSample, bool] = {}

        def usable(sample: ShardSample) -> bool:
            if sample not in checked:
                checked[sample] = sample.is_usable()
            return checked[sample]

        exact = True
        for sample in (sample for shard in shards for sample in read_samples(shard, problems)):
            seen.append(sample)
            if sample.rank < share * 2**64 and usable(sample):
                held.append(sample)
            if len(held) == most or len(seen) == _MOST_SEARCHED:
                exact = False
                break
        if not exact:
            return cls(held, _estimate(shards, seen), False, list(checked.values()).count(False), problems)
        by_rank = sorted(seen, key=lambda sample: sample.rank)
        some = [sample for sample in by_rank if usable(sample)] if len(seen) < FEW else held
        held = held or some[:1] or [sample for sample in by_rank[:_TRIES] if usable(sample)][:1]
        unusable = list(checked.values()).count(False)
        return cls(held[: max(1, (len(seen) - unusable) // 4)], len(seen) - unusable, True, unusable, problems)


def _estimate(shards: Sequence[Path], seen: Sequence[ShardSample]) -> int:
    """Return the number of samples in all shards, estimated from the size of the `seen` first ones; two digits."""
    last = seen[-1]
    before = sum(_bytes(shard) for shard in shards[: shards.index(last.shard)])
    count = round(sum(map(_bytes, shards)) * len(seen) / (before + last.start + last.size))
    return round(count, 2 - len(str(count)))


def _bytes(shard: Path) -> int:
    try:
        return shard.stat().st_size
    except OSError:
        return 0


@dataclass(frozen=True)
class ShardFolder:
    """A folder of WebDataset shards; a `training.data.photos.PhotoSource`."""

    shards: tuple[Path, ...]
    held: tuple[ShardSample, ...]
    left_out: frozenset[int]  # ranks of the keys of held-out samples
    training_count: int
    exact: bool  # whether `training_count` is not an estimate
    skipped: int
    note: str

    @classmethod
    def of(cls, folder: Path, shards: Sequence[Path]) -> ShardFolder:
        """Read the first shards until enough held-out samples are found.

        Raises InputError where no sample is usable, or the library is missing.
        """
        first = _FirstSamples.read(shards)
        if not first.held:
            titles = formats.join_names(each.title for each in IMAGES)
            needs = tr("A sample needs a {titles} file of {least} px or more.", titles=titles, least=LEAST)
            why = first.problems[0] if first.problems else needs
            raise InputError(tr("There is no usable photo in the shards of {folder}. {why}", folder=folder, why=why))
        # A third of a single photo is held out, see `take_part`.
        left_out = frozenset(sample.rank for sample in first.held) if first.count > 1 else frozenset()
        return cls(
            tuple(shards),
            tuple(first.held),
            left_out,
            training_count=max(1, first.count - len(first.held)),
            exact=first.exact,
            skipped=first.unusable + len(first.problems),
            note=" ".join(filter(None, [note_on(first.count) if first.exact else "", *first.problems[:1]])),
        )

    @property
    def held_count(self) -> int:
        """The number of held-out samples."""
        return len(self.held)

    @property
    def counted(self) -> str:
        """The number of samples to train on, as text for the user, with 'about' before an estimate."""
        return (
            str(self.training_count) if self.exact else tr("about {training_count}", training_count=self.training_count)
        )

    @property
    def identity(self) -> str:
        """What must be equal when a training is resumed: the number of shards and their size in bytes."""
        return f"{len(self.shards)} shards of {sum(map(_bytes, self.shards))} bytes"

    def crops(
        self,
        size: int,
        cache: Path | None,  # noqa: ARG002 - photos that are rarely used again are not cached
        mixture: HoleSource,
        sketches: Sketches | None = None,
        seed: int = 0,
    ) -> ShardCrops:
        """Return crops of every sample that is not held out."""
        part: Part = "whole" if self.left_out else "learned"
        return ShardCrops(self.shards, self.left_out, CropMaker(size, mixture, sketches), seed, part)

    def held_out(
        self,
        size: int,
        cache: Path | None,  # noqa: ARG002
        mixture: HoleSource,
        sketches: Sketches | None = None,
        count: int = MEASURED,
        labels: LabelSource | None = None,
    ) -> Batch:
        """Return `count` crops of the held-out samples in turn. Raises InputError where none can be read."""
        part: Part = "whole" if self.left_out else "kept back"
        found: list[tuple[int, PhotoPixels]] = []
        for sample in sorted(self.held, key=lambda each: each.rank):
            with suppress(PhotoError):
                found.append((sample.rank, _read(sample, size, labels).take_part(part)))
            if len(found) == count:
                break
        if not found:
            raise InputError(tr("None of the held-out photos can be read any more; is the folder still there?"))
        return cut_held_out(CropMaker(size, mixture, sketches, augment=False), found, count)

"""WebDataset shards as photos to train on: folders of millions, in tar files that are never indexed as a whole.

Every process and worker walks the same way through all shards (`training.data.tar_index`), by headers alone, and reads
the pictures whose numbers are its own. So batch n is the same however many workers there are; a training is resumed by
walking to where it was, without reading a picture; and no two processes learn from the same sample within an epoch,
save that one gives way to the next where it cannot be read.
"""

from __future__ import annotations

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
from training.data.crops import MEASURED, Bytes, Making, Numbered, collate
from training.data.masks import Mixture
from training.data.tar_index import IMAGES, Sample, library, samples
from training.recipe import Batch, Sketches

_BUFFER = 4096  # samples that are shuffled together: their places alone, some 150 bytes each
_TRIES = 512  # samples in a row that cannot be read, after which none is looked for any more
_LOOKED_AT = 20_000  # samples among which those to measure with are looked for, at most


class _Order:
    """Samples in the order in which they are learnt from, numbered without end.

    Each epoch takes the shards in an order of its own and shuffles their samples within a buffer. `left_out` are the
    ranks of keys.
    """

    def __init__(self, shards: Sequence[Path], left_out: frozenset[int], seed: int) -> None:
        self._shards, self._left_out, self._seed = shards, left_out, seed
        self._epoch_length: int | None = None
        self._rewind()

    def _rewind(self) -> None:
        self._walk: Iterator[Sample] | None = None
        self._ahead: deque[Sample] = deque()
        self._next = 0  # number of the first of `_ahead`, or of what `_walk` gives next

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_walk": None, "_ahead": deque(), "_next": 0}

    def at(self, number: int, further: int = 0) -> Sample:
        """Sample `number + further`. Quick where the numbers rise; raises InputError where there are no samples."""
        far = self._epoch_length is not None and number - self._next > self._epoch_length
        if self._walk is None or number < self._next or far:
            self._rewind()
            self._walk, self._next = self._from(number), number
        try:
            while self._next < number:
                if self._ahead:
                    self._ahead.popleft()
                else:
                    next(self._walk)
                self._next += 1
            while len(self._ahead) <= further:
                self._ahead.append(next(self._walk))
        except InputError:
            self._rewind()
            raise
        return self._ahead[further]

    def _from(self, number: int) -> Iterator[Sample]:
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
                raise InputError("None of the photos in the shards can be read any more; is the folder still there?")
            if self._epoch_length is None:
                self._epoch_length = length
                epoch, passed = epoch + passed // length, passed % length
            epoch += 1

    def _epoch(self, epoch: int) -> Iterator[Sample]:
        random = np.random.default_rng([self._seed, epoch, 1])
        shards = [self._shards[place] for place in random.permutation(len(self._shards))]
        learnt = (sample for shard in shards for sample in samples(shard) if sample.rank not in self._left_out)
        shuffle = library().detshuffle(_BUFFER, _BUFFER, seed=int(random.integers(1 << 31)))
        yield from shuffle.run(learnt)


class ShardCrops(Numbered):
    """Square crops of the photos in shards with holes, numbered without end: number n is always the same crop.

    A photo that cannot be read or is too small gives way to the next one; `missing` counts them. Nothing is kept of
    the photos: of millions none comes again soon.
    """

    def __init__(self, shards: Sequence[Path], left_out: frozenset[int], making: Making, seed: int = 0) -> None:
        super().__init__()
        self.seed, self.making = seed, making
        self._order = _Order(shards, left_out, seed)

    def pixels(self, number: int) -> Bytes:
        for further in range(_TRIES):
            try:
                return self._order.at(number, further).pixels(2 * self.making.size)
            except PhotoError:
                self.unread.add()
        raise InputError(f"{_TRIES} photos in a row cannot be read; are the shards whole, and still there?")


@dataclass
class _Look:
    """What a look at the first samples found."""

    held: list[Sample]  # to measure with
    count: int  # of all samples, learnt from or not
    exact: bool  # whether it was counted to the end
    unusable: int  # pictures that were looked at in vain
    trouble: list[str]  # sentences on shards

    @classmethod
    def through(cls, shards: Sequence[Path]) -> _Look:
        """One sample in ten is held out, decided by its key alone, until there are 64. Of few samples all are looked
        at and at least one is held out; never are all of them."""
        share, most = HELD_OUT
        trouble: list[str] = []
        held: list[Sample] = []
        seen: list[Sample] = []
        looked: dict[Sample, bool] = {}

        def usable(sample: Sample) -> bool:
            if sample not in looked:
                looked[sample] = sample.is_usable()
            return looked[sample]

        exact = True
        for sample in (sample for shard in shards for sample in samples(shard, trouble)):
            seen.append(sample)
            if sample.rank < share * 2**64 and usable(sample):
                held.append(sample)
            if len(held) == most or len(seen) == _LOOKED_AT:
                exact = False
                break
        if not exact:
            return cls(held, _estimate(shards, seen), False, list(looked.values()).count(False), trouble)
        by_rank = sorted(seen, key=lambda sample: sample.rank)
        some = [sample for sample in by_rank if usable(sample)] if len(seen) < FEW else held
        held = held or some[:1] or [sample for sample in by_rank[:_TRIES] if usable(sample)][:1]
        unusable = list(looked.values()).count(False)
        return cls(held[: max(1, (len(seen) - unusable) // 4)], len(seen) - unusable, True, unusable, trouble)


def _estimate(shards: Sequence[Path], seen: Sequence[Sample]) -> int:
    """How many samples all shards hold if they are as those seen at their beginning, to two digits."""
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
    """A folder of WebDataset shards, as `training.data.photos.Source` says."""

    shards: tuple[Path, ...]
    held: tuple[Sample, ...]
    left_out: frozenset[int]  # ranks of the keys that are never learnt from
    training_count: int
    exact: bool  # whether all shards were walked through, so that the count is no estimate
    skipped: int
    note: str

    @classmethod
    def of(cls, folder: Path, shards: Sequence[Path]) -> ShardFolder:
        """Looks through the first shards, until enough samples to measure with are found.

        Raises InputError where no sample is usable, or the library is missing.
        """
        look = _Look.through(shards)
        if not look.held:
            titles = formats.join_names(each.title for each in IMAGES)
            why = look.trouble[0] if look.trouble else f"A sample needs a {titles} file of {LEAST} px or more."
            raise InputError(f"There is no usable photo in the shards of {folder}. {why}")
        # One photo alone is learnt from and measured with.
        left_out = frozenset(sample.rank for sample in look.held) if look.count > 1 else frozenset()
        return cls(
            tuple(shards),
            tuple(look.held),
            left_out,
            training_count=max(1, look.count - len(look.held)),
            exact=look.exact,
            skipped=look.unusable + len(look.trouble),
            note=" ".join(filter(None, [note_on(look.count) if look.exact else "", *look.trouble[:1]])),
        )

    @property
    def held_count(self) -> int:
        return len(self.held)

    @property
    def counted(self) -> str:
        return str(self.training_count) if self.exact else f"about {self.training_count}"

    @property
    def identity(self) -> str:
        return f"{len(self.shards)} shards of {sum(map(_bytes, self.shards))} bytes"

    def crops(
        self,
        size: int,
        cache: Path | None,  # noqa: ARG002 - no thumbnails are kept of what hardly comes again
        mixture: Mixture,
        sketches: Sketches | None = None,
        seed: int = 0,
    ) -> ShardCrops:
        """Of every sample whose key is none of the held-out ones'."""
        return ShardCrops(self.shards, self.left_out, Making(size, mixture, sketches), seed)

    def held_out(
        self,
        size: int,
        cache: Path | None,  # noqa: ARG002
        mixture: Mixture,
        sketches: Sketches | None = None,
        count: int = MEASURED,
    ) -> Batch:
        """Raises InputError where none can be read any more."""
        making = Making(size, mixture, sketches, augment=False)
        items = []
        for number, sample in enumerate(self.held):
            with suppress(PhotoError):
                items.append(making.item(np.random.default_rng([1, number]), sample.pixels(2 * size)))
            if len(items) == count:
                break
        if not items:
            raise InputError("None of the held-out photos can be read any more; is the folder still there?")
        return collate(items)

"""Label maps of the photos to train on: those that a labeller finds, labelled once and cached."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from training.labels.labeller import Bytes
from training.labels.nearest_centre import NearestCentre
from training.labels.small_maps import SmallMaps

if TYPE_CHECKING:
    from training.data.tar_index import ShardSample


class FoundLabels:
    """A `LabelSource`: what a labeller finds in the photos.

    Photos in shards are labelled each time, as they are read each time.
    """

    def __init__(self, labeller: NearestCentre, cache: Path | None, side: int) -> None:
        """`cache` is the folder of small photos, `side` the px of the shorter side of the small copies."""
        self._labeller, self._maps = labeller, SmallMaps(cache, side)
        self._origin = hashlib.blake2b(labeller.to_text().encode(), digest_size=8).hexdigest()

    def find(self, photo: Path | ShardSample, pixels: Bytes) -> Bytes:
        """See `LabelSource.find`."""
        if not isinstance(photo, Path):
            return self._labeller.label(pixels)
        shape = pixels.shape[0], pixels.shape[1]
        return self._maps.get(photo, self._origin, shape, lambda: self._labeller.label(pixels))

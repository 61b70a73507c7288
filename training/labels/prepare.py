"""The labels of one training: their classes, where the maps come from, and what finds them in any image."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inpaint_studio import atomic
from inpaint_studio.models.base.checkpoint_format import format_classes, parse_classes
from inpaint_studio.models.base.interface import LabelClass
from training.data.crops import CropDataset
from training.labels.clustering import find_classes
from training.labels.facts import CENTRES, CLASSES
from training.labels.labeller import Bytes, LabelSource
from training.labels.nearest_centre import NearestCentre
from training.labels.sources import FoundLabels
from training.labels.superpixels import VERSION

USUAL = 8  # classes that are made from the photos, where a network has no number of its own
MOST = 256  # photos that are clustered, at most


@dataclass(frozen=True, eq=False)
class Labelling:
    """The label maps of a training."""

    labeller: NearestCentre
    source: LabelSource  # of the photos to train on and of the held-out ones
    note: str = ""  # a sentence for the user; "": none

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The classes, number 1 first."""
        return self.labeller.classes

    def facts(self) -> dict[str, str]:
        """Return what the metadata of the trained weights say of the classes; `read_labeller` reads it."""
        return {CLASSES: format_classes(self.classes), CENTRES: self.labeller.to_text()}

    def of_others(self, cache: Path | None, side: int) -> LabelSource:
        """Return where the label maps of photos outside the training's folder come from."""
        return FoundLabels(self.labeller, cache, side)


def cluster_photos(crops: CropDataset, count: int, classes: int, cache: Path | None) -> NearestCentre:
    """Return `classes` classes that are found in the first `count` photos of `crops`, or in the first 256.

    `crops` must have the same seed each time, so that the same photos come first. A file in the folder `cache` keeps
    the result for the same photos. Raises InputError where no photo can be read.
    """
    count = max(1, min(count, MOST))
    kept = None if cache is None else cache / f"classes-{crops.fingerprint(count)}-{classes}-{VERSION}.json"
    found = None if kept is None else _read(kept)
    if found is not None and len(found.classes) == classes:
        return found
    found = find_classes(_first(crops, count), classes)
    if kept is not None:
        with suppress(OSError):  # they are found again next time
            kept.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(kept, json.dumps([format_classes(found.classes), found.to_text()]))
    return found


def _first(crops: CropDataset, count: int) -> Iterator[Bytes]:
    for number in range(count):
        yield crops.photo(number).pixels


def _read(kept: Path) -> NearestCentre | None:
    """Return the classes in the file; None where it is not there or damaged."""
    with suppress(OSError, ValueError, TypeError):
        classes, centres = json.loads(kept.read_text("utf-8"))
        return NearestCentre.from_text(centres, parse_classes(classes))
    return None

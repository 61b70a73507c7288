"""Find the classes of the photos to train on, once for the same photos."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from inpaint_studio import atomic
from inpaint_studio.models.base.checkpoint_format import format_classes, parse_classes
from training.data.crops import CropDataset
from training.labels.clustering import find_classes
from training.labels.labeller import Bytes
from training.labels.nearest_centre import NearestCentre
from training.labels.superpixels import VERSION

USUAL = 8  # classes that are made from the photos, where a network has no number of its own
MOST = 256  # photos that are clustered, at most


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

"""Find the classes of the photos to train on, once for the same photos."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from inpaint_studio import atomic
from inpaint_studio.models.base.checkpoint_format import format_classes, parse_classes
from inpaint_studio.models.base.interface import LabelClass
from training.data.crops import CropDataset
from training.data.photo_pixels import PhotoPixels
from training.labels.clustering import find_classes, fit_classes
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
    return _once(kept, lambda: find_classes((photo.pixels for photo in _first(crops, count)), classes))


def fit_photos(
    crops: CropDataset, count: int, classes: tuple[LabelClass, ...], maps: str, cache: Path | None
) -> NearestCentre:
    """Return what finds the `classes` of the label maps of `crops`, as `cluster_photos` finds classes of its own.

    `maps` is what stands for the maps in the name of the file in `cache`. Raises InputError where no photo can be read,
    and where the maps show no class on a large enough area.
    """
    count = max(1, min(count, MOST))
    known = f"{crops.fingerprint(count)}\0{maps}\0{format_classes(classes)}\0{VERSION}"
    name = hashlib.blake2b(known.encode(), digest_size=16).hexdigest()
    kept = None if cache is None else cache / f"classes-{name}.json"
    examples = ((photo.pixels, photo.labels) for photo in _first(crops, count) if photo.labels is not None)
    return _once(kept, lambda: fit_classes(examples, classes))


def _first(crops: CropDataset, count: int) -> Iterator[PhotoPixels]:
    return (crops.photo(number) for number in range(count))


def _once(kept: Path | None, find: Callable[[], NearestCentre]) -> NearestCentre:
    """Return what the file `kept` holds (None: there is none), else what `find` returns, and keep that."""
    found = None if kept is None else _read(kept)
    if found is None:
        found = find()
        if kept is not None:
            with suppress(OSError):  # they are found again next time
                kept.parent.mkdir(parents=True, exist_ok=True)
                atomic.write(kept, json.dumps([format_classes(found.classes), found.to_text()]))
    return found


def _read(kept: Path) -> NearestCentre | None:
    """Return the classes in the file; None where it is not there or damaged."""
    with suppress(OSError, ValueError, TypeError):
        classes, centres = json.loads(kept.read_text("utf-8"))
        return NearestCentre.from_text(centres, parse_classes(classes))
    return None

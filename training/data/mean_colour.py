"""The mean colour of the photos to train on, with which some networks fill the hole of their input."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import numpy as np

from inpaint_studio import atomic
from training.data.crops import CropDataset

MOST = 512  # photos, at most; the error of their mean is a hundredth or less

Colour = tuple[float, float, float]  # RGB in [0, 1]


def measure_mean_colour(crops: CropDataset, count: int, cache: Path | None = None) -> Colour:
    """Return the mean over the first `count` photos of `crops`, or over `MOST`, of the mean colour of each.

    The mean of a photo is that of its small copy, from which its crops are cut. `crops` must have the same seed each
    time, so that the same photos come first. A file in the folder `cache` keeps the result for the same photos. Raises
    InputError where no photo can be read.
    """
    count = max(1, min(count, MOST))
    kept = None if cache is None else cache / f"mean-{crops.fingerprint(count)}.json"
    colour = None if kept is None else _read(kept)
    if colour is not None:
        return colour
    means = np.array([crops.photo(number).pixels.reshape(-1, 3).mean(0, dtype=np.float64) for number in range(count)])
    red, green, blue = (means.mean(0) / 255).tolist()
    if kept is not None:
        with suppress(OSError):  # it is measured again next time
            kept.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(kept, json.dumps([red, green, blue]))
    return red, green, blue


def _read(kept: Path) -> Colour | None:
    """Return the colour in the file; None where it is not there or damaged."""
    with suppress(OSError, ValueError, TypeError):
        red, green, blue = map(float, json.loads(kept.read_text("utf-8")))
        return red, green, blue
    return None

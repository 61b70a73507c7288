"""A labeller by colour and texture: each superpixel has the class of the nearest of some centres.

The centres are written as text into the metadata of the weights, so that a further training finds the same classes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import vq

from inpaint_studio.models.base.interface import LabelClass
from inpaint_studio.opencv import cv2
from training.labels.superpixels import FEATURES, VERSION, find_regions, shrink

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class NearestCentre:
    """A `Labeller`: a superpixel has the class of the centre that its features are nearest to."""

    classes: tuple[LabelClass, ...]
    centres: Floats  # N x FEATURES
    numbers: Bytes  # N, the class of each centre, from 1 on

    def label(self, image: Bytes) -> Bytes:
        """See `Labeller.label`."""
        regions = find_regions(shrink(image))
        nearest, _ = vq(regions.features, self.centres)
        return enlarge(self.numbers[nearest][regions.numbers], image.shape[0], image.shape[1])

    def to_text(self) -> str:
        """Return the centres as JSON, for metadata and files; `from_text` makes an equal object of it."""
        values = {"features": VERSION, "centres": self.centres.tolist(), "numbers": self.numbers.tolist()}
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str, classes: tuple[LabelClass, ...]) -> NearestCentre:
        """Return what `to_text` wrote. Raises ValueError where the text is other text, or of another version."""
        try:
            values = json.loads(text)
            known, centres = values["features"] == VERSION, np.array(values["centres"], np.float32)
            numbers = np.array(values["numbers"], np.int64)
        except (TypeError, KeyError, OverflowError, RecursionError) as error:
            raise ValueError("not the centres of classes") from error
        shaped = centres.ndim == 2 and centres.shape[1] == FEATURES and numbers.shape == centres.shape[:1]
        if not known or not shaped or not len(numbers) or not np.isfinite(centres).all():
            raise ValueError("not the centres of classes")
        if numbers.min() < 1 or numbers.max() > len(classes):
            raise ValueError("numbers of classes that there are not")
        return cls(classes, centres, numbers.astype(np.uint8))


def enlarge(labels: Bytes, height: int, width: int) -> Bytes:
    """Return a label map at another size, with smooth borders: of each class the share of a pixel is interpolated."""
    if labels.shape == (height, width):
        return labels
    best, most = np.zeros((height, width), np.uint8), np.zeros((height, width), np.float32)
    for number in np.unique(labels):
        share = cv2.resize((labels == number).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        better = share > most
        best[better], most[better] = number, share[better]
    return best

"""What labels photos: the interface through which trainings get their label maps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.models.base.interface import LabelClass

if TYPE_CHECKING:
    from training.data.tar_index import ShardSample

Bytes = NDArray[np.uint8]


class Labeller(Protocol):
    """Finds the class of every pixel of any image; does not change, and gives the same image the same map."""

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The classes, number 1 first."""
        ...

    def label(self, image: Bytes) -> Bytes:
        """Return the number of the class of every pixel, H x W, from 1 on; `image` is H x W x 3 RGB uint8."""
        ...


class LabelSource(Protocol):
    """Where the label maps of the photos come from that a training reads."""

    def find(self, photo: Path | ShardSample, pixels: Bytes) -> Bytes:
        """Return the label map of a photo at the size of its small copy `pixels`, H x W; 0 where it is not known.

        Raises PhotoError where it cannot be read any more, InputError where it has a class that the network has not.
        """
        ...

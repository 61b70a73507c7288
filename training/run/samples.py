"""Held-out photos as pictures to look at: the photo, the hole, the fill it began with, and the fill now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from inpaint_studio import atomic
from training.recipe import Batch

_MOST = 8  # pictures


class Samples:
    """Writes PNGs into `folder`; the first pictures shown are kept as those of before."""

    def __init__(self, folder: Path, held: Batch) -> None:
        self._folder = folder
        self._held = held
        self._count = min(_MOST, len(held.image))
        self._begun = False

    def show(self, pictures: Tensor) -> list[dict[str, str]]:
        """Saves `pictures` (B x 3 x S x S in [0, 1], filled) as those of now; the paths of each by its role.

        Where the disk takes nothing the list is empty.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not self._begun:
                self._begin(pictures)
            for number in range(self._count):
                _write(pictures[number], self._path(number, "now"))
        except OSError:
            return []
        roles = ("original", "hole", "before", "now")
        return [{role: str(self._path(number, role)) for role in roles} for number in range(self._count)]

    def _begin(self, pictures: Tensor) -> None:
        for number in range(self._count):
            image, hole = self._held.image[number].cpu(), self._held.hole[number].cpu()
            _write(image, self._path(number, "original"))
            _write(image * (1 - hole) + 0.5 * hole, self._path(number, "hole"))
            before = self._path(number, "before")
            if not before.is_file():  # of a training that is resumed
                _write(pictures[number], before)
        self._begun = True

    def _path(self, number: int, role: str) -> Path:
        return self._folder / f"{number + 1:02d}-{role}.png"


def _write(picture: Tensor, path: Path) -> None:
    values = np.rint(picture.float().clamp(0, 1).numpy() * 255).astype(np.uint8).transpose(1, 2, 0)
    with atomic.replacing(path, temporary=path.with_suffix(".part").name) as file:
        Image.fromarray(values).save(file, "PNG")

"""Held-out photos as image files for the user: the photo, its hole, the fill at the start, and the fill now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from inpaint_studio import atomic
from inpaint_studio.protocol.run_folder import SAMPLE_ROLES, RunFolder
from training.data.batch import Batch

_MOST = 8  # samples


class SampleWriter:
    """Writes the samples of a run folder as PNG; the first fills are kept as those from the start."""

    def __init__(self, run: RunFolder, held: Batch) -> None:
        """`held` is the batch of held-out crops; its first 8 are shown."""
        self._run = run
        self._held = held
        self._count = min(_MOST, len(held.image))
        self._started = False

    def write(self, images: Tensor) -> tuple[dict[str, Path], ...]:
        """Save `images` (B x 3 x S x S in [0, 1], filled) as those of now; return the paths of each sample by role.

        The result is empty where they cannot be written.
        """
        try:
            self._run.samples.mkdir(parents=True, exist_ok=True)
            if not self._started:
                self._write_start(images)
            for number in range(self._count):
                _write(images[number], self._path(number, "now"))
        except OSError:
            return ()
        return tuple({role: self._path(number, role) for role in SAMPLE_ROLES} for number in range(self._count))

    def _write_start(self, images: Tensor) -> None:
        for number in range(self._count):
            image, hole = self._held.image[number].cpu(), self._held.hole[number].cpu()
            _write(image, self._path(number, "original"))
            _write(image * (1 - hole) + 0.5 * hole, self._path(number, "hole"))
            before = self._path(number, "before")
            if not before.is_file():  # there already where the training is resumed
                _write(images[number], before)
        self._started = True

    def _path(self, number: int, role: str) -> Path:
        return self._run.sample(number + 1, role)


def _write(image: Tensor, path: Path) -> None:
    values = np.rint(image.float().clamp(0, 1).numpy() * 255).astype(np.uint8).transpose(1, 2, 0)
    with atomic.open_replacement(path, temporary=path.with_suffix(".part").name) as file:
        Image.fromarray(values).save(file, "PNG")

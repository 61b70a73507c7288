"""One photo's pixels into one thing to learn from: a crop with a hole, and with lines where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, get_worker_info

from inpaint_studio.layers import canny, torchvision_compat
from inpaint_studio.opencv import cv2
from training.data.masks import Mixture, Random, hole
from training.data.sketches import sketch
from training.recipe import Batch, Sketches

torchvision_compat.ensure()
import torchvision.transforms.v2.functional as colours  # noqa: E402 - only importable after the line above

Bytes = NDArray[np.uint8]

# Picture 3 x S x S uint8, hole 1 x S x S bool, sketch 1 x S x S bool or None.
Item = tuple[Tensor, Tensor, Tensor | None]

MEASURED = 16  # crops that a training is measured with, at most

_MOST_WORKERS = 64


@dataclass(frozen=True)
class Making:
    """How items are made, the same from photos in folders and in shards."""

    size: int  # px
    mixture: Mixture = field(default_factory=Mixture)
    sketches: Sketches | None = None
    augment: bool = True

    def item(self, random: Random, pixels: Bytes) -> Item:
        """`pixels` is H x W x 3 RGB; the same state of `random` gives the same item of them."""
        picture = _crop(random, pixels, self.size)
        if self.augment:
            picture = varied(random, picture)
        inside = hole(random, self.size, self.size, self.mixture)
        lines = self._lines(random, picture)
        # A view, channels last as they lie: `collate` and the networks want them so.
        return torch.from_numpy(picture).permute(2, 0, 1), torch.from_numpy(inside)[None], lines

    def _lines(self, random: Random, picture: Bytes) -> Tensor | None:
        if self.sketches is None:
            return None
        exact = self.sketches == "canny"
        drawn = canny.canny(canny.grey(picture)) if exact else sketch(random, picture) > 0
        return torch.from_numpy(drawn)[None]


class Missing:
    """Counts photos that could not be read, of this process and, once `shared`, of its workers."""

    def __init__(self) -> None:
        self._counts = torch.zeros(1 + _MOST_WORKERS, dtype=torch.int64)

    def add(self) -> None:
        worker = get_worker_info()
        # Each has a place of its own: adding is no single operation.
        self._counts[0 if worker is None else 1 + worker.id % _MOST_WORKERS] += 1

    def shared(self) -> None:
        """What workers count that are started from now on is seen here."""
        self._counts.share_memory_()  # type: ignore[no-untyped-call]

    def __int__(self) -> int:
        return int(self._counts.sum())


class Numbered(Dataset[Item]):
    """Items numbered without end: number n is always the same one, whoever asks for it and however often."""

    seed: int
    making: Making

    def __init__(self) -> None:
        self.unread = Missing()

    @property
    def missing(self) -> int:
        """How many photos could not be read and gave way to others; one counts each time that it is met."""
        return int(self.unread)

    def pixels(self, number: int) -> Bytes:
        """H x W x 3 uint8 of the photo whose turn it is. Raises InputError where no photo is left."""
        raise NotImplementedError

    def __getitem__(self, number: int) -> Item:
        """Raises InputError where no photo is left."""
        return self.making.item(np.random.default_rng([self.seed, number]), self.pixels(number))


def collate(items: Sequence[Item]) -> Batch:
    """Items as one batch of floats, the pictures channels last."""
    pictures = torch.stack([picture.permute(1, 2, 0) for picture, _, _ in items])
    image = pictures.float().div_(255).permute(0, 3, 1, 2)
    inside = torch.stack([inside for _, inside, _ in items]).float()
    lines = [lines for _, _, lines in items if lines is not None]
    return Batch(image, inside, torch.stack(lines).float() if lines else None)


def _crop(random: Random, pixels: Bytes, size: int) -> Bytes:
    """A square anywhere, of any scale between the whole shorter side and one pixel for one."""
    height, width = pixels.shape[:2]
    largest = min(height, width)
    least = min(size, largest)
    side = round(float(np.exp(random.uniform(np.log(least), np.log(largest + 1e-9)))))
    top, left = (int(random.integers(0, whole - side + 1)) for whole in (height, width))
    part = pixels[top : top + side, left : left + side]
    if side == size:
        return part.copy()
    way = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (size, size), interpolation=way), np.uint8)


def varied(random: Random, picture: Bytes) -> Bytes:
    """Mirrored half of the time, its brightness, contrast and saturation changed a little; H x W x 3 in and out."""
    mirrored = random.random() < 0.5
    tensor = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))
    tensor = colours.adjust_brightness(tensor, float(random.uniform(0.9, 1.1)))
    tensor = colours.adjust_contrast(tensor, float(random.uniform(0.9, 1.1)))
    tensor = colours.adjust_saturation(tensor, float(random.uniform(0.85, 1.15)))
    if mirrored:
        tensor = colours.horizontal_flip(tensor)
    return np.ascontiguousarray(tensor.numpy().transpose(1, 2, 0))

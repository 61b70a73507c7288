"""The photo at the size at which suggestions are looked for, and the way back to the size of the photo."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.masks.shape import GROW, grow
from inpaint_studio.engine.masks.suggest.suggestion import Plane, Suggestion
from inpaint_studio.opencv import cv2

# px of the longer side. A wire of 3 px in a photo of 24 MP is still 1 px wide here.
LONGEST = 1920
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # of ITU-R BT.601: red, green and blue in the brightness
_NOISE_FROM_LAPLACIAN = 1.4826 / math.sqrt(20)  # Immerkaer's idea: the std of white noise after the kernel of 4, by MAD


@dataclass(frozen=True)
class WorkingImage:
    """A photo scaled down so that its longer side is at most `LONGEST` px."""

    colours: NDArray[np.float32]  # h x w x 3, RGB in 0..255
    light: NDArray[np.float32]  # h x w, 0..255
    scale: float  # px of the photo a px here; at least 1
    size: tuple[int, int]  # height and width of the photo

    @classmethod
    def of(cls, photo: NDArray[np.uint8]) -> WorkingImage:
        """Scale `photo` (H x W x 3 or 4; transparency is left out) down; a small one is only converted."""
        height, width = photo.shape[:2]
        scale = max(1.0, max(height, width) / LONGEST)
        small = np.ascontiguousarray(photo[..., :3])
        if scale > 1:
            target = max(1, round(width / scale)), max(1, round(height / scale))
            small = np.asarray(cv2.resize(small, target, interpolation=cv2.INTER_AREA), np.uint8)
        colours = np.ascontiguousarray(small, np.float32)
        light = colours @ LUMA
        return cls(colours, light, scale, (height, width))

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width here."""
        return self.light.shape[0], self.light.shape[1]

    def noise(self) -> float:
        """Estimate the standard deviation of the noise of `light`; at least half a level, for rounding."""
        return max(0.5, noise_of(self.light))

    def suggestion(self, kind: str, plane: Plane, score: float, corner: tuple[int, int] = (0, 0)) -> Suggestion | None:
        """Bring a part found here to the size of the photo, and grow it by `GROW` px there.

        `plane` is True on the part, its first pixel lies at `corner` (row, column). Only the box of the part is scaled:
        a whole plane of 24 MP for each of many specks would take seconds.
        """
        box = Box.of(plane)
        if box is None:
            return None
        part = np.pad(plane[box.slices], 1)
        box = box.shift(*corner).pad(1)
        top, left = math.floor(box.top * self.scale), math.floor(box.left * self.scale)
        bottom, right = math.ceil(box.bottom * self.scale), math.ceil(box.right * self.scale)
        target = Box(top, left, bottom, right).pad(GROW).clip(*self.size)
        rows = np.floor((np.arange(target.top, target.bottom) + 0.5) / self.scale).astype(np.intp) - box.top
        columns = np.floor((np.arange(target.left, target.right) + 0.5) / self.scale).astype(np.intp) - box.left
        large = part[np.ix_(np.clip(rows, 0, box.height - 1), np.clip(columns, 0, box.width - 1))]
        coverage = grow(np.where(large, np.uint8(255), np.uint8(0)), GROW)
        return Suggestion.of(kind, coverage > 0, (target.top, target.left), score)


def noise_of(plane: NDArray[np.float32]) -> float:
    """Estimate the standard deviation of the noise of a plane by the median of its Laplacian, which is 0 on ramps."""
    laplacian = np.abs(cv2.Laplacian(plane, cv2.CV_32F, ksize=1))
    return float(np.median(laplacian[::2, ::2])) * _NOISE_FROM_LAPLACIAN

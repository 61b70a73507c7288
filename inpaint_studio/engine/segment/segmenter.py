"""Run MobileSAM, from torch weights or from a pair of ONNX files, on a part of a photo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from inpaint_studio.engine.machine import allocator
from inpaint_studio.engine.segment.prompt import Prompt
from inpaint_studio.opencv import cv2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Raster = NDArray[np.uint8]
    Floats = NDArray[np.float32]

SIDE = 1024  # px of the square that the network sees (`build_sam.py` of the authors)
_MEAN, _SPREAD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)  # of the colours (the same file)
_PADDING = -1  # the label of the point that stands for a missing box (`prompt_encoder.py`)
_CLEAR = 2  # so many points, or a box, leave no choice between whole and part: the first mask is theirs


class Network(Protocol):
    """The two halves of the network."""

    def encode(self, image: Floats) -> Any:
        """Encode an image, H x W x 3 in 0..255, whose longer side is 1024."""

    def decode(self, encoded: Any, points: Floats, labels: Floats) -> tuple[Floats, Floats]:
        """Return logits, masks x 256 x 256, and estimated IoUs for N points in the image, N x 2, and their labels."""


class Segmenter:
    """Finds masks in images. An image is encoded once, for as long as it is the last one."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._key: object = None
        self._encoded: Any = None

    def segment(self, image: Raster, prompt: Prompt, key: object = None) -> Raster:
        """Return the mask, 0 or 255, of what the prompt means in `image`, H x W x 3.

        `key` is equal for the same image only.
        """
        height, width = image.shape[:2]
        scale = SIDE / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        if key is None or key != self._key:
            self._key = None
            resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
            with allocator.keeping():
                self._encoded = self._network.encode(resized.astype(np.float32))
            self._key = key
        points, labels = (prompt.points + 0.5) * scale - 0.5, prompt.labels
        has_box = bool((labels > 1).any())
        if not has_box:
            points = np.concatenate([points, np.zeros((1, 2))])
            labels = np.append(labels, _PADDING)
        masks, scores = self._network.decode(
            self._encoded, np.asarray(points, np.float32), np.asarray(labels, np.float32)
        )
        best = 0 if has_box or len(prompt.labels) > _CLEAR or len(masks) == 1 else 1 + int(np.argmax(scores[1:]))
        return _to_mask(masks[best], size, (width, height))


def _to_mask(logits: Floats, size: tuple[int, int], whole: tuple[int, int]) -> Raster:
    """Cut the padding off, enlarge, and decide; sizes are width x height."""
    square = cv2.resize(np.ascontiguousarray(logits), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    found = cv2.resize(square[: size[1], : size[0]], whole, interpolation=cv2.INTER_LINEAR)
    return np.where(found > 0, np.uint8(255), np.uint8(0))


def prepare(image: Floats) -> Floats:
    """Return an image in the network's colours, padded to the square: 1 x 3 x 1024 x 1024."""
    square = np.zeros((3, SIDE, SIDE), np.float32)
    square[:, : image.shape[0], : image.shape[1]] = ((image - _MEAN) / _SPREAD).transpose(2, 0, 1)
    return square[None]

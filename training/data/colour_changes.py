"""Changes of a crop's colours, so that a network learns more than the colours that its photos happen to have.

Photos are alike: much of them is blue above and green or brown below. So a network that guesses the usual colour of a
hole is seldom far off, and learns late to take the colour of the surroundings. Where every colour can stand for every
other, taking that of the surroundings is the only way to be right.
"""

from __future__ import annotations

from itertools import permutations
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray

from inpaint_studio.layers import torchvision_compat
from training.data.masks import Random

torchvision_compat.ensure()
import torchvision.transforms.v2.functional as transforms  # noqa: E402 - only importable after the line above

Bytes = NDArray[np.uint8]

# none: as photographed; small: brightness, contrast and saturation vary a little; wide: small, and of some crops the
# channels are interchanged and the hues turned.
Colours = Literal["none", "small", "wide"]
COLOURS: tuple[Colours, ...] = get_args(Colours)

WIDE_SHARE = 0.5  # of the crops under "wide": the others keep what is true of photographs
_ORDERS = tuple(permutations(range(3)))  # of red, green and blue


def augment(
    random: Random, image: Bytes, colours: Colours = "small", labels: Bytes | None = None
) -> tuple[Bytes, Bytes | None]:
    """Mirror the image, with its label map, half of the time and change its colours; H x W x 3 RGB and H x W.

    Brightness and contrast vary by a tenth, saturation by 15 %. The same state of `random` gives the same image; what
    "none" and "small" draw from it comes first, so that mirroring is the same under all three.
    """
    mirrored = random.random() < 0.5
    tensor = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
    if colours != "none":
        tensor = transforms.adjust_brightness(tensor, float(random.uniform(0.9, 1.1)))
        tensor = transforms.adjust_contrast(tensor, float(random.uniform(0.9, 1.1)))
        tensor = transforms.adjust_saturation(tensor, float(random.uniform(0.85, 1.15)))
    if colours == "wide" and random.random() < WIDE_SHARE:
        tensor = tensor[list(_ORDERS[int(random.integers(len(_ORDERS)))])]
        tensor = transforms.adjust_hue(tensor, float(random.uniform(-0.5, 0.5)))  # of a whole turn
    if mirrored:
        tensor = transforms.horizontal_flip(tensor)
        labels = None if labels is None else np.ascontiguousarray(labels[:, ::-1])
    return np.ascontiguousarray(tensor.numpy().transpose(1, 2, 0)), labels

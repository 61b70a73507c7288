"""Published files whose tensors only have other names than ours: their expected keys, and the translation of names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from inpaint_studio.models.base.checkpoint_format import Config, Shapes, Tensors

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

Build = Callable[[Config], "Inpainter"]
Rename = Callable[[str], str]  # our key -> the authors'

# Batch normalisation counts its batches since PyTorch 0.4.1; nothing here reads the number.
COUNTERS = r"(^|\.)num_batches_tracked$"
# Fields of Torch7 modules that are not learned.
TORCH7_SCRATCH = r"(^|\.)(?!(weight|bias|running_mean|running_var)$)\w+$"
WIDEST = 1 << 14  # channels: the largest number that is accepted


def own_shapes(build: Build, config: Config) -> dict[str, tuple[int, ...]]:
    """Return every key and shape of the network of that configuration; allocates no memory for the weights."""
    import torch

    with torch.device("meta"):
        return {key: tuple(value.shape) for key, value in build(config).state_dict().items()}


def expected_shapes(build: Build, config: Config, rename: Rename) -> dict[str, tuple[int, ...]]:
    """Return the keys and shapes that a file must have; `rename` gives its key for ours. Counters may be missing."""
    shapes = own_shapes(build, config).items()
    return {rename(key): shape for key, shape in shapes if not re.search(COUNTERS, key)}


def translate(build: Build, config: Config, rename: Rename, tensors: Tensors) -> Tensors:
    """Return the tensors under our own keys; counters are 0 if the file has none."""
    import torch

    made = {}
    for key in own_shapes(build, config):
        if re.search(COUNTERS, key):
            made[key] = torch.zeros((), dtype=torch.int64)
        else:
            made[key] = tensors[rename(key)]
    return made


def width(shapes: Shapes, key: str, axis: int = 0) -> int:
    """Return the length of an axis of channels. Raises KeyError, IndexError or ValueError if there is no valid one."""
    channels = shapes[key][axis]
    if not 0 < channels <= WIDEST:
        raise ValueError(f"{key} has {channels} channels")
    return channels

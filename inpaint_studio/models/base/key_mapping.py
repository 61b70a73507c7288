"""Dialects whose tensors are this program's own under other names: what such a file holds, and the way over."""

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
# What Torch7 modules keep beside what they learned.
TORCH7_SCRATCH = r"(^|\.)(?!(weight|bias|running_mean|running_var)$)\w+$"
WIDEST = 1 << 14  # channels; more is no network of ours


def own_shapes(build: Build, config: Config) -> dict[str, tuple[int, ...]]:
    """Every key and shape of the network of that configuration, without its memory."""
    import torch

    with torch.device("meta"):
        return {key: tuple(value.shape) for key, value in build(config).state_dict().items()}


def expected(build: Build, config: Config, rename: Rename) -> dict[str, tuple[int, ...]]:
    """Every key and shape a file has to have where our keys are called `rename(key)`; counters may be missing."""
    shapes = own_shapes(build, config).items()
    return {rename(key): shape for key, shape in shapes if not re.search(COUNTERS, key)}


def translated(build: Build, config: Config, rename: Rename, tensors: Tensors) -> Tensors:
    """The tensors under our own keys; counters are 0 where the file has none."""
    import torch

    made = {}
    for key in own_shapes(build, config):
        if re.search(COUNTERS, key):
            made[key] = torch.zeros((), dtype=torch.int64)
        else:
            made[key] = tensors[rename(key)]
    return made


def width(shapes: Shapes, key: str, axis: int = 0) -> int:
    """The length of an axis that counts channels. Raises KeyError, IndexError and ValueError where it cannot be."""
    channels = shapes[key][axis]
    if not 0 < channels <= WIDEST:
        raise ValueError(f"{key} has {channels} channels")
    return channels

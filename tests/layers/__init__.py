"""What the tests of layers share."""

from __future__ import annotations

import torch


def randn(*shape: int, seed: int = 0) -> torch.Tensor:
    """Standard normal values, the same for every call with this seed."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))

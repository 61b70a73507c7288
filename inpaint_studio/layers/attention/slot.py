"""The slot of a network: the place where a block stands that the configuration names."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from inpaint_studio.layers.attention.block import MEMORY, Attended
from inpaint_studio.layers.attention.registry import build_block


class AttentionSlot(nn.Module):
    """``x + gamma * block(x)`` with gamma 0 at the start, or where it is `alone` the block's output alone.

    gamma is that of Zhang et al. (Self-Attention Generative Adversarial Networks, ICML 2019, section 3): a new block
    changes nothing, and is learned bit by bit. `name` is one of `BLOCKS`; raises InputError for another.
    """

    def __init__(self, name: str, channels: int, *, alone: bool = False) -> None:
        super().__init__()
        self.block = build_block(name, channels)
        self.gamma = None if alone else nn.Parameter(torch.zeros(()))

    @property
    def obstacle(self) -> str:
        """Why a network with it cannot be recorded for other programs; "" where it can."""
        return self.block.obstacle

    def forward(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Tensor:
        """Map N x C x H x W features to as many; see `AttentionBlock.forward`."""
        drawn: Tensor = self.block(features, hole, donors=donors, memory=memory)
        return drawn if self.gamma is None else features + self.gamma * drawn

    def look(
        self, features: Tensor, hole: Tensor | None = None, *, donors: Tensor | None = None, memory: int = MEMORY
    ) -> Attended:
        """Return what the block attends to; see `AttentionBlock.look`."""
        return self.block.look(features, hole, donors=donors, memory=memory)

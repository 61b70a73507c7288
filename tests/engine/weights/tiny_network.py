"""The network of the tiny system."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from inpaint_studio.models.networks import Hints, Inpainter, NetworkOutput, Report


class Tiny(Inpainter):
    def __init__(self, width: int, boost: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(4, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, 3, 3, padding=1)
        self.boost = boost

    def forward(self, image: Tensor, hole: Tensor) -> Tensor:
        inside = F.elu(self.conv1(torch.cat([image * (1 - hole), hole], 1)))
        return torch.sigmoid(self.conv2(inside) * (2 if self.boost else 1))

    def fill(self, image: Tensor, hole: Tensor, _hints: Hints, report: Report) -> NetworkOutput:
        report(0.0)
        output = self(image.to(self.dtype), hole.to(self.dtype)).float()
        report(1.0)
        return NetworkOutput(output)

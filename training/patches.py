"""Square parts of pictures round their holes, for critics that look closely."""

from __future__ import annotations

import torch
from torch import Tensor


def round_hole(picture: Tensor, hole: Tensor, side: int) -> Tensor:
    """B x C x side x side: of each picture the square round the middle of its hole's box, moved to lie inside."""
    height, width = picture.shape[-2:]
    side = min(side, height, width)
    parts = []
    for one, inside in zip(picture, hole[:, 0], strict=True):
        rows, columns = inside.any(1).nonzero().flatten(), inside.any(0).nonzero().flatten()
        top = _start(rows, height, side)
        left = _start(columns, width, side)
        parts.append(one[:, top : top + side, left : left + side])
    return torch.stack(parts)


def _start(covered: Tensor, whole: int, side: int) -> int:
    if not len(covered):
        return (whole - side) // 2
    middle = (int(covered[0]) + int(covered[-1]) + 1) // 2
    return min(max(0, middle - side // 2), whole - side)

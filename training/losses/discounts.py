"""Weights of a reconstruction that fall towards the middle of a hole, where many fills are right.

Yu et al. 2018, section 3.3: gamma to the power of the distance to the nearest known pixel. Maps are B x 1 x H x W.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from training.losses.losses import discount

BOX, RIM = "box", "rim"  # what a distance is counted from


def box_discount(height: int, width: int, gamma: float = 0.9) -> Tensor:
    """Return the authors' weights over a box, `height` x `width`.

    Their distance is counted from the box's sides, 0 in the first row and column but 1 in the last ones
    (`spatial_discounting_mask` of JiahuiYu/generative_inpainting v1.0.0, inpaint_ops.py).
    """
    rows, columns = (torch.arange(length) for length in (height, width))
    rows, columns = torch.minimum(rows, height - rows), torch.minimum(columns, width - columns)
    return gamma ** torch.minimum(rows[:, None], columns[None]).float()


def weigh_boxes(hole: Tensor, corners: Sequence[tuple[int, int]], side: int, gamma: float) -> Tensor:
    """Return the weights whose mean with errors is the authors' mean over the box of each image.

    The box of `side` px with its upper left corner (row, column) in `corners` has `box_discount`, known pixels in it
    too. An image whose hole reaches beyond its box, which the authors' holes never do, has `weigh_rims`.
    """
    weight = weigh_rims(hole, gamma)
    inner = box_discount(side, side, gamma).to(hole)
    for one, inside, (top, left) in zip(weight, hole, corners, strict=True):
        box = slice(top, top + side), slice(left, left + side)
        if bool(inside.sum() == inside[:, box[0], box[1]].sum()):
            one.zero_()
            one[:, box[0], box[1]] = inner * (inside[0].numel() / side**2)
    return weight


def weigh_rims(hole: Tensor, gamma: float) -> Tensor:
    """Return the weights whose mean with errors is the mean over the hole of each image, discounted from its rim."""
    return discount(hole, gamma) * hole / share(hole)


def weigh_holes(hole: Tensor, gamma: float) -> Tensor:
    """Return the weights whose mean with errors is the mean over the hole of each image.

    A rectangle has `box_discount`, as in Zhaoyi-Yan/Shift-Net_pytorch (`Discounted_L1`), another hole `weigh_rims`.
    """
    weight = weigh_rims(hole, gamma)
    for one, inside in zip(weight, hole[:, 0], strict=True):
        rows, columns = inside.any(1).nonzero().flatten(), inside.any(0).nonzero().flatten()
        if not len(rows):
            continue
        top, left = int(rows[0]), int(columns[0])
        height, width = int(rows[-1]) + 1 - top, int(columns[-1]) + 1 - left
        if height * width == int(inside.sum()):
            box = box_discount(height, width, gamma).to(one)
            one[0, top : top + height, left : left + width] = box * (inside.numel() / (height * width))
    return weight


def share(where: Tensor) -> Tensor:
    """Return the share of each image that `where` covers, B x 1 x 1 x 1; a thousandth at least."""
    return where.mean((1, 2, 3), keepdim=True).clamp_min(1e-3)

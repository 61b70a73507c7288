"""From what an attention block attends to, in places of features, to the output of a network, in px of the image."""

from __future__ import annotations

import torch
from torch import Tensor

from inpaint_studio.layers.attention.block import Attended
from inpaint_studio.layers.attention.names import NAMES
from inpaint_studio.layers.attention.registry import BLOCKS
from inpaint_studio.models.networks import NetworkOutput


def as_output(made: NetworkOutput, seen: Attended, name: str, place: int) -> NetworkOutput:
    """Return `made` with what the block `name` attends to in the first image of the batch.

    `place` is the number of px of the image per side of a place of the features.
    """
    height, width = (side // place for side in made.output.shape[-2:])
    sources, weight = None, None if seen.weight is None else seen.weight[0].float().clamp(0, 1)
    if seen.offsets is not None:
        sources = _to_pixels(seen.offsets[0], (height, width), place)
        if weight is not None and weight.shape != sources.shape[1:]:
            weight = _repeat(weight, (height, width))
    shows, units = BLOCKS[name].shows, None if seen.units is None else seen.units[0].float()
    ranked = seen.ranked
    if ranked is not None:
        ranked = ranked._replace(offsets=ranked.offsets * place, weights=ranked.weights.float())
    return made._replace(
        sources=sources,
        ranked=ranked,
        weight=None if sources is None else weight,
        places=weight if sources is None else None,
        units=units,
        unit_kind=None if units is None else "memory" if "memory" in shows else "channels",
    )


def no_sources(made: NetworkOutput, name: str, place: int) -> NetworkOutput:
    """Return `made` with offsets and weights of 0, where the block `name` would show any."""
    if name not in NAMES or not NAMES[name].places:
        return made
    nothing = made.output.new_zeros([side // place for side in made.output.shape[-2:]])
    return made._replace(sources=nothing.long().expand(2, -1, -1), weight=nothing)


def _to_pixels(offsets: Tensor, size: tuple[int, int], place: int) -> Tensor:
    """Turn offsets in places (2 x h x w) into whole px; a position beyond the border counts as the last place there.

    Where a cell of h x w does not stand for as many places of `size` as all others, there is one for each place.
    """
    if any(whole % cells for whole, cells in zip(size, offsets.shape[1:], strict=True)):
        offsets = _repeat(offsets, size)
    moved = []
    for axis, (whole, cells) in enumerate(zip(size, offsets.shape[1:], strict=True)):
        step = whole // cells
        own = step * torch.arange(cells, device=offsets.device).view((-1, 1) if axis == 0 else (1, -1))
        there = (own + offsets[axis]).clamp(0, whole - step)
        moved.append((place * (there - own)).round().long())
    return torch.stack(moved)


def _repeat(plane: Tensor, size: tuple[int, int]) -> Tensor:
    """Repeat the cells of .. x h x w for the places that each stands for; the last ones may stand for fewer."""
    for axis, whole in zip((-2, -1), size, strict=True):
        plane = plane.repeat_interleave(-(-whole // plane.shape[axis]), axis).narrow(axis, 0, whole)
    return plane

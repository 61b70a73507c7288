"""The output of a network in torch, as the arrays of a `Fill`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from inpaint_studio.models.base.interface import Fill, RankedSources, Units

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from inpaint_studio.models.networks import NetworkOutput


def make_fill(answer: NetworkOutput, pixels: Tensor, inside: Tensor) -> Fill:
    """Convert the network's output to arrays of the image's size, composited and clamped to [0, 1]."""
    import torch

    output = answer.output.float()
    image = torch.where(inside > 0, output, pixels).clamp(0, 1)
    sources, weight = _at_full_size(answer, pixels.shape[-2:])

    def to_array(tensor: Tensor | None) -> NDArray[np.float32] | None:
        return None if tensor is None else tensor[0].float().cpu().numpy()

    edges, labels = to_array(answer.edges), to_array(answer.labels)
    return Fill(
        image=image[0].cpu().numpy(),
        coarse=to_array(answer.coarse),
        edges=None if edges is None else edges[0],
        labels=None if labels is None else labels[0].astype(np.uint8),
        sources=sources,
        weight=weight,
        places=None if answer.places is None else _repeat(answer.places.float().cpu().numpy(), pixels.shape[-2:]),
        units=_units(answer),
        output=to_array(output),
        ranked=_to_ranked(answer, pixels.shape[-2:]),
    )


def _to_ranked(answer: NetworkOutput, size: Any) -> RankedSources | None:
    """Return several sources of each cell of the attention; the image of `size` (height, width) is all of its cells."""
    if answer.ranked is None:
        return None
    offsets = answer.ranked.offsets[0].cpu().numpy().astype(np.int32)
    weights = answer.ranked.weights[0].float().cpu().numpy()
    height, width = (side / cells for side, cells in zip(size, weights.shape[1:], strict=True))
    return RankedSources(offsets, weights, (height, width))


def _units(answer: NetworkOutput) -> Units | None:
    if answer.units is None:
        return None
    return Units(answer.unit_kind or "channels", answer.units.float().cpu().numpy())


def _at_full_size(answer: NetworkOutput, size: Any) -> tuple[NDArray[np.int32] | None, NDArray[np.float32] | None]:
    """Repeat the offsets and confidences of each cell for every pixel of the cell."""
    if answer.sources is None:
        return None, None
    sources = _repeat(answer.sources.cpu().numpy().astype(np.int32), size)
    return sources, None if answer.weight is None else _repeat(answer.weight.float().cpu().numpy(), size)


def _repeat(plane: NDArray[Any], size: Any) -> NDArray[Any]:
    """Repeat the cells of .. x h x w for every pixel of `size` that they stand for."""
    rows, columns = (np.arange(n) * cells // n for n, cells in zip(size, plane.shape[-2:], strict=True))
    return plane[..., rows[:, None], columns]

"""Spectral normalisation as checkpoints store it, folded into plain weights.

PyTorch keeps ``weight_orig``, the left singular vector ``weight_u`` and, since 1.0, the right one ``weight_v``; the
weight it computes with is ``weight_orig`` over u' W v, the largest singular value (Miyato et al. 2018). 0.4.1 kept no
right vector but the weight itself, as ``weight``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

_ORIGINAL, _LEFT, _RIGHT = "weight_orig", "weight_u", "weight_v"
# Keys that may be missing where ``weight`` is present, as a regular expression.
LEFTOVERS = rf"(^|\.)({_ORIGINAL}|{_LEFT})$"


def stored_shapes(
    shapes: Mapping[str, tuple[int, ...]], plain: frozenset[str], transposed: frozenset[str]
) -> dict[str, tuple[int, ...]]:
    """Return keys and shapes, with all convolutions except the `plain` weights stored as PyTorch 1.0 does.

    `transposed` are the weights of transposed convolutions, whose rows are their second axis.
    """
    made: dict[str, tuple[int, ...]] = {}
    for key, shape in shapes.items():
        base = key.removesuffix("weight")
        if base == key or key in plain:
            made[key] = shape
        else:
            rows = shape[int(key in transposed)]
            made |= {base + _ORIGINAL: shape, base + _LEFT: (rows,), base + _RIGHT: (math.prod(shape) // rows,)}
    return made


def fold(tensors: Mapping[str, Tensor], transposed: frozenset[str] = frozenset()) -> dict[str, Tensor]:
    """Replace what spectral normalisation stored by ``weight``, for files of any PyTorch release."""
    made = {}
    for key, value in tensors.items():
        base = key.removesuffix(_ORIGINAL)
        if key.endswith((_LEFT, _RIGHT)):
            continue
        if base == key:
            made[key] = value
        elif f"{base}weight" not in tensors:
            axis = int(f"{base}weight" in transposed)
            made[f"{base}weight"] = _normalise(value, tensors[base + _LEFT], tensors[base + _RIGHT], axis)
    return made


def _normalise(weight: Tensor, left: Tensor, right: Tensor, axis: int) -> Tensor:
    matrix = weight.movedim(axis, 0).flatten(1).double()
    largest = left.double() @ matrix @ right.double()
    return (weight.double() / largest).to(weight.dtype)

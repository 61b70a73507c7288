"""Discriminators that authors publish with their weights: tables of their layers, and the change to ours.

The networks themselves belong to the training (`training.discriminators`). Here are only the names of their layers and
the shapes that these must have; the width is read from the file. Imports no torch at module level.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from inpaint_studio.models.base.checkpoint_format import Config, DiscriminatorPart, Shapes, Tensors
from inpaint_studio.models.base.network_config import WIDEST
from inpaint_studio.texts import tr

if TYPE_CHECKING:
    from torch import Tensor

Layout = Literal["torch", "tensorflow"]  # TensorFlow's kernels are height, width, in, out; its maps end with channels

_PARAMETRISED = "parametrizations.weight"  # where PyTorch 2 keeps a normalised weight, and we do
# Steps of the power iteration where a file has no singular vectors; PyTorch begins with 15.
_STEPS = 30


class Layer(NamedTuple):
    """One layer, here and in the file. `width`: its channels, in those of the first layer; 0: a single score."""

    ours: str
    theirs: str
    width: int
    norm: tuple[str, str] | None = None  # the norm after it, here and in the file
    linear: bool = False
    plain: bool = False  # in a table of normalised layers without biases: it is not normalised, and has a bias


@dataclass(frozen=True)
class Table:
    """All layers of a discriminator, and what they have in common."""

    layers: tuple[Layer, ...]
    channels: Callable[[Config], int]  # of its input
    kernel: int = 4
    spectral: bool = False
    bias: bool = True  # whether our layers have one; not those before a batch norm
    batch_norm: bool = False  # else a norm is of instances, and has no running values
    layout: Layout = "torch"


def patch_layers(names: list[str], widths: tuple[int, ...], norms: list[str] | None = None) -> tuple[Layer, ...]:
    """List the layers of a `PatchDiscriminator` by their names in the file, the last of which gives the scores.

    `norms` are the names of the norms, which the first and the last layer do not have.
    """
    found = []
    for number, (name, width) in enumerate(zip(names, widths, strict=True)):
        norm = (f"layers.{number}.1", norms[number - 1]) if norms and 0 < number < len(names) - 1 else None
        ours = "score" if number == len(names) - 1 else f"layers.{number}.0"
        found.append(Layer(ours, name, width, norm))
    return tuple(found)


def image_layers(names: list[str], widths: tuple[int, ...], linear: str) -> tuple[Layer, ...]:
    """List the layers of an `ImageDiscriminator` without norms by their names in the file."""
    convolutions = (
        Layer(f"body.{2 * number}", name, width) for number, (name, width) in enumerate(zip(names, widths, strict=True))
    )
    return (*convolutions, Layer("linear", linear, 0, linear=True))


def make_part(name: str, table: Table, *, root: str = "", file: tuple[str, str] | None = None) -> DiscriminatorPart:
    """Make the part of a dialect from the table of a discriminator; see `DiscriminatorPart`."""

    def recognise(shapes: Shapes) -> str:
        return _stored(table, table.layers[0].theirs, shapes) or ""

    def translate(tensors: Tensors, config: Config) -> Tensors:
        return _translate(table, tensors, config)

    return DiscriminatorPart(name, recognise, translate, root, file)


def _stored(table: Table, layer: str, keys: Shapes | Tensors, *, plain: bool = False) -> str | None:
    """Return the key of a layer's weight; None where there is none, or it is not normalised though it should be."""
    if plain:
        return f"{layer}.weight" if f"{layer}.weight" in keys else None
    if table.layout == "tensorflow":
        forms = [f"{layer}/kernel"]
    elif table.spectral:
        forms = [f"{layer}.weight_orig", f"{layer}.{_PARAMETRISED}.original"]
        if f"{layer}.weight_u" in keys:  # a port divides the weight itself in each pass
            forms.append(f"{layer}.weight")
    else:
        forms = [f"{layer}.weight"]
    return next((form for form in forms if form in keys), None)


def _translate(table: Table, tensors: Tensors, config: Config) -> Tensors:
    """Return the tensors under our keys. Raises ValueError with a few words where they do not fit."""
    import torch

    made: Tensors = {}
    before, width = table.channels(config), 0
    for number, layer in enumerate(table.layers):
        key = _stored(table, layer.theirs, tensors, plain=layer.plain)
        if key is None:
            raise ValueError(f"{layer.theirs} is missing")
        weight = _to_ours(table, layer, key, tensors[key], before)
        width = width or len(weight)
        out = layer.width * width or 1
        side = weight.shape[-1]
        if layer.linear:
            side = math.isqrt(weight.numel() // (out * before))
            expected: tuple[int, ...] = (out, before * side * side)
        else:
            expected = (out, before, table.kernel, table.kernel)
        if tuple(weight.shape) != expected or not 0 < width <= WIDEST or not side:
            raise ValueError(f"{key} has another shape ({_sides(tensors[key])})")
        turned = number == 0 and config.get("order") == "bgr"
        if turned:
            weight = _reverse_colours(weight)
        made |= _weight(table, layer, weight, tensors, turned=turned)
        made |= _bias_and_norm(table, layer, tensors, out)
        before = out
    for key, value in made.items():
        if value.is_floating_point() and not bool(torch.isfinite(value).all()):
            raise ValueError(f"{key} is not finite")
    return made


def _to_ours(table: Table, layer: Layer, key: str, weight: Tensor, before: int) -> Tensor:
    """Return a weight in PyTorch's layout: out, in, height, width, or out, in of a linear layer."""
    axes = 2 if layer.linear else 4
    if weight.ndim != axes or not weight.is_floating_point() or not weight.numel():
        raise ValueError(f"{key} has another shape or type ({_sides(weight)})")
    if table.layout == "torch":
        return weight
    if not layer.linear:
        return weight.permute(3, 2, 0, 1)
    # It takes a map that is flattened as height, width, channels there, and as channels, height, width here.
    inputs, out = weight.shape
    side = math.isqrt(inputs // before)
    if side * side * before != inputs:
        raise ValueError(f"{key} has another shape ({_sides(weight)})")
    return weight.T.reshape(out, side, side, before).permute(0, 3, 1, 2).flatten(1)


def _reverse_colours(weight: Tensor) -> Tensor:
    """Return a kernel of the first layer for images of the opposite order of colours."""
    import torch

    return torch.cat([weight[:, :3].flip(1), weight[:, 3:]], 1)


def _weight(table: Table, layer: Layer, weight: Tensor, tensors: Tensors, *, turned: bool) -> Tensors:
    """Return a layer's weight under our keys, with the singular vectors of a normalised one.

    `turned`: the colours of `weight` were reversed, those of its vector in `tensors` were not.
    """
    if not table.spectral or layer.plain:
        return {f"{layer.ours}.weight": weight}
    name = layer.theirs
    matrix = weight.flatten(1)
    left = _vector(tensors, len(matrix), f"{name}.weight_u", f"{name}.{_PARAMETRISED}.0._u", f"{name}/kernel_sn/u")
    right = _vector(tensors, matrix.shape[1], f"{name}.weight_v", f"{name}.{_PARAMETRISED}.0._v")
    if right is not None and turned:
        right = _reverse_colours(right.view(1, *weight.shape[1:])).flatten()
    if left is None:
        left, right = _iterate(matrix), None
    if right is None:
        right = _normalise(matrix.T @ left)
    if not float(left @ matrix @ right) > 0:
        left = _iterate(matrix)
        right = _normalise(matrix.T @ left)
    if not float(left @ matrix @ right) > 0:
        raise ValueError(f"{name} is 0 everywhere")
    ours = f"{layer.ours}.{_PARAMETRISED}"
    return {f"{ours}.original": weight, f"{ours}.0._u": left, f"{ours}.0._v": right}


def _vector(tensors: Tensors, length: int, *keys: str) -> Tensor | None:
    """Return the first of the tensors that is there, as a vector of that length; None where none is."""
    found = next((tensors[key] for key in keys if key in tensors), None)
    if found is None:
        return None
    if found.numel() != length or not found.is_floating_point():
        raise ValueError(f"a singular vector has another shape ({_sides(found)})")
    return found.flatten()


def _iterate(matrix: Tensor) -> Tensor:
    """Return the left singular vector of the largest singular value."""
    left = _normalise(matrix.norm(dim=1))
    for _ in range(_STEPS):
        left = _normalise(matrix @ _normalise(matrix.T @ left))
    return left


def _normalise(vector: Tensor) -> Tensor:
    normalised: Tensor = vector / vector.norm().clamp_min(1e-12)
    return normalised


def _bias_and_norm(table: Table, layer: Layer, tensors: Tensors, out: int) -> Tensors:
    """Return a layer's bias and the norm after it under our keys."""
    import torch

    join = "/" if table.layout == "tensorflow" else "."
    bias = f"{layer.theirs}{join}bias"
    made: Tensors = {}
    before_batch_norm = table.batch_norm and layer.norm is not None
    if (table.bias or layer.plain) and not before_batch_norm:
        made[f"{layer.ours}.bias"] = _values(tensors, bias, out)
    elif bias in tensors and not before_batch_norm and bool(tensors[bias].any()):
        raise ValueError(f"{bias} is not 0, and there is none here")
    if layer.norm is None:
        return made
    ours, theirs = layer.norm
    fields = ["weight", "bias"]
    if table.batch_norm:
        fields += ["running_mean", "running_var"]
        counter = tensors.get(f"{theirs}.num_batches_tracked")
        made[f"{ours}.num_batches_tracked"] = torch.tensor(
            int(counter) if counter is not None and counter.numel() == 1 else 0, dtype=torch.int64
        )
    made |= {f"{ours}.{field}": _values(tensors, f"{theirs}.{field}", out) for field in fields}
    if before_batch_norm and bias in tensors:  # the norm subtracts the mean, and so any bias before it
        made[f"{ours}.running_mean"] = made[f"{ours}.running_mean"] - _values(tensors, bias, out)
    return made


def _values(tensors: Tensors, key: str, length: int) -> Tensor:
    """Return a vector of that length. Raises ValueError where it is not one."""
    if key not in tensors:
        raise ValueError(f"{key} is missing")
    if tuple(tensors[key].shape) != (length,) or not tensors[key].is_floating_point():
        raise ValueError(f"{key} has another shape or type ({_sides(tensors[key])})")
    return tensors[key]


def _sides(tensor: Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or tr("a single number")

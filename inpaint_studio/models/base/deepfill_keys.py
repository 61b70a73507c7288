"""Code for the published files of both DeepFill v1 and v2: names of layers, and conversion of tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inpaint_studio.models.base import key_mapping
from inpaint_studio.models.base.checkpoint_format import Config, Tensors
from inpaint_studio.models.base.network_config import ConfigOption

if TYPE_CHECKING:
    from inpaint_studio.layers.attention.contextual import Variant

# How the attention and the zeros round a plane are computed; see `layers.attention.contextual.Variant`.
OFFICIAL: Config = {"padding": "same", "nearest": "corners", "mask_steps": 2, "norm": "max", "fuse": True}

# The same as rows of a table; `order` is only about published files.
OPTIONS = (
    ConfigOption("order", "rgb", "order of colours in the file", choices=("rgb", "bgr"), trained=False),
    ConfigOption(
        "padding", OFFICIAL["padding"], "zeros round a plane as TensorFlow or as PyTorch", choices=("same", "symmetric")
    ),
    ConfigOption(
        "nearest", OFFICIAL["nearest"], "which values the attention keeps of a plane", choices=("corners", "floor")
    ),
    ConfigOption("mask_steps", OFFICIAL["mask_steps"], "steps in which the hole becomes cells", choices=(2, 1)),
    ConfigOption("norm", OFFICIAL["norm"], "how the attention bounds a patch's length", choices=("max", "sum")),
    ConfigOption("fuse", OFFICIAL["fuse"], "whether the attention prefers patches that adjoin"),
)

# Values of the optimiser, which the authors' checkpoints also contain; not read.
TENSORFLOW_SLOTS = r"/(Adam(_\d+)?|ExponentialMovingAverage|Momentum)$"
TENSORFLOW_ROOT = "inpaint_net/"

# Layers whose input is the image, and layers whose output is the image.
_FROM_IMAGE = ("conv1", "xconv1", "pmconv1")
_TO_IMAGE = ("conv17", "allconv17")


def variant(config: Config) -> Variant:
    """Return the variant of the attention that a configuration describes. Imports torch."""
    from inpaint_studio.layers.attention.contextual import Variant

    return Variant(config["nearest"], config["mask_steps"], config["norm"], config["fuse"])


def tensorflow(key: str) -> str:
    """Return the authors' key, such as inpaint_net/conv13_upsample/conv13_upsample_conv/kernel."""
    name, field = key.split(".")
    inner = f"{name}/{name}_conv" if name.endswith("upsample") else name
    return f"{TENSORFLOW_ROOT}{inner}/{'kernel' if field == 'weight' else field}"


def tensorflow_shapes(build: key_mapping.Build, config: Config) -> dict[str, tuple[int, ...]]:
    """Return every key and shape of a TensorFlow checkpoint; its kernels are height, width, in, out."""
    shapes = key_mapping.own_shapes(build, config)
    return {tensorflow(k): (*s[2:], s[1], s[0]) if len(s) == 4 else s for k, s in shapes.items()}


def translate(build: key_mapping.Build, config: Config, rename: key_mapping.Rename, tensors: Tensors) -> Tensors:
    """Translate the tensors of a port to ours; reorder to red, green, blue if `config` has "order" "bgr"."""
    made = key_mapping.translate(build, config, rename, tensors)
    return reverse_colours(made) if config["order"] == "bgr" else made


def translate_tensorflow(build: key_mapping.Build, parts: Mapping[str, Tensors], config: Config) -> Tensors:
    """Translate the tensors of the authors' TensorFlow checkpoint, the part "network", to ours."""
    kernels = {k: v.permute(3, 2, 0, 1) if v.ndim == 4 else v for k, v in parts["network"].items()}
    return translate(build, config, tensorflow, kernels)


def reverse_colours(tensors: Tensors) -> Tensors:
    """Change the tensors so that the network's input and output have the opposite order of colours."""
    import torch

    made = dict(tensors)
    for name in _FROM_IMAGE:
        kernel = made[f"{name}.weight"]
        made[f"{name}.weight"] = torch.cat([kernel[:, :3].flip(1), kernel[:, 3:]], 1)
    for name in _TO_IMAGE:
        for field in ("weight", "bias"):
            made[f"{name}.{field}"] = made[f"{name}.{field}"].flip(0)
    return made

"""Code for the published files of both DeepFill v1 and v2: names of layers, and conversion of tensors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inpaint_studio.models.base import key_mapping
from inpaint_studio.models.base.checkpoint_format import Config, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import ConfigOption, attention_option, settle_attention
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.layers.attention.contextual import Variant

# How the attention and the zeros round a plane are computed; see `layers.attention.contextual.Variant`.
OFFICIAL: Config = {
    "padding": "same",
    "nearest": "corners",
    "mask_steps": 2,
    "norm": "max",
    "fuse": True,
    "blocked": "zeroed",
    "overlap": "four",
    "matching": "relu",
}
# open-mmlab/mmagic mirrors the image round every plane and has an attention of its own. (mmagic/models/editors/
# deepfillv1: contextual_attention.py, deepfill_encoder.py; configs/_base_/models/base_deepfillv1.py.)
MMAGIC: Config = {
    "padding": "reflect",
    "nearest": "floor",
    "mask_steps": 1,
    "norm": "max",
    "fuse": True,
    "blocked": "excluded",
    "overlap": "counted",
    "matching": "elu",
}
# px: at a quarter of the image's size the widest layer mirrors 16 px, so there must be 17, in whole cells of 8 px.
LEAST_MIRRORED = 72

# The same as rows of a table; `order` is only about published files.
OPTIONS = (
    ConfigOption("order", "rgb", mark("order of colours in the file"), choices=("rgb", "bgr"), trained=False),
    ConfigOption(
        "padding",
        OFFICIAL["padding"],
        mark("round a plane are zeros as in TensorFlow or as in PyTorch, or its mirrored pixels"),
        choices=("same", "symmetric", "reflect"),
    ),
    ConfigOption(
        "nearest",
        OFFICIAL["nearest"],
        mark("which values the attention keeps of a plane"),
        choices=("corners", "floor"),
    ),
    ConfigOption("mask_steps", OFFICIAL["mask_steps"], mark("steps in which the hole becomes cells"), choices=(2, 1)),
    ConfigOption("norm", OFFICIAL["norm"], mark("how the attention bounds a patch's length"), choices=("max", "sum")),
    ConfigOption("fuse", OFFICIAL["fuse"], mark("whether the attention prefers patches that adjoin")),
    ConfigOption(
        "blocked",
        OFFICIAL["blocked"],
        mark("patches that touch the hole get the score 0, or are left out of the attention"),
        choices=("zeroed", "excluded"),
    ),
    ConfigOption(
        "overlap",
        OFFICIAL["overlap"],
        mark("where patches overlap, divide by four or by how many there are"),
        choices=("four", "counted"),
    ),
    ConfigOption("matching", OFFICIAL["matching"], mark("activation before the attention"), choices=("relu", "elu")),
    attention_option("contextual", mark("attention block of the second stage")),
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

    return Variant(*(config[name] for name in ("nearest", "mask_steps", "norm", "fuse", "blocked", "overlap")))


def settle(traits: Traits, config: Config) -> Traits:
    """Set what its attention changes, and the smallest image that a network with mirrored borders can take."""
    traits = settle_attention(traits, config)
    return replace(traits, min_side=LEAST_MIRRORED) if config["padding"] == "reflect" else traits


_STAGE_1 = {"encoder": "stage1.encoder", "neck": "stage1.dilation_neck", "decoder": "stage1.decoder"}
_BRANCHES = {
    "": _STAGE_1,
    "x": {"encoder": "stage2.encoder_conv", "neck": "stage2.dilation_neck"},
    "pm": {"encoder": "stage2.encoder_attention"},
    "all": {"decoder": "stage2.decoder"},
}


def mmagic(key: str) -> str:
    """Return open-mmlab/mmagic's name of a layer, and our field: `conv13_upsample.bias` is stage1.decoder.dec3.bias."""
    branch, digits, field = re.fullmatch(r"(x|pm|all|)conv(\d+)[a-z_]*\.(\w+)", key).groups()  # type: ignore[union-attr]
    number, parts = int(digits), _BRANCHES[branch]
    if number <= 6:
        layer = f"{parts['encoder']}.enc{number}"
    elif branch == "pm":
        layer = f"stage2.contextual_attention_neck.conv{number - 8}"
    elif number <= 10:
        layer = f"{parts['neck']}.dilation_convs.{number - 7}"
    else:
        layer = f"{parts['decoder']}.dec{number - 10}"
    return f"{layer}.{field}"


MMAGIC_CONSTANTS = r"\.fuse_kernel$"  # the attention's kernel that fuses
MMAGIC_TERMS = mark("Apache-2.0 repository; no statement about the weights; trained on Places2 or CelebA-HQ")


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
            # Under a gate there are two groups of colours, the image and its gate.
            groups = torch.split(made[f"{name}.{field}"], 3)
            made[f"{name}.{field}"] = torch.cat([group.flip(0) for group in groups])
    return made

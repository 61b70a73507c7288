"""Partial convolutions: a U-Net whose layers use only known values, for holes of any form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inpaint_studio.models.base import key_mapping
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

_DEEPEST = 10  # stages; 1024 px become one


def model() -> NetworkModel:
    """Return the model of the U-Net of partial convolutions; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.partial_conv import PartialConvUNet

    return PartialConvUNet(config["widths"], window=config["window"])


def _settle(traits: Traits, config: Config) -> Traits:
    """Set the sizes that the network accepts: every stage halves the image."""
    step = 2 ** len(config["widths"])
    return replace(traits, multiple_of=step, min_side=step, max_side=max(512, step))


def _naoto(key: str) -> str:
    """``enc3.conv.weight`` is `enc_3.conv.input_conv.weight`, ``enc3.norm.bias`` is `enc_3.bn.bias`."""
    way, stage, rest = re.fullmatch(r"(enc|dec)(\d+)\.(.+)", key).groups()  # type: ignore[union-attr]
    rest = rest.replace("conv.", "conv.input_conv.").replace("norm.", "bn.")
    return f"{way}_{stage}.{rest}"


def _configure(shapes: Shapes) -> Config:
    key_mapping.width(shapes, "enc_1.conv.input_conv.weight")
    stages = (f"enc_{stage}.conv.input_conv.weight" for stage in range(1, _DEEPEST + 1))
    return {"widths": [key_mapping.width(shapes, key) for key in stages if key in shapes], "window": False}


def _translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    return key_mapping.translate(_build, config, _naoto, parts["network"])


SYSTEM = System(
    traits=Traits(
        name="partial-conv",
        title="Partial convolutions",
        summary="Redraws holes of any form from their surroundings; smooth, and fast for its size.",
        paper="G. Liu et al., Image Inpainting for Irregular Holes Using Partial Convolutions, ECCV 2018",
        year=2018,
        licence="MIT (this code)",
        trained_at=256,
        min_side=128,
        max_side=512,
        multiple_of=128,
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption(
                "widths",
                [64, 128, 256, 512, 512, 512, 512],
                "channels of the encoder's stages, each of which halves the image",
                most=2048,
                longest=_DEEPEST,
            ),
            ConfigOption(
                "window",
                True,
                "scale by the window's size over its known values as the paper does, not by one over these",
            ),
        )
    ),
    small={"widths": [4, 4, 8, 8, 8, 8, 8]},
    dialects=(
        Dialect(
            name="naoto",
            title="naoto0804/pytorch-inpainting-with-partial-conv: 1000000.pth",
            # The weights of the masks' convolutions are all 1 (they count known pixels) and are not learned.
            parts=(
                CheckpointPart(
                    "network",
                    _configure,
                    lambda config: key_mapping.expected_shapes(_build, config, _naoto),
                    rf"\.mask_conv\.weight$|{key_mapping.COUNTERS}",
                ),
            ),
            translate=_translate,
            licence="unclear",
            terms="MIT code; trained on Places2, no statement about the weights",
        ),
    ),
    settle=_settle,
    parameters=25_779_796,
    authors={
        "code": "https://github.com/NVIDIA/partialconv",
        "port": "https://github.com/naoto0804/pytorch-inpainting-with-partial-conv",
    },
)

"""Partial convolutions: a U-Net whose layers use only known values, for holes of any form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inpaint_studio.models.base import key_mapping
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

_DEEPEST = 10  # stages; 1024 px become one


def model() -> NetworkModel:
    """Return the model of the U-Net of partial convolutions; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.partial_conv import PartialConvUNet

    options = {name: config[name] for name in ("window", "colours", "bias", "diffused")}
    return PartialConvUNet(config["widths"], **options)


def _settle(traits: Traits, config: Config) -> Traits:
    """Set the sizes that the network accepts: every stage halves the image."""
    step = 2 ** len(config["widths"])
    return replace(traits, multiple_of=step, min_side=step, max_side=max(512, step))


def _naoto(key: str) -> str:
    """``enc3.conv.weight`` is `enc_3.conv.input_conv.weight`, ``enc3.norm.bias`` is `enc_3.bn.bias`."""
    way, stage, rest = re.fullmatch(r"(enc|dec)(\d+)\.(.+)", key).groups()  # type: ignore[union-attr]
    rest = rest.replace("conv.", "conv.input_conv.").replace("norm.", "bn.")
    return f"{way}_{stage}.{rest}"


def _mmagic(key: str) -> str:
    """``enc3.conv.weight`` is `encoder.enc3.conv.weight`, ``enc3.norm.bias`` is `encoder.enc3.bn.bias`."""
    coder = "encoder" if key.startswith("enc") else "decoder"
    return f"{coder}.{key.replace('.norm.', '.bn.')}"


def _make_part(rename: key_mapping.Rename, common: Config, optional: str) -> CheckpointPart:
    """Make the part for one form of names; `optional`: further keys that the file may have."""

    def configure(shapes: Shapes) -> Config:
        stages = [rename(f"enc{stage}.conv.weight") for stage in range(1, _DEEPEST + 1)]
        key_mapping.width(shapes, stages[0])
        return {"widths": [key_mapping.width(shapes, key) for key in stages if key in shapes], **common}

    return CheckpointPart(
        "network",
        configure,
        lambda config: key_mapping.expected_shapes(_build, config, rename),
        rf"{optional}|{key_mapping.COUNTERS}",
    )


def _translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    return key_mapping.translate(_build, config, _naoto, parts["network"])


def _translate_mmagic(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    """Turn the colours, which mmagic has as blue, green, red: of the input, of the last skip and of the output."""
    import torch

    made = key_mapping.translate(_build, config, _mmagic, parts["network"])
    last = made["dec1.conv.weight"].flip(0)
    made["enc1.conv.weight"] = made["enc1.conv.weight"].flip(1)
    made["dec1.conv.weight"] = torch.cat([last[:, :-3], last[:, -3:].flip(1)], 1)
    made["dec1.conv.bias"] = made["dec1.conv.bias"].flip(0)
    return made


SYSTEM = System(
    traits=Traits(
        name="partial-conv",
        title="Partial convolutions",
        summary=mark("Redraws holes of any form from their surroundings; smooth, and fast for its size."),
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
                mark("channels of the encoder's stages, each of which halves the image"),
                most=2048,
                longest=_DEEPEST,
            ),
            ConfigOption(
                "window",
                True,
                mark("scale by the window's size over its known values as the paper does, not by one over these"),
            ),
            ConfigOption(
                "colours",
                "imagenet",
                mark("colours are normalised by ImageNet's mean and deviation, or to values from -1 to 1"),
                choices=("imagenet", "half"),
            ),
            ConfigOption("bias", False, mark("the first layer has a bias")),
            DIFFUSED,
        )
    ),
    small={"widths": [4, 4, 8, 8, 8, 8, 8]},
    dialects=(
        Dialect(
            name="naoto",
            title="naoto0804/pytorch-inpainting-with-partial-conv: 1000000.pth",
            # The weights of the masks' convolutions are all 1 (they count known pixels) and are not learned.
            parts=(_make_part(_naoto, {"window": False}, r"\.mask_conv\.weight$"),),
            translate=_translate,
            licence="research",
            terms="MIT code; trained on Places2, no statement about the weights",
        ),
        Dialect(
            name="mmagic",
            title="open-mmlab/mmagic: pconv_256x256_stage2_*.pth",
            parts=(
                _make_part(_mmagic, {"window": True, "colours": "half", "bias": True}, r"\.conv\.weight_mask_updater$"),
            ),
            translate=_translate_mmagic,
            licence="research",
            terms="Apache-2.0 repository; no statement about the weights; trained on Places2 or CelebA-HQ",
        ),
    ),
    settle=_settle,
    parameters=25_779_796,
    authors={
        "code": "https://github.com/NVIDIA/partialconv",
        "port": "https://github.com/naoto0804/pytorch-inpainting-with-partial-conv",
        "another port": "https://github.com/open-mmlab/mmagic",
    },
)

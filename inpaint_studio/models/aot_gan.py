"""AOT-GAN: blocks of convolutions with four dilations side by side, for large holes in large images."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inpaint_studio.models.base import discriminator_keys, key_mapping
from inpaint_studio.models.base.checkpoint_format import (
    CheckpointPart,
    Config,
    Dialect,
    DiscriminatorPart,
    Shapes,
    Tensors,
)
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

_RATES = [1, 2, 4, 8]
_MOST_BLOCKS, _MOST_RATES, _LARGEST_RATE = 64, 8, 64


def model() -> NetworkModel:
    """Return the model of the generator; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.aot_gan import AotGan

    return AotGan(config["width"], config["blocks"], config["rates"], diffused=config["diffused"])


def _settle(traits: Traits, config: Config) -> Traits:
    """Set the smallest image: at a quarter of its size, one pixel more than are mirrored for the largest rate."""
    return replace(traits, min_side=4 * (max(config["rates"]) + 1))


def _find_conflict(config: Config) -> str:
    count = len(config["rates"])
    return (
        tr("{value} channels cannot be shared among {count} 'rates'.", value=4 * config["width"], count=count)
        if 4 * config["width"] % count
        else ""
    )


# Names


def _authors(key: str) -> str:
    """Return the authors' key: ``blocks.2.branches.1.bias`` is `middle.2.block01.1.bias`."""
    layer, field = key.rsplit(".", 1)
    block = re.fullmatch(r"blocks\.(\d+)\.(?:branches\.(\d+)|(\w+))", layer)
    if block is None:
        return f"{_AUTHORS[layer]}.{field}"
    name = block[3] or f"block{int(block[2]):02}"
    return f"middle.{block[1]}.{name}.1.{field}"


def _mmagic(key: str) -> str:
    """Return open-mmlab/mmagic's key: ``blocks.2.branches.1.bias`` is `dilation_neck.model.2.blocks.1.1.conv.bias`."""
    layer, field = key.rsplit(".", 1)
    block = re.fullmatch(r"blocks\.(\d+)\.(?:branches\.(\d+)|(\w+))", layer)
    if block is None:
        return f"{_MMAGIC[layer]}.conv.{field}"
    return f"dilation_neck.model.{block[1]}.{block[3] or f'blocks.{block[2]}'}.1.conv.{field}"


_AUTHORS = {
    "enter": "encoder.1",
    "down1": "encoder.3",
    "down2": "encoder.5",
    "up1": "decoder.0.conv",
    "up2": "decoder.2.conv",
    "leave": "decoder.4",
}
_MMAGIC = {
    "enter": "encoder.encoder.1",
    "down1": "encoder.encoder.2",
    "down2": "encoder.encoder.3",
    "up1": "decoder.decoder.0",
    "up2": "decoder.decoder.1",
    "leave": "decoder.decoder.2",
}


# Parts


def _make_dialect(
    rename: key_mapping.Rename,
) -> tuple[tuple[CheckpointPart, ...], Callable[[Mapping[str, Tensors], Config], Tensors]]:
    """Make the part, and the function that translates its tensors, for one form of names."""

    def configure(shapes: Shapes) -> Config:
        width = key_mapping.width(shapes, rename("enter.weight"))
        blocks = _count(shapes, lambda number: rename(f"blocks.{number}.fuse.weight"), _MOST_BLOCKS)
        rates = _count(shapes, lambda number: rename(f"blocks.0.branches.{number}.weight"), _MOST_RATES)
        # The file does not tell the rates; all that were published have these.
        return {"width": width, "blocks": blocks, "rates": [1 << number for number in range(rates)]}

    def translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
        made = key_mapping.translate(_build, config, rename, parts["network"])
        return _reverse_colours(made) if config["order"] == "bgr" else made

    part = CheckpointPart("network", configure, lambda config: key_mapping.expected_shapes(_build, config, rename))
    return (part,), translate


def _count(shapes: Shapes, name: Callable[[int], str], most: int) -> int:
    """Count the layers of a kind, by the key of each number from 0."""
    return next((number for number in range(most) if name(number) not in shapes), most)


def _reverse_colours(tensors: Tensors) -> Tensors:
    import torch

    made = dict(tensors)
    made["enter.weight"] = torch.cat([made["enter.weight"][:, :3].flip(1), made["enter.weight"][:, 3:]], 1)
    for field in ("weight", "bias"):
        made[f"leave.{field}"] = made[f"leave.{field}"].flip(0)
    return made


def _discriminator(names: list[str], root: str = "", file: tuple[str, str] | None = None) -> DiscriminatorPart:
    """Make the part of SM-PatchGAN (section 3.3; `Discriminator` of src/model/aotgan.py) by the names of its layers."""
    layers = discriminator_keys.patch_layers(names, (1, 2, 4, 8, 0))
    layers = (*layers[:-1], layers[-1]._replace(plain=True))
    table = discriminator_keys.Table(layers, channels=lambda _config: 3, spectral=True, bias=False)
    return discriminator_keys.make_part("critic", table, root=root, file=file)


_official_parts, _from_official = _make_dialect(_authors)
_mmagic_parts, _from_mmagic = _make_dialect(_mmagic)
_OFFICIAL_DISCRIMINATOR = _discriminator(
    [f"conv.{number}" for number in (0, 2, 4, 6, 8)], file=(r"^G(\d+)\.pt$", r"D\1.pt")
)
_MMAGIC_DISCRIMINATOR = _discriminator([*(f"model.{number}.conv" for number in range(4)), "model.4"], root="disc.")

SYSTEM = System(
    traits=Traits(
        name="aot-gan",
        title="AOT-GAN",
        summary=mark("Redraws large holes from near and far surroundings at once; for large images."),
        paper=("Y. Zeng et al., Aggregated Contextual Transformations for High-Resolution Image Inpainting, TVCG 2022"),
        year=2022,
        licence="MIT (this code)",
        trained_at=512,
        min_side=36,
        max_side=1024,
        multiple_of=4,
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 64, mark("channels at full size"), least=2, step=2),
            ConfigOption("blocks", 8, mark("blocks of dilated convolutions"), most=_MOST_BLOCKS),
            ConfigOption(
                "rates",
                _RATES,
                mark("dilations of the convolutions in a block, which share its channels"),
                most=_LARGEST_RATE,
                longest=_MOST_RATES,
            ),
            ConfigOption("order", "rgb", mark("order of colours in the file"), choices=("rgb", "bgr"), trained=False),
            DIFFUSED,
        ),
        _find_conflict,
    ),
    small={"width": 4, "blocks": 2},
    dialects=(
        Dialect(
            name="official",
            title="researchmm/AOT-GAN-for-Inpainting: G0000000.pt",
            parts=_official_parts,
            translate=_from_official,
            licence="research",
            terms="Apache-2.0 repository; no statement about the weights; trained on Places2 or CelebA-HQ",
            discriminators=(_OFFICIAL_DISCRIMINATOR,),
        ),
        Dialect(
            name="mmagic",
            title="open-mmlab/mmagic: AOT-GAN_512x512_*.pth",
            parts=_mmagic_parts,
            translate=_from_mmagic,
            licence="research",
            terms="Apache-2.0 repository; no statement about the weights; trained on Places2",
            settings={"order": ("rgb", "bgr")},
            discriminators=(_MMAGIC_DISCRIMINATOR,),
        ),
    ),
    settle=_settle,
    parameters=15_200_835,
    authors={
        "code": "https://github.com/researchmm/AOT-GAN-for-Inpainting",
        "port": "https://github.com/open-mmlab/mmagic",
    },
)

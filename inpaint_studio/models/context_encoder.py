"""Context Encoder: the first network that filled holes, for one in the middle of a small image."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inpaint_studio.models.base import discriminator_keys, key_mapping
from inpaint_studio.models.base.checkpoint_format import (
    CheckpointPart,
    Config,
    Dialect,
    DiscriminatorPart,
    Licence,
    Shapes,
    Tensors,
)
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter


def model() -> NetworkModel:
    """Return the model of the encoder and its decoder; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.context_encoder import ContextEncoder

    options = {name: config[name] for name in ("bias", "diffused")}
    return ContextEncoder(config["width"], config["bottleneck"], **options)


# Names. Ours are `enc3.weight` and `enc_norm3.weight`, `code` and `code_norm`, `dec2` and `dec_norm2`, and `out`.
# Both published forms are sequences of convolution, norm, activation; the first convolution has no norm.


def _place(key: str) -> tuple[int, str]:
    """Return the index, from 0, of a key's module in one sequence of all modules, and the rest of the key."""
    name, field = key.rsplit(".", 1)
    kind, norm, number = re.fullmatch(r"([a-z]+)(_norm)?(\d*)", name).groups()  # type: ignore[union-attr]
    block = {"enc": 0, "code": 6, "dec": 6, "out": 11}[kind] + int(number or 0)
    if kind == "code":
        block = 6
    start = 0 if block == 1 else 3 * block - 4
    return start + bool(norm), field


def _port(key: str) -> str:
    place, field = _place(key)
    return f"main.{place}.{field}"


def _torch7(key: str) -> str:
    """Return the Torch7 key: counted from 1; the encoder up to the code's convolution is a nested sequence."""
    place, field = _place(key)
    nested = 15  # modules of the encoder
    if place < nested:
        return f"modules.1.modules.{place + 1}.{field}"
    return f"modules.{place - nested + 2}.{field}"


def _dialect(
    name: str,
    title: str,
    rename: key_mapping.Rename,
    *,
    bias: bool,
    licence: Licence,
    terms: str,
    optional: str,
    discriminators: tuple[DiscriminatorPart, ...] = (),
) -> Dialect:
    def configure(shapes: Shapes) -> Config:
        return {
            "width": key_mapping.width(shapes, rename("enc1.weight")),
            "bottleneck": key_mapping.width(shapes, rename("code.weight")),
            "bias": bias,
        }

    def translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
        return key_mapping.translate(_build, config, rename, parts["network"])

    part = CheckpointPart(
        "network", configure, lambda config: key_mapping.expected_shapes(_build, config, rename), optional
    )
    return Dialect(
        name=name,
        title=title,
        parts=(part,),
        translate=translate,
        licence=licence,
        terms=terms,
        discriminators=discriminators,
    )


# `_netlocalD` of the port; our recipe has the same.
_DISCRIMINATOR = discriminator_keys.make_part(
    "critic",
    discriminator_keys.Table(
        discriminator_keys.patch_layers(
            [f"main.{place}" for place in (0, 2, 5, 8, 11)],
            (1, 2, 4, 8, 0),
            norms=[f"main.{place}" for place in (3, 6, 9)],
        ),
        channels=lambda _config: 3,
        bias=False,
        batch_norm=True,
    ),
    file=(r"^netG_\w+\.pth$", "netlocalD.pth"),
)

SYSTEM = System(
    traits=Traits(
        name="context-encoder",
        title="Context Encoder",
        summary=mark("Fills the middle of a small image from its surroundings; coarse, of historical interest."),
        paper="D. Pathak et al., Context Encoders: Feature Learning by Inpainting, CVPR 2016",
        year=2016,
        licence="MIT (this code)",
        trained_at=128,
        min_side=128,
        max_side=128,
        fixed_size=128,
        centred=56 / 128,
        trainable=True,
        needs_weights=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 64, mark("channels of the first layer")),
            ConfigOption("bottleneck", 4000, mark("channels of the code between encoder and decoder"), most=16384),
            ConfigOption("bias", True, mark("whether convolutions have a bias")),
            DIFFUSED,
        )
    ),
    small={"width": 4, "bottleneck": 16},
    dialects=(
        _dialect(
            "port",
            "BoyuanJiang/context_encoder_pytorch: netG_streetview.pth",
            _port,
            bias=False,
            licence="research",
            terms="MIT code; trained on Paris StreetView, no statement about the weights",
            optional=key_mapping.COUNTERS,
            discriminators=(_DISCRIMINATOR,),
        ),
        _dialect(
            "official",
            "pathak22/context-encoder: *_inpaintCenter.t7",
            _torch7,
            bias=True,
            licence="non-commercial",
            terms="UC Berkeley: education, research and not-for-profit only",
            optional=key_mapping.TORCH7_SCRATCH,
        ),
    ),
    parameters=71_130_531,
    authors={
        "code": "https://github.com/pathak22/context-encoder",
        "port": "https://github.com/BoyuanJiang/context_encoder_pytorch",
    },
)

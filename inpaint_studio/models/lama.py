"""LaMa: fast Fourier convolutions, which see the whole image in every layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from inpaint_studio.layers.attention.names import NONE
from inpaint_studio.models.base import discriminator_keys, key_mapping
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import (
    DIFFUSED,
    ConfigOption,
    ConfigTable,
    attention_option,
    settle_attention,
)
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

_DEEPEST = 8  # the largest number of halvings that is accepted
_INSIDE = {
    "conv": "ffc.convl2l",
    "norm": "bn_l",
    "local_to_local": "ffc.convl2l",
    "local_to_global": "ffc.convl2g",
    "global_to_local": "ffc.convg2l",
    "global_to_global.reduce": "ffc.convg2g.conv1.0",
    "global_to_global.norm": "ffc.convg2g.conv1.1",
    "global_to_global.fourier.conv": "ffc.convg2g.fu.conv_layer",
    "global_to_global.fourier.norm": "ffc.convg2g.fu.bn",
    "global_to_global.expand": "ffc.convg2g.conv2",
    "local_norm": "bn_l",
    "global_norm": "bn_g",
}


def model() -> NetworkModel:
    """Return the model of the generator; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.lama import Lama

    sizes = (config[name] for name in ("width", "halvings", "blocks", "global"))
    return Lama(*sizes, diffused=config["diffused"], attention=config["attention"])


def _settle(traits: Traits, config: Config) -> Traits:
    """Set what its attention changes, and the sizes: two values per side must remain, so that the border can be
    mirrored."""
    step = 1 << config["halvings"]
    return replace(settle_attention(traits, config), multiple_of=step, min_side=2 * step)


def _find_conflict(config: Config) -> str:
    deepest = config["width"] << config["halvings"]
    if 1 < config["global"] < deepest:
        return ""
    return tr(
        "Of {deepest} channels (the width, doubled with each halving), 'global' can be 2 to {deepest_2}.",
        deepest=deepest,
        deepest_2=deepest - 1,
    )


def _authors(config: Config, key: str) -> str:
    """Return the authors' key. Their layers have one sequence of numbers: a border, the halvings, the blocks, the
    joining of both branches, three numbers per doubling (convolution, norm, ReLU), a border, the last convolution."""
    layer, field = key.rsplit(".", 1)
    first_block = 2 + config["halvings"]
    joined = first_block + config["blocks"]
    if layer == "leave":
        return f"model.{joined + 3 * config['halvings'] + 2}.{field}"
    up = re.fullmatch(r"ups\.(\d+)\.(conv|norm)", layer)
    if up is not None:
        return f"model.{joined + 1 + 3 * int(up[1]) + int(up[2] == 'norm')}.{field}"
    block = re.fullmatch(r"blocks\.(\d+)\.(first|second)\.(.+)", layer)
    if block is not None:
        half = "conv1" if block[2] == "first" else "conv2"
        return f"model.{first_block + int(block[1])}.{half}.{_INSIDE[block[3]]}.{field}"
    down = re.fullmatch(r"downs\.(\d+)\.(.+)", layer)
    if down is not None:
        return f"model.{2 + int(down[1])}.{_INSIDE[down[2]]}.{field}"
    stage, inside = layer.split(".", 1)
    return f"model.{1 if stage == 'enter' else first_block - 1}.{_INSIDE[inside]}.{field}"


def _configure(shapes: Shapes) -> Config:
    width = key_mapping.width(shapes, "model.1.ffc.convl2l.weight")
    splits = (n for n in range(1, _DEEPEST + 1) if f"model.{n + 1}.ffc.convl2g.weight" in shapes)
    halvings = next(splits, None)
    if halvings is None:
        raise KeyError("convl2g")
    blocks = 0
    while f"model.{2 + halvings + blocks}.conv1.ffc.convl2l.weight" in shapes:
        blocks += 1
    wide = key_mapping.width(shapes, f"model.{halvings + 1}.ffc.convl2g.weight")
    return {"width": width, "halvings": halvings, "blocks": blocks, "global": wide}


def _expected_shapes(config: Config) -> dict[str, tuple[int, ...]]:
    return key_mapping.expected_shapes(_build, config, partial(_authors, config))


def _translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    return key_mapping.translate(_build, config, partial(_authors, config), parts["network"])


# `NLayerDiscriminator` of saicinpainting/training/modules/pix2pixhd.py, of which a training of theirs keeps the weights
# beside the generator's; those of the published files are stripped off. Its convolutions have a bias before the norm.
_NAMES = ["model0.0", "model1.0", "model2.0", "model3.0", "model4.0", "model5.0"]
_DISCRIMINATOR = discriminator_keys.make_part(
    "critic",
    discriminator_keys.Table(
        discriminator_keys.patch_layers(
            _NAMES, (1, 2, 4, 8, 8, 0), norms=["model1.1", "model2.1", "model3.1", "model4.1"]
        ),
        channels=lambda _config: 3,
        batch_norm=True,
    ),
    root="discriminator.",
)

SYSTEM = System(
    traits=Traits(
        name="lama",
        title="LaMa",
        summary=mark("Redraws large holes with Fourier convolutions; good at what repeats."),
        paper=("R. Suvorov et al., Resolution-robust Large Mask Inpainting with Fourier Convolutions, WACV 2022"),
        year=2022,
        licence="MIT (this code)",
        trained_at=256,
        min_side=16,
        max_side=1024,
        multiple_of=8,
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 64, mark("channels at full size")),
            ConfigOption("halvings", 3, mark("how often the image is halved"), most=_DEEPEST),
            ConfigOption("blocks", 18, mark("residual blocks: 18 in Big LaMa, 9 in LaMa-Fourier"), most=64),
            ConfigOption(
                "global",
                384,
                mark("channels that see the whole image"),
                least=2,
                most=1 << 14,
                derive=lambda config: (config["width"] << config["halvings"]) * 3 // 4,
            ),
            attention_option(NONE, mark("attention block between the residual blocks")),
            DIFFUSED,
        ),
        _find_conflict,
    ),
    small={"width": 4, "blocks": 2},
    dialects=(
        Dialect(
            name="official",
            title="advimman/lama: best.ckpt of big-lama.zip; or IOPaint's big-lama.pt",
            parts=(CheckpointPart("network", _configure, _expected_shapes, key_mapping.COUNTERS),),
            translate=_translate,
            licence="free",
            terms="Apache-2.0; trained on Places2",
            discriminators=(_DISCRIMINATOR,),
        ),
    ),
    settle=_settle,
    parameters=50_975_875,
    authors={"code": "https://github.com/advimman/lama"},
)

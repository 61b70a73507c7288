"""EdgeConnect: one network draws the edges that are missing, another the image along them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from inpaint_studio.layers import spectral
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
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

_LAYERS = {
    "enter": "encoder.1",
    "down1": "encoder.4",
    "down2": "encoder.7",
    "up1": "decoder.0",
    "up2": "decoder.3",
    "leave": "decoder.7",
}
_CHANNELS = {"edge": (3, 1), "inpaint": (4, 3)}  # input and output channels, by which the two files are recognised
_PLAIN = frozenset({"decoder.7.weight"})  # the one convolution of the first generator that is not normalised
_TRANSPOSED = frozenset({"decoder.0.weight", "decoder.3.weight"})


def model() -> NetworkModel:
    """Return the model of both generators; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.edge_connect import EdgeConnect

    return EdgeConnect(config["width"], config["blocks"], config["merge"], diffused=config["diffused"])


def _authors(key: str) -> str:
    """``blocks.0.conv2.weight`` is `middle.0.conv_block.5.weight`, ``up1.bias`` is `decoder.0.bias`."""
    layer, field = key.rsplit(".", 1)
    block = re.fullmatch(r"blocks\.(\d+)\.conv([12])", layer)
    if block is None:
        return f"{_LAYERS[layer]}.{field}"
    return f"middle.{block[1]}.conv_block.{1 if block[2] == '1' else 5}.{field}"


def _configure(part: str, shapes: Shapes) -> Config:
    # Normalised weights have another name.
    plain = {key.removesuffix("_orig"): shape for key, shape in shapes.items()}
    channels, out = _CHANNELS[part]
    if plain["encoder.1.weight"][1] != channels or plain["decoder.7.weight"][0] != out:
        raise ValueError("the other generator")
    blocks = 0
    while f"middle.{blocks}.conv_block.1.weight" in plain:
        blocks += 1
    return {"width": key_mapping.width(plain, "encoder.1.weight"), "blocks": blocks}


def _expected_shapes(part: str, config: Config, *, normalised: bool = False) -> dict[str, tuple[int, ...]]:
    shapes = key_mapping.own_shapes(_build, config).items()
    plain = {_authors(key.removeprefix(f"{part}.")): shape for key, shape in shapes if key.startswith(f"{part}.")}
    return spectral.stored_shapes(plain, _PLAIN, _TRANSPOSED) if normalised else plain


def _translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    made: Tensors = {}
    for name, tensors in parts.items():
        plain = spectral.fold(tensors, _TRANSPOSED)
        own = [key for key in key_mapping.own_shapes(_build, config) if key.startswith(f"{name}.")]
        made |= {key: plain[_authors(key.removeprefix(f"{name}."))] for key in own}
    return made


_INPAINT = CheckpointPart("inpaint", partial(_configure, "inpaint"), partial(_expected_shapes, "inpaint"))


def _discriminator(name: str, channels: int, model: str) -> DiscriminatorPart:
    """Make the part of one of both discriminators (src/networks.py, `Discriminator`). Its file repeats a layer."""
    layers = discriminator_keys.patch_layers([f"conv{number}.0" for number in range(1, 6)], (1, 2, 4, 8, 0))
    table = discriminator_keys.Table(layers, lambda _config: channels, spectral=True, bias=False)
    return discriminator_keys.make_part(name, table, file=(rf"^{model}_gen\.pth$", f"{model}_dis.pth"))


_DISCRIMINATORS = (
    _discriminator(mark("edge critic"), 2, "EdgeModel"),
    _discriminator("critic", 3, "InpaintingModel"),
)
_SETTINGS = {"merge": (False, True)}  # edges for the second generator: all predicted, or the image's own where known

SYSTEM = System(
    traits=Traits(
        name="edge-connect",
        title="EdgeConnect",
        summary=mark("Draws the missing edges first, which you can correct, and then the image along them."),
        paper=(
            "K. Nazeri et al., EdgeConnect: Generative Image Inpainting with Adversarial Edge Learning, "
            "ICCV Workshops 2019"
        ),
        year=2019,
        licence="MIT (this code)",
        trained_at=256,
        min_side=12,
        max_side=512,
        multiple_of=4,
        accepts=frozenset({"lines", "edges"}),
        provides=frozenset({"edges"}),
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 64, mark("channels at full size")),
            ConfigOption("blocks", 8, mark("residual blocks"), most=64),
            ConfigOption(
                "merge",
                True,
                mark("where the image is known, draw along its own edges (section 3.2), not predicted ones"),
                absent=False,
            ),
            DIFFUSED,
        )
    ),
    small={"width": 4, "blocks": 2, "merge": False},
    dialects=(
        Dialect(
            name="official",
            title="knazeri/edge-connect: EdgeModel_gen.pth with InpaintingModel_gen.pth",
            parts=(
                CheckpointPart("edge", partial(_configure, "edge"), partial(_expected_shapes, "edge", normalised=True)),
                _INPAINT,
            ),
            translate=_translate,
            licence="non-commercial",
            terms="CC BY-NC 4.0",
            settings=_SETTINGS,
            discriminators=_DISCRIMINATORS,
        ),
        Dialect(
            name="official-0.4",
            title="knazeri/edge-connect as PyTorch 0.4.1 writes it: EdgeModel_gen.pth with InpaintingModel_gen.pth",
            parts=(
                CheckpointPart(
                    "edge", partial(_configure, "edge"), partial(_expected_shapes, "edge"), spectral.LEFTOVERS
                ),
                _INPAINT,
            ),
            translate=_translate,
            licence="non-commercial",
            terms="CC BY-NC 4.0",
            settings=_SETTINGS,
            discriminators=_DISCRIMINATORS,
        ),
    ),
    parameters=21_535_684,
    authors={"code": "https://github.com/knazeri/edge-connect"},
)

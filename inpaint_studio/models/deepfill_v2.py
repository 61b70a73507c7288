"""DeepFill v2: DeepFill v1 with gated convolutions, for holes of any form; some weights also follow a sketch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inpaint_studio.models.base import deepfill_keys, discriminator_keys, key_mapping
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

# The two classes of nipponjo's code. `networks_tf` is like the authors' code, except that it reduces the hole to cells
# in one step and does not fuse; `networks` pads by half a kernel and takes the first value of each block.
_TF: Config = {**deepfill_keys.OFFICIAL, "mask_steps": 1, "fuse": False}
_PT: Config = {**deepfill_keys.OFFICIAL, "padding": "symmetric", "nearest": "floor", "mask_steps": 1}
_MMAGIC: Config = {**deepfill_keys.MMAGIC, "planes": True, "gated_output": True}
_PLANES = {5: False, 6: True}  # channels of the first layer: without a sketch, with a sketch


def model() -> NetworkModel:
    """Return the model of the network of 2019; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.deepfill_v2 import DeepFillV2

    names = ("sketch", "planes", "decoder", "gated_output", "matching", "diffused", "attention")
    options = {name: config[name] for name in names}
    return DeepFillV2(config["width"], config["padding"], deepfill_keys.variant(config), **options)


def _settle(traits: Traits, config: Config) -> Traits:
    """Add guide lines and edges to what it accepts if the network takes a sketch."""
    traits = deepfill_keys.settle(traits, config)
    return replace(traits, accepts=traits.accepts | {"lines", "edges"}) if config["sketch"] else traits


# Names


def _networks_tf(key: str) -> str:
    name, field = key.split(".")
    return f"{name}.conv{'.conv' * name.endswith('upsample')}.{field}"


_BLOCKS = {
    2: "{down}down_block1.conv1_downsample",
    3: "{down}down_block1.conv2",
    4: "{down}down_block2.conv1_downsample",
    5: "{down}down_block2.conv2",
    13: "up_block1.conv1_upsample.conv",
    14: "up_block1.conv2",
    15: "up_block2.conv1_upsample.conv",
    16: "up_block2.conv2",
    17: "conv_to_rgb",
}


def _networks(key: str) -> str:
    """Return the key of `networks`: stage and block; the numbers start again in the bottleneck (`bn`)."""
    name, field = key.split(".")
    branch, digits = re.match(r"(x|pm|all|)conv(\d+)", name).groups()  # type: ignore[union-attr]
    number = int(digits)
    down = {"x": "conv_", "pm": "ca_"}.get(branch, "")
    if number == 1:
        path = f"{down}conv1"
    elif number in _BLOCKS:
        path = _BLOCKS[number].format(down=down)
    else:
        path = f"{down}conv_bn{number - 5}"
    return f"stage{2 if branch else 1}.{path}.conv.{field}"


def _mmagic(key: str) -> str:
    layer, field = deepfill_keys.mmagic(key).rsplit(".", 1)
    return f"{layer}.conv.conv.{field}"


# Parts


def _read_config(shapes: Shapes, first: str, inputs: int, outputs: int, common: Config) -> Config:
    """Read the configuration from the kernel of the layer `first`; `inputs`, `outputs`: its axes of channels."""
    gated = key_mapping.width(shapes, first, outputs)
    return {"width": gated // 2, "sketch": _PLANES[shapes[first][inputs]], **common}


def _configure_official(shapes: Shapes) -> Config:
    return _read_config(
        shapes, deepfill_keys.tensorflow("conv1.weight"), 2, 3, {"order": "bgr", **deepfill_keys.OFFICIAL}
    )


def _translate_official(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    return deepfill_keys.translate_tensorflow(_build, parts, config)


def _make_port(
    rename: key_mapping.Rename, common: Config, optional: str = "", order: str = "rgb"
) -> tuple[tuple[CheckpointPart, ...], Callable[[Mapping[str, Tensors], Config], Tensors]]:
    """Make the part, and the function that translates its tensors, for one form of a port's names."""

    def configure(shapes: Shapes) -> Config:
        decoder = key_mapping.width(shapes, rename("allconv16.weight"))  # half the width, and as much for the gate
        return _read_config(shapes, rename("conv1.weight"), 1, 0, {"order": order, "decoder": decoder, **common})

    def translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
        return deepfill_keys.translate(_build, config, rename, parts["network"])

    part = CheckpointPart(
        "network", configure, lambda config: key_mapping.expected_shapes(_build, config, rename), optional
    )
    return (part,), translate


_tf_parts, _from_tf = _make_port(_networks_tf, _TF)
_mmagic_parts, _from_mmagic = _make_port(_mmagic, _MMAGIC, deepfill_keys.MMAGIC_CONSTANTS, "bgr")
# The kernel that fuses is a constant, which older files do not contain.
_pt_parts, _from_pt = _make_port(_networks, _PT, r"\.contextual_attention\.fuse_weight$")


def _discriminator(names: str, layout: discriminator_keys.Layout, root: str = "") -> DiscriminatorPart:
    """Make the part of SN-PatchGAN; `names` are those of its layers in the file, with {} for their number.

    It takes the image, the hole and the sketch (`build_graph_with_losses` of the authors' inpaint_model.py).
    """
    layers = discriminator_keys.patch_layers([names.format(number) for number in range(1, 7)], (1, 2, 4, 4, 4, 4))
    table = discriminator_keys.Table(
        layers, lambda config: 4 + bool(config["sketch"]), kernel=5, spectral=True, layout=layout
    )
    return discriminator_keys.make_part("critic", table, root=root)


_OFFICIAL_DISCRIMINATOR = _discriminator("discriminator/sn_patch_gan/conv{}", "tensorflow")
_PORTED_DISCRIMINATOR = _discriminator("conv{}.conv_sn", "torch")
_MMAGIC_DISCRIMINATOR = _discriminator("conv{}.conv", "torch", "disc.")
_TERMS = mark("converted or fine-tuned from the official ones, CC BY-NC 4.0; code without a licence")

SYSTEM = System(
    traits=Traits(
        name="deepfill-v2",
        title="DeepFill v2",
        summary=mark("Draws a coarse image first, then refines it with patches of the photo; for any hole."),
        paper="J. Yu et al., Free-Form Image Inpainting with Gated Convolution, ICCV 2019",
        year=2019,
        licence="MIT (this code)",
        trained_at=256,
        min_side=64,
        max_side=512,
        multiple_of=8,
        accepts=frozenset({"donors"}),
        provides=frozenset({"attention", "coarse"}),
        origin="attention",
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 24, mark("channels of the first layer"), least=2, step=2),
            ConfigOption("sketch", False, mark("it follows drawn lines, given as a further channel")),
            *deepfill_keys.OPTIONS,
            ConfigOption("planes", False, mark("the second stage is given the hole, too")),
            ConfigOption(
                "decoder",
                24,
                mark("channels of the second stage's last layers"),
                least=2,
                step=2,
                derive=lambda config: config["width"],
            ),
            ConfigOption("gated_output", False, mark("the layers that draw the images have gates, too")),
            DIFFUSED,
        )
    ),
    small={"width": 4},
    settle=_settle,
    parameters=4_052_478,
    dialects=(
        Dialect(
            name="official",
            title="JiahuiYu/generative_inpainting v2: release_*_deepfill_v2, a TensorFlow checkpoint",
            parts=(
                CheckpointPart(
                    "network",
                    _configure_official,
                    lambda config: deepfill_keys.tensorflow_shapes(_build, config),
                    deepfill_keys.TENSORFLOW_SLOTS,
                ),
            ),
            translate=_translate_official,
            licence="non-commercial",
            terms="CC BY-NC 4.0",
            discriminators=(_OFFICIAL_DISCRIMINATOR,),
        ),
        Dialect(
            name="nipponjo-tf",
            title="nipponjo/deepfillv2-pytorch: states_tf_*.pth",
            parts=_tf_parts,
            translate=_from_tf,
            licence="non-commercial",
            terms=_TERMS,
            settings={"fuse": (False, True), "mask_steps": (1, 2), "order": ("rgb", "bgr")},
            discriminators=(_PORTED_DISCRIMINATOR,),
        ),
        Dialect(
            name="nipponjo",
            title="nipponjo/deepfillv2-pytorch: states_pt_*.pth",
            parts=_pt_parts,
            translate=_from_pt,
            licence="non-commercial",
            terms=_TERMS,
            settings={"order": ("rgb", "bgr")},
            discriminators=(_PORTED_DISCRIMINATOR,),
        ),
        Dialect(
            name="mmagic",
            title="open-mmlab/mmagic: deepfillv2_256x256_*.pth",
            parts=_mmagic_parts,
            translate=_from_mmagic,
            licence="research",
            terms=deepfill_keys.MMAGIC_TERMS,
            settings={"order": ("bgr", "rgb")},
            discriminators=(_MMAGIC_DISCRIMINATOR,),
        ),
    ),
    authors={
        "code": "https://github.com/JiahuiYu/generative_inpainting",
        "port": "https://github.com/nipponjo/deepfillv2-pytorch",
        "another port": "https://github.com/open-mmlab/mmagic",
    },
)

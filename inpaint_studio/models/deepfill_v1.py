"""DeepFill v1: a coarse network, and one that refines its image with contextual attention."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

# DAA233's code pads by half a kernel and adds the attention's 1e-4 to each squared value.
_PORTED: Config = {
    **deepfill_keys.OFFICIAL,
    "padding": "symmetric",
    "nearest": "floor",
    "mask_steps": 1,
    "norm": "sum",
}


def model() -> NetworkModel:
    """Return the model of the network of 2018; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.deepfill_v1 import DeepFillV1

    options = {name: config[name] for name in ("matching", "diffused", "attention")}
    return DeepFillV1(config["width"], config["padding"], deepfill_keys.variant(config), **options)


def _daa233(key: str) -> str:
    """Return DAA233's key, such as fine_generator.conv3.conv.weight for our xconv3.weight."""
    name, field = key.split(".")
    stage = "coarse" if name.startswith("conv") else "fine"
    name = name.removesuffix("_upsample").removeprefix("x")
    return f"{stage}_generator.{name}.conv.{field}"


def _netg(key: str) -> str:
    return f"netG.{_daa233(key)}"


def _mmagic(key: str) -> str:
    layer, field = deepfill_keys.mmagic(key).rsplit(".", 1)
    return f"{layer}.conv.{field}"


def _configure_official(shapes: Shapes) -> Config:
    return {
        "width": key_mapping.width(shapes, deepfill_keys.tensorflow("conv1.weight"), 3),
        "order": "bgr",
        **deepfill_keys.OFFICIAL,
    }


def _translate_official(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    return deepfill_keys.translate_tensorflow(_build, parts, config)


def _make_port(
    rename: key_mapping.Rename, order: str = "rgb", common: Config = _PORTED, optional: str = ""
) -> tuple[tuple[CheckpointPart, ...], Callable[[Mapping[str, Tensors], Config], Tensors]]:
    """Make the part, and the function that translates its tensors, for one form of a port's names."""

    def configure(shapes: Shapes) -> Config:
        return {"width": key_mapping.width(shapes, rename("conv1.weight")), "order": order, **common}

    def translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
        return deepfill_keys.translate(_build, config, rename, parts["network"])

    part = CheckpointPart(
        "network", configure, lambda config: key_mapping.expected_shapes(_build, config, rename), optional
    )
    return (part,), translate


_plain_parts, _plain = _make_port(_daa233)
_prefixed_parts, _from_prefixed = _make_port(_netg)
_mmagic_parts, _from_mmagic = _make_port(_mmagic, "bgr", deepfill_keys.MMAGIC, deepfill_keys.MMAGIC_CONSTANTS)


_WIDTHS = {"global": (1, 2, 4, 4), "local": (1, 2, 4, 8)}


def _discriminators(
    names: str, linear: str, layout: discriminator_keys.Layout, root: str = "", file: tuple[str, str] | None = None
) -> tuple[DiscriminatorPart, ...]:
    """Make the parts of both critics (`build_wgan_discriminator` of the authors' inpaint_model.py, v1.0.0).

    The names of layers and the root have {part} for global or local, and {} for the number.
    """
    found = []
    for part, widths in _WIDTHS.items():
        layers = discriminator_keys.image_layers(
            [names.format(number, part=part) for number in range(1, 5)], widths, linear.format(part=part)
        )
        table = discriminator_keys.Table(layers, lambda _config: 3, kernel=5, layout=layout)
        found.append(
            discriminator_keys.make_part(tr("{part} critic", part=part), table, root=root.format(part=part), file=file)
        )
    return tuple(found)


_OFFICIAL_DISCRIMINATORS = _discriminators(
    "discriminator/discriminator_{part}/conv{}", "discriminator/dout_{part}_fc", "tensorflow"
)
# The port's local one ends with 256 channels, where the authors' has 512, so it is left out.
_PORTED_DISCRIMINATORS = _discriminators(
    "dis_conv_module.conv{}.conv", "linear", "torch", "{part}D.", (r"^gen_(\d+)\.pt$", r"dis_\1.pt")
)
_SETTINGS = {"padding": ("symmetric", "same"), "order": ("rgb", "bgr")}

SYSTEM = System(
    traits=Traits(
        name="deepfill-v1",
        title="DeepFill v1",
        summary=mark("Draws a coarse image first, then refines it with patches of the photo; made for boxes."),
        paper="J. Yu et al., Generative Image Inpainting with Contextual Attention, CVPR 2018",
        year=2018,
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
            ConfigOption("width", 32, mark("channels of the first layer"), least=2, step=2),
            *deepfill_keys.OPTIONS,
            DIFFUSED,
        )
    ),
    small={"width": 4},
    settle=deepfill_keys.settle,
    parameters=3_601_542,
    dialects=(
        Dialect(
            name="official",
            title="JiahuiYu/generative_inpainting v1: release_*_256, a TensorFlow checkpoint",
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
            discriminators=_OFFICIAL_DISCRIMINATORS,
        ),
        Dialect(
            name="daa233-converted",
            title="DAA233/generative-inpainting-pytorch: torch_model.p, the official ImageNet weights",
            parts=_prefixed_parts,
            translate=_from_prefixed,
            licence="non-commercial",
            terms="converted from the official ones, CC BY-NC 4.0",
            settings=_SETTINGS,
            discriminators=_PORTED_DISCRIMINATORS,
        ),
        Dialect(
            name="daa233",
            title="DAA233/generative-inpainting-pytorch: gen_*.pt",
            parts=_plain_parts,
            translate=_plain,
            licence="research",
            terms="MIT code; trained on ImageNet, no statement about the weights",
            settings=_SETTINGS,
            discriminators=_PORTED_DISCRIMINATORS,
        ),
        # Its discriminators have another activation (ELU) than the authors', so they are left out.
        Dialect(
            name="mmagic",
            title="open-mmlab/mmagic: deepfillv1_256x256_*.pth",
            parts=_mmagic_parts,
            translate=_from_mmagic,
            licence="research",
            terms=deepfill_keys.MMAGIC_TERMS,
            settings={"order": ("bgr", "rgb")},
        ),
    ),
    authors={
        "code": "https://github.com/JiahuiYu/generative_inpainting/tree/v1.0.0",
        "port": "https://github.com/DAA233/generative-inpainting-pytorch",
        "another port": "https://github.com/open-mmlab/mmagic",
    },
)

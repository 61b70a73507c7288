"""Shift-Net: a U-Net that copies features from the known part into the hole, so their sources are known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inpaint_studio.models.base import discriminator_keys, key_mapping
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

_LEVELS, _SHIFTED = 8, 3


def model() -> NetworkModel:
    """Return the model of the U-Net with its shift; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.shift_net import ShiftNet

    options = {name: config[name] for name in ("flip", "quirks", "mask_channel", "diffused")}
    return ShiftNet(config["width"], **options)


# Names. Ours are `down4.weight` and `down_norm4.weight` on the way down, `up4` and `up_norm4` from level 4 up to 3.


def _split_key(key: str) -> tuple[str, int, str]:
    kind, level, field = re.fullmatch(r"([a-z_]+)(\d)\.(\w+)", key).groups()  # type: ignore[union-attr]
    return kind, int(level), field


def _plain_key(key: str) -> str:
    """Return the plain key. Levels are nested sequences: activation, down, norm, [level below], up, norm."""
    kind, level, field = _split_key(key)
    if level == 1:
        return f"model.model.{0 if kind == 'down' else 3}.{field}"
    places = {"down": 1, "down_norm": 2, "up": 5, "up_norm": 6}
    if level == _SHIFTED:  # the guidance and the shift are modules before the way up
        places |= {"up": 7, "up_norm": 8}
    elif level == _LEVELS:  # no norm and no level below
        places |= {"up": 3, "up_norm": 4}
    return f"model.model.1.model.{'3.model.' * (level - 2)}{places[kind]}.{field}"


def _flip_key(key: str) -> str:
    """Return the flip key: e4_c, e4_norm on the way down; d5_dc, d5_norm on the way up, counted from the deepest."""
    kind, level, field = _split_key(key)
    way = {"down": f"e{level}_c", "down_norm": f"e{level}_norm"}
    number = _LEVELS + 1 - level
    return f"{(way | {'up': f'd{number}_dc', 'up_norm': f'd{number}_norm'})[kind]}.{field}"


# `NLayerDiscriminator` of models/modules/discrimators.py, with the instance norms that are the default.
_DISCRIMINATOR = discriminator_keys.make_part(
    "critic",
    discriminator_keys.Table(
        discriminator_keys.patch_layers(
            [f"model.{place}" for place in (0, 2, 5, 8, 11)],
            (1, 2, 4, 8, 0),
            norms=[f"model.{place}" for place in (3, 6, 9)],
        ),
        channels=lambda _config: 3,
        spectral=True,
    ),
    file=(r"_net_G\.pth$", "_net_D.pth"),
)


def _dialect(name: str, title: str, rename: key_mapping.Rename, *, flip: bool) -> Dialect:
    def configure(shapes: Shapes) -> Config:
        first = rename("down1.weight")
        if key_mapping.width(shapes, first, 1) not in (3, 4):
            raise ValueError(first)
        return {
            "width": key_mapping.width(shapes, first),
            "flip": flip,
            "quirks": flip,
            "mask_channel": shapes[first][1] == 4,
        }

    def translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
        return key_mapping.translate(_build, config, rename, parts["network"])

    return Dialect(
        name=name,
        title=title,
        parts=(
            CheckpointPart("network", configure, lambda config: key_mapping.expected_shapes(_build, config, rename)),
        ),
        translate=translate,
        licence="research",
        terms="MIT code; trained on CelebA-HQ or Paris StreetView, no statement about the weights",
        discriminators=(_DISCRIMINATOR,),
    )


SYSTEM = System(
    traits=Traits(
        name="shift-net",
        title="Shift-Net",
        summary=mark("Redraws the hole with features of the known part; shows where they are from."),
        paper="Z. Yan et al., Shift-Net: Image Inpainting via Deep Feature Rearrangement, ECCV 2018",
        year=2018,
        licence="MIT (this code)",
        trained_at=256,
        min_side=256,
        max_side=512,
        multiple_of=2,
        accepts=frozenset({"donors"}),
        provides=frozenset({"attention"}),
        origin="attention",
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 64, mark("channels of the first level")),
            ConfigOption("flip", False, mark("the variant for faces, which also copies from the mirrored image")),
            ConfigOption(
                "quirks", False, mark("copy as the code did that the published flip weights were trained with")
            ),
            ConfigOption("mask_channel", True, mark("whether the network is given the hole as a channel of its own")),
            DIFFUSED,
        )
    ),
    small={"width": 4},
    dialects=(
        _dialect("plain", "Zhaoyi-Yan/Shift-Net_pytorch: *_net_G.pth", _plain_key, flip=False),
        _dialect("flip", "Zhaoyi-Yan/Shift-Net_pytorch: face_flip_random.pth", _flip_key, flip=True),
    ),
    parameters=54_944_771,
    authors={"code": "https://github.com/Zhaoyi-Yan/Shift-Net_pytorch"},
)

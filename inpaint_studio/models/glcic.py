"""GLCIC: a fully convolutional network with a dilated bottleneck."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inpaint_studio.models.base import key_mapping
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

# The mean colour of Places2 as the official file `completionnet_places2.t7` holds it, RGB in [0, 1].
PLACES2 = (0.4560, 0.4472, 0.4155)


def model() -> NetworkModel:
    """Return the model of the completion network; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.glcic import Glcic

    return Glcic(config["width"], config["order"], config["bound"], diffused=config["diffused"])


# Names. Ours are `conv7.weight`, `bn7.weight`, with `deconv13` and `deconv15` where it grows, and `mean`.


def _layer(key: str) -> tuple[str, int, str]:
    """Split a key: bn7.running_mean to ("bn", 7, "running_mean")."""
    kind, number, field = re.fullmatch(r"([a-z]+)(\d+)\.(\w+)", key).groups()  # type: ignore[union-attr]
    return kind, int(number), field


def _otenim(key: str) -> str:
    return key


def _yangwangx(key: str) -> str:
    """Return yangwangx's key: a sequence of blocks (convolution, norm, activation), then the last convolution."""
    kind, number, field = _layer(key)
    if number == 17:
        return f"16.{field}"
    return f"{number - 1}.{int(kind == 'bn')}.{field}"


def _torch7(key: str) -> str:
    """Return the Torch7 key: a flat sequence of convolution, norm, activation, from 1; the last has no norm."""
    if key == "mean":
        return key
    kind, number, field = _layer(key)
    return f"model.modules.{3 * number - 2 + int(kind == 'bn')}.{field}"


def _mmagic(key: str) -> str:
    """Return open-mmlab/mmagic's key: encoder.enc1 to 6, the dilated convolutions from 0, decoder.dec1 to 7."""
    kind, number, field = _layer(key)
    module = "bn" if kind == "bn" else "conv"
    if number <= 6:
        return f"encoder.enc{number}.{module}.{field}"
    if number <= 10:
        return f"dilation_neck.dilation_convs.{number - 7}.{module}.{field}"
    return f"decoder.dec{number - 10}.{module}.{field}"


_NO_BIAS = r"(conv|deconv)(?!17)\d+\.bias"  # ours, where mmagic has none, as a norm comes next


# Parts


def _part(
    order: str,
    first: str,
    rename: key_mapping.Rename,
    *,
    without: str = "mean",
    optional: str = "",
    bound: str = "sigmoid",
) -> CheckpointPart:
    """Make the part of the network. `first`: key of its first convolution; `without`: our keys that the file lacks."""

    def configure(shapes: Shapes) -> Config:
        return {"width": key_mapping.width(shapes, first), "order": order, "bound": bound}

    def expected(config: Config) -> dict[str, tuple[int, ...]]:
        shapes = key_mapping.own_shapes(_build, config).items()
        kept = [(key, shape) for key, shape in shapes if not re.fullmatch(without, key)]
        return {rename(key): shape for key, shape in kept if not re.search(key_mapping.COUNTERS, key)}

    return CheckpointPart("network", configure, expected, optional or key_mapping.COUNTERS)


def _mean_part() -> CheckpointPart:
    """Make the part of the mean colour: `mpv` (mean pixel value) in the config.json beside the weights."""

    def configure(shapes: Shapes) -> Config:
        key_mapping.width(shapes, "mpv")
        return {}

    return CheckpointPart("mean", configure, lambda _config: {"mpv": (3,)})


def _translate_otenim(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    tensors = parts["network"] | {"mean": parts["mean"]["mpv"]}
    return key_mapping.translate(_build, config, _otenim, tensors)


def _translate_torch7(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    return key_mapping.translate(_build, config, _torch7, parts["network"])


def _translate_mmagic(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    """Turn the colours to red, green, blue, and their range from [-1, 1] to [0, 1]; add what mmagic does not have."""
    import torch

    tensors = dict(parts["network"])
    shapes = key_mapping.own_shapes(_build, config)
    missing = {key: torch.zeros(shape) for key, shape in shapes.items() if re.fullmatch(_NO_BIAS, key)}
    missing["mean"] = torch.full((3,), 0.5)
    made = key_mapping.translate(_build, config, lambda key: key if key in missing else _mmagic(key), tensors | missing)
    first, last, shift = made["conv1.weight"], made["conv17.weight"], made["conv17.bias"]
    made["conv1.weight"] = torch.cat([2 * first[:, :3].flip(1), first[:, 3:]], 1)
    made["conv17.weight"], made["conv17.bias"] = last.flip(0) / 2, shift.flip(0) / 2 + 0.5
    return made


def _translate_converted(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    import torch

    tensors = parts["network"] | {"mean": torch.tensor(PLACES2)}
    return key_mapping.translate(_build, config, lambda key: key if key == "mean" else _yangwangx(key), tensors)


SYSTEM = System(
    traits=Traits(
        name="glcic",
        title="GLCIC",
        summary=mark("Redraws the hole from a wide view of the scene; soft in detail."),
        paper="S. Iizuka, E. Simo-Serra, H. Ishikawa, Globally and Locally Consistent Image Completion, SIGGRAPH 2017",
        year=2017,
        licence="MIT (this code)",
        trained_at=256,
        min_side=32,
        max_side=512,
        multiple_of=4,
        trainable=True,
        needs_weights=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 64, mark("channels of the first layer"), least=2, step=2),
            ConfigOption(
                "order",
                "conv-bn-relu",
                mark("norm before the activation as the authors have it, or after it as a port has it"),
                choices=("conv-bn-relu", "conv-relu-bn"),
            ),
            ConfigOption(
                "bound",
                "sigmoid",
                mark("how colours are kept in their range: bent by a sigmoid, or clipped as a port does"),
                choices=("sigmoid", "clip"),
            ),
            DIFFUSED,
        )
    ),
    small={"width": 4},
    parameters=6_072_131,
    dialects=(
        Dialect(
            name="otenim",
            title="otenim/GLCIC-PyTorch: model_cn with its config.json",
            parts=(_part("conv-relu-bn", "conv1.weight", _otenim), _mean_part()),
            translate=_translate_otenim,
            licence="research",
            terms="MIT code; trained on CelebA, no statement about the weights",
        ),
        Dialect(
            name="official",
            title="satoshiiizuka/siggraph2017_inpainting: completionnet_*.t7",
            parts=(
                _part(
                    "conv-bn-relu",
                    "model.modules.1.weight",
                    _torch7,
                    without="",
                    optional=key_mapping.TORCH7_SCRATCH,
                ),
            ),
            translate=_translate_torch7,
            licence="non-commercial",
            terms="CC BY-NC-SA 4.0",
        ),
        Dialect(
            name="converted",
            title="the official Places2 file as yangwangx/inpainting_glcic_pytorch converts it (mean of Places2)",
            parts=(_part("conv-bn-relu", "0.0.weight", _yangwangx),),
            translate=_translate_converted,
            licence="non-commercial",
            terms="CC BY-NC-SA 4.0",
        ),
        Dialect(
            name="mmagic",
            title="open-mmlab/mmagic: gl_256x256_*.pth",
            parts=(
                _part(
                    "conv-bn-relu",
                    "encoder.enc1.conv.weight",
                    _mmagic,
                    without=rf"mean|{_NO_BIAS}",
                    bound="clip",
                ),
            ),
            translate=_translate_mmagic,
            licence="research",
            terms="Apache-2.0 repository; no statement about the weights; trained on Places2 or CelebA-HQ",
        ),
    ),
    authors={
        "code": "https://github.com/satoshiiizuka/siggraph2017_inpainting",
        "port": "https://github.com/otenim/GLCIC-PyTorch",
        "another port": "https://github.com/open-mmlab/mmagic",
    },
)

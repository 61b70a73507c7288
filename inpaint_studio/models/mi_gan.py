"""MI-GAN: a small and quick generator of one fixed size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base import key_mapping
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from torch import Tensor

    from inpaint_studio.models.networks import Inpainter

_LEVELS = 9  # from 4 px to 1024 px
# Constants that the authors' code stores and never trains: resampling filters, and zeros between pixels.
_CONSTANTS = r"\.(filter\.weight|filter_const|insert_zeros\.weight)$"


def model() -> NetworkModel:
    """Return the model of the generator; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.mi_gan import MiGan

    return MiGan(config["resolution"], config["widths"], diffused=config["diffused"])


def _paper_widths(resolution: int) -> list[int]:
    """Return the authors' channels: 32768 / size, 512 at most (lib/model_zoo/migan_inference.py)."""
    return [min(512, 32768 // (4 << level)) for level in range((resolution // 2).bit_length() - 1)]


def _find_conflict(config: Config) -> str:
    levels = (config["resolution"] // 2).bit_length() - 1
    if len(config["widths"]) == levels:
        return ""
    return tr(
        "A resolution of {config} px needs {levels} numbers in 'widths'.", config=config["resolution"], levels=levels
    )


def _settle(traits: Traits, config: Config) -> Traits:
    size = config["resolution"]
    return replace(traits, trained_at=size, fixed_size=size, min_side=size, max_side=size)


def _official(key: str) -> str:
    for ours, theirs in (
        (".depthwise.", ".conv1."),
        (".pointwise.", ".conv2."),
        (".from_rgb.", ".fromrgb."),
        (".to_rgb.", ".torgb."),
    ):
        key = key.replace(ours, theirs)
    return re.sub(r"\.noise$", ".noise_const", key)


def _configure(shapes: Shapes) -> Config:
    keys = (f"synthesis.b{4 << level}.torgb.weight" for level in range(_LEVELS))
    widths = [key_mapping.width(shapes, key, 1) for key in keys if key in shapes]
    if not widths:
        raise KeyError("synthesis")
    return {"resolution": 2 << len(widths), "widths": widths}


def _translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    """Translate the tensors to ours. Raises WeightsError if the constants are not those of the authors' code."""
    tensors = parts["network"]
    for key, value in tensors.items():
        if re.search(_CONSTANTS, key) and not _is_constant(key, value):
            raise WeightsError(
                tr("These weights resample otherwise than MI-GAN does ({key}); they cannot be used.", key=key)
            )
    return key_mapping.translate(_build, config, _official, tensors)


def _is_constant(key: str, value: Tensor) -> bool:
    import torch

    if key.endswith("filter.weight"):
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
        constant = torch.outer(taps, taps) / (16 if ".upsample." in key else 64)
    else:
        constant = torch.zeros(value.shape[-2:])
        constant[::2, ::2] = 1
    fits = value.ndim == 4 and value.shape[-2:] == constant.shape
    return fits and torch.allclose(value.float(), constant.expand(value.shape), atol=1e-5, rtol=0)


SYSTEM = System(
    traits=Traits(
        name="mi-gan",
        title="MI-GAN",
        summary=mark("Redraws the hole with a small, fast generator at a fixed size; for all kinds of holes."),
        paper="A. Sargsyan et al., MI-GAN: A Simple Baseline for Image Inpainting on Mobile Devices, ICCV 2023",
        year=2023,
        licence="MIT (this code)",
        trained_at=512,
        min_side=512,
        max_side=512,
        fixed_size=512,
        trainable=True,
        needs_weights=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption(
                "resolution",
                512,
                mark("side of the images it takes, in px"),
                choices=tuple(4 << level for level in range(3, _LEVELS)),
            ),
            ConfigOption(
                "widths",
                _paper_widths(512),
                mark("channels at 4 px, 8 px and so on up to the resolution"),
                most=2048,
                longest=_LEVELS,
                derive=lambda config: _paper_widths(config["resolution"]),
            ),
            DIFFUSED,
        ),
        _find_conflict,
    ),
    small={"resolution": 64, "widths": [8, 8, 8, 4, 4]},
    dialects=(
        Dialect(
            name="official",
            title="Picsart-AI-Research/MI-GAN: migan_*.pt, or IOPaint's migan_traced.pt",
            parts=(
                CheckpointPart(
                    "network",
                    _configure,
                    lambda config: key_mapping.expected_shapes(_build, config, _official),
                    _CONSTANTS,
                ),
            ),
            translate=_translate,
            licence="free",
            terms="MIT; the photos that the FFHQ file was trained on are CC BY-NC-SA",
        ),
    ),
    settle=_settle,
    parameters=5_893_158,
    authors={"code": "https://github.com/Picsart-AI-Research/MI-GAN"},
)

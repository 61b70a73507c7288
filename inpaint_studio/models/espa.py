"""ESPA: reconstructs the image with external spatial attention, then draws it along a map of classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from inpaint_studio.models.base import key_mapping
from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes, Tensors
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.validate import MOST_CLASSES
from inpaint_studio.texts import mark, tr

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter

_SIDE = 256  # px of the images for which the authors' attention has its 64 x 64 places


def model() -> NetworkModel:
    """Return the model of both stages; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.espa import Espa

    options = {"stages": config["stages"], "fixed": config["grid"] == "fixed", "diffused": config["diffused"]}
    return Espa(config["width"], config["classes"], config["blocks"], **options)


def _settle(traits: Traits, config: Config) -> Traits:
    """Return the traits: stage 1 alone has no classes, and the authors' grid takes one size."""
    if config["stages"] == 1:
        summary = tr("Draws the hole in one pass, with attention that was learned for rows and columns.")
        traits = replace(traits, accepts=frozenset(), provides=frozenset(), summary=summary)
    if config["grid"] == "fixed":
        traits = replace(traits, fixed_size=_SIDE, min_side=_SIDE, max_side=_SIDE)
    return traits


def _authors(key: str) -> str:
    """Return the authors' key, such as ``conv13.conv.weight`` for our ``conv13_upsample.weight``."""
    layer, field = key.rsplit(".", 1)
    if layer == "convc" or layer.startswith("espa."):
        return key
    return f"{layer.removesuffix('_upsample')}.conv.{field}"


def _configure(shapes: Shapes) -> Config:
    if not any(key.startswith("espa.") for key in shapes):
        raise ValueError("no attention of this kind")
    return {"width": key_mapping.width(shapes, "conv1.conv.weight"), "stages": 1, "grid": "fixed"}


def _translate(parts: Mapping[str, Tensors], config: Config) -> Tensors:
    return key_mapping.translate(_build, config, _authors, parts["network"])


SYSTEM = System(
    traits=Traits(
        name="espa",
        title="ESPA",
        summary=mark("Predicts a map of what is where, which you can repaint, and draws the image along it."),
        paper="W. Yu et al., Interactive Image Inpainting Using Semantic Guidance, ICPR 2022",
        year=2022,
        licence="MIT (this code)",
        trained_at=256,
        min_side=16,
        max_side=512,
        multiple_of=4,
        accepts=frozenset({"labels"}),
        provides=frozenset({"coarse", "labels"}),
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption(
                "width", 32, mark("channels of the first layer; the paper's number is not known"), least=2, step=2
            ),
            ConfigOption(
                "classes",
                8,
                mark("classes of the map; the paper's number depends on its data"),
                least=2,
                most=MOST_CLASSES,
            ),
            ConfigOption("blocks", 2, mark("SPADE blocks at a quarter of the size; a choice of ours"), most=16),
            ConfigOption(
                "stages",
                2,
                "1: the published stage alone, without a map; 2: with the decoder that draws along a map",
                choices=(2, 1),
            ),
            ConfigOption(
                "grid",
                "fixed",
                "fixed: images of 256 px only; free: the attention's weights are resized to any size",
                choices=("fixed", "free"),
            ),
            DIFFUSED,
        )
    ),
    small={"width": 4, "classes": 3, "blocks": 2, "grid": "free"},
    settle=_settle,
    dialects=(
        Dialect(
            name="official",
            title="GooDrYu/Interactive-Image-Inpainting: the generator of networks.py, stage 1",
            parts=(
                CheckpointPart(
                    "network", _configure, lambda config: key_mapping.expected_shapes(_build, config, _authors)
                ),
            ),
            translate=_translate,
            licence="unlicensed",
            terms="no licence",
            settings={"grid": ("fixed", "free")},
        ),
    ),
    parameters=3_205_646,
    authors={"code": "https://github.com/GooDrYu/Interactive-Image-Inpainting"},
)

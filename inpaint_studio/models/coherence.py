"""Coherence priors: a network that predicts image and classes together, and draws texture from places of one class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inpaint_studio.models.base.checkpoint_format import Config
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import DIFFUSED, ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.validate import MOST_CLASSES
from inpaint_studio.texts import mark

if TYPE_CHECKING:
    from inpaint_studio.models.networks import Inpainter


def model() -> NetworkModel:
    """Return the model of the network; it needs weights."""
    return NetworkModel(SYSTEM)


def _build(config: Config) -> Inpainter:
    from inpaint_studio.models.networks.coherence import Coherence

    return Coherence(config["width"], config["blocks"], config["classes"], diffused=config["diffused"])


SYSTEM = System(
    traits=Traits(
        name="coherence",
        title="Coherence priors",
        summary=mark("Predicts classes, which you can correct, and draws texture within each class."),
        paper="L. Liao et al., Image Inpainting Guided by Coherence Priors of Semantics and Textures, CVPR 2021",
        year=2021,
        licence="MIT (this code)",
        trained_at=256,
        min_side=32,
        max_side=512,
        multiple_of=16,
        accepts=frozenset({"labels", "donors"}),
        provides=frozenset({"attention", "labels"}),
        origin="attention",
        trainable=True,
        needs_weights=True,
        redraws=True,
    ),
    build=_build,
    table=ConfigTable(
        (
            ConfigOption("width", 32, mark("channels at full size")),
            ConfigOption("blocks", 8, mark("residual blocks that infer the context"), most=64),
            # The first data set of the paper, Outdoor Scenes, has 8.
            ConfigOption("classes", 8, mark("classes that it tells apart"), least=2, most=MOST_CLASSES),
            DIFFUSED,
        )
    ),
    small={"width": 4, "blocks": 2, "classes": 3},
    parameters=16_487_119,
)

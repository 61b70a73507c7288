"""A system so small that its weights are a few kilobytes, in three dialects, for the importer's tests."""

from __future__ import annotations

from inpaint_studio.models.base.checkpoint_format import CheckpointPart, Config, Dialect, Shapes
from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import ConfigOption, ConfigTable
from inpaint_studio.models.base.network_model import NetworkModel, System

TRAITS = Traits("tiny", "Tiny", "Two convolutions.", min_side=8, multiple_of=4, trained_at=64, needs_weights=True)


def build(config: Config):
    from tests.engine.weights.tiny_network import Tiny

    return Tiny(config["width"], config["boost"])


def _shapes(width: int) -> dict[str, tuple[int, ...]]:
    return {
        "conv1.weight": (width, 4, 3, 3),
        "conv1.bias": (width,),
        "conv2.weight": (3, width, 3, 3),
        "conv2.bias": (3,),
    }


def _configure(shapes: Shapes) -> Config:
    width = shapes["conv1.weight"][0]
    if shapes["conv1.weight"][1] != 4:
        raise ValueError("four channels go in")
    return {"width": width, "boost": False}


def _translate(parts, _config):
    return dict(parts["network"])


def _halves(key: str):
    """The dialect "pair" has each convolution in a file of its own, under the same keys and other shapes."""

    def configure(shapes: Shapes) -> Config:
        return {"width": shapes["conv.weight"][0 if key == "conv1" else 1], "boost": False}

    def expected(config: Config) -> dict[str, tuple[int, ...]]:
        whole = _shapes(config["width"])
        return {"conv.weight": whole[f"{key}.weight"], "conv.bias": whole[f"{key}.bias"]}

    return CheckpointPart(f"{key}.pth", configure, expected, optional=r"conv\.weight_[uv]")


def _join(parts, _config):
    return {
        f"{key}.{what}": parts[f"{key}.pth"][f"conv.{what}"]
        for key in ("conv1", "conv2")
        for what in ("weight", "bias")
    }


def _mean(shapes: Shapes) -> Config:
    if shapes["mean"] != (3,):
        raise ValueError("a pixel has three values")
    return {}


SYSTEM = System(
    traits=TRAITS,
    build=build,
    table=ConfigTable((ConfigOption("width", 16, "channels", least=0), ConfigOption("boost", False, "brighter"))),
    small={"width": 4},
    dialects=(
        Dialect(
            "plain", "somebody's file",
            (CheckpointPart("network", _configure, lambda c: _shapes(c["width"]), r"extra\..*"),),
            _translate, "non-commercial", "CC BY-NC 4.0", settings={"boost": (False, True)},
        ),
        Dialect("pair", "another's pair", (_halves("conv1"), _halves("conv2")), _join, "unlicensed", "no licence"),
        Dialect(
            "meant", "a file and its mean",
            (
                CheckpointPart("network", lambda s: _configure({k.replace("c", "conv", 1): v for k, v in s.items()}),
                     lambda c: {k.replace("conv", "c"): v for k, v in _shapes(c["width"]).items()}),
                CheckpointPart("config.json", _mean, lambda _: {"mean": (3,)}),
            ),
            lambda parts, _: {k.replace("c", "conv", 1): v for k, v in parts["network"].items()}, "free", "MIT",
        ),
    ),
    parameters=595,
    authors={"Code": "https://example.org"},
)  # fmt: skip


def model() -> NetworkModel:
    return NetworkModel(SYSTEM)

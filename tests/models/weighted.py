"""Weights for every network of the registry, made from a seed: tests need none that anybody trained."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from inpaint_studio.engine.weights import store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import Model
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.registry import registry

if TYPE_CHECKING:
    import torch

_made: dict[str, Weights] = {}


def weighted(model: Model, folder: Path | None = None) -> Model:
    """`model` itself, or where it is a network without weights the same with random ones in its small configuration.

    The file is written once a process, to `folder` or to one that goes with the process.
    """
    if not isinstance(model, NetworkModel) or model.weights is not None:
        return model
    return model.with_weights(_weights(model.system, folder))


def install(folder: Path, *names: str) -> list[Weights]:
    """Puts random weights of all networks, or of these, where a program with INPAINT_STUDIO_DATA=folder finds them."""
    home = folder / "weights"
    home.mkdir(parents=True, exist_ok=True)
    there = []
    for name, model in registry().models.items():
        if isinstance(model, NetworkModel) and (not names or name in names):
            source = _weights(model.system).path
            there.append(store.read_header(Path(shutil.copyfile(source, home / source.name))))
    return there


def randomised(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """A state dictionary for `network` that depends on its keys and shapes alone, of a scale that keeps signals alive.

    Kernels as He et al. draw them, scales and variances 1, means and shifts near 0, whole numbers 0.
    """
    import torch

    tensors = {}
    for key, value in network.state_dict().items():
        generator = torch.Generator().manual_seed(zlib.crc32(key.encode()))
        if not value.is_floating_point():
            made = torch.zeros(value.shape, dtype=value.dtype)
        elif value.ndim >= 2:
            made = torch.randn(value.shape, generator=generator) * (2 / max(1, value[0].numel())) ** 0.5
        elif key.endswith(("weight", "running_var")):
            made = torch.ones(value.shape)
        else:
            made = 0.05 * torch.randn(value.shape, generator=generator)
        tensors[key] = made
    return tensors


def _weights(system: System, folder: Path | None = None) -> Weights:
    name = system.traits.name
    if name not in _made or not _made[name].path.is_file():
        import torch

        with torch.device("meta"):
            network = system.build(system.small)
        _made[name] = store.save(
            randomised(network),
            name=f"{name}-random",
            system=name,
            config=dict(system.small),
            licence="free",
            facts={"dialect": "random"},
            replace=True,
            home=folder or Path(_folder().name),
        )
    return _made[name]


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="inpaint-studio-")

"""The processes that train together: one, several on this machine, or those that torchrun or SLURM started.

Lightning Fabric starts them and sums values over all of them. Where torchrun or SLURM has started them already, its
numbers of processes and machines are used, and none are started here.
"""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

import torch
from lightning_fabric import Fabric
from lightning_fabric.plugins.environments.cluster_environment import ClusterEnvironment
from lightning_fabric.plugins.environments.lightning import LightningEnvironment
from lightning_fabric.plugins.environments.slurm import SLURMEnvironment
from lightning_fabric.plugins.environments.torchelastic import TorchElasticEnvironment

from inpaint_studio.engine.machine.hardware import usable_cores
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

_MOST_WORKERS = 8
_PRECISIONS: dict[str, Any] = {"float32": "32-true", "bfloat16": "bf16-mixed", "float16": "16-mixed"}


class Launch(NamedTuple):
    """Who starts the processes, and how many there are."""

    environment: ClusterEnvironment
    devices: int  # processes a machine
    nodes: int  # machines

    @property
    def is_first(self) -> bool:
        """Whether this process is the one that writes; known before the others are started."""
        return self.environment.node_rank() == 0 and self.environment.local_rank() == 0


def detect(devices: int, nodes: int) -> Launch:
    """Return the launcher of this process: torchrun, SLURM's srun, or none, which starts `devices` on `nodes`.

    Raises InputError where srun's tasks are spread unevenly over the machines.
    """
    if TorchElasticEnvironment.detect():
        local = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        return Launch(TorchElasticEnvironment(), local, max(1, int(os.environ.get("WORLD_SIZE", "1")) // local))
    tasks = _srun_tasks()
    if tasks > 1:
        machines = int(os.environ.get("SLURM_STEP_NUM_NODES") or os.environ.get("SLURM_NNODES") or "1")
        spread = os.environ.get("SLURM_STEP_TASKS_PER_NODE") or os.environ.get("SLURM_TASKS_PER_NODE") or ""
        if tasks % machines or "," in re.sub(r"\(x\d+\)", "", spread):
            raise InputError(
                tr(
                    "SLURM started {tasks} tasks unevenly on {machines} machines; use --ntasks-per-node.",
                    tasks=tasks,
                    machines=machines,
                )
            )
        os.environ["SLURM_NTASKS_PER_NODE"] = str(tasks // machines)  # Lightning requires it
        return Launch(SLURMEnvironment(auto_requeue=False), tasks // machines, machines)
    return Launch(LightningEnvironment(), devices, nodes)


def _srun_tasks() -> int:
    """Return how many tasks srun started together with this one; 1 in a batch script or a shell under SLURM."""
    if "SLURM_STEP_ID" not in os.environ or "SLURM_PROCID" not in os.environ:
        return 1
    return int(os.environ.get("SLURM_STEP_NUM_TASKS") or os.environ.get("SLURM_NTASKS") or "1")


def resolve_precision(precision: str) -> str:
    """Return the precision that "auto" means on this machine; any other one unchanged."""
    if precision != "auto":
        return precision
    return "bfloat16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "float32"


def make_fabric(devices: int, nodes: int, precision: str, background: bool = False) -> Fabric:
    """Return a Fabric that is not launched yet, and divide the cores among its processes.

    In the `background` one core is left to other programs, where there are several.
    `precision` is auto, float32, bfloat16 or float16. Raises InputError for what this machine does not have.
    """
    cuda = torch.cuda.is_available()
    launch = detect(devices, nodes)
    if "OMP_NUM_THREADS" not in os.environ:
        free = usable_cores() - (1 if background else 0)
        torch.set_num_threads(max(1, free // (1 if cuda else launch.devices)))
    precision = resolve_precision(precision)
    if precision not in _PRECISIONS:
        known = tr("auto, {names} or {list}", names=", ".join(list(_PRECISIONS)[:-1]), list=list(_PRECISIONS)[-1])
        raise InputError(
            tr("There is no precision '{precision}' for training; use {known}.", precision=precision, known=known)
        )
    if precision == "float16" and not cuda:
        raise InputError(tr("Training in float16 needs a graphics card; use bfloat16 or float32 here."))
    if cuda and launch.devices > torch.cuda.device_count():
        there = torch.cuda.device_count()
        raise InputError(
            tr("{devices} cards were requested and {there} can be seen.", devices=launch.devices, there=there),
            tr("Give another --devices."),
        )
    if not cuda and isinstance(launch.environment, LightningEnvironment) and launch.devices > usable_cores():
        raise InputError(
            tr(
                "{devices} processes were requested and there are {usable_cores} cores.",
                devices=launch.devices,
                usable_cores=usable_cores(),
            ),
            tr("Give another --devices."),
        )
    return Fabric(
        accelerator="cuda" if cuda else "cpu",
        devices=launch.devices,
        num_nodes=launch.nodes,
        strategy="ddp" if launch.devices * launch.nodes > 1 else "auto",
        precision=_PRECISIONS[precision],
        plugins=[launch.environment],
    )


def memory_layout(fabric: Fabric) -> torch.memory_format:
    """Return how the weights of networks lie in memory: channels last where that is faster.

    It is on graphics cards, and on processors in bfloat16: DeepFill v2 of width 12 on one core of an AMD EPYC with
    instructions for it takes 0.73 of the time then, 16 crops of 64 px. In float32 processors gain little or nothing.
    """
    in_bfloat16 = fabric.strategy.precision.precision == _PRECISIONS["bfloat16"]
    return torch.channels_last if in_bfloat16 or fabric.device.type == "cuda" else torch.preserve_format


def half_precision_device(fabric: Fabric) -> str:
    """Return the type of the device where it computes in float16, whose losses must be scaled; else empty."""
    return fabric.device.type if fabric.strategy.precision.precision == _PRECISIONS["float16"] else ""


def count_workers(fabric: Fabric) -> int:
    """Return how many processes should load photos for each process that trains."""
    if fabric.device.type != "cuda":
        return 1
    local = fabric.world_size // getattr(fabric.strategy, "num_nodes", 1)
    return max(1, min(_MOST_WORKERS, (usable_cores() - 1) // max(1, local)))

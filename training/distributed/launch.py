"""The processes that train together: one, several on this machine, or those that torchrun or SLURM started.

Lightning Fabric places them and sums across them. Where a launcher has started them already, what it says counts, and
none are started here.
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
from inpaint_studio.protocol.arguments import Training

_MOST_WORKERS = 8


class Launch(NamedTuple):
    """Who starts the processes, and how many there are."""

    environment: ClusterEnvironment
    devices: int  # processes a machine
    nodes: int  # machines


def launch(asked: Training) -> Launch:
    """By torchrun, by SLURM's srun, or from here. Raises InputError where srun's tasks are spread unevenly."""
    if TorchElasticEnvironment.detect():
        here = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        return Launch(TorchElasticEnvironment(), here, max(1, int(os.environ.get("WORLD_SIZE", "1")) // here))
    tasks = _srun_tasks()
    if tasks > 1:
        nodes = int(os.environ.get("SLURM_STEP_NUM_NODES") or os.environ.get("SLURM_NNODES") or "1")
        spread = os.environ.get("SLURM_STEP_TASKS_PER_NODE") or os.environ.get("SLURM_TASKS_PER_NODE") or ""
        if tasks % nodes or "," in re.sub(r"\(x\d+\)", "", spread):
            raise InputError(f"SLURM started {tasks} tasks unevenly on {nodes} machines; use --ntasks-per-node.")
        os.environ["SLURM_NTASKS_PER_NODE"] = str(tasks // nodes)  # Lightning asks for it even where it is plain
        return Launch(SLURMEnvironment(auto_requeue=False), tasks // nodes, nodes)
    return Launch(LightningEnvironment(), asked.devices, asked.nodes)


def _srun_tasks() -> int:
    """How many tasks srun started as this one was; 1 in a batch script or a shell that merely runs under SLURM."""
    if "SLURM_STEP_ID" not in os.environ or "SLURM_PROCID" not in os.environ:
        return 1
    return int(os.environ.get("SLURM_STEP_NUM_TASKS") or os.environ.get("SLURM_NTASKS") or "1")


def fabric(asked: Training) -> Fabric:
    """The engine, not launched yet; shares the cores out. Raises InputError for what this machine does not have."""
    cuda = torch.cuda.is_available()
    started = launch(asked)
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(max(1, usable_cores() // (1 if cuda else started.devices)))
    precision = asked.precision
    if precision == "auto":
        precision = "bfloat16" if cuda and torch.cuda.is_bf16_supported() else "float32"
    kinds: dict[str, Any] = {"float32": "32-true", "bfloat16": "bf16-mixed"}
    if precision not in kinds:
        raise InputError(f"There is no precision '{precision}' for training; use auto, float32 or bfloat16.")
    if cuda and started.devices > torch.cuda.device_count():
        there = torch.cuda.device_count()
        raise InputError(f"{started.devices} cards are asked for and {there} can be seen.", "Give another --devices.")
    if not cuda and isinstance(started.environment, LightningEnvironment) and started.devices > usable_cores():
        raise InputError(
            f"{started.devices} processes are asked for and there are {usable_cores()} cores.",
            "Give another --devices.",
        )
    return Fabric(
        accelerator="cuda" if cuda else "cpu",
        devices=started.devices,
        num_nodes=started.nodes,
        strategy="ddp" if started.devices * started.nodes > 1 else "auto",
        precision=kinds[precision],
        plugins=[started.environment],
    )


def workers(engine: Fabric) -> int:
    """How many processes should load photos for each that trains."""
    if engine.device.type != "cuda":
        return 1
    here = engine.world_size // getattr(engine.strategy, "num_nodes", 1)
    return max(1, min(_MOST_WORKERS, (usable_cores() - 1) // max(1, here)))

"""Processes that torchrun or SLURM started are used as they are, and no others are started."""

from __future__ import annotations

import os
from typing import Any

import pytest
import torch
from lightning_fabric import Fabric
from lightning_fabric.utilities.rank_zero import rank_zero_only

from inpaint_studio.errors import InputError
from training.distributed import launch

TORCHRUN = {
    "TORCHELASTIC_RUN_ID": "a",
    "LOCAL_WORLD_SIZE": "2",
    "WORLD_SIZE": "4",
    "RANK": "3",
    "LOCAL_RANK": "1",
    "GROUP_RANK": "1",
}
SLURM = {
    "SLURM_JOB_ID": "1234",
    "SLURM_JOB_NAME": "train",
    "SLURM_NTASKS": "4",
    "SLURM_NNODES": "2",
    "SLURM_PROCID": "3",
    "SLURM_LOCALID": "1",
    "SLURM_NODEID": "1",
    "SLURM_NODELIST": "node[7-8]",
}
SRUN = SLURM | {
    "SLURM_STEP_ID": "0",
    "SLURM_STEP_NUM_TASKS": "4",
    "SLURM_STEP_NUM_NODES": "2",
    "SLURM_STEP_TASKS_PER_NODE": "2(x2)",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Without variables of a launcher; returns a function that sets some."""
    for name in [*TORCHRUN, *os.environ]:
        if name in TORCHRUN or name.startswith("SLURM_"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("SLURM_NTASKS_PER_NODE", "")  # so that the fixture restores it
    monkeypatch.delenv("SLURM_NTASKS_PER_NODE")
    monkeypatch.setattr(rank_zero_only, "rank", 0, raising=False)
    monkeypatch.setattr(launch, "usable_cores", lambda: 4)

    def set_variables(variables: dict[str, str]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_variables


def fabric(**options: Any) -> Fabric:
    return launch.make_fabric(**({"devices": 1, "nodes": 1, "precision": "auto"} | options))


def launch_processes(made: Fabric, monkeypatch: pytest.MonkeyPatch) -> str:
    """What happens when the processes are launched, up to the point where they would connect."""
    launcher = made.strategy.launcher
    if launcher is None:
        return "alone"
    monkeypatch.setattr(launcher, "_call_children_scripts", lambda: 1 / 0)
    try:
        return str(launcher.launch(lambda: "started already"))
    except ZeroDivisionError:
        return "starts others"


def test_one_process(monkeypatch):
    made = fabric()
    assert (made.world_size, made.global_rank) == (1, 0)
    assert launch_processes(made, monkeypatch) == "alone"


def test_several_processes(monkeypatch):
    made = fabric(devices=3)
    assert (made.world_size, made.global_rank) == (3, 0)
    assert launch_processes(made, monkeypatch) == "starts others"


@pytest.mark.parametrize("variables", [TORCHRUN, SRUN], ids=["torchrun", "srun"])
@pytest.mark.parametrize("options", [{}, {"devices": 2, "nodes": 2}, {"devices": 8}], ids=["default", "same", "other"])
def test_processes_of_a_launcher_are_used_as_they_are(environment, monkeypatch, variables, options):
    environment(variables)
    made = fabric(**options)
    assert (made.world_size, made.global_rank, made.local_rank, made.node_rank) == (4, 3, 1, 1)
    assert launch_processes(made, monkeypatch) == "started already"


def test_processes_of_slurm_connect_on_the_first_machine(environment, monkeypatch):
    environment(SRUN)
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    monkeypatch.delenv("MASTER_PORT", raising=False)
    place = launch.detect(1, 1).environment
    assert place.main_address == "node7"
    assert place.main_port == 16234


def test_one_machine_under_torchrun(environment, monkeypatch):
    environment(TORCHRUN | {"WORLD_SIZE": "2", "RANK": "1", "GROUP_RANK": "0"})
    made = fabric()
    assert (made.world_size, made.global_rank) == (2, 1)
    assert launch_processes(made, monkeypatch) == "started already"


def test_a_batch_script_or_a_shell_under_slurm_is_one_process(environment, monkeypatch):
    environment(SLURM | {"SLURM_PROCID": "0"})  # a batch script: four tasks are reserved and one runs
    assert launch_processes(fabric(), monkeypatch) == "alone"
    assert launch_processes(fabric(devices=2), monkeypatch) == "starts others"
    environment(SRUN | {"SLURM_NTASKS": "1", "SLURM_STEP_NUM_TASKS": "1", "SLURM_JOB_NAME": "bash"})
    assert launch_processes(fabric(), monkeypatch) == "alone"


def test_tasks_that_are_spread_unevenly_are_refused(environment):
    environment(SRUN | {"SLURM_STEP_TASKS_PER_NODE": "3,1"})
    with pytest.raises(InputError, match="--ntasks-per-node"):
        fabric()


def test_more_processes_than_there_are_cores_are_refused(environment):
    with pytest.raises(InputError, match="99 processes were requested and there are 4 cores"):
        fabric(devices=99)
    environment(TORCHRUN)  # those run already
    assert fabric(devices=99).world_size == 4


def test_more_cards_than_there_are_are_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(InputError, match="2 cards were requested and 1 can be seen"):
        fabric(devices=2, precision="float32")


@pytest.mark.parametrize(("cores", "threads"), [(4, 3), (2, 1), (1, 1)])
def test_in_the_background_one_core_is_left_to_others(monkeypatch, cores, threads):
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr(launch, "usable_cores", lambda: cores)
    chosen: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    fabric(precision="float32")
    fabric(precision="float32", background=True)
    assert chosen == [cores, threads]

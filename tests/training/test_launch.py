"""Where torchrun or SLURM started the processes, they are taken as they are and none are started beside them."""

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
    """That of a machine where nothing was started by anything; gives a way to set one up."""
    for name in [*TORCHRUN, *os.environ]:
        if name in TORCHRUN or name.startswith("SLURM_"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("SLURM_NTASKS_PER_NODE", "")  # so that it is taken back
    monkeypatch.delenv("SLURM_NTASKS_PER_NODE")
    monkeypatch.setattr(rank_zero_only, "rank", 0, raising=False)
    monkeypatch.setattr(launch, "usable_cores", lambda: 4)

    def begin(variables: dict[str, str]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return begin


def fabric(**how: Any) -> Fabric:
    return launch.make_fabric(**({"devices": 1, "nodes": 1, "precision": "auto"} | how))


def begun(made: Fabric, monkeypatch: pytest.MonkeyPatch) -> str:
    """What happens when its processes are launched, short of their meeting."""
    launcher = made.strategy.launcher
    if launcher is None:
        return "alone"
    monkeypatch.setattr(launcher, "_call_children_scripts", lambda: 1 / 0)
    try:
        return str(launcher.launch(lambda: "started already"))
    except ZeroDivisionError:
        return "starts others"


def test_alone(monkeypatch):
    made = fabric()
    assert (made.world_size, made.global_rank) == (1, 0)
    assert begun(made, monkeypatch) == "alone"


def test_several_from_here(monkeypatch):
    made = fabric(devices=3)
    assert (made.world_size, made.global_rank) == (3, 0)
    assert begun(made, monkeypatch) == "starts others"


@pytest.mark.parametrize("variables", [TORCHRUN, SRUN], ids=["torchrun", "srun"])
@pytest.mark.parametrize("how", [{}, {"devices": 2, "nodes": 2}, {"devices": 8}], ids=["unsaid", "said", "wrong"])
def test_what_a_launcher_started_is_taken_as_it_is(environment, monkeypatch, variables, how):
    environment(variables)
    made = fabric(**how)
    assert (made.world_size, made.global_rank, made.local_rank, made.node_rank) == (4, 3, 1, 1)
    assert begun(made, monkeypatch) == "started already"


def test_processes_of_slurm_meet_on_the_first_machine(environment, monkeypatch):
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
    assert begun(made, monkeypatch) == "started already"


def test_a_batch_script_or_a_shell_under_slurm_is_one_process(environment, monkeypatch):
    environment(SLURM | {"SLURM_PROCID": "0"})  # a batch script: four tasks are reserved and one runs
    assert begun(fabric(), monkeypatch) == "alone"
    assert begun(fabric(devices=2), monkeypatch) == "starts others"
    environment(SRUN | {"SLURM_NTASKS": "1", "SLURM_STEP_NUM_TASKS": "1", "SLURM_JOB_NAME": "bash"})
    assert begun(fabric(), monkeypatch) == "alone"


def test_tasks_that_are_spread_unevenly_are_refused(environment):
    environment(SRUN | {"SLURM_STEP_TASKS_PER_NODE": "3,1"})
    with pytest.raises(InputError, match="--ntasks-per-node"):
        fabric()


def test_more_processes_than_there_are_cores_are_refused(environment):
    with pytest.raises(InputError, match="99 processes were requested and there are 4 cores"):
        fabric(devices=99)
    environment(TORCHRUN)  # those are there already
    assert fabric(devices=99).world_size == 4


def test_more_cards_than_there_are_are_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(InputError, match="2 cards were requested and 1 can be seen"):
        fabric(devices=2, precision="float32")

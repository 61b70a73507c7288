"""An error in one of several processes ends all of them, and none waits for another for ever."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from training.distributed.sync import ProcessGroup
from training.errors import Diverged, is_out_of_memory


class Ring:
    """Stands in for Fabric's collectives among threads. A thread that waits too long raises."""

    def __init__(self, count: int) -> None:
        self.barrier, self.values, self.count = threading.Barrier(count, timeout=20), {}, count

    def fabric(self, rank: int) -> Any:
        def gather(value: torch.Tensor) -> torch.Tensor:
            self.values[rank] = value.clone()
            self.barrier.wait()
            found = torch.stack([self.values[each] for each in range(self.count)])
            self.barrier.wait()
            return found

        def all_reduce(value: torch.Tensor, reduce_op: str) -> torch.Tensor:
            return {"mean": lambda x: x.mean(0), "max": lambda x: x.amax(0)}[reduce_op](gather(value))

        return SimpleNamespace(
            world_size=self.count, device="cpu", all_reduce=all_reduce, broadcast=lambda value: gather(value)[0]
        )


def run_processes(count: int, work: Any) -> list[Any]:
    """Return what `work(group, rank)` returns or raises in each of `count` threads."""
    ring, found = Ring(count), [None] * count

    def run(rank: int) -> None:
        try:
            found[rank] = work(ProcessGroup(ring.fabric(rank)), rank)
        except Exception as error:
            found[rank] = error

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ([None, None], [type(None), type(None)]),
        ([None, Diverged()], [Diverged, Diverged]),
        ([RuntimeError("CUDA out of memory."), None], [MemoryError, MemoryError]),
        ([MemoryError(), Diverged()], [Diverged, Diverged]),
    ],
)
def test_an_error_in_one_process_is_raised_in_all(raised, expected):
    def work(group: ProcessGroup, rank: int) -> None:
        with group.raise_together():
            if raised[rank] is not None:
                raise raised[rank]

    assert [type(each) for each in run_processes(2, work)] == expected


def test_all_processes_follow_the_first_one():
    assert (
        run_processes(3, lambda group, rank: (group.agree(rank == 0), group.broadcast(rank + 5))) == [(True, 5.0)] * 3
    )
    assert run_processes(2, lambda group, rank: group.agree(rank == 1)) == [False, False]


def test_means_are_over_all_processes():
    assert run_processes(2, lambda group, rank: group.mean({"a": rank, "b": 3.0})) == [{"a": 0.5, "b": 3.0}] * 2

    def average(group: ProcessGroup, rank: int) -> list[list[float]]:
        one, two = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1))
        one.grad = torch.tensor([1.0, 2.0]) * rank
        two.grad = torch.ones(1) if rank else None
        group.average_gradients([one, two])
        return [one.grad.tolist(), two.grad.tolist()]

    assert run_processes(2, average) == [[[0.5, 1.0], [0.5]]] * 2


def test_in_a_single_process_an_error_is_raised_unchanged():
    alone = ProcessGroup(SimpleNamespace(world_size=1))  # it has no collectives: calling one would fail
    with pytest.raises(RuntimeError, match="out of memory"), alone.raise_together():
        raise RuntimeError("CUDA out of memory.")
    assert (alone.agree(True), alone.broadcast(2.0), alone.mean({"a": 1.0})) == (True, 2.0, {"a": 1.0})
    alone.average_gradients([])


def test_other_errors_are_not_reported_as_out_of_memory():
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(ValueError, match="x"), ProcessGroup(SimpleNamespace(world_size=1)).raise_together():
        raise ValueError("x")

"""What one of several processes meets, all of them hear of, and none waits for another for ever."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import nn

from training.distributed.sync import Together, is_memory
from training.run.state import Diverged


class Ring:
    """Stands in for Fabric's collectives among threads. Who waits for more than some seconds gives up."""

    def __init__(self, count: int) -> None:
        self.barrier, self.values, self.count = threading.Barrier(count, timeout=20), {}, count

    def fabric(self, rank: int) -> Any:
        def gathered(value: torch.Tensor) -> torch.Tensor:
            self.values[rank] = value.clone()
            self.barrier.wait()
            found = torch.stack([self.values[each] for each in range(self.count)])
            self.barrier.wait()
            return found

        def all_reduce(value: torch.Tensor, reduce_op: str) -> torch.Tensor:
            return {"mean": lambda x: x.mean(0), "max": lambda x: x.amax(0)}[reduce_op](gathered(value))

        return SimpleNamespace(
            world_size=self.count, device="cpu", all_reduce=all_reduce, broadcast=lambda value: gathered(value)[0]
        )


def among(count: int, work: Any) -> list[Any]:
    """What `work(together, rank)` gives or raises in each of as many threads."""
    ring, found = Ring(count), [None] * count

    def run(rank: int) -> None:
        try:
            found[rank] = work(Together(ring.fabric(rank)), rank)
        except Exception as error:
            found[rank] = error

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize(
    ("raised", "heard"),
    [
        ([None, None], [type(None), type(None)]),
        ([None, Diverged()], [Diverged, Diverged]),
        ([RuntimeError("CUDA out of memory."), None], [MemoryError, MemoryError]),
        ([MemoryError(), Diverged()], [Diverged, Diverged]),
    ],
)
def test_trouble_of_one_is_trouble_of_all(raised, heard):
    def work(together: Together, rank: int) -> None:
        with together.raising():
            if raised[rank] is not None:
                raise raised[rank]

    assert [type(each) for each in among(2, work)] == heard


def test_all_follow_the_first():
    assert among(3, lambda together, rank: (together.agreed(rank == 0), together.told(rank + 5))) == [(True, 5.0)] * 3
    assert among(2, lambda together, rank: together.agreed(rank == 1)) == [False, False]


def test_means():
    assert among(2, lambda together, rank: together.mean({"a": rank, "b": 3.0})) == [{"a": 0.5, "b": 3.0}] * 2

    def average(together: Together, rank: int) -> list[list[float]]:
        one, two = nn.Parameter(torch.zeros(2)), nn.Parameter(torch.zeros(1))
        one.grad = torch.tensor([1.0, 2.0]) * rank
        two.grad = torch.ones(1) if rank else None
        together.average_gradients([one, two])
        return [one.grad.tolist(), two.grad.tolist()]

    assert among(2, average) == [[[0.5, 1.0], [0.5]]] * 2


def test_alone_what_is_raised_is_raised_as_it_is():
    alone = Together(SimpleNamespace(world_size=1))  # which would fail if it were asked anything
    with pytest.raises(RuntimeError, match="out of memory"), alone.raising():
        raise RuntimeError("CUDA out of memory.")
    assert (alone.agreed(True), alone.told(2.0), alone.mean({"a": 1.0})) == (True, 2.0, {"a": 1.0})
    alone.average_gradients([])


def test_other_faults_are_not_taken_for_memory():
    assert not is_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(ValueError, match="x"), Together(SimpleNamespace(world_size=1)).raising():
        raise ValueError("x")

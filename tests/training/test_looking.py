"""A training looks for a stop while it waits for a batch, and at every layer."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import torch
from torch import nn

from training.run import interruptible
from training.run.state import Stopped


def test_batches_come_as_they_are():
    assert list(interruptible.awaited(iter([1, 2, 3]), lambda: None)) == [1, 2, 3]  # type: ignore[arg-type, list-item]


def test_what_making_one_raises_is_raised():
    def batches() -> Any:
        yield 1
        raise OSError("gone")

    waiting = interruptible.awaited(batches(), lambda: None)
    assert next(waiting) == 1
    with pytest.raises(OSError, match="gone"):
        next(waiting)


def test_none_is_made_before_it_is_wanted():
    made: list[int] = []

    def batches() -> Any:
        for number in range(3):
            made.append(number)
            yield number

    waiting = interruptible.awaited(batches(), lambda: None)
    assert (next(waiting), made) == (0, [0])
    assert (next(waiting), made) == (1, [0, 1])


def test_a_stop_is_heard_while_one_is_made(monkeypatch):
    monkeypatch.setattr(interruptible, "_LOOK_EVERY", 0.001)
    at_exit: list[object] = []
    monkeypatch.setattr(interruptible.atexit, "register", at_exit.append)
    go, looks = threading.Event(), []

    def batches() -> Any:
        go.wait()
        yield 1

    def look() -> None:
        looks.append(True)
        if len(looks) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        next(interruptible.awaited(batches(), look))
    (thread,) = [each for each in threading.enumerate() if each.name == "batches"]
    assert thread.daemon  # it keeps nobody from ending
    assert at_exit  # and what it waits for ends without a word
    go.set()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("frozen", [False, True])
def test_every_layer_looks_there_and_back(frozen):
    network = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU(inplace=True), nn.Conv2d(2, 1, 1))
    network.requires_grad_(not frozen)
    looks: list[int] = []
    interruptible.within([network], lambda: looks.append(len(looks)))
    shown = network(torch.rand(1, 1, 2, 2, requires_grad=True))
    there = len(looks)
    assert there == 4  # the three and the whole
    shown.sum().backward()
    assert len(looks) >= there + 3


def test_a_layer_may_end_the_way_back():
    network, stopping = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1)), []

    def look() -> None:
        if stopping:
            raise Stopped

    interruptible.within([network], look)
    shown = network(torch.ones(1, 1))
    stopping.append(True)
    with pytest.raises(Stopped):
        shown.sum().backward()
    assert network[0].weight.grad is None

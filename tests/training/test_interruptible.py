"""A training checks for a stop while it waits for a batch, and at every layer."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import torch
from torch import nn

from training.errors import Stopped
from training.run import interruptible


def test_batches_come_as_they_are():
    assert list(interruptible.iterate(iter([1, 2, 3]), lambda: None)) == [1, 2, 3]  # type: ignore[arg-type, list-item]


def test_an_error_while_making_a_batch_is_raised():
    def batches() -> Any:
        yield 1
        raise OSError("gone")

    waiting = interruptible.iterate(batches(), lambda: None)
    assert next(waiting) == 1
    with pytest.raises(OSError, match="gone"):
        next(waiting)


def test_no_batch_is_made_before_it_is_requested():
    made: list[int] = []

    def batches() -> Any:
        for number in range(3):
            made.append(number)
            yield number

    waiting = interruptible.iterate(batches(), lambda: None)
    assert (next(waiting), made) == (0, [0])
    assert (next(waiting), made) == (1, [0, 1])


def test_a_stop_takes_effect_while_a_batch_is_made(monkeypatch):
    monkeypatch.setattr(interruptible, "_CHECK_EVERY", 0.001)
    at_exit: list[object] = []
    monkeypatch.setattr(interruptible.atexit, "register", at_exit.append)
    go, checks = threading.Event(), []

    def batches() -> Any:
        go.wait()
        yield 1

    def check() -> None:
        checks.append(True)
        if len(checks) == 3:
            raise Stopped

    with pytest.raises(Stopped):
        next(interruptible.iterate(batches(), check))
    (thread,) = [each for each in threading.enumerate() if each.name == "batches"]
    assert thread.daemon  # it does not keep the program from ending
    assert at_exit  # and the end of its workers is not reported as a fault
    go.set()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("frozen", [False, True])
def test_every_layer_checks_forward_and_backward(frozen):
    network = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU(inplace=True), nn.Conv2d(2, 1, 1))
    network.requires_grad_(not frozen)
    checks: list[int] = []
    interruptible.add_hooks([network], lambda: checks.append(len(checks)))
    output = network(torch.rand(1, 1, 2, 2, requires_grad=True))
    forward = len(checks)
    assert forward == 4  # the three layers and the whole network
    output.sum().backward()
    assert len(checks) >= forward + 3


def test_a_layer_can_end_the_backward_pass():
    network, stopping = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1)), []

    def check() -> None:
        if stopping:
            raise Stopped

    interruptible.add_hooks([network], check)
    output = network(torch.ones(1, 1))
    stopping.append(True)
    with pytest.raises(Stopped):
        output.sum().backward()
    assert network[0].weight.grad is None

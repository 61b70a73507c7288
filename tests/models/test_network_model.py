"""How networks are loaded: once for all threads, without a lock that anybody else waits for."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, WeightsError
from inpaint_studio.models.base import network_model
from inpaint_studio.models.base.interface import Guide, Options
from inpaint_studio.models.base.network_model import NetworkModel, unload
from tests.engine.weights import tiny
from tests.models.weighted import weighted

LONG = 20.0  # s, until a thread that should have ended counts as stuck
IMAGE, HOLE = np.full((3, 32, 32), 0.5, np.float32), np.zeros((32, 32), bool)
HOLE[8:16, 8:16] = True


class Gate:
    """A network whose loading waits for `opened`, and counts."""

    def __init__(self, folder, error: Exception | None = None) -> None:
        self.entered, self.opened, self.error, self.loads = threading.Event(), threading.Event(), error, 0
        base = weighted(tiny.model())
        assert isinstance(base, NetworkModel)
        assert base.weights is not None
        folder.mkdir(exist_ok=True)
        own = replace(base.weights, path=Path(shutil.copy(base.weights.path, folder)))
        self.model = NetworkModel(replace(base.system, build=self.build), own)

    def build(self, config):
        self.loads += 1
        self.entered.set()
        assert self.opened.wait(LONG)
        if self.error is not None:
            raise self.error
        return tiny.SYSTEM.build(config)

    def fill(self, ticket: Ticket | None = None):
        options = Options(device="cpu", threads=1, precision="float32")
        return self.model.fill(IMAGE, HOLE, Guide(), options, ticket or Ticket())


class Call(threading.Thread):
    """A fill in a thread of its own: its result, or the error that ended it."""

    def __init__(self, gate: Gate, ticket: Ticket | None = None) -> None:
        super().__init__()
        self.gate, self.ticket, self.result, self.error = gate, ticket, None, None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.gate.fill(self.ticket)
        except Exception as error:
            self.error = error

    def end(self) -> Call:
        self.join(LONG)
        assert not self.is_alive()
        return self


@pytest.fixture(autouse=True)
def nothing_loaded():
    unload()
    yield
    unload()


def test_two_threads_load_one_network_once(tmp_path):
    gate = Gate(tmp_path)
    first = Call(gate)
    assert gate.entered.wait(LONG)
    second = Call(gate)
    gate.opened.set()
    one, other = first.end().result, second.end().result
    assert gate.loads == 1
    np.testing.assert_array_equal(one.image, other.image)


def test_loading_holds_no_lock(tmp_path):
    """Another network is loaded and used, and all are unloaded, while one is being loaded."""
    gate = Gate(tmp_path)
    slow = Call(gate)
    assert gate.entered.wait(LONG)
    other = Gate(tmp_path / "other")
    other.opened.set()
    assert Call(other).end().result is not None
    thread = threading.Thread(target=unload)
    thread.start()
    thread.join(LONG)
    assert not thread.is_alive()
    gate.opened.set()
    assert slow.end().result is not None


def test_who_waits_for_the_loading_of_another_can_be_cancelled(tmp_path):
    gate, ticket = Gate(tmp_path), Ticket()
    first = Call(gate)
    assert gate.entered.wait(LONG)
    second = Call(gate, ticket)
    ticket.cancel()
    assert isinstance(second.end().error, Cancelled)
    gate.opened.set()
    assert first.end().result is not None


def test_what_was_unloaded_while_it_was_loaded_is_not_kept(tmp_path):
    gate = Gate(tmp_path)
    call = Call(gate)
    assert gate.entered.wait(LONG)
    unload()
    gate.opened.set()
    assert call.end().result is not None
    assert not network_model._loaded_networks
    gate.fill()
    assert gate.loads == 2


@pytest.mark.parametrize("error", [WeightsError("Damaged."), TimeoutError("slow disk"), MemoryError()], ids=repr)
def test_a_failed_loading_fails_in_all_threads_and_is_tried_again(tmp_path, error):
    gate = Gate(tmp_path, error)
    first = Call(gate)
    assert gate.entered.wait(LONG)
    second = Call(gate)
    gate.opened.set()
    assert first.end().error is error
    assert second.end().error is error
    gate.error = None
    assert gate.fill() is not None


@pytest.mark.parametrize(
    ("device", "precision", "fast", "expected"),
    [
        ("cpu", "auto", None, "bfloat16"),
        ("cpu", "auto", "bfloat16", "bfloat16"),  # auto may have chosen 32 bits for the sake of quality
        ("cpu", "float32", None, "bfloat16"),
        ("cuda:0", "auto", "bfloat16", None),  # auto computes in 16 bits there already
        ("cuda:0", "auto", None, "float16"),
        ("cuda:0", "float32", "bfloat16", "bfloat16"),
        ("cuda:0", "float16", None, None),
    ],
)
def test_half_precision_for_lack_of_memory(monkeypatch, device, precision, fast, expected):
    monkeypatch.setattr(network_model, "hardware_half", lambda _device: fast)
    model = weighted(tiny.model())
    assert model.half_precision(Options(device=device, precision=precision)) == expected
    monkeypatch.setattr(NetworkModel, "halves", lambda _self: False)
    assert model.half_precision(Options(device=device, precision=precision)) is None

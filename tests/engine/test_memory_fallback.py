"""Out of memory: each attempt needs less than the one before, and leaves a note."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from inpaint_studio.engine.fill import run as engine
from inpaint_studio.engine.fill.memory_fallback import FallbackChain, free_memory, is_out_of_memory
from inpaint_studio.engine.fill.request import Request
from inpaint_studio.engine.fill.run import fill
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import Cancelled, InputError, StudioError
from inpaint_studio.models.base.interface import Fill, Options, Traits
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.opencv import cv2
from tests import synthetic

ON_CPU = Options(device="cpu")
ON_CARD = Options(device="cuda:0")


class Hungry:
    """A network that runs out of memory unless `enough(options, shape)` is true."""

    def __init__(self, enough, error=MemoryError, halves=True, provides=("attention",), **traits):
        self.traits = Traits("hungry", "Hungry", "Eats.", needs_weights=True, provides=frozenset(provides), **traits)
        self.weights = "some"
        self.enough, self.error, self.halves, self.tried = enough, error, halves, []

    def fill(self, image, hole, _guide, options, _ticket):
        self.tried.append((options, image.shape[1:]))
        if not self.enough(options, image.shape[1:]):
            raise self.error("DefaultCPUAllocator: can't allocate memory")
        sources = np.zeros((2, *hole.shape), np.int32)
        return Fill(np.full_like(image, 0.5), sources=sources, output=image)

    def half_precision(self, options):
        if not self.halves or options.precision in ("bfloat16", "float16"):
            return None
        return "bfloat16" if options.device == "cpu" else "float16"

    def warm_up(self, ticket):
        pass


def run_chain(model, options, exact=False, notes=None):
    """Return the attempt that succeeded, and all attempts as (memory, precision, shrink, device)."""
    tried = []
    ticket = Ticket(lambda _fraction, note: notes.append(note) if notes is not None and note else None)

    def compute(attempt):
        options = attempt.options
        tried.append((options.memory, options.precision, attempt.shrink, options.device))
        if not model.enough(options, attempt.shrink):
            raise model.error("out of memory")
        return "done"

    result, attempt = FallbackChain(model, options, exact).run(compute, ticket)
    assert result == "done"
    return attempt, tried


def test_a_fill_that_fits_is_not_changed():
    attempt, tried = run_chain(Hungry(lambda *_: True), ON_CPU)
    assert len(tried) == 1
    assert attempt.options == ON_CPU
    assert (attempt.shrink, attempt.note) == (1.0, "")


def test_all_attempts_on_a_card_in_order():
    notes = []
    whole = ON_CARD.memory
    attempt, tried = run_chain(
        Hungry(lambda options, shrink: options.device == "cpu" and shrink < 1), ON_CARD, notes=notes
    )
    assert tried == [
        (whole, "auto", 1.0, "cuda:0"),
        (whole // 4, "auto", 1.0, "cuda:0"),
        (whole // 16, "auto", 1.0, "cuda:0"),
        (whole // 16, "float16", 1.0, "cuda:0"),
        (whole // 16, "float16", 0.5, "cuda:0"),
        (whole // 16, "auto", 1.0, "cpu"),
        (whole // 16, "auto", 0.5, "cpu"),
    ]
    assert len(notes) == 6
    assert all(note.endswith(".") for note in notes)
    assert attempt.note == notes[-1]


def test_what_a_model_cannot_do_is_not_tried():
    never_half = Hungry(lambda *_: False, halves=False, provides=())
    with pytest.raises(StudioError, match="not enough memory"):
        run_chain(never_half, ON_CPU)
    _, tried = run_chain(Hungry(lambda _options, shrink: shrink < 1, halves=False, provides=()), ON_CPU)
    assert [shrink for *_, shrink, _ in tried] == [1.0, 0.5]
    already = Hungry(lambda _options, shrink: shrink < 1, provides=())
    assert len(run_chain(already, replace(ON_CPU, precision="bfloat16"))[1]) == 2
    fixed = Hungry(lambda options, _: options.device == "cpu", provides=(), fixed_size=64)
    assert {shrink for *_, shrink, _ in run_chain(fixed, ON_CARD)[1]} == {1.0}
    copying = Hungry(lambda *_: False)
    copying.traits = Traits("copying", "Copying", "Copies.", values="bytes")
    with pytest.raises(StudioError, match="Copying"):
        run_chain(copying, ON_CPU)


def test_an_exact_fill_changes_only_steps_and_device():
    _, tried = run_chain(Hungry(lambda options, _: options.device == "cpu"), ON_CARD, exact=True)
    assert [(precision, shrink) for _, precision, shrink, _ in tried[:-1]] == [("auto", 1.0)] * 3
    assert tried[-1][1:] == ("float32", 1.0, "cpu")


def test_the_next_region_starts_with_the_last_attempt_but_at_its_full_size():
    chain = FallbackChain(Hungry(lambda *_: True), ON_CPU)
    tried = []

    def compute(attempt):
        tried.append(attempt.shrink)
        if attempt.shrink == 1 and len(tried) < 5:
            raise MemoryError
        return 1

    chain.run(compute, Ticket())
    assert tried == [1.0, 1.0, 1.0, 1.0, 0.5]
    _, attempt = chain.run(compute, Ticket())
    assert tried[5:] == [1.0]
    assert attempt.options.precision == "bfloat16"


def test_other_errors_and_cancelling_pass():
    for error in (InputError("no"), Cancelled(), ValueError("out of memory"), RuntimeError("shapes differ")):

        def compute(_attempt, error=error):
            raise error

        with pytest.raises(type(error)):
            FallbackChain(Hungry(lambda *_: True), ON_CPU).run(compute, Ticket())
    cancelled = Ticket()

    def cancel(_attempt):
        cancelled.cancel()
        raise MemoryError

    with pytest.raises(Cancelled):
        FallbackChain(Hungry(lambda *_: True), ON_CPU).run(cancel, cancelled)


def test_how_memory_runs_out():
    import torch

    with pytest.raises(MemoryError) as numpys:
        np.empty(1 << 60, np.uint8)
    with pytest.raises(RuntimeError) as torchs:
        torch.empty(1 << 60, dtype=torch.uint8)
    with pytest.raises(cv2.error) as opencvs:
        cv2.resize(np.zeros((4, 4, 3), np.uint8), (1 << 30, 1 << 30))
    assert is_out_of_memory(numpys.value)
    assert is_out_of_memory(torchs.value)
    assert is_out_of_memory(opencvs.value) == ("memory" in str(opencvs.value).lower())
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory."))
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_out_of_memory(KeyError("out of memory"))


def test_freeing_memory_unloads_networks(monkeypatch):
    from inpaint_studio.models.base import network_model

    unloaded = []
    monkeypatch.setattr(network_model, "unload", lambda: unloaded.append(True))
    free_memory()
    assert unloaded


def test_the_memory_of_a_failed_attempt_is_free_before_the_next():
    class Tensor:
        pass

    held: list[weakref.ref[Tensor]] = []
    alive: list[bool] = []

    def compute(_attempt):
        alive.extend(each() is not None for each in held)
        tensor, itself = Tensor(), []
        held.append(weakref.ref(tensor))
        if len(held) < 3:
            try:
                raise MemoryError
            except MemoryError as error:
                itself.append((error, itself))  # a cycle that holds this frame
                raise RuntimeError("CUDA out of memory") from error
        return tensor

    gc.disable()
    try:
        FallbackChain(Hungry(lambda *_: True), ON_CPU).run(compute, Ticket())
    finally:
        gc.enable()
    assert len(held) == 3
    assert not any(alive)


@pytest.mark.parametrize("plain", [False, True])
def test_a_fill_continues_with_less_memory(monkeypatch, plain):
    model = Hungry(lambda options, _: options.memory < 256 << 20, error=RuntimeError)
    monkeypatch.setattr(engine, "model_library", lambda: Registry({"hungry": model}))
    pixels, hole = synthetic.photo(60, 70), synthetic.disc(60, 70)
    result = fill(Request(pixels, hole, "hungry", options=ON_CPU, plain=plain), Ticket())
    assert len(model.tried) == 2
    assert any("smaller steps" in note for note in result.notes)
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])


def test_a_fill_at_half_its_size(monkeypatch):
    model = Hungry(lambda _options, shape: shape[0] < 60, provides=(), halves=False)
    monkeypatch.setattr(engine, "model_library", lambda: Registry({"hungry": model}))
    pixels, hole = synthetic.photo(60, 70), synthetic.disc(60, 70)
    result = fill(Request(pixels, hole, "hungry", options=replace(ON_CPU, quality="fast")), Ticket())
    assert result.regions[0].scale == 0.5
    assert any("half its size" in note for note in result.notes)
    np.testing.assert_array_equal(result.pixels[~hole], pixels[~hole])


def test_a_fill_that_never_fits(monkeypatch):
    model = Hungry(lambda *_: False)
    monkeypatch.setattr(engine, "model_library", lambda: Registry({"hungry": model}))
    with pytest.raises(StudioError, match="not enough memory for Hungry"):
        fill(Request(synthetic.photo(60, 70), synthetic.disc(60, 70), "hungry", options=ON_CPU), Ticket())

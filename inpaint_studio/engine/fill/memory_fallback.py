"""What is tried, step by step, when a model runs out of memory: each rung needs less of it than the one before."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeVar

from inpaint_studio.engine.machine import allocator, devices
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.interface import Model, Options, Precision, TicketLike

T = TypeVar("T")
_WORDS = ("out of memory", "not enough memory", "can't allocate memory", "alloc_failed", "insufficient memory")


class Rung(NamedTuple):
    """One way of computing a fill."""

    options: Options  # with the device settled
    shrink: float = 1.0  # of the region, beside what the model's traits ask for
    note: str = ""  # a sentence for the painter


class Ladder:
    """The ways in which one model can compute, the best first; what once was too much is not tried again.

    Smaller regions are the exception: the next one starts at its full size.
    """

    def __init__(self, model: Model, options: Options, exact: bool = False) -> None:
        """`options.device` is settled. `exact` leaves out what changes the numbers beyond rounding."""
        self._rungs = list(_rungs(model, options, exact))
        self._title = model.traits.title
        self._start = 0

    def climb(self, attempt: Callable[[Rung], T], ticket: TicketLike) -> tuple[T, Rung]:
        """What `attempt` gives on the first rung that does not run out of memory, and that rung.

        Raises StudioError where every rung does, and whatever else `attempt` raises.
        """
        for number, rung in enumerate(self._rungs[self._start :], self._start):
            if number > self._start:
                free()
                ticket.report(0.0, rung.note)
            try:
                answer = attempt(rung)
            except Exception as error:
                if not out_of_memory(error):
                    raise
                _empty(error)
            else:
                self._start = max(n for n in range(number + 1) if self._rungs[n].shrink == 1)
                return answer, rung
        raise StudioError(
            f"There is not enough memory for {self._title}; paint a smaller hole, close other programs, or choose "
            "another model."
        )


def out_of_memory(error: BaseException) -> bool:
    """Whether this is how numpy, torch or OpenCV say that memory ran out."""
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    if isinstance(error, RuntimeError) or type(error).__module__.startswith("cv2"):
        text = str(error).lower()
        return any(words in text for words in _WORDS)
    return False


def free() -> None:
    """Forget everything that can be loaded again, and give the memory back."""
    # What was never imported holds nothing.
    network = sys.modules.get("inpaint_studio.models.base.network_model")
    if network is not None:
        network.unload()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch is not None and torch.backends.mps.is_available():
        torch.mps.empty_cache()
    allocator.release()


def _empty(error: BaseException | None) -> None:
    """Let go of what is held by the frames that `error` came through, and the errors behind it.

    Not left to the collector of cyclic garbage: beside a window it is not to be called in the thread of a fill.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _rungs(model: Model, options: Options, exact: bool) -> Iterator[Rung]:
    yield Rung(options)
    traits = model.traits
    if not traits.needs_weights:
        return
    if "attention" in traits.provides:
        for _ in range(2):
            options = replace(options, memory=options.memory // 4)
            yield Rung(options, note="Memory ran out; the fill was made in smaller steps.")
    can_shrink = traits.fixed_size is None and not exact
    half = None if exact else _half(model, options)
    if half is not None:
        options = replace(options, precision=half)
        yield Rung(options, note="Memory ran out; the fill was computed in half precision.")
    if can_shrink:
        yield Rung(options, 0.5, "Memory ran out; the fill was drawn at half its size.")
    if options.device != "cpu":
        options = replace(options, device="cpu", precision="float32" if exact else "auto")
        yield Rung(options, note="The graphics memory ran out; the fill was made on the processor.")
        if can_shrink:
            yield Rung(options, 0.5, "Memory ran out; the fill was drawn on the processor at half its size.")


def _half(model: Model, options: Options) -> Precision | None:
    """The 16-bit numbers to change to; None where the model says no, or computes in them already."""
    says = getattr(model, "halves", None)
    if says is None or options.precision in ("bfloat16", "float16") or not says():
        return None
    if options.precision == "auto" and devices.precision(options.device) != "float32":
        return None if options.device != "cpu" else "bfloat16"
    return devices.half(options.device)

"""What to try when a model runs out of memory: a chain of attempts, each of which needs less than the one before."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeVar

from inpaint_studio.engine.machine import allocator
from inpaint_studio.errors import StudioError
from inpaint_studio.models.base.interface import Model, Options, TicketLike
from inpaint_studio.texts import tr

T = TypeVar("T")
_PHRASES = ("out of memory", "not enough memory", "can't allocate memory", "alloc_failed", "insufficient memory")


class Attempt(NamedTuple):
    """One way to compute a fill."""

    options: Options  # its device is resolved, never "auto"
    shrink: float = 1.0  # factor on the size of the region, on top of what the model's traits require
    note: str = ""  # a sentence for the user


class FallbackChain:
    """The ways in which one model can compute, best first. An attempt that ran out of memory is not made again.

    Attempts at half the size are the exception: the next region starts at its full size again.
    """

    def __init__(self, model: Model, options: Options, exact: bool = False) -> None:
        """`options.device` must be resolved. `exact` leaves out attempts that change the result beyond rounding."""
        self._attempts = list(_list_attempts(model, options, exact))
        self._title = model.traits.title
        self._is_network = model.traits.needs_weights
        self._first = 0

    def run(self, compute: Callable[[Attempt], T], ticket: TicketLike) -> tuple[T, Attempt]:
        """Call `compute` with one attempt after the other until one does not run out of memory.

        Returns what `compute` returned, and that attempt. Raises StudioError when all attempts ran out of memory, and
        every other exception of `compute`.
        """
        for number, attempt in enumerate(self._attempts[self._first :], self._first):
            if number > self._first:
                free_memory()
                ticket.report(0.0, attempt.note)
            try:
                with allocator.keeping(self._is_network):
                    result = compute(attempt)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                _clear_frames(error)
            else:
                self._first = max(n for n in range(number + 1) if self._attempts[n].shrink == 1)
                return result, attempt
        raise StudioError(
            tr(
                "There is not enough memory for {title}; paint a smaller hole, close other programs, "
                "or choose another model.",
                title=self._title,
            )
        )


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether Python, numpy, torch or OpenCV report that memory ran out, also behind a plug-in's error."""
    if isinstance(error, StudioError) and error.__cause__ is not None:
        return is_out_of_memory(error.__cause__)
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    if isinstance(error, RuntimeError) or type(error).__module__.startswith("cv2"):
        text = str(error).lower()
        return any(phrase in text for phrase in _PHRASES)
    return False


def free_memory() -> None:
    """Unload every network and give unused memory back to the system and to the graphics card."""
    # A module that was never imported holds no memory; do not import it here.
    network = sys.modules.get("inpaint_studio.models.base.network_model")
    if network is not None:
        network.unload()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch is not None and torch.backends.mps.is_available():
        torch.mps.empty_cache()
    allocator.release()


def _clear_frames(error: BaseException | None) -> None:
    """Drop the local variables of the frames that `error` passed through, and of the errors that led to it.

    Large arrays would stay alive in those frames. The garbage collector cannot do it: beside a window it runs in the
    main thread only.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__context__


def _list_attempts(model: Model, options: Options, exact: bool) -> Iterator[Attempt]:
    yield Attempt(options)
    traits = model.traits
    if not traits.needs_weights:
        return
    if "attention" in traits.provides:
        for _ in range(2):
            options = replace(options, memory=options.memory // 4)
            yield Attempt(options, note=tr("Memory ran out; the fill was made in smaller steps."))
    can_shrink = traits.fixed_size is None and not exact
    half_precision = getattr(model, "half_precision", None)  # networks have it, plug-ins may lack it
    half = None if exact or half_precision is None else half_precision(options)
    if half is not None:
        options = replace(options, precision=half)
        yield Attempt(options, note=tr("Memory ran out; the fill was computed in half precision."))
    if can_shrink:
        yield Attempt(options, 0.5, tr("Memory ran out; the fill was drawn at half its size."))
    if options.device != "cpu":
        options = replace(options, device="cpu", precision="float32" if exact else "auto")
        yield Attempt(options, note=tr("The graphics memory ran out; the fill was made on the processor."))
        if can_shrink:
            yield Attempt(options, 0.5, tr("Memory ran out; the fill was drawn on the processor at half its size."))

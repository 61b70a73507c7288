"""Report how far a fill is, and when kernels have to be compiled for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from inpaint_studio.jit import CACHED, compile_listener
from inpaint_studio.texts import mark, tr

Report = Callable[[float, str], None]  # a fraction in [0, 1] and a note; raises to stop the work

COMPILING = (
    mark("Compiling the filler for this processor, once") if CACHED else mark("Compiling the filler for this processor")
)
FILLING = mark("Filling")


class Progress:
    """The progress of one fill."""

    def __init__(self, report: Report) -> None:
        """`report` is called in the thread that calls the methods."""
        self._report, self._fraction, self._note = report, 0.0, ""

    def at(self, fraction: float) -> None:
        """Report that `fraction` in [0, 1] of the work is done; raises whatever `report` raises."""
        self._fraction = fraction
        note, self._note = self._note, ""
        self._report(fraction, note)

    def repeat(self) -> None:
        """Report the last fraction again, so that long steps can be cancelled; raises whatever `report` raises."""
        self._report(self._fraction, "")

    @contextlib.contextmanager
    def note_compilation(self) -> Iterator[None]:
        """Report `COMPILING` whenever a kernel has to be compiled here, and `FILLING` when the work goes on."""
        with compile_listener(self._note_compilation):
            yield

    def _note_compilation(self) -> None:
        self._note = tr(FILLING)
        self._report(self._fraction, tr(COMPILING))

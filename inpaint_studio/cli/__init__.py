"""The command line: the window, and everything that works without one.

This file imports nothing, so that Ctrl+C is handled from the first moment on.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_WRONG, _CANCELLED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0: done, 1: a fault of the program, 2: wrong input (one line on stderr says what to do), 130: cancelled.
    """
    try:
        try:
            from inpaint_studio.cli.program import run
        except Exception as error:
            return _explain(error)
        return run(argv)
    except KeyboardInterrupt:  # before `run` handles it by itself, or after
        try:  # noqa: SIM105 - contextlib would have to be imported
            os.write(2, b"inpaint-studio: cancelled\n")
        except OSError:  # stderr is closed; the status is enough
            pass
        return _CANCELLED


def _explain(error: Exception) -> int:
    """Say why nothing can be loaded, with as few modules as that needs; return the exit status."""
    from inpaint_studio.start_face import show

    try:
        from inpaint_studio.start_reasons import explain, show_fault

        fault = explain(error)
    except ImportError:  # these modules are among those that are missing
        fault = None
    if fault is not None:
        show_fault(fault, error)
    else:
        name = getattr(error, "name", None) or type(error).__name__
        show(f"The program is damaged ({name}). Install it again.")
    return _WRONG

"""The command line: the window, and everything that works without one."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import threading
import traceback
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from inpaint_studio.cli.parser import COMMANDS, PROGRAM, parser
from inpaint_studio.engine.machine import allocator
from inpaint_studio.errors import Cancelled, InputError, StudioError

DONE, FAULT, WRONG, CANCELLED = 0, 1, 2, 130
TRACEBACK = "INPAINT_STUDIO_TRACEBACK"  # set in the environment, a fault of the program shows where it happened


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line: 0 done, 2 wrong input (told in one line on stderr), 130 cancelled, 1 a fault of ours."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _have_streams()
    allocator.tune()
    try:
        with _stoppable():
            code = _run(arguments)
            sys.stdout.flush()
            return code
    except SystemExit as end:  # argparse's way of having answered --help or --version
        return int(end.code or 0)
    except (KeyboardInterrupt, Cancelled):
        return _complain("cancelled", CANCELLED)
    except InputError as error:
        return _complain(_words(error, arguments), WRONG)
    except MemoryError:
        return _complain("There is not enough memory for this; scale the photo down or close other programs.", WRONG)
    except BrokenPipeError:  # whoever read our output has seen enough
        _drop_output()
        return DONE
    except OSError as error:  # files are answered for where they are read and written: this is our output
        _drop_output()
        return _complain(f"The answer could not be written: {(error.strerror or str(error)).lower()}.", WRONG)
    except StudioError as error:
        return _complain(_words(error, arguments), FAULT)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            traceback.print_exc()
        reason = f"{type(error).__name__}: {error}".rstrip(": ")
        return _complain(f"a fault of the program: {reason} (set {TRACEBACK}=1 to see where)", FAULT)


def _have_streams() -> None:
    """Stands something in for the standard streams a caller closed, lest a file of ours gets their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free, which is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may hold what the terminal cannot show


def _drop_output() -> None:
    """What is still to be written to stdout goes nowhere, so that the interpreter's end does not fail over it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _run(arguments: list[str]) -> int:
    if not arguments or (arguments[0] not in COMMANDS and not arguments[0].startswith("-")):
        return _window(arguments)
    options = parser().parse_args(arguments)
    with _own_words():
        return _command(options)


def _command(options: Namespace) -> int:
    # Each command imports what it needs: --help and --version stay quick.
    if options.command == "fill":
        from inpaint_studio.cli import fill

        return fill.fill(options)
    if options.command == "train":
        from inpaint_studio.cli import train

        return train.train(options)
    if options.command == "evaluate":
        from inpaint_studio.cli import evaluate

        return evaluate.evaluate(options)
    if options.command == "doctor":
        from inpaint_studio.cli import doctor

        return doctor.doctor(options)
    from inpaint_studio.cli import models

    commands = {
        "list": models.listing,
        "info": models.info,
        "import": models.bring,
        "get": models.get,
        "export": models.export,
        "remove": models.remove,
    }
    return commands[options.command](options)


def _window(arguments: list[str]) -> int:
    if len(arguments) > 1:
        raise InputError(
            f"There is no command '{arguments[0]}'; there are {', '.join(COMMANDS)}, or one photo to open."
        )
    photo = Path(arguments[0]) if arguments else None
    if photo is not None and not photo.exists():
        raise InputError(f"There is no file {photo}; check the name.")
    from inpaint_studio.ui.app import run

    return run(photo)


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Inside, being asked to end is like Ctrl+C: what was begun is tidied up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _own_words() -> Iterator[None]:
    """Inside, stderr holds what this program says; decoders in C, which print as they please, are not heard."""
    if sys.stderr is not sys.__stderr__ or sys.stderr is None:
        yield
        return
    ours = os.dup(2)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    os.close(silence)
    with os.fdopen(ours, "w", buffering=1) as sys.stderr:
        try:
            yield
        finally:
            os.dup2(ours, 2)
            sys.stderr = sys.__stderr__


def _words(error: StudioError, arguments: list[str]) -> str:
    """What is told of `error`; where a program listens, its person has a window and types no options."""
    return error.plain if "--events" in arguments else str(error)


def _complain(text: str, code: int) -> int:
    with contextlib.suppress(OSError):  # nobody can be told then, but the code still says it
        print(f"{PROGRAM}: {' '.join(text.split())}", file=sys.stderr)
    return code

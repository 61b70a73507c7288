"""Run one command line: find the command, run it, and turn every error into one line and an exit status."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from inpaint_studio import (
    build_info,
    fault_watch,
    language,
    log_file,
    memory_limit,
    native_threads,
    start_face,
    start_reasons,
)
from inpaint_studio.cli.console import print_error
from inpaint_studio.cli.file_address import local_path
from inpaint_studio.cli.interrupts import CANCELLED, Interrupts
from inpaint_studio.cli.parser import COMMANDS, PROGRAM, parser
from inpaint_studio.cli.streams import discard_stdout, ensure_standard_streams, silence_libraries
from inpaint_studio.engine.machine import allocator
from inpaint_studio.errors import Cancelled, InputError, StudioError
from inpaint_studio.redaction import name_error
from inpaint_studio.texts import mark, tr

DONE, FAULT, WRONG = 0, 1, 2
TRACEBACK = "INPAINT_STUDIO_TRACEBACK"  # set in the environment, a fault of the program shows where it happened
_COMPUTING = ("fill", "batch", "suggest", "train", "evaluate", "ablate")  # commands that load every library
# Commands that torch computes, and what is said where it is missing.
_IN_TORCH = {
    "train": mark("This build of Inpaint Studio has no training; the full build has."),
    "evaluate": mark("This build of Inpaint Studio cannot measure models; the full build can."),
    "ablate": mark("This build of Inpaint Studio has no training, which this needs; the full build has."),
}
_LONG = ("batch", "train", "ablate")  # commands that may run for hours, also without a terminal
_FULL_BUILD = mark("Get the full build, or install it with: pip install inpaint-studio")
_NO_MEMORY = mark("There is not enough memory for this; scale the photo down or close other programs.")


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (None: the process's own) and return its exit status (see `cli.main`)."""
    if getattr(sys, "frozen", False):  # the worker of a batch in the packed program; it does not return then
        import multiprocessing

        multiprocessing.freeze_support()
    arguments = list(sys.argv[1:] if argv is None else argv)
    interrupts = Interrupts()
    try:
        with interrupts.exit_at_once():
            ensure_standard_streams()
            language.start()
            native_threads.set_defaults()
            allocator.tune()
            code = _execute(arguments, interrupts)
            sys.stdout.flush()
            return code
    except SystemExit as end:  # argparse printed --help or --version
        return int(end.code or 0)
    except BaseException as error:
        if isinstance(error, Exception) and interrupts.received:
            return _print_error("cancelled", CANCELLED)
        if isinstance(error, Exception) and _is_window(arguments):
            return _show_start_fault(error)
        return _report(error, arguments)


def _show_start_fault(error: Exception) -> int:
    """Show why the window does not open, also where no terminal is seen; return the exit status."""
    fault = start_reasons.explain(error)
    if fault is not None:
        start_reasons.show_fault(fault, error)
        return WRONG
    if isinstance(error, InputError):
        start_face.show(str(error))
        return WRONG
    if memory_limit.is_exhausted(error):
        start_face.show(tr(_NO_MEMORY))
        return WRONG
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    log_file.start("start")
    with fault_watch.watching("start") as watch:
        report = watch.report(error)
    reason = str(error) if isinstance(error, StudioError) else name_error(error)
    if report is None:
        start_face.show(tr("The program cannot start: {reason}.", reason=reason.rstrip(".")))
    else:
        text = tr("The program cannot start: {reason}. Report: {path}", reason=reason.rstrip("."), path=report)
        start_face.show(text)
    return FAULT


def _is_window(arguments: list[str]) -> bool:
    """Return whether these open the window. What follows -- is a photo, also where it is called as a command."""
    return not arguments or arguments[0] == "--" or not (arguments[0] in COMMANDS or arguments[0].startswith("-"))


def _execute(arguments: list[str], interrupts: Interrupts) -> int:
    if _is_window(arguments):
        return _open_window(arguments[1:] if arguments[:1] == ["--"] else arguments)
    options = parser().parse_args(arguments)
    if options.command in _IN_TORCH and not build_info.has_torch():
        raise InputError(_IN_TORCH[options.command], _FULL_BUILD)
    if options.command in _COMPUTING:
        start_reasons.check_machine()
        memory_limit.check()
    if not os.environ.get(TRACEBACK):  # the one line of an error is enough
        logging.getLogger("inpaint_studio").addHandler(logging.NullHandler())
    with silence_libraries(), _watch(options.command):
        command = _load(options.command)
        with interrupts.raise_in_work():
            return command(options)


def _watch(command: str) -> AbstractContextManager[object]:
    """Keep a log and write reports of crashes for what runs long, and may run without a terminal."""
    if command not in _LONG:
        return nullcontext()
    log_file.start(command)
    return fault_watch.watching(command)


def _load(name: str) -> Callable[[Namespace], int]:
    """Return the function of a command. Each imports what it needs: ``--help`` and ``--version`` stay quick."""
    if name == "fill":
        from inpaint_studio.cli import fill

        return fill.fill
    if name == "batch":
        from inpaint_studio.cli import batch

        return batch.batch
    if name == "train":
        from inpaint_studio.cli import train

        return train.train
    if name == "evaluate":
        from inpaint_studio.cli import evaluate

        return evaluate.evaluate
    if name == "ablate":
        from inpaint_studio.cli import ablate

        return ablate.ablate
    if name == "suggest":
        from inpaint_studio.cli import suggest

        return suggest.suggest
    if name == "doctor":
        from inpaint_studio.cli import doctor

        return doctor.doctor
    from inpaint_studio.cli import models

    commands = {
        "list": models.list_models,
        "info": models.show_info,
        "import": models.import_weights,
        "get": models.get,
        "export": models.export,
        "delete": models.remove,
    }
    return commands[name]


def _open_window(arguments: list[str]) -> int:
    if len(arguments) > 1:
        raise InputError(
            tr(
                "There is no command '{arguments}'; there are {names}, or one photo to open.",
                arguments=arguments[0],
                names=", ".join(COMMANDS),
            )
        )
    photo = local_path(arguments[0]) if arguments else None
    if photo is not None and not photo.exists():
        raise InputError(tr("There is no file {name}; check the name.", name=photo))
    start_reasons.check_machine()
    memory_limit.check()
    allocator.share_memory()
    from inpaint_studio.ui.app import run as run_window

    return run_window(photo)  # from the moment that the window is on screen, it handles the signals itself


def _report(error: BaseException, arguments: list[str]) -> int:
    """Print the error on one line and return the exit status."""
    if isinstance(error, KeyboardInterrupt | Cancelled):
        return _print_error("cancelled", CANCELLED)
    if memory_limit.is_exhausted(error):
        return _print_error(_NO_MEMORY, WRONG)
    if isinstance(error, StudioError):
        # With --events a window reads the errors: its user types no options, so the hint is left out.
        text = error.plain if "--events" in arguments else str(error)
        return _print_error(text, WRONG if isinstance(error, InputError) else FAULT)
    if isinstance(error, BrokenPipeError):  # the reader of the output has read enough
        discard_stdout()
        return DONE
    if isinstance(error, OSError):  # commands handle the errors of their files: this one is of the output
        discard_stdout()
        reason = (error.strerror or str(error)).lower()
        return _print_error(tr("The answer could not be written: {reason}.", reason=reason), WRONG)
    if not isinstance(error, Exception):
        raise error
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    with fault_watch.watching(arguments[0] if arguments else "start") as watch:
        watch.report(error)
    reason = f"{type(error).__name__}: {error}".rstrip(": ")
    return _print_error(
        tr("a fault of the program: {reason} (set {traceback}=1 to see where)", reason=reason, traceback=TRACEBACK),
        FAULT,
    )


def _print_error(text: str, code: int) -> int:
    print_error(PROGRAM, text)
    return code

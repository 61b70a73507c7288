"""Ctrl+C and SIGTERM at any moment, the first ones included."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inpaint_studio.cli import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")

ROOT = Path(__file__).parents[2]
SENTENCE = "inpaint-studio: cancelled\n"
COMMANDS = {
    "fill": ["fill", "photo.png", "-o", "out.png"],
    "train": ["train", "deepfill-v2", "--photos", "."],
    "evaluate": ["evaluate", "--photos", "."],
    "models": ["models", "list"],
    "doctor": ["doctor"],
    "window": [],
}
MOMENTS = [("fill", n) for n in (1, 2, 10, 50, 150, 300)]
MOMENTS += [("window", n) for n in (1, 5, 30, 60)]
MOMENTS += [(name, n) for name in ("train", "evaluate", "models", "doctor") for n in (1, 40)]

# Runs ACTION when the program looks for its Nth module.
AT_IMPORT = """
import itertools, os, signal, sys
class Hook:
    count = 0
    def find_spec(self, name, path=None, target=None):
        Hook.count += 1
        if Hook.count == NUMBER:
            ACTION
from inpaint_studio.cli import main
sys.meta_path.insert(0, Hook())
sys.exit(main(ARGUMENTS))
"""


def heed_signals() -> None:
    """Where the tests run in a shell's background they ignore Ctrl+C, and so would the processes they start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def start(command: list[str], folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_signals,
    )  # fmt: skip


def at_import(number: int, action: str, arguments: list[str]) -> list[str]:
    code = AT_IMPORT.replace("NUMBER", str(number)).replace("ACTION", action).replace("ARGUMENTS", repr(arguments))
    return ["-c", code]


@pytest.mark.parametrize(("name", "number"), MOMENTS)
def test_ctrl_c_while_modules_are_loaded_is_one_sentence(tmp_path, name, number):
    code = at_import(number, "os.kill(os.getpid(), signal.SIGINT)", COMMANDS[name])
    with start(code, tmp_path) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", SENTENCE)
    assert not list(tmp_path.iterdir())


def _end(process):
    """Wait for the end, and return what was printed on standard error.

    Python drops an interrupt that comes within a callback of its own import system, and says so; a second one ends it.
    """
    try:
        return process.communicate(timeout=30)[1]
    except subprocess.TimeoutExpired as error:
        if b"Exception ignored in" not in (error.stderr or b""):
            raise
        process.send_signal(signal.SIGINT)
        return process.communicate(timeout=60)[1]


@pytest.mark.parametrize("name", ["fill", "window"])
def test_ctrl_c_while_a_process_starts(tmp_path, name):
    """Whatever the interpreter prints while it starts itself, nothing of the program ends in a traceback."""
    clean = 0
    for step in range(12):
        with start(["-m", "inpaint_studio", *COMMANDS[name]], tmp_path) as process:
            time.sleep(0.02 * step)  # the moment is what is tested
            process.send_signal(signal.SIGINT)
            try:
                err = _end(process)
            finally:
                process.kill()
        assert "cli/program.py" not in err
        if "Traceback" not in err and process.returncode == 130:
            assert err == SENTENCE
            clean += 1
    assert clean > 0 or name == "fill"  # a fill of a missing photo may be over before


@pytest.mark.parametrize("name", ["fill", "window"])
def test_sigterm_ends_native_code_that_never_returns(tmp_path, name):
    deaf = "print('deaf', flush=True); sum(itertools.repeat(0))"
    with start(at_import(40, deaf, COMMANDS[name]), tmp_path) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "deaf\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == -signal.SIGTERM
        finally:
            process.kill()


def test_an_error_that_an_interrupt_was_turned_into_is_a_cancellation(capsys, monkeypatch):
    def load(_options):
        try:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(10):
                time.sleep(0.1)
        except KeyboardInterrupt:
            raise ImportError("numpy.core.multiarray failed to import") from None

    monkeypatch.setattr("inpaint_studio.cli.doctor.doctor", load)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert main(["doctor"]) == 130
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == SENTENCE


def test_a_signal_that_the_caller_ignores_stays_ignored(capsys, monkeypatch):
    monkeypatch.setattr("inpaint_studio.cli.doctor.doctor", lambda _: os.kill(os.getpid(), signal.SIGINT) or 0)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert main(["doctor"]) == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert capsys.readouterr().err == ""


# The signal comes while a finaliser, a callback of ctypes or one of numba's events runs: Python drops what these raise.
DROPPED = {
    "finaliser": "class Closing:\n    def __del__(self): interrupt()\ndef work(_):\n    Closing()\n    wait()",
    "callback of C": ("import ctypes\nCALL = ctypes.CFUNCTYPE(None)\ndef work(_):\n    CALL(interrupt)()\n    wait()"),
    "weak reference": (
        "import weakref\nclass Thing: pass\ndef work(_):\n    thing = Thing()\n"
        "    reference = weakref.ref(thing, lambda _: interrupt())\n    del thing\n    wait()"
    ),
}
WORK = """
import os, signal, sys, time
import inpaint_studio.cli.doctor as command
from inpaint_studio.cli import main
def interrupt():
    os.kill(os.getpid(), signal.NUMBER)
    time.sleep(0.01)
def wait():
    for _ in range(300): time.sleep(0.1)
"""


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("code", DROPPED.values(), ids=DROPPED)
def test_a_signal_where_python_drops_exceptions_ends_the_work(tmp_path, code, number):
    lines = [WORK.replace("NUMBER", number), code, "command.doctor = work", "sys.exit(main(['doctor']))"]
    with start(["-c", "\n".join(lines)], tmp_path) as process:
        try:
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (130, "", SENTENCE)


def test_other_errors_of_finalisers_are_shown_as_before(capsys, monkeypatch):
    class Closing:
        def __del__(self):
            raise ValueError("not closed")

    shown = []
    monkeypatch.setattr(sys, "unraisablehook", lambda dropped: shown.append(str(dropped.exc_value)))
    hook = sys.unraisablehook
    monkeypatch.setattr("inpaint_studio.cli.doctor.doctor", lambda _: Closing() and 0)
    assert main(["doctor"]) == 0
    assert shown == ["not closed"]
    assert sys.unraisablehook is hook
    assert capsys.readouterr().err == ""

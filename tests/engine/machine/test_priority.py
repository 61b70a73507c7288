"""Work in the background leaves the processor to everything else, with all its threads and processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from inpaint_studio.engine.machine import priority
from inpaint_studio.engine.machine.priority import run_in_background

_PROGRAM = """
import json, os, subprocess, sys, threading, time
from inpaint_studio.engine.machine.priority import run_in_background

def state():
    return [os.getpriority(os.PRIO_PROCESS, threading.get_native_id()), os.sched_getscheduler(0)]

found, begin = [], threading.Event()
before = threading.Thread(target=lambda: (begin.wait(), found.append(state())))
before.start()
run_in_background()
begin.set()
before.join()
after = threading.Thread(target=lambda: found.append(state()))
after.start()
after.join()
child = "import os; print(os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0))"
found += [state(), [int(word) for word in subprocess.check_output([sys.executable, "-c", child]).split()]]
print(json.dumps(found))
"""


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="the policy is Linux's")
def test_threads_and_processes_before_and_after_run_in_the_background():
    found = json.loads(subprocess.check_output([sys.executable, "-c", _PROGRAM]))
    assert found == [[19, os.SCHED_IDLE]] * 4


@pytest.mark.skipif(not hasattr(os, "SCHED_IDLE"), reason="the policy is Linux's")
def test_another_process_can_be_put_there_and_one_that_has_ended_is_left_alone(monkeypatch):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        run_in_background(process.pid)
        assert psutil.Process(process.pid).nice() == 19
        assert os.sched_getscheduler(process.pid) == os.SCHED_IDLE
    run_in_background(process.pid)

    def forbid(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setscheduler", forbid)  # as in some containers
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        run_in_background(process.pid)
        assert psutil.Process(process.pid).nice() == 19


def session_priority(pid: int) -> str:
    """Return the priority of a process's session; empty where the kernel or a container does not schedule by them."""
    try:
        words = Path(f"/proc/{pid}/autogroup").read_text(encoding="ascii").split()
    except OSError:
        return ""
    return words[-1] if words else ""


def test_only_a_session_of_its_own_gets_the_lowest_priority():
    mine = session_priority(os.getpid())
    if not mine:
        pytest.skip("this system does not schedule by sessions")
    for own in (False, True):
        with subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=own
        ) as process:
            run_in_background(process.pid)
            assert session_priority(process.pid) == ("19" if own else mine)
    assert session_priority(os.getpid()) == mine


def test_on_windows_it_has_the_idle_class(monkeypatch):
    classes: list[int] = []
    monkeypatch.setattr(psutil, "IDLE_PRIORITY_CLASS", 64, raising=False)
    monkeypatch.setattr(psutil.Process, "nice", lambda _self, value: classes.append(value))
    monkeypatch.setattr(priority, "_idle_on_linux", None)
    run_in_background()
    assert classes == [64]

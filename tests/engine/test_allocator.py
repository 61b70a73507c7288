"""In processes of their own, as the allocator cannot be put back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inpaint_studio.engine.machine import allocator

glibc_only = pytest.mark.skipif(not allocator._is_glibc(), reason="the system's allocator is not glibc's")


def said(code: str, **environment: str) -> str:
    code = f"from inpaint_studio.engine import allocator\n{code}"
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=True, env=os.environ | environment)
    return done.stdout.strip()


@glibc_only
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell what a process holds")
def test_memory_is_kept_and_given_back():
    """What a process holds after it used and freed 64 MB; after a small job, a large one, and when told."""
    code = """
import os
import numpy as np
def held(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
def use(): np.ones(1 << 23)
assert allocator.tune() and allocator.tune()
before = held()
use(); kept = held() - before
allocator.settle(); small = held() - before
allocator.MOST_KEPT = 1 << 24
allocator.settle(); large = held() - before
use(); again = held() - before
allocator.release(); released = held() - before
print(kept > 60, small > 60, large < 20, again > 60, released < 20)
"""
    assert said(code, INPAINT_STUDIO_MALLOC="") == "True True True True True"


def test_it_can_be_switched_off():
    code = "print(allocator.tune(), allocator.state()); allocator.release(); allocator.settle()"
    assert said(code, INPAINT_STUDIO_MALLOC="system") == "False left as it is (INPAINT_STUDIO_MALLOC=system)"


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr(allocator, "_tuned", False)
    monkeypatch.delenv("INPAINT_STUDIO_MALLOC", raising=False)
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda _name: pytest.fail("no C library is asked"))
    for platform in ("darwin", "win32"):
        monkeypatch.setattr(allocator.sys, "platform", platform)
        assert not allocator.tune()
    monkeypatch.setattr(allocator.sys, "platform", "linux")

    def musl(_name):
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(allocator.os, "confstr", musl, raising=False)
    assert not allocator.tune()
    assert "glibc" in allocator.state()


@glibc_only
def test_the_command_line_tunes_it():
    code = "from inpaint_studio.cli import main\nmain(['--version'])\nprint(allocator.state())"
    assert said(code, INPAINT_STUDIO_MALLOC="").endswith("keeps freed memory for the next step")

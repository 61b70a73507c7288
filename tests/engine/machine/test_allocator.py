"""The C library's allocator. In fresh processes, because its settings cannot be undone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inpaint_studio.engine.machine import allocator

glibc_only = pytest.mark.skipif(not allocator._is_glibc(), reason="the system's allocator is not glibc's")


def run_code(code: str, **environment: str) -> str:
    code = f"from inpaint_studio.engine.machine import allocator\n{code}"
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, capture_output=True, text=True, check=True, env=os.environ | environment)
    return done.stdout.strip()


@glibc_only
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system has no /proc")
def test_memory_is_kept_and_returned():
    """The resident memory after 64 MB were used and freed: kept at first, returned above the limit and on request."""
    code = """
import os
import numpy as np
def resident(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
def use(): np.ones(1 << 23)
assert allocator.tune() and allocator.tune()
before = resident()
use(); kept = resident() - before
allocator.release_excess(); small = resident() - before
allocator.MAX_FREE = 1 << 24
allocator.release_excess(); large = resident() - before
use(); again = resident() - before
allocator.release(); released = resident() - before
print(kept > 60, small > 60, large < 20, again > 60, released < 20)
"""
    assert run_code(code, INPAINT_STUDIO_MALLOC="") == "True True True True True"


@glibc_only
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system has no /proc")
def test_beside_other_programs_freed_memory_is_kept_only_while_a_network_computes():
    code = """
import os
import numpy as np
def resident(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
def use(): np.ones(1 << 23)
allocator.tune()
allocator.share_memory(); allocator.share_memory()
before = resident()
use(); outside = resident() - before
with allocator.keeping(False): use(); unwanted = resident() - before
with allocator.keeping():
    with allocator.keeping(): use()
    inside = resident() - before
ended = resident() - before
use(); after = resident() - before
print(outside < 20, unwanted < 20, inside > 60, ended < 20, after < 20, allocator.describe())
"""
    found = run_code(code, INPAINT_STUDIO_MALLOC="")
    assert found == "True True True True True keeps freed memory while a network computes"


@glibc_only
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system has no /proc")
def test_a_command_keeps_freed_memory_between_networks():
    code = """
import os
import numpy as np
def resident(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
allocator.tune()
before = resident()
with allocator.keeping(): np.ones(1 << 23)
print(resident() - before > 60)
"""
    assert run_code(code, INPAINT_STUDIO_MALLOC="") == "True"


@glibc_only
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system has no /proc")
def test_beside_other_programs_freed_memory_is_kept_while_a_segmenter_computes():
    code = """
import os
import numpy as np
from inpaint_studio.engine.segment.prompt import Prompt
from inpaint_studio.engine.segment.segmenter import Segmenter
def resident(): return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
class Network:
    def encode(self, image):
        before = resident()
        np.ones(1 << 23)
        self.kept = resident() - before
    def decode(self, encoded, points, labels):
        return np.zeros((1, 256, 256), np.float32), np.ones(1, np.float32)
allocator.tune()
allocator.share_memory()
network, prompt = Network(), Prompt(np.array([(3.0, 3)]), np.array([1]))
segmenter = Segmenter(network)
segmenter.segment(np.zeros((64, 64, 3), np.uint8), prompt)
before = resident()
segmenter.segment(np.zeros((64, 64, 3), np.uint8), prompt)
print(network.kept > 60, resident() - before < 20)
"""
    assert run_code(code, INPAINT_STUDIO_MALLOC="") == "True True"


def test_it_can_be_switched_off():
    code = """
print(allocator.tune(), allocator.describe())
allocator.share_memory()
with allocator.keeping(): allocator.release(); allocator.release_excess()
"""
    assert run_code(code, INPAINT_STUDIO_MALLOC="system") == "False unchanged (INPAINT_STUDIO_MALLOC=system)"


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr(allocator, "_tuned", False)
    monkeypatch.setattr(allocator, "_beside", False)
    monkeypatch.delenv("INPAINT_STUDIO_MALLOC", raising=False)
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda _name: pytest.fail("a C library was opened"))
    for platform in ("darwin", "win32"):
        monkeypatch.setattr(allocator.sys, "platform", platform)
        assert not allocator.tune()
    monkeypatch.setattr(allocator.sys, "platform", "linux")

    def musl(_name):
        raise ValueError("unrecognized configuration name")

    monkeypatch.setattr(allocator.os, "confstr", musl, raising=False)
    assert not allocator.tune()
    assert "glibc" in allocator.describe()


@glibc_only
def test_the_command_line_tunes_it():
    code = "from inpaint_studio.cli import main\nmain(['--version'])\nprint(allocator.describe())"
    assert run_code(code, INPAINT_STUDIO_MALLOC="").endswith("keeps freed memory for the next step")

"""Each reason why the program cannot start is one sentence."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from inpaint_studio import start_reasons
from inpaint_studio.errors import InputError, StartFault
from inpaint_studio.start_reasons import explain, processor_fault


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StartFault("There is no screen."), "There is no screen."),
        (ModuleNotFoundError("No module named 'numpy'", name="numpy"), "its part numpy is missing"),
        (ImportError("libGL.so.1: cannot open shared object file: No such file or directory"), "library libGL.so.1 of"),
        (ImportError("/home/SECRET/libxcb-cursor.so.0: file too short"), "library libxcb-cursor.so.0 of"),
        (RuntimeError("NumPy was built with baseline optimizations: \n(X86_V2) but"), "too old"),
        (OSError(errno.ENOSPC, "No space left on device", "SECRET.jpg"), "the disk is full"),
    ],
)
def test_a_reason_is_one_sentence(error: Exception, words: str) -> None:
    fault = explain(error)
    assert fault is not None
    assert words in str(fault)
    assert "SECRET" not in str(fault)
    assert "\n" not in str(fault)


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.ENOENT, "gone"), InputError("There is no file.")])
def test_other_errors_have_no_such_reason(error: Exception) -> None:
    assert explain(error) is None


def test_an_old_processor_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_reasons.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(start_reasons.sys, "platform", "linux")
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nflags\t\t: fpu sse sse2 ssse3\n", encoding="utf-8")
    assert "SSE 4.2" in str(processor_fault(file))
    file.write_text("processor\t: 0\nflags\t\t: fpu sse sse2 sse4_2 avx\n", encoding="utf-8")
    assert processor_fault(file) is None
    assert processor_fault(tmp_path / "none") is None

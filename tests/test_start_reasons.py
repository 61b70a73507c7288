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


def test_a_library_that_is_missing_or_cut_off_is_named(tmp_path: Path) -> None:
    """To load a library that is cut off ends the process by a signal, without a word."""
    (tmp_path / "resources").mkdir()
    (tmp_path / "Qt").mkdir()
    library = tmp_path / "Qt" / "libQt6Widgets.so.6"
    library.write_bytes(b"x" * 2000)
    listed = tmp_path / "resources" / start_reasons.LIBRARIES
    assert start_reasons.damage(listed) is None  # a build without the list
    listed.write_text("2000 Qt/libQt6Widgets.so.6\n", encoding="utf-8")
    assert start_reasons.damage(listed) is None
    library.write_bytes(b"x" * 1999)
    assert "part libQt6Widgets.so.6 is missing or cut off" in str(start_reasons.damage(listed))
    library.unlink()
    assert "part libQt6Widgets.so.6 is missing or cut off" in str(start_reasons.damage(listed))
    listed.write_text("many libQt6Widgets.so.6\n", encoding="utf-8")
    assert start_reasons.damage(listed) is not None


def test_an_old_processor_ends_a_command_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from inpaint_studio.cli import main

    monkeypatch.setattr(start_reasons, "processor_fault", start_reasons.old_processor)
    assert main(["fill", "x.png", "-o", "y.png"]) == 2
    assert "too old" in capsys.readouterr().err

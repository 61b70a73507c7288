"""Reports about faults of the program, as text files in the state folder. They are shown to the user and sent nowhere.

A report names versions, the machine, what was done last and the stacks of all threads; no photo, no file, no user and
no computer (see `redaction`). It is new until the user has seen it.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from inpaint_studio import __version__, atomic, build_info, log_file, paths

FOLDER = "reports"
_KEPT = 10
_NEW = ".new.txt"  # the end of the name of a report that nobody has seen
_PACKAGES = (
    "PySide6-Essentials",
    "numpy",
    "torch",
    "opencv-python",
    "opencv-python-headless",
    "numba",
    "onnxruntime",
    "Pillow",
)


def folder() -> Path | None:
    """Return the folder of the reports, None where none can be written."""
    return paths.writable_state(FOLDER)


def write(sections: Iterable[tuple[str, str]], new: bool, path: Path | None = None) -> Path | None:
    """Write a report of titled `sections`; returns its file, None where it cannot be written.

    `new`: the next start offers to show it. `path`: the report that it takes the place of.
    """
    text = "\n\n".join(f"{title}\n{'-' * len(title)}\n{body}" for title, body in sections if body)
    where = folder() if path is None else path.parent
    if where is None:
        return None
    stem = f"report-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    count = sum(1 for _ in where.glob(f"{stem}*"))
    file = path or where / f"{stem}-{count}{_NEW if new else '.txt'}"
    try:
        atomic.write(file, text + "\n", durable=False)
    except OSError:
        return None
    log_file.prune(where, _KEPT, "report-*.txt")
    return file


def describe_program(facts: Mapping[str, str]) -> str:
    """Describe the program and the machine, without importing any package that is named. `facts` are added."""
    from importlib.metadata import PackageNotFoundError, version

    lines = [
        f"Inpaint Studio: {__version__} ({build_info.variant()}, commit {build_info.facts().get('commit', 'unknown')})",
        f"Python: {platform.python_version()}",
        f"System: {platform.system()} {platform.release()} {platform.machine()}",
    ]
    for name in _PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            lines.append(f"{name}: {version(name)}")
    lines += [f"{name}: {value}" for name, value in facts.items()]
    device = _name_device()
    return "\n".join([*lines, f"Device: {device}"] if device else lines)


def _name_device() -> str:
    """Name the graphics card, where torch is in use already."""
    torch = sys.modules.get("torch")
    try:
        if torch is not None and torch.cuda.is_initialized():
            return str(torch.cuda.get_device_name())
    except Exception:
        return "a CUDA device that does not answer"
    return ""


def list_reports() -> list[Path]:
    """List all reports, the newest first."""
    where = folder()
    return sorted(where.glob("report-*.txt"), reverse=True) if where is not None else []


def list_new() -> list[Path]:
    """List the reports that nobody has seen, the newest first."""
    return [path for path in list_reports() if path.name.endswith(_NEW)]


def read(path: Path) -> str:
    """Return the text of a report; empty where it is gone."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def mark_seen(path: Path) -> Path:
    """Offer this report no more; returns where it is now."""
    seen = path.with_name(path.name.removesuffix(_NEW) + ".txt") if path.name.endswith(_NEW) else path
    try:
        path.replace(seen)
    except OSError:
        return path
    return seen


def delete(path: Path) -> None:
    """Delete a report, where it is still there."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)

"""The report of ``inpaint-studio doctor``: the machine, the libraries, and what the window lacks."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

from inpaint_studio import __version__, build_info, fault_reports, paths, precompiled
from inpaint_studio.engine.machine import allocator
from inpaint_studio.engine.machine.devices import choose_precision, find_best_device
from inpaint_studio.engine.machine.hardware import machine_memory
from inpaint_studio.engine.machine.qt_libraries import find_missing_libraries, suggest_command
from inpaint_studio.engine.machine.torch_build import describe_torch
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.models.base.interface import Model

PACKAGES = ("numpy", "opencv-python", "numba", "Pillow", "PySide6-Essentials", "torch", "torchvision", "onnxruntime")
_SAME = {"opencv-python": "opencv-python-headless"}  # without windows, as installations without torch have it


def examine() -> dict[str, Any]:
    """Collect the facts of the report, ready for JSON. Imports torch where it is installed, which takes seconds."""
    device, library = find_best_device(), model_library()
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "cores": os.cpu_count(),
        "memory": machine_memory(),
        "program": build_info.variant(),
        "torch": describe_torch(),
        "packages": _versions(),
        "device": {"name": device.name, "reason": device.reason, "precision": _precision(device.name)},
        "allocator": allocator.describe(),
        "cache": _cache(),
        "logs": _logs(),
        "window": _window(),
        "models": list(library.models),
        "weights": {name: _weights(model) for name, model in library.models.items() if model.traits.needs_weights},
        "broken": dict(library.broken),
    }


def _precision(device: str) -> str | None:
    """Return the precision of networks on `device` for the setting "auto"; None where torch cannot be imported."""
    try:
        return choose_precision(device)
    except (ImportError, OSError):
        return None


def _weights(model: Model) -> str | None:
    found = weights_of(model)
    return None if found is None else found.origin


def _versions() -> dict[str, str | None]:
    names = [_SAME[name] if name in _SAME and _version(name) is None else name for name in PACKAGES]
    return {name: _version(name) for name in names}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cache() -> dict[str, Any]:
    folder = paths.cache_dir()
    warm = folder is not None and next(folder.rglob("*.nbi"), None) is not None
    kernels = precompiled.library()
    return {
        "folder": str(folder) if folder else None,
        "writable": folder is not None,
        "warm": warm,
        "kernels": kernels.kind if kernels else None,  # compiled ahead of time for this kind of processor
    }


def _logs() -> dict[str, Any]:
    """Return where logs and reports of faults lie, and the newest report."""
    folder, reports = paths.state_dir(), fault_reports.list_reports()
    return {"folder": str(folder), "newest_report": str(reports[0]) if reports else None}


def _window() -> dict[str, Any]:
    missing = find_missing_libraries()
    return {"qt": find_spec("PySide6") is not None, "missing": missing, "remedy": suggest_command(missing)}

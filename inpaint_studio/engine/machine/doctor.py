"""The report of ``inpaint-studio doctor``: the machine, the libraries, and what the window lacks."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inpaint_studio import __version__, paths
from inpaint_studio.engine.machine import allocator
from inpaint_studio.engine.machine.devices import choose_precision, find_best_device
from inpaint_studio.engine.machine.hardware import machine_memory
from inpaint_studio.engine.model_library import model_library, weights_of
from inpaint_studio.models.base.interface import Model

PACKAGES = ("numpy", "opencv-python", "numba", "Pillow", "PySide6-Essentials", "torch", "torchvision")

# The Debian and Ubuntu packages of the system libraries that Qt's window needs, by the library's name.
APT = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def examine() -> dict[str, Any]:
    """Collect the facts of the report, ready for JSON. Imports torch where it is installed, which takes seconds."""
    device, library = find_best_device(), model_library()
    return {
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "cores": os.cpu_count(),
        "memory": machine_memory(),
        "packages": {name: _version(name) for name in PACKAGES},
        "device": {"name": device.name, "reason": device.reason, "precision": _precision(device.name)},
        "allocator": allocator.describe(),
        "cache": _cache(),
        "window": _window(),
        "models": list(library.models),
        "weights": {name: _weights(model) for name, model in library.models.items() if model.traits.needs_weights},
        "broken": dict(library.broken),
    }


def find_missing_libraries() -> list[str]:
    """List the system libraries that Qt's window needs on X11 and this Linux machine lacks; none on other systems."""
    plugin = _xcb_plugin()
    if plugin is None:
        return []
    libraries = plugin.parents[2] / "lib"
    targets = [plugin, *(libraries / f"libQt6{part}.so.6" for part in ("Gui", "Widgets", "Svg"))]
    missing: dict[str, None] = {}
    for target in targets:
        if target.is_file():
            missing |= dict.fromkeys(_unresolved_libraries(target))
    return list(missing)


def suggest_command(missing: list[str]) -> str:
    """The command that installs these libraries on Debian and Ubuntu; empty where none is library."""
    packages = sorted({APT[name] for name in missing if name in APT})
    return f"sudo apt-get install {' '.join(packages)}" if packages else ""


def describe(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Turn the facts of `examine` into pairs of a name and a text, for the terminal."""
    memory, cache, window = facts["memory"], facts["cache"], facts["window"]
    rows = [
        ("Inpaint Studio", facts["version"]),
        ("Python", facts["python"]),
        ("System", facts["system"]),
        ("Processor", f"{facts['cores']} cores" + (f", {memory / 2**30:.1f} GiB of memory" if memory else "")),
        *((name, text or "not installed") for name, text in facts["packages"].items()),
        ("Device", f"{facts['device']['name']}: {facts['device']['reason']}"),
        ("Precision", facts["device"]["precision"] or "torch is not installed"),
        ("Allocator", facts["allocator"]),
        ("Cache", _cache_text(cache)),
    ]
    if window["missing"]:
        rows.append(("Window", f"lacks {', '.join(window['missing'])}"))
        rows.append(("", window["remedy"] or "install these libraries with your system's package manager"))
    else:
        rows.append(("Window", "Qt finds all of its system libraries" if window["qt"] else "PySide6 is not installed"))
    rows.append(("Models", ", ".join(facts["models"])))
    available = [f"{name} ({origin})" for name, origin in facts["weights"].items() if origin]
    missing = [name for name, origin in facts["weights"].items() if not origin]
    rows.append(
        ("Weights", ", ".join(available) or "none yet: 'inpaint-studio models info MODEL' says how to get them")
    )
    rows += [("", f"none for {', '.join(missing)}")] if available and missing else []
    rows += [("Broken", f"{name}: {reason}") for name, reason in facts["broken"].items()]
    return rows


def _precision(device: str) -> str | None:
    """The precision of networks on `device` for the setting "auto"; None where torch cannot be imported."""
    try:
        return choose_precision(device)
    except (ImportError, OSError):
        return None


def _weights(model: Model) -> str | None:
    found = weights_of(model)
    return None if found is None else found.origin


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cache() -> dict[str, Any]:
    folder = paths.cache_dir()
    warm = folder is not None and next(folder.rglob("*.nbi"), None) is not None
    return {"folder": str(folder) if folder else None, "writable": folder is not None, "warm": warm}


def _cache_text(cache: dict[str, Any]) -> str:
    if not cache["writable"]:
        return "no folder can be written; the first fill of every start compiles for some seconds"
    return f"{cache['folder']} ({'warm' if cache['warm'] else 'empty: the first fill compiles for some seconds'})"


def _window() -> dict[str, Any]:
    missing = find_missing_libraries()
    return {"qt": find_spec("PySide6") is not None, "missing": missing, "remedy": suggest_command(missing)}


def _xcb_plugin() -> Path | None:
    if not sys.platform.startswith("linux"):
        return None
    package = find_spec("PySide6")  # only found, as its import may fail
    if package is None or not package.submodule_search_locations:
        return None
    plugin = Path(package.submodule_search_locations[0]) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    return plugin if plugin.is_file() else None


def _unresolved_libraries(target: Path) -> list[str]:
    ldd = shutil.which("ldd")
    if ldd is None:
        return []
    answer = subprocess.run([ldd, str(target)], capture_output=True, text=True, check=False, timeout=30)
    return re.findall(r"^\s*(\S+) => not found", answer.stdout, re.MULTILINE)

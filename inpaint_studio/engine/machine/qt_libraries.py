"""The system libraries that Qt's window needs on X11, and which of them a Linux machine lacks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

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
    return [name for name in missing if not _is_brought(name)]


def _is_brought(name: str) -> bool:
    """Whether a packed program has the library itself: its launcher finds it there, while `ldd` does not."""
    bundle = getattr(sys, "_MEIPASS", None)
    return bundle is not None and (Path(bundle) / name).exists()


def suggest_command(missing: list[str]) -> str:
    """Return the command that installs these libraries on Debian and Ubuntu; empty where there is none."""
    packages = sorted({APT[name] for name in missing if name in APT})
    return f"sudo apt-get install {' '.join(packages)}" if packages else ""


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

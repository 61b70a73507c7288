"""Which Debian and Ubuntu packages a build needs: read from the libraries that its files ask for and do not bring."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from inpaint_studio.engine.machine.qt_libraries import APT  # noqa: E402

# Beside what Qt's window needs on X11. Packages that got 64-bit times (libglib2.0-0t64) provide their old names.
PACKAGES = APT | {
    "libGLESv2.so.2": "libgles2",
    "libXau.so.6": "libxau6",
    "libXdmcp.so.6": "libxdmcp6",
    "libXext.so.6": "libxext6",
    "libXrender.so.1": "libxrender1",
    "libICE.so.6": "libice6",
    "libSM.so.6": "libsm6",
    "libatomic.so.1": "libatomic1",
    "libgbm.so.1": "libgbm1",
    "libinput.so.10": "libinput10",
    "libmtdev.so.1": "libmtdev1",
    "libts.so.0": "libts0",
    "libudev.so.1": "libudev1",
    "libbsd.so.0": "libbsd0",
    "libdrm.so.2": "libdrm2",
    "libexpat.so.1": "libexpat1",
    "libgcc_s.so.1": "libgcc-s1",
    "libgio-2.0.so.0": "libglib2.0-0",
    "libgmodule-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgomp.so.1": "libgomp1",
    "libstdc++.so.6": "libstdc++6",
    "libuuid.so.1": "libuuid1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libwayland-server.so.0": "libwayland-server0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-dri3.so.0": "libxcb-dri3-0",
    "libz.so.1": "zlib1g",
}
# Of plug-ins that are left out when a library is missing (Qt's, numba's, torchvision's for CUDA), and of NVIDIA's
# driver. Nobody needs them for the program.
OPTIONAL = re.compile(
    r"lib(c10_cuda|torch_cuda|atk|cairo|gdk|gdk_pixbuf|gtk|pango|pangocairo|cups|cuda|nvidia|nvcuvid|nvrm|tbb|pulse|odbc|pq|mysqlclient"
    r"|speechd|rdmacm|ibverbs|mlx5|mimerapi|fbclient|Xi|Xtst|ucm|ucs|ucp|uct|oshmem|mpi|pmi2|fabric|nvml)\b",
)
_C_LIBRARY = re.compile(r"(libc|libm|libdl|libpthread|librt|libutil|libresolv|libcrypt|ld-linux[\w-]*)\.so\.\d")


def elf_files(program: Path) -> list[Path]:
    """List the programs and libraries in a folder."""
    found = []
    for path in sorted(program.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    found.append(path)
    return found


def read_needs(files: Iterable[Path]) -> tuple[dict[str, Path], tuple[int, ...]]:
    """Return the libraries that `files` ask for, each with one that does, and the newest glibc they were built with."""
    needs: dict[str, Path] = {}
    newest: tuple[int, ...] = (2, 17)
    for path in files:
        command = ["readelf", "-d", "-V", "-W", str(path)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True, errors="replace").stdout
        for name in re.findall(r"\(NEEDED\).*\[(.+)\]", answer):
            needs.setdefault(name, path)
        for number in re.findall(r"Name: GLIBC_([\d.]+)\s", answer):
            newest = max(newest, tuple(map(int, number.split("."))))
    return needs, newest


def dependencies(needs: dict[str, Path], brought: Iterable[str], glibc: tuple[int, ...]) -> list[str]:
    """Return the packages for all of `needs` but the libraries that the build brings.

    Raises SystemExit with a sentence about a library whose package is not in the table.
    """
    outside = {name: path for name, path in needs.items() if name not in set(brought) and not OPTIONAL.match(name)}
    packages = {f"libc6 (>= {'.'.join(map(str, glibc))})"}
    for name, path in outside.items():
        if _C_LIBRARY.match(name):
            continue
        if name not in PACKAGES:
            raise SystemExit(
                f"No package is known for {name}, which {path.name} needs; add it to {Path(__file__).name}."
            )
        packages.add(PACKAGES[name])
    packages.add("fontconfig-config")  # where fonts are, also for a fontconfig that the build brings; it asks for fonts
    # Qt loads its plug-in for X11 and OpenGL by themselves: they are needed even if no other file asks for them.
    packages |= {PACKAGES[name] for name in ("libEGL.so.1", "libGL.so.1") if name not in set(brought)}
    return sorted(packages)

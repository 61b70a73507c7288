"""The builds of PyTorch: for which cards one is, where they are offered, and whether this machine has such a card.

Nothing but Python's own library is used: the script that installs a checkout asks, too, before anything is installed.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

INDEX = "https://download.pytorch.org/whl/"
# The names of the builds there. CUDA 13.0 is the one that pip takes on Linux by itself.
_FOLDERS = {"cpu": "cpu", "cuda": "cu130"}
_SIGNS = ("/proc/driver/nvidia/version", "/dev/nvidia0")  # of a driver; the second one alone in some containers


def has_nvidia_card() -> bool:
    """Return whether this machine has an NVIDIA card with a driver."""
    return any(Path(sign).exists() for sign in _SIGNS) or shutil.which("nvidia-smi") is not None


def index_of(build: str) -> str:
    """Return the address of PyTorch's own index of builds for `cpu` or `cuda`."""
    return INDEX + _FOLDERS[build]


def parse_build(text: str) -> str:
    """Return the build that the text of torch/version.py names: cpu, or as "cuda 13.0" or "rocm 6.4"."""
    for name, shown in (("cuda", "cuda"), ("hip", "rocm")):
        if found := re.search(rf"^{name}\b[^=\n]*= *'([\d.]+)", text, re.MULTILINE):
            return f"{shown} {found[1]}"
    return "cpu"


def read_build(torch: Path) -> str | None:
    """Return the build of the torch in that folder of packages; None where there is none."""
    try:
        return parse_build((torch / "version.py").read_text(encoding="utf-8"))
    except OSError:
        return None

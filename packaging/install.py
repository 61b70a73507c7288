"""Install the program into the environment of this Python: ``python packaging/install.py [--torch BUILD] TARGET``.

TARGET is what pip installs as an editable checkout, as `.` or `.[dev]`. On Linux pip takes PyTorch with CUDA by
itself, which is gigabytes. Without an NVIDIA card this takes PyTorch's own CPU builds first, where their index answers.
The size is printed before. Where pip is configured for other indexes, or torch is installed already, pip decides alone.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
_PATIENCE = 4.0  # s for the index to answer
_OWN_INDEXES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS")
_OWN_SETTINGS = ("index-url", "extra-index-url", "no-index", "find-links")
# Gigabytes to download, and on the disk, of torch with what it alone needs. Measured on Linux: the CPU build of torch
# 2.13 installed; for CUDA the wheels of torch 2.14 with CUDA 13, and what is packed in them.
_SIZES = {"cpu": (0.2, 0.8), "cuda": (3.0, 5.5)}
_REST = (0.3, 1.1)  # of everything else


def has_nvidia_card() -> bool:
    """Return whether this machine has an NVIDIA card with a driver."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def is_pip_configured() -> bool:
    """Return whether pip is told where to look for packages: then that is where torch comes from, too."""
    if any(os.environ.get(name) for name in _OWN_INDEXES):
        return True
    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    settings = [line.split("=")[0].rpartition(".")[2] for line in shown.stdout.splitlines()]
    return any(name in settings for name in _OWN_SETTINGS)


def answers(index: str) -> bool:
    """Return whether an index of packages has torch, and answers soon."""
    try:
        with urllib.request.urlopen(f"{index}/torch/", timeout=_PATIENCE) as page:
            return bool(page.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def requirements(names: tuple[str, ...] = ("torch", "torchvision")) -> list[str]:
    """Return what pyproject.toml asks of these packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [each for each in project["dependencies"] if each.split(">")[0] in names]


def choose(build: str, index: str = CPU_INDEX) -> str:
    """Return `cpu` to take PyTorch's CPU builds from their index, else `cuda` or `default` for what pip takes."""
    if build != "auto":
        return build
    if platform.system() != "Linux" or is_pip_configured():
        return "default"
    if has_nvidia_card():
        return "cuda"
    return "cpu" if answers(index) else "default"


def describe(chosen: str, installed: bool, configured: bool) -> str:
    """Return the sentence about the size, before anything is downloaded."""
    if installed:
        return "PyTorch is installed already and stays as it is."
    build = "cpu" if chosen == "cpu" or platform.system() != "Linux" else "cuda"
    download, disk = (round(one + other, 1) for one, other in zip(_SIZES[build], _REST, strict=True))
    if chosen == "default" and configured:
        return f"Packages come from where pip is configured to look: at least {_SIZES['cpu'][0] + _REST[0]:.1f} GB."
    kind = "CPU build of PyTorch" if build == "cpu" else "PyTorch with CUDA"
    note = "" if chosen != "default" or build == "cpu" else f" ({CPU_INDEX}, which has smaller ones, does not answer)"
    return f"{kind}{note}: about {download} GB to download, {disk} GB on the disk with all libraries."


def install(target: str, build: str, index: str = CPU_INDEX) -> int:
    """Install; return the exit status of pip. May be called again after a stop."""
    # Both: after a stop between them, torchvision must come from the index that torch came from.
    installed = all(find_spec(name) is not None for name in ("torch", "torchvision"))
    chosen = "default" if installed else choose(build, index)
    print(describe(chosen, installed, is_pip_configured()), flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    if chosen == "cpu":
        status = subprocess.run([*pip, "--index-url", index, *requirements()], check=False).returncode
        if status:
            return status
    return subprocess.run([*pip, "--editable", target], cwd=ROOT, check=False).returncode


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="packaging/install.py", description="Install the program into this Python.")
    parser.add_argument("--torch", choices=("auto", "cpu", "cuda", "default"), default="auto", help="build of PyTorch")
    parser.add_argument("--index", default=CPU_INDEX, help="where the CPU builds are")
    parser.add_argument("target", help="what pip installs: '.' or '.[dev]'")
    options = parser.parse_args()
    return install(options.target, options.torch, options.index)


if __name__ == "__main__":
    sys.exit(main())

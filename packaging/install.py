"""Install the program into the environment of this Python: ``python packaging/install.py [--torch BUILD] TARGET``.

TARGET is what pip installs as an editable checkout, as `.` or `.[dev]`. On Linux pip takes PyTorch with CUDA by
itself, which is gigabytes. Without an NVIDIA card this takes PyTorch's own CPU builds first, where their index answers.
The size is printed before. Where pip is configured for other indexes, or torch is installed already, pip decides alone;
``--torch cpu`` and ``--torch cuda`` change a build that is installed and is another one.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT)]

from inpaint_studio.engine.machine.torch_variants import (  # noqa: E402 - needs no other package
    has_nvidia_card,
    index_of,
    read_build,
)

CPU_INDEX = index_of("cpu")
_PATIENCE = 4.0  # s for the index to answer
_OWN_INDEXES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS")
_OWN_SETTINGS = ("index-url", "extra-index-url", "no-index", "find-links")
# Gigabytes to download, and on the disk, of torch with what it alone needs. Measured on Linux: the CPU build of torch
# 2.13 installed; for CUDA the wheels of torch 2.14 with CUDA 13, and what is packed in them.
_SIZES = {"cpu": (0.2, 0.8), "cuda": (3.0, 5.5)}
_REST = (0.3, 1.1)  # of everything else


def pip_settings() -> dict[str, str]:
    """Return the settings of pip, from its files and from the environment."""
    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    pairs = [line.partition("=") for line in (shown.stdout or "").splitlines()]
    return {name.rpartition(".")[2]: value.strip().strip("'\"") for name, _, value in pairs}


def is_pip_configured() -> bool:
    """Return whether pip is told where to look for packages: then that is where torch comes from, too."""
    if any(os.environ.get(name) for name in _OWN_INDEXES):
        return True
    settings = pip_settings()
    return any(name in settings for name in _OWN_SETTINGS)


def answers(index: str) -> bool:
    """Return whether an index of packages has torch, and answers soon; asked through the proxy that pip has."""
    proxy = os.environ.get("PIP_PROXY") or pip_settings().get("proxy")
    handlers = [urllib.request.ProxyHandler({"http": proxy, "https": proxy})] if proxy else []
    try:
        with urllib.request.build_opener(*handlers).open(f"{index}/torch/", timeout=_PATIENCE) as page:
            return bool(page.status == 200)
    except (OSError, ValueError, urllib.error.URLError):
        return False


def installed_build() -> str | None:
    """Return the build of torch that this Python has: cpu, as "cuda 13.0" or "rocm 6.4"; None without torch."""
    spec = find_spec("torch")
    origin = getattr(spec, "origin", None)
    return read_build(Path(origin).parent) if origin else None


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


def describe(chosen: str, stays: bool, configured: bool) -> str:
    """Return the sentence about the size, before anything is downloaded."""
    if stays:
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
    changes = installed and build in ("cpu", "cuda") and (installed_build() or build).split()[0] != build
    chosen = "default" if installed and not changes else choose(build, index)
    print(describe(chosen, installed and not changes, is_pip_configured()), flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    if changes or chosen == "cpu":
        source = index if chosen == "cpu" else index_of("cuda")
        # Replace the two alone, then add what the other build needs beside them.
        commands = [[*pip, "--force-reinstall", "--no-deps"], pip] if changes else [pip]
        for command in commands:
            status = subprocess.run([*command, "--index-url", source, *requirements()], check=False).returncode
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

"""Which build of PyTorch is installed, how large it is, and whether it fits this machine. Imports nothing of it."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distributions, requires
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inpaint_studio import build_info
from inpaint_studio.engine.machine.torch_variants import has_nvidia_card, index_of, parse_build, read_build
from inpaint_studio.texts import tr

_CHANGED = ("torch", "torchvision", "numpy", "pillow")  # what pip installs anew; without a range it takes the newest
_PARTS = ("torch", "torchvision", "triton", "pytorch-triton", "nvidia-", "cuda-")  # what comes with torch alone


def describe_torch() -> dict[str, Any] | None:
    """Return `build` (cpu, cuda 13.0, rocm 6.4), `bytes` on the disk and `advice` (a sentence or None); None: no torch.

    `bytes` is None in a packed program, where the libraries have no lists of their files.
    """
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    build = read_build(Path(spec.origin).parent) or parse_build(_frozen_version())  # a packed program has it compiled
    return {
        "build": build,
        "bytes": None if build_info.frozen() else _size(),
        "advice": advise(build, has_nvidia_card(), build_info.frozen()),
    }


def _frozen_version() -> str:
    from importlib import import_module

    version = import_module("torch.version")
    return "\n".join(f"{name} = {getattr(version, name, None)!r}" for name in ("cuda", "hip"))


def advise(build: str, card: bool, packed: bool) -> str | None:
    """Return a sentence on how to change a build that does not fit the machine; None where it fits."""
    if build == "cpu" and card:
        if packed:
            return tr("This machine has an NVIDIA card, which only the CUDA build of the program uses.")
        command = _change_to("cuda")
        return tr("This machine has an NVIDIA card that is not used; '{command}' changes that.", command=command)
    if build.startswith("cuda") and not card:
        if packed:
            return tr("This machine has no NVIDIA card; the CPU build of the program is much smaller.")
        return tr("This machine has no NVIDIA card; '{command}' brings the smaller build.", command=_change_to("cpu"))
    return None


def _change_to(build: str) -> str:
    """Return the command that installs another build, in the versions that the program works with."""
    try:
        needed = requires("inpaint-studio") or []
    except PackageNotFoundError:  # sources on the path, not installed
        needed = []
    found = [each for each in needed if ";" not in each and re.split(r"[^\w.-]", each)[0].lower() in _CHANGED]
    packages = " ".join(f'"{each}"' for each in found) or "torch torchvision"
    return f"pip install --force-reinstall {packages} --index-url {index_of(build)}"


def _size() -> int:
    """Return how many bytes torch and the libraries that come with it take on the disk."""
    total = 0
    for each in distributions():
        name = (each.metadata["Name"] or "").lower()
        if any(name.startswith(part) if part.endswith("-") else name == part for part in _PARTS):
            total += _bytes_of(each)
    return total


def _bytes_of(distribution: Distribution) -> int:
    total = 0
    for file in distribution.files or ():
        try:
            total += Path(str(distribution.locate_file(file))).stat().st_size
        except OSError:  # deleted by hand
            continue
    return total

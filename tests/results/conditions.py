"""The facts beside a table of figures: the command, the versions, the class of the machine and the weights."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from inpaint_studio import __version__
from inpaint_studio.engine.machine.hardware import machine_memory, usable_cores
from tests.results.entrants import weights_for

_PACKAGES = ("numpy", "opencv-python", "numba", "Pillow", "torch")
_DIGITS = 12  # of a checksum, enough to see which file it was


def write_conditions(file: Path, command: str, pairs: str, models: Sequence[str], notes: Sequence[str]) -> None:
    """Write the facts as JSON."""
    facts = {
        "command": command,
        "pairs": pairs,
        "machine": describe_machine(),
        "versions": {
            "Inpaint Studio": __version__,
            "Python": platform.python_version(),
            **{name: version(name) for name in _PACKAGES},
        },
        "weights": describe_weights(models),
        "notes": list(notes),
    }
    file.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def describe_machine() -> str:
    """The class of the machine in a few words: processor, cores that may be used, memory and system."""
    memory = machine_memory()
    size = f", {memory / 2**30:.0f} GiB of memory" if memory else ""
    cores = usable_cores()
    return f"{_processor()}, {cores} core{'' if cores == 1 else 's'}{size}, {platform.system()}"


def describe_weights(models: Sequence[str]) -> list[list[str]]:
    """Name, system, parameters and the beginning of the SHA-256 of the weights of each of these models."""
    found = []
    for name in models:
        weights = weights_for(name)
        if weights is not None:
            content = hashlib.sha256(weights.path.read_bytes()).hexdigest()[:_DIGITS]
            count = int(weights.facts.get("parameters", 0))
            found.append([weights.name, weights.system, f"{count:,}", content])
    return found


def _processor() -> str:
    """The name of the processor's model where the system gives it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

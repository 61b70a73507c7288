"""What kind of program this is: a checkout, an installed wheel, or a packed program, and what was left out of it.

Imports nothing heavy: the window asks before its first paint.
"""

from __future__ import annotations

import sys
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, cast

from inpaint_studio import paths
from inpaint_studio.errors import StartFault

Variant = Literal["source", "wheel", "cpu", "cuda", "lite"]
FILE = "build.toml"  # in the resources of a packed program; packaging/build.py writes it


def frozen() -> bool:
    """Return whether this is a packed program, which brings its own Python."""
    return bool(getattr(sys, "frozen", False))


@cache
def facts() -> dict[str, Any]:
    """Return what was written down when the program was packed: variant, date, commit. Empty where it is not packed."""
    try:
        return tomllib.loads((paths.resources() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, StartFault):
        return {}


def variant() -> Variant:
    """Return which build this is: a packed one (cpu, cuda, lite), an installed wheel, or a checkout (source)."""
    packed = facts().get("variant")
    if frozen() and packed in ("cpu", "cuda", "lite"):
        return cast(Variant, packed)
    inside = Path(__file__).resolve().parent / "resources"  # the wheel has them in the package
    return "wheel" if inside.is_dir() else "source"


@cache
def has_torch() -> bool:
    """Return whether torch is there. Without it there are no trainings, and ONNX Runtime computes the networks."""
    return find_spec("torch") is not None

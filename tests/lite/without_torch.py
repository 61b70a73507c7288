"""Run the program as if torch and what belongs to it were not installed: python -m tests.lite.without_torch ARGUMENTS.

The names that are blocked can neither be imported nor found. Behind the program's own output stands one line of JSON on
standard error: its exit status, and which of the blocked packages are in memory all the same.
"""

from __future__ import annotations

import json
import sys
from typing import Any

BLOCKED = frozenset(
    {
        "lightning",
        "lightning_fabric",
        "lightning_utilities",
        "onnx",
        "onnxscript",
        "pyqtgraph",
        "ray",
        "scipy",
        "skimage",
        "tensorboard",
        "torch",
        "torchmetrics",
        "torchvision",
    }
)


class Without:
    """A finder of modules that does not find those that are blocked."""

    def __init__(self, finder: Any) -> None:
        self._finder = finder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return None if name.partition(".")[0] in BLOCKED else self._finder.find_spec(name, path, target)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finder, name)


def block() -> None:
    sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]


def loaded() -> list[str]:
    """The blocked packages that are in memory."""
    return sorted({name.partition(".")[0] for name in sys.modules} & BLOCKED)


if __name__ == "__main__":
    block()
    from inpaint_studio.cli import main

    code = main(sys.argv[1:])
    print(json.dumps({"code": code, "loaded": loaded()}), file=sys.stderr)

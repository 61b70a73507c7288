"""What is blocked in processes that run as if torch were not installed."""

from __future__ import annotations

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

"""torchvision, importable beside any build of torch.

A torchvision whose compiled operators belong to another build of torch (the CPU build of one index beside the CUDA
build of another) fails on import with "operator torchvision::nms does not exist" (pytorch/vision issue 9077), although
nothing here uses those operators. Declaring them without an implementation is enough.

Import this module before any module that imports torchvision itself.
"""

from __future__ import annotations

import importlib
import sys

import torch

_DECLARED = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_library: list[torch.library.Library] = []  # the declarations live as long as this object


def ensure() -> None:
    """Import torchvision, declaring the operators it looks for only where that is what fails."""
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
        for schema in _DECLARED:
            library.define(schema)  # type: ignore[no-untyped-call]
        _library.append(library)
        importlib.import_module("torchvision")


ensure()

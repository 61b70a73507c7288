"""Compiles networks for the machine that trains them, where torch finds a compiler."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from inpaint_studio.texts import tr

BACKEND = "inductor"  # torch's own; it needs a C++ compiler for processors and Triton for graphics cards


def compile_modules(modules: Sequence[nn.Module], device: torch.device) -> str:
    """Compile the calls of `modules`, in place and at their first use; return "" or a sentence that says why not.

    The names of their weights stay, so a checkpoint fits a training that is compiled and one that is not. What torch
    cannot compile of a module is computed as before.
    """
    if not modules:
        return tr("This network has no part that can be compiled; the training goes on without.")
    reason = _find_obstacle(device)
    if reason:
        return tr("Nothing can be compiled here ({reason}); the training goes on without.", reason=reason)
    torch._dynamo.config.suppress_errors = True
    for module in modules:
        module.compile(backend=BACKEND)
    return ""


def _find_obstacle(device: torch.device) -> str:
    """Compile something small; return why that failed, or ""."""

    def add(values: Tensor) -> Tensor:
        return values + 1

    try:
        torch.compile(add, backend=BACKEND)(torch.zeros(2, device=device))
    except Exception as error:  # it raises errors of many types, that of a missing compiler among them
        lines = str(error).strip().splitlines()
        return lines[0].rstrip(".") if lines else type(error).__name__
    return ""

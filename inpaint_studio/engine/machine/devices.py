"""Where a model computes, and why there."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import NamedTuple

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Precision

_NAMES = re.compile(r"auto|cpu|cuda(:\d+)?|mps")


class Device(NamedTuple):
    """`name` is torch's: cpu, cuda:0, mps."""

    name: str
    reason: str  # why this one, in a few words
    notes: tuple[str, ...] = ()  # sentences for the painter


def check_name(name: str) -> None:
    """Raises InputError where `name` stands for no device."""
    if not _NAMES.fullmatch(name):
        raise InputError(f"There is no device '{name}'; use auto, cpu, cuda, cuda:N or mps.")


def resolve(name: str, *, network: bool) -> Device:
    """The device for a model when `name` was asked for (auto, cpu, cuda, cuda:N, mps).

    Only a network imports torch to find out. Raises InputError for a device that is no name or not there.
    """
    check_name(name)
    if name == "cpu":
        return Device("cpu", "as asked")
    if not network:
        reason = "this model computes on the processor"
        return Device("cpu", reason, () if name == "auto" else (f"{reason.capitalize()}; '{name}' changes nothing.",))
    best = accelerator()
    if name == "auto":
        return best
    number = int(name.partition(":")[2] or 0)
    if best.name.split(":")[0] != name.split(":")[0] or (name != "mps" and number >= _cards()):
        raise InputError(f"The device '{name}' is not there: {best.reason}.", f"Use --device {best.name} or auto.")
    return Device(name if name == "mps" else f"cuda:{number}", "as asked")


def accelerator() -> Device:
    """The fastest device of this machine. Imports torch, which takes seconds."""
    if find_spec("torch") is None:
        return Device("cpu", "torch is not installed")
    try:
        import torch
    except (ImportError, OSError) as error:  # a build for another machine
        return Device("cpu", f"torch does not start ({str(error).splitlines()[0][:80]})")
    if torch.cuda.is_available():
        return Device("cuda:0", torch.cuda.get_device_name(0))
    if torch.backends.mps.is_available():
        return Device("mps", "Apple's graphics processor")
    if torch.version.cuda is None:
        return Device("cpu", "this build of torch is for the processor alone")
    return Device("cpu", "no NVIDIA card or driver was found")


def present() -> list[Device]:
    """Every device a network can compute on here, the fastest first; a card's reason is its name. Imports torch."""
    best = accelerator()
    if best.name == "cpu":
        return [best]
    import torch

    cards = [Device(f"cuda:{n}", torch.cuda.get_device_name(n)) for n in range(_cards())] if "cuda" in best.name else []
    return [*(cards or [best]), Device("cpu", "the processor")]


def precision(device: str) -> Precision:
    """What networks compute in on a settled device when the precision is "auto". Imports torch.

    On the processor a network whose fills would differ visibly computes in float32 nevertheless.
    """
    from inpaint_studio.models.base.network_model import hardware_half

    return hardware_half(device) or "float32"


def _cards() -> int:
    import torch

    return int(torch.cuda.device_count())

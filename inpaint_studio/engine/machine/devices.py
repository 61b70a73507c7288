"""On which device a model computes, and why."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import NamedTuple

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.interface import Precision
from inpaint_studio.texts import tr

_NAMES = re.compile(r"auto|cpu|cuda(:\d+)?|mps")


class Device(NamedTuple):
    """A device by torch's name: cpu, cuda:0, mps."""

    name: str
    reason: str  # why this one was chosen, in a few words
    notes: tuple[str, ...] = ()  # sentences for the user


def check_name(name: str) -> None:
    """Raise InputError where `name` is not the name of a device or "auto"."""
    if not _NAMES.fullmatch(name):
        raise InputError(tr("There is no device '{name}'; use auto, cpu, cuda, cuda:N or mps.", name=name))


def resolve(name: str, *, network: bool) -> Device:
    """Choose the device of a model for the requested `name` (auto, cpu, cuda, cuda:N, mps).

    Imports torch only for a network. Raises InputError for a wrong name or a device that this machine does not have.
    """
    check_name(name)
    if name == "cpu":
        return Device("cpu", tr("as requested"))
    if not network:
        reason = tr("this model computes on the processor")
        return Device(
            "cpu",
            reason,
            ()
            if name == "auto"
            else (tr("{reason}; '{name}' changes nothing.", reason=reason.capitalize(), name=name),),
        )
    best = find_best_device()
    if name == "auto":
        return best
    number = int(name.partition(":")[2] or 0)
    if best.name.split(":")[0] != name.split(":")[0] or (name != "mps" and number >= _count_gpus()):
        raise InputError(
            tr("The device '{name}' is not available: {reason}.", name=name, reason=best.reason),
            tr("Use --device {name} or auto.", name=best.name),
        )
    return Device(name if name == "mps" else f"cuda:{number}", tr("as requested"))


def find_best_device() -> Device:
    """Find the fastest device of this machine. Imports torch, which takes seconds."""
    if find_spec("torch") is None:
        return Device("cpu", tr("torch is not installed"))
    try:
        import torch
    except (ImportError, OSError) as error:  # a build for another machine
        return Device("cpu", tr("torch does not start ({splitlines})", splitlines=str(error).splitlines()[0][:80]))
    if torch.cuda.is_available():
        return Device("cuda:0", torch.cuda.get_device_name(0))
    if torch.backends.mps.is_available():
        return Device("mps", tr("Apple's graphics processor"))
    if torch.version.cuda is None:
        return Device("cpu", tr("this build of torch supports only the processor"))
    return Device("cpu", tr("no NVIDIA card or driver was found"))


def list_devices() -> list[Device]:
    """List the devices that networks can use here, the fastest first; a GPU's reason is its name. Imports torch."""
    best = find_best_device()
    if best.name == "cpu":
        return [best]
    import torch

    gpus = (
        [Device(f"cuda:{n}", torch.cuda.get_device_name(n)) for n in range(_count_gpus())]
        if "cuda" in best.name
        else []
    )
    return [*(gpus or [best]), Device("cpu", tr("the processor"))]


def choose_precision(device: str) -> Precision:
    """Choose the precision of networks on `device` for the setting "auto". Imports torch.

    Networks whose fills would differ visibly use float32 on the processor all the same.
    """
    from inpaint_studio.models.base.network_model import hardware_half

    return hardware_half(device) or "float32"


def _count_gpus() -> int:
    import torch

    return int(torch.cuda.device_count())

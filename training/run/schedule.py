"""How the learning rates change over a training: a factor of those that the recipe has for each phase."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn
from torch.optim import SGD
from torch.optim.lr_scheduler import ReduceLROnPlateau

from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr

SCHEDULES = ("constant", "plateau", "cosine")

# Defaults of torch's ReduceLROnPlateau: a tenth of the rate after more than 10 measurements without a better one.
_PLATEAU_FACTOR = 0.1
_PLATEAU_PATIENCE = 10


class Schedule:
    """The factor of all learning rates, above 0 and at most 1. It begins again with each phase.

    "constant" is 1, as the papers train. "plateau" is a tenth of what it was each time that the held-out score has not
    risen for a while. "cosine" falls from 1 to 0 over each phase (Loshchilov and Hutter 2017, eq. 5). The warm-up
    multiplies any of them: it rises to 1 in equal steps (Goyal et al. 2017, section 2.2).
    """

    def __init__(self, name: str = "constant", warm_up: int = 0) -> None:
        """`warm_up`: steps at the start of each phase until the full rate. Raises InputError for an unknown name."""
        check_schedule(name)
        self._name, self._warm_up = name, warm_up
        self._plateau = _make_plateau()

    def factor(self, step: int, share: float) -> float:
        """Return the factor for step `step`, counted from 0 within its phase; 0 begins a phase.

        `share` is how much of the phase is done, 0 to 1; only "cosine" uses it.
        """
        if step == 0:
            self._plateau = _make_plateau()
        warm = min(1.0, (step + 1) / self._warm_up) if self._warm_up else 1.0
        if self._name == "cosine":
            return warm * (1 + math.cos(math.pi * min(1.0, max(0.0, share)))) / 2
        if self._name == "plateau":
            return warm * float(self._plateau.optimizer.param_groups[0]["lr"])
        return warm

    def measure(self, score: float) -> None:
        """Note a measurement of the held-out photos; a higher score is better."""
        self._plateau.step(score)

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint needs, in plain types."""
        return self._plateau.state_dict() | {"lr": self._plateau.optimizer.param_groups[0]["lr"]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self._plateau.load_state_dict({name: value for name, value in state.items() if name != "lr"})
        self._plateau.optimizer.param_groups[0]["lr"] = state["lr"]


def check_schedule(name: str, has_length: bool = True) -> None:
    """Raise InputError where there is no such schedule, or where it needs a training whose length is set."""
    if name not in SCHEDULES:
        raise InputError(
            tr(
                "There is no schedule '{name}'; use {names} or {schedules}.",
                name=name,
                names=", ".join(SCHEDULES[:-1]),
                schedules=SCHEDULES[-1],
            )
        )
    if name == "cosine" and not has_length:
        raise InputError(
            tr("The schedule 'cosine' needs a training whose length is set."), tr("Give --steps or --minutes.")
        )


def _make_plateau() -> ReduceLROnPlateau:
    """Return torch's scheduler over a rate of 1 that no weight uses: the rate is the factor."""
    unused = SGD([nn.Parameter(torch.zeros(()))], lr=1.0)
    return ReduceLROnPlateau(unused, "max", _PLATEAU_FACTOR, _PLATEAU_PATIENCE, threshold=0.0, threshold_mode="abs")

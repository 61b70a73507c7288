"""The whole state of a training in one file, written at once or not at all.

It has what the training needs to go on bit for bit, and nothing twice: equal tensors are stored once, and optimisers
that no later step uses are left out. The moments of optimisers keep their 32 bits. Rounded to 16 they would halve the
larger part of the file, but the next step would differ from that of a training that was never stopped.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from inpaint_studio import atomic
from inpaint_studio.errors import InputError
from inpaint_studio.texts import tr
from training.recipe import Recipe

FORMAT = 4


def save(state: dict[str, Any], path: Path) -> None:
    """Write tensors in plain containers. Raises OSError where there is no room; the old file is then left as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # A fixed name, so that what a killed process left is overwritten.
        with atomic.open_replacement(path, temporary=path.with_suffix(".part").name) as file:
            torch.save({"format": FORMAT, **state}, file)
    except RuntimeError as error:  # torch's writer raises it for a full disk
        raise OSError(tr("{name} could not be written", name=path.name)) from error


def load(path: Path) -> dict[str, Any]:
    """Return what `save` wrote; no code in the file is run.

    Raises InputError where there is no file, it is damaged, or another version of the program wrote it.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise InputError(
            tr("There is nothing to resume in {parent}; start the training again.", parent=path.parent)
        ) from None
    except Exception as error:  # the reader raises anything for a damaged file
        raise InputError(tr("{path} is damaged and cannot be resumed; start the training again.", path=path)) from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise InputError(
            tr(
                "{path} is from another version of the program and cannot be resumed; start the "
                "training again. Weights that were saved can be trained further.",
                path=path,
            )
        )
    return state


def without_copies(weights: Mapping[str, Tensor], *others: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return `weights` with each tensor replaced by an equal one of that name in `others`; `save` stores it once.

    The best weights are those of the moving average until there are worse ones, and what a phase does not train is
    equal in the network and in its average.
    """
    found = dict(weights)
    for name, value in weights.items():
        equal = (other[name] for other in others if name in other and _is_equal(other[name], value))
        found[name] = next(equal, value)
    return found


def _is_equal(one: Tensor, other: Tensor) -> bool:
    """Return whether both have the same bits, but for the place where they lie; what is not a number never does."""
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    one = one.to(other.device)
    return torch.equal(one, other) and torch.equal(torch.signbit(one), torch.signbit(other))  # 0 and -0 are equal


def needed_optimisers(recipe: Recipe, phase: int) -> set[str]:
    """Return the optimisers of the steps from phase number `phase` on; the state of others will not be used again."""
    phases = [each.name for each in recipe.phases[phase:]]
    steps = [(name, step) for name in phases for step in recipe.cycle(name)]
    return {update.optimiser for name, step in steps for update in recipe.updates(name, step)}


def rng_state() -> dict[str, Any]:
    """Return the state of every random number generator of this process."""
    version, keys, *rest = np.random.get_state(legacy=True)
    state: dict[str, Any] = {
        "torch": torch.get_rng_state(),
        "numpy": [version, [int(key) for key in keys], *rest],
        "python": [list(part) if isinstance(part, tuple) else part for part in random.getstate()],
    }
    if torch.cuda.is_available():
        state["cuda"] = torch.cuda.get_rng_state_all()
    return state


def set_rng_state(state: dict[str, Any]) -> None:
    """Put every random number generator back into what `rng_state` returned."""
    torch.set_rng_state(state["torch"])
    version, keys, *rest = state["numpy"]
    np.random.set_state((version, np.array(keys, np.uint32), *rest))
    first, middle, last = state["python"]
    random.setstate((first, tuple(middle), last))
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(state["cuda"][: torch.cuda.device_count()])

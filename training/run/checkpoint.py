"""The whole state of a training in one file, written at once or not at all."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inpaint_studio import atomic
from inpaint_studio.errors import InputError

FORMAT = 4


def save(state: dict[str, Any], path: Path) -> None:
    """Write tensors in plain containers. Raises OSError where there is no room; the old file is then left as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # A fixed name, so that what a killed process left is overwritten.
        with atomic.open_replacement(path, temporary=path.with_suffix(".part").name) as file:
            torch.save({"format": FORMAT, **state}, file)
    except RuntimeError as error:  # torch's writer raises it for a full disk
        raise OSError(f"{path.name} could not be written") from error


def load(path: Path) -> dict[str, Any]:
    """Return what `save` wrote; no code in the file is run.

    Raises InputError where there is no file, it is damaged, or another version of the program wrote it.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise InputError(f"There is nothing to resume in {path.parent}; start the training again.") from None
    except Exception as error:  # the reader raises anything for a damaged file
        raise InputError(f"{path} is damaged and cannot be resumed; start the training again.") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise InputError(
            f"{path} is from another version of the program and cannot be resumed; start the training again. "
            "Weights that were saved can be trained further."
        )
    return state


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

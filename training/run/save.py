"""Save the result of a training: weights in the model library, with a record of how they were made."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from inpaint_studio.engine.weights import store
from inpaint_studio.models.base.checkpoint_format import Weights
from training.run.start_weights import StartWeights
from training.run.trainer import Trainer

_LONGEST = 36  # characters of a name that a number may follow


def save(trainer: Trainer, start: StartWeights, name: str, counted: str, copy_to: Path | None) -> Weights | None:
    """Save the weights that were best on the held-out photos, and a copy in the folder `copy_to`.

    `counted` is the number of photos that were trained on, as text. Returns None where nothing was measured. Raises
    WeightsError where they cannot be written.
    """
    if trainer.best is None:
        return None
    own = set(trainer.average.network.state_dict())
    weights = store.save(
        {key: value.float() for key, value in trainer.best.items() if key in own},
        name=name,
        system=start.name,
        config=start.config,
        licence=start.licence,
        terms=start.terms,
        origin="trained",
        facts=_make_record(trainer, start, counted),
    )
    if copy_to is not None:
        with suppress(OSError):
            shutil.copyfile(weights.path, copy_to / weights.path.name)
    return weights


def _make_record(trainer: Trainer, start: StartWeights, counted: str) -> dict[str, str]:
    """Return how the weights were made; with the number of photos, but without their names."""
    state, recipe = trainer.state, trainer.recipe
    return {
        "base": start.base or "none",
        "photos": counted,
        "steps": str(state.step),
        "holes": json.dumps(recipe.mixture.describe()),
        "recipe": json.dumps(asdict(recipe.settings)),
        "before": json.dumps(state.before),
        "after": json.dumps(state.best_figures),
        "trained": datetime.now(UTC).isoformat(timespec="seconds"),
        "named": "yes",
    }


def free_name(name: str | None, system: str, photos: Path) -> str:
    """Return a name that no weights have: `name` if there is one, else one after the folder of photos."""
    taken = {weights.name for weights in store.sets()}
    folder = re.sub(r"[^a-z0-9]+", "-", photos.absolute().name.lower()).strip("-")
    plain = name or f"{system}-{folder or 'tuned'}"[:_LONGEST].strip("-")
    found, number = plain, 1
    while found in taken:
        number += 1
        found = f"{plain[:_LONGEST]}-{number}"
    return found

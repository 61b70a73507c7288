"""What comes of a training: a set of weights in the list of models, with a card that tells how it was made."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime

from inpaint_studio.engine.weights import store
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol.arguments import Training
from training.run.start_weights import Origin
from training.run.trainer import Trainer

_LONGEST = 36  # characters of a name that a number may follow


def save(trainer: Trainer, asked: Training, origin: Origin, counted: str) -> Weights | None:
    """Saves the weights that were best on the held-out photos; `counted` is how many photos were
    learnt from.

    None where none got better than the set that was begun with. Raises WeightsError where the disk takes none.
    """
    state = trainer.state
    better = state.best is not None and state.best > state.before.get("psnr", float("-inf"))
    if trainer.best is None or (origin.base is not None and not better):
        return None
    own = set(trainer.recipe.modules["generator"].state_dict())
    weights = store.save(
        {key: value.float() for key, value in trainer.best.items() if key in own},
        name=_free_name(asked, origin.name),
        system=origin.name,
        config=origin.config,
        licence=origin.licence,
        terms=origin.terms,
        origin="trained",
        facts=_card(trainer, origin, counted),
    )
    if asked.out is not None:
        with suppress(OSError):
            shutil.copyfile(weights.path, asked.out / weights.path.name)
    return weights


def _card(trainer: Trainer, origin: Origin, counted: str) -> dict[str, str]:
    """How it was made; how many photos, never which."""
    state, recipe = trainer.state, trainer.recipe
    return {
        "base": origin.base or "none",
        "photos": counted,
        "steps": str(state.step),
        "holes": json.dumps(asdict(recipe.mixture)),
        "recipe": json.dumps(asdict(recipe.settings)),
        "before": json.dumps(state.before),
        "after": json.dumps({"psnr": state.best}),
        "trained": datetime.now(UTC).isoformat(timespec="seconds"),
        "named": "yes",
    }


def _free_name(asked: Training, system: str) -> str:
    """A free name: the one asked for, else one after the folder of photos."""
    taken = {weights.name for weights in store.sets()}
    words = re.sub(r"[^a-z0-9]+", "-", asked.photos.absolute().name.lower()).strip("-")
    plain = asked.name or f"{system}-{words or 'tuned'}"[:_LONGEST].strip("-")
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain[:_LONGEST]}-{number}"
    return name

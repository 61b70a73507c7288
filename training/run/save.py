"""Save the result of a training: its best weights in the model library, its last ones in the run folder.

Each set has a record of how it was made. The discriminators lie beside it, as they are at the end of the training.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.weights import discriminators, store
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.protocol.events import NoteEvent
from inpaint_studio.protocol.request import TrainingRequest
from inpaint_studio.texts import tr
from training.run.moment import Moment
from training.run.setup import TrainingSetup
from training.run.trainer import Trainer
from training.run.validation import find_reason_against_saving

RUN, KEPT = "run", "kept"  # facts of a set: the mark of its training, and which of its sets it is
BEST, LAST, CANDIDATE = "best", "last", "candidate"
_LONGEST = 36  # characters of a name that a number may follow
_LONGEST_BEFORE_STEP = 24  # characters of a name that "-step-" and a number may follow


class Kept(NamedTuple):
    """The sets that a training leaves."""

    best: Weights | None = None  # in the model library
    unsaved: str = ""  # a sentence: why there is no best one
    last: Weights | None = None  # in the run folder; None before the network learned anything


def save_best(trainer: Trainer, setup: TrainingSetup, request: TrainingRequest) -> tuple[Weights | None, str]:
    """Save the weights that were best on the held-out photos where they are worth it; else return why not.

    A training that was saved before and resumed replaces its own set, whatever that is called by now. With ``-o`` there
    is a copy in the run folder. Raises WeightsError where the weights cannot be written.
    """
    reason = find_reason_against_saving(trainer.state, setup.held, from_scratch=not setup.start.fine_tuning)
    if reason or trainer.best is None:
        return None, reason
    moment = Moment(**trainer.state.best_at)
    while True:
        own = find_own(trainer.state.run)
        name = own.name if own is not None else free_name(request.name, setup.start.name, request.photos)
        try:
            weights = _write(trainer, setup, trainer.best, moment, BEST, name, replace=own is not None)
            break
        except store.NameTaken:  # by another program, a moment ago
            continue
    if request.output is not None:
        copy = trainer.folder.path / weights.path.name
        with suppress(OSError):
            shutil.copyfile(weights.path, copy)
            discriminators.copy(weights, copy)
    return weights, ""


def save_last(trainer: Trainer, setup: TrainingSetup, request: TrainingRequest) -> Weights | None:
    """Save the weights as they are now in the run folder; None where the network has learned nothing yet.

    Where they cannot be written, the training reports it.
    """
    tensors, moment = trainer.last()
    if not moment.generator_steps:
        return None
    plain = _plain_name(request.name, setup.start.name, request.photos)
    try:
        name = f"{plain[:_LONGEST]}-{LAST}".replace("--", "-")
        return _write(trainer, setup, tensors, moment, LAST, name, trainer.folder.last, replace=True)
    except WeightsError as error:
        trainer.reporter.emit(NoteEvent(tr("The last weights could not be kept: {plain}", plain=error.plain)))
        return None


def save_candidate(
    trainer: Trainer,
    setup: TrainingSetup,
    request: TrainingRequest,
    tensors: Mapping[str, Tensor],
    figures: Mapping[str, float],
    file: Path,
) -> Weights:
    """Save weights that are among the best so far in `file`, without discriminators. Raises WeightsError."""
    moment = Moment.now(trainer.state, trainer.recipe, figures)
    plain = _plain_name(request.name, setup.start.name, request.photos)
    name = f"{plain[:_LONGEST_BEFORE_STEP].strip('-')}-step-{moment.step}"
    return _write_weights(trainer, setup, tensors, moment, {KEPT: CANDIDATE}, name, file, replace=True)


def find_own(run: str) -> Weights | None:
    """Return the set in the library that the training with this mark has saved; imported copies of it do not count."""
    own = [each for each in store.sets() if (each.facts.get(RUN), each.facts.get(KEPT)) == (run, BEST)]
    return next((each for each in own if run and each.origin == "trained" and "sources" not in each.facts), None)


def free_name(name: str | None, system: str, photos: Path) -> str:
    """Return a name that no weights have: `name` if there is one, else one after the folder of photos."""
    taken = {weights.name for weights in store.sets()}
    plain = _plain_name(name, system, photos)
    found, number = plain, 1
    while found in taken:
        number += 1
        found = f"{plain[:_LONGEST]}-{number}"
    return found


def _plain_name(name: str | None, system: str, photos: Path) -> str:
    folder = re.sub(r"[^a-z0-9]+", "-", photos.absolute().name.lower()).strip("-")
    return name or f"{system}-{folder or 'tuned'}"[:_LONGEST].strip("-")


def _write(
    trainer: Trainer,
    setup: TrainingSetup,
    tensors: Mapping[str, Tensor],
    moment: Moment,
    kept: str,
    name: str,
    file: Path | None = None,
    *,
    replace: bool,
) -> Weights:
    critics = {key: _state(module) for key, module in trainer.trained_discriminators().items()}
    critics = {key: state for key, state in critics.items() if all(map(_is_finite, state.values()))}
    mark = discriminators.new_mark() if critics else ""
    facts = {KEPT: kept} | ({discriminators.FACT: mark} if mark else {})
    weights = _write_weights(trainer, setup, tensors, moment, facts, name, file, replace=replace)
    if critics:
        try:
            discriminators.save(critics, weights.path, mark)
        except OSError as error:
            text = tr(
                "The discriminators of '{name}' could not be kept ({explain_write_error}); it fills without.",
                name=name,
                explain_write_error=explain_write_error(error),
            )
            trainer.reporter.emit(NoteEvent(text))
    return weights


def _write_weights(
    trainer: Trainer,
    setup: TrainingSetup,
    tensors: Mapping[str, Tensor],
    moment: Moment,
    facts: Mapping[str, str],
    name: str,
    file: Path | None,
    *,
    replace: bool,
) -> Weights:
    own = set(trainer.average.network.state_dict())
    return store.save(
        {key: _single(value) for key, value in tensors.items() if key in own},
        name=name,
        system=setup.start.name,
        config=setup.start.config,
        licence=setup.start.licence,
        terms=setup.start.terms,
        origin="trained",
        facts=_make_record(trainer, setup, moment) | dict(facts),
        replace=replace,
        file=file,
    )


def _state(module: nn.Module) -> dict[str, Tensor]:
    state: dict[str, Any] = module.state_dict()
    return {key: value for key, value in state.items() if isinstance(value, Tensor)}


def _single(value: Tensor) -> Tensor:
    """Return numbers in single precision; whole numbers, such as those that batch norms count, stay."""
    return value.float() if value.is_floating_point() else value


def _is_finite(value: Tensor) -> bool:
    return not value.is_floating_point() or bool(torch.isfinite(value).all())


def _make_record(trainer: Trainer, setup: TrainingSetup, moment: Moment) -> dict[str, str]:
    """Return how the weights were made; with the number of photos, but without their names."""
    state, recipe = trainer.state, trainer.recipe
    classes = {} if setup.labelling is None else setup.labelling.facts()
    return (
        moment.facts()
        | classes
        | {
            RUN: state.run,
            "base": setup.start.base or "none",
            "photos": setup.photos.counted,
            "trained_at": str(max(setup.size, setup.start.trained_at)),
            "holes": json.dumps(recipe.mixture.describe()),
            "recipe": json.dumps(asdict(recipe.settings)),
            "before": json.dumps(state.before),
            "trained": datetime.now(UTC).isoformat(timespec="seconds"),
            "named": "yes",
        }
    )

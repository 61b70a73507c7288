"""Write a trained set into the folder of shipped weights: in half precision, with its model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from inpaint_studio.atomic import explain_write_error
from inpaint_studio.engine.weights import licences, store
from inpaint_studio.engine.weights.metadata import SUFFIX, read_header
from inpaint_studio.engine.weights.model_card import HeldOutFigures, format_held_out
from inpaint_studio.errors import InputError, WeightsError
from inpaint_studio.models.base.checkpoint_format import Weights
from training.labels.labelling import CENTRES, CLASSES
from training.release import credits
from training.release.collection import CreditedPhoto, describe
from training.release.plan import Course, ReleasePlan
from training.release.stages import StageRecord, format_records

if TYPE_CHECKING:
    from inpaint_studio.models.base.checkpoint_format import Tensors

MOST = 40_000_000  # bytes of all shipped sets together
CREDITS_FACT, COURSE_FACT = "credits", "course"
# What the record of the last training says and a further one needs.
_TRAINING = ("trained_at", "steps", "generator_steps", "phase", "phase_steps", "whole", "holes", "recipe", "photos")
_KEPT = (*_TRAINING, CLASSES, CENTRES)
_TERMS = "MIT, like the program; CREDITS.md names the photos and their licences"


@dataclass(frozen=True)
class TrainedSet:
    """Weights that are ready to ship, and what their card says."""

    weights: Weights
    records: Sequence[StageRecord]
    photos: Sequence[CreditedPhoto]
    figures: HeldOutFigures


def write_shipped(plan: ReleasePlan, course: Course, trained: TrainedSet) -> Weights:
    """Write the set and its credits, in place of the shipped set of that name. Raises InputError and WeightsError."""
    folder, source = store.shipped_folder(), trained.weights
    if source.system != plan.system:
        raise InputError(f"{source.path.name} belongs to {source.system}, but '{plan.name}' is a set of {plan.system}.")
    if source.licence != "free":
        raise InputError(f"{source.path.name} is not free ({licences.MARKS[source.licence]}), so it cannot ship.")
    tensors = to_half(source.read())
    others = sum(path.stat().st_size for path in folder.glob(f"*{SUFFIX}") if path.stem != plan.name)
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    if others + size > MOST:
        raise InputError(
            f"With '{plan.name}' the shipped weights would have {(others + size) / 1e6:.1f} MB, "
            f"but {MOST / 1e6:.0f} MB are allowed."
        )
    mark = credits.mark_of(trained.photos)
    written = store.save(
        tensors,
        name=plan.name,
        system=plan.system,
        config=source.config,
        licence="free",
        terms=_TERMS,
        origin="shipped",
        facts=_facts(plan, course, trained) | {CREDITS_FACT: mark},
        replace=True,
        file=folder / f"{plan.name}{SUFFIX}",
    )
    written.path.chmod(0o644)  # safetensors' writer makes files that only their owner can read
    try:
        credits.write(folder, trained.photos, _users(folder))
    except OSError as error:
        raise WeightsError(f"The credits were not written: {explain_write_error(error)}.") from error
    return written


def to_half(tensors: Tensors) -> Tensors:
    """Return the tensors with those of two dimensions and more in half precision.

    Vectors (biases, the statistics of norms) stay as they are: they are small, and some are beyond the range of 16
    bits. Raises WeightsError where a number is beyond it in a larger tensor, too.
    """
    halves: Tensors = {}
    for key, value in tensors.items():
        is_large = value.is_floating_point() and value.dim() >= 2
        halves[key] = value.to(torch.float16) if is_large else value
        if is_large and not bool(torch.isfinite(halves[key]).all()):
            raise WeightsError(f"'{key}' has numbers that do not fit into half precision, so the set cannot ship.")
    return halves


def _facts(plan: ReleasePlan, course: Course, trained: TrainedSet) -> dict[str, str]:
    source = trained.weights.facts
    card = {
        "title": plan.title,
        "photos_used": describe(trained.photos),
        "machine": _machine(trained),
        "trained": source.get("trained") or datetime.now(UTC).isoformat(timespec="seconds"),
        "bad_at": plan.bad_at,
        "stages": format_records(trained.records),
        "held_out": format_held_out(trained.figures),
        COURSE_FACT: course.machine,
        store.MAIN: "yes" if plan.is_main else "no",
        "base": "none",
    }
    return {key: source[key] for key in _KEPT if key in source} | card


def _machine(trained: TrainedSet) -> str:
    """Return what trained the set, of each of its stages once."""
    known = dict.fromkeys(record.machine for record in trained.records if record.machine)
    return ", then ".join(known) or trained.weights.facts.get("machine") or "a machine that is not known"


def _users(folder: Path) -> dict[str, str]:
    """Return the list of credits of each shipped set, by its name."""
    users: dict[str, str] = {}
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(WeightsError):
            users[path.stem] = read_header(path, shipped=True).facts.get(CREDITS_FACT, "")
    return users


def find_shipped(name: str) -> Weights | None:
    """Return the set of that name that ships now; None where there is none. Raises WeightsError for a damaged one."""
    path = store.shipped_folder() / f"{name}{SUFFIX}"
    return read_header(path, shipped=True) if path.is_file() else None


def is_built_like(weights: Weights, config: Mapping[str, str]) -> bool:
    """Return whether the network of a set has the values that a plan chooses."""
    from inpaint_studio.models.base.network_model import NetworkModel
    from inpaint_studio.models.base.registry import registry

    model = registry().models.get(weights.system)
    if not isinstance(model, NetworkModel):
        return False
    table = model.system.table
    chosen = table.parse(dict(config))
    built = table.restore(weights.config)
    return all(built.get(name) == value for name, value in table.complete(chosen).items())

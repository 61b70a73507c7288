"""What a training starts from: a network, how it is built, and the weights it continues from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from inpaint_studio.engine.model_library import model_library
from inpaint_studio.engine.weights import store
from inpaint_studio.engine.weights.metadata import SUFFIX, read_header
from inpaint_studio.errors import InputError, UnknownModel, WeightsError
from inpaint_studio.models.base.checkpoint_format import Config, Licence, Weights
from inpaint_studio.models.base.network_config import ConfigError
from inpaint_studio.models.base.network_model import NetworkModel, System
from inpaint_studio.models.base.registry import registry
from inpaint_studio.models.networks import Inpainter
from inpaint_studio.protocol.request import SCRATCH
from inpaint_studio.texts import tr
from training.labels.labelling import label_facts
from training.run.base_record import BaseRecord


@dataclass(frozen=True)
class StartWeights:
    """A network, and a description of the weights it continues from; the weights may be deleted later."""

    system: System
    config: Config
    base: str | None = None  # name of the weights; None: an untrained network
    licence: Licence = "free"
    terms: str = "your own"
    weights: Weights | None = None  # None: an untrained network, or they are in the checkpoint
    phase: str = ""  # in which a training stopped before its last one; empty: whole, or untrained
    phase_steps: int = 0  # that were taken in that phase
    trained_at: int = 0  # px per side of the images of earlier trainings; 0: untrained, or not known
    record: BaseRecord = field(default_factory=BaseRecord)  # of the training that made the weights
    label_facts: Mapping[str, str] = field(default_factory=dict)  # its classes, see `training.labels.labelling`

    @property
    def name(self) -> str:
        """Name of the network."""
        return self.system.traits.name

    def network(self) -> Inpainter:
        """Build the network; untrained where its weights come from a checkpoint. Raises WeightsError."""
        network = self.system.build(self.config)
        if self.weights is not None:
            network.load_state_dict(self.weights.read())
        return network

    @property
    def fine_tuning(self) -> bool:
        """Whether the network is trained already: it came to the last phase of its training, or was published."""
        return self.base is not None and not self.phase

    def identity(self) -> dict[str, Any]:
        """Return all that a checkpoint must keep, so that nothing else is needed to continue."""
        known: dict[str, Any] = {"system": self.name, "base": self.base}
        known |= {"config": json.dumps(self.config, sort_keys=True)}
        known |= {"phase": self.phase, "phase_steps": self.phase_steps}
        known |= {"trained_at": self.trained_at} if self.trained_at else {}
        return known | self.record.known() | {"licence": self.licence, "terms": self.terms}


def choose(
    name: str, weights_name: str | None, config: Mapping[str, str] | None = None, weights_hash: str | None = None
) -> StartWeights:
    """Return what the model or weights `name` start from; `weights_name` is another set, the file of one, or SCRATCH.

    `config` chooses how an untrained network is built; with weights it may only repeat how these are built.
    `weights_hash` is the SHA-256 that the file of weights must have (None: any).
    Raises InputError, UnknownModel and WeightsError.
    """
    model = model_library().get(name)
    if not isinstance(model, NetworkModel) or not model.traits.trainable:
        trainable = [each.traits.name for each in registry().models.values() if each.traits.trainable]
        raise InputError(
            tr(
                "'{name}' is not a network that can be trained; there are {names}.",
                name=name,
                names=", ".join(trainable),
            )
        )
    weights = model.weights
    if weights_name == SCRATCH:
        weights = None
    elif weights_name is not None:
        weights = _find(weights_name)
        if weights.system != model.system.traits.name:
            raise InputError(
                tr(
                    "The weights '{name}' belong to {system}, not to {name_2}.",
                    name=weights.name,
                    system=weights.system,
                    name_2=model.system.traits.name,
                )
            )
    chosen = model.system.table.parse(config or {})
    if weights is None:
        if weights_hash is not None:
            raise InputError(tr("Nothing is started from here, so leave out --from-sha256."))
        return StartWeights(model.system, _complete(model.system, chosen))
    built = _restore(model.system, weights)
    check_config(model.system, chosen, built, tr("The weights '{name}' have", name=weights.name))
    check_hash(weights, weights_hash)
    phase, steps = _phase_of(weights.facts)
    size = weights.trained_at or model.system.settle(model.system.traits, built).trained_at or 0
    about = BaseRecord.of(weights), label_facts(weights.facts)
    return StartWeights(
        model.system, built, weights.name, weights.licence, weights.terms, weights, phase, steps, size, *about
    )


def _find(name: str) -> Weights:
    """Return the set of weights called `name`, or in the file of that path. Raises WeightsError."""
    if name.endswith(SUFFIX):
        # A file of a run may have a name that no set may have, such as step-000278-psnr-20.0428.
        path = Path(name)
        return read_header(path, name=re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "file")
    try:
        other = model_library().get(name)
    except UnknownModel:
        other = None
    own = other.weights if isinstance(other, NetworkModel) else None
    return own or store.find(name)


def _phase_of(facts: Mapping[str, str]) -> tuple[str, int]:
    """Return the phase in which weights trained here stopped before the last one, and the steps taken in it."""
    if facts.get("whole") != "no":
        return "", 0
    steps = facts.get("phase_steps", "")
    return facts.get("phase", ""), int(steps) if steps.isascii() and steps.isdigit() and len(steps) < 12 else 0


def check_hash(weights: Weights, expected: str | None) -> None:
    """Raise InputError where the file of the weights has another SHA-256 than `expected` (None: any)."""
    if expected is not None and hash_file(weights.path) != expected.strip().lower():
        raise InputError(
            tr(
                "The weights '{name}' are not the ones of that training: their file has another SHA-256.",
                name=weights.name,
            )
        )


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file of weights, in hexadecimal. Raises WeightsError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(
            tr("The weights {name} cannot be read: {reason}.", name=path.name, reason=error.strerror or error)
        ) from error


def check_config(system: System, chosen: Config, config: Config, owner: str) -> None:
    """Raise InputError where the `chosen` values differ from `config`; `owner` begins the sentence about it."""
    for option in system.table.trained:
        if option.name in chosen and chosen[option.name] != config.get(option.name):
            own, other = (option.format(each[option.name]) for each in (config, chosen))
            hint = tr("to choose it, start from nothing with --from {scratch}.", scratch=SCRATCH)
            raise InputError(
                tr(
                    "{owner} {name}={own}, not {other}; {hint}",
                    owner=owner,
                    name=option.name,
                    own=own,
                    other=other,
                    hint=hint,
                )
            )


def _complete(system: System, chosen: Config) -> Config:
    try:
        return system.table.complete(chosen)
    except ConfigError as error:
        raise InputError(str(error)) from error


def _restore(system: System, weights: Weights) -> Config:
    try:
        return system.table.restore(weights.config)
    except ConfigError as error:
        raise WeightsError(
            tr("The weights '{name}' cannot be used: {error}", name=weights.name, error=error)
        ) from error


def from_checkpoint(
    name: str, state: dict[str, Any], path: Path, config: Mapping[str, str] | None = None
) -> StartWeights:
    """Return what the checkpoint `path` started from, by its `state`; the weights themselves may be deleted.

    `name` is the model in the request; the values in `config` must be the checkpoint's. Raises InputError where the
    checkpoint is of another network, or damaged.
    """
    damaged = InputError(tr("{path} is damaged and cannot be resumed; start the training again.", path=path))
    identity = state["state"].get("identity") if isinstance(state.get("state"), dict) else None
    if not isinstance(identity, dict) or not isinstance(identity.get("system"), str):
        raise damaged
    model = model_library().get(identity["system"])
    if not isinstance(model, NetworkModel):
        raise damaged
    try:
        requested = model_library().get(name)
    except UnknownModel:  # weights that were deleted since
        requested = model
    system = model.system
    if not isinstance(requested, NetworkModel) or requested.system.traits.name != system.traits.name:
        raise InputError(
            tr(
                "That training was started with another model ({name}, now {name_2}); resume it with "
                "the same one, or start again.",
                name=system.traits.name,
                name_2=name,
            )
        )
    try:
        saved = json.loads(identity["config"])
        licence, terms = identity["licence"], str(identity["terms"])
        phase, steps, size = str(identity["phase"]), int(identity["phase_steps"]), int(identity.get("trained_at", 0))
        about = BaseRecord.from_known(identity), label_facts(identity)
    except (KeyError, TypeError, ValueError):
        raise damaged from None
    if not isinstance(saved, dict) or licence not in get_args(Licence):
        raise damaged
    try:
        whole = system.table.restore(saved)
    except ConfigError:
        raise damaged from None
    check_config(system, system.table.parse(config or {}), whole, tr("That training has"))
    base = identity.get("base")
    name_of_base = None if base is None else str(base)
    return StartWeights(system, whole, name_of_base, licence, terms, None, phase, steps, size, *about)


_MANY = (
    "settings",
    "photos",
    "label maps",
    "learning rates",
    "smaller sizes",
    "changes of colour",
)  # what the sentence on a resume calls "other ones"
_TABLES = ("settings", "config", "learning rates")  # JSON objects


def check_identity(state: dict[str, Any], identity: dict[str, Any]) -> None:
    """Raise InputError where the `state` of a checkpoint comes from a training that differs in `identity`."""
    before = state["state"]["identity"]
    other = [name for name in before | identity if before.get(name) != identity.get(name)]
    if not other:
        return
    name, was, now = other[0], before.get(other[0]), identity.get(other[0])
    if name in _TABLES:
        was, now = _differences(was, now)
    was, now = ("none" if value is None else value for value in (was, now))
    what = tr("other {name}", name=name) if name in _MANY else tr("another {name}", name=name)
    same = "ones" if name in _MANY else "one"
    detail = "" if name == "kind of holes" else tr(" ({was}, now {now})", was=was, now=now)
    raise InputError(
        tr(
            "That training was started with {what}{detail}; resume it with the same {same}, or start again.",
            what=what,
            detail=detail,
            same=same,
        )
    )


def _differences(before: Any, now: Any) -> tuple[str, str]:
    """Return the entries of two JSON objects that differ, as NAME=VALUE."""
    one, other = (json.loads(text) if isinstance(text, str) else {} for text in (before, now))
    names = [name for name in one | other if one.get(name) != other.get(name)]
    described = (", ".join(f"{name}={each.get(name)}" for name in names) for each in (one, other))
    return next(described), next(described)

"""From a published file to a set of our own: read, detection, translated, checked, saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from inpaint_studio.engine.weights import input_files, licences, metadata, store
from inpaint_studio.errors import WeightsError
from inpaint_studio.models.base.checkpoint_format import Config, Dialect, Licence, Tensors, Weights
from inpaint_studio.models.base.interface import TicketLike
from inpaint_studio.models.base.network_model import NetworkModel, System, loaded_from
from inpaint_studio.models.base.registry import registry

# What translating or building raises over tensors and configurations that make no sense.
_SENSELESS = (LookupError, ValueError, ArithmeticError, RuntimeError, TypeError, AttributeError)


class ImportResult(NamedTuple):
    """What an import gave: the set, whether it was here already, and sentences for people."""

    weights: Weights
    already: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Provenance:
    """What is known of the files from elsewhere than their content; stands above what their dialect says."""

    licence: Licence | None = None
    terms: str = ""
    facts: Mapping[str, str] | None = None


class _Found(NamedTuple):
    """What the files turned out to be, before anything was made of it."""

    system: System
    config: Config
    facts: dict[str, str]
    licence: Licence
    terms: str
    origin: metadata.Origin
    base: str  # what the set is called where it is given no name
    translate: Callable[[], Tensors]
    unused: tuple[str, ...] = ()


def systems() -> list[System]:
    """All systems of the registry, which weights can be imported for."""
    return [model.system for model in registry().models.values() if isinstance(model, NetworkModel)]


def import_files(
    paths: Sequence[Path],
    name: str | None = None,
    settings: Mapping[str, str] | None = None,
    ticket: TicketLike | None = None,
    provenance: Provenance | None = None,
    among: Iterable[System] | None = None,
) -> ImportResult:
    """Imports the published files that together are one set, as `name` or one made from the system and the dialect.

    `settings` choose among the values that the dialect leaves open. Nothing happens where the same files were imported
    with the same settings under that name before. A set that this program wrote is taken as it is. `among` are the
    systems to look for (default: all). Raises WeightsError with a sentence, leaving everything as it was, and whatever
    `ticket.report` raises.
    """
    report = ticket.report if ticket is not None else _silent
    if name is not None:
        store.check_name(name)
    known = list(systems() if among is None else among)
    sums = input_files.sums(paths, report)
    found = _found(paths, known, settings or {}, provenance or Provenance(), report)
    found.facts["sources"] = json.dumps([path.name for path in paths])
    found.facts["sha256"] = json.dumps(sums)
    if name is not None:
        found.facts["named"] = "yes"
    same = _same(found, name)
    if same is not None:
        return _already(same)
    report(0.6, f"Translating {found.system.traits.title}")
    tensors = _translated(found)
    report(0.8, "Saving the weights")
    imported = _save(found, tensors, name)
    report(1.0, "")
    return imported


def _silent(_fraction: float, _note: str = "") -> None:
    """For those who do not wait."""


# What the files are


def _found(
    paths: Sequence[Path],
    known: list[System],
    settings: Mapping[str, str],
    provenance: Provenance,
    report: input_files.Report,
) -> _Found:
    if len(paths) == 1 and paths[0].is_file() and metadata.is_ours(paths[0]):
        return _ours(paths[0], known, settings, report)
    from inpaint_studio.engine.weights.detect import detect

    detection = detect(input_files.read(paths, report), known)
    dialect = detection.dialect
    config = detection.config | _chosen(dialect, settings)
    own = provenance.licence is not None
    return _Found(
        system=detection.system,
        config=config,
        facts={"dialect": dialect.name, "named": "no", **(provenance.facts or {})},
        licence=provenance.licence or dialect.licence,
        terms=provenance.terms if own else dialect.terms,
        origin="imported",
        base=f"{detection.system.traits.name}-{dialect.name}",
        translate=lambda: dialect.translate(detection.parts, config),
        unused=detection.unused,
    )


def _ours(path: Path, known: list[System], settings: Mapping[str, str], report: input_files.Report) -> _Found:
    """A set that this program wrote, on this machine or another one."""
    from inpaint_studio.engine.weights.detect import absurd

    held = metadata.read_header(path, name="set")
    system = next((system for system in known if system.traits.name == held.system), None)
    if system is None:
        raise WeightsError(f"{path.name} is for the model '{held.system}', which is not here.")
    if any(absurd(value) for value in held.config.values()):
        raise WeightsError(f"{path.name} is damaged; look for another copy of it.")
    if settings:
        raise WeightsError(f"{path.name} was imported before, with its settings; there are none left to choose.")
    facts = dict(held.facts)
    base = facts.get("name", "")
    try:
        store.check_name(base)
    except WeightsError:
        base = system.traits.name + "-again"
    tensors = input_files.read([path], report)[path.name]
    return _Found(system, held.config, facts, held.licence, held.terms, held.origin, base, lambda: tensors)


def _chosen(dialect: Dialect, settings: Mapping[str, str]) -> Config:
    """The settings as configuration values. Raises WeightsError for one that the dialect does not have."""
    chosen: Config = {}
    for key, text in settings.items():
        if key not in dialect.settings:
            there = f"there are {', '.join(dialect.settings)}" if dialect.settings else "it has none"
            raise WeightsError(f"{dialect.title} has no setting '{key}'; {there}.")
        allowed = {written(value): value for value in dialect.settings[key]}
        if text.lower() not in allowed:
            raise WeightsError(f"The setting '{key}' cannot be '{text}'; use {' or '.join(allowed)}.")
        chosen[key] = allowed[text.lower()]
    return chosen


def written(value: Any) -> str:
    """A setting's value as people write it."""
    return str(value).lower()


def _same(found: _Found, name: str | None) -> Weights | None:
    """The set that the same files gave before, with the same settings, under that name or under any."""
    config, sums = json.loads(json.dumps(found.config)), sorted(json.loads(found.facts["sha256"]))
    for weights in store.sets():
        if weights.system != found.system.traits.name or name not in (None, weights.name) or weights.config != config:
            continue
        if sorted(_list(weights.facts.get("sha256", ""))) == sums:
            return weights
    return None


def _list(text: str) -> list[str]:
    """A list from a set's facts; empty where they hold none."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [str(each) for each in found] if isinstance(found, list) else []


# What becomes of them


def _translated(found: _Found) -> Tensors:
    """The tensors under our own keys, sure to fit the network. Raises WeightsError."""
    import torch

    title = found.system.traits.title
    try:
        tensors = found.translate()
    except _SENSELESS as error:
        raise WeightsError(f"The file has the keys of {title}, but what they hold cannot be used.") from error
    for key, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise WeightsError(f"{key} holds numbers that are not finite; the file is damaged or its training failed.")
    try:
        loaded_from(found.system, found.config, dict(tensors), title)
        with torch.device("meta"):
            wanted = {key: value.dtype for key, value in found.system.build(found.config).state_dict().items()}
    except _SENSELESS as error:
        raise WeightsError(f"The file has the keys of {title}, but no such network can be built.") from error
    for key, tensor in tensors.items():
        if tensor.is_floating_point() != wanted[key].is_floating_point:
            kind = str(tensor.dtype).removeprefix("torch.")
            raise WeightsError(f"{key} holds numbers of the wrong kind ({kind}); it is not imported.")
    return tensors


def _save(found: _Found, tensors: Tensors, name: str | None) -> ImportResult:
    """Saves under `name`, or under the first name from `found.base` on that is free.

    Another program may take a name at the same moment; where it did so with the same files, those stand.
    """
    for number in count(1):
        try:
            saved = store.save(
                tensors,
                name=name or (found.base if number == 1 else f"{found.base}-{number}"),
                system=found.system.traits.name,
                config=found.config,
                licence=found.licence,
                terms=found.terms,
                origin=found.origin,
                facts=found.facts,
            )
        except store.NameTaken:
            same = _same(found, name)
            if same is not None:
                return _already(same)
            if name is not None:
                raise
        else:
            notes = [f"{file} was not needed." for file in found.unused]
            if found.licence != "free":
                notes.append(licences.sentence(found.licence, found.terms))
            return ImportResult(saved, False, tuple(notes))
    raise AssertionError("unreachable")


def _already(weights: Weights) -> ImportResult:
    return ImportResult(weights, True, (f"These weights are here already, as '{weights.name}'.",))

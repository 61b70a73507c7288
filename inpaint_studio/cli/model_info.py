"""Facts about models and their weights, for JSON and for the terminal."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from inpaint_studio.engine.model_library import obstacle_of, weights_of
from inpaint_studio.engine.weights import catalogue, licences, store
from inpaint_studio.engine.weights.model_card import ModelCard
from inpaint_studio.engine.weights.published import PublishedWeights
from inpaint_studio.models.base.checkpoint_format import Dialect, Weights
from inpaint_studio.models.base.interface import Model
from inpaint_studio.models.base.network_config import ConfigOption
from inpaint_studio.models.base.network_model import NetworkModel
from inpaint_studio.texts import join_facts, mark, tr


def summarise(model: Model) -> dict[str, Any]:
    """Return the facts about a model in the list, for JSON."""
    traits, weights = model.traits, weights_of(model)
    return {
        "name": traits.name,
        "title": traits.title,
        "year": traits.year,
        "weights": "none" if weights is None else weights.origin,
        "needs_weights": traits.needs_weights,
        "obstacle": obstacle_of(model) or None,
        "weights_licence": None if weights is None else weights.licence,
        "licence": traits.licence,
        "listens": sorted(traits.accepts),
        "gives": sorted(traits.provides),
    }


def describe(model: Model) -> dict[str, Any]:
    """Return all facts about a model, for JSON."""
    traits, weights = model.traits, weights_of(model)
    facts = summarise(model) | {
        "summary": traits.summary,
        "paper": traits.paper,
        "trained_at": traits.trained_at,
        "multiple_of": traits.multiple_of,
        "fixed_size": traits.fixed_size,
        "context": traits.context,
        "trainable": traits.trainable,
    }
    if not isinstance(model, NetworkModel):
        return facts
    system = model.system
    return facts | {
        "parameters": system.parameters,
        "links": dict(system.authors),
        "set": None if weights is None else weights.name,
        "sets": [describe_weights(each) for each in _sets(model)],
        "config": [_option(option) for option in system.table.trained],
        "imports": [_dialect(dialect) for dialect in system.dialects],
        "published": [describe_published(entry) for entry in catalogue.entries_for(system.traits.name)],
    }


def _sets(model: NetworkModel) -> list[Weights]:
    return [weights for weights in store.sets() if weights.system == model.system.traits.name]


_ORIGINS = {"shipped": mark("shipped"), "imported": mark("imported"), "trained": mark("trained")}


def weights_state(model: Model) -> str:
    """Return the origin of the model's weights and their licence, in a few words."""
    weights = weights_of(model)
    if obstacle_of(model):
        return tr("full build only")
    if weights is not None:
        return f"{tr(_ORIGINS[weights.origin])} ({tr(licences.MARKS[weights.licence])})"
    return tr("none yet") if model.traits.needs_weights else tr("not needed")


def describe_weights(weights: Weights) -> dict[str, Any]:
    """Return a set of weights, for JSON."""
    return {
        "name": weights.name,
        "system": weights.system,
        "origin": weights.origin,
        "dialect": weights.facts.get("dialect", ""),
        "licence": weights.licence,
        "terms": weights.terms,
        "parameters": _number(weights, "parameters"),
        "imported": weights.facts.get("imported", ""),
        "file": str(weights.path),
        "sources": weights.facts.get("sources", ""),
        "sha256": weights.facts.get("sha256", ""),
        "config": weights.config,
        "training": _training(weights),
        "card": _card(weights),
    }


def _card(weights: Weights) -> dict[str, Any] | None:
    """Return the model card of a set; None where it has none."""
    card = ModelCard.of(weights.facts)
    return None if card is None else asdict(card)


def _training(weights: Weights) -> dict[str, Any] | None:
    """Return what the record of a set trained here says of its training; None where there is no such record."""
    facts, steps = weights.facts, _number(weights, "steps")
    if steps is None:
        return None
    return {
        "base": facts.get("base", ""),
        "photos": facts.get("photos", ""),
        "trained_at": weights.trained_at,
        "steps": steps,
        "generator_steps": _number(weights, "generator_steps"),
        "phase": facts.get("phase", ""),
        "phase_steps": _number(weights, "phase_steps"),
        "whole": facts.get("whole") == "yes",
    }


def _describe_training(training: dict[str, Any]) -> str:
    """Return a line about the training of a set; what is not printable in its record is left out."""
    base, photos, phase = (_plain(training[name]) for name in ("base", "photos", "phase"))
    parts = [tr("{n} steps of training", training["steps"])]
    parts += [tr("from nothing") if base == "none" else tr("from {base}", base=base)] if base else []
    parts += [tr("on {photos} photos", photos=photos)] if photos else []
    parts += [tr("stopped in its phase '{phase}'", phase=phase)] if phase and not training["whole"] else []
    return f"  {', '.join(parts)}"


def _plain(text: str) -> str:
    return "".join(filter(str.isprintable, text))[:80]


def _number(weights: Weights, fact: str) -> int | None:
    """Return a whole number in the record of a set; None where it is not there or no such number."""
    text = weights.facts.get(fact, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def count_parameters(weights: Weights) -> str:
    """Return the number of parameters as text."""
    count = _number(weights, "parameters") or 0
    return tr("{format_count} parameters", format_count=_format_count(count))


def _format_count(count: int) -> str:
    return tr("{count:.2f} million", count=count / 1000000.0) if count >= 10_000 else str(count)


def _dialect(dialect: Dialect) -> dict[str, Any]:
    return {
        "name": dialect.name,
        "title": dialect.title,
        "parts": [part.name for part in dialect.parts],
        "licence": dialect.licence,
        "terms": dialect.terms,
        "settings": {key: list(values) for key, values in dialect.settings.items()},
    }


def _option(option: ConfigOption) -> dict[str, Any]:
    return {
        "name": option.name,
        "default": option.default,
        "values": option.values,
        "meaning": option.meaning,
    }


def describe_published(entry: PublishedWeights) -> dict[str, Any]:
    """Return an entry of the catalogue, for JSON."""
    files = [
        {
            key: value for key, value in vars(file).items() if value not in ("", None)
        }  # without fields that the catalogue leaves empty
        for file in entry.files
    ]
    return {
        "id": entry.id,
        "title": entry.title,
        "dialect": entry.dialect,
        "licence": entry.licence,
        "class": licences.MARKS[entry.licence],
        "terms": entry.terms,
        "files": files,
        "command": tr("inpaint-studio models get {system} --entry {id}", system=entry.system, id=entry.id)
        if entry.direct
        else entry.command,
    }


def _count_parameters(model: NetworkModel) -> str:
    """Return the number of parameters in use, and that of the paper where it is another one."""
    paper, own = model.system.parameters, None if model.weights is None else _number(model.weights, "parameters")
    texts = [_format_count(count) for count in (own, paper) if count]
    if len(texts) == 2:
        return (
            texts[0]
            if texts[0] == texts[1]
            else tr("{texts} (the paper's network has {texts_2})", texts=texts[0], texts_2=texts[1])
        )
    return texts[0] if texts else "unknown"


def network_rows(model: NetworkModel) -> list[tuple[str, str]]:
    """Return the rows about a network that its traits do not have: a name and a text each."""
    system = model.system
    rows = [(tr("Parameters"), _count_parameters(model))]
    if model.weights is not None:
        rows.append(("", licences.sentence(model.weights.licence, model.weights.terms)))
    for weights in _sets(model):
        used = tr("in use") if model.weights is not None and weights.name == model.weights.name else ""
        facts = join_facts((weights_state(model.with_weights(weights)), used, str(weights.path)))
        rows.append((tr("Set"), f"{weights.name}: {facts}"))
        training = _training(weights)
        card = ModelCard.of(weights.facts)
        if card is not None:
            rows += [("", f"  {name}: {text}" if name else f"    {text}") for name, text in card.rows()]
        elif training:
            rows.append(("", _describe_training(training)))
    for number, option in enumerate(system.table.trained):
        text = f"--config {option.name}={option.format(option.default)}: {tr(option.meaning)}; {option.values}"
        rows.append((tr("From nothing") if number == 0 else "", text))
    for dialect in system.dialects:
        choices = [
            f"--set {key}={'|'.join(str(v).lower() for v in values)}" for key, values in dialect.settings.items()
        ]
        rows.append((tr("Imports"), "; ".join([f"{dialect.name}: {dialect.title}", *choices])))
    for entry in catalogue.entries_for(system.traits.name):
        rows.append(
            (tr("Published"), f"{entry.id}: {entry.title} ({tr(licences.MARKS[entry.licence])}: {entry.terms})")
        )
        rows += [("", f"  {text}") for text in _addresses(entry)]
    return rows + [(name[:1].upper() + name[1:], text) for name, text in system.authors.items()]


def _addresses(entry: PublishedWeights) -> list[str]:
    lines = []
    for file in entry.files:
        stated = (("md5", file.md5), ("sha256", file.sha256), (tr("sha256 begins with"), file.sha256_start))
        sums = [f"{kind} {value}" for kind, value in stated if value]
        lines.append(", ".join(filter(None, (file.name, file.amount, *sums))) + f": {file.url or file.page}")
    return lines

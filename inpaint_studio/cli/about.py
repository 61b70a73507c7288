"""``inpaint-studio models`` and ``inpaint-studio doctor``."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from inpaint_studio.engine import doctor as doctors
from inpaint_studio.models.contract import Traits
from inpaint_studio.models.registry import registry


def models_list(options: Namespace) -> int:
    """All models, and the plug-ins that could not be used."""
    known = registry()
    if options.json:
        broken = [{"name": name, "reason": reason} for name, reason in known.broken.items()]
        print(json.dumps({"models": [_short(m.traits) for m in known.models.values()], "broken": broken}))
        return 0
    rows = [
        (m.traits.name, str(m.traits.year or ""), _weights(m.traits), m.traits.summary) for m in known.models.values()
    ]
    _print_table([("MODEL", "YEAR", "WEIGHTS", "WHAT IT DOES"), *rows])
    for name, reason in known.broken.items():
        print(f"{name} is broken: {reason}")
    return 0


def models_info(options: Namespace) -> int:
    """Everything one model declares about itself. Raises UnknownModel."""
    traits = registry().get(options.name).traits
    facts = _short(traits) | {
        "summary": traits.summary,
        "paper": traits.paper,
        "trained_at": traits.trained_at,
        "multiple_of": traits.multiple_of,
        "fixed_size": traits.fixed_size,
        "context": traits.context,
        "trainable": traits.trainable,
    }
    if options.json:
        print(json.dumps(facts))
        return 0
    print(f"{traits.title} ({traits.name}): {traits.summary}")
    rows = [
        ("Paper", traits.paper or "none"),
        ("Year", str(traits.year or "none")),
        ("Licence", traits.licence),
        ("Weights", _weights(traits)),
        ("Listens to", ", ".join(sorted(traits.listens)) or "nothing but the hole"),
        ("Gives", ", ".join(sorted(traits.gives)) or "a picture"),
        ("Trained at", f"{traits.trained_at} px" if traits.trained_at else "any size"),
    ]
    _print_table(rows)
    return 0


def doctor(options: Namespace) -> int:
    """What this machine has and lacks."""
    facts = doctors.examine()
    if options.json:
        print(json.dumps(facts))
    else:
        _print_table(doctors.sentences(facts))
    return 0


def _short(traits: Traits) -> dict[str, Any]:
    return {
        "name": traits.name,
        "title": traits.title,
        "year": traits.year,
        "weights": _weights(traits),
        "licence": traits.licence,
        "listens": sorted(traits.listens),
        "gives": sorted(traits.gives),
    }


def _weights(traits: Traits) -> str:
    return "shipped" if traits.needs_weights else "none"


def _print_table(rows: list[Any]) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip())

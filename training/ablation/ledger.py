"""What an ablation has found so far, in one file of its folder: a run goes on from it, and the page is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from inpaint_studio import atomic
from inpaint_studio.atomic import explain_write_error
from inpaint_studio.errors import InputError
from inpaint_studio.json_text import to_json
from inpaint_studio.texts import tr
from training.ablation.cost import VariantCost, parse_cost

FILE = "figures.json"
_MARK = "inpaint_studio_ablation"
_VERSION = 1


@dataclass(frozen=True)
class TrainedVariant:
    """One training that has ended."""

    variant: str
    seed: int
    steps: int = 0  # taken
    seconds: float = 0.0  # of its steps
    figures: Mapping[str, float] = field(default_factory=dict)  # of the last weights, on the held-out crops
    factors: Mapping[str, float] = field(default_factory=dict)  # of the attention, by their names in the network
    failed: str = ""  # a sentence: why there are no figures


@dataclass(frozen=True)
class Ledger:
    """All that is known. `facts` are about the photos, the machine and the program, for the text of the page."""

    identity: Mapping[str, Any]
    variants: tuple[str, ...]
    seeds: tuple[int, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    trainings: tuple[TrainedVariant, ...] = ()
    references: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # figures of fills without a training
    costs: Mapping[str, VariantCost] = field(default_factory=dict)

    def find(self, variant: str, seed: int) -> TrainedVariant | None:
        """Return the training of a variant with a seed; None where it has not ended yet."""
        return next((each for each in self.trainings if (each.variant, each.seed) == (variant, seed)), None)

    def add(self, training: TrainedVariant) -> Ledger:
        """Return the ledger with one training more, in place of an earlier one with the same variant and seed."""
        key = (training.variant, training.seed)
        others = tuple(each for each in self.trainings if (each.variant, each.seed) != key)
        return replace(self, trainings=(*others, training))

    def measured(self, variant: str) -> list[TrainedVariant]:
        """Return the trainings of a variant that have figures, in the order of the seeds."""
        found = [each for each in self.trainings if each.variant == variant and each.figures]
        return sorted(found, key=lambda each: self.seeds.index(each.seed) if each.seed in self.seeds else 0)


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Write the file at once or not at all. Raises InputError."""
    values = {_MARK: _VERSION, **asdict(ledger)}
    try:
        atomic.write(folder / FILE, to_json(values, indent=1) + "\n")
    except OSError as error:
        raise InputError(
            tr(
                "{folder} was not written: {explain_write_error}.",
                folder=folder / FILE,
                explain_write_error=explain_write_error(error),
            )
        ) from error


def read_ledger(folder: Path) -> Ledger | None:
    """Return what the file in `folder` holds; None where there is none. Raises InputError where it is damaged."""
    path = folder / FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values[_MARK] != _VERSION:
            raise InputError(
                tr("{path} was written by a newer Inpaint Studio; update the program to use it.", path=path)
            )
        return Ledger(
            identity=dict(values["identity"]),
            variants=tuple(map(str, values["variants"])),
            seeds=tuple(map(int, values["seeds"])),
            facts=dict(values["facts"]),
            trainings=tuple(TrainedVariant(**each) for each in values["trainings"]),
            references={name: dict(each) for name, each in values["references"].items()},
            costs={name: parse_cost(each) for name, each in values["costs"].items()},
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise InputError(
            tr("{path} is no record of an ablation, or damaged; choose another folder.", path=path)
        ) from error


def check_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise InputError where an ablation that goes on differs from its beginning in more than variants and seeds."""
    plain: Mapping[str, Any] = json.loads(to_json(dict(now)))
    for name in dict(before) | dict(plain):
        was, is_now = before.get(name), plain.get(name)
        if was != is_now:
            title = name.replace("_", " ")
            raise InputError(
                tr(
                    "That ablation began with another value of '{title}' ({text}, now {text_2}); go on "
                    "with the same one, or choose another folder.",
                    title=title,
                    text=_text(was),
                    text_2=_text(is_now),
                )
            )


def _text(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)

"""The model card of a set of weights, kept in its metadata: how it was made, how well it fills, what it is bad at.

Sets that ship with the program have one. What is read may come from a file of someone else, so it is hostile until
parsed: bounded, and printable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from inpaint_studio.texts import tr

_LONGEST = 2000  # characters of one text
_MOST_STAGES = 50
_TEXTS = ("title", "photos_used", "machine", "trained", "bad_at")
FACTS = (*_TEXTS, "stages", "held_out")  # the keys of a card in the metadata


@dataclass(frozen=True)
class HeldOutFigures:
    """A measurement inside the holes of crops of photos that were never trained on."""

    size: int  # px per side of the crops
    crops: int
    psnr: float  # dB
    spread: float  # dB, of the colours round each hole spread into it (Telea 2004)
    sharpness: float  # ratio to the photo's, best at 1
    seam: float  # the same

    def describe(self) -> str:
        """Return the figures as a sentence."""
        return tr(
            "{psnr:.2f} dB in the holes of {crops} crops of {size} px of photos that were held "
            "out, where a spread of the colours round the hole has {spread:.2f} dB; sharpness "
            "{sharpness:.2f} and seam {seam:.2f} of the photo's.",
            psnr=self.psnr,
            crops=self.crops,
            size=self.size,
            spread=self.spread,
            sharpness=self.sharpness,
            seam=self.seam,
        )


@dataclass(frozen=True)
class ModelCard:
    """What the user should know of a set before using it; texts are empty where the card does not have them."""

    title: str = ""
    photos_used: str = ""  # how many photos, of which classes and licences
    machine: str = ""  # on which it was trained
    trained: str = ""  # when, as an ISO date
    bad_at: str = ""
    stages: tuple[str, ...] = field(default=())  # of the training, a line each
    held_out: HeldOutFigures | None = None

    @classmethod
    def of(cls, facts: Mapping[str, str]) -> ModelCard | None:
        """Return the card in the metadata of a set; None where it has none."""
        if not facts.get("photos_used"):
            return None
        texts = {name: _plain(facts.get(name, "")) for name in _TEXTS}
        return cls(**texts, stages=_stages(facts.get("stages", "")), held_out=_held_out(facts.get("held_out", "")))

    def rows(self) -> list[tuple[str, str]]:
        """Return the card as pairs of a name and a text; a further line of the same has an empty name."""
        rows = [(tr("Set"), self.title), (tr("Photos"), self.photos_used)]
        rows += [(tr("Training") if number == 0 else "", text) for number, text in enumerate(self.stages)]
        trained = self.trained[:10] or self.machine
        if self.trained and self.machine:
            trained = tr("{date} on {machine}", date=self.trained[:10], machine=self.machine)
        rows += [(tr("Trained on"), trained)]
        rows += [(tr("Measured"), self.held_out.describe())] if self.held_out is not None else []
        rows += [(tr("Bad at"), self.bad_at)]
        return [(name, text) for name, text in rows if text]


def format_held_out(figures: HeldOutFigures) -> str:
    """Return the figures as text for the metadata of a set."""
    return json.dumps(asdict(figures))


def _held_out(text: str) -> HeldOutFigures | None:
    try:
        values = json.loads(text)
        figures = HeldOutFigures(**values)
    except (ValueError, TypeError, RecursionError):
        return None
    numbers = asdict(figures).values()
    are_numbers = all(type(each) in (int, float) and abs(each) < 1e9 for each in numbers)  # no NaN is less
    return figures if are_numbers else None


def _stages(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, list):
        return ()
    return tuple(_stage(each) for each in found[:_MOST_STAGES] if isinstance(each, dict))


def _stage(values: Mapping[str, Any]) -> str:
    def number(name: str) -> str:
        value = values.get(name)
        return f"{value:,}" if type(value) is int and 0 <= value < 1 << 40 else "?"

    title = _plain(str(values.get("title", "")))
    return tr(
        "{title}: {number} steps of {number_2} crops of {number_3} px",
        title=title,
        number=number("steps"),
        number_2=number("batch"),
        number_3=number("size"),
    )


def _plain(text: str) -> str:
    return "".join(each for each in " ".join(text.split()) if each.isprintable())[:_LONGEST]

"""The label maps of a training, and what the metadata of its weights say of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inpaint_studio.models.base.checkpoint_format import format_classes, parse_classes
from inpaint_studio.models.base.interface import LabelClass
from training.labels.labeller import LabelSource
from training.labels.nearest_centre import NearestCentre
from training.labels.sources import FoundLabels

CLASSES, CENTRES = "classes", "class_centres"  # facts of a set: its classes, and how they are found in photos


@dataclass(frozen=True, eq=False)
class Labelling:
    """The label maps of a training."""

    labeller: NearestCentre
    source: LabelSource  # of the photos to train on and of the held-out ones
    maps: str = ""  # what must be equal of the user's maps when a training is resumed; "": there are none

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        """The classes, number 1 first."""
        return self.labeller.classes

    def facts(self) -> dict[str, str]:
        """Return what the metadata of the trained weights say of the classes; `read_labeller` reads it."""
        return {CLASSES: format_classes(self.classes), CENTRES: self.labeller.to_text()}

    def of_others(self, cache: Path | None, side: int) -> LabelSource:
        """Return where the label maps of photos outside the training's folder come from."""
        return FoundLabels(self.labeller, cache, side)


def label_facts(known: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts about classes among all that is `known` of a set, or of a checkpoint."""
    return {name: known[name] for name in (CLASSES, CENTRES) if isinstance(known.get(name), str)}


def read_classes(facts: Mapping[str, str]) -> tuple[LabelClass, ...]:
    """Return the classes that the metadata of a set name; none where they name no classes, or are damaged."""
    with suppress(ValueError):
        return parse_classes(facts.get(CLASSES, "[]"))
    return ()


def read_labeller(facts: Mapping[str, str]) -> NearestCentre | None:
    """Return what finds these classes in photos; None where the metadata do not describe it."""
    with suppress(ValueError):
        return NearestCentre.from_text(facts.get(CENTRES, ""), read_classes(facts))
    return None

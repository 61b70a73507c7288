"""What the metadata of a set say of its classes: their names and colours, and how they are found in photos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import parse_classes
from training.labels.nearest_centre import NearestCentre

CLASSES, CENTRES = "classes", "class_centres"  # names of the facts


def label_facts(known: Mapping[str, Any]) -> dict[str, str]:
    """Return the facts about classes among all that is `known` of a set, or of a checkpoint."""
    return {name: known[name] for name in (CLASSES, CENTRES) if isinstance(known.get(name), str)}


def read_labeller(facts: Mapping[str, str], owner: str) -> NearestCentre | None:
    """Return the labeller that the metadata of a set describe; None where they describe no classes.

    Raises InputError where they have classes, but not how to find them in photos, with `owner` as its first words.
    """
    if not facts.get(CLASSES):
        return None
    try:
        return NearestCentre.from_text(facts.get(CENTRES, ""), parse_classes(facts[CLASSES]))
    except ValueError as error:
        raise InputError(
            f"{owner} have classes of their own, but not how to find them in photos; give label maps with --labels."
        ) from error

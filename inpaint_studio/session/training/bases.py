"""Which model a fine-tuning begins from: the order in which the window offers them, the best one first."""

from __future__ import annotations

from collections.abc import Iterable

from inpaint_studio.session.weights_manager import ModelInfo

FIRST_SHIPPED = "deepfill-v2"  # of the systems that ship: it follows guide lines and shows where it copies from


def order_bases(models: Iterable[ModelInfo], last: str = "") -> list[ModelInfo]:
    """Return the models that can be trained, in the order in which they are offered.

    Before all others the own set that a fine-tuning began from `last`, then the sets that were trained here, then
    those that were imported, each the newest first; then those that come with the program, deepfill-v2 before the
    others; then what has no weights and would begin from nothing, the oldest system first.
    """
    trainable = [model for model in models if model.traits.trainable]
    by_system = sorted(trainable, key=lambda model: (model.traits.year or 9999, model.title))
    newest_first = sorted(by_system, key=_age, reverse=True)
    return sorted(newest_first, key=lambda model: _rank(model, last))


def _rank(model: ModelInfo, last: str) -> int:
    weights = model.weights
    if weights is None or model.missing:
        return 6
    if weights.origin == "shipped":
        return 4 if weights.system == FIRST_SHIPPED else 5
    # A system's own name stands for its newest set, which is listed by its name too where it has one.
    own_name = 0 if model.name == weights.name or weights.facts.get("named") != "yes" else 1
    if last and last in (model.name, weights.name):
        return own_name
    return 2 if weights.origin == "trained" else 3


def _age(model: ModelInfo) -> str:
    """Return when its own weights were added, as text that can be compared; "" for what comes with the program."""
    weights = model.weights
    return "" if weights is None or weights.origin == "shipped" else weights.facts.get("imported", "")

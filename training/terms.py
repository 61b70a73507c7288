"""The losses that need a trained VGG, and going on without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from inpaint_studio.errors import InputError
from training.recipe import Recipe, changed

TERMS = ("perceptual", "style")


def terms(kind: type[Recipe]) -> tuple[str, ...]:
    """The losses of a recipe that need features, by the names of their weights in its settings."""
    known = {f.name for f in fields(kind.Settings)} if kind.wants_features is not None else set()
    return tuple(term for term in TERMS if term in known)


def without(kind: type[Recipe], settings: Any, left_out: Sequence[str]) -> Any:
    """`settings` of the recipe with those losses weighing nothing.

    All of them together may be left out of any recipe. Raises InputError for one that this recipe does not have.
    """
    wanted, there = {term.strip() for term in left_out}, terms(kind)
    if wanted != set(TERMS):
        for term in sorted(wanted - set(there)):
            has = f"there is {' and '.join(there)}" if there else "it has none that can be left out"
            raise InputError(f"The recipe of {kind.system} has no loss '{term}' to do without; {has}.")
    return changed(settings, {term: "0" for term in there if term in wanted})


def need_features(kind: type[Recipe], settings: Any) -> bool:
    """Whether a loss that weighs anything needs features."""
    return any(getattr(settings, term) for term in terms(kind))

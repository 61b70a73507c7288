"""What the record of a set says of the training that made it, for one that goes on from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, is_dataclass
from typing import Any, get_type_hints

from inpaint_studio.errors import InputError
from inpaint_studio.models.base.checkpoint_format import Weights
from inpaint_studio.models.base.interface import Traits
from training.recipe import Weight, Width, change_settings

_KEPT = (Weight, Width)  # kinds of settings that a further training has too


@dataclass(frozen=True)
class BaseRecord:
    """How a set was trained, as far as its record says so: a fine-tuning goes on in the same way.

    A set that was taught without a discriminator has none that could judge it, and one that never saw images larger
    than 64 px fills larger ones badly. So the weights of its losses, the widths of its discriminators and the size of
    its crops are kept. Rates are not: they are the rates at the end of another training.
    """

    size: int = 0  # px per side of the largest crops; 0: not known
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the recipe, as they stand in the record

    @classmethod
    def of(cls, weights: Weights) -> BaseRecord:
        """Return what the metadata of a set says; nothing where it was published by others."""
        settings: Any = None
        with suppress(ValueError, RecursionError):
            settings = json.loads(weights.facts.get("recipe", "null"))
        return cls(weights.trained_at or 0, settings if isinstance(settings, dict) else {})

    def known(self) -> dict[str, Any]:
        """Return what a checkpoint keeps of it, in plain values."""
        known: dict[str, Any] = {"base_size": self.size} if self.size else {}
        return known | ({"base_settings": json.dumps(self.settings, sort_keys=True)} if self.settings else {})

    @classmethod
    def from_known(cls, known: Mapping[str, Any]) -> BaseRecord:
        """Return what `known` kept. Raises ValueError and TypeError where that is damaged."""
        settings = json.loads(known.get("base_settings", "{}"))
        if not isinstance(settings, dict):
            raise TypeError
        return cls(int(known.get("base_size", 0)), settings)

    def continue_settings(self, settings: Any) -> Any:
        """Return `settings` of a recipe with the losses and discriminators of the record, where it has them."""
        for name, value in _kept(type(settings), self.settings):
            with suppress(InputError):  # a value of another version, out of today's range
                settings = change_settings(settings, {name: str(value)})
        return settings

    def crop_size(self, traits: Traits) -> int | None:
        """Return the px of the crops that it was trained on, as the network takes them; None where not known."""
        if not self.size or traits.min_side == traits.max_side:
            return None
        return max(traits.min_side, self.size // traits.multiple_of * traits.multiple_of)


def _kept(kind: type[Any], record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the names, joined by dots, and values of those settings in the record that are kept."""
    for name, hint in get_type_hints(kind, include_extras=True).items():
        value = record.get(name)
        if is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
            yield from _kept(hint, value, f"{prefix}{name}.")
        elif hint in _KEPT and isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}{name}", value
